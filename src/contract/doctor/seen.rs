//! An exchange, read once for all that look at it.

use std::borrow::Cow;
use std::cell::OnceCell;

use http::HeaderMap;
use jiff::Timestamp;

use super::client::Stack;
use super::document::{Document, Element};
use super::misfit::{self, Misfit};
use crate::contract::Exchange;
use crate::faces::Face as _;
use crate::faces::dotdigital_rest::DotdigitalRest;
use crate::faces::dotdigital_soap::{DotdigitalSoap, edition, operations::OPERATIONS};
use crate::faces::empower::Empower;
use crate::faces::selzy::Selzy;
use crate::faces::which50::Which50;
use crate::protocol::http::Head;
use crate::protocol::soap::action::Actions;
use crate::protocol::soap::addressing::{self, Addressing};
use crate::protocol::soap::version::Version;
use crate::protocol::soap::{Edition, OperationShape};
use crate::protocol::xml::XmlError;

/// One exchange to look at, and what is known besides.
#[derive(Debug, Clone)]
pub struct Case<'a> {
    pub exchange: &'a Exchange,
    /// Earlier calls of the same client, the oldest first.
    pub before: &'a [Exchange],
    pub known: Known,
}

/// What is known of an exchange besides its bytes. The default is nothing.
#[derive(Debug, Clone, Default)]
pub struct Known {
    /// When the call came in, by the server's clock. Without it the reply's `Date` counts.
    pub at: Option<Timestamp>,
    /// Scheme, authority and path prefix by which the client came. Without it `Host` counts.
    pub base_url: Option<String>,
    /// Bytes of the reply's body, when the body itself was not kept.
    pub sent_bytes: Option<u64>,
    /// The bodies were not kept: only heads and sizes are looked at.
    pub without_bodies: bool,
    /// The reply's headers were not kept, but for some.
    pub without_reply_head: bool,
    /// A refusal for want of credentials is taken for the challenge that it may be: the next call
    /// has them, or what comes next is not known.
    pub is_answered_challenge: bool,
}

impl<'a> Case<'a> {
    /// An exchange of which nothing else is known.
    pub fn of(exchange: &'a Exchange) -> Self {
        Self { exchange, before: &[], known: Known::default() }
    }
}

/// The language of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Dialect {
    Soap,
    /// Empower's documents and XML-RPC.
    MethodCall,
    DotdigitalRest,
    Which50,
    Selzy,
    Other,
}

/// What all that look at an exchange need of it.
#[derive(Debug)]
pub struct Seen<'a> {
    pub exchange: &'a Exchange,
    pub before: &'a [Exchange],
    pub known: &'a Known,
    pub stack: Option<Stack>,
    pub dialect: Dialect,
    pub head: Head,
    pub sent: Document<'a>,
    pub answered: Document<'a>,
    misfits: OnceCell<Vec<Misfit>>,
    reply_misfits: OnceCell<Vec<Misfit>>,
}

/// The parts of a SOAP message.
#[derive(Debug, Clone, Copy)]
pub struct Soap<'e, 'x> {
    pub envelope: &'e Element<'x>,
    /// `None` for an envelope of no known namespace.
    pub version: Option<Version>,
    pub header: Option<&'e Element<'x>>,
    pub body: Option<&'e Element<'x>>,
    /// The first child of the body.
    pub payload: Option<&'e Element<'x>>,
}

type Decoded<'a> = Result<Cow<'a, str>, XmlError>;

impl<'a> Seen<'a> {
    pub fn new(case: &'a Case<'a>, sent: &'a Decoded<'a>, answered: &'a Decoded<'a>) -> Self {
        let request = &case.exchange.request;
        let head = head_of(case);
        let dialect = dialect(&head, sent);
        let html = dialect == Dialect::MethodCall;
        Self {
            exchange: case.exchange,
            before: case.before,
            known: &case.known,
            stack: Stack::of(&request.headers, &request.body),
            dialect,
            head,
            sent: Document::of(sent, html),
            answered: Document::of(answered, html),
            misfits: OnceCell::new(),
            reply_misfits: OnceCell::new(),
        }
    }

    /// A header of the request as text.
    pub fn asked(&self, name: &str) -> Option<&'a str> {
        text_of(&self.exchange.request.headers, name)
    }

    /// A header of the reply as text.
    pub fn said(&self, name: &str) -> Option<&'a str> {
        text_of(&self.exchange.response.headers, name)
    }

    pub fn status(&self) -> u16 {
        self.exchange.response.status.as_u16()
    }

    pub fn is_soap(&self) -> bool {
        self.dialect == Dialect::Soap
    }

    pub fn soap(&self) -> Option<Soap<'_, 'a>> {
        self.sent.root().filter(|_| self.is_soap()).and_then(Soap::of)
    }

    pub fn soap_reply(&self) -> Option<Soap<'_, 'a>> {
        self.answered.root().filter(|_| self.is_soap()).and_then(Soap::of)
    }

    /// The actions that the request says, in the order in which servers believe them.
    pub fn actions(&self) -> Actions {
        let mut actions = Actions::of_headers(&self.exchange.request.headers);
        let header = self.soap().and_then(|soap| soap.header);
        for block in header.into_iter().flat_map(|header| &header.children) {
            let is_known = Addressing::of_namespace(block.namespace()).is_some()
                || block.namespace() == addressing::NONE;
            if is_known && block.local() == "Action" {
                actions.add(&block.text);
            }
        }
        actions
    }

    /// The contract that the client was generated from, as its address says.
    pub fn edition(&self) -> Edition {
        let hosts = edition::HOSTS_2013.map(str::to_owned);
        edition::of(&self.head, &hosts)
    }

    /// The operation that the body names, in whatever namespace; otherwise that of the action.
    pub fn operation(&self) -> Option<&'static OperationShape> {
        let of_body = self
            .soap()
            .and_then(|soap| soap.payload)
            .and_then(|payload| operation(payload.local(), self.edition()));
        of_body.or_else(|| self.actions().iter().find_map(|action| self.operation_of(action)))
    }

    /// The operation that an action names exactly.
    pub fn operation_of(&self, action: &str) -> Option<&'static OperationShape> {
        let prefix = crate::faces::dotdigital_soap::service::SHAPE.action_prefix;
        operation(action.strip_prefix(prefix)?, self.edition())
    }

    /// Where the request's body is not as its operation's record has it.
    pub fn misfits(&self) -> &[Misfit] {
        self.misfits.get_or_init(|| {
            let payload = self.soap().and_then(|soap| soap.payload);
            let named = payload.zip(self.operation());
            let named = named.filter(|(payload, shape)| payload.local() == shape.name);
            named.map_or_else(Vec::new, |(payload, operation)| {
                misfit::of_request(payload, (operation.request)(), self.edition())
            })
        })
    }

    /// Where the reply's body is not as its operation's record has it in the caller's contract.
    pub fn reply_misfits(&self) -> &[Misfit] {
        self.reply_misfits.get_or_init(|| {
            let payload = self.soap_reply().and_then(|soap| soap.payload);
            let shape = self.operation().map(|operation| (operation.response)());
            let named = payload.zip(shape);
            let named = named.filter(|(payload, shape)| payload.is(shape.namespace, shape.name));
            named.map_or_else(Vec::new, |(payload, shape)| {
                misfit::of_reply(payload, shape, self.edition())
            })
        })
    }

    /// The fault in the reply, if it is one.
    pub fn fault(&self) -> Option<&Element<'a>> {
        self.soap_reply()?.payload.filter(|payload| payload.local() == "Fault")
    }

    /// When the call was made, by the server: what is known, or the reply's `Date`.
    pub fn at(&self) -> Option<Timestamp> {
        self.known.at.or_else(|| {
            let date = jiff::fmt::rfc2822::DateTimeParser::new();
            date.parse_timestamp(self.said("date")?).ok()
        })
    }

    /// Host, and port where there is one, by which the client came.
    pub fn authority(&self) -> Option<String> {
        let base = self.known.base_url.as_deref();
        let of_base = base.and_then(|url| url.parse::<http::Uri>().ok());
        let of_base = of_base.and_then(|uri| uri.authority().map(ToString::to_string));
        of_base.or_else(|| self.asked("host").map(str::to_owned))
    }

    /// Bytes of the reply's body.
    pub fn reply_bytes(&self) -> u64 {
        let kept = u64::try_from(self.exchange.response.body.len()).unwrap_or(u64::MAX);
        self.known.sent_bytes.unwrap_or(0).max(kept)
    }
}

impl<'e, 'x> Soap<'e, 'x> {
    fn of(envelope: &'e Element<'x>) -> Option<Self> {
        if envelope.local() != "Envelope" {
            return None;
        }
        let body = envelope.child_named("Body");
        Some(Self {
            envelope,
            version: Version::of_namespace(envelope.namespace()),
            header: envelope.child_named("Header"),
            body,
            payload: body.and_then(|body| body.children.first()),
        })
    }

    /// The blocks of the header.
    pub fn blocks(&self) -> impl Iterator<Item = &'e Element<'x>> + use<'e, 'x> {
        self.header.into_iter().flat_map(|header| &header.children)
    }
}

/// The operation of a name in the form that the edition lists, otherwise in any.
pub fn operation(name: &str, edition: Edition) -> Option<&'static OperationShape> {
    let named = || OPERATIONS.iter().map(|any| &any.shape).filter(|shape| shape.name == name);
    named().find(|shape| shape.is_listed_in(edition)).or_else(|| named().next())
}

fn text_of<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name).and_then(|value| value.to_str().ok())
}

/// The head as the faces judge it. Nobody's address is needed for that.
fn head_of(case: &Case<'_>) -> Head {
    let request = &case.exchange.request;
    let host = text_of(&request.headers, "host").unwrap_or_default();
    let host = host.rsplit_once(':').map_or(host, |(name, _)| name).to_ascii_lowercase();
    Head {
        method: request.method.clone(),
        path: request.path().to_owned(),
        query: request.query().to_owned(),
        headers: request.headers.clone(),
        peer: std::net::IpAddr::from([0, 0, 0, 0]),
        base_url: case.known.base_url.clone().unwrap_or_default(),
        host,
        request_id: String::new(),
        caller: crate::protocol::http::CallerSlot::default(),
    }
}

/// By path, as the faces say; a client of another host may post SOAP or XML-RPC to any path.
fn dialect(head: &Head, sent: &Decoded<'_>) -> Dialect {
    if DotdigitalSoap::default().serves(head) {
        return Dialect::Soap;
    }
    if Empower::default().serves(head) {
        return Dialect::MethodCall;
    }
    let start = sent.as_deref().unwrap_or_default().get(..512);
    let start = start.unwrap_or_else(|| sent.as_deref().unwrap_or_default());
    if start.contains("Envelope") || head.headers.contains_key("soapaction") {
        return Dialect::Soap;
    }
    if start.contains("<methodCall") {
        return Dialect::MethodCall;
    }
    let others: [(bool, Dialect); 3] = [
        (DotdigitalRest::default().serves(head), Dialect::DotdigitalRest),
        (Which50::default().serves(head), Dialect::Which50),
        (Selzy::default().serves(head), Dialect::Selzy),
    ];
    others.into_iter().find(|(serves, _)| *serves).map_or(Dialect::Other, |(_, dialect)| dialect)
}
