//! Reads the journal, also while its writer is at work: pages of entries, the newest ones, one by id.

use std::collections::VecDeque;
use std::io;
use std::path::Path;

use super::ask::{Ask, Filter, Position, Start};
use super::entry::{Entry, Gap, Line, has_failed};
use super::segment::{self, Lines, Segment};
use crate::contract::Ended;

/// Bytes of entries that a page carries; one more entry may pass it.
const PAGE_BYTES: usize = 4 * 1024 * 1024;
/// Bytes that are looked through for a page: a filter that nothing meets ends there, too.
const PAGE_SCANNED_BYTES: u64 = 64 * 1024 * 1024;

/// Some entries, the oldest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Page {
    /// One JSON object a line.
    pub lines: Vec<u8>,
    /// Where the next page begins.
    pub next: Position,
    /// There was nothing more when this was read.
    pub at_end: bool,
}

impl Page {
    /// Calls, and gaps between them; lines of another version that cannot be read are left out.
    pub fn told(&self) -> impl Iterator<Item = Line> + '_ {
        self.lines.split(|byte| *byte == b'\n').filter_map(Line::of_json)
    }

    /// The calls alone.
    pub fn entries(&self) -> impl Iterator<Item = Entry<'static>> + '_ {
        self.told().filter_map(|line| match line {
            Line::Call(entry) => Some(*entry),
            Line::Gap(_) => None,
        })
    }
}

/// What was asked for, as far as a page carries it. A folder without a journal has an empty one.
pub fn page(folder: &Path, ask: &Ask) -> io::Result<Page> {
    match ask.start {
        Start::From(position) => onwards(folder, position, ask),
        Start::Last(count) => newest(folder, count, ask),
    }
}

/// The entry with this request id, the newest when an id came twice.
pub fn find(folder: &Path, id: &str) -> io::Result<Option<Entry<'static>>> {
    for segment in segment::all(folder)?.iter().rev() {
        let Some(mut lines) = open(segment, 0)? else { continue };
        let mut found = None;
        while let Some(json) = lines.next()? {
            let Ok(brief) = serde_json::from_slice::<Brief<'_>>(json) else { continue };
            if brief.id == id {
                found = serde_json::from_slice(json).ok();
            }
        }
        if found.is_some() {
            return Ok(found);
        }
    }
    Ok(None)
}

fn onwards(folder: &Path, from: Position, ask: &Ask) -> io::Result<Page> {
    let mut page = Page { lines: Vec::new(), next: from, at_end: true };
    let (mut entries, mut scanned) = (0, 0);
    let segments = segment::all(folder)?;
    // A journal that was thrown away begins to count anew.
    let is_anew = segments.last().is_some_and(|newest| newest.number < from.segment);
    for segment in segments {
        if segment.number < from.segment && !is_anew {
            continue;
        }
        let begins_here = segment.number == from.segment && from.offset <= segment.bytes;
        let begin = if begins_here { from.offset } else { 0 };
        let Some(mut lines) = open(&segment, begin)? else { continue };
        loop {
            if entries >= ask.limit
                || page.lines.len() >= PAGE_BYTES
                || scanned >= PAGE_SCANNED_BYTES
            {
                page.at_end = false;
                return Ok(page);
            }
            let before = lines.offset;
            let json = lines.next()?;
            entries += usize::from(json.is_some_and(|json| ask.put(json, &mut page.lines)));
            let ended = json.is_none();
            page.next = Position { segment: segment.number, offset: lines.offset };
            scanned += lines.offset - before;
            if ended {
                break;
            }
        }
    }
    Ok(page)
}

fn newest(folder: &Path, count: usize, ask: &Ask) -> io::Result<Page> {
    let segments = segment::all(folder)?;
    let mut found: VecDeque<Vec<u8>> = VecDeque::new();
    let mut next = None;
    let mut scanned = 0;
    for segment in segments.iter().rev() {
        let Some(mut lines) = open(segment, 0)? else { continue };
        let missing = count.min(ask.limit).saturating_sub(found.len());
        let here = newest_of(&mut lines, missing, ask)?;
        next.get_or_insert(Position { segment: segment.number, offset: lines.offset });
        for line in here.into_iter().rev() {
            found.push_front(line);
        }
        scanned += lines.offset;
        let bytes: usize = found.iter().map(Vec::len).sum();
        if found.len() >= count.min(ask.limit)
            || bytes >= PAGE_BYTES
            || scanned >= PAGE_SCANNED_BYTES
        {
            break;
        }
    }
    let lines = found.into_iter().flatten().collect();
    Ok(Page { lines, next: next.unwrap_or_default(), at_end: true })
}

/// The newest entries of one segment within a page's bytes.
fn newest_of(lines: &mut Lines, count: usize, ask: &Ask) -> io::Result<VecDeque<Vec<u8>>> {
    let mut kept: VecDeque<Vec<u8>> = VecDeque::new();
    let mut bytes = 0;
    while let Some(json) = lines.next()? {
        let mut line = Vec::new();
        if !ask.put(json, &mut line) {
            continue;
        }
        bytes += line.len();
        kept.push_back(line);
        while kept.len() > count || (bytes > PAGE_BYTES && kept.len() > 1) {
            bytes -= kept.pop_front().map_or(0, |dropped| dropped.len());
        }
    }
    Ok(kept)
}

/// `None` for a segment that was dropped meanwhile.
fn open(segment: &Segment, offset: u64) -> io::Result<Option<Lines>> {
    match Lines::open(&segment.path, offset) {
        Ok(lines) => Ok(Some(lines)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

/// What a filter looks at.
#[derive(Debug, serde::Deserialize)]
pub(super) struct Brief<'a> {
    #[serde(borrow)]
    pub id: std::borrow::Cow<'a, str>,
    pub at: jiff::Timestamp,
    #[serde(borrow)]
    pub face: std::borrow::Cow<'a, str>,
    #[serde(borrow)]
    pub operation: std::borrow::Cow<'a, str>,
    pub status: u16,
    #[serde(default)]
    pub ended: Ended,
    #[serde(default)]
    pub account: Option<u32>,
}

impl Ask {
    /// Adds the entry as a line when it is one of those asked for. A gap may hold some of any filter.
    fn put(&self, json: &[u8], lines: &mut Vec<u8>) -> bool {
        let Ok(brief) = serde_json::from_slice::<Brief<'_>>(json) else {
            let gap = serde_json::from_slice::<Gap>(json);
            let is_asked =
                gap.is_ok_and(|gap| self.filter.since.is_none_or(|since| gap.at >= since));
            if is_asked {
                lines.extend_from_slice(json);
                lines.push(b'\n');
            }
            return is_asked;
        };
        if !self.filter.takes(&brief) {
            return false;
        }
        if self.messages {
            lines.extend_from_slice(json);
        } else {
            let Ok(mut entry) = serde_json::from_slice::<Entry<'static>>(json) else {
                return false;
            };
            entry.kept = None;
            if serde_json::to_writer(&mut *lines, &entry).is_err() {
                return false;
            }
        }
        lines.push(b'\n');
        true
    }
}

impl Filter {
    fn takes(&self, brief: &Brief<'_>) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(found))
        };
        self.since.is_none_or(|since| brief.at >= since)
            && is(&self.face, &brief.face)
            && is(&self.operation, &brief.operation)
            && self.status.is_none_or(|wanted| wanted.takes(brief.status))
            && self.account.is_none_or(|wanted| brief.account == Some(wanted))
            && (!self.failed || has_failed(brief.status, brief.ended))
    }
}
