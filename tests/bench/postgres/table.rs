//! What was measured in turns, side by side.

use crate::numbers::Spread;

/// Rates of several sides, round by round.
pub struct Table {
    title: String,
    sides: Vec<(&'static str, Vec<f64>)>,
}

impl Table {
    pub fn new(title: impl Into<String>, sides: &[&'static str]) -> Self {
        let sides = sides.iter().map(|name| (*name, Vec::new())).collect();
        Self { title: title.into(), sides }
    }

    /// Notes a round: a rate for each side, in their order.
    pub fn round(&mut self, rates: &[f64]) {
        for ((_, all), rate) in self.sides.iter_mut().zip(rates) {
            all.push(*rate);
        }
    }

    /// Prints each side's rates, and their ratios to those of the same rounds of `to`.
    pub fn print(&self, to: &[&str]) {
        println!("\n{}", self.title);
        for (name, rates) in &self.sides {
            let ratios = to.iter().filter(|other| *other != name).filter_map(|other| {
                let (_, others) = self.sides.iter().find(|(side, _)| side == other)?;
                let ratios = rates.iter().zip(others).map(|(rate, other)| rate / other);
                Some(format!("{} of {other}", shown(Spread::of(ratios)?, 2)))
            });
            let ratios = ratios.collect::<Vec<_>>().join(", ");
            let rates = Spread::of(rates.iter().copied()).map(|rates| shown(rates, 0));
            println!("  {name:<28} {:>28}   {ratios}", rates.unwrap_or_default());
        }
    }
}

/// The middle, and from where to where.
fn shown(spread: Spread, digits: usize) -> String {
    let Spread { least, median, most } = spread;
    format!("{median:.digits$} ({least:.digits$} to {most:.digits$})")
}
