//! What is kept of a call for those who listen, and the telling when its reply has ended.
//!
//! Where nobody listens an [`Ear`] is empty: nothing is copied or set aside. Bodies are kept up to
//! the largest wish; one that streams is copied as it passes, and dropped once it is longer.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

use bytes::{Bytes, BytesMut};
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use super::observe::Finished;
use crate::contract::{Ended, Exchange, Facts, Heard, Listener, Request, Response, Wish};
use crate::protocol::http::{Cut, Head, Reply};
use crate::protocol::xml::{Lifted, put_back, sent_bytes};

/// What one call leaves for its listeners.
#[derive(Debug, Default)]
pub struct Ear(Option<Box<Kept>>);

#[derive(Debug)]
struct Kept {
    head: Arc<Head>,
    at: Timestamp,
    most_bytes: usize,
    request: Copied,
    status: StatusCode,
    headers: HeaderMap,
    response: Copied,
    ended: Ended,
}

impl Ear {
    /// Listens to the call with this head, when anybody does.
    pub fn open(
        listeners: &[Arc<dyn Listener>],
        head: &Arc<Head>,
        at: impl FnOnce() -> Timestamp,
    ) -> Self {
        let Some(most) = listeners.iter().map(|listener| listener.wish()).max() else {
            return Self(None);
        };
        let most_bytes = match most {
            Wish::Heads => 0,
            Wish::Bodies { most_bytes } => most_bytes,
        };
        Self(Some(Box::new(Kept {
            head: Arc::clone(head),
            at: at(),
            most_bytes,
            request: Copied::LeftOut,
            status: StatusCode::OK,
            headers: HeaderMap::new(),
            response: Copied::LeftOut,
            ended: Ended::Whole,
        })))
    }

    /// The request's body, read and decoded.
    pub fn request(&mut self, body: &Bytes) {
        if let Some(kept) = &mut self.0 {
            kept.request = Copied::of(body, kept.most_bytes);
        }
    }

    /// The request's body, which is a document that `lifted` was taken out of: kept as it was sent.
    pub fn document(&mut self, around: &Bytes, lifted: &[Lifted]) {
        if let Some(kept) = &mut self.0 {
            kept.request = Copied::of_document(around, lifted, kept.most_bytes);
        }
    }

    /// What copies a request's body that streams; to be given back to [`Self::request_copied`].
    pub fn copying(&self) -> Option<Copied> {
        self.0.as_ref().map(|kept| Copied::nothing_yet(kept.most_bytes))
    }

    /// A request's body that has come to its end.
    pub fn request_copied(&mut self, copied: Option<Copied>) {
        if let (Some(kept), Some(copied)) = (&mut self.0, copied) {
            kept.request = copied;
        }
    }

    /// The reply's head, and its body when it is known already.
    pub fn reply(&mut self, reply: &Reply) {
        let Some(kept) = &mut self.0 else { return };
        kept.status = reply.status;
        kept.headers = reply.headers.clone();
        kept.response = match reply.body.whole() {
            Some(body) => Copied::of(body, kept.most_bytes),
            None => Copied::nothing_yet(kept.most_bytes),
        };
    }

    /// A chunk of the reply's body, on its way out.
    pub fn chunk(&mut self, chunk: &[u8]) {
        if let Some(kept) = &mut self.0 {
            kept.response.add(chunk);
        }
    }

    /// The reply broke off, or its reader went away.
    pub fn cut_short(&mut self) {
        if let Some(kept) = &mut self.0 {
            kept.response = Copied::LeftOut;
            kept.ended = Ended::BrokenOff;
        }
    }

    /// No reply is sent; one with this status would have been.
    pub fn cut(&mut self, cut: Cut, status: StatusCode) {
        if let Some(kept) = &mut self.0 {
            kept.status = status;
            kept.ended = match cut {
                Cut::Before => Ended::CutBefore,
                Cut::After => Ended::CutAfter,
            };
        }
    }

    /// Tells everybody; the call is over. A listener's panic is counted by `panicked`.
    pub fn tell(
        self,
        listeners: &[Arc<dyn Listener>],
        finished: &Finished,
        mut panicked: impl FnMut(),
    ) {
        let Some(kept) = self.0 else { return };
        let heard = Arc::new(kept.heard(finished));
        for listener in listeners {
            // `log_panics` writes the line.
            if catch_unwind(AssertUnwindSafe(|| listener.heard(&heard))).is_err() {
                panicked();
            }
        }
    }
}

impl Kept {
    fn heard(self, finished: &Finished) -> Heard {
        let Self { head, at, most_bytes: _, request, status, headers, response, ended } = self;
        let whole = request.is_whole() && response.is_whole();
        // The face is done with it as a rule; a streamed reply may hold on to it.
        let head = Arc::try_unwrap(head).unwrap_or_else(|shared| Head::clone(&shared));
        let target =
            if head.query.is_empty() { head.path } else { format!("{}?{}", head.path, head.query) };
        let facts = Facts {
            request_id: head.request_id,
            at,
            took: finished.took,
            peer: head.peer,
            base_url: head.base_url,
            face: finished.face,
            operation: finished.operation,
            caller: head.caller.get().map(|caller| (caller.account, caller.user.clone())),
            received_bytes: finished.received_bytes,
            sent_bytes: finished.sent_bytes,
            ended,
        };
        let request = Request {
            method: head.method,
            target,
            headers: head.headers,
            body: request.into_bytes(),
        };
        let response = Response { status, headers, body: response.into_bytes() };
        Heard { facts, exchange: Exchange { request, response }, whole }
    }
}

/// A body as far as it is kept. `Debug` shows nothing of it.
pub enum Copied {
    Whole(Bytes),
    Growing {
        so_far: BytesMut,
        most_bytes: usize,
    },
    /// Longer than was wished, not read, or cut short.
    LeftOut,
}

impl Copied {
    fn nothing_yet(most_bytes: usize) -> Self {
        Self::Growing { so_far: BytesMut::new(), most_bytes }
    }

    fn of(body: &Bytes, most_bytes: usize) -> Self {
        if body.len() > most_bytes { Self::LeftOut } else { Self::Whole(body.clone()) }
    }

    fn of_document(around: &Bytes, lifted: &[Lifted], most_bytes: usize) -> Self {
        if lifted.is_empty() {
            Self::of(around, most_bytes)
        } else if sent_bytes(around, lifted) > most_bytes {
            Self::LeftOut
        } else {
            Self::Whole(put_back(around, lifted).into())
        }
    }

    /// Takes one more chunk; past the bound everything is let go.
    pub fn add(&mut self, chunk: &[u8]) {
        let Self::Growing { so_far, most_bytes } = self else { return };
        if chunk.len() > most_bytes.saturating_sub(so_far.len()) {
            *self = Self::LeftOut;
            return;
        }
        so_far.extend_from_slice(chunk);
    }

    fn is_whole(&self) -> bool {
        !matches!(self, Self::LeftOut)
    }

    fn into_bytes(self) -> Bytes {
        match self {
            Self::Whole(bytes) => bytes,
            Self::Growing { so_far, most_bytes: _ } => so_far.freeze(),
            Self::LeftOut => Bytes::new(),
        }
    }
}

impl std::fmt::Debug for Copied {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(if self.is_whole() { "Copied(..)" } else { "LeftOut" })
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::xml::Arrival;

    proptest! {
        #[test]
        fn a_copied_body_is_the_whole_one_or_none_of_it(
            chunks in proptest::collection::vec(proptest::collection::vec(any::<u8>(), 0..40), 0..12),
            most_bytes in 0_usize..300,
        ) {
            let mut copied = Copied::nothing_yet(most_bytes);
            for chunk in &chunks {
                copied.add(chunk);
            }
            let whole = Bytes::from(chunks.concat());
            let at_once = Copied::of(&whole, most_bytes);
            prop_assert_eq!(copied.is_whole(), whole.len() <= most_bytes);
            prop_assert_eq!(at_once.is_whole(), copied.is_whole());
            let kept = copied.into_bytes();
            prop_assert_eq!(&kept, &at_once.into_bytes());
            prop_assert!(kept == whole || kept.is_empty());
        }
    }

    #[test]
    fn a_document_is_heard_as_it_was_sent_or_not_at_all() {
        let sent = format!("<r><d>{}</d></r>", "QUJD".repeat(16_000));
        for (most_bytes, is_kept) in [(sent.len(), true), (sent.len() - 1, false)] {
            let mut arrival = Arrival::of(sent.len());
            arrival.push(sent.as_bytes());
            let (around, lifted) = arrival.finish();
            assert_eq!((around.len(), lifted.len()), (14, 1));
            let kept = Copied::of_document(&around, &lifted, most_bytes);
            assert_eq!(kept.is_whole(), is_kept);
            assert_eq!(kept.into_bytes(), if is_kept { sent.as_str() } else { "" });
        }
    }

    #[test]
    fn where_nobody_listens_nothing_is_kept() {
        let mut ear = Ear::default();
        ear.request(&Bytes::from_static(b"body"));
        ear.chunk(b"chunk");
        assert!(ear.0.is_none() && ear.copying().is_none());
    }
}
