//! One declaration per operation, and the list that everything else reads.
//!
//! A face writes one file per operation: the request record, the response record, and
//! [`Operation`] for the request. It lists them once, in WSDL order:
//!
//! ```ignore
//! pub static OPERATIONS: &[AnyOperation<Face>] =
//!     &[AnyOperation::of::<GetContactById>(), AnyOperation::of::<GetContactByEmail>()];
//! ```
//!
//! Dispatch, WSDL, help page, metrics and the comparison with a vendor's WSDL all read that list.

use std::fmt;

use futures_util::future::BoxFuture;

use super::service::Service;
use crate::protocol::http::Head;
use crate::protocol::xml::{Reader, Shape, Writer, XmlError, XmlRecord, XmlValue};

/// A published contract of a service, named by its year: `2014`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Edition(pub u16);

impl fmt::Display for Edition {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// What an operation is given: who calls, and everything that it may reach.
#[derive(Debug)]
pub struct Call<'a, S: Service> {
    pub service: &'a S,
    pub context: &'a S::Context,
    pub head: &'a Head,
    pub caller: S::Caller,
}

/// An operation, declared by its request. Its wire name is that of the request's record.
pub trait Operation<S: Service>: XmlRecord + Send + 'static {
    /// The record written into the reply's body.
    type Response: XmlRecord + Send + Sync + 'static;

    /// The editions whose WSDL lists the operation in this form.
    const EDITIONS: &'static [Edition];

    /// Decodes into domain types, makes one domain call, and encodes the result.
    fn run(
        self,
        call: &Call<'_, S>,
    ) -> impl Future<Output = Result<Self::Response, S::Error>> + Send;
}

/// What is known of an operation without its types.
#[derive(Debug, Clone, Copy)]
pub struct OperationShape {
    /// The wire name, such as `GetContactById`.
    pub name: &'static str,
    /// Namespace of the request's and the response's element.
    pub namespace: &'static str,
    pub request: fn() -> &'static Shape,
    pub response: fn() -> &'static Shape,
    pub editions: &'static [Edition],
}

impl OperationShape {
    /// What the operation is for, in our words.
    pub fn doc(&self) -> &'static str {
        (self.request)().doc
    }

    pub fn is_listed_in(&self, edition: Edition) -> bool {
        self.editions.contains(&edition)
    }
}

type ReadRequest<S> = fn(&mut Reader<'_>) -> Result<Box<dyn Request<S>>, XmlError>;

/// Any operation of a face.
pub struct AnyOperation<S: Service> {
    pub shape: OperationShape,
    read: ReadRequest<S>,
}

/// A request that was read and waits to be run.
pub trait Request<S: Service>: Send {
    /// Runs the operation.
    fn run(
        self: Box<Self>,
        call: Call<'_, S>,
    ) -> BoxFuture<'_, Result<Box<dyn Response>, S::Error>>;
}

/// A result that can be written into a body.
pub trait Response: Send + Sync {
    fn write(&self, writer: &mut Writer);
}

impl<S: Service, O: Operation<S>> Request<S> for O {
    fn run(
        self: Box<Self>,
        call: Call<'_, S>,
    ) -> BoxFuture<'_, Result<Box<dyn Response>, S::Error>> {
        Box::pin(async move {
            let response = Operation::run(*self, &call).await?;
            let response: Box<dyn Response> = Box::new(response);
            Ok(response)
        })
    }
}

impl<R: XmlRecord + Send + Sync> Response for R {
    fn write(&self, writer: &mut Writer) {
        writer.open_as("", R::NAMESPACE, R::NAME);
        XmlValue::write(self, writer);
        writer.close();
    }
}

impl<S: Service> AnyOperation<S> {
    /// The entry of an operation in its face's list.
    pub const fn of<O: Operation<S>>() -> Self {
        Self {
            shape: OperationShape {
                name: O::NAME,
                namespace: O::NAMESPACE,
                request: O::shape,
                response: <O::Response as XmlRecord>::shape,
                editions: O::EDITIONS,
            },
            // Not `read_value`: SOAP::Lite marks an operation without parameters as nil.
            read: |reader| Ok(Box::new(O::read(reader)?)),
        }
    }

    pub const fn name(&self) -> &'static str {
        self.shape.name
    }

    /// Reads the request whose element the reader has entered, and leaves that element.
    pub fn read(&self, reader: &mut Reader<'_>) -> Result<Box<dyn Request<S>>, XmlError> {
        (self.read)(reader)
    }
}

impl<S: Service> fmt::Debug for AnyOperation<S> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("AnyOperation").field("name", &self.name()).finish_non_exhaustive()
    }
}

/// Finds an operation by wire name: the form that the edition lists, otherwise any form, since
/// proxies call what another edition lists too (retired operations, newer ones).
pub fn find<S: Service>(
    operations: &'static [AnyOperation<S>],
    edition: Edition,
    name: &str,
) -> Option<&'static AnyOperation<S>> {
    let named = || operations.iter().filter(|operation| operation.name() == name);
    named().find(|operation| operation.shape.is_listed_in(edition)).or_else(|| named().next())
}
