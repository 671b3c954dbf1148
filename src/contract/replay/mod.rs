//! A fresh gateway within the process, for each case or sequence of cases.
//!
//! A [`World`] is the faces over an empty store in memory, with one account, a clock that stands
//! still and ids from a seed, so that the same calls are answered alike at any time and on any
//! machine. A [`Session`] brings about what a case says was there before, and makes its call.
//! Nothing is listened on, and nothing outside the process is touched.

mod brought;
#[cfg(test)]
mod isolation;
mod security;
mod session;
mod shelf;
mod world;

pub use brought::{kept_of_json, kept_of_xml};
pub use security::{Renewal, renewed_reply};
pub use session::{Answered, Session};
pub use shelf::Shelf;
pub use world::{ACCOUNT, World, head_of, known_operations};
