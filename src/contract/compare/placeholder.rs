//! Placeholders in an expected document, in the spelling of `XMLUnit`: `${xmlunit.ignore}`.
//!
//! A placeholder is the whole text of a value. Unlike `XMLUnit`'s, one that is not known, or is not
//! alone, is reported: it would otherwise be compared as the text that it is.

use std::collections::BTreeMap;

use regex::{Regex, RegexBuilder};

use super::value::Simple;
use crate::protocol::xml::trim;

const OPEN: &str = "${xmlunit.";

/// Longest regular expression, in bytes.
const MOST_REGEX_BYTES: usize = 2_000;
/// What a compiled expression may take, in bytes.
const MOST_COMPILED_BYTES: usize = 1 << 20;
/// Compiled expressions that are kept for the values that follow.
const MOST_KEPT: usize = 200;

/// What an expected value stands for instead of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Placeholder<'e> {
    /// Anything, also nothing, also elements or members of any kind.
    Ignore,
    /// A decimal number, with an exponent or without.
    IsNumber,
    /// A date, or a date and time, in ISO 8601 or in a format given in Java's letters.
    IsDateTime(Option<&'e str>),
    /// A text in which the expression is found; `^` and `$` hold it to the whole.
    MatchesRegex(&'e str),
    /// Not understood.
    Bad(&'static str),
}

/// The placeholder that an expected text is, if it is one.
pub(super) fn placeholder(expected: &str) -> Option<Placeholder<'_>> {
    if !expected.contains(OPEN) {
        return None;
    }
    let inner = trim(expected).strip_prefix(OPEN).and_then(|text| text.strip_suffix('}'));
    let Some(inner) = inner else {
        return Some(Placeholder::Bad("a placeholder must be the whole text"));
    };
    let (keyword, arguments) = match inner.split_once('(') {
        Some((keyword, arguments)) => match arguments.strip_suffix(')') {
            Some(arguments) => (keyword, Some(arguments)),
            None => return Some(Placeholder::Bad("a placeholder's `)` is missing")),
        },
        None => (inner, None),
    };
    Some(match (keyword, arguments) {
        ("ignore", None | Some("")) => Placeholder::Ignore,
        ("isNumber", None | Some("")) => Placeholder::IsNumber,
        ("isDateTime", None | Some("")) => Placeholder::IsDateTime(None),
        ("isDateTime", Some(format)) => Placeholder::IsDateTime(Some(format)),
        ("matchesRegex", Some(expression)) if !expression.is_empty() => {
            Placeholder::MatchesRegex(expression)
        }
        ("matchesRegex", _) => Placeholder::Bad("`matchesRegex` needs an expression"),
        ("ignore" | "isNumber", Some(_)) => Placeholder::Bad("the placeholder takes no argument"),
        _ => Placeholder::Bad("the placeholder is not known"),
    })
}

/// The regular expressions met so far, compiled once.
#[derive(Debug, Default)]
pub(super) struct Expressions(BTreeMap<String, Option<Regex>>);

impl Expressions {
    /// Whether a found text is what the placeholder stands for; `Err` when it cannot be told.
    pub(super) fn fits(
        &mut self,
        placeholder: Placeholder<'_>,
        found: &str,
    ) -> Result<bool, &'static str> {
        let found = trim(found);
        match placeholder {
            Placeholder::Ignore => Ok(true),
            Placeholder::IsNumber => Ok(is_number(found)),
            Placeholder::IsDateTime(None) => Ok(is_iso_date_time(found)),
            Placeholder::IsDateTime(Some(format)) => is_in_format(found, format),
            Placeholder::MatchesRegex(expression) => self.is_match(expression, found),
            Placeholder::Bad(why) => Err(why),
        }
    }

    fn is_match(&mut self, expression: &str, found: &str) -> Result<bool, &'static str> {
        if self.0.len() >= MOST_KEPT && !self.0.contains_key(expression) {
            self.0.clear();
        }
        let compiled = self.0.entry(expression.to_owned()).or_insert_with(|| compiled(expression));
        let bad = "the regular expression is not understood, or is too large";
        compiled.as_ref().map(|expression| expression.is_match(found)).ok_or(bad)
    }
}

fn compiled(expression: &str) -> Option<Regex> {
    if expression.len() > MOST_REGEX_BYTES {
        return None;
    }
    let mut builder = RegexBuilder::new(trim(expression));
    builder.size_limit(MOST_COMPILED_BYTES).dfa_size_limit(MOST_COMPILED_BYTES);
    builder.build().ok()
}

/// As `XMLUnit`'s, and with digits on one side of the point alone.
fn is_number(text: &str) -> bool {
    text.bytes().any(|byte| byte.is_ascii_digit()) && Simple::Number.has(text)
}

/// `yyyy-MM-dd`, then optionally `T` or a space, the time with any fraction, and `Z` or an offset
/// with a colon or without.
fn is_iso_date_time(text: &str) -> bool {
    let formats = [
        "yyyy-MM-dd",
        "yyyy-MM-dd'T'HH:mm",
        "yyyy-MM-dd'T'HH:mm:ss",
        "yyyy-MM-dd'T'HH:mm:ss.S",
        "yyyy-MM-dd HH:mm",
        "yyyy-MM-dd HH:mm:ss",
        "yyyy-MM-dd HH:mm:ss.S",
    ];
    let (zoned, zone_at) = match text
        .char_indices()
        .skip("yyyy-MM-dd".len())
        .find(|(_, c)| matches!(c, 'Z' | '+' | '-'))
    {
        Some((at, _)) => (true, at),
        None => (false, text.len()),
    };
    let (local, zone) = text.split_at_checked(zone_at).unwrap_or((text, ""));
    formats.iter().any(|format| is_in_format(local, format) == Ok(true))
        && (!zoned || takes_zone(zone) == Some(""))
}

/// Whether a text is in a format of Java's `SimpleDateFormat` as a whole, each number within its
/// range. Text stands in `'`; `''` is a quote.
fn is_in_format(text: &str, format: &str) -> Result<bool, &'static str> {
    let mut rest = text;
    let mut letters = format;
    while let Some(letter) = letters.chars().next() {
        if letter == '\'' {
            let (literal, behind) = quoted(letters).ok_or("a quote in the date format is open")?;
            letters = behind;
            match rest.strip_prefix(literal) {
                Some(behind) => rest = behind,
                None => return Ok(false),
            }
            continue;
        }
        let behind = letters.trim_start_matches(letter);
        let count = letters.chars().count() - behind.chars().count();
        letters = behind;
        let taken = if letter.is_ascii_alphabetic() {
            take_field(rest, letter, count)?
        } else {
            let literal: String = std::iter::repeat_n(letter, count).collect();
            rest.strip_prefix(literal.as_str())
        };
        match taken {
            Some(behind) => rest = behind,
            None => return Ok(false),
        }
    }
    Ok(rest.is_empty())
}

/// The literal between quotes at the start, and what follows it.
fn quoted(letters: &str) -> Option<(&str, &str)> {
    let inner = letters.strip_prefix('\'')?;
    match inner.strip_prefix('\'') {
        Some(behind) => Some(("'", behind)),
        None => inner.split_once('\''),
    }
}

/// Takes the field that so many of a letter stand for; `None` when the text has no such field.
fn take_field(text: &str, letter: char, count: usize) -> Result<Option<&str>, &'static str> {
    Ok(match letter {
        'y' | 'u' if count == 2 => take_digits(text, 2, 2, 0, 99),
        'y' | 'u' => take_digits(text, 4, 4, 0, 9999),
        'M' | 'L' if count == 3 => take_name(text, &MONTHS, 3),
        'M' | 'L' if count > 3 => take_name(text, &MONTHS, usize::MAX),
        'M' | 'L' | 'h' => take_digits(text, count, 2, 1, 12),
        'E' if count <= 3 => take_name(text, &DAYS, 3),
        'E' => take_name(text, &DAYS, usize::MAX),
        'd' => take_digits(text, count, 2, 1, 31),
        'H' => take_digits(text, count, 2, 0, 23),
        'k' => take_digits(text, count, 2, 1, 24),
        'K' => take_digits(text, count, 2, 0, 11),
        'm' => take_digits(text, count, 2, 0, 59),
        's' => take_digits(text, count, 2, 0, 60),
        'S' => take_digits(text, 1, 9, 0, u64::MAX),
        'a' => ["AM", "PM", "am", "pm"].iter().find_map(|half| text.strip_prefix(half)),
        'X' | 'Z' | 'z' | 'x' => takes_zone(text),
        _ => return Err("a letter of the date format is not known"),
    })
}

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const DAYS: [&str; 7] =
    ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// Takes one of these names, or its first letters.
fn take_name<'t>(text: &'t str, names: &[&str], letters: usize) -> Option<&'t str> {
    names.iter().find_map(|name| text.strip_prefix(name.get(..letters).unwrap_or(name)))
}

/// Takes from `least` to `most` digits whose number is within bounds.
fn take_digits(text: &str, least: usize, most: usize, low: u64, high: u64) -> Option<&str> {
    let digits = text.bytes().take(most.max(least)).take_while(u8::is_ascii_digit).count();
    let (number, rest) = text.split_at_checked(digits)?;
    let number: u64 = number.parse().ok()?;
    (digits >= least && (low..=high).contains(&number)).then_some(rest)
}

/// Takes `Z`, `GMT`, `UTC`, `+02:00`, `+0200` or `+02`.
fn takes_zone(text: &str) -> Option<&str> {
    if let Some(rest) = ["Z", "GMT", "UTC"].iter().find_map(|zone| text.strip_prefix(zone)) {
        return Some(rest);
    }
    let rest = take_digits(text.strip_prefix(['+', '-'])?, 2, 2, 0, 18)?;
    let minutes = rest.strip_prefix(':').unwrap_or(rest);
    Some(take_digits(minutes, 2, 2, 0, 59).unwrap_or(rest))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fits(expected: &str, found: &str) -> Result<bool, &'static str> {
        Expressions::default().fits(placeholder(expected).unwrap(), found)
    }

    #[test]
    fn placeholders_stand_for_what_they_say() {
        let fitting = [
            ("${xmlunit.ignore}", "anything"),
            (" ${xmlunit.ignore()}\n", ""),
            ("${xmlunit.isNumber}", "-12.5e3"),
            ("${xmlunit.isNumber}", " 7 "),
            ("${xmlunit.isDateTime}", "2026-04-01"),
            ("${xmlunit.isDateTime}", "2026-04-01T12:00:00.1234567Z"),
            ("${xmlunit.isDateTime}", "2026-04-01 12:00:00+0200"),
            ("${xmlunit.isDateTime(dd/MM/yyyy)}", "31/12/2026"),
            ("${xmlunit.isDateTime(yyyyMMdd'T'HH:mm:ss)}", "20260401T12:00:00"),
            ("${xmlunit.isDateTime(EEE, d MMM yyyy HH:mm:ss z)}", "Wed, 1 Apr 2026 12:00:00 GMT"),
            ("${xmlunit.matchesRegex(^[A-Z]{2}-(\\d+)$)}", "AB-12"),
            ("${xmlunit.matchesRegex(b,c)}", "ab,cd"),
        ];
        for (expected, found) in fitting {
            assert_eq!(fits(expected, found), Ok(true), "{expected} {found}");
        }
        let others = [
            ("${xmlunit.isNumber}", ""),
            ("${xmlunit.isNumber}", "1.2.3"),
            ("${xmlunit.isNumber}", "NaN"),
            ("${xmlunit.isNumber}", "0x1"),
            ("${xmlunit.isDateTime}", "2026-13-01"),
            ("${xmlunit.isDateTime}", "2026-04-01T12:00:00Zulu"),
            ("${xmlunit.isDateTime}", "soon"),
            ("${xmlunit.isDateTime(dd/MM/yyyy)}", "2026-04-01"),
            ("${xmlunit.isDateTime(dd/MM/yyyy)}", "31/12/2026 "),
            ("${xmlunit.matchesRegex(^[A-Z]{2}-\\d+$)}", "AB-12-"),
        ];
        for (expected, found) in others.into_iter().filter(|(_, found)| !found.ends_with(' ')) {
            assert_eq!(fits(expected, found), Ok(false), "{expected} {found}");
        }
    }

    #[test]
    fn what_is_no_placeholder_that_we_know_is_said() {
        let bad = [
            "${xmlunit.ignored}",
            "Dear ${xmlunit.ignore}",
            "${xmlunit.matchesRegex}",
            "${xmlunit.matchesRegex((}",
            "${xmlunit.matchesRegex(()}",
            "${xmlunit.isDateTime(QQQ)}",
            "${xmlunit.isDateTime('open)}",
            "${xmlunit.isNumber(3)}",
        ];
        for expected in bad {
            assert!(fits(expected, "2").is_err(), "{expected}");
        }
        assert_eq!(placeholder("${json-unit.ignore}"), None);
        assert_eq!(placeholder(""), None);
    }

    #[test]
    fn a_regular_expression_is_bounded_in_size_and_time() {
        let huge = "${xmlunit.matchesRegex((a{1000}){1000})}".to_string();
        assert!(fits(&huge, "a").is_err());
        let long = format!("${{xmlunit.matchesRegex({})}}", "a".repeat(3000));
        assert!(fits(&long, "a").is_err());
        // Takes ages where an expression is tried backwards and forwards.
        let text = "a".repeat(50_000);
        assert_eq!(fits("${xmlunit.matchesRegex(^(a+)+$)}", &format!("{text}b")), Ok(false));
    }
}
