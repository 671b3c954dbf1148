//! `transactional.*`: messages to one recipient at a time, made from templates.

pub mod bounced_list;
