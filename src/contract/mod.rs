//! What calls and replies were on the wire, and what one can learn from them.
//!
//! An [`Exchange`] is one call with its reply, decoded from the connection but otherwise as it was
//! sent. Whoever listens to a server ([`Listener`]) is told of each. Below the server: nothing here
//! accepts a connection.

pub mod case;
pub mod clients;
pub mod compare;
pub mod differ;
pub mod doctor;
mod exchange;
mod heard;
pub mod journal;
pub mod parity;
pub mod record;
pub mod recorded;
pub mod redact;
pub mod replay;
pub mod show;
pub mod upstream;
pub mod verify;

pub use exchange::{BadExchange, Exchange, Request, Response};
pub use heard::{Ended, Facts, Heard, Listener, Wish};
