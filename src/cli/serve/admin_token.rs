//! The admin token: made at the first start, shown once, kept as a hash.

use std::fs::{File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::Path;

use anyhow::{Context as _, Result};
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use crate::domain::Ids;

/// Beside the store. To get a new token, stop the server, delete this file and start again.
const FILE: &str = "admin-token.sha256";

/// Random bytes in a token. So many cannot be guessed, hence a plain hash is enough to keep.
const TOKEN_BYTES: usize = 32;

/// The token as the server needs it, and as it is shown when it is known.
pub struct AdminToken {
    pub sha256: [u8; 32],
    /// Only at the start that made it, or when the environment gave it.
    pub shown: Option<String>,
}

impl AdminToken {
    /// A token that the operator chose.
    pub fn given(token: String) -> Self {
        Self { sha256: Sha256::digest(token.as_bytes()).into(), shown: Some(token) }
    }

    /// A token for this process only.
    pub fn fresh(ids: &Ids) -> Self {
        let mut bytes = [0; TOKEN_BYTES];
        ids.fill(&mut bytes);
        Self::given(URL_SAFE_NO_PAD.encode(bytes))
    }

    /// The token of the store in `folder`; made when there is none.
    pub fn of_store(folder: &Path, ids: &Ids) -> Result<Self> {
        let path = folder.join(FILE);
        match std::fs::read_to_string(&path) {
            Ok(text) => {
                let sha256 = from_hex(text.trim())
                    .with_context(|| format!("{} holds no hash", path.display()))?;
                Ok(Self { sha256, shown: None })
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let made = Self::fresh(ids);
                keep(folder, &path, &made.sha256)
                    .with_context(|| format!("cannot write {}", path.display()))?;
                Ok(made)
            }
            Err(error) => Err(error).with_context(|| format!("cannot read {}", path.display())),
        }
    }
}

/// Written whole or not at all, readable by its owner only, and there for good: the token is shown
/// only once.
fn keep(folder: &Path, path: &Path, sha256: &[u8]) -> std::io::Result<()> {
    let unfinished = path.with_extension("new");
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(&unfinished)?;
    for byte in sha256 {
        write!(file, "{byte:02x}")?;
    }
    file.sync_all()?;
    std::fs::rename(&unfinished, path)?;
    File::open(folder)?.sync_all()
}

fn from_hex(text: &str) -> Option<[u8; 32]> {
    let digits: Option<Vec<u8>> =
        text.chars().map(|c| c.to_digit(16).and_then(|digit| u8::try_from(digit).ok())).collect();
    let bytes: Vec<u8> = digits?
        .chunks_exact(2)
        .filter_map(|pair| pair.first().zip(pair.last()).map(|(high, low)| high << 4 | low))
        .collect();
    bytes.try_into().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_is_shown_at_the_first_start_only_and_kept_as_its_hash() {
        let folder = tempfile::tempdir().unwrap();
        let first = AdminToken::of_store(folder.path(), &Ids::random()).unwrap();
        let second = AdminToken::of_store(folder.path(), &Ids::random()).unwrap();
        let token = first.shown.unwrap();
        assert_eq!(second.shown, None);
        assert_eq!(first.sha256, second.sha256);
        assert_eq!(AdminToken::given(token.clone()).sha256, second.sha256);
        let kept = std::fs::read_to_string(folder.path().join(FILE)).unwrap();
        assert!(!kept.contains(&token) && kept.len() == 64);
    }

    #[test]
    fn a_damaged_token_file_stops_the_start() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join(FILE), "rubbish").unwrap();
        assert!(AdminToken::of_store(folder.path(), &Ids::random()).is_err());
    }
}
