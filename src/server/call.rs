//! One call from its head to its reply: address, route, admission, body, face, panic, log.

use std::net::IpAddr;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use futures_util::FutureExt as _;
use http::header::{CONNECTION, EXPECT, HeaderMap, HeaderValue, TRANSFER_ENCODING};
use http::{Method, Request, Response, StatusCode, Version, request};
use hyper::body::{Body as _, Incoming};
use tokio::time::Instant;
use tracing::{Instrument as _, debug, error, info, info_span};

use super::arriving::{Arriving, Progress};
use super::body::{Received, Shape};
use super::budget::Share;
use super::heard::Ear;
use super::observe::Finished;
use super::pace::Pace;
use super::reply::{ReplyBody, finish, is_worth_gzip, plain};
use super::{Shared, admin, body, route, stream};
use crate::domain::as_one_call;
use crate::faces::{Admission, Face, STREAMED_BYTES, on_purpose};
use crate::protocol::http::{
    BodyBounds, BodyError, BodyReader, CallerSlot, Cut, Head, HttpCall, Reply,
};

/// Bodies of calls that belong to the server itself: events as NDJSON.
const ADMIN_BOUNDS: BodyBounds = BodyBounds { decoded: 16 * 1024 * 1024, ratio: 100 };
/// The server's own name in metrics and logs.
const OWN: &str = "lychgate";

/// What all calls of one connection share.
#[derive(Debug)]
pub struct Link {
    pub shared: Arc<Shared>,
    pub peer: IpAddr,
    /// Address and port that the connection came to.
    pub local: String,
    pub secure: bool,
    /// The clock of the byte stream beneath.
    pub pace: Arc<Pace>,
}

/// The connection ends here without a reply, as it was planned: a fault on purpose.
#[derive(Debug, Clone, Copy, thiserror::Error)]
#[error("the connection is cut on purpose")]
pub struct CutOff;

/// Answers one request; hyper writes what comes back. Fails only on purpose.
pub async fn answer(
    link: Arc<Link>,
    request: Request<Incoming>,
) -> Result<Response<ReplyBody>, CutOff> {
    let mut ending = Ending::begin(&link);
    let (parts, mut incoming) = request.into_parts();
    let asks_close = asks_close(&parts);
    let expects_continue = expects_continue(&parts);
    let request_id = link.shared.next_request_id();
    ending.span = info_span!(
        "call",
        request = %request_id,
        peer = %link.peer,
        face = tracing::field::Empty,
        operation = tracing::field::Empty,
        account = tracing::field::Empty,
    );
    let span = ending.span.clone();
    let call = Call { link: &link, received_bytes: 0, ear: Ear::default() };
    let answered = call.run(parts, &mut incoming, request_id).instrument(span).await;
    let unread = match answered.rest {
        Rest::Nothing => false,
        Rest::Unasked => !settle(&link, &mut incoming, expects_continue).await,
        Rest::Begun => !settle(&link, &mut incoming, false).await,
        Rest::GivenUp => true,
    };
    if unread {
        link.pace.leave_unread();
    }
    ending.finished = Finished {
        face: answered.face,
        operation: answered.reply.operation,
        status: answered.reply.status,
        received_bytes: answered.received_bytes,
        ..ending.finished
    };
    ending.ear = answered.ear;
    if let Some(cut) = answered.cut {
        ending.ear.cut(cut, answered.reply.status);
        ending.end(0);
        return Err(CutOff);
    }
    let close = asks_close || unread || link.shared.wants_connections_back();
    Ok(finish(answered.reply, answered.gzip, close, ending).await)
}

/// A reply on its way to the wire.
struct Answered {
    reply: Reply,
    gzip: bool,
    face: &'static str,
    received_bytes: u64,
    rest: Rest,
    ear: Ear,
    /// No reply is sent at all.
    cut: Option<Cut>,
}

/// What is left of a body when its call is answered.
#[derive(Debug, Clone, Copy)]
pub(super) enum Rest {
    Nothing,
    /// The head alone decided; nothing of the body was asked for.
    Unasked,
    /// Some of it was read, and nothing is wrong with what follows.
    Begun,
    /// Reading ended half-way, and nothing good can follow.
    GivenUp,
}

pub(super) struct Call<'a> {
    link: &'a Link,
    received_bytes: u64,
    pub(super) ear: Ear,
}

impl Call<'_> {
    async fn run(
        mut self,
        parts: request::Parts,
        incoming: &mut Incoming,
        request_id: String,
    ) -> Answered {
        if !is_plainly_coded(&parts.headers) {
            let reply = plain(StatusCode::NOT_IMPLEMENTED, "The one transfer coding is chunked.\n");
            return self.answered(OWN, reply, false, Rest::GivenUp);
        }
        let head = match self.head(parts, request_id) {
            Ok(head) => Arc::new(head),
            Err(reply) => return self.answered(OWN, *reply, false, Rest::Unasked),
        };
        let face = if admin::owns(&head.path) {
            None
        } else {
            route::face_for(&self.link.shared.mounts, &head).cloned()
        };
        let name = face.as_ref().map_or(OWN, |face| face.name());
        let (reply, rest) = match &face {
            Some(face) => {
                let (reply, rest) = self.by_face(face.as_ref(), &head, incoming).await;
                let meant = head.caller.meant_error();
                let meant = meant.map(|error| on_purpose::said(face.as_ref(), &head, error));
                let operation = reply.operation;
                (meant.map_or(reply, |meant| meant.for_operation(operation)), rest)
            }
            None => self.by_ourselves(&head, incoming).await,
        };
        let from_bytes = self.link.shared.config.bounds.gzip_from_bytes;
        let gzip = is_worth_gzip(&head.headers, &reply, from_bytes);
        let cut = head.caller.cut();
        Answered { cut, ..self.answered(name, reply, gzip, rest) }
    }

    pub(super) fn shared(&self) -> &Shared {
        &self.link.shared
    }

    fn answered(self, face: &'static str, reply: Reply, gzip: bool, rest: Rest) -> Answered {
        let Self { received_bytes, ear, .. } = self;
        Answered { reply, gzip, face, received_bytes, rest, ear, cut: None }
    }

    fn head(&self, parts: request::Parts, request_id: String) -> Result<Head, Box<Reply>> {
        if parts.method == Method::CONNECT {
            let reply = plain(StatusCode::METHOD_NOT_ALLOWED, "This is not a proxy.\n");
            return Err(Box::new(reply));
        }
        let host_required = parts.version >= Version::HTTP_11;
        let target = self
            .link
            .shared
            .origin(self.link)
            .target(&parts.uri, &parts.headers, host_required)
            .map_err(|error| Box::new(plain(StatusCode::BAD_REQUEST, format!("{error}.\n"))))?;
        Ok(Head {
            method: parts.method,
            path: parts.uri.path().to_owned(),
            query: parts.uri.query().unwrap_or("").to_owned(),
            headers: parts.headers,
            peer: target.peer,
            base_url: target.base_url,
            host: target.host,
            request_id,
            caller: CallerSlot::default(),
        })
    }

    async fn by_face(
        &mut self,
        face: &dyn Face,
        head: &Arc<Head>,
        incoming: &mut Incoming,
    ) -> (Reply, Rest) {
        let context = &self.link.shared.context;
        let listeners = &self.link.shared.config.listeners;
        self.ear = Ear::open(listeners, head, || context.clock.now());
        if incoming.is_end_stream() {
            self.ear.request(&Bytes::new());
        }
        as_one_call(async {
            match self.link.shared.config.ways.away(face.name()) {
                Some(ways) => self.by_way(ways, face, head, incoming).await,
                None => self.here(face, head, incoming).await,
            }
        })
        .await
    }

    /// This gateway answers.
    pub(super) async fn here(
        &mut self,
        face: &dyn Face,
        head: &Arc<Head>,
        incoming: &mut Incoming,
    ) -> (Reply, Rest) {
        let context = &self.link.shared.context;
        let admission = self.guarded(face, head, face.admit(context, head)).await;
        let (bounds, shape) = match admission {
            Ok(Admission::Read(bounds)) => (bounds, Shape::Any),
            Ok(Admission::Document(bounds)) => (bounds, Shape::Document),
            Ok(Admission::Stream(bounds)) => {
                return self.streamed(face, head, incoming, bounds).await;
            }
            Ok(Admission::Answer(reply)) | Err(reply) => return (reply, Rest::Unasked),
        };
        let Received { bytes: body, lifted, share, .. } =
            match self.received(head, incoming, bounds, shape).await {
                Ok(received) => received,
                Err((error, rest)) => return (face.unreadable(head, error), rest),
            };
        self.ear.document(&body, &lifted);
        let call = HttpCall { head: Arc::clone(head), body, lifted };
        let answer = self.guarded(face, head, face.answer(context, call)).await;
        drop(share);
        let reply = match answer {
            Ok(reply) => self.begun(face, head, reply).await,
            Err(broken) => broken,
        };
        (reply, Rest::Nothing)
    }

    /// The face reads the body itself, as it comes in.
    async fn streamed(
        &mut self,
        face: &dyn Face,
        head: &Arc<Head>,
        incoming: &mut Incoming,
        bounds: BodyBounds,
    ) -> (Reply, Rest) {
        let shared = &self.link.shared;
        let coding = match body::judge_head(&head.headers, bounds) {
            Ok(coding) => coding,
            Err(error) => return (face.unreadable(head, error), Rest::Unasked),
        };
        let mut share = shared.budget.share();
        if !share.hold(STREAMED_BYTES).await {
            return (face.unreadable(head, BodyError::Overloaded), Rest::Unasked);
        }
        let mut arriving = match Arriving::new(incoming, coding, bounds, &shared.config.times) {
            Ok(arriving) => arriving,
            Err(error) => return (face.unreadable(head, error), Rest::Unasked),
        };
        arriving.copied = self.ear.copying();
        let reader = BodyReader::new(&mut arriving);
        let answer =
            self.guarded(face, head, face.answer_streamed(&shared.context, head, reader)).await;
        drop(share);
        self.received_bytes = arriving.wire_bytes();
        let rest = match arriving.progress() {
            Progress::Unasked => Rest::Unasked,
            Progress::Begun => Rest::Begun,
            Progress::Ended => {
                self.ear.request_copied(arriving.copied.take());
                Rest::Nothing
            }
            Progress::Broken => Rest::GivenUp,
        };
        let reply = match answer {
            Ok(reply) => self.begun(face, head, reply).await,
            Err(broken) => broken,
        };
        (reply, rest)
    }

    /// A stream that fails at its beginning becomes the face's own error, like any other reply.
    pub(super) async fn begun(&self, face: &dyn Face, head: &Head, reply: Reply) -> Reply {
        let operation = reply.operation;
        match self.guarded(face, head, stream::begin(reply)).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(broken)) => {
                error!("a reply could not be begun: {}", broken.reasons());
                face.broken(head).for_operation(operation)
            }
            Err(broken) => broken.for_operation(operation),
        }
    }

    async fn by_ourselves(&mut self, head: &Head, incoming: &mut Incoming) -> (Reply, Rest) {
        let shared = &self.link.shared;
        if !admin::owns(&head.path) {
            return (route::not_found(&shared.mounts), Rest::Unasked);
        }
        if let Some(refusal) = admin::refuse(shared, head) {
            return (refusal, Rest::Unasked);
        }
        match self.body(head, incoming, ADMIN_BOUNDS).await {
            Ok((body, _share)) => (admin::answer(shared, head, body).await, Rest::Nothing),
            Err((error, rest)) => (plain(error.status(), format!("{error}.\n")), rest),
        }
    }

    /// The body as it was sent.
    pub(super) async fn body(
        &mut self,
        head: &Head,
        incoming: &mut Incoming,
        bounds: BodyBounds,
    ) -> Result<(Bytes, Share), (BodyError, Rest)> {
        let received = self.received(head, incoming, bounds, Shape::Any).await?;
        Ok((received.bytes, received.share))
    }

    async fn received(
        &mut self,
        head: &Head,
        incoming: &mut Incoming,
        bounds: BodyBounds,
        shape: Shape,
    ) -> Result<Received, (BodyError, Rest)> {
        let shared = &self.link.shared;
        let coding =
            body::judge_head(&head.headers, bounds).map_err(|error| (error, Rest::Unasked))?;
        let receiving =
            body::receive(incoming, coding, shape, bounds, &shared.budget, &shared.config.times);
        let received = receiving.await.map_err(|error| (error, Rest::GivenUp))?;
        self.received_bytes = received.wire_bytes;
        Ok(received)
    }

    /// A panic becomes the face's own error; the server lives on.
    pub(super) async fn guarded<T>(
        &self,
        face: &dyn Face,
        head: &Head,
        work: impl Future<Output = T>,
    ) -> Result<T, Reply> {
        AssertUnwindSafe(work).catch_unwind().await.map_err(|_| {
            self.link.shared.metrics.panics.inc();
            // `log_panics` has written the line.
            face.broken(head)
        })
    }
}

/// Decides what becomes of a body that nobody wanted. True when the connection can go on.
///
/// A caller that waits for `100 Continue` may or may not send its body after a final status, so
/// its connection closes. Others are sending already; reading the rest keeps their connection, and
/// with it the `401` that they are about to answer.
async fn settle(link: &Link, incoming: &mut Incoming, expects_continue: bool) -> bool {
    if incoming.is_end_stream() {
        return true;
    }
    let config = &link.shared.config;
    let most_bytes = config.bounds.drained_bytes;
    if expects_continue || incoming.size_hint().lower() > most_bytes {
        return false;
    }
    body::drain(incoming, most_bytes, &config.times).await
}

/// Whether a body comes as it is or in chunks. hyper undoes the chunks and no other coding, so what
/// has another is not the body that its sender means.
fn is_plainly_coded(headers: &HeaderMap) -> bool {
    let mut codings = headers.get_all(TRANSFER_ENCODING).iter();
    let is_chunked = |value: &HeaderValue| value.as_bytes().eq_ignore_ascii_case(b"chunked");
    codings.next().is_none_or(is_chunked) && codings.next().is_none()
}

fn asks_close(parts: &request::Parts) -> bool {
    let values = parts.headers.get_all(CONNECTION).iter().filter_map(|value| value.to_str().ok());
    values.flat_map(|text| text.split(',')).any(|token| token.trim().eq_ignore_ascii_case("close"))
}

fn expects_continue(parts: &request::Parts) -> bool {
    parts.version >= Version::HTTP_11
        && parts
            .headers
            .get(EXPECT)
            .is_some_and(|value| value.as_bytes().eq_ignore_ascii_case(b"100-continue"))
}

fn log(call: &Finished) {
    let Finished { face, operation, status, took, received_bytes, sent_bytes } = *call;
    let span = tracing::Span::current();
    span.record("face", face);
    span.record("operation", operation);
    let status = status.as_u16();
    let took_us = u64::try_from(took.as_micros()).unwrap_or(u64::MAX);
    // Probes and scrapes come every few seconds and say nothing new.
    if face == OWN && status < 400 {
        debug!(target: "lychgate::calls", status, took_us, "{face} {operation} answered {status}");
        return;
    }
    info!(
        target: "lychgate::calls",
        status,
        took_us,
        received_bytes,
        sent_bytes,
        "{face} {operation} answered {status}",
    );
}

/// The end of a call, wherever it comes: with its whole reply, with the last chunk, or half-way.
///
/// Until then the call counts as under way, also for the connection's clock.
#[derive(Debug)]
pub struct Ending {
    pub link: Arc<Link>,
    pub span: tracing::Span,
    /// Takes the reply for those who listen.
    pub ear: Ear,
    began: Instant,
    finished: Finished,
}

impl Ending {
    fn begin(link: &Arc<Link>) -> Self {
        link.pace.begin_call();
        link.shared.metrics.calls_in_flight.inc();
        let finished = Finished {
            face: OWN,
            operation: "",
            status: StatusCode::OK,
            took: Duration::ZERO,
            received_bytes: 0,
            sent_bytes: 0,
        };
        let span = tracing::Span::none();
        let ear = Ear::default();
        Self { link: Arc::clone(link), span, ear, began: Instant::now(), finished }
    }

    /// Counts and logs the call, and tells of it.
    pub fn end(mut self, sent_bytes: u64) {
        let finished = Finished { took: self.began.elapsed(), sent_bytes, ..self.finished };
        let shared = &self.link.shared;
        shared.metrics.finished(&finished);
        let ear = std::mem::take(&mut self.ear);
        self.span.in_scope(|| {
            log(&finished);
            ear.tell(&shared.config.listeners, &finished, || {
                shared.metrics.panics.inc();
            });
        });
    }
}

impl Drop for Ending {
    fn drop(&mut self) {
        self.link.shared.metrics.calls_in_flight.dec();
        self.link.pace.end_call();
    }
}
