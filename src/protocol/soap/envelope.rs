//! Envelopes: a request's is read up to the first child of its body, a reply's is written.

use std::borrow::Cow;

use futures_util::TryStreamExt as _;
use jiff::Timestamp;
use zeroize::Zeroizing;

use super::addressing::{self, Addressed, Addressing, Relation};
use super::fault::Fault;
use super::must_understand;
use super::security::{self, Lifetime, Security, UsernameToken, WSSE, WSU};
use super::version::{MediaType, Version};
use crate::protocol::http::{Body, BodyBroken, BodyStream};
use crate::protocol::xml::{Name, Problem, Reader, Writer, XmlError};

/// What the header blocks of a request say. Default is a request without any.
#[derive(Debug, Clone, Default)]
pub struct Headers {
    pub security: Option<Security>,
    pub addressed: Addressed,
    /// `Action` of `…/addressing/none`, an action like any other.
    pub plain_action: Option<String>,
    /// Marked blocks that nobody here understands: namespace and local name.
    pub not_understood: Vec<(String, String)>,
}

/// A request with its header read; the reader stands on the first child of the body.
#[derive(Debug)]
pub struct Envelope<'x> {
    pub version: Version,
    pub headers: Headers,
    /// Name of the body's first child; `None` for an empty body.
    pub body: Option<Name<'x>>,
    pub reader: Reader<'x>,
}

/// A request that could not be read, with what the reply to it must still observe.
#[derive(Debug)]
pub struct Unreadable {
    pub fault: Fault,
    pub version: Version,
    pub headers: Headers,
}

/// How a reply must look, out of what its request looked like.
#[derive(Debug, Clone)]
pub struct Frame {
    pub version: Version,
    pub relation: Option<Relation>,
    /// Now, when the request carried a `Security/Timestamp`: its sender insists on one in the
    /// reply, faults included. Senders that did not would refuse it.
    pub timestamp: Option<Timestamp>,
    /// `xml:lang` of faults, such as `en-GB`.
    pub language: &'static str,
}

/// Reads the envelope and its header.
///
/// The envelope's namespace must be of the version that the content type says; a reply is in the
/// version of the content type, since that is what the sender's HTTP layer expects.
pub fn read(mut reader: Reader<'_>, media: MediaType) -> Result<Envelope<'_>, Box<Unreadable>> {
    let assumed = match media {
        MediaType::Of(version) => version,
        MediaType::Undecided | MediaType::Foreign => Version::Soap11,
    };
    let refuse =
        |fault, version| Box::new(Unreadable { fault, version, headers: Headers::default() });
    let root = reader.root().map_err(|error| refuse(malformed(&error), assumed))?;
    let version = envelope_version(&root, media).map_err(|fault| refuse(fault, assumed))?;
    let mut headers = Headers::default();
    match read_up_to_body(&mut reader, version, &mut headers) {
        Ok(body) => Ok(Envelope { version, headers, body, reader }),
        Err(fault) => Err(Box::new(Unreadable { fault, version, headers })),
    }
}

/// A document that is no XML which we read, or no SOAP.
pub fn malformed(error: &XmlError) -> Fault {
    Fault::client(format!("The request cannot be read: {error}."))
}

fn envelope_version(root: &Name<'_>, media: MediaType) -> Result<Version, Fault> {
    if root.local() != "Envelope" || root.namespace().is_empty() {
        return Err(Fault::client("The request is not a SOAP envelope."));
    }
    let version = Version::of_namespace(root.namespace()).ok_or_else(version_mismatch)?;
    match media {
        MediaType::Of(expected) if expected != version => Err(version_mismatch()),
        _ => Ok(version),
    }
}

fn version_mismatch() -> Fault {
    Fault::new(
        super::fault::Code::VersionMismatch,
        "The envelope's SOAP version does not match the content type of the message.",
    )
}

fn read_up_to_body<'x>(
    reader: &mut Reader<'x>,
    version: Version,
    headers: &mut Headers,
) -> Result<Option<Name<'x>>, Fault> {
    let namespace = version.namespace();
    let mut has_header = false;
    while let Some(child) = reader.next_child().map_err(|error| malformed(&error))? {
        match child.within(namespace) {
            Some("Body") => return reader.next_child().map_err(|error| malformed(&error)),
            Some("Header") if has_header => {
                return Err(malformed(&reader.error(Problem::UnexpectedElement)));
            }
            Some("Header") => {
                has_header = true;
                read_header(reader, version, headers).map_err(|e| malformed(&e))?;
            }
            _ => reader.skip().map_err(|error| malformed(&error))?,
        }
    }
    Err(Fault::client("The SOAP envelope has no body."))
}

fn read_header(
    reader: &mut Reader<'_>,
    version: Version,
    headers: &mut Headers,
) -> Result<(), XmlError> {
    while let Some(block) = reader.next_child()? {
        let namespace = version.namespace();
        let role = reader.attribute(namespace, version.role_attribute()).unwrap_or_default();
        if !version.is_our_role(role.trim()) {
            reader.skip()?;
            continue;
        }
        let marked =
            reader.attribute(namespace, "mustUnderstand").is_some_and(must_understand::is_marked);
        read_block(reader, &block, marked, headers)?;
    }
    Ok(())
}

fn read_block(
    reader: &mut Reader<'_>,
    block: &Name<'_>,
    marked: bool,
    headers: &mut Headers,
) -> Result<(), XmlError> {
    if block.is(WSSE, "Security") {
        let doubled = headers.security.is_some();
        let security = read_security(reader)?;
        headers.security = Some(Security { doubled: doubled || security.doubled, ..security });
        return Ok(());
    }
    if block.is(addressing::NONE, "Action") {
        headers.plain_action = Some(reader.text()?.into_owned());
        return Ok(());
    }
    if let Some(version) = Addressing::of_namespace(block.namespace()) {
        let text = match block.local() {
            "Action" | "MessageID" => reader.text()?,
            _ => skipped(reader)?,
        };
        headers.addressed.add(version, block.local(), &text, marked);
        return Ok(());
    }
    if marked && !must_understand::understands(block.namespace(), block.local()) {
        let name = (block.namespace().to_owned(), block.local().to_owned());
        headers.not_understood.push(name);
    }
    reader.skip()
}

fn skipped<'x>(reader: &mut Reader<'_>) -> Result<Cow<'x, str>, XmlError> {
    reader.skip()?;
    Ok(Cow::Borrowed(""))
}

fn read_security(reader: &mut Reader<'_>) -> Result<Security, XmlError> {
    let mut security = Security::default();
    while let Some(child) = reader.next_child()? {
        if child.is(WSU, "Timestamp") {
            security.doubled |= security.timestamp.is_some();
            security.timestamp = Some(read_lifetime(reader, &mut security.doubled)?);
        } else if child.is(WSSE, "UsernameToken") {
            security.doubled |= security.token.is_some();
            security.token = Some(read_token(reader, &mut security.doubled)?);
        } else {
            reader.skip()?;
        }
    }
    Ok(security)
}

fn read_lifetime(reader: &mut Reader<'_>, doubled: &mut bool) -> Result<Lifetime, XmlError> {
    let mut lifetime = Lifetime::default();
    while let Some(child) = reader.next_child()? {
        let part = match child.within(WSU) {
            Some("Created") => &mut lifetime.created,
            Some("Expires") => &mut lifetime.expires,
            _ => {
                reader.skip()?;
                continue;
            }
        };
        *doubled |= part.replace(reader.text()?.into_owned()).is_some();
    }
    Ok(lifetime)
}

fn read_token(reader: &mut Reader<'_>, doubled: &mut bool) -> Result<UsernameToken, XmlError> {
    let mut token = UsernameToken::default();
    let (mut user, mut password) = (None, None);
    while let Some(child) = reader.next_child()? {
        let part = match child.within(WSSE) {
            _ if child.is(WSU, "Created") => &mut token.created,
            Some("Username") => &mut user,
            Some("Nonce") => &mut token.nonce,
            Some("Password") => {
                token.password_type = reader.attribute("", "Type").map(str::to_owned);
                let text = Zeroizing::new(reader.text()?.into_owned());
                *doubled |= password.replace(text).is_some();
                continue;
            }
            _ => {
                reader.skip()?;
                continue;
            }
        };
        *doubled |= part.replace(reader.text()?.into_owned()).is_some();
    }
    let (user, password) = (user.unwrap_or_default(), password.unwrap_or_default());
    Ok(UsernameToken { user, password, ..token })
}

impl Envelope<'_> {
    /// After the body's first child was left: nothing else may be in the body, no second body or
    /// header behind it, and the document must be whole.
    pub fn finish(&mut self) -> Result<(), XmlError> {
        if self.body.is_some() && self.reader.next_child()?.is_some() {
            return Err(self.reader.error(Problem::UnexpectedElement));
        }
        let namespace = self.version.namespace();
        while let Some(child) = self.reader.next_child()? {
            if matches!(child.within(namespace), Some("Body" | "Header")) {
                return Err(self.reader.error(Problem::UnexpectedElement));
            }
            self.reader.skip()?;
        }
        self.reader.finish()
    }
}

/// Room for a reply of usual length.
const USUAL_BYTES: usize = 1024;

impl Frame {
    /// How to answer a request with these headers.
    pub fn of(version: Version, headers: &Headers, language: &'static str, now: Timestamp) -> Self {
        let asked = headers.security.as_ref().is_some_and(|s| s.timestamp.is_some());
        Self {
            version,
            relation: headers.addressed.relation(version),
            timestamp: asked.then_some(now),
            language,
        }
    }

    /// A plain reply of this version.
    pub fn plain(version: Version, language: &'static str) -> Self {
        Self { version, relation: None, timestamp: None, language }
    }

    /// Writes an envelope around a body. `action` is the reply's `wsa:Action`, where it has one.
    pub fn write(&self, action: impl FnOnce() -> String, body: impl FnOnce(&mut Writer)) -> Body {
        let mut writer = Writer::with_capacity(USUAL_BYTES);
        self.open(&mut writer);
        if self.has_header() {
            self.write_header(&mut writer, &action(), &[]);
        }
        writer.open(self.version.namespace(), "Body");
        body(&mut writer);
        match writer.finish_with_later() {
            (document, None) => document.into(),
            (document, Some(later)) => {
                let stream = later.complete(document).map_err(BodyBroken::because);
                Body::Stream(BodyStream::new(stream))
            }
        }
    }

    /// Writes an envelope with a fault in it.
    pub fn write_fault(&self, fault: &Fault) -> Vec<u8> {
        let action = self.relation.as_ref().map_or("", |relation| fault.action(relation.version));
        let not_understood = match self.version {
            Version::Soap11 => &[],
            Version::Soap12 => fault.not_understood.as_slice(),
        };
        let mut writer = Writer::new();
        self.open(&mut writer);
        if self.has_header() || !not_understood.is_empty() {
            self.write_header(&mut writer, action, not_understood);
        }
        writer.open(self.version.namespace(), "Body");
        let addressing = self.relation.as_ref().map(|relation| relation.version);
        fault.write(&mut writer, self.version, addressing, self.language);
        writer.finish()
    }

    fn has_header(&self) -> bool {
        self.relation.is_some() || self.timestamp.is_some()
    }

    fn open(&self, writer: &mut Writer) {
        writer.open_as("s", self.version.namespace(), "Envelope");
        if let Some(relation) = &self.relation {
            writer.declare("a", relation.version.namespace());
        }
        if self.timestamp.is_some() {
            writer.declare("u", WSU);
        }
    }

    fn write_header(&self, writer: &mut Writer, action: &str, not_understood: &[(String, String)]) {
        let soap = self.version.namespace();
        writer.open(soap, "Header");
        for (namespace, name) in not_understood {
            writer.open(soap, "NotUnderstood");
            let prefix = writer.prefix_for(namespace.clone());
            writer.attribute("qname", &format!("{prefix}:{name}"));
            writer.close();
        }
        if let Some(relation) = &self.relation {
            let addressing = relation.version.namespace();
            writer.open(addressing, "Action");
            writer.attribute_in(soap, "mustUnderstand", "1");
            writer.text(action);
            writer.close();
            if let Some(message) = &relation.relates_to {
                writer.leaf(addressing, "RelatesTo", message);
            }
        }
        if let Some(now) = self.timestamp {
            self.write_timestamp(writer, now);
        }
        writer.close();
    }

    fn write_timestamp(&self, writer: &mut Writer, now: Timestamp) {
        writer.open_as("o", WSSE, "Security");
        writer.attribute_in(self.version.namespace(), "mustUnderstand", "1");
        writer.open(WSU, "Timestamp");
        writer.attribute_in(WSU, "Id", "_0");
        writer.leaf(WSU, "Created", &in_millis(now));
        writer.leaf(WSU, "Expires", &in_millis(security::saturating_add(now, security::WINDOW)));
        writer.close();
        writer.close();
    }
}

/// A moment as WCF's security header has it: UTC with three decimals.
fn in_millis(moment: Timestamp) -> String {
    moment.strftime("%Y-%m-%dT%H:%M:%S.%3fZ").to_string()
}
