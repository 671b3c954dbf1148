//! From answers to bytes, in bounded memory whatever the answer's length.
//!
//! [`Encode`] is one form of reply; [`write_node`] walks a tree and pulls its rows while the
//! reader takes what is there already.

pub mod out;
pub mod php;
pub mod xml;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;

use self::out::Out;
use super::tree::{Member, Node, Rows, Tree};
use crate::domain::Error;

/// Why writing ended early.
#[derive(Debug)]
pub enum Cut {
    /// Nobody reads any more.
    Gone,
    Failed(Error),
}

impl From<Error> for Cut {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

/// One form of reply. Each call adds to the bytes that wait in [`Out`].
pub trait Encode: Send {
    /// Whether [`Encode::open`] and [`Encode::open_list`] must know how many members follow.
    const COUNTS: bool;
    /// Whether it writes attributes as such; otherwise they are members in front of the others.
    const ATTRIBUTES: bool;

    /// A text under a name.
    fn text(&mut self, out: &mut Out, name: &str, text: &str);
    /// The start of a node under a name; `members` counts only where [`Encode::COUNTS`].
    fn open(&mut self, out: &mut Out, name: &str, node: &Node, members: u64);
    fn close(&mut self, out: &mut Out, name: &str);
    /// The start of as many members of one name as `count` says (0 unless [`Encode::COUNTS`]).
    fn open_list(&mut self, out: &mut Out, name: &str, count: u64);
    fn close_list(&mut self, out: &mut Out, name: &str);
}

/// As [`write_tree`], without the future that members need which are read while they are written.
async fn write_member<E: Encode>(
    encode: &mut E,
    out: &mut Out,
    name: &str,
    tree: Tree,
) -> Result<(), Cut> {
    match tree {
        Tree::Text(text) => encode.text(out, name, &text),
        Tree::Node(node) => match node.count_of_texts() {
            Some(count) => write_texts(encode, out, name, &node, count),
            None => return write_tree(encode, out, name, Tree::Node(node)).await,
        },
    }
    out.ease().await
}

/// Writes a node whose members are `count` texts.
fn write_texts<E: Encode>(encode: &mut E, out: &mut Out, name: &str, node: &Node, count: usize) {
    encode.open(out, name, node, u64::try_from(count).unwrap_or(u64::MAX));
    write_attributes(encode, out, node);
    for member in &node.members {
        if let Member::Named(name, Tree::Text(text)) = member {
            encode.text(out, name, text);
        }
    }
    encode.close(out, name);
}

fn write_attributes<E: Encode>(encode: &mut E, out: &mut Out, node: &Node) {
    for (name, value) in node.attributes.iter().filter(|_| !E::ATTRIBUTES) {
        encode.text(out, name, value);
    }
}

/// Writes a tree under a name.
pub fn write_tree<'a, E: Encode>(
    encode: &'a mut E,
    out: &'a mut Out,
    name: &'a str,
    tree: Tree,
) -> BoxFuture<'a, Result<(), Cut>> {
    async move {
        match tree {
            Tree::Text(text) => encode.text(out, name, &text),
            Tree::Node(mut node) => {
                let members = if E::COUNTS { count(&mut node).await? } else { 0 };
                encode.open(out, name, &node, members);
                write_members(encode, out, node).await?;
                encode.close(out, name);
            }
        }
        out.ease().await
    }
    .boxed()
}

/// Writes the members of a node into what is open.
pub async fn write_members<E: Encode>(
    encode: &mut E,
    out: &mut Out,
    node: Node,
) -> Result<(), Cut> {
    write_attributes(encode, out, &node);
    for member in node.members {
        match member {
            Member::Named(name, tree) => write_member(encode, out, &name, tree).await?,
            Member::Repeated(name, trees) => {
                encode.open_list(out, name, u64::try_from(trees.len()).unwrap_or(u64::MAX));
                for tree in trees {
                    write_member(encode, out, name, tree).await?;
                }
                encode.close_list(out, name);
            }
            Member::Rows(name, mut rows) => {
                let count = if E::COUNTS { rows.count().await? } else { 0 };
                encode.open_list(out, name, count);
                write_rows(encode, out, name, &mut *rows).await?;
                encode.close_list(out, name);
            }
        }
    }
    Ok(())
}

async fn write_rows<E: Encode>(
    encode: &mut E,
    out: &mut Out,
    name: &str,
    rows: &mut dyn Rows,
) -> Result<(), Cut> {
    loop {
        let some = rows.next().await?;
        if some.is_empty() {
            return Ok(());
        }
        for tree in some {
            write_member(encode, out, name, tree).await?;
        }
    }
}

/// How many members a node has where names are unique: a list under a name is one, anonymous
/// members count each.
pub async fn count(node: &mut Node) -> Result<u64, Cut> {
    let mut count = u64::try_from(node.attributes.len()).unwrap_or(u64::MAX);
    for member in &mut node.members {
        count += match member {
            Member::Repeated(super::tree::ITEM, trees) => u64::try_from(trees.len()).unwrap_or(0),
            Member::Rows(super::tree::ITEM, rows) => rows.count().await?,
            Member::Named(..) | Member::Repeated(..) | Member::Rows(..) => 1,
        };
    }
    Ok(count)
}
