//! Modifiers: what stands behind a `|`.
//!
//! Smarty's own, and the PHP functions that templates use as such. Those that need regular
//! expressions or code are not known.

mod number;
mod text;

use self::number::{grouped, printed, rounded};
use self::text::{
    capitalized, escaped, first_upper, imploded, replaced, sentences, stripped, truncated,
    without_tags, wrapped,
};
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
