//! A connection's bytes with the clock running: silent, slow and stuck peers are let go.
//!
//! hyper has one timer for "no complete head yet". Here a new connection, a head under way and an
//! idle kept-alive connection each have their own, and so has a peer that does not take its reply.
//! A timer is only set when the socket has nothing to give, so a busy connection pays nothing.

use std::io::{Error, ErrorKind, IoSlice, Result};
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::task::{Context, Poll, ready};
use std::time::Duration;

use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio::time::{Instant, Sleep, sleep_until};
use tracing::debug;

/// Most bytes read and dropped after a close; then the socket goes whatever the peer still sends.
const MAX_LINGER_BYTES: usize = 4 * 1024 * 1024;
/// Sent when a head does not become complete in time.
const HEAD_TIMEOUT_REPLY: &[u8] =
    b"HTTP/1.1 408 Request Timeout\r\nConnection: close\r\nContent-Length: 0\r\n\r\n";

/// What a connection is doing, as its timers see it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Phase {
    /// Nothing has come yet.
    Quiet,
    /// A head has begun.
    Head,
    /// A call is read or answered; its body has timers of its own.
    Call,
    /// Between calls.
    Idle,
}

/// Shared between a connection's bytes and its calls, which run in one task.
#[derive(Debug, Default)]
pub struct Pace {
    /// The phase in the two low bits; above them a count of changes, so that none is missed.
    stamp: AtomicU32,
    unread: AtomicBool,
}

impl Pace {
    pub fn new() -> Self {
        Self::default()
    }

    pub fn begin_call(&self) {
        self.enter(Phase::Call);
    }

    pub fn end_call(&self) {
        self.enter(Phase::Idle);
    }

    /// The peer may still be sending a body that nobody reads: linger at the close.
    pub fn leave_unread(&self) {
        self.unread.store(true, Ordering::Relaxed);
    }

    fn enter(&self, phase: Phase) {
        let bits = match phase {
            Phase::Quiet => 0,
            Phase::Head => 1,
            Phase::Call => 2,
            Phase::Idle => 3,
        };
        let count = self.stamp() & !PHASE_BITS;
        self.stamp.store(count.wrapping_add(PHASE_BITS + 1) | bits, Ordering::Relaxed);
    }

    fn stamp(&self) -> u32 {
        self.stamp.load(Ordering::Relaxed)
    }

    fn phase(&self) -> Phase {
        match self.stamp() & PHASE_BITS {
            0 => Phase::Quiet,
            1 => Phase::Head,
            2 => Phase::Call,
            _ => Phase::Idle,
        }
    }
}

const PHASE_BITS: u32 = 3;

/// The times that [`Paced`] watches.
#[derive(Debug, Clone, Copy)]
pub struct Patience {
    pub first_byte: Duration,
    pub head: Duration,
    pub idle: Duration,
    pub write_stall: Duration,
    pub linger: Duration,
}

/// A byte stream that fails with `TimedOut` when its peer is too slow for its phase.
#[derive(Debug)]
pub struct Paced<S> {
    inner: S,
    pace: Arc<Pace>,
    patience: Patience,
    seen_stamp: u32,
    read_deadline: Instant,
    read_timer: Pin<Box<Sleep>>,
    write_timer: Option<Pin<Box<Sleep>>>,
    closing: Closing,
}

#[derive(Debug)]
enum Closing {
    No,
    Lingering { dropped_bytes: usize },
    Done,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Paced<S> {
    pub fn new(inner: S, pace: Arc<Pace>, patience: Patience) -> Self {
        let read_deadline = Instant::now() + patience.first_byte;
        Self {
            inner,
            pace,
            patience,
            seen_stamp: 0,
            read_deadline,
            read_timer: Box::pin(sleep_until(read_deadline)),
            write_timer: None,
            closing: Closing::No,
        }
    }

    fn bytes_came(&mut self) {
        if matches!(self.pace.phase(), Phase::Quiet | Phase::Idle) {
            self.pace.enter(Phase::Head);
        }
    }

    /// Decides what to do while the socket has nothing to read.
    fn poll_silence(&mut self, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let phase = self.pace.phase();
        if self.pace.stamp() != self.seen_stamp {
            self.seen_stamp = self.pace.stamp();
            self.read_deadline = Instant::now() + self.patience_in(phase);
        }
        if phase == Phase::Call {
            return Poll::Pending;
        }
        if self.read_timer.deadline() > self.read_deadline {
            self.read_timer.as_mut().reset(self.read_deadline);
        }
        while self.read_timer.as_mut().poll(cx).is_ready() {
            if Instant::now() >= self.read_deadline {
                return self.give_up(cx, phase);
            }
            self.read_timer.as_mut().reset(self.read_deadline);
        }
        Poll::Pending
    }

    fn patience_in(&self, phase: Phase) -> Duration {
        match phase {
            Phase::Quiet => self.patience.first_byte,
            Phase::Head => self.patience.head,
            Phase::Call | Phase::Idle => self.patience.idle,
        }
    }

    fn give_up(&mut self, cx: &mut Context<'_>, phase: Phase) -> Poll<Result<()>> {
        if phase == Phase::Head {
            // One attempt: whoever is too slow to ask may also be too slow to listen.
            let sent = Pin::new(&mut self.inner).poll_write(cx, HEAD_TIMEOUT_REPLY);
            if sent.is_ready() && Pin::new(&mut self.inner).poll_flush(cx).is_pending() {
                debug!("a peer that was too slow to ask is too slow to be told so");
            }
        }
        Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the peer was silent for too long")))
    }

    /// Watches over one attempt to write.
    fn poll_stall<T>(&mut self, cx: &mut Context<'_>, attempt: Poll<Result<T>>) -> Poll<Result<T>> {
        if attempt.is_ready() {
            self.write_timer = None;
            if self.pace.phase() == Phase::Idle && self.pace.stamp() == self.seen_stamp {
                // The reply is still going out: idling begins when it is gone.
                self.read_deadline = Instant::now() + self.patience.idle;
            }
            return attempt;
        }
        let stall = self.patience.write_stall;
        let timer =
            self.write_timer.get_or_insert_with(|| Box::pin(sleep_until(Instant::now() + stall)));
        match timer.as_mut().poll(cx) {
            Poll::Ready(()) => {
                Poll::Ready(Err(Error::new(ErrorKind::TimedOut, "the peer did not take its reply")))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    fn begin_linger(&mut self) {
        self.read_deadline = Instant::now() + self.patience.linger;
        self.read_timer.as_mut().reset(self.read_deadline);
        self.closing = Closing::Lingering { dropped_bytes: 0 };
    }

    /// Reads and drops what still comes, so that the kernel has no reason to reset the connection.
    fn poll_linger(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        let mut scratch = [0_u8; 4096];
        while let Closing::Lingering { dropped_bytes } = &mut self.closing {
            if self.read_timer.as_mut().poll(cx).is_ready() || *dropped_bytes > MAX_LINGER_BYTES {
                break;
            }
            let mut buffer = ReadBuf::new(&mut scratch);
            let read = Pin::new(&mut self.inner).poll_read(cx, &mut buffer);
            let got_bytes = buffer.filled().len();
            match read {
                Poll::Ready(Ok(())) if got_bytes > 0 => *dropped_bytes += got_bytes,
                Poll::Pending if *dropped_bytes > 0 || self.pace.unread.load(Ordering::Relaxed) => {
                    return Poll::Pending;
                }
                Poll::Ready(_) | Poll::Pending => break,
            }
        }
        self.closing = Closing::Done;
        Poll::Ready(())
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for Paced<S> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<Result<()>> {
        let this = &mut *self;
        let before = buffer.filled().len();
        match Pin::new(&mut this.inner).poll_read(cx, buffer) {
            Poll::Ready(outcome) => {
                if buffer.filled().len() > before {
                    this.bytes_came();
                }
                Poll::Ready(outcome)
            }
            Poll::Pending => this.poll_silence(cx),
        }
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for Paced<S> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<Result<usize>> {
        let attempt = Pin::new(&mut self.inner).poll_write(cx, bytes);
        self.poll_stall(cx, attempt)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        slices: &[IoSlice<'_>],
    ) -> Poll<Result<usize>> {
        let attempt = Pin::new(&mut self.inner).poll_write_vectored(cx, slices);
        self.poll_stall(cx, attempt)
    }

    fn is_write_vectored(&self) -> bool {
        self.inner.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        let attempt = Pin::new(&mut self.inner).poll_flush(cx);
        self.poll_stall(cx, attempt)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        if matches!(self.closing, Closing::No) {
            let attempt = Pin::new(&mut self.inner).poll_shutdown(cx);
            ready!(self.poll_stall(cx, attempt))?;
            self.begin_linger();
        }
        ready!(self.poll_linger(cx));
        Poll::Ready(Ok(()))
    }
}
