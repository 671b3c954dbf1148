//! The way of a call: envelope, caller, operation, reply.

use http::{HeaderMap, HeaderValue, Method, StatusCode, header};
use jiff::Timestamp;
use tracing::debug;

use super::action::{Actions, content_type_parameter};
use super::admit;
use super::envelope::{self, Envelope, Frame, Headers, Unreadable};
use super::fault::Fault;
use super::operation::{AnyOperation, Call, find};
use super::security::{Credentials, Distrust};
use super::service::{Denied, Service};
use super::version::{MediaType, Version};
use super::wsdl::METADATA;
use crate::protocol::basic;
use crate::protocol::http::{Head, HttpCall, Reply};
use crate::protocol::xml::{Document, Reader, decode};

/// Answers a call. Never fails: whatever goes wrong comes back as a fault, or as the status that
/// SOAP clients expect where a fault would not be read.
pub async fn answer<S: Service>(service: &S, context: &S::Context, call: &HttpCall) -> Reply {
    if let Some(reply) = admit::by_method(service, &call.head) {
        return reply;
    }
    let now = service.now(context);
    let outcome = Exchange { service, context, head: &call.head, now }.post(call).await;
    outcome.unwrap_or_else(|refused| refused.reply(service))
}

/// The operation that a call asks for; `None` when that cannot be told, or is none of ours.
pub fn operation_of<S: Service>(service: &S, head: &Head, body: &[u8]) -> Option<&'static str> {
    if matches!(head.method, Method::GET | Method::HEAD) {
        return Some(METADATA);
    }
    let content_type = head.header("content-type");
    let charset = content_type.and_then(|value| content_type_parameter(value, "charset"));
    let document = decode(body, charset).ok()?;
    let reader = Reader::new(&document, service.limits());
    let envelope = envelope::read(reader, MediaType::of(content_type)).ok()?;
    dispatch(service, head, &envelope).ok().map(AnyOperation::name)
}

/// What a call gets when answering it failed in a way that nobody foresaw.
pub fn broken<S: Service>(service: &S, head: &Head, text: &str) -> Reply {
    let frame = bare_frame(service, head);
    let body = frame.write_fault(&Fault::internal(text));
    Reply::new(StatusCode::INTERNAL_SERVER_ERROR, frame.version.content_type(), body)
}

/// A client's fault to a call whose envelope is not known.
pub fn failed<S: Service>(service: &S, head: &Head, text: String) -> Reply {
    let frame = bare_frame(service, head);
    let body = frame.write_fault(&Fault::client(text));
    Reply::new(StatusCode::INTERNAL_SERVER_ERROR, frame.version.content_type(), body)
}

/// How to answer when the envelope is not known: in the version that the content type says.
pub(super) fn bare_frame<S: Service>(service: &S, head: &Head) -> Frame {
    let version = match MediaType::of(head.header("content-type")) {
        MediaType::Of(version) => version,
        MediaType::Undecided | MediaType::Foreign => Version::Soap11,
    };
    Frame::plain(version, service.shape().language)
}

/// The reply to a call without credentials, or with wrong ones where HTTP can say so.
///
/// The body is empty: `zeep` and PHP report the status then, and not a parse error.
pub(super) fn challenge<S: Service>(service: &S) -> Reply {
    let mut headers = HeaderMap::new();
    let realm = format!("Basic realm=\"{}\"", service.shape().realm);
    if let Ok(value) = HeaderValue::from_str(&realm) {
        headers.insert(header::WWW_AUTHENTICATE, value);
    }
    let body = bytes::Bytes::new().into();
    Reply { status: StatusCode::UNAUTHORIZED, headers, body, operation: "" }
}

/// A call that ends without a result.
enum Refused {
    Challenge,
    Fault { frame: Frame, fault: Fault, operation: &'static str },
}

impl Refused {
    fn reply<S: Service>(self, service: &S) -> Reply {
        match self {
            Self::Challenge => challenge(service),
            Self::Fault { frame, fault, operation } => {
                let body = frame.write_fault(&fault);
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Reply::new(status, frame.version.content_type(), body).for_operation(operation)
            }
        }
    }
}

struct Exchange<'a, S: Service> {
    service: &'a S,
    context: &'a S::Context,
    head: &'a Head,
    now: Timestamp,
}

impl<S: Service> Exchange<'_, S> {
    async fn post(&self, call: &HttpCall) -> Result<Reply, Refused> {
        let content_type = self.head.header("content-type");
        let charset = content_type.and_then(|value| content_type_parameter(value, "charset"));
        let document = Document::decode(&call.body, &call.lifted, charset).map_err(|error| {
            let frame = bare_frame(self.service, self.head);
            Refused::Fault { frame, fault: envelope::malformed(&error), operation: "" }
        })?;
        let reader = document.reader(self.service.limits());
        let envelope = envelope::read(reader, MediaType::of(content_type));
        let mut envelope = envelope.map_err(|unreadable| self.unreadable(*unreadable))?;
        let frame =
            Frame::of(envelope.version, &envelope.headers, self.service.shape().language, self.now);
        let caller = self.caller(&mut envelope.headers, &frame).await?;
        let refuse = |fault, operation| Refused::Fault { frame: frame.clone(), fault, operation };
        if !envelope.headers.not_understood.is_empty() {
            let not_understood = std::mem::take(&mut envelope.headers.not_understood);
            return Err(refuse(Fault::must_understand(not_understood), ""));
        }
        let operation = dispatch(self.service, self.head, &envelope);
        let operation = operation.map_err(|fault| refuse(fault, ""))?;
        let name = operation.name();
        let request =
            read_request(operation, &mut envelope).map_err(|fault| refuse(fault, name))?;
        drop(envelope);
        let Self { service, context, head, .. } = *self;
        service
            .let_in(context, head, &caller, name)
            .await
            .map_err(|error| refuse(service.fault(head, name, error), name))?;
        let response = request
            .run(Call { service, context, head, caller })
            .await
            .map_err(|error| refuse(self.service.fault(self.head, name, error), name))?;
        let edition = service.edition(head);
        let action = || service.shape().reply_action(name);
        let body = frame.write(action, |writer| {
            writer.set_edition(edition.0);
            response.write(writer);
        });
        let content_type = frame.version.content_type();
        Ok(Reply::with_body(StatusCode::OK, content_type, body).for_operation(name))
    }

    fn unreadable(&self, unreadable: Unreadable) -> Refused {
        let Unreadable { fault, version, headers } = unreadable;
        let frame = Frame::of(version, &headers, self.service.shape().language, self.now);
        Refused::Fault { frame, fault, operation: "" }
    }

    /// Who calls: by the security header where it holds a token, otherwise by HTTP Basic.
    async fn caller(&self, headers: &mut Headers, frame: &Frame) -> Result<S::Caller, Refused> {
        let fault = |fault| Refused::Fault { frame: frame.clone(), fault, operation: "" };
        let security = headers.security.take().unwrap_or_default();
        if security.doubled {
            return Err(fault(self.distrusted(Distrust::Doubled)));
        }
        if let Some(lifetime) = &security.timestamp {
            lifetime.check(self.now).map_err(|distrust| fault(self.distrusted(distrust)))?;
        }
        let Some(token) = security.token else {
            let logins = basic::logins(&self.head.headers);
            if logins.is_empty() {
                return Err(Refused::Challenge);
            }
            return self.authenticate(Credentials::Basic(logins)).await.map_err(
                |denied| match denied {
                    Denied::Wrong => Refused::Challenge,
                    Denied::Failed(error) => fault(self.service.fault(self.head, "", error)),
                },
            );
        };
        let seen = self.service.nonces();
        let (credentials, nonce) =
            token.judge(self.now, seen).map_err(|distrust| fault(self.distrusted(distrust)))?;
        let caller = self.authenticate(credentials).await.map_err(|denied| match denied {
            Denied::Wrong => fault(Fault::failed_authentication()),
            Denied::Failed(error) => fault(self.service.fault(self.head, "", error)),
        })?;
        if let Some(nonce) = nonce {
            let used = nonce.use_up(seen, self.now);
            used.map_err(|distrust| fault(self.distrusted(distrust)))?;
            let (key, until) = (nonce.key(), nonce.until());
            let used = self.service.use_nonce(self.context, &caller, key, until).await;
            let used = used.map_err(|error| fault(self.service.fault(self.head, "", error)))?;
            if !used {
                return Err(fault(self.distrusted(Distrust::Replayed)));
            }
        }
        Ok(caller)
    }

    /// The caller is not told why; the operator may be, to find a clock that is wrong.
    fn distrusted(&self, distrust: Distrust) -> Fault {
        debug!(request = %self.head.request_id, "security header not believed: {distrust}");
        Fault::invalid_security()
    }

    async fn authenticate(&self, credentials: Credentials) -> Result<S::Caller, Denied<S::Error>> {
        self.service.authenticate(self.context, self.head, credentials).await
    }
}

/// The operation that is asked for. A known action decides; its body must then be of that
/// operation. Without one, the body element decides.
fn dispatch<S: Service>(
    service: &S,
    head: &Head,
    envelope: &Envelope<'_>,
) -> Result<&'static AnyOperation<S>, Fault> {
    let mut actions = Actions::of_headers(&head.headers);
    let headers = &envelope.headers;
    let in_envelope = [&headers.addressed.action, &headers.plain_action];
    in_envelope.into_iter().flatten().for_each(|action| actions.add(action));

    let shape = service.shape();
    let edition = service.edition(head);
    let named = |name: &str| find(service.operations(), edition, name);
    let of_action = actions.iter().find_map(|action| named(shape.operation_of_action(action)?));
    let body = envelope.body.as_ref();
    let Some(operation) = of_action else {
        return body
            .and_then(|name| named(name.within(shape.target_namespace)?))
            .ok_or_else(|| Fault::action_not_supported(actions.first()));
    };
    let expected = (operation.shape.namespace, operation.shape.name);
    match body {
        Some(name) if name.is(expected.0, expected.1) => Ok(operation),
        Some(name) => {
            let found = (name.namespace(), name.local());
            Err(Fault::body_of_another(operation.name(), expected, found))
        }
        None => Err(Fault::body_empty(operation.name(), expected)),
    }
}

/// Reads the request and the rest of the document, so that nothing runs that was cut short.
fn read_request<S: Service>(
    operation: &AnyOperation<S>,
    envelope: &mut Envelope<'_>,
) -> Result<Box<dyn super::operation::Request<S>>, Fault> {
    let read = operation.read(&mut envelope.reader);
    let finished = read.and_then(|request| envelope.finish().map(|()| request));
    finished.map_err(|error| {
        if error.problem().is_malformed() {
            return envelope::malformed(&error);
        }
        Fault::deserialization_failed(operation.name(), &error.to_string())
    })
}
