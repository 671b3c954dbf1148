//! What clients post: the document, wherever it stands in the request, and the calls in it.
//!
//! The vendor documents one form (`data=`, URL-encoded); a dozen clients send five others, and all
//! are read. The order of elements does not matter, nor does the letter case of their names.

use super::args::{Args, Given};
use super::method::Form;
use crate::protocol::xml::{Content, Limits, Problem, Reader, XmlError};

/// Key and secret of an API user, as sent.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Login {
    pub api_key: String,
    pub shared_secret: String,
}

impl std::fmt::Debug for Login {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Login(redacted)")
    }
}

/// `response_type`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ResponseType {
    #[default]
    Xml,
    Php,
}

/// One post.
#[derive(Debug)]
pub struct Post {
    pub form: Form,
    /// From `authentication`; empty texts where it says nothing.
    pub login: Option<Login>,
    pub response_type: ResponseType,
    /// A failing call does not stop those behind it.
    pub no_halt: bool,
    /// Method as sent, and arguments.
    pub calls: Vec<(String, Args)>,
}

/// A document that is no call, with what is known of how to answer.
#[derive(Debug)]
pub struct Unread {
    pub response_type: ResponseType,
    pub error: XmlError,
}

impl Post {
    /// Reads a document that [`decode`](crate::protocol::xml::decode) made text. `methodCall` with
    /// `params` in it is XML-RPC's and read elsewhere: see [`is_xml_rpc`].
    pub fn read(document: &str) -> Result<Self, Unread> {
        let mut post = Self {
            form: Form::Api,
            login: None,
            response_type: ResponseType::default(),
            no_halt: false,
            calls: Vec::new(),
        };
        match post.fill(document) {
            Ok(()) => Ok(post),
            Err(error) => Err(Unread { response_type: post.response_type, error }),
        }
    }

    fn fill(&mut self, document: &str) -> Result<(), XmlError> {
        let mut reader = reader(document);
        let root = reader.root()?.local().to_owned();
        if is(&root, "methodCall") {
            self.form = Form::Bare;
            self.calls.push(call(&mut reader)?);
        } else if is(&root, "api") {
            while let Some(child) = reader.next_child()? {
                match child.local() {
                    name if is(name, "authentication") => self.authentication(&mut reader)?,
                    name if is(name, "data") => self.data(&mut reader)?,
                    _ => reader.skip()?,
                }
            }
        } else {
            return Err(reader.error(Problem::UnexpectedElement));
        }
        reader.finish()
    }

    fn authentication(&mut self, reader: &mut Reader<'_>) -> Result<(), XmlError> {
        let login = self.login.get_or_insert_default();
        while let Some(child) = reader.next_child()? {
            let name = child.local().to_owned();
            let text = reader.text()?.trim().to_owned();
            match name {
                name if is(&name, "api_key") => login.api_key = text,
                name if is(&name, "shared_secret") => login.shared_secret = text,
                name if is(&name, "response_type") => {
                    let is_php = text.eq_ignore_ascii_case("php");
                    self.response_type = if is_php { ResponseType::Php } else { ResponseType::Xml };
                }
                name if is(&name, "no_halt") => self.no_halt = text == "1",
                _ => {}
            }
        }
        Ok(())
    }

    fn data(&mut self, reader: &mut Reader<'_>) -> Result<(), XmlError> {
        while let Some(child) = reader.next_child()? {
            if is(child.local(), "methodCall") {
                self.calls.push(call(reader)?);
            } else {
                reader.skip()?;
            }
        }
        Ok(())
    }
}

/// Whether a document's root is a `methodCall` with `params`, or one to `system`, which is XML-RPC
/// and not the vendor's form. A document that cannot be read is neither.
pub fn is_xml_rpc(document: &str) -> bool {
    let mut reader = reader(document);
    let mut look = || -> Result<bool, XmlError> {
        if reader.root()?.local() != "methodCall" {
            return Ok(false);
        }
        while let Some(child) = reader.next_child()? {
            match child.local() {
                "params" => return Ok(true),
                "methodName" if reader.text()?.trim().starts_with("system.") => return Ok(true),
                "methodName" => {}
                _ => reader.skip()?,
            }
        }
        Ok(false)
    };
    look().unwrap_or(false)
}

/// One `methodCall` that was entered. Without a `methodName` its method is the empty text.
fn call(reader: &mut Reader<'_>) -> Result<(String, Args), XmlError> {
    let mut method = String::new();
    let mut members = Vec::new();
    let Given::Nested(children) = given(reader)? else { return Ok((method, Args::default())) };
    for (name, given) in children {
        match given {
            Given::Text(text) if is(&name, "methodName") => text.trim().clone_into(&mut method),
            given => members.push((name, given)),
        }
    }
    Ok((method, Args::new(members)))
}

/// The content of the element entered last. The reader bounds the depth.
fn given(reader: &mut Reader<'_>) -> Result<Given, XmlError> {
    let mut child = match reader.text_or_child()? {
        Content::Text(text) => return Ok(Given::Text(text.into_owned())),
        Content::Child(name) => Some(name.local().to_owned()),
    };
    let mut members = Vec::new();
    while let Some(name) = child {
        members.push((name, given(reader)?));
        child = reader.next_child()?.map(|name| name.local().to_owned());
    }
    Ok(Given::Nested(members))
}

/// `saveHTML` of PHP, with which one client writes its document, gives HTML's named entities.
fn reader(document: &str) -> Reader<'_> {
    Reader::new(document.trim_start(), Limits::default()).with_html_entities()
}

fn is(name: &str, known: &str) -> bool {
    name.eq_ignore_ascii_case(known)
}
