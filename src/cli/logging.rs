//! Logs on standard error, as text or JSON. Callers never pass an address, credential or body.

use std::io::IsTerminal as _;

use anyhow::{Context as _, Result};
use tracing_subscriber::EnvFilter;

use crate::config::{Log, LogFormat};

/// The variable whose filter wins over the config's.
const VARIABLE: &str = "LYCHGATE_LOG";

/// Starts logging for the rest of the process. A second start keeps the first.
pub fn start(log: &Log) -> Result<()> {
    let filter = std::env::var(VARIABLE).unwrap_or_else(|_| log.filter.clone());
    let filter = EnvFilter::try_new(&filter)
        .with_context(|| format!("`{filter}` is not a log filter, such as `info`"))?;
    let lines = tracing_subscriber::fmt()
        .with_env_filter(filter)
        .with_ansi(std::io::stderr().is_terminal())
        .with_writer(std::io::stderr);
    let started = match log.format {
        LogFormat::Text => lines.try_init(),
        LogFormat::Json => lines.json().flatten_event(true).try_init(),
    };
    // Only tests start twice in one process.
    drop(started);
    Ok(())
}
