//! `utilities.*`: addresses judged, tasks looked at, files fetched.

pub mod check_email;
pub mod get_file;
pub mod get_tasks;
