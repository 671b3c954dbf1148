//! The text of an HTML body, for those who read no HTML.

/// Elements that begin a new line.
const BLOCKS: [&str; 16] = [
    "p",
    "div",
    "br",
    "tr",
    "li",
    "ul",
    "ol",
    "table",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "blockquote",
];

/// Elements whose content nobody reads.
const UNREAD: [&str; 4] = ["style", "script", "head", "title"];

/// The text of `html`: without tags and comments, entities read, a line for each paragraph, row or
/// item, and behind the text of a link its address in parentheses.
///
/// It takes any text; what is no HTML comes back with its white space folded.
pub fn plain_text(html: &str) -> String {
    let mut text = Text::default();
    let mut rest = html;
    let mut link = None;
    while let Some((before, tag)) = rest.split_once('<') {
        text.push(before);
        if let Some(comment) = tag.strip_prefix("!--") {
            rest = comment.split_once("-->").map_or("", |(_, after)| after);
            continue;
        }
        let (inside, after) = tag.split_once('>').unwrap_or((tag, ""));
        rest = after;
        let name = name_of(inside);
        if UNREAD.contains(&name.as_str()) {
            rest = behind_end(after, &name);
        } else if name == "a" {
            link = href(inside);
        } else if name == "/a" {
            text.push_link(link.take());
        } else if BLOCKS.contains(&name.trim_start_matches('/')) {
            text.end_line();
        }
    }
    text.push(rest);
    text.finish()
}

#[derive(Default)]
struct Text {
    lines: Vec<String>,
    line: String,
}

impl Text {
    fn push(&mut self, raw: &str) {
        let decoded = unescaped(raw);
        if decoded.starts_with(char::is_whitespace) {
            self.space();
        }
        let words: Vec<&str> = decoded.split_whitespace().collect();
        self.line.push_str(&words.join(" "));
        if decoded.ends_with(char::is_whitespace) {
            self.space();
        }
    }

    fn space(&mut self) {
        if !self.line.is_empty() && !self.line.ends_with(' ') {
            self.line.push(' ');
        }
    }

    fn push_link(&mut self, address: Option<String>) {
        let is_shown = |address: &String| self.line.ends_with(address.as_str());
        let Some(address) = address.filter(|address| !is_shown(address)) else { return };
        self.space();
        self.line.push('(');
        self.line.push_str(&address);
        self.line.push(')');
    }

    fn end_line(&mut self) {
        let line = std::mem::take(&mut self.line);
        if !line.trim().is_empty() {
            self.lines.push(line.trim().to_owned());
        }
    }

    fn finish(mut self) -> String {
        self.end_line();
        self.lines.join("\n")
    }
}

/// The lower-case name of a tag, with the slash of an end tag.
fn name_of(inside: &str) -> String {
    let (slash, rest) = match inside.strip_prefix('/') {
        Some(rest) => ("/", rest),
        None => ("", inside),
    };
    let name: String = rest.chars().take_while(char::is_ascii_alphanumeric).collect();
    format!("{slash}{}", name.to_ascii_lowercase())
}

/// What is behind the end tag of an element, in any case; nothing when it has none.
fn behind_end<'h>(html: &'h str, name: &str) -> &'h str {
    let mut rest = html;
    while let Some((_, tag)) = rest.split_once("</") {
        if tag.get(..name.len()).is_some_and(|start| start.eq_ignore_ascii_case(name)) {
            return tag.split_once('>').map_or("", |(_, after)| after);
        }
        rest = tag;
    }
    ""
}

/// The address of a link that a reader can use.
fn href(inside: &str) -> Option<String> {
    let at = inside.to_ascii_lowercase().find("href")?;
    let value = inside.get(at + 4..)?.trim_start().strip_prefix('=')?.trim_start();
    let quoted = ['"', '\'']
        .into_iter()
        .find_map(|quote| value.strip_prefix(quote)?.split_once(quote).map(|(value, _)| value));
    let value = quoted.or_else(|| value.split_whitespace().next())?;
    let is_address = value.contains("://") || value.starts_with("mailto:");
    is_address.then(|| unescaped(value))
}

/// With the entities read that texts commonly have.
fn unescaped(text: &str) -> String {
    const NAMED: [(&str, &str); 8] = [
        ("lt", "<"),
        ("gt", ">"),
        ("quot", "\""),
        ("apos", "'"),
        ("nbsp", " "),
        ("copy", "\u{a9}"),
        ("mdash", "\u{2014}"),
        ("amp", "&"),
    ];
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        out.push_str(before);
        let read = after.split_once(';').and_then(|(name, behind)| {
            let named = NAMED.iter().find(|(known, _)| *known == name);
            let value = named.map(|(_, value)| (*value).to_owned()).or_else(|| numeric(name))?;
            Some((value, behind))
        });
        if let Some((value, behind)) = read {
            out.push_str(&value);
            rest = behind;
        } else {
            out.push('&');
            rest = after;
        }
    }
    out.push_str(rest);
    out
}

fn numeric(name: &str) -> Option<String> {
    let number = name.strip_prefix('#')?;
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => u32::from_str_radix(digits, 16).ok()?,
        None => number.parse().ok()?,
    };
    char::from_u32(code).map(String::from)
}

#[cfg(test)]
mod tests {
    use super::plain_text;

    #[test]
    fn a_body_becomes_lines_of_text() {
        for (html, text) in [
            (
                "<p>Hello <b>Ann</b>,</p>\n<p>buy&nbsp;it &amp; smile</p>",
                "Hello Ann,\nbuy it & smile",
            ),
            ("a<br>b<BR/>c", "a\nb\nc"),
            ("<style>p { x }</STYLE>x<!-- no <p> -->y", "xy"),
            (
                "<a class=x href=\"https://b.example/?a=1&amp;b=2\">Shop</a> now",
                "Shop (https://b.example/?a=1&b=2) now",
            ),
            ("<a href='#top'>up</a>", "up"),
            ("<a href=https://b.example>https://b.example</a>", "https://b.example"),
            ("1 &lt; 2 &#8364; &#x41; &unknown; & x", "1 < 2 \u{20ac} A &unknown; & x"),
            ("no html at all", "no html at all"),
            ("cut <p", "cut"),
            ("", ""),
        ] {
            assert_eq!(plain_text(html), text, "{html}");
        }
    }
}
