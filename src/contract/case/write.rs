//! Puts exchanges on disk.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::header::{
    ACCEPT_ENCODING, AUTHORIZATION, CONNECTION, CONTENT_ENCODING, CONTENT_LENGTH, CONTENT_TYPE,
    DATE, EXPECT, TRANSFER_ENCODING,
};
use http::{HeaderMap, HeaderName, HeaderValue};
use jiff::Timestamp;
use serde::Serialize;

use super::Case;
use super::error::BadCase;
use super::files::EXTENSIONS;
use super::stand_ins::replaced;
use super::told::Sequence;
use crate::contract::{Exchange, Request, Response};

/// What holds for one connection or for the wire alone, and is made anew when a call is sent.
const OF_THE_WIRE: [HeaderName; 7] = [
    ACCEPT_ENCODING,
    CONNECTION,
    CONTENT_ENCODING,
    CONTENT_LENGTH,
    DATE,
    EXPECT,
    TRANSFER_ENCODING,
];

/// Longest name of a folder, in bytes.
const MOST_NAME_BYTES: usize = 80;

/// An exchange to be put on record. It must be redacted already: it is written as it is.
#[derive(Debug)]
pub struct NewCase<'e> {
    pub face: &'e str,
    /// By its name on the wire; empty where the call named none.
    pub operation: &'e str,
    /// A wish: what no folder's name can have is left out, and a number is added where it is taken.
    pub name: &'e str,
    /// The sentence that the case proves.
    pub shows: &'e str,
    pub exchange: &'e Exchange,
    /// Where it came from, in words.
    pub source: &'e str,
    /// When the call was made.
    pub at: Option<Timestamp>,
    pub sequence: Option<Sequence>,
    /// Texts in the exchange and the names that stand for them from now on, such as a token that
    /// redaction put for a login, and `login`.
    pub stand_ins: &'e [(String, String)],
    /// `[compare]`, as in `case.toml`.
    pub compare: toml::Table,
}

/// `case.toml` as it is written.
#[derive(Serialize)]
struct Page<'e> {
    shows: &'e str,
    #[serde(skip_serializing_if = "str::is_empty")]
    source: &'e str,
    #[serde(skip_serializing_if = "Option::is_none")]
    now: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    sequence: Option<&'e Sequence>,
    #[serde(skip_serializing_if = "toml::Table::is_empty")]
    compare: &'e toml::Table,
}

/// Adds a case below `dir` and says where.
///
/// `case.toml` is written last: a folder without one is no case, so one that was cut short is none.
pub fn write(dir: &Path, new: &NewCase<'_>) -> Result<PathBuf, BadCase> {
    let operation = if new.operation.is_empty() { "other" } else { new.operation };
    let parent = dir.join(folder_name(new.face, "other")).join(folder_name(operation, "other"));
    fs::create_dir_all(&parent).map_err(|error| BadCase::io(&parent, "make the folder", &error))?;
    let folder = claim(&parent, &folder_name(new.name, "call"))?;
    let request = with_stand_ins(&new.exchange.request, new.stand_ins);
    put(&folder.join("request.http"), &request.write())?;
    let Response { status, headers, body } = &new.exchange.response;
    let response =
        Response { status: *status, headers: kept(headers), body: stood_in(body, new.stand_ins) };
    put(&folder.join("response.http"), &response.write())?;
    let page = Page {
        shows: new.shows,
        source: new.source,
        now: new.at.map(|at| at.to_string()),
        sequence: new.sequence.as_ref(),
        compare: &new.compare,
    };
    let file = folder.join("case.toml");
    let page = toml::to_string(&page).map_err(|error| BadCase::at(&file, error))?;
    put(&file, page.as_bytes())?;
    Ok(folder)
}

/// Puts another reply on record: its body, its status, and its head where that is on record too.
pub fn rewrite_response(case: &Case, response: &Response) -> Result<(), BadCase> {
    let Response { status, headers, body } = response;
    let file = case.folder.join("response");
    if case.has_reply_head {
        let message = Response { status: *status, headers: kept(headers), body: body.clone() };
        put(&file.with_extension("http"), &message.write())?;
    } else {
        for extension in EXTENSIONS {
            remove(&file.with_extension(extension))?;
        }
        put(&file.with_extension(extension_for(headers)), body)?;
    }
    let told = case.told.status.map_or(200, |status| status);
    let is_said_elsewhere = case.has_reply_head && case.told.status.is_none();
    if is_said_elsewhere || told == status.as_u16() {
        return Ok(());
    }
    restate(&case.folder.join("case.toml"), status.as_u16())
}

/// Says another status and leaves all else in the file as somebody wrote it.
fn restate(file: &Path, status: u16) -> Result<(), BadCase> {
    let text = fs::read_to_string(file).map_err(|error| BadCase::io(file, "read", &error))?;
    let line = format!("status = {status}");
    // Behind the first table no line says something of the case itself.
    let own = text.lines().take_while(|line| !line.starts_with('['));
    let at = own
        .clone()
        .position(|line| line.split('=').next().is_some_and(|key| key.trim() == "status"));
    let mut lines: Vec<&str> = text.lines().collect();
    match at.and_then(|at| lines.get_mut(at)) {
        Some(said) => *said = &line,
        None => lines.insert(0, &line),
    }
    put(file, (lines.join("\n") + "\n").as_bytes())
}

fn extension_for(headers: &HeaderMap) -> &'static str {
    let content_type = headers.get(CONTENT_TYPE).and_then(|value| value.to_str().ok());
    match content_type.unwrap_or_default() {
        "" => "xml",
        text if text.contains("xml") => "xml",
        text if text.contains("json") => "json",
        _ => "txt",
    }
}

fn kept(headers: &HeaderMap) -> HeaderMap {
    let mut kept = headers.clone();
    for name in OF_THE_WIRE {
        kept.remove(name);
    }
    kept
}

fn with_stand_ins(request: &Request, stand_ins: &[(String, String)]) -> Request {
    let mut headers = kept(&request.headers);
    for (name, value) in &mut headers {
        let clear = if name == AUTHORIZATION { pair_in(value) } else { None };
        let text = clear.as_deref().unwrap_or(value.as_bytes());
        let changed = stood_in(text, stand_ins);
        if *changed == *text {
            continue;
        }
        if let Ok(changed) = HeaderValue::from_bytes(&changed) {
            *value = changed;
        }
    }
    let target = stood_in(request.target.as_bytes(), stand_ins);
    Request {
        method: request.method.clone(),
        target: String::from_utf8_lossy(&target).into_owned(),
        headers,
        body: stood_in(&request.body, stand_ins),
    }
}

/// `Basic` and the pair in the clear, as stand-ins are found in it.
fn pair_in(value: &HeaderValue) -> Option<Vec<u8>> {
    let encoded = value.as_bytes().strip_prefix(b"Basic ")?;
    let pair = BASE64_STANDARD.decode(encoded).ok()?;
    Some([b"Basic ".as_slice(), &pair].concat())
}

fn stood_in(text: &[u8], stand_ins: &[(String, String)]) -> Bytes {
    let put_in = |text: Vec<u8>, (secret, name): &(String, String)| {
        replaced(&text, secret, &format!("{{{name}}}"))
    };
    stand_ins.iter().fold(text.to_vec(), put_in).into()
}

/// A folder of this name, or of the first such name with a number that is not there yet.
fn claim(parent: &Path, name: &str) -> Result<PathBuf, BadCase> {
    let mut folder = parent.join(name);
    for number in 2_u64.. {
        match fs::create_dir(&folder) {
            Ok(()) => break,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                folder = parent.join(format!("{name}-{number}"));
            }
            Err(error) => return Err(BadCase::io(&folder, "make the folder", &error)),
        }
    }
    Ok(folder)
}

/// What can be a folder's name everywhere: letters, digits, `-`, `_` and, within it, `.`.
fn folder_name(wish: &str, otherwise: &str) -> String {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    // A method's name may have a slash, which stands as a dot.
    let letter = |c: char| match c {
        '/' => '.',
        c if fits(c) => c,
        _ => '-',
    };
    let name: String = wish.chars().take(MOST_NAME_BYTES).map(letter).collect();
    let name = name.trim_matches(['.', '-']);
    if name.is_empty() { otherwise.to_owned() } else { name.to_owned() }
}

fn put(file: &Path, bytes: &[u8]) -> Result<(), BadCase> {
    fs::write(file, bytes).map_err(|error| BadCase::io(file, "write", &error))
}

fn remove(file: &Path) -> Result<(), BadCase> {
    match fs::remove_file(file) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(BadCase::io(file, "remove", &error))
        }
        _ => Ok(()),
    }
}
