//! Counting whom segments hold.

use serde::{Deserialize, Serialize};

use super::{Part, Work};
use crate::domain::jobs::file::{Line, line};
use crate::domain::jobs::task::StoredTask;
use crate::domain::{Account, Error, Refusal, Result, SegmentId};

/// Segments to count, one after the other.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CountSegments {
    pub segments: Vec<SegmentId>,
    /// Segments that are done.
    pub counted: usize,
}

impl CountSegments {
    pub fn new(segments: Vec<SegmentId>) -> Self {
        Self { segments, counted: 0 }
    }
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &CountSegments,
) -> Result<Part<'a>> {
    let work = stored.task.work.clone();
    let Some(segment) = order.segments.get(order.counted).copied() else {
        let output = format!("{} segments counted.", stored.task.done);
        return Ok(Part::to(work).ending(output));
    };
    let counted = order.counted + 1;
    let part = Part::to(Work::CountSegments(CountSegments { counted, ..order.clone() }));
    match account.segments().count_now(segment).await {
        Ok(segment) => {
            let file = line(&Line::Segment(segment.id, segment.contacts))?;
            Ok(Part { file, done: 1, ..part })
        }
        Err(Error::Refused(Refusal::SegmentNotFound)) => Ok(part),
        Err(error) => Err(error),
    }
}
