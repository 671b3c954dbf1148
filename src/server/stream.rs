//! A reply that is made while it goes out: begun, polled at the reader's pace, counted at its end.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::task::{Context, Poll, ready};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _, stream};
use hyper::body::{Body as HttpBody, Frame, SizeHint};
use tokio::time::{Instant, timeout_at};
use tracing::warn;

use super::call::Ending;
use super::reply::Packer;
use crate::protocol::http::{Body, BodyBroken, BodyStream, Reply};

/// Bytes of a stream that are gathered before its head goes out. A reply below this has a
/// `Content-Length`, which hand-written clients look for, and fails in its face's own form.
const GATHERED_BYTES: usize = 64 * 1024;
/// A stream that takes longer for its first bytes goes out as it comes.
const GATHERED_FOR: Duration = Duration::from_millis(20);

/// Gathers the beginning of a streamed reply; one that ends within it becomes whole.
pub async fn begin(mut reply: Reply) -> Result<Reply, BodyBroken> {
    if let Body::Stream(stream) = reply.body {
        reply.body = begun(stream).await?;
    }
    Ok(reply)
}

async fn begun(mut stream: BodyStream) -> Result<Body, BodyBroken> {
    let deadline = Instant::now() + GATHERED_FOR;
    let mut first = BytesMut::new();
    while first.len() < GATHERED_BYTES {
        let Ok(next) = timeout_at(deadline, stream.next()).await else { break };
        let Some(chunk) = next.transpose()? else { return Ok(Body::Whole(first.freeze())) };
        if first.is_empty() && chunk.len() >= GATHERED_BYTES {
            return Ok(behind(chunk, stream));
        }
        first.extend_from_slice(&chunk);
    }
    Ok(behind(first.freeze(), stream))
}

fn behind(first: Bytes, stream: BodyStream) -> Body {
    Body::Stream(BodyStream::new(stream::iter([Ok(first)]).chain(stream)))
}

/// A body that goes out in chunks. Dropped early when the peer goes away or asked for the head.
#[derive(Debug)]
pub struct Flow {
    stream: BodyStream,
    packer: Option<Packer>,
    state: State,
    sent_bytes: u64,
    /// All of the stream was handed over.
    complete: bool,
    /// Counts and logs the call when it is over.
    ending: Option<Ending>,
}

#[derive(Debug)]
enum State {
    Flowing,
    /// What was made before goes out first; then the connection breaks.
    Breaking(BodyBroken),
    Over,
}

impl Flow {
    pub fn new(stream: BodyStream, gzip: bool, ending: Ending) -> Self {
        Self {
            stream,
            packer: gzip.then(Packer::fast),
            state: State::Flowing,
            sent_bytes: 0,
            complete: false,
            ending: Some(ending),
        }
    }

    fn poll_chunk(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyBroken>>> {
        let _entered = self.ending.as_ref().map(|ending| ending.span.enter());
        let stream = Pin::new(&mut self.stream);
        let polled = catch_unwind(AssertUnwindSafe(|| stream.poll_next(cx)));
        let Ok(next) = polled else {
            if let Some(ending) = &self.ending {
                ending.link.shared.metrics.panics.inc();
            }
            // `log_panics` has written its line, too.
            return Poll::Ready(Some(Err(BodyBroken::because("a panic"))));
        };
        next
    }

    /// The chunk as it goes out.
    fn packed(&mut self, chunk: Bytes) -> Result<Bytes, BodyBroken> {
        self.sent_bytes += u64::try_from(chunk.len()).unwrap_or(0);
        if let Some(ending) = &mut self.ending {
            ending.ear.chunk(&chunk);
        }
        match &mut self.packer {
            Some(packer) => packer.pack(&chunk).map_err(BodyBroken::because),
            None => Ok(chunk),
        }
    }

    fn tail(&mut self) -> Option<Result<Bytes, BodyBroken>> {
        let packer = self.packer.take()?;
        Some(packer.finish().map_err(BodyBroken::because))
    }

    fn poll_flowing(&mut self, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, BodyBroken>>> {
        let next = if let Some(chunk) = ready!(self.poll_chunk(cx)) {
            Some(chunk.and_then(|chunk| self.packed(chunk)))
        } else {
            self.state = State::Over;
            self.complete = true;
            self.tail()
        };
        let Some(Err(broken)) = next else { return Poll::Ready(next) };
        self.state = State::Breaking(broken);
        // Pending once: what was made before is flushed, and the peer sees where it broke off.
        cx.waker().wake_by_ref();
        Poll::Pending
    }
}

impl HttpBody for Flow {
    type Data = Bytes;
    type Error = BodyBroken;

    fn poll_frame(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, BodyBroken>>> {
        match std::mem::replace(&mut self.state, State::Over) {
            State::Flowing => {
                self.state = State::Flowing;
                self.poll_flowing(cx).map(|next| next.map(|chunk| chunk.map(Frame::data)))
            }
            State::Breaking(broken) => {
                if let Some(ending) = &self.ending {
                    ending.span.in_scope(|| warn!("a reply broke off: {}", broken.reasons()));
                }
                Poll::Ready(Some(Err(broken)))
            }
            State::Over => Poll::Ready(None),
        }
    }

    fn size_hint(&self) -> SizeHint {
        SizeHint::default()
    }
}

impl Drop for Flow {
    fn drop(&mut self) {
        if let Some(mut ending) = self.ending.take() {
            if !self.complete {
                ending.ear.cut_short();
            }
            ending.end(self.sent_bytes);
        }
    }
}
