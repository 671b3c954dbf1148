//! What a server tells those who listen to its calls.

use std::fmt::Debug;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use super::Exchange;

/// What is known of a call besides its bytes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// Identifies the call in the log.
    pub request_id: String,
    /// When its head was read.
    pub at: Timestamp,
    /// From the head to the end of the reply.
    pub took: Duration,
    pub peer: IpAddr,
    /// Scheme, authority and path prefix by which the client came.
    pub base_url: String,
    /// The face's name; `lychgate` for calls of no face, which listeners are not told of.
    pub face: &'static str,
    /// The operation's name on the wire; empty when the call named none of ours.
    pub operation: &'static str,
    /// Account and API user, once the caller was authenticated.
    pub caller: Option<(u32, String)>,
    /// Body bytes received and sent, also where the bodies were not kept.
    pub received_bytes: u64,
    pub sent_bytes: u64,
    pub ended: Ended,
}

/// What became of a reply.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Ended {
    /// All of it was handed over.
    #[default]
    Whole,
    /// The connection was cut on purpose, and nothing was done.
    CutBefore,
    /// The connection was cut on purpose after the call had been carried out.
    CutAfter,
    /// It broke off on its way out, or its reader went away.
    BrokenOff,
}

impl Ended {
    pub fn is_whole(&self) -> bool {
        *self == Self::Whole
    }

    /// No reply was sent, as it was planned.
    pub fn is_cut(self) -> bool {
        matches!(self, Self::CutBefore | Self::CutAfter)
    }
}

/// A call that is over.
#[derive(Debug, Clone)]
pub struct Heard {
    pub facts: Facts,
    /// A body is empty here that was longer than anybody wished, not read, or cut short.
    pub exchange: Exchange,
    /// Neither body was left out so.
    pub whole: bool,
}

/// How much a listener wants to have of the calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Wish {
    /// Heads alone: bodies are not kept.
    Heads,
    /// Bodies of at most so many bytes each.
    Bodies { most_bytes: usize },
}

/// Is told of every call when it is over, on the call's own task.
pub trait Listener: Send + Sync + Debug {
    fn wish(&self) -> Wish;

    /// Never waits: whoever writes or computes at length does so elsewhere, over a bounded queue.
    /// What is shared can be kept without a copy; it holds the bodies in memory.
    fn heard(&self, heard: &Arc<Heard>);
}
