//! Where a reply's bytes go: whole when they are few, otherwise piece by piece as they are read.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_util::future::BoxFuture;
use futures_util::{Stream, StreamExt as _};
use tokio::sync::mpsc;

use super::Cut;
use crate::domain::Error;
use crate::protocol::http::BodyBroken;

/// Bytes that wait before they are handed on. Replies below it state their length.
const PIECE_BYTES: usize = 16 * 1024;

/// Room for a reply of usual length.
const FIRST_BYTES: usize = 2 * 1024;

/// What is written and not handed on yet.
#[derive(Debug)]
pub struct Out {
    waiting: Vec<u8>,
    pieces: mpsc::Sender<Bytes>,
}

impl Out {
    pub fn push(&mut self, text: &str) {
        self.waiting.extend_from_slice(text.as_bytes());
    }

    pub fn push_bytes(&mut self, bytes: &[u8]) {
        self.waiting.extend_from_slice(bytes);
    }

    /// Hands on what is there when it is a piece; waits while the reader is slower.
    pub async fn ease(&mut self) -> Result<(), Cut> {
        if self.waiting.len() < PIECE_BYTES {
            return Ok(());
        }
        self.hand_on().await
    }

    async fn hand_on(&mut self) -> Result<(), Cut> {
        let piece = std::mem::replace(&mut self.waiting, Vec::with_capacity(PIECE_BYTES * 2));
        self.pieces.send(piece.into()).await.map_err(|_| Cut::Gone)
    }
}

/// A reply being written: polling it drives the writing, dropping it ends it.
pub struct Written {
    /// `None` once it has ended.
    writing: Option<BoxFuture<'static, Result<(), Cut>>>,
    pieces: mpsc::Receiver<Bytes>,
    /// Why it ended early; said behind the last piece.
    failed: Option<Error>,
}

impl std::fmt::Debug for Written {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Written")
    }
}

impl Written {
    /// Starts `write`, which is given where its bytes go.
    pub fn begin<W, F>(write: W) -> Self
    where
        W: FnOnce(Out) -> F,
        F: Future<Output = Result<Out, Cut>> + Send + 'static,
    {
        let (give, pieces) = mpsc::channel(1);
        let writing = write(Out { waiting: Vec::with_capacity(FIRST_BYTES), pieces: give });
        let writing = Box::pin(async move {
            let mut out = writing.await?;
            if out.waiting.is_empty() { Ok(()) } else { out.hand_on().await }
        });
        Self { writing: Some(writing), pieces, failed: None }
    }

    /// The whole reply when it is one piece, otherwise its first piece and the rest.
    pub async fn opened(mut self) -> Result<Opened, Error> {
        let Some(first) = self.next().await.transpose()? else {
            return Ok(Opened::Whole(Bytes::new()));
        };
        match self.next().await.transpose()? {
            None => Ok(Opened::Whole(first)),
            Some(second) => Ok(Opened::Long([first, second], self)),
        }
    }
}

/// The body of a reply that does not fit one piece. What fails is logged by the server.
pub fn streamed(
    first: [Bytes; 2],
    rest: Written,
) -> impl Stream<Item = Result<Bytes, BodyBroken>> + Send {
    let first = futures_util::stream::iter(first.map(Ok));
    first.chain(rest.map(|piece| piece.map_err(BodyBroken::because)))
}

/// What is known of a reply before its head goes out.
#[derive(Debug)]
pub enum Opened {
    Whole(Bytes),
    Long([Bytes; 2], Written),
}

impl Stream for Written {
    type Item = Result<Bytes, Error>;

    fn poll_next(mut self: Pin<&mut Self>, context: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        if let Poll::Ready(Some(piece)) = self.pieces.poll_recv(context) {
            return Poll::Ready(Some(Ok(piece)));
        }
        if let Some(writing) = &mut self.writing
            && let Poll::Ready(ended) = writing.as_mut().poll(context)
        {
            self.writing = None;
            if let Err(Cut::Failed(error)) = ended {
                self.failed = Some(error);
            }
        }
        // What the writing gave just now. Once it has ended, the channel ends behind its last piece.
        match self.pieces.poll_recv(context) {
            Poll::Ready(None) => Poll::Ready(self.failed.take().map(Err)),
            piece => piece.map(|piece| piece.map(Ok)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    async fn write(mut out: Out, lines: usize) -> Result<Out, Cut> {
        for line in 0..lines {
            out.push(&format!("{line:07}\n"));
            out.ease().await?;
        }
        Ok(out)
    }

    #[tokio::test]
    async fn a_short_reply_is_whole() {
        for lines in [0, 1, 2_000] {
            let written = Written::begin(|out| write(out, lines));
            let Opened::Whole(bytes) = written.opened().await.unwrap() else { panic!("{lines}") };
            assert_eq!(bytes.len(), lines * 8);
        }
    }

    #[tokio::test]
    async fn a_long_reply_comes_in_pieces_and_in_order() {
        let written = Written::begin(|out| write(out, 100_000));
        let Opened::Long(first, rest) = written.opened().await.unwrap() else { panic!() };
        let mut all = first.concat();
        let rest: Vec<_> = rest.collect().await;
        assert!(rest.len() > 10);
        all.extend(rest.into_iter().flat_map(Result::unwrap));
        let lines: Vec<String> = (0..100_000).map(|line| format!("{line:07}\n")).collect();
        assert_eq!(String::from_utf8(all).unwrap(), lines.concat());
    }

    #[tokio::test]
    async fn a_failure_half_way_is_an_error_behind_what_was_written() {
        let written = Written::begin(|out| async move {
            write(out, 10_000).await?;
            Err(Cut::Failed(crate::domain::Refusal::Unavailable.into()))
        });
        let all: Vec<_> = written.collect().await;
        assert!(all.first().unwrap().is_ok());
        assert!(all.last().unwrap().is_err());
    }
}
