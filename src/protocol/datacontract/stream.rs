//! A list of records that is written some at a time.

use super::json;
use super::value::{Contract, Document, Record};
use super::xml::{root_of_list, to_xml};

/// In which syntax a document is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Syntax {
    Json,
    Xml,
}

/// Writes objects of one class as one document, in pieces: [`RecordStream::some`] as often as there
/// are some, then [`RecordStream::end`].
#[derive(Debug)]
pub struct RecordStream {
    contract: &'static Contract,
    syntax: Syntax,
    has_begun: bool,
}

impl RecordStream {
    pub fn new(contract: &'static Contract, syntax: Syntax) -> Self {
        Self { contract, syntax, has_begun: false }
    }

    /// The next objects.
    pub fn some(&mut self, records: Vec<Record>) -> Vec<u8> {
        if records.is_empty() {
            return Vec::new();
        }
        let begins = !std::mem::replace(&mut self.has_begun, true);
        match self.syntax {
            Syntax::Json => json_items(&records, begins),
            Syntax::Xml => self.xml_items(records, begins),
        }
    }

    /// What is left to be written; a list that nothing was in is written whole.
    pub fn end(self) -> Vec<u8> {
        match (self.syntax, self.has_begun) {
            (Syntax::Json, true) => b"]".to_vec(),
            (Syntax::Json, false) => b"[]".to_vec(),
            (Syntax::Xml, true) => root_of_list(self.contract).1.into_bytes(),
            (Syntax::Xml, false) => to_xml(&Document::Records(self.contract, Vec::new())),
        }
    }

    /// Items are written within their root, which says what namespaces there are, and cut out.
    fn xml_items(&self, records: Vec<Record>, begins: bool) -> Vec<u8> {
        let (open, close) = root_of_list(self.contract);
        let whole = to_xml(&Document::Records(self.contract, records));
        let from = if begins { 0 } else { open.len() };
        let to = whole.len().saturating_sub(close.len());
        whole.get(from..to).unwrap_or_default().to_vec()
    }
}

fn json_items(records: &[Record], begins: bool) -> Vec<u8> {
    let mut out = String::new();
    for (index, record) in records.iter().enumerate() {
        out.push(if begins && index == 0 { '[' } else { ',' });
        json::record(&mut out, record);
    }
    out.into_bytes()
}
