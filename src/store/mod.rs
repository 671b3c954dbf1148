//! Where everything is kept: ordered bytes with atomic, conditional commits.
//!
//! Above [`Store`] are records, below it bytes. `domain` is its only user; nothing here knows what
//! a contact is. Engines: `memory` for trials and tests, `sled` for one machine.

pub mod seam;

pub use seam::{
    Batch, Condition, Durable, Entry, KeyRange, Order, Space, Store, StoreError, Table, Write,
};
