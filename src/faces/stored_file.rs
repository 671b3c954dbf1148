//! Files out of the store, in replies: short ones at once, long ones while they are read.

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, TryStreamExt as _, stream};

use crate::domain::Result;
use crate::domain::jobs::StoredFile;
use crate::protocol::http::{Body, BodyBroken, BodyStream};

/// A file as the body of a reply.
pub async fn body(file: StoredFile) -> Result<Body> {
    let (first, later) = begun(file).await?;
    let Some(later) = later else { return Ok(Body::Whole(joined(first))) };
    let pieces = stream::iter([Ok(first)]).chain(later).map_err(BodyBroken::because);
    let each = pieces.map_ok(|pieces| stream::iter(pieces.into_iter().map(Ok)));
    Ok(Body::Stream(BodyStream::new(each.try_flatten())))
}

fn joined(mut pieces: Vec<Bytes>) -> Bytes {
    match pieces.pop() {
        Some(only) if pieces.is_empty() => only,
        last => {
            pieces.extend(last);
            pieces.concat().into()
        }
    }
}

/// The beginning of a file, 192 KiB at most, and what is behind it, if anything.
pub async fn begun(
    mut file: StoredFile,
) -> Result<(Vec<Bytes>, Option<impl Stream<Item = Result<Vec<Bytes>>> + Send + 'static>)> {
    let first = file.next().await?;
    let later = (!file.is_at_end()).then(|| stream::unfold(Some(file), next));
    Ok((first, later))
}

async fn next(file: Option<StoredFile>) -> Option<(Result<Vec<Bytes>>, Option<StoredFile>)> {
    let mut file = file.filter(|file| !file.is_at_end())?;
    match file.next().await {
        Ok(pieces) => Some((Ok(pieces), Some(file))),
        Err(error) => Some((Err(error), None)),
    }
}
