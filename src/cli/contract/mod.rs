//! `lychgate contract`: calls and replies on disk: recorded, replayed, compared.

mod record;

use anyhow::{Result, bail};
use clap::Subcommand;

/// Records, verifies and compares calls and their replies.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Passes calls on to an upstream and keeps calls and replies, without credentials.
    Record(Box<record::Record>),
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Record(record) => match record.run()? {
                true => Ok(()),
                false => bail!("a secret was found in the recording"),
            },
        }
    }
}
