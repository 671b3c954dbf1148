//! Files of one JSON object a line, handed over piece by piece.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::Path;

use anyhow::{Context as _, Result, anyhow};
use indicatif::ProgressBar;
use serde::Deserialize;

use super::output;

/// Lines handed over together: what the domain commits at once.
const LINES_AT_ONCE: usize = 5_000;
/// Bytes of lines handed over together; with one more line far below the server's bound on a body
/// of 16 MiB.
const BYTES_AT_ONCE: usize = 4 * 1024 * 1024;

/// What became of some lines.
#[derive(Debug, Deserialize)]
pub struct Tally {
    recorded: u64,
    #[serde(default)]
    known: u64,
    bad: u64,
    bad_lines: Vec<BadLine>,
}

#[derive(Debug, Deserialize)]
struct BadLine {
    /// Counts from 1 within the lines that were handed over together.
    line: u64,
    reason: String,
}

/// What became of a file's lines.
#[derive(Debug, Clone, Copy, Default)]
pub struct Totals {
    pub recorded: u64,
    /// Recorded before.
    pub known: u64,
    pub bad: u64,
}

/// Gives all lines of a file, `-` for standard input, to `take`, with a bar over the file's bytes;
/// bad ones are named by their number on standard error.
pub async fn hand_over(
    file: &Path,
    mut take: impl AsyncFnMut(Vec<String>) -> Result<Tally>,
) -> Result<Totals> {
    let mut lines = open(file)?.lines();
    let bar = bar_over(file);
    let (mut before, mut totals) = (0, Totals::default());
    loop {
        let (some, bytes) =
            some_lines(&mut lines).with_context(|| format!("cannot read {}", file.display()))?;
        if some.is_empty() {
            break;
        }
        let count = u64::try_from(some.len())?;
        let tally = take(some).await?;
        bar.inc(u64::try_from(bytes)?);
        for BadLine { line, reason } in tally.bad_lines {
            bar.suspend(|| output::error(&anyhow!("line {}: {reason}", before + line)));
        }
        before += count;
        totals.recorded += tally.recorded;
        totals.known += tally.known;
        totals.bad += tally.bad;
    }
    bar.finish_and_clear();
    Ok(totals)
}

/// The next lines that are handed over together, and their bytes in the file.
fn some_lines(
    lines: &mut dyn Iterator<Item = std::io::Result<String>>,
) -> Result<(Vec<String>, usize)> {
    let (mut some, mut bytes) = (Vec::new(), 0);
    while some.len() < LINES_AT_ONCE && bytes < BYTES_AT_ONCE {
        let Some(line) = lines.next().transpose()? else { break };
        bytes += line.len() + 1;
        some.push(line);
    }
    Ok((some, bytes))
}

/// A bar over the file's bytes; over as many as come where nobody knows.
fn bar_over(file: &Path) -> ProgressBar {
    let length = std::fs::metadata(file).ok().filter(std::fs::Metadata::is_file);
    let bar = output::progress(length.as_ref().map_or(0, std::fs::Metadata::len), "bytes read");
    if length.is_none() {
        bar.unset_length();
    }
    bar
}

fn open(file: &Path) -> Result<Box<dyn BufRead>> {
    if file == Path::new("-") {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let opened = File::open(file).with_context(|| format!("cannot open {}", file.display()))?;
    Ok(Box::new(BufReader::new(opened)))
}
