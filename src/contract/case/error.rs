//! What is wrong with a case on disk.

use std::fmt::Display;
use std::io;
use std::path::{Path, PathBuf};

/// A file of a recording that is not as it must be, or cannot be read or written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BadCase {
    pub file: PathBuf,
    /// Counted from 1, where a line is to blame.
    pub line: Option<usize>,
    /// In plain words, without the file's content.
    pub what: String,
}

impl std::error::Error for BadCase {}

impl Display for BadCase {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.file.display())?;
        if let Some(line) = self.line {
            write!(f, ", line {line}")?;
        }
        write!(f, ": {}", self.what)
    }
}

impl BadCase {
    pub(super) fn at(file: impl Into<PathBuf>, what: impl Display) -> Self {
        Self { file: file.into(), line: None, what: what.to_string() }
    }

    pub(super) fn io(file: &Path, doing: &str, error: &io::Error) -> Self {
        Self::at(file, format_args!("cannot {doing}: {error}"))
    }

    /// Names the line in `text` that TOML cannot take.
    pub(super) fn toml(file: &Path, text: &str, error: &toml::de::Error) -> Self {
        let line = error.span().map(|span| {
            let before = text.as_bytes().iter().take(span.start);
            1 + before.filter(|byte| **byte == b'\n').count()
        });
        Self { file: file.to_owned(), line, what: error.message().to_owned() }
    }
}
