//! What commands print: results on standard output, progress and errors on standard error.

use std::io::{IsTerminal as _, Write as _};

use anyhow::{Context as _, Result};
use indicatif::{ProgressBar, ProgressDrawTarget, ProgressStyle};
use unicode_width::UnicodeWidthStr;

use crate::contract::show::Paint;

/// Prints one line of a command's result.
pub fn line(text: impl std::fmt::Display) -> Result<()> {
    let mut out = std::io::stdout().lock();
    writeln!(out, "{text}").and_then(|()| out.flush()).context("cannot write to standard output")
}

/// Where a command that says more than its result says it.
#[derive(Debug, Clone, Copy)]
pub enum Voice {
    /// On standard output, for people.
    Result,
    /// On standard error, because standard output is for machines.
    Aside,
}

impl Voice {
    pub fn line(self, text: impl std::fmt::Display) -> Result<()> {
        match self {
            Self::Result => line(text),
            Self::Aside => writeln!(std::io::stderr().lock(), "{text}")
                .context("cannot write to standard error"),
        }
    }
}

/// Colors where a terminal shows them, unless `NO_COLOR` is set to anything.
pub fn paint(voice: Voice) -> Paint {
    let is_terminal = match voice {
        Voice::Result => std::io::stdout().is_terminal(),
        Voice::Aside => std::io::stderr().is_terminal(),
    };
    let is_refused = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
    if is_terminal && !is_refused { Paint::Colors } else { Paint::Plain }
}

/// Prints bytes as they are.
pub fn bytes(content: &[u8]) -> Result<()> {
    let mut out = std::io::stdout().lock();
    out.write_all(content).and_then(|()| out.flush()).context("cannot write to standard output")
}

/// Prints an error with its causes; a closed standard error is no reason to fail once more.
pub fn error(error: &anyhow::Error) {
    drop(writeln!(std::io::stderr().lock(), "error: {error:#}"));
}

/// Rows of text under headings, in columns.
pub fn table(headings: &[&str], rows: &[Vec<String>]) -> Result<()> {
    let width_of = |column: usize| {
        let cells = rows.iter().filter_map(|row| row.get(column)).map(String::as_str);
        cells.chain(headings.get(column).copied()).map(UnicodeWidthStr::width).max()
    };
    let widths: Vec<usize> = (0..headings.len()).map(|at| width_of(at).unwrap_or(0)).collect();
    let render = |cells: &mut dyn Iterator<Item = &str>| {
        let padded = cells.zip(&widths).map(|(cell, width)| {
            let blanks = width.saturating_sub(cell.width());
            format!("{cell}{}", " ".repeat(blanks))
        });
        padded.collect::<Vec<_>>().join("  ").trim_end().to_owned()
    };
    line(render(&mut headings.iter().copied()))?;
    rows.iter().try_for_each(|row| line(render(&mut row.iter().map(String::as_str))))
}

/// A bar for `total` steps where standard error is a terminal; draws nothing elsewhere.
pub fn progress(total: u64, what: &'static str) -> ProgressBar {
    let target = if std::io::stderr().is_terminal() {
        ProgressDrawTarget::stderr()
    } else {
        ProgressDrawTarget::hidden()
    };
    let bar = ProgressBar::with_draw_target(Some(total), target).with_message(what);
    let style =
        ProgressStyle::with_template("{msg} [{bar:40}] {human_pos}/{human_len} {per_sec} {eta}");
    match style {
        Ok(style) => bar.with_style(style),
        Err(_) => bar,
    }
}
