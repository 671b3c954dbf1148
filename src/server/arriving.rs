//! A body that its face reads while it comes in: the same bounds, coding and clock as one that is
//! read for it, but only the chunk at hand in memory.

use bytes::{Buf as _, Bytes};
use futures_util::future::BoxFuture;
use hyper::body::Incoming;
use tokio::time::Instant;

use super::body::BodyClock;
use super::config::Times;
use super::heard::Copied;
use crate::protocol::coding::{Coding, Inflater};
use crate::protocol::http::{BodyBounds, BodyChunks, BodyError};

/// A compressed body is handed out in chunks of about this size, in bytes.
const CHUNK_BYTES: usize = 64 * 1024;

/// How far a body was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Progress {
    Unasked,
    Begun,
    Ended,
    Broken,
}

/// A body on its way in.
pub struct Arriving<'a> {
    incoming: &'a mut Incoming,
    bounds: BodyBounds,
    clock: BodyClock<'a>,
    /// When the last chunk was handed out.
    given: Instant,
    progress: Progress,
    inflater: Option<Box<Inflater>>,
    /// Compressed bytes that are not decoded yet.
    coded: Bytes,
    /// Takes what is handed out, for those who listen.
    pub copied: Option<Copied>,
}

impl<'a> Arriving<'a> {
    /// Refuses a coding that is only read as a whole.
    pub fn new(
        incoming: &'a mut Incoming,
        coding: Coding,
        bounds: BodyBounds,
        times: &'a Times,
    ) -> Result<Self, BodyError> {
        let inflater = match coding {
            Coding::Identity => None,
            Coding::Gzip | Coding::Deflate => Some(Box::new(Inflater::new(coding, bounds))),
            // One API documents it, and its calls are small.
            Coding::Bzip2 => return Err(BodyError::UnsupportedEncoding),
        };
        Ok(Self {
            incoming,
            bounds,
            clock: BodyClock::new(times),
            given: Instant::now(),
            progress: Progress::Unasked,
            inflater,
            coded: Bytes::new(),
            copied: None,
        })
    }

    pub fn progress(&self) -> Progress {
        self.progress
    }

    /// Bytes that came over the wire so far.
    pub fn wire_bytes(&self) -> u64 {
        self.clock.received_bytes
    }

    async fn advance(&mut self) -> Result<Option<Bytes>, BodyError> {
        self.clock.forgive(self.given.elapsed());
        self.progress = Progress::Begun;
        let chunk = match self.inflater.take() {
            None => self.plain().await,
            Some(inflater) => self.inflated(inflater).await,
        };
        self.given = Instant::now();
        match &chunk {
            Ok(Some(chunk)) => {
                if let Some(copied) = &mut self.copied {
                    copied.add(chunk);
                }
            }
            Ok(None) => self.progress = Progress::Ended,
            Err(_) => self.progress = Progress::Broken,
        }
        chunk
    }

    async fn plain(&mut self) -> Result<Option<Bytes>, BodyError> {
        let Some(data) = self.wire().await? else { return Ok(None) };
        if self.clock.received_bytes > self.bounds.decoded {
            return Err(BodyError::TooLarge { limit: self.bounds.decoded });
        }
        Ok(Some(data))
    }

    /// Without an inflater afterwards the compressed stream has ended.
    async fn inflated(&mut self, mut inflater: Box<Inflater>) -> Result<Option<Bytes>, BodyError> {
        while inflater.held_bytes() < CHUNK_BYTES {
            if self.coded.is_empty() {
                match self.wire().await? {
                    Some(data) => self.coded = data,
                    None => return Ok(Some(inflater.finish()?).filter(|last| !last.is_empty())),
                }
            }
            let used = inflater.piece(&self.coded)?;
            self.coded.advance(used);
            // A piece costs well under a millisecond; others get their turn in between.
            tokio::task::consume_budget().await;
        }
        let chunk = inflater.take();
        self.inflater = Some(inflater);
        Ok(Some(chunk))
    }

    /// The next bytes as they were sent.
    async fn wire(&mut self) -> Result<Option<Bytes>, BodyError> {
        while let Some(frame) = self.clock.next(self.incoming).await? {
            if let Ok(data) = frame.into_data()
                && !data.is_empty()
            {
                return Ok(Some(data));
            }
        }
        Ok(None)
    }
}

impl BodyChunks for &mut Arriving<'_> {
    fn next_chunk(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, BodyError>> {
        Box::pin(self.advance())
    }
}

impl std::fmt::Debug for Arriving<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Arriving").field("progress", &self.progress).finish_non_exhaustive()
    }
}
