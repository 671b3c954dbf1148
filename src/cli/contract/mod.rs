//! `lychgate contract`: calls and replies on disk: recorded, replayed, compared.

use anyhow::Result;
use clap::Subcommand;

/// Records, verifies and compares calls and their replies.
#[derive(Debug, Subcommand)]
pub enum Command {}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {}
    }
}
