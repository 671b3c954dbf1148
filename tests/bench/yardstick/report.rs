//! The result as a table, which is Markdown too, and as JSON.

use std::fmt::Write as _;

use serde_json::{Value, json};

use super::case::Target;
use super::footprint::{self, Fact};
use super::rounds::{Figures, GATEWAY, Measured};
use super::rows::{self, Rows};

const HEADINGS: [&str; 11] = [
    "case",
    "server",
    "calls/s",
    "p50 ms",
    "p99 ms",
    "p99.9 ms",
    "CPU µs",
    "disk µs",
    "peak MiB",
    "× floor (least to most)",
    "target",
];

/// All that was measured.
#[derive(Debug)]
pub struct Report {
    pub calls: Vec<Measured>,
    pub footprint: Vec<Fact>,
    pub rows: Vec<Rows>,
}

impl Report {
    /// How many targets were missed.
    pub fn missed(&self) -> usize {
        let calls = self.calls.iter().filter(|case| case.is_missed()).count();
        let facts = self.footprint.iter().filter(|fact| fact.is_missed()).count();
        calls + facts + self.rows.iter().map(Rows::missed).sum::<usize>()
    }

    /// A table for each kind of what was measured.
    pub fn tables(&self) -> String {
        let calls = table(&HEADINGS, self.calls.iter().flat_map(case_rows));
        let footprint = table(&footprint::HEADINGS, self.footprint.iter().map(Fact::cells));
        let rows = table(&rows::HEADINGS, self.rows.iter().map(Rows::cells));
        let all = [calls, footprint, rows].into_iter().flatten();
        all.collect::<Vec<_>>().join("\n")
    }

    pub fn json(&self) -> Value {
        json!({
            "calls": self.calls.iter().map(case).collect::<Vec<_>>(),
            "footprint": self.footprint.iter().map(Fact::json).collect::<Vec<_>>(),
            "rows": self.rows.iter().map(Rows::json).collect::<Vec<_>>(),
        })
    }
}

/// Markdown with its columns aligned; `None` without rows.
fn table<const N: usize>(
    headings: &[&str; N],
    rows: impl Iterator<Item = [String; N]>,
) -> Option<String> {
    let mut lines = vec![headings.map(str::to_owned)];
    lines.extend(rows);
    if lines.len() == 1 {
        return None;
    }
    let width = |column: usize| {
        let cells = lines.iter().filter_map(|line| line.get(column));
        cells.map(|cell| cell.chars().count()).max().unwrap_or(0)
    };
    let widths: Vec<usize> = (0..N).map(width).collect();
    let rule: Vec<String> = widths.iter().map(|width| "-".repeat(width + 2)).collect();
    let mut table = String::new();
    for (number, line) in lines.iter().enumerate() {
        let cells = line.iter().zip(&widths).map(|(cell, width)| format!(" {cell:<width$} "));
        // Writing to a text cannot fail.
        let _written = writeln!(table, "|{}|", cells.collect::<Vec<_>>().join("|"));
        if number == 0 {
            let _written = writeln!(table, "|{}|", rule.join("|"));
        }
    }
    Some(table)
}

/// A line for each server.
fn case_rows(case: &Measured) -> impl Iterator<Item = [String; HEADINGS.len()]> {
    case.servers.iter().map(|server| row(case, server))
}

fn row(measured: &Measured, server: &Figures) -> [String; HEADINGS.len()] {
    let spread = server
        .multiple
        .map(|spread| format!("{:.2} ({:.2} to {:.2})", spread.median, spread.least, spread.most));
    let or_dash = |text: Option<String>| text.unwrap_or_else(|| "–".to_owned());
    [
        measured.case.about.to_owned(),
        server.name.clone(),
        format!("{:.0}", server.calls_per_second),
        format!("{:.2}", server.p50_ms),
        format!("{:.2}", server.p99_ms),
        format!("{:.2}", server.p999_ms),
        or_dash(server.spent.map(|spent| format!("{:.1}", spent.call))),
        or_dash(server.spent.map(|spent| format!("{:.1}", spent.disk))),
        or_dash(server.peak_mebibytes.map(|peak| format!("{peak:.0}"))),
        or_dash(spread),
        if server.name == GATEWAY { verdict(measured) } else { String::new() },
    ]
}

fn verdict(measured: &Measured) -> String {
    let word = match measured.holds() {
        Some(true) => "met",
        Some(false) => "MISSED",
        None => "not measured",
    };
    match measured.case.target {
        Target::Multiple(most) => format!("{most}: {word}"),
        Target::P99Millis(most) => format!("p99 {most} ms: {word}"),
    }
}

fn case(measured: &Measured) -> Value {
    let target = match measured.case.target {
        Target::Multiple(most) => json!({ "multiple": most }),
        Target::P99Millis(most) => json!({ "p99_ms": most }),
    };
    json!({
        "case": measured.case.name,
        "about": measured.case.about,
        "connections": measured.case.connections,
        "request_bytes": measured.request_bytes,
        "reply_bytes": measured.reply_bytes,
        "target": target,
        "holds": measured.holds(),
        "servers": measured.servers.iter().map(server).collect::<Vec<_>>(),
    })
}

fn server(figures: &Figures) -> Value {
    json!({
        "server": figures.name,
        "calls_per_second": figures.calls_per_second,
        "p50_ms": figures.p50_ms,
        "p99_ms": figures.p99_ms,
        "p999_ms": figures.p999_ms,
        "cpu_us": figures.spent.map(|spent| json!({
            "call": spent.call, "disk": spent.disk, "jobs": spent.jobs,
        })),
        "multiple_of_floor": figures.multiple.map(|spread| json!({
            "least": spread.least, "median": spread.median, "most": spread.most,
        })),
        "peak_mebibytes": figures.peak_mebibytes,
    })
}
