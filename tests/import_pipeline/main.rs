//! Imports from the accepted file to counters, contacts and faults file, over each engine.

mod files;
mod merging;
mod reasons;
mod resuming;
mod retention;
mod statuses;
mod support;
