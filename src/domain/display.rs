//! How dates and numbers are shown to people.

use serde::{Deserialize, Serialize};

/// How a date is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum DateFormat {
    /// `10/08/2014`
    MonthDayYear,
    /// `08/10/2014`
    DayMonthYear,
    /// `October 8th, 2014`
    LongMonthDayYear,
    /// `October 8th`
    LongMonthDay,
    /// `2014-10-08`
    YearMonthDay,
}

/// How a number is shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct NumberFormat {
    /// Digits behind the decimal separator, at most [`NumberFormat::MAX_DECIMALS`].
    pub decimals: u8,
    pub separators: Separators,
}

impl NumberFormat {
    pub const MAX_DECIMALS: u8 = 9;
}

/// What stands between thousands, and before the decimals.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Separators {
    /// `1234567.89`
    Point,
    /// `1,234,567.89`
    CommaPoint,
    /// `1 234 567,89`
    SpaceComma,
    /// `1.234.567,89`
    PointComma,
}
