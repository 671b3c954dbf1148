//! How each face is asked, and what its answers say.

mod empower;
mod rest;
mod selzy;
mod soap;
mod which50;
mod xml_rpc;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::model::{Deed, Face, Outcome, Person, Standing};
use super::support::random::Random;
use super::wire::{Reply, Request};

pub use rest::{json, members_of};
pub use selzy::form as selzy_form;
pub use soap::{contacts_of, envelope, path_of_2013};

/// The credentials of an account.
#[derive(Debug, Clone)]
pub struct Logins {
    /// Its name.
    pub account: String,
    /// `Authorization` of SOAP, REST and Which50.
    pub basic: String,
    pub api_key: String,
    pub shared_secret: String,
    pub selzy_key: String,
}

/// A number that nobody has.
pub const NOBODY: u32 = 1_999_999_999;

/// One deed about one address, with who was there and who will be.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    pub deed: &'a Deed,
    pub address: &'a str,
    pub before: &'a Person,
    pub after: &'a Person,
    pub outcome: Outcome,
}

impl Asked<'_> {
    fn id(&self) -> u32 {
        self.before.id.unwrap_or(NOBODY)
    }
}

/// The reply has this status, and this part in its body.
fn expect(reply: &Reply, status: u16, part: &str) -> Result<(), String> {
    let fits = reply.status == status && reply.body.contains(part);
    fits.then_some(()).ok_or_else(|| format!("not {status} with {part}"))
}

/// What a face showed of a contact.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Shown {
    pub id: Option<u32>,
    pub address: String,
    pub first: Option<String>,
    pub standing: Option<Standing>,
}

impl Shown {
    /// The number, if everything that is shown is as it must be.
    fn as_expected(&self, asked: &Asked<'_>) -> Result<Option<u32>, String> {
        let after = asked.after;
        let known = if asked.before.is(Standing::Nobody) { None } else { asked.before.id };
        let fits = self.address == asked.address
            && self.first.as_ref().is_none_or(|first| *first == after.first)
            && self.standing.is_none_or(|standing| standing == after.standing)
            && (known.is_none() || self.id.is_none() || self.id == known);
        fits.then_some(self.id).ok_or_else(|| format!("{self:?} instead of {after:?}"))
    }
}

/// The request of a deed; of several ways to say it `random` chooses.
pub fn request(face: Face, logins: &Logins, asked: &Asked<'_>, random: &mut Random) -> Request {
    match face {
        Face::Soap => soap::request(logins, asked),
        Face::Rest => rest::request(logins, asked),
        Face::Empower => empower::request(logins, asked, random),
        Face::XmlRpc => xml_rpc::request(logins, asked),
        Face::Selzy => selzy::request(logins, asked),
        Face::Which50 => which50::request(logins, asked, random),
    }
}

/// Holds an answer against what it must be; the contact's number when it shows one.
pub fn judge(face: Face, asked: &Asked<'_>, reply: &Reply) -> Result<Option<u32>, String> {
    match face {
        Face::Soap => soap::judge(asked, reply),
        Face::Rest => rest::judge(asked, reply),
        Face::Empower => empower::judge(asked, reply),
        Face::XmlRpc => xml_rpc::judge(asked, reply),
        Face::Selzy => selzy::judge(asked, reply),
        Face::Which50 => which50::judge(asked, reply),
    }
}

/// `Authorization` of HTTP Basic.
pub fn basic(user: &str, password: &str) -> String {
    format!("Basic {}", STANDARD.encode(format!("{user}:{password}")))
}

pub fn escape(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn unescape(text: &str) -> String {
    let plain = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"");
    plain.replace("&apos;", "'").replace("&#39;", "'").replace("&amp;", "&")
}

/// As it stands in a query or a form.
pub fn encode(text: &str) -> String {
    let mut encoded = String::new();
    for byte in text.bytes() {
        match byte {
            b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => {
                encoded.push(char::from(byte));
            }
            _ => write!(encoded, "%{byte:02X}").unwrap(),
        }
    }
    encoded
}
