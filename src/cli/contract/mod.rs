//! `lychgate contract`: calls and replies on disk: recorded, replayed, compared.
//!
//! Ends with 0 when all is well, with 1 when something differs or leaks, and with 2 when the work
//! could not be done, as `diff` does.

mod diff;
mod record;
mod verify;

use std::process::ExitCode;

use anyhow::Result;
use clap::Subcommand;

use super::output;

/// Ends a command that found a difference, or a secret.
const DIFFERS: u8 = 1;
/// Ends a command that could not do its work.
const FAILED: u8 = 2;

/// Records, verifies and compares calls and their replies.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Compares two files, messages or folders by what they mean.
    Diff(Box<diff::Diff>),
    /// Passes calls on to an upstream and keeps calls and replies, without credentials.
    Record(Box<record::Record>),
    /// Makes recorded calls anew and judges whether they are answered as on record.
    Verify(Box<verify::Verify>),
}

/// What a command found.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Found {
    Nothing,
    Differences,
    Secrets,
    /// No difference, but not everything could be compared.
    Unknown,
}

impl Command {
    pub fn run(self) -> ExitCode {
        match self.find() {
            Ok(Found::Nothing) => ExitCode::SUCCESS,
            Ok(Found::Differences | Found::Secrets) => ExitCode::from(DIFFERS),
            Ok(Found::Unknown) => ExitCode::from(FAILED),
            Err(error) => {
                output::error(&error);
                ExitCode::from(FAILED)
            }
        }
    }

    fn find(self) -> Result<Found> {
        match self {
            Self::Diff(diff) => diff.run(),
            Self::Record(record) => record.run(),
            Self::Verify(verify) => verify.run(),
        }
    }
}
