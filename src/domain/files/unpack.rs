//! Unpacking: zip archives with one file in them, and gzip.

use std::io::{Cursor, Read};

use bytes::Bytes;

use super::FileError;

/// Most bytes that one packed byte may become. Address lists pack to a tenth; a bomb to a
/// thousandth.
const MAX_RATIO: u64 = 200;

/// Entries of an archive that are looked at.
const MAX_ENTRIES: usize = 1_000;

const GZIP_MARK: &[u8] = b"\x1F\x8B";
const ZIP_MARK: &[u8] = b"PK\x03\x04";

/// The entry that makes a zip archive an Excel workbook.
const WORKBOOK_ENTRY: &str = "[Content_Types].xml";

/// A file as it was meant.
#[derive(Clone, PartialEq, Eq)]
pub struct Unpacked {
    pub file: Bytes,
    /// Its name within its archive.
    pub name: Option<String>,
}

impl std::fmt::Debug for Unpacked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Unpacked").field("bytes", &self.file.len()).finish_non_exhaustive()
    }
}

/// Unpacks gzip, and a zip archive with one file in it; anything else is itself, Excel workbooks
/// too. The file's own first bytes decide. Blocks.
///
/// Refuses what becomes more than `limit_bytes`, or much more than it was.
pub fn unpack(packed: Bytes, limit_bytes: u64) -> Result<Unpacked, FileError> {
    let packed_bytes = u64::try_from(packed.len()).unwrap_or(u64::MAX);
    let bounds = Bounds { limit_bytes, ratio_bytes: packed_bytes.saturating_mul(MAX_RATIO) };
    if packed.starts_with(GZIP_MARK) {
        let file = bounds.read(flate2::read::MultiGzDecoder::new(&*packed))?;
        return Ok(Unpacked { file, name: None });
    }
    if packed.starts_with(ZIP_MARK) {
        return unzip(packed, bounds);
    }
    Ok(Unpacked { file: packed, name: None })
}

#[derive(Debug, Clone, Copy)]
struct Bounds {
    limit_bytes: u64,
    ratio_bytes: u64,
}

impl Bounds {
    fn read(self, reader: impl Read) -> Result<Bytes, FileError> {
        let most = self.limit_bytes.min(self.ratio_bytes);
        let mut file = Vec::new();
        reader
            .take(most.saturating_add(1))
            .read_to_end(&mut file)
            .map_err(|_| FileError::Damaged)?;
        let bytes = u64::try_from(file.len()).unwrap_or(u64::MAX);
        if bytes > self.limit_bytes {
            return Err(FileError::TooLarge { limit_bytes: self.limit_bytes });
        }
        // Nothing honest packs so well.
        if bytes > self.ratio_bytes {
            return Err(FileError::Damaged);
        }
        Ok(file.into())
    }
}

fn unzip(packed: Bytes, bounds: Bounds) -> Result<Unpacked, FileError> {
    let mut archive =
        zip::ZipArchive::new(Cursor::new(&*packed)).map_err(|_| FileError::Damaged)?;
    if archive.len() > MAX_ENTRIES {
        return Err(FileError::NotOneFile);
    }
    let mut names = Vec::new();
    for name in archive.file_names() {
        names.push(name.map_err(|_| FileError::Damaged)?.into_owned());
    }
    if names.iter().any(|name| name == WORKBOOK_ENTRY) {
        drop(archive);
        return Ok(Unpacked { file: packed, name: None });
    }
    // Archives made on a Mac hold a shadow of each file.
    names.retain(|name| !name.ends_with('/') && !name.starts_with("__MACOSX/"));
    let (Some(name), true) = (names.pop(), names.is_empty()) else {
        return Err(FileError::NotOneFile);
    };
    let entry = archive.by_name(&name).map_err(|_| FileError::Damaged)?;
    let file = bounds.read(entry)?;
    Ok(Unpacked { file, name: Some(name) })
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    const LIMIT: u64 = 1024 * 1024;

    fn gzip(bytes: &[u8]) -> Bytes {
        let mut packer = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        packer.write_all(bytes).unwrap();
        packer.finish().unwrap().into()
    }

    fn zip(entries: &[(&str, &[u8])]) -> Bytes {
        let mut archive = zip::ZipWriter::new(Cursor::new(Vec::new()));
        for (name, bytes) in entries {
            let options = zip::write::SimpleFileOptions::default();
            archive.start_file(*name, options).unwrap();
            archive.write_all(bytes).unwrap();
        }
        archive.finish().unwrap().into_inner().into()
    }

    #[test]
    fn gzip_zip_and_plain_are_the_same_file() {
        let text = b"email\na@b.example\n";
        let zipped = zip(&[("in/a.csv", text), ("__MACOSX/in/._a.csv", b"x")]);
        for packed in [Bytes::from_static(text), gzip(text), zipped] {
            assert_eq!(unpack(packed, LIMIT).unwrap().file, &text[..]);
        }
    }

    #[test]
    fn a_bomb_is_refused_without_unpacking_it() {
        let zeros = vec![0; 900 * 1024];
        for bomb in [gzip(&zeros), zip(&[("a.csv", &zeros)])] {
            assert_eq!(unpack(bomb.clone(), LIMIT), Err(FileError::Damaged));
            assert_eq!(unpack(bomb, 10_000), Err(FileError::TooLarge { limit_bytes: 10_000 }));
        }
    }

    #[test]
    fn an_archive_of_several_files_or_of_none_is_refused_and_a_workbook_stays_one() {
        let two = zip(&[("a.csv", b"x"), ("b.csv", b"y")]);
        assert_eq!(unpack(two, LIMIT), Err(FileError::NotOneFile));
        let workbook = zip(&[("[Content_Types].xml", b"<x/>"), ("xl/workbook.xml", b"<x/>")]);
        assert_eq!(unpack(workbook.clone(), LIMIT).unwrap().file, workbook);
        let cut = gzip(b"a long enough text to be cut").slice(..20);
        assert_eq!(unpack(cut, LIMIT), Err(FileError::Damaged));
        assert_eq!(unpack(Bytes::from_static(b"PK\x03\x04"), LIMIT), Err(FileError::Damaged));
    }
}
