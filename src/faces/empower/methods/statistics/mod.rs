//! `statistics.*`: what happened to messages, recipient by recipient.

pub mod get_message_subscriber_data;
