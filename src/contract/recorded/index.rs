//! The recordings of a face by operation, read from disk within bounds.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use serde::Deserialize as _;

use super::fit::MOST_DIFFERENCES;
use super::recording::{Recording, opened};
use crate::contract::case::{BadCase, Case, read_all};
use crate::contract::compare::{Pattern, Rules};
use crate::contract::replay::head_of;
use crate::faces::Face;

/// Recordings of one face.
const MOST_RECORDINGS: usize = 20_000;
/// Bytes of one face's recordings in memory.
const MOST_BYTES: usize = 128 * 1024 * 1024;

/// Places of requests that say who calls, and when, whatever the face: envelopes' headers
/// (security, addressing), and keys that forms and queries carry.
const NEVER_COMPARED: [&str; 3] = ["/Envelope/Header", "/query/api_key", "/api_key"];

/// Why recordings cannot be answered from.
#[derive(Debug, thiserror::Error)]
pub enum BadShelf {
    #[error("{0}")]
    Case(#[from] BadCase),
    #[error("{} holds no recording of {face}", folder.display())]
    Empty { folder: PathBuf, face: &'static str },
    #[error("{} holds more than {MOST_RECORDINGS} recordings of one face", folder.display())]
    TooMany { folder: PathBuf },
    #[error("the recordings of one face in {} have more than {MOST_BYTES} bytes", folder.display())]
    TooLarge { folder: PathBuf },
}

/// Recordings by operation; what names none of the face's is under the empty name.
#[derive(Debug, Default)]
pub struct Index {
    by_operation: BTreeMap<&'static str, Vec<Recording>>,
}

impl Index {
    pub fn read(folder: &Path, face: &dyn Face, ignore: &[Pattern]) -> Result<Self, BadShelf> {
        let mut index = Self::default();
        let (mut recordings, mut held_bytes) = (0, 0);
        for case in read_all(folder)? {
            if !is_of(face, &case.face) {
                continue;
            }
            let Some((operation, recording)) = recording(&case, face, ignore)? else { continue };
            recordings += 1;
            held_bytes += recording.held_bytes();
            if recordings > MOST_RECORDINGS {
                return Err(BadShelf::TooMany { folder: folder.to_owned() });
            }
            if held_bytes > MOST_BYTES {
                return Err(BadShelf::TooLarge { folder: folder.to_owned() });
            }
            index.by_operation.entry(operation).or_default().push(recording);
        }
        if recordings == 0 {
            return Err(BadShelf::Empty { folder: folder.to_owned(), face: face.name() });
        }
        for of_operation in index.by_operation.values_mut() {
            of_operation.sort_by(|one, other| one.place().cmp(&other.place()));
        }
        Ok(index)
    }

    pub fn len(&self) -> usize {
        self.by_operation.values().map(Vec::len).sum()
    }

    /// The recordings that a call of this operation may be answered from.
    pub fn of(&self, operation: Option<&str>) -> &[Recording] {
        self.by_operation.get(operation.unwrap_or_default()).map(Vec::as_slice).unwrap_or_default()
    }
}

/// Whether a folder of recordings is a face's: its name, or `xmlrpc` for Empower's other form.
fn is_of(face: &dyn Face, folder: &str) -> bool {
    folder == face.name() || (folder == "xmlrpc" && face.name() == "empower")
}

/// `None` for a case without a reply.
fn recording(
    case: &Case,
    face: &dyn Face,
    ignore: &[Pattern],
) -> Result<Option<(&'static str, Recording)>, BadShelf> {
    let Some(response) = case.response.clone() else { return Ok(None) };
    let wrong = |what: &dyn std::fmt::Display| BadShelf::Case(case.wrong(what));
    let request = opened(&case.request).ok_or_else(|| wrong(&"the request cannot be made"))?;
    let rules = rules_of(case, ignore).map_err(|error| wrong(&error))?;
    let head = head_of(&request, case.told.request.peer);
    let operation = face.operation_of(&head, &request.body).unwrap_or_default();
    Ok(Some((operation, Recording::new(case, &request, response, rules))))
}

/// `[match]` of the case, with what the operator ignores and what is never compared.
fn rules_of(case: &Case, ignore: &[Pattern]) -> Result<Rules, toml::de::Error> {
    let mut rules = Rules::deserialize(case.told.matching.clone())?;
    let never = NEVER_COMPARED.iter().filter_map(|path| path.parse::<Pattern>().ok());
    rules.ignore.extend(never.chain(ignore.iter().cloned()));
    rules.report_unused = false;
    rules.most = MOST_DIFFERENCES;
    Ok(rules)
}
