//! A body on its way in, for faces that need not hold it whole.

use std::fmt::{Debug, Formatter};

use bytes::Bytes;
use futures_util::future::BoxFuture;

use super::BodyError;

/// Where a body's chunks come from: decoded, within bounds, with the clock running.
pub trait BodyChunks: Send {
    /// The next chunk, some ten KiB; `None` at the end. Not called again after an error.
    fn next_chunk(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, BodyError>>;
}

/// Hands out a body chunk by chunk. `Debug` shows nothing of it: it may carry personal data.
///
/// The caller's clock stands still while nobody asks for the next chunk, so a face may write to
/// disk in between; what it does not ask for stays on the wire.
pub struct BodyReader<'b> {
    chunks: Box<dyn BodyChunks + 'b>,
    /// Asking again after the end or an error gives the same.
    over: Option<Result<(), BodyError>>,
}

impl<'b> BodyReader<'b> {
    pub fn new(chunks: impl BodyChunks + 'b) -> Self {
        Self { chunks: Box::new(chunks), over: None }
    }

    /// The next chunk; `None` at the end.
    pub async fn next(&mut self) -> Result<Option<Bytes>, BodyError> {
        if let Some(over) = self.over {
            return over.map(|()| None);
        }
        match self.chunks.next_chunk().await {
            Ok(Some(chunk)) => Ok(Some(chunk)),
            ended => {
                self.over = Some(ended.as_ref().map(|_| ()).map_err(|error| *error));
                ended
            }
        }
    }

    /// Reads and drops what is left, so that a caller who sends first and listens later gets to
    /// read a refusal. A body that breaks meanwhile is as good as over.
    pub async fn pass_rest(&mut self) {
        while let Ok(Some(_)) = self.next().await {}
    }
}

impl Debug for BodyReader<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("BodyReader").field("over", &self.over).finish_non_exhaustive()
    }
}

/// Chunks that are in memory already; for tests.
impl BodyChunks for std::vec::IntoIter<Bytes> {
    fn next_chunk(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, BodyError>> {
        Box::pin(std::future::ready(Ok(self.next())))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Broken(u8);

    impl BodyChunks for Broken {
        fn next_chunk(&mut self) -> BoxFuture<'_, Result<Option<Bytes>, BodyError>> {
            self.0 += 1;
            let chunk = match self.0 {
                1 => Ok(Some(Bytes::from_static(b"someone@example.org"))),
                2 => Err(BodyError::CutShort),
                _ => panic!("asked again"),
            };
            Box::pin(std::future::ready(chunk))
        }
    }

    #[tokio::test]
    async fn an_error_is_the_end_and_stays_it() {
        let mut body = BodyReader::new(Broken(0));
        assert!(body.next().await.unwrap().is_some());
        assert_eq!(body.next().await, Err(BodyError::CutShort));
        assert_eq!(body.next().await, Err(BodyError::CutShort));
        body.pass_rest().await;
        assert!(!format!("{body:?}").contains("someone"));
    }

    #[tokio::test]
    async fn the_rest_of_a_body_is_passed_over() {
        let chunks = vec![Bytes::from_static(b"a"), Bytes::from_static(b"b")];
        let mut body = BodyReader::new(chunks.into_iter());
        assert_eq!(body.next().await.unwrap().unwrap(), "a");
        body.pass_rest().await;
        assert_eq!(body.next().await, Ok(None));
    }
}
