//! `welcome.*`: what became of welcome messages.

pub mod message_stats;
