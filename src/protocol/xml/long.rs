//! Bytes that may be too many to hold: written as base64 while their document goes out.

use std::fmt;
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::stream::{self, BoxStream};
use futures_util::{Stream, StreamExt as _};

use super::base64::Encoder;
use super::error::XmlError;
use super::reader::Reader;
use super::record::{TypeRef, XmlValue};
use super::writer::Writer;

/// Why bytes that were promised do not come. For the log, never for the wire.
type NotToBeHad = Box<dyn std::error::Error + Send + Sync>;

/// Bytes that are read when they are needed, some at a time.
pub type LaterBytes = BoxStream<'static, Result<Vec<Bytes>, NotToBeHad>>;

/// `xs:base64Binary` of a reply: the bytes at hand, and those that come behind them.
pub struct LongBytes {
    at_hand: Vec<Bytes>,
    /// Taken by whoever writes them.
    later: Mutex<Option<LaterBytes>>,
}

impl LongBytes {
    pub fn new(at_hand: Vec<Bytes>, later: Option<LaterBytes>) -> Self {
        Self { at_hand, later: Mutex::new(later) }
    }
}

/// By the bytes at hand; what is still to come equals nothing.
impl PartialEq for LongBytes {
    fn eq(&self, other: &Self) -> bool {
        let is_whole =
            |bytes: &Self| bytes.later.lock().unwrap_or_else(PoisonError::into_inner).is_none();
        is_whole(self) && is_whole(other) && self.at_hand.concat() == other.at_hand.concat()
    }
}

/// The size at hand only: it may be personal data.
impl fmt::Debug for LongBytes {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bytes: usize = self.at_hand.iter().map(Bytes::len).sum();
        f.debug_struct("LongBytes").field("bytes_at_hand", &bytes).finish_non_exhaustive()
    }
}

impl XmlValue for LongBytes {
    const TYPE: TypeRef = TypeRef::Base64Binary;

    fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        Ok(Self::new(vec![xml.base64()?.into()], None))
    }

    fn absent() -> Option<Self> {
        Some(Self::new(Vec::new(), None))
    }

    fn write(&self, xml: &mut Writer) {
        let later = self.later.lock().unwrap_or_else(PoisonError::into_inner).take();
        xml.long_base64(&self.at_hand, later);
    }
}

/// What a written document still lacks.
pub struct Later {
    /// Where in the document it belongs.
    pub(super) at: usize,
    /// Has the end of what stands in front of it.
    pub(super) encoder: Encoder,
    pub(super) bytes: LaterBytes,
}

impl Later {
    /// The document, completed while it goes out.
    pub fn complete(
        self,
        document: Vec<u8>,
    ) -> impl Stream<Item = Result<Bytes, NotToBeHad>> + Send + 'static {
        let mut document = Bytes::from(document);
        let head = document.split_to(self.at.min(document.len()));
        let rest = Rest { encoder: self.encoder, bytes: self.bytes, tail: Some(document) };
        stream::iter([Ok(head)]).chain(stream::unfold(rest, Rest::next))
    }
}

struct Rest {
    encoder: Encoder,
    bytes: LaterBytes,
    /// What stands behind it; taken at the end.
    tail: Option<Bytes>,
}

impl Rest {
    async fn next(mut self) -> Option<(Result<Bytes, NotToBeHad>, Self)> {
        // A stream that has ended is not asked again.
        self.tail.as_ref()?;
        let mut text = Vec::new();
        match self.bytes.next().await {
            Some(Ok(parts)) => self.encoder.push_all(&parts, &mut text),
            Some(Err(error)) => {
                self.tail = None;
                return Some((Err(error), self));
            }
            None => {
                let tail = self.tail.take().unwrap_or_default();
                std::mem::take(&mut self.encoder).finish(&mut text);
                text.extend_from_slice(&tail);
            }
        }
        Some((Ok(text.into()), self))
    }
}

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Later").field("at", &self.at).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use futures_util::TryStreamExt as _;
    use futures_util::stream;

    use super::*;

    fn parts(bytes: &[u8], each: usize) -> Vec<Bytes> {
        bytes.chunks(each).map(Bytes::copy_from_slice).collect()
    }

    fn plain(bytes: &[u8]) -> String {
        let mut writer = Writer::new();
        writer.open_as("", "urn:x", "file");
        writer.base64(bytes);
        String::from_utf8(writer.finish()).unwrap()
    }

    /// The document with `at_hand` of the parts written at once and the others later.
    async fn written(mut at_hand: Vec<Bytes>, split: usize) -> String {
        let later = at_hand.split_off(split.min(at_hand.len()));
        let later: Vec<Vec<Bytes>> = later.chunks(2).map(<[_]>::to_vec).collect();
        // This one panics when it is asked behind its end.
        let each = async |mut later: std::vec::IntoIter<_>| Some((Ok(later.next()?), later));
        let is_later = !later.is_empty();
        let later = is_later.then(|| stream::unfold(later.into_iter(), each).boxed());
        let mut writer = Writer::new();
        writer.open_as("", "urn:x", "file");
        LongBytes::new(at_hand, later).write(&mut writer);
        let (document, later) = writer.finish_with_later();
        let document = match later {
            Some(later) => later.complete(document).try_collect::<Vec<_>>().await.unwrap().concat(),
            None => document,
        };
        String::from_utf8(document).unwrap()
    }

    #[tokio::test]
    async fn however_the_bytes_come_the_document_is_the_same() {
        let bytes: Vec<u8> = (0..=255).cycle().take(1_000).collect();
        let splits = [0, 1, 2, 5, 1_000];
        let cuts = [1, 2, 3, 7, 64, 1_000].into_iter().flat_map(|each| splits.map(|at| (each, at)));
        let cuts: Vec<_> = cuts.collect();
        for length in [0, 1, 2, 3, 4, 100, 1_000] {
            for (each, split) in &cuts {
                let document = written(parts(&bytes[..length], *each), *split).await;
                assert_eq!(document, plain(&bytes[..length]), "{length} by {each} at {split}");
            }
        }
    }

    #[tokio::test]
    async fn bytes_that_do_not_come_end_the_document_without_its_tail() {
        let later: Vec<Result<Vec<Bytes>, NotToBeHad>> = vec![Err("lost".into())];
        let mut writer = Writer::new();
        writer.open_as("", "urn:x", "file");
        let later = stream::iter(later).boxed();
        LongBytes::new(parts(b"abc", 3), Some(later)).write(&mut writer);
        let (document, later) = writer.finish_with_later();
        let sent: Vec<_> = later.unwrap().complete(document).collect().await;
        assert_eq!(sent.len(), 2);
        assert_eq!(sent[0].as_ref().unwrap(), "<file xmlns=\"urn:x\">YWJj");
        assert!(sent[1].is_err());
    }
}
