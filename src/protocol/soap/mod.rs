//! SOAP 1.1 and 1.2, as spoken by generated .NET, PHP, Java and Python clients.
//!
//! [`answer`] is the only way in. It never fails: whatever goes wrong becomes a fault in the
//! caller's own SOAP version. [`admit`] judges what a head alone tells, before the body is asked
//! for. A face describes itself by [`Service`] and lists its operations once, as
//! [`AnyOperation`]s; the [`wsdl`] is rendered from the same list. No vendor is known here.

pub mod action;
pub mod addressing;
pub mod admit;
pub mod answer;
pub mod envelope;
pub mod fault;
pub mod must_understand;
pub mod operation;
pub mod security;
pub mod service;
pub mod version;
pub mod wsdl;

pub use admit::{admit, unreadable};
pub use answer::{answer, broken, failed, operation_of};
pub use fault::Fault;
pub use operation::{AnyOperation, Call, Edition, Operation, OperationShape};
pub use security::{Credentials, NonceCache};

pub use crate::protocol::basic::Login;
pub use service::{Denied, EditionShape, Service, ServiceShape};
