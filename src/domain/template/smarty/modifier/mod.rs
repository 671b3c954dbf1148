//! Modifiers: what stands behind a `|`.
//!
//! Smarty's own, and the PHP functions that templates use as such. Those that need regular
//! expressions or code are not known.

use super::php_function::count;
use super::value::Value;
use super::{Bounded, Overflow, Surroundings, date};

/// What a modifier does.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Modifier {
    kind: Kind,
    /// `|@name`: a list is modified as a whole, not entry by entry.
    on_list: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kind {
    Absolute,
    Capitalize,
    Cat,
    Ceiling,
    Count,
    CountCharacters,
    CountParagraphs,
    CountSentences,
    CountWords,
    DateFormat,
    Default,
    Escape,
    EscapeHtml,
    EscapeUrl,
    First,
    Floor,
    Implode,
    Indent,
    Integer,
    Lower,
    LineBreaks,
    NumberFormat,
    Replace,
    Round,
    Spacify,
    StringFormat,
    Strip,
    StripTags,
    Trim,
    Truncate,
    UpperFirst,
    Upper,
    WordWrap,
}

impl Modifier {
    pub fn named(name: &str, on_list: bool) -> Option<Self> {
        let kind = match name {
            "abs" => Kind::Absolute,
            "capitalize" | "ucwords" => Kind::Capitalize,
            "cat" => Kind::Cat,
            "ceil" => Kind::Ceiling,
            "count" | "sizeof" => Kind::Count,
            "count_characters" | "strlen" => Kind::CountCharacters,
            "count_paragraphs" => Kind::CountParagraphs,
            "count_sentences" => Kind::CountSentences,
            "count_words" => Kind::CountWords,
            "date_format" => Kind::DateFormat,
            "default" => Kind::Default,
            "escape" => Kind::Escape,
            "htmlspecialchars" | "htmlentities" => Kind::EscapeHtml,
            "urlencode" | "rawurlencode" => Kind::EscapeUrl,
            "ucfirst" => Kind::UpperFirst,
            "floor" => Kind::Floor,
            "reset" => Kind::First,
            "implode" | "join" => Kind::Implode,
            "indent" => Kind::Indent,
            "intval" => Kind::Integer,
            "lower" | "strtolower" => Kind::Lower,
            "nl2br" => Kind::LineBreaks,
            "number_format" => Kind::NumberFormat,
            "replace" => Kind::Replace,
            "round" => Kind::Round,
            "spacify" => Kind::Spacify,
            "string_format" => Kind::StringFormat,
            "strip" => Kind::Strip,
            "strip_tags" => Kind::StripTags,
            "trim" => Kind::Trim,
            "truncate" => Kind::Truncate,
            "upper" | "strtoupper" => Kind::Upper,
            "wordwrap" => Kind::WordWrap,
            _ => return None,
        };
        Some(Self { kind, on_list })
    }

    /// `value` modified; a list entry by entry, where that is not what the modifier is for.
    pub fn apply(
        self,
        value: &Value,
        arguments: &[Value],
        surroundings: &Surroundings,
    ) -> Result<Value, Overflow> {
        let is_for_lists =
            matches!(self.kind, Kind::Count | Kind::Default | Kind::Implode | Kind::First);
        let arguments = Arguments(arguments);
        match value {
            Value::List(entries) if !self.on_list && !is_for_lists => {
                let one = |(key, value): &(String, Value)| {
                    Ok((key.clone(), self.kind.apply(value, arguments, surroundings)?))
                };
                Ok(Value::list(entries.iter().map(one).collect::<Result<_, Overflow>>()?))
            }
            value => self.kind.apply(value, arguments, surroundings),
        }
    }
}

/// What stands behind the colons.
#[derive(Debug, Clone, Copy)]
struct Arguments<'v>(&'v [Value]);

impl Arguments<'_> {
    fn text(self, at: usize, otherwise: &str) -> String {
        self.0.get(at).map_or_else(|| otherwise.to_owned(), |value| value.shown().to_string())
    }

    fn count(self, at: usize, otherwise: usize) -> usize {
        self.0.get(at).map_or(otherwise, Value::whole)
    }

    fn flag(self, at: usize) -> bool {
        self.0.get(at).is_some_and(Value::is_true)
    }
}

impl Kind {
    fn apply(
        self,
        value: &Value,
        arguments: Arguments<'_>,
        surroundings: &Surroundings,
    ) -> Result<Value, Overflow> {
        let text = value.shown();
        Ok(match self {
            Self::Absolute => Value::Number(value.number().abs()),
            Self::Ceiling => Value::Number(value.number().ceil()),
            Self::Floor => Value::Number(value.number().floor()),
            Self::Integer => Value::Number(value.number().trunc()),
            Self::Round => Value::Number(rounded(value.number(), arguments.count(0, 0))),
            Self::Count => Value::count(count(value)),
            Self::CountCharacters => {
                let counted = |one: &char| arguments.flag(0) || !one.is_whitespace();
                Value::count(text.chars().filter(counted).count())
            }
            Self::CountParagraphs => {
                Value::count(text.split(['\r', '\n']).filter(|line| !line.is_empty()).count())
            }
            Self::CountSentences => Value::count(sentences(&text)),
            Self::CountWords => Value::count(text.split_whitespace().count()),
            Self::Default if text.is_empty() => Value::text(arguments.text(0, "")),
            Self::Default => value.clone(),
            Self::First => value.entries().first().map_or(Value::Null, |(_, first)| first.clone()),
            Self::DateFormat => {
                let format = arguments.text(0, "%b %e, %Y");
                let otherwise = arguments.text(1, "");
                let given = if text.is_empty() { &*otherwise } else { &*text };
                Value::text(date::formatted(given, &format, surroundings))
            }
            _ => Value::text(self.rewritten(value, &text, arguments)?),
        })
    }

    /// What makes a text of a text.
    fn rewritten(
        self,
        value: &Value,
        text: &str,
        arguments: Arguments<'_>,
    ) -> Result<String, Overflow> {
        match self {
            Self::Cat => bounded(|out| {
                out.push(text)?;
                out.push(&arguments.text(0, ""))
            }),
            Self::Escape => escaped(text, &arguments.text(0, "html")),
            Self::EscapeHtml => escaped(text, "html"),
            Self::EscapeUrl => escaped(text, "url"),
            Self::Implode => imploded(value, &arguments.text(0, "")),
            Self::Indent => {
                let indent = arguments.text(1, " ");
                bounded(|out| {
                    text.split_inclusive('\n').try_for_each(|line| {
                        out.push_times(&indent, arguments.count(0, 4))?;
                        out.push(line)
                    })
                })
            }
            Self::Capitalize => Ok(capitalized(text)),
            Self::UpperFirst => Ok(first_upper(text)),
            Self::Lower => Ok(text.to_lowercase()),
            Self::Upper => Ok(text.to_uppercase()),
            Self::Trim => Ok(text.trim().to_owned()),
            Self::LineBreaks => replaced(text, "\n", "<br />\n"),
            Self::NumberFormat => Ok(grouped(value.number(), arguments)),
            Self::Replace => replaced(text, &arguments.text(0, ""), &arguments.text(1, "")),
            Self::Spacify => {
                let between = arguments.text(0, " ");
                bounded(|out| {
                    let mut gap = "";
                    text.chars().try_for_each(|one| {
                        out.push(std::mem::replace(&mut gap, &between))?;
                        out.push_char(one)
                    })
                })
            }
            Self::StringFormat => printed(value, text, &arguments.text(0, "%s")),
            Self::Strip => stripped(text, &arguments.text(0, " ")),
            Self::StripTags => Ok(without_tags(text, arguments.0.first())),
            Self::Truncate => Ok(truncated(text, arguments)),
            Self::WordWrap => wrapped(text, arguments),
            _ => Ok(text.to_owned()),
        }
    }
}

fn bounded(write: impl FnOnce(&mut Bounded) -> Result<(), Overflow>) -> Result<String, Overflow> {
    let mut out = Bounded::default();
    write(&mut out)?;
    Ok(out.0)
}

fn replaced(text: &str, what: &str, by: &str) -> Result<String, Overflow> {
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

fn imploded(value: &Value, between: &str) -> Result<String, Overflow> {
    bounded(|out| {
        value.entries().iter().enumerate().try_for_each(|(at, (_, entry))| {
            out.push(if at == 0 { "" } else { between })?;
            out.push(&entry.shown())
        })
    })
}

/// The kinds of `escape`; an unknown one leaves the text as it is, as in the original.
fn escaped(text: &str, kind: &str) -> Result<String, Overflow> {
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

fn first_upper(text: &str) -> String {
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}

/// Words with a digit stay as they are, as in the original.
fn capitalized(text: &str) -> String {
    let words = text.split_inclusive(|one: char| !one.is_alphanumeric() && one != '\'');
    let has_digit = |word: &str| word.contains(|one: char| one.is_ascii_digit());
    words.map(|word| if has_digit(word) { word.to_owned() } else { first_upper(word) }).collect()
}

/// Full stops behind a word character, as in the original.
fn sentences(text: &str) -> usize {
    let mut before = ' ';
    let ends = text.chars().filter(|one| {
        let is_end = *one == '.' && (before.is_alphanumeric() || before == '_');
        before = *one;
        is_end
    });
    ends.count()
}

fn stripped(text: &str, by: &str) -> Result<String, Overflow> {
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
fn without_tags(text: &str, by_blank: Option<&Value>) -> String {
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
fn truncated(text: &str, arguments: Arguments<'_>) -> String {
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
fn wrapped(text: &str, arguments: Arguments<'_>) -> Result<String, Overflow> {
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

fn rounded(number: f64, digits: usize) -> f64 {
    let factor = 10_f64.powi(i32::try_from(digits.min(12)).unwrap_or(0));
    (number * factor).round() / factor
}

/// PHP's `number_format`: decimals, point, separator of thousands.
fn grouped(number: f64, arguments: Arguments<'_>) -> String {
    let decimals = arguments.count(0, 0).min(20);
    let (point, separator) = (arguments.text(1, "."), arguments.text(2, ","));
    let fixed = format!("{:.decimals$}", number.abs());
    let (whole, fraction) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push_str(&separator);
        }
        grouped.push(digit);
    }
    let sign =
        if number < 0.0 && fixed.contains(|one: char| matches!(one, '1'..='9')) { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{grouped}")
    } else {
        format!("{sign}{grouped}{point}{fraction}")
    }
}

/// `sprintf` with one value: `%s`, `%d`, `%.2f`, `%05d`, `%x` and the like.
fn printed(value: &Value, text: &str, format: &str) -> Result<String, Overflow> {
    bounded(|out| {
        let mut rest = format;
        while let Some((before, from)) = rest.split_once('%') {
            out.push(before)?;
            let end = from.find(|one: char| one.is_ascii_alphabetic() || one == '%');
            let Some((flags, from)) = end.and_then(|end| from.split_at_checked(end)) else {
                rest = "";
                break;
            };
            let mut characters = from.chars();
            let directive = characters.next().unwrap_or('%');
            rest = characters.as_str();
            directed(out, value, text, flags, directive)?;
        }
        out.push(rest)
    })
}

/// Longest padding of a number, in characters.
const MAX_PADDING: usize = 100;

fn directed(
    out: &mut Bounded,
    value: &Value,
    text: &str,
    flags: &str,
    directive: char,
) -> Result<(), Overflow> {
    let (width, precision) = flags.split_once('.').unwrap_or((flags, ""));
    let precision = precision.parse::<usize>().ok().map(|digits| digits.min(20));
    let number = value.number();
    let shown = match directive {
        '%' => "%".to_owned(),
        'd' | 'i' | 'u' => format!("{}", number.trunc() + 0.0),
        'f' | 'F' => format!("{number:.0$}", precision.unwrap_or(6)),
        'x' => format!("{:x}", value.whole()),
        'X' => format!("{:X}", value.whole()),
        _ => text.chars().take(precision.unwrap_or(usize::MAX)).collect(),
    };
    let is_left = width.starts_with('-');
    let width = width.trim_start_matches(['-', '+']);
    let pad = if width.starts_with('0') { "0" } else { " " };
    let width = width.parse::<usize>().unwrap_or(0).min(MAX_PADDING);
    let missing = width.saturating_sub(shown.chars().count());
    if is_left {
        out.push(&shown)?;
        return out.push_times(" ", missing);
    }
    out.push_times(pad, missing)?;
    out.push(&shown)
}
