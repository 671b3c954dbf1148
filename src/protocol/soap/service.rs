//! What a face tells about its service, and what it lends for a call.

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::fault::Fault;
use super::operation::{AnyOperation, Edition};
use super::security::{Credentials, NonceCache};
use crate::protocol::http::Head;
use crate::protocol::xml::Limits;

/// Names and addresses of a service, as its WSDL has them.
#[derive(Debug, Clone, Copy)]
pub struct ServiceShape {
    /// Name of the definitions and of the service element.
    pub name: &'static str,
    pub port_type: &'static str,
    pub binding: &'static str,
    pub port: &'static str,
    /// Namespace of the operations' request and response elements.
    pub target_namespace: &'static str,
    /// What stands in front of an operation's name in its action.
    pub action_prefix: &'static str,
    /// What the service is, in our words.
    pub doc: &'static str,
    /// Realm of the Basic challenge.
    pub realm: &'static str,
    /// `xml:lang` of faults.
    pub language: &'static str,
    /// What differs between the published contracts; the first is the default.
    pub editions: &'static [EditionShape],
}

/// What a published contract of the service does in its own way.
#[derive(Debug, Clone, Copy)]
pub struct EditionShape {
    pub edition: Edition,
    /// `minOccurs` of every member of a request, over what its record says.
    pub parameter_min_occurs: Option<u8>,
}

impl ServiceShape {
    /// The operation that an action names: the prefix and a name, nothing else.
    pub fn operation_of_action<'a>(&self, action: &'a str) -> Option<&'a str> {
        action.strip_prefix(self.action_prefix)
    }

    /// `soapAction` of an operation.
    pub fn action(&self, operation: &str) -> String {
        format!("{}{operation}", self.action_prefix)
    }

    /// `wsaw:Action` of an operation's output.
    pub fn reply_action(&self, operation: &str) -> String {
        format!("{}{operation}Response", self.action_prefix)
    }

    pub fn edition(&self, edition: Edition) -> Option<&'static EditionShape> {
        self.editions.iter().find(|shape| shape.edition == edition)
    }
}

/// Why a caller was not let in.
#[derive(Debug)]
pub enum Denied<E> {
    /// The user is unknown or the password is wrong.
    Wrong,
    /// Anything else, such as too many failures before or a store that does not answer.
    Failed(E),
}

/// A service behind SOAP: its operations' types, and what answering a call needs of it.
pub trait Service: Sized + Send + Sync + 'static {
    /// What the face is given for each call.
    type Context: Send + Sync;
    /// Who was authenticated, such as an account's id.
    type Caller: Send + Sync + 'static;
    /// Why an operation did not do what it was asked for.
    type Error: Send + 'static;

    fn shape(&self) -> &'static ServiceShape;

    /// The one list, in WSDL order.
    fn operations(&self) -> &'static [AnyOperation<Self>];

    /// The contract that this caller's proxy was generated from.
    fn edition(&self, head: &Head) -> Edition;

    /// What one request document may cost.
    fn limits(&self) -> Limits {
        Limits::default()
    }

    /// The nonces that this process has seen.
    fn nonces(&self) -> &NonceCache;

    /// Uses a nonce up in every process that serves the same callers; false when one of them has
    /// used it before. `key` stands for user and nonce, which are of no use from `until` on.
    fn use_nonce<'a>(
        &'a self,
        _context: &'a Self::Context,
        _caller: &'a Self::Caller,
        _key: [u8; 16],
        _until: Timestamp,
    ) -> BoxFuture<'a, Result<bool, Self::Error>> {
        Box::pin(std::future::ready(Ok(true)))
    }

    fn now(&self, context: &Self::Context) -> Timestamp;

    /// Who presents these credentials. For several readings of one Basic header, any may match.
    fn authenticate<'a>(
        &'a self,
        context: &'a Self::Context,
        head: &'a Head,
        credentials: Credentials,
    ) -> BoxFuture<'a, Result<Self::Caller, Denied<Self::Error>>>;

    /// Asked once for each call whose caller and request are known, before its operation runs;
    /// which it does not when this fails.
    fn let_in<'a>(
        &'a self,
        context: &'a Self::Context,
        head: &'a Head,
        caller: &'a Self::Caller,
        operation: &'static str,
    ) -> BoxFuture<'a, Result<(), Self::Error>>;

    /// What the caller reads instead of a result; also the place where a failure is logged, once.
    fn fault(&self, head: &Head, operation: &'static str, error: Self::Error) -> Fault;
}
