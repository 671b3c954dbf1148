//! Replies of the vendor's own dialect: items as XML or PHP, or a file as it is.

use http::StatusCode;

use super::answer::File;
use super::envelope::ResponseType;
use super::tree::{ITEM, Node, Tree};
use super::wire::out::{Opened, Out, Written, streamed};
use super::wire::php::Php;
use super::wire::xml::Xml;
use super::wire::{Cut, write_tree};
use crate::protocol::http::Reply;

/// No client looks at it; the original's is not known.
const XML: &str = "text/xml; charset=UTF-8";
const PHP: &str = "text/plain; charset=UTF-8";

/// What the one recorded reply begins with.
const HEAD: &str = "<?xml version=\"1.0\"?><methodResponse>";
const END: &str = "</methodResponse>";

/// Items in the form that was asked for. HTTP 200 whatever they say, as the original.
pub async fn items(response_type: ResponseType, items: Vec<Node>) -> Reply {
    match response_type {
        ResponseType::Xml => written(XML, Written::begin(|out| xml(out, items))).await,
        ResponseType::Php => written(PHP, Written::begin(|out| php(out, items))).await,
    }
}

/// A file as it is.
pub async fn file(file: File) -> Reply {
    let File { content_type, mut pieces } = file;
    let writing = |mut out: Out| async move {
        while let Some(piece) = pieces.next().await? {
            out.push_bytes(&piece);
            out.ease().await?;
        }
        Ok(out)
    };
    written(content_type, Written::begin(writing)).await
}

/// One item that is there already, at once.
pub fn now(status: StatusCode, item: Node) -> Reply {
    use futures_util::FutureExt as _;
    // Nothing in it waits for anything, so one poll writes it.
    let mut reply = items(ResponseType::Xml, vec![item])
        .now_or_never()
        .unwrap_or_else(|| Reply::new(status, XML, format!("{HEAD}{END}")));
    reply.status = status;
    reply
}

async fn written(content_type: &'static str, written: Written) -> Reply {
    match written.opened().await {
        Ok(Opened::Whole(bytes)) => Reply::new(StatusCode::OK, content_type, bytes),
        Ok(Opened::Long(first, rest)) => {
            Reply::streamed(StatusCode::OK, content_type, streamed(first, rest))
        }
        Err(error) => {
            tracing::error!("a reply could not be begun: {error}");
            super::dispatch::bare_error(
                StatusCode::OK,
                "An internal error occurred while the reply was read".to_owned(),
            )
        }
    }
}

async fn xml(mut out: Out, items: Vec<Node>) -> Result<Out, Cut> {
    out.push(HEAD);
    for item in items {
        write_tree(&mut Xml, &mut out, ITEM, Tree::Node(item)).await?;
    }
    out.push(END);
    Ok(out)
}

async fn php(mut out: Out, items: Vec<Node>) -> Result<Out, Cut> {
    let mut php = Php::default();
    php.begin(&mut out, u64::try_from(items.len()).unwrap_or(u64::MAX));
    for item in items {
        write_tree(&mut php, &mut out, ITEM, Tree::Node(item)).await?;
    }
    php.end(&mut out);
    Ok(out)
}
