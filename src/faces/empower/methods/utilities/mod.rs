//! `utilities.*`: addresses judged, tasks looked at, files fetched.

pub mod check_email;
