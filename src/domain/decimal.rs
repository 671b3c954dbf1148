//! Decimal numbers, kept digit for digit.

use std::cmp::Ordering;
use std::fmt;

use serde::{Deserialize, Serialize};

/// Most digits of a number; .NET's `decimal`, which old clients parse into, holds 28.
const MAX_DIGITS: u32 = 28;

/// `mantissa / 10^scale`. `1.50` keeps its zero; comparing looks at the value.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
pub struct Decimal {
    mantissa: i128,
    scale: u8,
}

impl Decimal {
    /// Reads `[+-]digits[.digits][e[+-]digits]`, at most 28 digits; white space around is trimmed.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let (text, exponent) = match text.split_once(['e', 'E']) {
            Some((text, exponent)) => (text, exponent.parse::<i8>().ok()?),
            None => (text, 0),
        };
        let negative = text.starts_with('-');
        let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, ""));
        if whole.is_empty() && fraction.is_empty() {
            return None;
        }
        let mut mantissa: i128 = 0;
        for byte in whole.bytes().chain(fraction.bytes()) {
            let digit = byte.checked_sub(b'0').filter(|digit| *digit <= 9)?;
            mantissa = mantissa.checked_mul(10)?.checked_add(i128::from(digit))?;
        }
        let scale = i32::try_from(fraction.len()).ok()? - i32::from(exponent);
        let mantissa = if negative { -mantissa } else { mantissa };
        Self::scaled(mantissa, scale)
    }

    fn scaled(mut mantissa: i128, mut scale: i32) -> Option<Self> {
        while scale < 0 {
            mantissa = mantissa.checked_mul(10)?;
            scale += 1;
        }
        let scale = u8::try_from(scale).ok().filter(|scale| u32::from(*scale) <= MAX_DIGITS)?;
        (mantissa.unsigned_abs() < 10_u128.pow(MAX_DIGITS)).then_some(Self { mantissa, scale })
    }

    /// Both mantissas at one scale. Cannot overflow: 28 digits and 28 zeros would, so it is checked.
    fn aligned(self, other: Self) -> Option<(i128, i128)> {
        let scale = self.scale.max(other.scale);
        let at = |number: Self| {
            number.mantissa.checked_mul(10_i128.checked_pow(u32::from(scale - number.scale))?)
        };
        Some((at(self)?, at(other)?))
    }

    /// The part before the point, towards zero.
    fn whole(self) -> i128 {
        self.mantissa / 10_i128.pow(u32::from(self.scale))
    }
}

impl From<i64> for Decimal {
    fn from(number: i64) -> Self {
        Self { mantissa: i128::from(number), scale: 0 }
    }
}

impl Ord for Decimal {
    fn cmp(&self, other: &Self) -> Ordering {
        // Numbers that cannot be brought to one scale differ in their whole parts already.
        match self.aligned(*other) {
            Some((left, right)) => left.cmp(&right),
            None => self.whole().cmp(&other.whole()),
        }
    }
}

impl PartialOrd for Decimal {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl PartialEq for Decimal {
    fn eq(&self, other: &Self) -> bool {
        self.cmp(other) == Ordering::Equal
    }
}

impl Eq for Decimal {}

impl fmt::Display for Decimal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.mantissa < 0 { "-" } else { "" };
        let one = 10_u128.pow(u32::from(self.scale));
        let digits = self.mantissa.unsigned_abs();
        let (whole, fraction) = (digits / one, digits % one);
        match self.scale {
            0 => write!(f, "{sign}{whole}"),
            scale => write!(f, "{sign}{whole}.{fraction:0width$}", width = usize::from(scale)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn decimal(text: &str) -> Decimal {
        Decimal::parse(text).unwrap_or_else(|| panic!("{text} is a number"))
    }

    #[test]
    fn a_number_comes_back_digit_for_digit() {
        for text in ["0", "12", "-1.50", "0.001", "-0.5", "9999999999999999999999999999"] {
            assert_eq!(decimal(text).to_string(), text);
        }
        assert_eq!(decimal(" +7. ").to_string(), "7");
        assert_eq!(decimal("1.5e3").to_string(), "1500");
        assert_eq!(decimal("15e-1").to_string(), "1.5");
    }

    #[test]
    fn what_is_no_number_is_refused() {
        for text in ["", ".", "-", "1,000", "0x10", "1e99", "1.2.3", "--1", "1e", "NaN"] {
            assert!(Decimal::parse(text).is_none(), "{text}");
        }
        assert!(Decimal::parse("12345678901234567890123456789").is_none());
    }

    #[test]
    fn numbers_compare_by_value() {
        assert_eq!(decimal("1.50"), decimal("1.5"));
        assert!(decimal("-2") < decimal("-1.9"));
        assert!(
            decimal("0.0000000000000000000000000001") < decimal("9999999999999999999999999999")
        );
        assert!(
            decimal("-9999999999999999999999999999") < decimal("0.0000000000000000000000000001")
        );
    }
}
