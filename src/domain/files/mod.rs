//! Files that a caller names instead of sending them.
//!
//! Retired APIs let callers say where a file lies: a URL, or a server with a folder and a name. A
//! gateway that fetched any of them would be everybody's way into its network, so the domain asks
//! a [`Files`], made outside of it, which knows what the operator allows.

mod place;
mod unpack;

use std::sync::Arc;

use bytes::Bytes;
use futures_util::future::BoxFuture;
use tokio::sync::OwnedSemaphorePermit;

pub use place::FilePlace;
pub use unpack::{Unpacked, unpack};

use super::{Context, Refusal, Result};

/// Where named files come from.
pub trait Files: std::fmt::Debug + Send + Sync {
    /// The file as it lies there, packed or not, at most [`Files::limit_bytes`] long.
    fn fetch<'a>(&'a self, place: &'a FilePlace) -> BoxFuture<'a, Result<Bytes, FileError>>;

    /// The largest file that is taken, in bytes; packed files may not unpack to more.
    fn limit_bytes(&self) -> u64;
}

/// Why a named file cannot be had. The texts are for callers.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FileError {
    #[error("files cannot be fetched: no source of files is set up on this server")]
    NotConfigured,
    #[error("the location of the file is not valid")]
    PlaceInvalid,
    #[error("files are not fetched from this host")]
    HostNotAllowed,
    #[error("the file was not found")]
    NotFound,
    #[error("the server of the file did not answer as it should")]
    Unreachable,
    #[error("the server of the file did not answer in time")]
    TimedOut,
    #[error("the file is larger than {limit_bytes} bytes")]
    TooLarge { limit_bytes: u64 },
    #[error("the packed file is damaged")]
    Damaged,
    #[error("the packed file holds no text file, or more than one")]
    NotOneFile,
}

/// The source of a server that has none.
#[derive(Debug, Clone, Copy)]
pub struct NoFiles;

impl Files for NoFiles {
    fn fetch<'a>(&'a self, _place: &'a FilePlace) -> BoxFuture<'a, Result<Bytes, FileError>> {
        Box::pin(async { Err(FileError::NotConfigured) })
    }

    fn limit_bytes(&self) -> u64 {
        0
    }
}

/// A fetched file, unpacked. Others wait for their turn until it is dropped.
#[derive(Debug)]
pub struct Fetched {
    pub file: Bytes,
    _turn: OwnedSemaphorePermit,
}

impl Context {
    /// Fetches a named file and unpacks it, if it is packed. Few at a time, since a file is held in
    /// memory: others wait.
    pub async fn fetch_file(&self, place: &FilePlace) -> Result<Fetched> {
        let turn = Arc::clone(&self.file_turns).acquire_owned().await;
        let turn = turn.map_err(|_| Refusal::Unavailable)?;
        let packed = self.files.fetch(place).await.map_err(Refusal::File)?;
        let limit_bytes = self.files.limit_bytes();
        let unpacked = tokio::task::spawn_blocking(move || unpack(packed, limit_bytes)).await;
        // A parser that panics over a file has not understood it.
        let unpacked = unpacked.unwrap_or(Err(FileError::Damaged)).map_err(Refusal::File)?;
        Ok(Fetched { file: unpacked.file, _turn: turn })
    }
}
