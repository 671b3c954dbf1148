//! Phone numbers as they identify people: international ones, in the form of E.164.

use std::fmt;

use super::error::Refusal;

/// Fewest digits of a number, country code included. E.164 names no least; the shortest numbers
/// that reach a person from abroad (Niue, Saint Helena) have seven.
const MIN_DIGITS: usize = 7;

/// Most digits of a number, country code included: E.164, 6.1.
const MAX_DIGITS: usize = 15;

/// Longest text that is looked at, in bytes: the longest number with a separator of two bytes
/// between all its digits, and some padding.
const MAX_TEXT_BYTES: usize = 64;

/// An international phone number, kept as `+` and its digits: `+79261232323`.
///
/// Taken are:
/// - `+` or `00` in front. A number without either is a national one of a country that nobody
///   named, so it says nobody's number and is refused, however many digits it has.
/// - then 7 to 15 digits, the first of which is not 0: no country code begins with it.
/// - between the digits, as people write them: blanks (also no-break and thin ones), hyphens and
///   dashes, dots, slashes, parentheses.
/// - `(0)` behind the country code, which many write and nobody dials from abroad: it is left out.
/// - white space, byte order marks and `tel:` around it all are trimmed.
///
/// Anything else (letters, extensions, two numbers in one field, digits of other scripts) is no
/// number. Numbers are equal when their digits are.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Phone(String);

impl Phone {
    /// Judges and keeps `text`; refuses with `PhoneInvalid`.
    pub fn parse(text: &str) -> Result<Self, Refusal> {
        Self::judge(text).ok_or(Refusal::PhoneInvalid)
    }

    /// The number if `text` is one.
    pub fn judge(text: &str) -> Option<Self> {
        let text = text.trim_matches(is_padding);
        if text.len() > MAX_TEXT_BYTES {
            return None;
        }
        let text = without_scheme(text);
        let rest = text.strip_prefix('+').or_else(|| text.strip_prefix("00"))?;
        let mut number = String::with_capacity(1 + MAX_DIGITS);
        number.push('+');
        for c in without_trunk_zero(rest).chars() {
            match c {
                '0'..='9' => number.push(c),
                _ if is_separator(c) => {}
                _ => return None,
            }
        }
        let digits = number.strip_prefix('+')?;
        let is_long_enough = (MIN_DIGITS..=MAX_DIGITS).contains(&digits.len());
        (is_long_enough && !digits.starts_with('0')).then_some(Self(number))
    }

    /// `+` and the digits.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The digits alone: country code and number.
    pub fn digits(&self) -> &str {
        self.0.strip_prefix('+').unwrap_or(&self.0)
    }
}

impl fmt::Debug for Phone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Phone(redacted)")
    }
}

fn is_padding(c: char) -> bool {
    c.is_whitespace() || c == '\u{FEFF}' || c == '\u{200B}'
}

/// What people write between digits.
fn is_separator(c: char) -> bool {
    c.is_whitespace()
        || matches!(c, '-' | '.' | '/' | '(' | ')' | '\u{2010}'..='\u{2015}' | '\u{2212}')
}

fn without_scheme(text: &str) -> &str {
    match text.split_at_checked("tel:".len()) {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("tel:") => rest,
        _ => text,
    }
}

/// The text without the first `(0)`.
fn without_trunk_zero(text: &str) -> String {
    text.replacen("(0)", "", 1)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn normalized(text: &str) -> Option<String> {
        Phone::judge(text).map(|phone| phone.as_str().to_owned())
    }

    #[test]
    fn international_numbers_are_taken_in_every_usual_spelling() {
        for (text, number) in [
            ("+79261232323", "+79261232323"),
            ("0079261232323", "+79261232323"),
            (" +7 (926) 123-23-23\r\n", "+79261232323"),
            ("+353.87.123.4567", "+353871234567"),
            ("+353/87/1234567", "+353871234567"),
            ("+44 (0)20 7946 0000", "+442079460000"),
            ("+44\u{a0}20\u{2009}7946\u{2011}0000", "+442079460000"),
            ("tel:+353-1-6797944", "+35316797944"),
            ("+6834000", "+6834000"),
            ("+123456789012345", "+123456789012345"),
        ] {
            assert_eq!(normalized(text).as_deref(), Some(number), "{text:?}");
        }
    }

    #[test]
    fn what_is_no_international_number_is_refused() {
        let long = format!("+1{}", " ".repeat(100));
        for text in [
            "",
            "+",
            "00",
            "79261232323",
            "0871234567",
            "+0871234567",
            "0000871234567",
            "+123456",
            "+1234567890123456",
            "+1-800-FLOWERS",
            "+353871234567 ext. 3",
            "+353871234567;+353871234568",
            "+353 87 123 4567+",
            "++353871234567",
            "+٣٥٣٨٧١٢٣٤٥٦٧",
            "n/a",
            &long,
        ] {
            assert_eq!(Phone::parse(text), Err(Refusal::PhoneInvalid), "{text:?}");
        }
    }

    #[test]
    fn a_number_does_not_show_in_debug_output() {
        let phone = Phone::parse("+353871234567").unwrap();
        assert_eq!(format!("{phone:?}"), "Phone(redacted)");
    }

    proptest! {
        #[test]
        fn separators_change_nothing_and_what_was_taken_is_taken_again(
            number in "[1-9][0-9]{6,14}",
            separators in proptest::collection::vec("[ ./-]{0,2}", 16),
        ) {
            let mut spelled = "+".to_owned();
            for (digit, separator) in number.chars().zip(&separators) {
                spelled.push(digit);
                spelled.push_str(separator);
            }
            let phone = Phone::parse(&spelled).unwrap();
            prop_assert_eq!(phone.digits(), number);
            prop_assert_eq!(Phone::parse(phone.as_str()).unwrap(), phone);
        }

        #[test]
        fn any_text_is_judged_without_a_panic(text in ".{0,80}") {
            if let Some(phone) = Phone::judge(&text) {
                prop_assert!((MIN_DIGITS..=MAX_DIGITS).contains(&phone.digits().len()));
            }
        }
    }
}
