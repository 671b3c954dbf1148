//! `subscribers.*`: what was sent to one subscriber, and what came of it.

pub mod get_message_detail;
pub mod get_subscriber;
