//! Forms: brackets, multipart, and files that come in pieces.

use bytes::Bytes;
use lychgate::protocol::form::brackets::{Bounds, Branch, Taken, Tree};
use lychgate::protocol::form::{Fields, multipart as parts, urlencoded};
use lychgate::protocol::upload::{Upload, UploadError, Uploaded};

/// A tree that is read, written and read again is the same.
pub fn brackets(data: &[u8]) {
    let Ok(fields) = urlencoded::read(data, 2_000) else { return };
    let Some(tree) = tree_of(&fields) else { return };
    let mut pairs = Vec::new();
    leaves(&tree, None, &mut pairs);
    let written: Fields = pairs.into_iter().collect();
    let form = urlencoded::write(&written);
    let again = urlencoded::read(form.as_bytes(), usize::MAX).expect("a form without a bound");
    assert_eq!(again, written, "{form}");
    assert!(tree_of(&again) == Some(tree), "{form}");
}

fn tree_of(fields: &Fields) -> Option<Branch> {
    let mut tree = Branch::default();
    tree.take(fields, &mut Taken::default(), Bounds::default()).ok().map(|()| tree)
}

fn leaves(branch: &Branch, outer: Option<&str>, pairs: &mut Vec<(String, Vec<u8>)>) {
    for (key, tree) in branch.iter() {
        let name = match outer {
            Some(outer) => format!("{outer}[{}]", key.text()),
            None => key.text().into_owned(),
        };
        match tree {
            Tree::Value(value) => pairs.push((name, value.to_vec())),
            Tree::Branch(inner) => leaves(inner, Some(&name), pairs),
        }
    }
}

/// The first line is the content type. Fields that are read, written and read again are the same.
pub fn multipart(data: &[u8]) {
    let (content_type, body) = first_line(data);
    let Some(Ok(boundary)) = parts::boundary(&content_type) else { return };
    let body = Bytes::copy_from_slice(body);
    let Ok(fields) = parts::read(&body, &boundary, 100) else { return };
    assert!(fields.iter().map(|field| field.value.len()).sum::<usize>() <= body.len());
    let heads = parts::parts(&body, &boundary, 1_000).expect("what was read has parts");
    assert!(heads.len() >= fields.len());
}

fn first_line(data: &[u8]) -> (String, &[u8]) {
    let end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let rest = data.get(end + 1..).unwrap_or_default();
    (String::from_utf8_lossy(&data[..end]).trim().to_owned(), rest)
}

/// A file that comes in pieces is the file that comes at once, and is refused when that is.
pub fn upload(data: &[u8]) {
    let (content_type, body) = first_line(data);
    let make = || match Upload::of_form(&content_type) {
        Some(form) => form,
        None if body.first() == Some(&b'<') => Ok(Upload::of_xml()),
        None => Ok(Upload::of_json()),
    };
    let whole = received(make(), [body].into_iter());
    for size in [1, 3, 7, 64] {
        let pieces = received(make(), body.chunks(size));
        match (&whole, &pieces) {
            (Ok(one), Ok(other)) => assert_eq!(one, other, "in pieces of {size}"),
            (Err(_), Err(_)) => {}
            (one, other) => panic!("in pieces of {size}: {one:?} and {other:?}"),
        }
    }
}

fn received<'b>(
    upload: Result<Upload, UploadError>,
    pieces: impl Iterator<Item = &'b [u8]>,
) -> Result<(Vec<u8>, Option<String>), UploadError> {
    let (mut upload, mut file) = (upload?, Vec::new());
    for piece in pieces {
        upload.push(piece, &mut file)?;
    }
    let Uploaded { file_name } = upload.finish(&mut file)?;
    Ok((file, file_name))
}
