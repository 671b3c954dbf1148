//! One recording, made ready to be compared with calls.

use std::fmt::{Debug, Formatter};
use std::sync::atomic::{AtomicBool, Ordering};

use bytes::Bytes;
use http::HeaderName;
use http::header::{CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, DATE, TRANSFER_ENCODING};

use super::{Played, Question};
use crate::contract::case::{Case, Sequence, StandIns};
use crate::contract::compare::{Difference, Rules};
use crate::contract::{Request, Response};

/// Stands in a recorded request for what may be anything.
const ANYTHING: &str = "${xmlunit.ignore}";

/// Stands in cases for the number of an import, which is another one in every run.
const IMPORT: &str = "import";
/// What is answered for it.
const SOME_IMPORT: &str = "00000000-0000-4000-8000-000000000000";

/// Said anew for every reply.
static OF_CONNECTION: [HeaderName; 5] =
    [CONNECTION, CONTENT_LENGTH, CONTENT_ENCODING, DATE, TRANSFER_ENCODING];

/// A recording.
pub struct Recording {
    id: String,
    sequence: Option<Sequence>,
    question: Question,
    rules: Rules,
    /// Places of the request that may be anything.
    open_places: usize,
    response: Response,
    was_answered: AtomicBool,
}

/// Without what was said.
impl Debug for Recording {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Recording").field("id", &self.id).finish_non_exhaustive()
    }
}

impl Recording {
    /// `request` is the case's with its stand-ins opened by [`opened`].
    pub fn new(case: &Case, request: &Request, mut response: Response, rules: Rules) -> Self {
        for name in &OF_CONNECTION {
            response.headers.remove(name);
        }
        let mut names = StandIns::default();
        names.keep(IMPORT, SOME_IMPORT);
        response.body = names.fill(&response.body).into();
        let question = Question::of(request);
        let placeholders = occurrences(&question.head) + occurrences(&question.body);
        Self {
            id: case.id(),
            sequence: case.told.sequence.clone(),
            open_places: placeholders + rules.ignore.len(),
            question,
            rules,
            response,
            was_answered: AtomicBool::new(false),
        }
    }

    pub fn id(&self) -> &str {
        &self.id
    }

    /// The order in which recordings that fit the same call are answered.
    pub fn place(&self) -> (Option<&Sequence>, &str) {
        (self.sequence.as_ref(), &self.id)
    }

    pub fn open_places(&self) -> usize {
        self.open_places
    }

    /// It was asked with this `Accept`.
    pub fn accepts_as(&self, asked: &Question) -> bool {
        self.question.accept == asked.accept
    }

    /// True once.
    pub fn take_turn(&self) -> bool {
        !self.was_answered.swap(true, Ordering::Relaxed)
    }

    /// Bytes that it keeps.
    pub fn held_bytes(&self) -> usize {
        self.question.head.len() + self.question.body.len() + self.response.body.len()
    }

    pub fn play(&self) -> Played {
        Played { id: self.id.clone(), response: self.response.clone() }
    }

    /// Where a call differs from the recorded one.
    pub fn differences(&self, asked: &Question) -> Vec<Difference> {
        super::fit::differences(&self.question, &self.response, asked, &self.rules)
    }
}

/// A recorded request with a placeholder wherever something of its own run stood: a credential, the
/// number of an import.
pub fn opened(request: &Request) -> Option<Request> {
    let mut anything = StandIns::default();
    anything.keep(IMPORT, ANYTHING);
    for name in anything.missing_for(request) {
        anything.keep(&name, ANYTHING);
    }
    anything.fill_request(request)
}

fn occurrences(bytes: &Bytes) -> usize {
    let pattern = b"${xmlunit.";
    bytes.windows(pattern.len()).filter(|window| window == pattern).count()
}
