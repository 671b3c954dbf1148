//! Who answers which calls: here, recordings, an upstream; and how alike two gateways answer.

#![expect(
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in what its tests share, too"
)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod binary;

mod calls;
mod configured;
mod faults;
mod gateway;
mod parity;
mod recordings;
mod upstream;
