//! `lychgate config`: checks a config file, prints the documented example.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, Subcommand};

use super::output;
use crate::config::{self, Config};

/// Checks a config file or prints a documented one.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Says whether a config file and the environment can be used.
    #[command(after_help = "Example:\n  lychgate config check /etc/lychgate/lychgate.toml")]
    Check {
        /// The file to check.
        file: PathBuf,
    },
    /// Prints a config file with every key, its meaning and its default.
    #[command(after_help = "Example:\n  lychgate config example > lychgate.toml")]
    Example,
}

impl Command {
    pub fn run(self) -> Result<()> {
        match self {
            Self::Check { file } => {
                config::load(Some(&file), std::env::vars())?;
                output::line(format_args!("{}: good", file.display()))
            }
            Self::Example => output::bytes(config::example().as_bytes()),
        }
    }
}

/// Which config file a command reads.
#[derive(Debug, Clone, Default, Args)]
pub struct ConfigFile {
    /// Config file [default: lychgate.toml, where there is one]
    #[arg(long, value_name = "FILE", env = "LYCHGATE_CONFIG")]
    pub config: Option<PathBuf>,
}

impl ConfigFile {
    /// The file's settings with the environment over them.
    pub fn load(&self) -> Result<Config> {
        let usual = PathBuf::from("lychgate.toml");
        let file = self.config.clone().or_else(|| usual.exists().then_some(usual));
        config::load(file.as_deref(), std::env::vars()).context("the settings cannot be used")
    }
}
