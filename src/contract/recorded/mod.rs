//! Answers as recordings have them.
//!
//! A [`Shelf`] holds the recordings of one face. A call is compared, by meaning, with those of its
//! operation; who calls, and what a recording says varies, does not count. What was recorded more
//! than once for the same call is answered in turn. A call that none fits is a [`Miss`], which names
//! the closest recording and where it differs, but no value: neither the caller's nor anybody
//! else's. There is no answer by default.

mod fit;
mod index;
mod miss;
mod question;
mod recording;
#[cfg(test)]
mod tests;

use std::path::{Path, PathBuf};
use std::sync::{Arc, PoisonError, RwLock};

use crate::contract::compare::Pattern;
use crate::contract::{Request, Response};
use crate::faces::Face;

pub use index::BadShelf;
use index::Index;
pub use miss::{Miss, Nearest};
use question::Question;
use recording::Recording;

/// The recordings of one face in one folder.
#[derive(Debug)]
pub struct Shelf {
    folder: PathBuf,
    face: Arc<dyn Face>,
    ignore: Vec<Pattern>,
    index: RwLock<Arc<Index>>,
}

/// What a recording answers.
#[derive(Debug)]
pub struct Played {
    /// `<face>/<operation>/<case>`.
    pub id: String,
    pub response: Response,
}

impl Shelf {
    /// Reads all recordings of `face` below `folder`. Calls may differ from them in the places of
    /// `ignore`. Not for async threads.
    pub fn read(
        folder: &Path,
        face: Arc<dyn Face>,
        ignore: Vec<Pattern>,
    ) -> Result<Self, BadShelf> {
        let index = RwLock::new(Arc::new(Index::read(folder, face.as_ref(), &ignore)?));
        Ok(Self { folder: folder.to_owned(), face, ignore, index })
    }

    /// Reads the folder again; what is in use stays when it cannot be used. Begins every sequence
    /// anew. Not for async threads.
    pub fn reload(&self) -> Result<usize, BadShelf> {
        let index = Arc::new(Index::read(&self.folder, self.face.as_ref(), &self.ignore)?);
        let recordings = index.len();
        *self.index.write().unwrap_or_else(PoisonError::into_inner) = index;
        Ok(recordings)
    }

    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// How many recordings there are.
    pub fn len(&self) -> usize {
        self.now().len()
    }

    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    fn now(&self) -> Arc<Index> {
        Arc::clone(&self.index.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// The reply on record for this call of `operation`. Compares with every recording of the
    /// operation, so it is not for async threads.
    pub fn answer(&self, operation: Option<&str>, request: &Request) -> Result<Played, Box<Miss>> {
        let index = self.now();
        let candidates = index.of(operation);
        let question = Question::of(request);
        let mut nearest: Option<Nearest> = None;
        let mut fitting: Vec<&Recording> = Vec::new();
        for recording in candidates {
            let differences = recording.differences(&question);
            if differences.is_empty() {
                fitting.push(recording);
            } else if nearest.as_ref().is_none_or(|best| best.is_farther_than(&differences)) {
                nearest = Some(Nearest::new(recording.id(), differences));
            }
        }
        match in_turn(&fitting, &question) {
            Some(recording) => Ok(recording.play()),
            None => Err(Box::new(Miss { recordings: candidates.len(), nearest })),
        }
    }
}

/// Of those that fit a call, the ones that leave the least open and were asked for the same kinds
/// of answer; of these the first that was not answered yet, else the last.
fn in_turn<'r>(fitting: &[&'r Recording], asked: &Question) -> Option<&'r Recording> {
    let rank = |one: &Recording| (one.open_places(), !one.accepts_as(asked));
    let closest = fitting.iter().map(|one| rank(one)).min()?;
    let mut closest = fitting.iter().copied().filter(|one| rank(one) == closest).peekable();
    while let Some(recording) = closest.next() {
        if recording.take_turn() || closest.peek().is_none() {
            return Some(recording);
        }
    }
    None
}
