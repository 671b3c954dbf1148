//! Files that calls may name by a URL.

use std::collections::BTreeMap;
use std::fmt::{Debug, Formatter};
use std::sync::{Mutex, PoisonError};

use bytes::Bytes;
use futures_util::future::BoxFuture;

use crate::domain::files::{FileError, FilePlace, Files};

/// Largest file that is handed out, in bytes.
const LIMIT_BYTES: u64 = 1024 * 1024;

/// Files by the last part of their URL.
#[derive(Default)]
pub struct Shelf(Mutex<BTreeMap<String, Bytes>>);

/// Without the files: they may carry personal data.
impl Debug for Shelf {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Shelf").finish_non_exhaustive()
    }
}

impl Shelf {
    pub fn put(&self, name: &str, file: &str) {
        let mut files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        files.insert(name.to_owned(), Bytes::copy_from_slice(file.as_bytes()));
    }
}

/// Without any file there is no source of files, as on a server where none is set up.
impl Files for Shelf {
    fn fetch<'a>(&'a self, place: &'a FilePlace) -> BoxFuture<'a, Result<Bytes, FileError>> {
        let files = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let missing = if files.is_empty() { FileError::NotConfigured } else { FileError::NotFound };
        let found = place.path.last().and_then(|name| files.get(name)).cloned();
        Box::pin(std::future::ready(found.ok_or(missing)))
    }

    fn limit_bytes(&self) -> u64 {
        LIMIT_BYTES
    }
}
