//! What the gateway does, in no vendor's words.
//!
//! Everything belongs to an account and is reached through [`Context::account`]; nothing is ever
//! read across. The domain reads, decides and commits one [`Batch`](crate::store::Batch) with its
//! conditions; a lost race is retried in one place. It knows nothing of HTTP, XML or SOAP.

pub mod clock;
pub mod context;
pub mod error;
pub mod ids;
pub mod import;

pub use clock::Clock;
pub use context::{Account, Context, Limits};
pub use error::{Broken, Error, Refusal, Result};
pub use ids::{AccountId, ContactId, Ids, ImportId, ListId, SegmentId};
