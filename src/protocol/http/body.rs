//! What a reply says: known whole, or made while it goes out.

use std::error::Error;
use std::fmt::{Debug, Formatter};
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, StreamExt as _};

/// The body of a reply. `Debug` shows its size only: it may carry personal data.
pub enum Body {
    /// Goes out with a `Content-Length`.
    Whole(Bytes),
    /// Goes out as it is made, at the pace of its reader; see [`BodyStream`].
    Stream(BodyStream),
}

impl Body {
    /// The bytes, when they are known already.
    pub fn whole(&self) -> Option<&Bytes> {
        match self {
            Self::Whole(bytes) => Some(bytes),
            Self::Stream(_) => None,
        }
    }

    /// All of it in memory. Broken when it is longer than `most_bytes`.
    pub async fn gather(self, most_bytes: usize) -> Result<Bytes, BodyBroken> {
        let mut stream = match self {
            Self::Whole(bytes) if bytes.len() > most_bytes => return Err(too_long(most_bytes)),
            Self::Whole(bytes) => return Ok(bytes),
            Self::Stream(stream) => stream,
        };
        let mut gathered = BytesMut::new();
        while let Some(chunk) = stream.next().await {
            let chunk = chunk?;
            if gathered.len() + chunk.len() > most_bytes {
                return Err(too_long(most_bytes));
            }
            gathered.extend_from_slice(&chunk);
        }
        Ok(gathered.freeze())
    }
}

fn too_long(most_bytes: usize) -> BodyBroken {
    BodyBroken::because(format!("the body is longer than {most_bytes} bytes"))
}

impl Debug for Body {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Whole(bytes) => write!(f, "Whole({} bytes)", bytes.len()),
            Self::Stream(stream) => stream.fmt(f),
        }
    }
}

impl<T: Into<Bytes>> From<T> for Body {
    fn from(bytes: T) -> Self {
        Self::Whole(bytes.into())
    }
}

/// Chunks of a body in the making. Asked for the next one only when the peer has taken the last,
/// so its maker may read from the store as it goes; it outlives the call that made it.
///
/// Chunks should be some ten KiB: each costs a frame on the wire and is held in memory whole.
pub struct BodyStream(Pin<Box<dyn Stream<Item = Result<Bytes, BodyBroken>> + Send>>);

impl BodyStream {
    pub fn new(stream: impl Stream<Item = Result<Bytes, BodyBroken>> + Send + 'static) -> Self {
        Self(Box::pin(stream))
    }
}

impl Stream for BodyStream {
    type Item = Result<Bytes, BodyBroken>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        self.0.as_mut().poll_next(cx)
    }
}

impl Debug for BodyStream {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("BodyStream(..)")
    }
}

/// Why a body cannot be brought to its end. For the log, never for the wire.
#[derive(Debug, thiserror::Error)]
#[error("the reply cannot be completed")]
pub struct BodyBroken {
    #[source]
    reason: Box<dyn Error + Send + Sync>,
}

impl BodyBroken {
    /// `reason` is logged: it must show nothing of the body.
    pub fn because(reason: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { reason: reason.into() }
    }

    /// What failed, in words for the log: the reason and what is behind it.
    pub fn reasons(&self) -> String {
        let mut reasons = self.reason.to_string();
        let mut deeper = self.reason.source();
        while let Some(error) = deeper {
            reasons.push_str(": ");
            reasons.push_str(&error.to_string());
            deeper = error.source();
        }
        reasons
    }
}

#[cfg(test)]
mod tests {
    use futures_util::stream;

    use super::*;

    fn of(chunks: &[&'static str]) -> Body {
        let chunks: Vec<_> =
            chunks.iter().map(|chunk| Ok(Bytes::from_static(chunk.as_bytes()))).collect();
        Body::Stream(BodyStream::new(stream::iter(chunks)))
    }

    #[tokio::test]
    async fn a_stream_is_gathered_up_to_a_bound() {
        assert_eq!(of(&["ab", "", "cd"]).gather(4).await.unwrap(), "abcd");
        let broken = of(&["ab", "cd"]).gather(3).await.unwrap_err();
        assert_eq!(broken.reasons(), "the body is longer than 3 bytes");
        assert!(Body::from("abcd").gather(3).await.is_err());
    }

    #[test]
    fn what_a_body_says_does_not_show() {
        assert_eq!(format!("{:?}", Body::from("someone@example.org")), "Whole(19 bytes)");
        assert_eq!(format!("{:?}", of(&["someone@example.org"])), "BodyStream(..)");
    }
}
