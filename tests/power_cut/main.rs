//! A power cut at random moments: what was acknowledged is there, nothing is there in part.
//!
//! The work is recorded call by call, the disk is rebuilt as it could be after a cut, and opened.

#![cfg(test)]

mod batches;
mod disk;
mod facts;
mod load;
mod record;
mod server;
mod store;
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;
mod trial;
