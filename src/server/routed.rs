//! A call whose face has routes: its way is found by its operation, and followed.

use std::num::NonZero;
use std::sync::Arc;

use bytes::Bytes;
use http::{HeaderName, HeaderValue, StatusCode};
use hyper::body::Incoming;
use jiff::Timestamp;
use tracing::{error, info};

use super::call::{Call, Rest};
use super::observe::Routed;
use super::pass::{BOUNDS, as_sent, pass, unanswered};
use super::way::{FaceWays, Way};
use crate::contract::recorded::{Miss, Played, Shelf};
use crate::contract::replay::renewed_reply;
use crate::contract::upstream::Upstream;
use crate::faces::{Face, answer_read, on_purpose};
use crate::protocol::http::{Body, Head, HttpCall, Reply};

/// Names the recording that a reply is from, and the closest one where none is.
const RECORDING: HeaderName = HeaderName::from_static("lychgate-recording");
const NEAREST: HeaderName = HeaderName::from_static("lychgate-nearest");

impl Call<'_> {
    /// Answers by the way of the call's operation.
    ///
    /// Where the operation stands in the body, the body is read before a face has admitted the
    /// call, within a bound of its own: whoever answers elsewhere knows callers of its own.
    pub(super) async fn by_way(
        &mut self,
        ways: &FaceWays,
        face: &dyn Face,
        head: &Arc<Head>,
        incoming: &mut Incoming,
    ) -> (Reply, Rest) {
        let needs_body = face.names_operations_in_bodies();
        if !needs_body && ways.of(face.operation_of(head, &Bytes::new())).is_here() {
            return self.here(face, head, incoming).await;
        }
        let (body, share) = match self.body(head, incoming, BOUNDS).await {
            Ok(body) => body,
            Err((error, rest)) => return (face.unreadable(head, error), rest),
        };
        self.ear.request(&body);
        let naming = async { face.operation_of(head, &body) };
        let operation = match self.guarded(face, head, naming).await {
            Ok(operation) => operation,
            Err(broken) => return (broken, Rest::Nothing),
        };
        let name = operation.unwrap_or_default();
        let reply = match ways.of(operation) {
            Way::Here | Way::Compare(_) => self.admitted(face, head, body).await,
            Way::Recordings(shelf) => {
                let answering = self.by_recordings(shelf, face, head, body, operation);
                self.unless_struck(face, head, name, answering).await
            }
            Way::Upstream(upstream) => {
                let answering = self.by_upstream(upstream, face, head, body);
                self.unless_struck(face, head, name, answering).await
            }
        };
        drop(share);
        (reply, Rest::Nothing)
    }

    /// Answered by somebody else, unless a fault on purpose comes before.
    async fn unless_struck(
        &self,
        face: &dyn Face,
        head: &Head,
        operation: &'static str,
        answering: impl Future<Output = Reply>,
    ) -> Reply {
        let context = &self.shared().context;
        let reply = match on_purpose::strike_away(context, face, head, operation).await {
            Some(reply) => reply,
            None => answering.await,
        };
        reply.for_operation(operation)
    }

    /// Answered here after all, with the body read already.
    async fn admitted(&self, face: &dyn Face, head: &Arc<Head>, body: Bytes) -> Reply {
        let call = HttpCall::new(Arc::clone(head), body);
        let answering = answer_read(face, &self.shared().context, call, NonZero::<usize>::MAX);
        match self.guarded(face, head, answering).await {
            Ok(reply) => self.begun(face, head, reply).await,
            Err(broken) => broken,
        }
    }

    async fn by_upstream(
        &self,
        upstream: &Upstream,
        face: &dyn Face,
        head: &Head,
        body: Bytes,
    ) -> Reply {
        match pass(upstream, head, body).await {
            Ok(reply) => {
                self.count(face, Routed::Passed);
                reply
            }
            Err(error) => {
                self.count(face, Routed::Unpassed);
                unanswered(face, head, error)
            }
        }
    }

    async fn by_recordings(
        &self,
        shelf: &Arc<Shelf>,
        face: &dyn Face,
        head: &Head,
        body: Bytes,
        operation: Option<&'static str>,
    ) -> Reply {
        let (shelf, request) = (Arc::clone(shelf), as_sent(head, body));
        let finding = tokio::task::spawn_blocking(move || shelf.answer(operation, &request));
        match finding.await {
            Ok(Ok(played)) => {
                self.count(face, Routed::Recorded);
                replayed(played, self.shared().context.clock.now())
            }
            Ok(Err(miss)) => {
                self.count(face, Routed::Missed);
                missed(&miss, face, head)
            }
            Err(_) => {
                // `log_panics` has written where.
                error!("a call could not be compared with the recordings");
                face.broken(head)
            }
        }
    }

    fn count(&self, face: &dyn Face, routed: Routed) {
        self.shared().metrics.routed(face.name(), routed);
    }
}

fn replayed(played: Played, now: Timestamp) -> Reply {
    let Played { id, mut response } = played;
    // A client that checks the reply's `Timestamp` would refuse one of the day of the recording.
    if let Some(body) = renewed_reply(&response.body, now) {
        response.body = body.into();
    }
    let mut headers = response.headers;
    if let Ok(id) = HeaderValue::from_str(&id) {
        headers.insert(RECORDING, id);
    }
    Reply { status: response.status, headers, body: Body::Whole(response.body), operation: "" }
}

/// The caller reads what differs; the log, which may be read by others, only names the recording.
fn missed(miss: &Miss, face: &dyn Face, head: &Head) -> Reply {
    let nearest = miss.nearest.as_ref().map_or("none", |nearest| nearest.id.as_str());
    info!(nearest, "no recording fits a call; the closest of {} is {nearest}", miss.recordings);
    let mut reply = face.unanswered(head, StatusCode::NOT_IMPLEMENTED, &miss.to_string());
    if let Ok(nearest) = HeaderValue::from_str(nearest) {
        reply.headers.insert(NEAREST, nearest);
    }
    reply
}
