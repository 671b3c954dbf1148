//! Medians, percentiles and spreads.

use std::time::Duration;

/// Least, middle and most of some numbers.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Spread {
    pub least: f64,
    pub median: f64,
    pub most: f64,
}

impl Spread {
    /// `None` without numbers.
    pub fn of(numbers: impl IntoIterator<Item = f64>) -> Option<Self> {
        let mut numbers: Vec<f64> = numbers.into_iter().collect();
        numbers.sort_by(f64::total_cmp);
        let (least, most) = (*numbers.first()?, *numbers.last()?);
        Some(Self { least, median: *numbers.get(numbers.len() / 2)?, most })
    }
}

pub fn median(numbers: impl IntoIterator<Item = f64>) -> f64 {
    Spread::of(numbers).map_or(f64::NAN, |spread| spread.median)
}

/// The time that so many of a thousand took at most; the times are sorted.
pub fn per_mille(sorted: &[Duration], share: usize) -> Duration {
    let rank = (sorted.len() * share).div_ceil(1000).saturating_sub(1);
    sorted.get(rank).copied().unwrap_or_default()
}

/// For rates and ratios; exact below 2^53.
#[expect(clippy::as_conversions, clippy::cast_precision_loss, reason = "no number here is larger")]
pub fn float(number: u64) -> f64 {
    number as f64
}

/// How many there are.
pub fn count<T>(things: &[T]) -> f64 {
    float(u64::try_from(things.len()).unwrap_or(u64::MAX))
}
