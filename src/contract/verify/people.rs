//! The report for people.

use std::collections::BTreeMap;

use super::report::{Counts, Judged, Report, Verdict};
use crate::contract::show::{self, Paint};

/// Every case that is not green, with what differs, and then the sums.
pub fn people(report: &Report, paint: Paint) -> String {
    let mut out = String::new();
    for case in &report.cases {
        match &case.verdict {
            Verdict::Red { differences } => {
                differing(&mut out, "RED", case, &show::people(differences, paint));
            }
            Verdict::Rewritten { differences } => {
                differing(&mut out, "REWRITTEN", case, &show::people(differences, paint));
            }
            Verdict::Broken { why } => {
                heading(&mut out, "BROKEN", case);
                line(&mut out, format_args!("  {why}\n"));
            }
            Verdict::Green | Verdict::Skipped { .. } => {}
        }
    }
    skipped(&mut out, &report.cases);
    line(&mut out, sums(report));
    out
}

fn heading(out: &mut String, word: &str, case: &Judged) {
    line(out, format_args!("{word}  {}", case.id()));
    line(out, format_args!("  {}", case.shows));
}

fn differing(out: &mut String, word: &str, case: &Judged, differences: &str) {
    heading(out, word, case);
    for difference in differences.lines() {
        line(out, format_args!("  {difference}"));
    }
    out.push('\n');
}

/// Each reason once, with how many cases it holds for.
fn skipped(out: &mut String, cases: &[Judged]) {
    let mut reasons: BTreeMap<&str, usize> = BTreeMap::new();
    for case in cases {
        if let Verdict::Skipped { why } = &case.verdict {
            *reasons.entry(why).or_default() += 1;
        }
    }
    for (why, count) in reasons {
        line(out, format_args!("SKIPPED  {count}: {why}"));
    }
}

fn sums(report: &Report) -> String {
    let Counts { green, red, rewritten, skipped, broken } = report.counts;
    let rest = [(red, "red"), (rewritten, "rewritten"), (broken, "broken"), (skipped, "skipped")];
    let cases = match report.cases.len() {
        1 => "1 case".to_owned(),
        count => format!("{count} cases"),
    };
    let mut sums = vec![format!("{cases}: {green} green")];
    for (count, word) in rest {
        if count > 0 {
            sums.push(format!("{count} {word}"));
        }
    }
    sums.push(format!("in {:.1} s", report.took.as_secs_f64()));
    sums.join(", ")
}

fn line(out: &mut String, text: impl std::fmt::Display) {
    out.push_str(&text.to_string());
    out.push('\n');
}
