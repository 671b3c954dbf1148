//! The folder that stands for the servers of old.

use std::fs::{self, File};
use std::io::Read as _;
use std::path::{Path, PathBuf};

use bytes::Bytes;

use crate::domain::files::{FileError, FilePlace};

/// The file of `place` in `inbox`; `None` when there is none. Blocks.
///
/// No link is followed, whether it leads out of the inbox or not.
pub fn read(inbox: &Path, place: &FilePlace, limit_bytes: u64) -> Result<Option<Bytes>, FileError> {
    let Some(path) = find(inbox, place) else { return Ok(None) };
    let Ok(file) = File::open(path) else { return Ok(None) };
    let too_large = FileError::TooLarge { limit_bytes };
    match file.metadata() {
        Ok(metadata) if !metadata.is_file() => return Ok(None),
        Ok(metadata) if metadata.len() > limit_bytes => return Err(too_large),
        Ok(_) => {}
        Err(_) => return Ok(None),
    }
    let mut bytes = Vec::new();
    let most = limit_bytes.saturating_add(1);
    file.take(most).read_to_end(&mut bytes).map_err(|_| FileError::Unreachable)?;
    if u64::try_from(bytes.len()).unwrap_or(u64::MAX) > limit_bytes {
        return Err(too_large);
    }
    Ok(Some(bytes.into()))
}

/// Goes down folder by folder, so that no link is passed; what is found is in the inbox once more.
fn find(inbox: &Path, place: &FilePlace) -> Option<PathBuf> {
    let inbox = fs::canonicalize(inbox).ok()?;
    let mut path = inbox.clone();
    let parts = std::iter::once(&place.host).chain(&place.path);
    for part in parts {
        path.push(part);
        if fs::symlink_metadata(&path).ok()?.file_type().is_symlink() {
            return None;
        }
    }
    let path = fs::canonicalize(path).ok()?;
    (path.starts_with(&inbox) && path != inbox).then_some(path)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn place(url: &str) -> FilePlace {
        FilePlace::from_url(url).unwrap()
    }

    fn inbox() -> tempfile::TempDir {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir_all(folder.path().join("inbox/ftp.example/in")).unwrap();
        fs::write(folder.path().join("inbox/ftp.example/in/a b.csv"), "email\n").unwrap();
        fs::write(folder.path().join("secret.csv"), "secret\n").unwrap();
        folder
    }

    #[test]
    fn a_url_of_any_scheme_is_a_file_in_the_inbox() {
        let folder = inbox();
        let inbox = folder.path().join("inbox");
        for url in ["ftp://u:p@FTP.example/in/a%20b.csv", "https://ftp.example:8443/in/a b.csv?x"] {
            let found = read(&inbox, &place(url), 100).unwrap();
            assert_eq!(found, Some(Bytes::from_static(b"email\n")), "{url}");
        }
        let too_large = read(&inbox, &place("ftp://ftp.example/in/a%20b.csv"), 3);
        assert_eq!(too_large, Err(FileError::TooLarge { limit_bytes: 3 }));
        for url in ["ftp://ftp.example/in", "ftp://ftp.example/x", "ftp://other/in/a%20b.csv"] {
            assert_eq!(read(&inbox, &place(url), 100), Ok(None), "{url}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn no_link_is_followed() {
        use std::os::unix::fs::symlink;

        let folder = inbox();
        let inbox = folder.path().join("inbox");
        symlink(folder.path(), inbox.join("ftp.example/up")).unwrap();
        symlink(folder.path().join("secret.csv"), inbox.join("ftp.example/in/s.csv")).unwrap();
        symlink(folder.path(), inbox.join("host.example")).unwrap();
        for url in [
            "ftp://ftp.example/up/secret.csv",
            "ftp://ftp.example/in/s.csv",
            "ftp://host.example/secret.csv",
        ] {
            assert_eq!(read(&inbox, &place(url), 100), Ok(None), "{url}");
        }
    }
}
