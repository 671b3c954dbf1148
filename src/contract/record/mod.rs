//! Keeps passed calls and their replies as cases on disk, redacted before anything is written.
//!
//! A [`Recorder`] is told of calls one after the other ([`Recorder::keep`]), by a
//! [`Desk`](desk::Desk) when they come from a server. A case is written under a name of its own
//! and then renamed into its place, so it is there whole or not at all. Only what an upstream
//! answered is kept. Whatever cannot be redacted is not written and said so, and
//! [`Recorder::finish`] looks for every secret once more in all that lies in the folder.

mod desk;
mod folder;
mod outcome;
mod sameness;
#[cfg(test)]
mod tests;

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::Timestamp;

pub use desk::{Desk, Told};
pub use folder::{Cleared, FolderError};

use self::folder::Folder;
use self::outcome::{METADATA, Outcome};
use self::sameness::Fingerprint;
use super::case::{BadCase, NewCase, Sequence};
use super::redact::{Options, Redactor, Secrets, Unredactable};
use super::upstream::PASSED;
use super::{Exchange, Heard};
use crate::domain::wildcard::is_like;
use crate::faces::short_name;

/// Cases that one recording adds at most: far more than anybody reviews.
const MOST_CASES: u64 = 20_000;
/// Bytes that one recording adds at most.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;
/// Different calls that are remembered to tell repetitions; beyond, all are kept.
const MOST_REMEMBERED: usize = 100_000;

/// What is recorded, and where to.
#[derive(Debug)]
pub struct Settings {
    pub folder: PathBuf,
    pub redaction: Options,
    /// Faces by name; empty for all.
    pub faces: BTreeSet<String>,
    /// Operations by name, `*` for any letters, in upper or lower case; empty for all, also for calls
    /// that name none.
    pub operations: Vec<String>,
    /// Operations that change nothing, by face.
    pub reads: BTreeSet<(&'static str, &'static str)>,
    /// Who answers, for `source`.
    pub upstream: String,
    pub began: Timestamp,
    /// Makes the tokens of what is taken out; thrown away with the recorder.
    pub key: [u8; 32],
}

/// What became of a call.
#[derive(Debug)]
pub enum Kept {
    /// It is on record.
    Case(Written),
    /// The same call had the same reply before.
    Again,
    /// It was not asked for, or not answered by the upstream.
    PassedOver,
    /// It should be on record and is not.
    Refused(Refused),
}

/// A case that was written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// `<face>/<operation>/<case>`.
    pub id: String,
    pub status: u16,
    pub bytes: u64,
}

/// Why a call is not on record. Nothing of it is written then.
#[derive(Debug, thiserror::Error)]
pub enum Refused {
    #[error(transparent)]
    Unredactable(#[from] Unredactable),
    #[error("its bodies are too long to be recorded, or were cut short")]
    NotWhole,
    #[error("more different secrets were seen than can be looked for")]
    TooManySecrets,
    #[error("the recording is full: {MOST_CASES} cases or {MOST_BYTES} bytes")]
    Full,
    #[error(transparent)]
    Disk(#[from] BadCase),
    #[error(transparent)]
    Folder(#[from] FolderError),
}

/// How a recording ended.
#[derive(Debug, Default)]
pub struct Report {
    pub cases: u64,
    /// Calls that were on record already.
    pub again: u64,
    /// Calls that should be on record and are not.
    pub refused: u64,
    /// Secrets that were looked for.
    pub secrets: usize,
    pub cleared: Cleared,
}

impl Report {
    /// No secret is on record.
    pub fn is_clean(&self) -> bool {
        self.cleared.is_clean()
    }
}

/// Writes cases.
#[derive(Debug)]
pub struct Recorder {
    settings: Settings,
    redactor: Redactor,
    folder: Folder,
    secrets: Secrets,
    /// The newest reply to each call.
    replies: BTreeMap<Fingerprint, Fingerprint>,
    /// The newest call that may have changed something, with its reply.
    changed: Option<(Fingerprint, Fingerprint)>,
    cases: u64,
    bytes: u64,
    again: u64,
    refused: u64,
}

impl Recorder {
    /// Opens the folder, making it where it is not there. Cases in it stay.
    pub fn open(settings: Settings) -> Result<Self, FolderError> {
        let folder = Folder::open(&settings.folder)?;
        let redactor = Redactor::new(settings.redaction.clone(), settings.key);
        Ok(Self {
            settings,
            redactor,
            folder,
            secrets: Secrets::default(),
            replies: BTreeMap::new(),
            changed: None,
            cases: 0,
            bytes: 0,
            again: 0,
            refused: 0,
        })
    }

    /// Puts a call on record when it belongs there.
    pub fn keep(&mut self, heard: &Heard) -> Kept {
        if !heard.exchange.response.headers.contains_key(PASSED) || !self.is_wanted(heard) {
            return Kept::PassedOver;
        }
        match self.write(heard) {
            Ok(Some(written)) => {
                self.cases = self.cases.saturating_add(1);
                self.bytes = self.bytes.saturating_add(written.bytes);
                Kept::Case(written)
            }
            Ok(None) => {
                self.again = self.again.saturating_add(1);
                Kept::Again
            }
            Err(refused) => Kept::Refused(self.refuse(refused)),
        }
    }

    /// Counts a call that did not even come here.
    pub fn missed(&mut self, calls: u64) {
        self.refused = self.refused.saturating_add(calls);
    }

    /// Looks for every secret in every file of the folder. A case of this recording with one in it
    /// is deleted.
    pub fn finish(self) -> Report {
        Report {
            cases: self.cases,
            again: self.again,
            refused: self.refused,
            secrets: self.secrets.len(),
            cleared: self.folder.clear(&self.secrets),
        }
    }

    fn is_wanted(&self, heard: &Heard) -> bool {
        let Settings { faces, operations, .. } = &self.settings;
        let facts = &heard.facts;
        let is_face = faces.is_empty() || faces.contains(facts.face);
        let is_named = |pattern: &String| names(pattern, facts.operation);
        is_face && (operations.is_empty() || operations.iter().any(is_named))
    }

    fn refuse(&mut self, refused: Refused) -> Refused {
        self.refused = self.refused.saturating_add(1);
        refused
    }

    fn write(&mut self, heard: &Heard) -> Result<Option<Written>, Refused> {
        if !heard.whole {
            return Err(Refused::NotWhole);
        }
        if self.cases >= MOST_CASES || self.bytes >= MOST_BYTES {
            return Err(Refused::Full);
        }
        let redacted = self.redactor.redact_knowing(&heard.exchange, &self.secrets)?;
        if !self.secrets.merge(&redacted.secrets_seen) {
            return Err(Refused::TooManySecrets);
        }
        let exchange = redacted.exchange;
        if self.is_repeated(heard, &exchange) {
            return Ok(None);
        }
        let outcome = Outcome::of(heard.facts.operation, &exchange);
        let new = NewCase {
            face: folder_of(heard.facts.face, exchange.request.path()),
            operation: outcome.operation,
            name: &outcome.name,
            shows: &outcome.shows,
            exchange: &exchange,
            source: &format!("recorded from {}", self.settings.upstream),
            at: Some(heard.facts.at),
            sequence: Some(Sequence {
                of: self.settings.began.strftime("recording-%Y%m%dT%H%M%SZ").to_string(),
                step: self.cases.saturating_add(1),
            }),
            stand_ins: &[],
            compare: outcome.compare,
        };
        let (id, bytes) = self.folder.write(&new)?;
        Ok(Some(Written { id, status: exchange.response.status.as_u16(), bytes }))
    }

    /// Whether the call says nothing new.
    ///
    /// A call that reads does when its reply is the one it had before. One that may change
    /// something does only straight after itself: what lies in between may need it.
    fn is_repeated(&mut self, heard: &Heard, exchange: &Exchange) -> bool {
        let facts = &heard.facts;
        let asked = Fingerprint::of_call(facts.operation, exchange);
        let said = Fingerprint::of_reply(exchange);
        let only_reads = matches!(facts.operation, "" | METADATA)
            || self.settings.reads.contains(&(facts.face, facts.operation));
        if !only_reads {
            let repeated = self.changed == Some((asked, said));
            self.changed = Some((asked, said));
            return repeated;
        }
        if self.replies.len() >= MOST_REMEMBERED && !self.replies.contains_key(&asked) {
            return false;
        }
        self.replies.insert(asked, said) == Some(said)
    }
}

/// Whether a pattern names an operation, by its whole name or by its short one, in any case of
/// their letters.
pub fn names(pattern: &str, operation: &str) -> bool {
    let pattern = pattern.to_ascii_lowercase();
    [operation, short_name(operation)]
        .iter()
        .any(|name| is_like(&pattern, &name.to_ascii_lowercase()))
}

/// The folder of a face's cases. XML-RPC has its own within the Empower face.
fn folder_of<'f>(face: &'f str, path: &str) -> &'f str {
    let is_xml_rpc = path.strip_suffix('/').unwrap_or(path).eq_ignore_ascii_case("/RPC2");
    if face == "empower" && is_xml_rpc { "xmlrpc" } else { face }
}
