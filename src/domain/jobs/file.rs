//! Result files: what a task found, in lines of our own, read in parts.
//!
//! A file holds what was found, not how a vendor writes it: the face that is asked for the file
//! lays it out while it streams.

use std::sync::Arc;

use bytes::{Buf as _, BytesMut};
use jiff::{SignedDuration, Timestamp};
use serde::{Deserialize, Serialize};

use super::pieces::StoredFile;
use super::task::{StoredTask, Task};
use super::{TaskId, TaskStatus, TaskType, Tasks};
use crate::domain::activity::{Activity, Message, What};
use crate::domain::bounce::{BounceReason, Invalid};
use crate::domain::contact_record::ContactRecord;
use crate::domain::contacts::present;
use crate::domain::membership::Membership;
use crate::domain::people::{Last, Person};
use crate::domain::{
    BounceRules, Broken, Contact, ContactId, Context, Error, ListId, Refusal, Result, Schema,
    SegmentId,
};
use crate::store::StoreError;
use crate::store::Table;
use crate::store::record::damaged;
use crate::store::tables::BulkFile;

/// What a result file's name ends with, and what it begins with.
const SUFFIX: &str = ".xml";
const PREFIX: &str = "task-";

/// A line as it is stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) enum Line {
    /// A contact with its record's stored form.
    Contact(ContactId, Vec<u8>),
    Segment(SegmentId, u32),
    Recipient(Box<Recipient>),
    Person(Box<StoredPerson>),
}

/// A person with the stored forms of its record and memberships.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct StoredPerson {
    id: ContactId,
    record: Vec<u8>,
    lists: Vec<(ListId, Vec<u8>)>,
    last: Last,
}

impl StoredPerson {
    pub fn of(person: &Person) -> Result<Self> {
        let lists = person.lists.iter().map(|(list, member)| (*list, member.encode().to_vec()));
        Ok(Self {
            id: person.id,
            record: person.record.encode()?.to_vec(),
            lists: lists.collect(),
            last: person.last,
        })
    }

    fn read(self) -> Result<Person, StoreError> {
        let member = |(list, member): (ListId, Vec<u8>)| Ok((list, Membership::decode(&member)?));
        let lists = self.lists.into_iter().map(member).collect::<Result<_, StoreError>>()?;
        let record = ContactRecord::decode(&self.record)?;
        Ok(Person { id: self.id, record, lists, last: self.last })
    }
}

/// Whom a message was for, and what happened.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Recipient {
    pub address: String,
    pub message: Message,
    /// Who has the address now, or had it then.
    pub contact: Option<ContactId>,
    pub external_id: Option<String>,
    /// Whether who has the address now is subscribed.
    pub is_listed: bool,
    pub sent: Option<Timestamp>,
    /// The last one.
    pub bounced: Option<(Timestamp, BounceReason)>,
    pub opened: Vec<Timestamp>,
    /// With the link, as far as it is known.
    pub clicked: Vec<(Timestamp, Option<String>)>,
    pub opted_out: Option<Timestamp>,
}

impl std::fmt::Debug for Recipient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recipient").field("contact", &self.contact).finish_non_exhaustive()
    }
}

impl Recipient {
    /// One to whom nothing happened yet.
    pub(super) fn of(message: Message, activity: &Activity) -> Self {
        Self {
            address: activity.address.as_given().to_owned(),
            message,
            contact: activity.contact,
            external_id: None,
            is_listed: false,
            sent: None,
            bounced: None,
            opened: Vec::new(),
            clicked: Vec::new(),
            opted_out: None,
        }
    }

    pub(super) fn add(&mut self, activity: &Activity) {
        let time = activity.time;
        match &activity.what {
            What::Sent | What::Delivered => {
                self.sent = Some(self.sent.map_or(time, |sent| sent.min(time)));
            }
            What::Bounced { reason, .. } => {
                if self.bounced.is_none_or(|(last, _)| last <= time) {
                    self.bounced = Some((time, *reason));
                }
            }
            What::Opened => self.opened.push(time),
            What::Clicked { url } => self.clicked.push((time, url.clone())),
            What::Unsubscribed { .. } | What::Complained => {
                self.opted_out = Some(self.opted_out.map_or(time, |first| first.min(time)));
            }
        }
    }
}

/// A line of a result file.
#[derive(Debug, Clone, PartialEq)]
pub enum Exported {
    /// A contact, and whether it can be written to.
    Contact(Box<Contact>, Invalid),
    /// A segment and how many contacts it holds.
    Segment(SegmentId, u32),
    Recipient(Box<Recipient>),
    Person(Box<Person>),
}

/// The stored form of one line.
pub(super) fn line(line: &Line) -> Result<Vec<u8>> {
    let mut file = Vec::new();
    push_line(&mut file, line)?;
    Ok(file)
}

/// Adds a line to a part of a file: its length in four bytes, then itself.
pub(super) fn push_line(file: &mut Vec<u8>, line: &Line) -> Result<()> {
    let broken = |error| Broken::new("write a result file", error);
    let line = postcard::to_stdvec(line).map_err(broken)?;
    let bytes = u32::try_from(line.len()).unwrap_or(u32::MAX);
    file.extend_from_slice(&bytes.to_be_bytes());
    file.extend_from_slice(&line);
    Ok(())
}

/// The public name of a task's file. Its random part cannot be guessed.
pub(super) fn name_of(number: TaskId, task: &Task) -> String {
    format!("{PREFIX}{number}-{}{SUFFIX}", task.id.simple())
}

/// Whether the files of a task that ended at `ended` may not be fetched any more.
pub(super) fn is_over(context: &Context, ended: Timestamp) -> bool {
    let kept = SignedDuration::from_hours(24 * i64::from(context.limits.task_files_kept_days));
    context.clock.now().duration_since(ended) >= kept
}

impl Tasks<'_> {
    /// The result file of a complete task. [`Refusal::TaskFileNotFound`] for a name that no file
    /// has, or that it has no more.
    pub async fn file(self, name: &str) -> Result<ResultFile> {
        let missing = Refusal::TaskFileNotFound;
        let (number, id) = parse(name).ok_or(missing.clone())?;
        let account = self.account;
        let stored = StoredTask::load(account.context, account.id, number).await?;
        let task = stored.map(|stored| stored.task).ok_or(missing.clone())?;
        let ended = task.ended.filter(|ended| !is_over(account.context, *ended));
        let is_there = task.id == id && task.status == TaskStatus::Complete && ended.is_some();
        if !is_there || !task.work.has_file() {
            return Err(missing.into());
        }
        let pieces = task.pieces(account.id, BulkFile::Result);
        let schema = account.fields().schema().await?;
        let task_type = task.work.task_type();
        let file = pieces.file(account.context, task.result_pieces);
        let layout = task.layout;
        let rules = account.settings().await?.bounce_rules;
        let unread = BytesMut::new();
        Ok(ResultFile { task_type, layout, file, unread, schema, rules })
    }
}

/// Number and random part of a file's name. Folders before it are passed over.
fn parse(name: &str) -> Option<(TaskId, uuid::Uuid)> {
    let name = name.trim().rsplit('/').next()?;
    let (number, id) = name.strip_prefix(PREFIX)?.strip_suffix(SUFFIX)?.split_once('-')?;
    Some((TaskId(number.parse().ok()?), uuid::Uuid::try_parse(id).ok()?))
}

/// A result file that is being read. At most some megabytes of it are in memory.
#[derive(Debug)]
pub struct ResultFile {
    pub task_type: TaskType,
    /// As [`NewTask::layout`](super::NewTask::layout) said.
    pub layout: String,
    file: StoredFile,
    /// The beginning of a line whose end is in the next pieces.
    unread: BytesMut,
    schema: Arc<Schema>,
    rules: BounceRules,
}

impl ResultFile {
    /// The fields that the contacts in it have values for.
    pub fn schema(&self) -> &Schema {
        &self.schema
    }

    /// The next lines; `None` behind the last one. `context` is the one that this was made by.
    pub async fn next_lines(&mut self, context: &Context) -> Result<Option<Vec<Exported>>> {
        let broken = |error| Error::store("read a result file", error);
        while !self.file.is_at_end() {
            for piece in self.file.next().await? {
                self.unread.extend_from_slice(&piece);
            }
            let lines = self.take_lines(context.clock.now()).map_err(broken)?;
            if !lines.is_empty() {
                return Ok(Some(lines));
            }
        }
        if self.unread.is_empty() {
            return Ok(None);
        }
        Err(broken(damaged(Table::Bulk, "a result file is cut short")))
    }

    fn take_lines(&mut self, now: Timestamp) -> Result<Vec<Exported>, StoreError> {
        let mut lines = Vec::new();
        while let Some((bytes, rest)) = self.unread.split_first_chunk::<4>() {
            let bytes = usize::try_from(u32::from_be_bytes(*bytes)).unwrap_or(usize::MAX);
            let Some(line) = rest.get(..bytes) else { break };
            let line = postcard::from_bytes(line)
                .map_err(|_| damaged(Table::Bulk, "a line of a result file cannot be read"))?;
            lines.push(self.exported(line, now)?);
            self.unread.advance(4 + bytes);
        }
        Ok(lines)
    }

    fn exported(&self, line: Line, now: Timestamp) -> Result<Exported, StoreError> {
        Ok(match line {
            Line::Contact(id, record) => {
                let record = ContactRecord::decode(&record)?;
                let invalid = Invalid::judge(Some(&record), false, self.rules, now);
                Exported::Contact(Box::new(present(&self.schema, id, record)), invalid)
            }
            Line::Segment(id, contacts) => Exported::Segment(id, contacts),
            Line::Recipient(recipient) => Exported::Recipient(recipient),
            Line::Person(stored) => Exported::Person(Box::new(stored.read()?)),
        })
    }
}
