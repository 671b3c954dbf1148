//! Which cases are asked one after the other, and which on their own.

use std::collections::BTreeMap;

use crate::contract::case::{BadCase, Case};

/// Cases that are asked in order, by their places in the recording.
#[derive(Debug, PartialEq, Eq)]
pub struct Run {
    pub steps: Vec<Step>,
}

/// One call of a run.
#[derive(Debug, PartialEq, Eq)]
pub struct Step {
    pub at: usize,
    /// Otherwise it is only asked, because a later one needs it.
    pub is_wanted: bool,
}

impl Run {
    /// The places of the cases that are judged.
    pub fn wanted(&self) -> impl Iterator<Item = usize> {
        self.steps.iter().filter(|step| step.is_wanted).map(|step| step.at)
    }
}

/// The runs of a recording, the longest first, so that no thread is left alone with it at the end.
///
/// Of a sequence everything up to its last wanted step is asked. Fails where two cases are the same
/// step.
pub fn runs(cases: &[Case], wants: &dyn Fn(&Case) -> bool) -> Result<Vec<Run>, BadCase> {
    let mut runs = Vec::new();
    let mut sequences: BTreeMap<&str, BTreeMap<u64, Step>> = BTreeMap::new();
    for (at, case) in cases.iter().enumerate() {
        let step = Step { at, is_wanted: wants(case) };
        let Some(place) = &case.told.sequence else {
            if step.is_wanted {
                runs.push(Run { steps: vec![step] });
            }
            continue;
        };
        let sequence = sequences.entry(&place.of).or_default();
        if let Some(other) = sequence.insert(place.step, step) {
            let other = cases.get(other.at).map(Case::id).unwrap_or_default();
            let what = format_args!("step {} of `{}` is {other} as well", place.step, place.of);
            return Err(case.wrong(what));
        }
    }
    for sequence in sequences.into_values() {
        let mut steps: Vec<Step> = sequence.into_values().collect();
        let needed = steps.iter().rposition(|step| step.is_wanted).map_or(0, |last| last + 1);
        steps.truncate(needed);
        if !steps.is_empty() {
            runs.push(Run { steps });
        }
    }
    runs.sort_by_key(|run| std::cmp::Reverse(run.steps.len()));
    Ok(runs)
}
