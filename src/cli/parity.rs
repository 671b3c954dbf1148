//! `lychgate parity`: how alike a running server and the upstream behind it answer.

use anyhow::{Context as _, Result};
use clap::Args;
use http::Method;

use super::admin::ensure_well;
use super::output;
use super::place::ServerPlace;
use super::runtime::block_on;
use crate::contract::parity::{Line, Report};

/// Places that are shown of an operation unless more are asked for.
const PLACES: usize = 3;

/// Shows, by operation, how often a server answered as its upstream did, and what differed.
#[derive(Debug, Args)]
#[command(after_help = "Example:\n  lychgate parity --server http://127.0.0.1:8080")]
pub struct Parity {
    #[command(flatten)]
    server: ServerPlace,
    /// Show every place that differed, not the most frequent ones alone
    #[arg(long)]
    all: bool,
    /// Print JSON
    #[arg(long)]
    json: bool,
}

impl Parity {
    pub fn run(self) -> Result<()> {
        block_on(self.show())
    }

    async fn show(self) -> Result<()> {
        let client = self.server.client()?.context("say with --server which server to ask")?;
        let (status, body) = client.call(Method::GET, "/_lychgate/parity", &[], "").await?.parts();
        ensure_well(status, &body)?;
        if self.json {
            return output::bytes(&body);
        }
        let report: Report = serde_json::from_slice(&body).context("the answer cannot be read")?;
        let most = if self.all { usize::MAX } else { PLACES };
        tell(&report, most)
    }
}

fn tell(report: &Report, most: usize) -> Result<()> {
    let headings = ["FACE", "OPERATION", "EQUAL", "DIFFERENT", "FAILED", "SKIPPED"];
    let rows: Vec<Vec<String>> = report.operations.iter().map(row).collect();
    output::table(&headings, &rows)?;
    for line in &report.operations {
        details(line, most).into_iter().try_for_each(output::line)?;
    }
    output::line(format_args!("\nsince {}", report.since))
}

fn row(line: &Line) -> Vec<String> {
    let counts = [line.equal, line.different, line.failed, line.skipped];
    let names = [line.face.clone(), named(line).to_owned()];
    names.into_iter().chain(counts.map(|count| count.to_string())).collect()
}

fn named(line: &Line) -> &str {
    if line.operation.is_empty() { "-" } else { &line.operation }
}

/// What differed, failed or was skipped, a line each under a heading; nothing where all is equal.
fn details(line: &Line, most: usize) -> Vec<String> {
    let shown = line.differences.iter().take(most);
    let mut lines: Vec<String> =
        shown.map(|place| format!("  {} × {}: {}", place.count, place.path, place.what)).collect();
    let hidden = line.differences.iter().skip(most).map(|place| place.count).sum::<u64>();
    let others = hidden + line.other_differences;
    if others > 0 {
        lines.push(format!("  {others} × other places"));
    }
    lines.extend(line.failures.iter().map(|(word, count)| format!("  {count} × failed: {word}")));
    lines.extend(line.skips.iter().map(|(why, count)| format!("  {count} × {}", why.sentence())));
    if !lines.is_empty() {
        lines.insert(0, format!("\n{} {}", line.face, named(line)));
    }
    lines
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::contract::parity::{Place, Skipped};

    fn line() -> Line {
        let place = |path: &str, count| Place { path: path.into(), what: "value".into(), count };
        Line {
            face: "selzy".into(),
            operation: "getLists".into(),
            different: 9,
            last: Some(Timestamp::UNIX_EPOCH),
            differences: vec![place("/result[*]/id", 9), place("/result[*]/title", 2)],
            other_differences: 4,
            skips: [(Skipped::Write, 5)].into(),
            ..Line::default()
        }
    }

    #[test]
    fn what_is_not_shown_is_counted() {
        let lines = details(&line(), 1);
        let expected = [
            "\nselzy getLists",
            "  9 × /result[*]/id: value",
            "  6 × other places",
            "  5 × not compared: it changes something, or may",
        ];
        assert_eq!(lines, expected);
        assert!(details(&Line { equal: 3, ..Line::default() }, 1).is_empty());
    }
}
