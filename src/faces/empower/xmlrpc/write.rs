//! Answers as XML-RPC values: an answer is a struct, a list an array, every leaf a string.
//!
//! Leaves stay the strings that the vendor's own dialects have, also where they are digits: nothing
//! but the documents tells a number from a postal code, and no type depends on a value.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::super::answer::{Answer, File};
use super::super::tree::{ITEM, Member, Node, Tree};
use super::super::wire::out::Out;
use super::super::wire::{Cut, Encode, write_members};
use crate::protocol::xmlrpc::{Fault, ResponseWriter, Value};

/// Bytes that wait for no reason but to be handed over together.
const WAITING_BYTES: usize = 4 * 1024;

/// What one call came to.
pub enum Outcome {
    Value(Value),
    Answer(Box<Answer>),
    Fault(Fault),
}

/// Writes the response to one call.
pub async fn response(mut out: Out, outcome: Outcome) -> Result<Out, Cut> {
    let fault = match outcome {
        Outcome::Fault(fault) => fault,
        done => {
            let mut writer = Writer::new();
            writer.outcome(&mut out, done).await?;
            return Ok(writer.finish(out));
        }
    };
    out.push_bytes(&ResponseWriter::fault(&fault));
    Ok(out)
}

/// Writes the response to a multicall: for each call an array of its result, or a fault's struct.
pub async fn responses(mut out: Out, outcomes: Vec<Outcome>) -> Result<Out, Cut> {
    let mut writer = Writer::new();
    writer.rpc.open_array();
    for outcome in outcomes {
        if let Outcome::Fault(fault) = &outcome {
            writer.rpc.value(&fault.to_value());
        } else {
            writer.rpc.open_array();
            writer.outcome(&mut out, outcome).await?;
            writer.rpc.close_array();
        }
        writer.hand_over(&mut out);
        out.ease().await?;
    }
    writer.rpc.close_array();
    Ok(writer.finish(out))
}

/// What is open around the place that is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Open {
    Struct,
    Array,
    /// A list whose array is the one around it.
    Within,
}

#[derive(Debug)]
struct Writer {
    rpc: ResponseWriter,
    open: Vec<Open>,
}

impl Writer {
    fn new() -> Self {
        Self { rpc: ResponseWriter::new(), open: Vec::new() }
    }

    fn finish(self, mut out: Out) -> Out {
        out.push_bytes(&self.rpc.finish());
        out
    }

    fn hand_over(&mut self, out: &mut Out) {
        out.push_bytes(&self.rpc.take());
    }

    /// Hands over now and then, so that little waits here.
    fn ease(&mut self, out: &mut Out) {
        if self.rpc.pending_bytes() >= WAITING_BYTES {
            self.hand_over(out);
        }
    }

    async fn outcome(&mut self, out: &mut Out, outcome: Outcome) -> Result<(), Cut> {
        match outcome {
            Outcome::Value(value) => self.rpc.value(&value),
            Outcome::Fault(fault) => self.rpc.value(&fault.to_value()),
            Outcome::Answer(answer) => match answer.file {
                Some(file) => self.file(out, file).await?,
                None => self.answer(out, *answer).await?,
            },
        }
        Ok(())
    }

    /// The members of the item that the vendor's dialect has, but for the method's name and the
    /// call's number.
    async fn answer(&mut self, out: &mut Out, answer: Answer) -> Result<(), Cut> {
        self.rpc.open_struct();
        self.open.push(Open::Struct);
        write_members(self, out, node(answer)).await?;
        self.open.pop();
        self.rpc.close_struct();
        Ok(())
    }

    /// A file is its bytes.
    async fn file(&mut self, out: &mut Out, file: File) -> Result<(), Cut> {
        let mut pieces = file.pieces;
        let mut waiting = Vec::new();
        self.rpc.open_base64();
        while let Some(piece) = pieces.next().await? {
            waiting.extend_from_slice(&piece);
            // Groups of three bytes are encoded without regard to what follows.
            let rest = waiting.split_off(waiting.len() - waiting.len() % 3);
            self.hand_over(out);
            out.push(&BASE64_STANDARD.encode(&waiting));
            out.ease().await?;
            waiting = rest;
        }
        out.push(&BASE64_STANDARD.encode(&waiting));
        self.rpc.close_base64();
        Ok(())
    }

    /// Begins what has a name in a struct and none in an array.
    fn begin(&mut self, name: &str) {
        if self.open.last() == Some(&Open::Struct) {
            self.rpc.open_member(name);
        }
    }

    fn end(&mut self) {
        if self.open.last() == Some(&Open::Struct) {
            self.rpc.close_member();
        }
    }

    fn close_innermost(&mut self) {
        match self.open.pop() {
            Some(Open::Struct) => self.rpc.close_struct(),
            Some(Open::Array) => self.rpc.close_array(),
            Some(Open::Within) | None => return,
        }
        self.end();
    }
}

fn node(answer: Answer) -> Node {
    let mut node = Node::default();
    if let Some(code) = answer.code {
        node.push("responseCode", Tree::text(code));
    }
    let texts: Vec<Tree> = answer.texts.into_iter().map(Tree::text).collect();
    match <[Tree; 1]>::try_from(texts) {
        Ok([text]) => node.push("responseText", text),
        Err(texts) if texts.is_empty() => {}
        Err(texts) => node.push("responseText", Tree::items(texts)),
    }
    node.members.extend(answer.beside.members);
    if let Some(data) = answer.data {
        node.push("responseData", Tree::Node(data));
    }
    node
}

/// A list of anonymous members, with nothing beside them.
fn is_array(node: &Node) -> bool {
    let anonymous = |member: &Member| matches!(member, Member::Repeated(name, _) | Member::Rows(name, _) if *name == ITEM);
    node.list && node.attributes.is_empty() && node.members.iter().all(anonymous)
}

impl Encode for Writer {
    const COUNTS: bool = false;
    const ATTRIBUTES: bool = false;

    fn text(&mut self, out: &mut Out, name: &str, text: &str) {
        self.begin(name);
        self.rpc.text(text);
        self.end();
        self.ease(out);
    }

    fn open(&mut self, out: &mut Out, name: &str, node: &Node, _members: u64) {
        self.begin(name);
        if is_array(node) {
            self.rpc.open_array();
            self.open.push(Open::Array);
        } else {
            self.rpc.open_struct();
            self.open.push(Open::Struct);
        }
        self.ease(out);
    }

    fn close(&mut self, out: &mut Out, _name: &str) {
        self.close_innermost();
        self.ease(out);
    }

    fn open_list(&mut self, out: &mut Out, name: &str, _count: u64) {
        if self.open.last() == Some(&Open::Struct) {
            self.begin(name);
            self.rpc.open_array();
            self.open.push(Open::Array);
            self.ease(out);
        } else {
            self.open.push(Open::Within);
        }
    }

    fn close_list(&mut self, out: &mut Out, _name: &str) {
        self.close_innermost();
        self.ease(out);
    }
}
