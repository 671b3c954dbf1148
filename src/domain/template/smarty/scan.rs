//! A template cut into texts and tags.

/// A piece of a template.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Token<'t> {
    Text(&'t str),
    /// What stands between the braces, and the whole with them.
    Tag {
        inner: &'t str,
        whole: &'t str,
    },
}

/// Cuts `template`; in linear time, whatever its braces.
pub(super) fn scan(template: &str) -> Vec<Token<'_>> {
    let mut scan =
        Scan { tokens: Vec::new(), text: template, rest: template, unclosed: [false; 3] };
    while scan.step() {}
    scan.text(0);
    scan.tokens
}

/// Blocks whose inside is not looked at, with what becomes of it.
const OPAQUE: [(&str, &str, bool); 3] =
    [("{*", "*}", false), ("{literal}", "{/literal}", true), ("{php}", "{/php}", false)];

struct Scan<'t> {
    tokens: Vec<Token<'t>>,
    /// What is not in `tokens` yet.
    text: &'t str,
    /// What is not looked at yet; the end of `text`.
    rest: &'t str,
    /// Of each opaque block: whether no end of it follows any more.
    unclosed: [bool; 3],
}

impl<'t> Scan<'t> {
    /// Goes on to behind the next brace; false at the end.
    fn step(&mut self) -> bool {
        let Some(at) = self.rest.find('{') else { return false };
        let Some((_, open)) = self.rest.split_at_checked(at) else { return false };
        if self.opaque(open) {
            return true;
        }
        let Some(inside) = open.strip_prefix('{') else { return false };
        match inside.find(['{', '}']).and_then(|end| inside.split_at_checked(end)) {
            Some((inner, rest)) if rest.starts_with('}') => {
                let rest = rest.strip_prefix('}').unwrap_or(rest);
                let whole = open.strip_suffix(rest).unwrap_or(open);
                self.text(open.len());
                self.tokens.push(Token::Tag { inner: inner.trim(), whole });
                (self.text, self.rest) = (rest, rest);
            }
            Some((_, next_open)) => self.rest = next_open,
            None => return false,
        }
        true
    }

    /// Takes a comment or a literal block that `open` begins with.
    fn opaque(&mut self, open: &'t str) -> bool {
        for ((start, end, is_kept), unclosed) in OPAQUE.iter().zip(&mut self.unclosed) {
            let Some(inside) = open.strip_prefix(start).filter(|_| !*unclosed) else { continue };
            let Some((inner, rest)) = inside.split_once(end) else {
                *unclosed = true;
                continue;
            };
            self.text(open.len());
            if *is_kept && !inner.is_empty() {
                self.tokens.push(Token::Text(inner));
            }
            (self.text, self.rest) = (rest, rest);
            return true;
        }
        false
    }

    /// Makes a token of the text up to `remaining` bytes before the end.
    fn text(&mut self, remaining: usize) {
        let length = self.text.len().saturating_sub(remaining);
        let text = self.text.split_at_checked(length).map_or("", |(text, _)| text);
        if !text.is_empty() {
            self.tokens.push(Token::Text(text));
        }
    }
}
