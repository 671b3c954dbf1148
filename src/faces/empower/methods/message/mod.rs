//! `message.*`: welcome messages.

pub mod get_welcome_messages;
