//! Tags put together to blocks.

use std::borrow::Cow;

use super::MAX_DEPTH;
use super::expression::{Expression, Reader};
use super::scan::Token;
use super::value::Value;

/// A part of a template.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Node<'t> {
    Text(Cow<'t, str>),
    Print(Expression<'t>),
    If { branches: Vec<(Expression<'t>, Vec<Self>)>, otherwise: Vec<Self> },
    Loop { repeat: Loop<'t>, body: Vec<Self>, otherwise: Vec<Self> },
    Assign(String, Expression<'t>),
    Capture { name: String, variable: Option<String>, body: Vec<Self> },
    Cycle { name: String, values: Expression<'t>, delimiter: String },
}

/// How a block is repeated.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Loop<'t> {
    Foreach { from: Expression<'t>, item: String, key: Option<String>, name: Option<String> },
    Section(Box<Section<'t>>),
}

#[derive(Debug, Clone, PartialEq)]
pub(super) struct Section<'t> {
    pub name: String,
    pub over: Expression<'t>,
    pub start: Option<Expression<'t>>,
    pub step: Option<Expression<'t>>,
    pub max: Option<Expression<'t>>,
    pub show: Option<Expression<'t>>,
}

/// What a tag is.
enum Tag<'t> {
    /// Stands where it is, with what PHP did to the line break behind it.
    Node(Node<'t>),
    Open(Open<'t>),
    ElseIf(Expression<'t>),
    Else,
    Close(&'t str),
    Strip(bool),
}

/// A block that is open.
enum Open<'t> {
    If(Expression<'t>),
    Loop(&'t str, Loop<'t>),
    Capture(String, Option<String>),
}

/// Puts the pieces of a template together. Tags that do not fit stay as they stand.
pub(super) fn grow(tokens: Vec<Token<'_>>) -> Vec<Node<'_>> {
    let mut growth = Growth { blocks: Vec::new(), nodes: Vec::new(), is_stripping: false };
    let mut eats_line_break = false;
    for token in tokens {
        match token {
            Token::Text(text) => {
                let text = if eats_line_break { without_line_break(text) } else { text };
                growth.text(text);
                eats_line_break = false;
            }
            Token::Tag { inner, whole } => eats_line_break = growth.tag(inner, whole),
        }
    }
    growth.end()
}

/// PHP takes the line break behind `?>`, which a block's tag became.
fn without_line_break(text: &str) -> &str {
    text.strip_prefix("\r\n").or_else(|| text.strip_prefix('\n')).unwrap_or(text)
}

struct Growth<'t> {
    /// The blocks that are open, each with the nodes in front of it.
    blocks: Vec<(Block<'t>, Vec<Node<'t>>)>,
    nodes: Vec<Node<'t>>,
    is_stripping: bool,
}

struct Block<'t> {
    open: Open<'t>,
    /// Branches that are complete; the last condition belongs to what is growing.
    done: Vec<(Expression<'t>, Vec<Node<'t>>)>,
    /// What a loop repeats, or `None` until its `else`.
    body: Option<Vec<Node<'t>>>,
    in_else: bool,
}

impl<'t> Growth<'t> {
    fn text(&mut self, text: &'t str) {
        if text.is_empty() {
            return;
        }
        let text = if self.is_stripping { stripped(text).into() } else { Cow::Borrowed(text) };
        self.nodes.push(Node::Text(text));
    }

    /// Takes a tag; says whether the line break behind it goes with it.
    fn tag(&mut self, inner: &'t str, whole: &'t str) -> bool {
        let is_block = match Tag::read(inner) {
            Some(Tag::Node(node)) => {
                let is_silent = matches!(node, Node::Assign(..));
                self.nodes.push(node);
                return is_silent;
            }
            Some(Tag::Strip(is_stripping)) => {
                self.is_stripping = is_stripping;
                return false;
            }
            Some(Tag::Open(open)) if self.blocks.len() < MAX_DEPTH => {
                self.open(open);
                true
            }
            Some(Tag::ElseIf(condition)) => self.else_if(condition),
            Some(Tag::Else) => self.otherwise(),
            Some(Tag::Close(name)) => self.close(name),
            Some(Tag::Open(_)) | None => false,
        };
        if !is_block {
            self.text(whole);
        }
        is_block
    }

    fn open(&mut self, open: Open<'t>) {
        let block = Block { open, done: Vec::new(), body: None, in_else: false };
        self.blocks.push((block, std::mem::take(&mut self.nodes)));
    }

    fn else_if(&mut self, condition: Expression<'t>) -> bool {
        let Some((block, _)) = self.blocks.last_mut() else { return false };
        if block.in_else {
            return false;
        }
        let Open::If(current) = &mut block.open else { return false };
        let before = std::mem::replace(current, condition);
        block.done.push((before, std::mem::take(&mut self.nodes)));
        true
    }

    fn otherwise(&mut self) -> bool {
        let Some((block, _)) = self.blocks.last_mut() else { return false };
        if block.in_else || matches!(block.open, Open::Capture(..)) {
            return false;
        }
        block.in_else = true;
        block.body = Some(std::mem::take(&mut self.nodes));
        true
    }

    fn close(&mut self, name: &str) -> bool {
        let fits = self.blocks.last().is_some_and(|(block, _)| match &block.open {
            Open::If(_) => name == "if",
            Open::Loop(kind, _) => name == *kind,
            Open::Capture(..) => name == "capture",
        });
        if fits {
            self.close_last();
        }
        fits
    }

    fn close_last(&mut self) {
        let Some((block, before)) = self.blocks.pop() else { return };
        let last = std::mem::replace(&mut self.nodes, before);
        let (body, otherwise) = match block.body {
            Some(body) => (body, last),
            None => (last, Vec::new()),
        };
        self.nodes.push(match block.open {
            Open::If(condition) => {
                let mut branches = block.done;
                branches.push((condition, body));
                Node::If { branches, otherwise }
            }
            Open::Loop(_, repeat) => Node::Loop { repeat, body, otherwise },
            Open::Capture(name, variable) => Node::Capture { name, variable, body },
        });
    }

    /// Blocks that nobody closed end with the template.
    fn end(mut self) -> Vec<Node<'t>> {
        while !self.blocks.is_empty() {
            self.close_last();
        }
        self.nodes
    }
}

impl<'t> Tag<'t> {
    fn read(inner: &'t str) -> Option<Self> {
        let mut reader = Reader::new(inner);
        if inner.starts_with(['$', '"', '\'', '-'])
            || inner.starts_with(|one: char| one.is_ascii_digit())
        {
            let value = reader.modified()?;
            return reader.is_at_end().then_some(Self::Node(Node::Print(value)));
        }
        if let Some(name) = inner.strip_prefix('/') {
            return Some(match name.trim() {
                "strip" => Self::Strip(false),
                name @ ("if" | "foreach" | "section" | "capture") => Self::Close(name),
                _ => return None,
            });
        }
        let word = reader.word()?;
        let tag = match word {
            "if" => Self::Open(Open::If(reader.condition()?)),
            "elseif" => Self::ElseIf(reader.condition()?),
            "else" | "foreachelse" | "sectionelse" => Self::Else,
            "ldelim" => Self::Node(Node::Text("{".into())),
            "rdelim" => Self::Node(Node::Text("}".into())),
            "strip" => Self::Strip(true),
            "foreach" => Self::Open(Open::Loop("foreach", foreach(reader.attributes()?)?)),
            "section" => Self::Open(Open::Loop("section", section(reader.attributes()?)?)),
            "capture" => Self::Open(capture(reader.attributes()?)),
            "assign" => Self::Node(assign(reader.attributes()?)?),
            "cycle" => Self::Node(cycle(reader.attributes()?)),
            _ => return None,
        };
        reader.is_at_end().then_some(tag)
    }
}

type Attributes<'t> = Vec<(&'t str, Expression<'t>)>;

fn take<'t>(attributes: &mut Attributes<'t>, name: &str) -> Option<Expression<'t>> {
    let at = attributes.iter().position(|(known, _)| *known == name)?;
    Some(attributes.swap_remove(at).1)
}

/// The text of an attribute that is no variable.
fn take_text(attributes: &mut Attributes<'_>, name: &str) -> Option<String> {
    match take(attributes, name)? {
        Expression::Constant(value) => Some(value.shown().to_string()),
        _ => None,
    }
}

fn foreach(mut attributes: Attributes<'_>) -> Option<Loop<'_>> {
    let from = take(&mut attributes, "from")?;
    let item = take_text(&mut attributes, "item")?.to_lowercase();
    let key = take_text(&mut attributes, "key").map(|key| key.to_lowercase());
    let name = take_text(&mut attributes, "name");
    Some(Loop::Foreach { from, item, key, name })
}

fn section(mut attributes: Attributes<'_>) -> Option<Loop<'_>> {
    Some(Loop::Section(Box::new(Section {
        name: take_text(&mut attributes, "name")?,
        over: take(&mut attributes, "loop")?,
        start: take(&mut attributes, "start"),
        step: take(&mut attributes, "step"),
        max: take(&mut attributes, "max"),
        show: take(&mut attributes, "show"),
    })))
}

fn capture(mut attributes: Attributes<'_>) -> Open<'_> {
    let name = take_text(&mut attributes, "name").unwrap_or_else(|| "default".to_owned());
    let variable = take_text(&mut attributes, "assign").map(|name| name.to_lowercase());
    Open::Capture(name, variable)
}

fn assign(mut attributes: Attributes<'_>) -> Option<Node<'_>> {
    let name = take_text(&mut attributes, "var")?.to_lowercase();
    Some(Node::Assign(name, take(&mut attributes, "value")?))
}

fn cycle(mut attributes: Attributes<'_>) -> Node<'_> {
    let name = take_text(&mut attributes, "name").unwrap_or_else(|| "default".to_owned());
    let values = take(&mut attributes, "values").unwrap_or(Expression::Constant(Value::Null));
    let delimiter = take_text(&mut attributes, "delimiter").unwrap_or_else(|| ",".to_owned());
    Node::Cycle { name, values, delimiter }
}

/// Line breaks go, with the blanks around them.
fn stripped(text: &str) -> String {
    let mut lines = text.split(['\r', '\n']).peekable();
    let mut joined = String::with_capacity(text.len());
    let mut is_first = true;
    while let Some(line) = lines.next() {
        let line = if is_first { line } else { line.trim_start_matches([' ', '\t']) };
        let is_last = lines.peek().is_none();
        joined.push_str(if is_last { line } else { line.trim_end_matches([' ', '\t']) });
        is_first = false;
    }
    joined
}
