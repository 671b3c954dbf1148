//! What modifiers make of texts.

use super::{Arguments, Overflow, Value, bounded};

pub(super) fn replaced(text: &str, what: &str, by: &str) -> Result<String, Overflow> {
    if what.is_empty() {
        return Ok(text.to_owned());
    }
    bounded(|out| {
        text.split(what).enumerate().try_for_each(|(at, part)| {
            out.push(if at == 0 { "" } else { by })?;
            out.push(part)
        })
    })
}

pub(super) fn imploded(value: &Value, between: &str) -> Result<String, Overflow> {
    bounded(|out| {
        value.entries().iter().enumerate().try_for_each(|(at, (_, entry))| {
            out.push(if at == 0 { "" } else { between })?;
            out.push(&entry.shown())
        })
    })
}

/// The kinds of `escape`; an unknown one leaves the text as it is, as in the original.
pub(super) fn escaped(text: &str, kind: &str) -> Result<String, Overflow> {
    bounded(|out| match kind {
        "html" | "htmlall" => text.chars().try_for_each(|one| match one {
            '&' => out.push("&amp;"),
            '<' => out.push("&lt;"),
            '>' => out.push("&gt;"),
            '"' => out.push("&quot;"),
            '\'' => out.push("&#039;"),
            other => out.push_char(other),
        }),
        "url" | "urlpathinfo" => text.bytes().try_for_each(|byte| match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
                out.push_char(char::from(byte))
            }
            b'/' if kind == "urlpathinfo" => out.push("/"),
            other => out.push(&format!("%{other:02X}")),
        }),
        "quotes" => text.chars().try_for_each(|one| match one {
            '\'' => out.push("\\'"),
            other => out.push_char(other),
        }),
        "javascript" => text.chars().try_for_each(|one| match one {
            '\\' => out.push("\\\\"),
            '\'' => out.push("\\'"),
            '"' => out.push("\\\""),
            '\r' => out.push("\\r"),
            '\n' => out.push("\\n"),
            '/' => out.push("\\/"),
            other => out.push_char(other),
        }),
        "hex" => text.bytes().try_for_each(|byte| out.push(&format!("%{byte:02x}"))),
        "hexentity" => text.bytes().try_for_each(|byte| out.push(&format!("&#x{byte:02X};"))),
        "decentity" => text.bytes().try_for_each(|byte| out.push(&format!("&#{byte};"))),
        "mail" => out.push(&text.replace('@', " [AT] ").replace('.', " [DOT] ")),
        _ => out.push(text),
    })
}

pub(super) fn first_upper(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

/// Words with a digit stay as they are, as in the original.
pub(super) fn capitalized(text: &str) -> String {
    let words = text.split_inclusive(|one: char| !one.is_alphanumeric() && one != '\'');
    let has_digit = |word: &str| word.contains(|one: char| one.is_ascii_digit());
    words.map(|word| if has_digit(word) { word.to_owned() } else { first_upper(word) }).collect()
}

/// Full stops behind a word character, as in the original.
pub(super) fn sentences(text: &str) -> usize {
    let mut before = ' ';
    let ends = text.chars().filter(|one| {
        let is_end = *one == '.' && (before.is_alphanumeric() || before == '_');
        before = *one;
        is_end
    });
    ends.count()
}

pub(super) fn stripped(text: &str, by: &str) -> Result<String, Overflow> {
    bounded(|out| {
        let mut in_blanks = false;
        text.chars().try_for_each(|one| {
            let was_in_blanks = std::mem::replace(&mut in_blanks, one.is_whitespace());
            match (in_blanks, was_in_blanks) {
                (false, _) => out.push_char(one),
                (true, false) => out.push(by),
                (true, true) => Ok(()),
            }
        })
    })
}

/// Tags become a blank, or with a false argument nothing.
pub(super) fn without_tags(text: &str, by_blank: Option<&Value>) -> String {
    let blank = if by_blank.is_none_or(Value::is_true) { " " } else { "" };
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((before, from)) = rest.split_once('<') {
        let Some((_, after)) = from.split_once('>') else { break };
        plain.push_str(before);
        plain.push_str(blank);
        rest = after;
    }
    plain + rest
}

/// To 80 characters, or as many as are asked for, with `...` at the end; words stay whole unless
/// the third argument says otherwise, and with the fourth the middle goes.
pub(super) fn truncated(text: &str, arguments: Arguments<'_>) -> String {
    let length = arguments.count(0, 80);
    let end = arguments.text(1, "...");
    let characters: Vec<char> = text.chars().collect();
    if length == 0 || characters.len() <= length {
        return if length == 0 { String::new() } else { text.to_owned() };
    }
    let kept = length.saturating_sub(end.chars().count().min(length));
    if arguments.flag(3) {
        let half = kept / 2;
        let first: String = characters.iter().take(half).collect();
        let last: String = characters.iter().skip(characters.len() - half).collect();
        return first + &end + &last;
    }
    let mut first: String = characters.iter().take(kept).collect();
    let cuts_word = characters.get(kept).is_some_and(|next| !next.is_whitespace());
    if !arguments.flag(2) && cuts_word {
        let blank = first.rfind(char::is_whitespace);
        first.truncate(blank.unwrap_or(first.len()));
    }
    first.truncate(first.trim_end().len());
    first + &end
}

/// Lines of 80 characters, or as many as are asked for; longer words only break when asked for.
pub(super) fn wrapped(text: &str, arguments: Arguments<'_>) -> Result<String, Overflow> {
    let width = arguments.count(0, 80).max(1);
    let line_break = arguments.text(1, "\n");
    let cuts = arguments.flag(2);
    bounded(|out| {
        let mut used = 0;
        text.split_inclusive([' ', '\n']).try_for_each(|word| {
            let length = word.trim_end().chars().count();
            if used > 0 && used + length > width {
                out.push(&line_break)?;
                used = 0;
            }
            for one in word.chars() {
                if cuts && used >= width && !one.is_whitespace() {
                    out.push(&line_break)?;
                    used = 0;
                }
                out.push_char(one)?;
                used = if one == '\n' { 0 } else { used + 1 };
            }
            Ok(())
        })
    })
}
