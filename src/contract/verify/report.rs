//! What became of the cases.

use std::path::PathBuf;
use std::time::Duration;

use serde::{Serialize, Serializer};

use crate::contract::case::Case;
use crate::contract::compare::Difference;

/// What became of one case.
#[derive(Debug, Serialize)]
#[serde(tag = "verdict", rename_all = "kebab-case")]
pub enum Verdict {
    /// Answered as on record.
    Green,
    /// Answered otherwise.
    Red { differences: Vec<Difference> },
    /// Answered otherwise, and that is on record now.
    Rewritten { differences: Vec<Difference> },
    /// Not asked.
    Skipped { why: String },
    /// Could not be asked to the end.
    Broken { why: String },
}

/// One case with its verdict.
#[derive(Debug, Serialize)]
pub struct Judged {
    pub face: String,
    pub operation: String,
    #[serde(rename = "case")]
    pub name: String,
    pub folder: PathBuf,
    /// The sentence that the case proves.
    pub shows: String,
    #[serde(flatten)]
    pub verdict: Verdict,
    #[serde(rename = "took_ms", serialize_with = "milliseconds")]
    pub took: Duration,
}

/// How many of each verdict there are.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Counts {
    pub green: usize,
    pub red: usize,
    pub rewritten: usize,
    pub skipped: usize,
    pub broken: usize,
}

/// What became of a recording.
#[derive(Debug, Serialize)]
pub struct Report {
    #[serde(flatten)]
    pub counts: Counts,
    #[serde(rename = "took_ms", serialize_with = "milliseconds")]
    pub took: Duration,
    /// In the order of their folders.
    pub cases: Vec<Judged>,
}

fn milliseconds<S: Serializer>(took: &Duration, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.serialize_u64(u64::try_from(took.as_millis()).unwrap_or(u64::MAX))
}

impl Judged {
    pub(super) fn new(case: &Case, verdict: Verdict, took: Duration) -> Self {
        Self {
            face: case.face.clone(),
            operation: case.operation.clone(),
            name: case.name.clone(),
            folder: case.folder.clone(),
            shows: case.told.shows.clone(),
            verdict,
            took,
        }
    }

    pub(super) fn broken(case: &Case, why: &str) -> Self {
        Self::new(case, Verdict::Broken { why: why.to_owned() }, Duration::ZERO)
    }

    /// `<face>/<operation>/<case>`.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.face, self.operation, self.name)
    }
}

impl Report {
    pub(super) fn new(cases: Vec<Judged>, took: Duration) -> Self {
        let mut counts = Counts::default();
        for case in &cases {
            let count = match case.verdict {
                Verdict::Green => &mut counts.green,
                Verdict::Red { .. } => &mut counts.red,
                Verdict::Rewritten { .. } => &mut counts.rewritten,
                Verdict::Skipped { .. } => &mut counts.skipped,
                Verdict::Broken { .. } => &mut counts.broken,
            };
            *count += 1;
        }
        Self { counts, took, cases }
    }

    /// Nothing differs, and nothing broke.
    pub fn is_green(&self) -> bool {
        self.counts.red == 0 && self.counts.broken == 0
    }

    /// At least one case was asked and compared.
    pub fn has_judged(&self) -> bool {
        self.counts.green + self.counts.red + self.counts.rewritten > 0
    }
}
