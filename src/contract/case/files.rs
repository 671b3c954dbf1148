//! The files of cases: where they are, and their bytes within bounds.

use std::fs;
use std::io::{ErrorKind, Read as _};
use std::path::{Component, Path, PathBuf};

use super::error::BadCase;

/// What a file of a message or of a body may be.
pub const EXTENSIONS: [&str; 5] = ["http", "xml", "json", "txt", "bin"];

/// Largest file that is read, in bytes: an upload of 50 MB in Base64 fits.
const MOST_FILE_BYTES: u64 = 96 * 1024 * 1024;
/// Bytes of all cases that are read at once; they are held in memory.
const MOST_BYTES: u64 = 1024 * 1024 * 1024;
/// Folders within folders that are looked through: a recording has three.
const MOST_DEPTH: usize = 8;

/// What may still be read.
#[derive(Debug)]
pub struct Budget {
    left_bytes: u64,
}

impl Default for Budget {
    fn default() -> Self {
        Self { left_bytes: MOST_BYTES }
    }
}

/// A case's folder, taken apart.
#[derive(Debug)]
pub struct Place {
    /// The folder of the faces.
    pub root: PathBuf,
    pub face: String,
    pub operation: String,
    pub name: String,
}

impl Place {
    pub fn of(folder: &Path) -> Result<Self, BadCase> {
        let whole =
            fs::canonicalize(folder).map_err(|error| BadCase::io(folder, "find", &error))?;
        let mut last = whole.components().rev().map(|part| match part {
            Component::Normal(name) => name.to_str().map(str::to_owned),
            _ => None,
        });
        let mut next = || last.next().flatten();
        let (Some(name), Some(operation), Some(face)) = (next(), next(), next()) else {
            return Err(BadCase::at(folder, "a case lies in <face>/<operation>/<case>/"));
        };
        let root = whole.ancestors().nth(3).unwrap_or(&whole).to_owned();
        Ok(Self { root, face, operation, name })
    }
}

/// Every folder with a `case.toml` below `dir`, in order. Fails where there is none.
pub fn case_folders(dir: &Path) -> Result<Vec<PathBuf>, BadCase> {
    let mut found = Vec::new();
    let mut folders = vec![(dir.to_owned(), 0)];
    while let Some((folder, depth)) = folders.pop() {
        if folder.join("case.toml").is_file() {
            found.push(folder);
            continue;
        }
        if depth < MOST_DEPTH {
            folders.extend(subfolders(&folder)?.into_iter().map(|folder| (folder, depth + 1)));
        }
    }
    if found.is_empty() {
        return Err(BadCase::at(dir, "there is no case below: no folder has a case.toml"));
    }
    found.sort();
    Ok(found)
}

fn subfolders(of: &Path) -> Result<Vec<PathBuf>, BadCase> {
    let wrong = |error| BadCase::io(of, "list", &error);
    let mut found = Vec::new();
    for entry in fs::read_dir(of).map_err(wrong)? {
        let path = entry.map_err(wrong)?.path();
        let is_hidden =
            path.file_name().is_some_and(|name| name.as_encoded_bytes().starts_with(b"."));
        if path.is_dir() && !is_hidden {
            found.push(path);
        }
    }
    Ok(found)
}

/// The file of a message or of a body alone.
pub struct BodyFile {
    pub path: PathBuf,
    pub extension: &'static str,
    pub bytes: Vec<u8>,
}

impl BodyFile {
    /// `<name>.http`, `.xml`, `.json`, `.txt` or `.bin`; `None` where there is none of them. Two of
    /// them are an error: nobody knows which is meant.
    pub fn find(folder: &Path, name: &str, budget: &mut Budget) -> Result<Option<Self>, BadCase> {
        let mut found: Option<Self> = None;
        for extension in EXTENSIONS {
            let path = folder.join(name).with_extension(extension);
            let Some(bytes) = read(&path, budget)? else { continue };
            if let Some(other) = &found {
                let what = format!("there is a {name}.{} as well", other.extension);
                return Err(BadCase::at(path, what));
            }
            found = Some(Self { path, extension, bytes });
        }
        Ok(found)
    }

    /// A body that stands in `case.toml`.
    pub fn of_text(extension: &'static str, text: &str) -> Self {
        Self { path: PathBuf::new(), extension, bytes: text.as_bytes().to_vec() }
    }

    pub fn wrong(&self, what: impl std::fmt::Display) -> BadCase {
        BadCase::at(&self.path, what)
    }
}

fn read(path: &Path, budget: &mut Budget) -> Result<Option<Vec<u8>>, BadCase> {
    let wrong = |error| BadCase::io(path, "read", &error);
    let file = match fs::File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(wrong(error)),
    };
    let mut bytes = Vec::new();
    let read = file.take(MOST_FILE_BYTES + 1).read_to_end(&mut bytes).map_err(wrong)?;
    let read = u64::try_from(read).unwrap_or(u64::MAX);
    if read > MOST_FILE_BYTES {
        return Err(BadCase::at(path, format_args!("longer than {MOST_FILE_BYTES} bytes")));
    }
    let left = budget.left_bytes.checked_sub(read);
    budget.left_bytes = left.ok_or_else(|| {
        let what = format_args!(
            "with it the cases are longer than {MOST_BYTES} bytes; name a folder with fewer"
        );
        BadCase::at(path, what)
    })?;
    Ok(Some(bytes))
}

/// A `case.toml`.
pub fn read_text(path: &Path) -> Result<String, BadCase> {
    let bytes = read(path, &mut Budget::default())?;
    let bytes = bytes.ok_or_else(|| BadCase::at(path, "there is no such file"))?;
    String::from_utf8(bytes).map_err(|_| BadCase::at(path, "this is not UTF-8"))
}
