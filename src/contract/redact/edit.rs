//! Stretches of bytes and what takes their place.

use std::ops::Range;

/// New bytes for a stretch of old ones. `Debug` is not derived: it would show what was put in.
#[derive(Clone, PartialEq, Eq)]
pub(super) struct Edit {
    pub at: Range<usize>,
    pub with: Vec<u8>,
}

impl Edit {
    pub fn new(at: Range<usize>, with: impl Into<Vec<u8>>) -> Self {
        Self { at, with: with.into() }
    }

    /// The same edit in bytes in which this edit's begin at `offset`.
    pub fn moved(mut self, offset: usize) -> Self {
        self.at = self.at.start + offset..self.at.end + offset;
        self
    }
}

/// The edits in order, each at bytes of its own. Of those that overlap, the longest stays and is
/// widened to what they cover together: what one of them found must not stand half.
pub(super) fn settled(mut edits: Vec<Edit>) -> Vec<Edit> {
    edits.retain(|edit| !edit.at.is_empty());
    edits.sort_by(|a, b| a.at.start.cmp(&b.at.start).then(b.at.end.cmp(&a.at.end)));
    let mut settled: Vec<Edit> = Vec::with_capacity(edits.len());
    for edit in edits {
        match settled.last_mut() {
            Some(last) if edit.at.start < last.at.end => {
                let joined = last.at.start..last.at.end.max(edit.at.end);
                if edit.at.len() > last.at.len() {
                    last.with = edit.with;
                }
                last.at = joined;
            }
            _ => settled.push(edit),
        }
    }
    settled
}

/// The bytes with settled edits made. Edits beyond the end are none.
pub(super) fn applied(bytes: &[u8], edits: &[Edit]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut from = 0;
    for edit in edits {
        out.extend_from_slice(bytes.get(from..edit.at.start).unwrap_or_default());
        out.extend_from_slice(&edit.with);
        from = edit.at.end;
    }
    out.extend_from_slice(bytes.get(from..).unwrap_or_default());
    out
}
