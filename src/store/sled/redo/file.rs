//! One of the log's two files: which records it holds is in its head.
//!
//! A file is used again and again, from its beginning: to write over what is there already takes a
//! tenth of the time of a sync that makes a file longer.

use std::fs::File;
use std::io::Read as _;
use std::os::unix::fs::FileExt as _;

use bytes::{BufMut as _, Bytes};

use super::record::{Record, take};
use crate::store::seam::StoreError;
use crate::store::sled::database::io;

/// "Redo", and the version of this layout.
const MAGIC: [u8; 8] = *b"LychRed1";
const HEAD_BYTES: usize = 36;

/// What a file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Head {
    /// Counts uses, of both files together.
    pub turn: u64,
    /// The number of the first record.
    pub first: u64,
    /// Makes each use another one, also when a cut has left nothing of the last head.
    pub salt: [u8; 8],
}

impl Head {
    /// As it is written, and the link that the first record stands behind.
    pub fn encode(&self) -> (Vec<u8>, u32) {
        let mut bytes = Vec::with_capacity(HEAD_BYTES);
        bytes.put_slice(&MAGIC);
        bytes.put_u64(self.turn);
        bytes.put_u64(self.first);
        bytes.put_slice(&self.salt);
        let link = crc32fast::hash(&bytes);
        bytes.put_u32(link);
        (bytes, link)
    }

    fn decode(bytes: &[u8; HEAD_BYTES]) -> Option<(Self, u32)> {
        let rest = bytes.strip_prefix(&MAGIC)?;
        let (turn, rest) = rest.split_first_chunk::<8>()?;
        let (first, rest) = rest.split_first_chunk::<8>()?;
        let (salt, _) = rest.split_first_chunk::<8>()?;
        let (turn, first) = (u64::from_be_bytes(*turn), u64::from_be_bytes(*first));
        let head = Self { turn, first, salt: *salt };
        let (encoded, link) = head.encode();
        (encoded == bytes).then_some((head, link))
    }

    /// The head of `file`, when it has one that is whole.
    pub fn read(file: &File) -> Result<Option<(Self, u32)>, StoreError> {
        let mut bytes = [0; HEAD_BYTES];
        match file.read_exact_at(&mut bytes, 0) {
            Ok(()) => Ok(Self::decode(&bytes)),
            Err(error) if error.kind() == std::io::ErrorKind::UnexpectedEof => Ok(None),
            Err(error) => Err(io("read the log of the store", error)),
        }
    }
}

/// The records of a file, up to the first that is not whole.
#[derive(Debug, Default)]
pub(super) struct Content {
    pub records: Vec<Record>,
    /// Where the next record goes, and behind which link.
    pub end: u64,
    pub link: u32,
}

/// Reads all records of `file`, whose head is known.
pub(super) fn read(file: &File, head: Head, mut link: u32) -> Result<Content, StoreError> {
    let doing = "read the log of the store";
    let length = file.metadata().map_err(|error| io(doing, error))?.len();
    let mut bytes = Vec::with_capacity(usize::try_from(length).unwrap_or_default());
    file.take(length).read_to_end(&mut bytes).map_err(|error| io(doing, error))?;
    let whole = Bytes::from(bytes);
    let mut rest = whole.slice(HEAD_BYTES.min(whole.len())..);
    let records = (head.first..).map_while(|number| take(&mut rest, number, &mut link)).collect();
    let end = u64::try_from(whole.len() - rest.len()).unwrap_or(u64::MAX);
    Ok(Content { records, end, link })
}
