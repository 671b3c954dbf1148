//! The first pass over a file: how many rows it has, and how many of them have no address.

use std::ops::ControlFlow;

use super::prepare::has_address;
use super::rows::Rows;
use super::source::{Source, SourceError};
use crate::domain::Limits;

/// What the first pass finds out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Survey {
    pub rows: u64,
    /// Rows without a valid address.
    pub invalid: u64,
}

impl Survey {
    /// Surveys a stored file, whose addresses are in column `email`. Blocks.
    pub fn of(source: &Source, email: usize) -> Result<Self, SourceError> {
        let mut survey = Self::default();
        source.read(0, &mut |rows| survey.add(&rows, email))?;
        Ok(survey)
    }

    fn add(&mut self, rows: &Rows, email: usize) -> ControlFlow<()> {
        let invalid = rows.iter().filter(|row| !has_address(*row, email)).count();
        self.rows += u64::try_from(rows.len()).unwrap_or_default();
        self.invalid += u64::try_from(invalid).unwrap_or_default();
        ControlFlow::Continue(())
    }

    /// A file of some size with too large a share of rows without a valid address.
    pub fn is_rejected(&self, limits: &Limits) -> bool {
        self.rows >= u64::from(limits.watchdog_min_rows)
            && self.invalid * 100 > self.rows * u64::from(limits.watchdog_invalid_percent)
    }
}
