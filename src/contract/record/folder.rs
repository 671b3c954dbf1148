//! The folder of a recording: cases come into it whole, and nothing with a secret stays in it.

use std::fs::{self, File};
use std::io::{self, ErrorKind, Read as _};
use std::path::{Path, PathBuf};

use super::Refused;
use crate::contract::case::{self, NewCase};
use crate::contract::redact::{Secrets, SelfCheck};

/// What the name of a folder begins with in which a case is being written.
const PART: &str = ".part-";
/// Largest file that is looked through, in bytes. Nothing of ours writes a larger one.
const MOST_FILE_BYTES: u64 = 256 * 1024 * 1024;
/// Folders within folders that are looked through.
const MOST_DEPTH: usize = 16;

/// Something about the folder that the system refused.
#[derive(Debug, thiserror::Error)]
#[error("cannot {what} {}: {source}", .path.display())]
pub struct FolderError {
    what: &'static str,
    path: PathBuf,
    source: io::Error,
}

fn wrong(what: &'static str, path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    move |source| FolderError { what, path: path.to_owned(), source }
}

/// What the last look for secrets found.
#[derive(Debug, Default, PartialEq, Eq)]
pub struct Cleared {
    /// Files that were looked through.
    pub files: u64,
    /// Cases of this recording in which a secret was: they are deleted.
    pub deleted: Vec<String>,
    /// Files in which a secret is or may be, and which are not this recording's or could not be
    /// read or deleted: they are left as they are.
    pub left: Vec<PathBuf>,
}

impl Cleared {
    /// Nothing was found.
    pub fn is_clean(&self) -> bool {
        self.deleted.is_empty() && self.left.is_empty()
    }
}

#[derive(Debug)]
pub(super) struct Folder {
    root: PathBuf,
    /// The folder in which a case is written before it is renamed.
    part: PathBuf,
    /// Cases of this recording, as paths below the root.
    written: Vec<PathBuf>,
}

impl Folder {
    pub fn open(root: &Path) -> Result<Self, FolderError> {
        fs::create_dir_all(root).map_err(wrong("make the folder", root))?;
        for entry in fs::read_dir(root).map_err(wrong("list", root))? {
            let path = entry.map_err(wrong("list", root))?.path();
            // Of a recorder that was killed.
            if path
                .file_name()
                .is_some_and(|name| name.as_encoded_bytes().starts_with(PART.as_bytes()))
            {
                fs::remove_dir_all(&path).map_err(wrong("remove", &path))?;
            }
        }
        let part = root.join(format!("{PART}{}", std::process::id()));
        Ok(Self { root: root.to_owned(), part, written: Vec::new() })
    }

    /// Writes a case and says what it is called, and how many bytes it has.
    pub fn write(&mut self, new: &NewCase<'_>) -> Result<(String, u64), Refused> {
        let staged = case::write(&self.part, new).map_err(Refused::Disk).and_then(|staged| {
            let bytes = bytes_in(&staged)?;
            Ok((self.settle(&staged)?, bytes))
        });
        let removed = match fs::remove_dir_all(&self.part) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        };
        let (place, bytes) = staged?;
        let id = place.to_string_lossy().into_owned();
        self.written.push(place);
        removed.map_err(wrong("remove", &self.part))?;
        Ok((id, bytes))
    }

    /// Renames a finished case into its place: its own name, or that with the next free number.
    fn settle(&self, staged: &Path) -> Result<PathBuf, FolderError> {
        let place = staged.strip_prefix(&self.part).unwrap_or(staged);
        let parent = self.root.join(place.parent().unwrap_or(Path::new("")));
        fs::create_dir_all(&parent).map_err(wrong("make the folder", &parent))?;
        let mut to = place.to_owned();
        for number in 2_u64.. {
            let whole = self.root.join(&to);
            let taken =
                [ErrorKind::DirectoryNotEmpty, ErrorKind::AlreadyExists, ErrorKind::NotADirectory];
            match fs::rename(staged, &whole) {
                Ok(()) => break,
                Err(error) if taken.contains(&error.kind()) => {
                    let name = place.file_name().unwrap_or_default().to_string_lossy();
                    to = place.with_file_name(format!("{name}-{number}"));
                }
                Err(error) => return Err(wrong("put a case at", &whole)(error)),
            }
        }
        Ok(to)
    }

    /// Looks for the secrets in every file, deletes this recording's cases that have one, and says
    /// which others have.
    pub fn clear(self, secrets: &Secrets) -> Cleared {
        let check = SelfCheck::new(secrets);
        let mut cleared = Cleared::default();
        let mut leaking = Vec::new();
        let mut folders = vec![(self.root.clone(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            let Ok(entries) = entries(&folder) else {
                cleared.left.push(folder);
                continue;
            };
            for (path, is_folder) in entries {
                if is_folder && depth < MOST_DEPTH {
                    folders.push((path, depth + 1));
                } else if is_folder || !self.is_clean(&path, &check) {
                    leaking.push(path);
                } else {
                    cleared.files = cleared.files.saturating_add(1);
                }
            }
        }
        for path in leaking {
            self.delete(path, &mut cleared);
        }
        cleared
    }

    fn is_clean(&self, path: &Path, check: &SelfCheck) -> bool {
        let name = path.strip_prefix(&self.root).unwrap_or(path);
        let mut bytes = Vec::new();
        let read = File::open(path)
            .and_then(|file| file.take(MOST_FILE_BYTES + 1).read_to_end(&mut bytes));
        let is_whole =
            read.is_ok_and(|read| u64::try_from(read).is_ok_and(|read| read <= MOST_FILE_BYTES));
        is_whole
            && check.bytes(&bytes).is_ok()
            && check.bytes(name.as_os_str().as_encoded_bytes()).is_ok()
    }

    fn delete(&self, leaking: PathBuf, cleared: &mut Cleared) {
        let below = leaking.strip_prefix(&self.root).unwrap_or(&leaking);
        let case = self.written.iter().find(|case| below.starts_with(case));
        let Some(case) = case else {
            cleared.left.push(leaking);
            return;
        };
        let folder = self.root.join(case);
        if folder.exists() && fs::remove_dir_all(&folder).is_err() {
            cleared.left.push(leaking);
            return;
        }
        let id = case.to_string_lossy().into_owned();
        if !cleared.deleted.contains(&id) {
            cleared.deleted.push(id);
        }
    }
}

/// What lies in a folder, and whether each is a folder. Links are not followed.
fn entries(folder: &Path) -> io::Result<Vec<(PathBuf, bool)>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let kind = entry.file_type()?;
        if kind.is_dir() || kind.is_file() {
            found.push((entry.path(), kind.is_dir()));
        }
    }
    Ok(found)
}

fn bytes_in(folder: &Path) -> Result<u64, FolderError> {
    let mut bytes = 0_u64;
    for (path, _) in entries(folder).map_err(wrong("list", folder))? {
        let length = fs::metadata(&path).map_err(wrong("look at", &path))?.len();
        bytes = bytes.saturating_add(length);
    }
    Ok(bytes)
}
