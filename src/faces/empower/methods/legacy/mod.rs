//! `legacy.*`: subscribers and their segments.

pub mod manage_subscriber;
mod subscriber;
