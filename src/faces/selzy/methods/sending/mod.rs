//! Single messages, and whose addresses they may be from.

pub mod check_email;
pub mod get_checked_email;
pub mod send_email;
pub mod send_test_email;
