//! What a call answers, before it becomes XML, PHP or XML-RPC.
//!
//! The original answered PHP arrays: a member has a name, or is anonymous and then becomes an
//! `<item>`. Long lists are [`Rows`]: they are read while they are written, so that a reply is
//! never in memory as a whole.

use std::borrow::Cow;
use std::fmt::Display;

use futures_util::future::BoxFuture;

use crate::domain::Result;

/// A text, or members.
#[derive(Debug)]
pub enum Tree {
    Text(Cow<'static, str>),
    Node(Node),
}

/// Members in the order of the wire.
#[derive(Debug, Default)]
pub struct Node {
    /// Only XML has them; elsewhere they are members in front of the others.
    pub attributes: Vec<(&'static str, String)>,
    pub members: Vec<Member>,
    /// A list, also when it is empty or has one member.
    pub list: bool,
}

/// One member, or many of one name.
#[derive(Debug)]
pub enum Member {
    Named(Cow<'static, str>, Tree),
    /// The same element several times; a list where names are unique.
    Repeated(&'static str, Vec<Tree>),
    /// The same element as often as there are rows.
    Rows(&'static str, Box<dyn Rows>),
}

/// Name of an anonymous member.
pub const ITEM: &str = "item";

/// A list that is read while it is written.
pub trait Rows: Send + std::fmt::Debug {
    /// The next rows, some hundreds at most; none at the end.
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Tree>>>;

    /// How many rows [`Rows::next`] will give in all. Asked before the first of them, and only by
    /// forms that state a count in front.
    fn count(&mut self) -> BoxFuture<'_, Result<u64>>;
}

impl Tree {
    pub fn text(text: impl Display) -> Self {
        Self::Text(text.to_string().into())
    }

    /// An element with nothing in it.
    pub fn empty() -> Self {
        Self::Text(Cow::Borrowed(""))
    }

    pub fn fields(fields: Vec<(&'static str, Self)>) -> Self {
        Self::Node(Node::of(fields))
    }

    /// Anonymous members.
    pub fn items(items: Vec<Self>) -> Self {
        Self::repeated(ITEM, items)
    }

    /// The same element several times.
    pub fn repeated(name: &'static str, trees: Vec<Self>) -> Self {
        Self::Node(Node {
            members: vec![Member::Repeated(name, trees)],
            list: true,
            ..Node::default()
        })
    }

    /// Anonymous members, as many as `rows` has.
    pub fn rows(rows: impl Rows + 'static) -> Self {
        Self::rows_named(ITEM, rows)
    }

    /// The same element for each of `rows`.
    pub fn rows_named(name: &'static str, rows: impl Rows + 'static) -> Self {
        Self::Node(Node {
            members: vec![Member::Rows(name, Box::new(rows))],
            list: true,
            ..Node::default()
        })
    }

    /// An attribute of the element around this tree; a text becomes a node with nothing in it.
    #[must_use]
    pub fn with_attribute(self, name: &'static str, value: impl Display) -> Self {
        let mut node = self.into_node();
        node.attributes.push((name, value.to_string()));
        Self::Node(node)
    }

    /// One more member behind the others.
    #[must_use]
    pub fn with(self, name: impl Into<Cow<'static, str>>, tree: Self) -> Self {
        let mut node = self.into_node();
        node.members.push(Member::Named(name.into(), tree));
        Self::Node(node)
    }

    /// The members of `other`, a list, behind the others of this one.
    #[must_use]
    pub fn followed_by(self, other: Self) -> Self {
        let mut node = self.into_node();
        node.members.extend(other.into_node().members);
        node.list = false;
        Self::Node(node)
    }

    fn into_node(self) -> Node {
        match self {
            Self::Node(node) => node,
            Self::Text(_) => Node::default(),
        }
    }
}

impl Node {
    pub fn of(fields: Vec<(&'static str, Tree)>) -> Self {
        let members = fields.into_iter().map(|(name, tree)| Member::Named(name.into(), tree));
        Self { members: members.collect(), ..Self::default() }
    }

    /// With room for so many members.
    pub fn with_capacity(members: usize) -> Self {
        Self { members: Vec::with_capacity(members), ..Self::default() }
    }

    pub fn push(&mut self, name: &'static str, tree: Tree) {
        self.members.push(Member::Named(name.into(), tree));
    }

    /// A member that is a text, without a copy of it.
    pub fn push_text(&mut self, name: &'static str, text: impl Into<Cow<'static, str>>) {
        self.push(name, Tree::Text(text.into()));
    }

    /// How many members there are, when all of them are texts: a row as most lists have it.
    pub fn count_of_texts(&self) -> Option<usize> {
        let is_text = |member: &Member| matches!(member, Member::Named(_, Tree::Text(_)));
        self.members.iter().all(is_text).then(|| self.attributes.len() + self.members.len())
    }
}
