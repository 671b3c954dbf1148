//! Bodies: chunked or with a length, plain or compressed, always counted while they stream in.
//!
//! A compressed body is decoded in pieces as it arrives, so a bomb is refused after the first
//! piece past its bound; nothing is decoded only to be measured. Whatever is held counts against
//! one [`Budget`](super::budget::Budget).

use std::pin::{Pin, pin};
use std::task::Poll;
use std::time::Duration;

use bytes::{Buf as _, Bytes};
use http::HeaderMap;
use http::header::{CONTENT_ENCODING, CONTENT_LENGTH};
use http_body_util::BodyExt as _;
use hyper::body::{Body as _, Frame, Incoming};
use tokio::time::{Instant, Sleep, sleep_until};

use super::budget::{Budget, Share};
use super::config::Times;
use crate::protocol::coding::{Coding, Inflater};
use crate::protocol::http::{BodyBounds, BodyError};
use crate::protocol::xml::{Arrival, Lifted};

/// Largest piece of memory set aside before a byte of the body has come.
const MAX_FIRST_CAPACITY: usize = 64 * 1024 * 1024;

/// A body in memory, with its share of the budget.
#[derive(Debug)]
pub struct Received {
    pub bytes: Bytes,
    /// What was lifted out of a [`Shape::Document`].
    pub lifted: Vec<Lifted>,
    pub share: Share,
    /// Bytes that came over the wire for it, before decoding.
    pub wire_bytes: u64,
}

/// What is known of a body that is to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    Any,
    /// XML whose large base64 values may be decoded as they come. Where it is compressed they stay.
    Document,
}

/// Refuses from the head alone what need not be read to be refused.
pub fn judge_head(headers: &HeaderMap, bounds: BodyBounds) -> Result<Coding, BodyError> {
    let coding = Coding::of(headers.get_all(CONTENT_ENCODING))?;
    if stated_length(headers).is_some_and(|length| length > bounds.decoded) {
        return Err(BodyError::TooLarge { limit: bounds.decoded });
    }
    Ok(coding)
}

/// `Content-Length`, where hyper has accepted one.
pub fn stated_length(headers: &HeaderMap) -> Option<u64> {
    headers.get(CONTENT_LENGTH)?.to_str().ok()?.trim().parse().ok()
}

/// Reads all of `body` within `bounds`, decoded.
///
/// The first poll makes hyper send `100 Continue` to a caller that waits for one.
pub async fn receive(
    body: &mut Incoming,
    coding: Coding,
    shape: Shape,
    bounds: BodyBounds,
    budget: &Budget,
    times: &Times,
) -> Result<Received, BodyError> {
    let first_capacity = usize::try_from(body.size_hint().exact().unwrap_or(0)).unwrap_or(0);
    let mut sink = match (coding, shape) {
        (Coding::Identity, Shape::Any) => {
            Sink::Plain(Vec::with_capacity(first_capacity.min(MAX_FIRST_CAPACITY)))
        }
        (Coding::Identity, Shape::Document) => Sink::Document(Arrival::of(first_capacity)),
        (Coding::Gzip | Coding::Deflate | Coding::Bzip2, _) => {
            Sink::Coded(Box::new(Inflater::new(coding, bounds)))
        }
    };
    let mut share = budget.share();
    let mut clock = BodyClock::new(times);
    while let Some(frame) = clock.next(body).await? {
        let Ok(data) = frame.into_data() else { continue };
        if coding == Coding::Identity && clock.received_bytes > bounds.decoded {
            return Err(BodyError::TooLarge { limit: bounds.decoded });
        }
        sink.take(data, &mut share).await?;
    }
    let wire_bytes = clock.received_bytes;
    let (bytes, lifted) = sink.finish()?;
    Ok(Received { bytes, lifted, share, wire_bytes })
}

/// Reads and drops the rest of `body`; false when it is too long or too slow for that.
pub async fn drain(body: &mut Incoming, most_bytes: u64, times: &Times) -> bool {
    let mut clock = BodyClock::new(times);
    loop {
        match clock.next(body).await {
            Ok(None) => return true,
            Ok(Some(_)) if clock.received_bytes > most_bytes => return false,
            Ok(Some(_)) => {}
            Err(_) => return false,
        }
    }
}

/// Where the bytes go.
enum Sink {
    Plain(Vec<u8>),
    Document(Arrival),
    Coded(Box<Inflater>),
}

impl Sink {
    async fn take(&mut self, mut data: Bytes, share: &mut Share) -> Result<(), BodyError> {
        match self {
            Self::Plain(buffer) => {
                ensure_held(share, buffer.len().saturating_add(data.len())).await?;
                buffer.extend_from_slice(&data);
            }
            Self::Document(arrival) => {
                ensure_held(share, arrival.held_bytes().saturating_add(data.len())).await?;
                arrival.push(&data);
            }
            Self::Coded(inflater) => {
                while !data.is_empty() {
                    let used = inflater.piece(&data)?;
                    data.advance(used);
                    ensure_held(share, inflater.held_bytes()).await?;
                    // A block of bzip2 costs some ten milliseconds, a piece of the others well
                    // under one.
                    tokio::task::yield_now().await;
                }
            }
        }
        Ok(())
    }

    fn finish(self) -> Result<(Bytes, Vec<Lifted>), BodyError> {
        match self {
            Self::Plain(buffer) => Ok((buffer.into(), Vec::new())),
            Self::Document(arrival) => Ok(arrival.finish()),
            Self::Coded(inflater) => Ok((inflater.finish()?, Vec::new())),
        }
    }
}

async fn ensure_held(share: &mut Share, bytes: usize) -> Result<(), BodyError> {
    if share.hold(bytes).await { Ok(()) } else { Err(BodyError::Overloaded) }
}

/// Gives a body as much time as its progress deserves.
#[derive(Debug)]
pub struct BodyClock<'a> {
    times: &'a Times,
    began: Instant,
    progressed: Instant,
    pub received_bytes: u64,
    timer: Option<Pin<Box<Sleep>>>,
}

impl<'a> BodyClock<'a> {
    pub fn new(times: &'a Times) -> Self {
        let now = Instant::now();
        Self { times, began: now, progressed: now, received_bytes: 0, timer: None }
    }

    /// The earliest of: no progress, too slow on average, too long in all.
    fn deadline(&self) -> Instant {
        let rate = u64::from(self.times.body_min_bytes_per_second.max(1));
        let earned = Duration::from_millis(self.received_bytes.saturating_mul(1_000) / rate);
        let whole = self.times.body.min(self.times.body_grace.saturating_add(earned));
        (self.began + whole).min(self.progressed + self.times.body_stall)
    }

    /// Time for which nobody waited for the body does not count against it.
    pub fn forgive(&mut self, idle: Duration) {
        self.began += idle;
        self.progressed += idle;
    }

    pub async fn next(&mut self, body: &mut Incoming) -> Result<Option<Frame<Bytes>>, BodyError> {
        let mut frame = pin!(body.frame());
        let outcome = std::future::poll_fn(|cx| {
            if let Poll::Ready(outcome) = frame.as_mut().poll(cx) {
                return Poll::Ready(Some(outcome));
            }
            let deadline = self.deadline();
            let timer = self.timer.get_or_insert_with(|| Box::pin(sleep_until(deadline)));
            if timer.deadline() != deadline {
                timer.as_mut().reset(deadline);
            }
            timer.as_mut().poll(cx).map(|()| None)
        });
        match outcome.await {
            None => Err(BodyError::TimedOut),
            Some(None) => Ok(None),
            Some(Some(Ok(frame))) => {
                let length = frame.data_ref().map_or(0, Bytes::len);
                self.received_bytes += u64::try_from(length).unwrap_or(0);
                self.progressed = Instant::now();
                Ok(Some(frame))
            }
            Some(Some(Err(error))) => Err(why_broken(&error)),
        }
    }
}

/// hyper says why a body ended through the kind of the I/O error beneath its own.
fn why_broken(error: &hyper::Error) -> BodyError {
    let source = std::error::Error::source(error);
    match source.and_then(|source| source.downcast_ref::<std::io::Error>()) {
        Some(io)
            if matches!(
                io.kind(),
                std::io::ErrorKind::InvalidInput | std::io::ErrorKind::InvalidData
            ) =>
        {
            BodyError::BadChunks
        }
        Some(io) if io.kind() == std::io::ErrorKind::TimedOut => BodyError::TimedOut,
        _ => BodyError::CutShort,
    }
}
