//! The report for CI, in the form that the Ant task of `JUnit` began and every CI server reads.

use super::report::{Judged, Report, Verdict};
use crate::contract::compare::Difference;
use crate::protocol::xml::Writer;

/// One `testsuite` for each face, one `testcase` for each case.
pub fn junit(report: &Report) -> Vec<u8> {
    let mut out = Writer::new();
    out.declaration();
    out.open_as("", "", "testsuites");
    out.attribute("name", "lychgate contract verify");
    totals(&mut out, report.cases.iter());
    seconds(&mut out, report.took);
    let mut rest = report.cases.as_slice();
    while let Some(first) = rest.first() {
        let of_face = rest.iter().take_while(|case| case.face == first.face).count();
        let (suite, others) = rest.split_at(of_face);
        out.open_as("", "", "testsuite");
        out.attribute("name", &first.face);
        totals(&mut out, suite.iter());
        seconds(&mut out, suite.iter().map(|case| case.took).sum());
        for case in suite {
            testcase(&mut out, case);
        }
        out.close();
        rest = others;
    }
    out.finish()
}

fn totals<'r>(out: &mut Writer, cases: impl Iterator<Item = &'r Judged>) {
    let [mut tests, mut failures, mut errors, mut skipped] = [0_usize; 4];
    for case in cases {
        tests += 1;
        match case.verdict {
            Verdict::Green | Verdict::Rewritten { .. } => {}
            Verdict::Red { .. } => failures += 1,
            Verdict::Broken { .. } => errors += 1,
            Verdict::Skipped { .. } => skipped += 1,
        }
    }
    out.attribute("tests", &tests.to_string());
    out.attribute("failures", &failures.to_string());
    out.attribute("errors", &errors.to_string());
    out.attribute("skipped", &skipped.to_string());
}

fn seconds(out: &mut Writer, took: std::time::Duration) {
    out.attribute("time", &format!("{:.3}", took.as_secs_f64()));
}

fn testcase(out: &mut Writer, case: &Judged) {
    out.open_as("", "", "testcase");
    out.attribute("classname", &format!("{}.{}", case.face, case.operation));
    out.attribute("name", &case.name);
    seconds(out, case.took);
    match &case.verdict {
        Verdict::Green => {}
        Verdict::Red { differences } => {
            out.open_as("", "", "failure");
            out.attribute("type", "difference");
            out.attribute("message", &message(case, differences));
            out.text(&lines(differences));
            out.close();
        }
        Verdict::Broken { why } => {
            out.open_as("", "", "error");
            out.attribute("message", why);
            out.close();
        }
        Verdict::Skipped { why } => {
            out.open_as("", "", "skipped");
            out.attribute("message", why);
            out.close();
        }
        Verdict::Rewritten { differences } => {
            out.leaf("", "system-out", &format!("put on record anew:\n{}", lines(differences)));
        }
    }
    out.close();
}

fn message(case: &Judged, differences: &[Difference]) -> String {
    let first = differences.first().map(ToString::to_string).unwrap_or_default();
    format!("{}: {first}", case.shows)
}

fn lines(differences: &[Difference]) -> String {
    let lines: Vec<String> = differences.iter().map(ToString::to_string).collect();
    lines.join("\n")
}
