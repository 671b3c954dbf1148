//! XML-RPC as xmlrpc.com specifies it, with the extensions that libraries have in common.
//!
//! [`Call::read`] reads a `methodCall` out of the bounded [`Reader`](super::xml::Reader);
//! [`ResponseWriter`] writes a `methodResponse`, whole or in pieces while it is computed;
//! [`Fault`] is the answer when something goes wrong, in the codes of the interoperability
//! specification. Extensions: `nil`, `i8` and the other names that Apache's library has in a
//! namespace of its own, which are read with that namespace, with any other, and with none: the
//! specification knows no namespaces. They are written without one, as Python, PHP and Perl do.

mod date_time;
mod fault;
mod read;
mod value;
mod write;

pub use self::date_time::DateTime;
pub use self::fault::{Fault, code};
pub use self::read::{Call, read_value};
pub use self::value::{Double, Value};
pub use self::write::ResponseWriter;

#[cfg(test)]
mod tests;
