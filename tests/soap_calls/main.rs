//! Calls as real client stacks write them, and as nobody should, against a service of its own.

#![expect(clippy::unwrap_used, clippy::indexing_slicing, reason = "a test may stop and say why")]

mod agreement;
mod captures;
mod dispatch;
mod faults;
mod heads;
mod hostile;
mod metadata;
mod security;
mod service;
