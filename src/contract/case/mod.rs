//! Recorded exchanges as plain files, which people read in a review.
//!
//! `<face>/<operation>/<case>/` holds one call (`request.http`, or its body alone), its reply
//! (`response.http`, or its body alone) and `case.toml`, which says everything else. [`read_all`]
//! reads what is below a folder, [`write()`] adds a case. What is recorded is a fixture: there is
//! nothing to convert. The whole format stands in `docs/contract/format.md`.

mod dialect;
mod error;
mod files;
mod given;
mod ordinary;
mod stand_ins;
mod told;
mod write;

use std::fmt::{Debug, Formatter};
use std::path::{Path, PathBuf};

use bytes::Bytes;
use http::{HeaderMap, StatusCode};
use jiff::Timestamp;

use super::{Request, Response};
pub use dialect::{DIALECTS, Dialect, Login};
pub use error::BadCase;
pub use given::{
    Disk, Given, GivenApiUser, GivenCampaign, GivenContact, GivenField, GivenFile, GivenGateway,
    GivenImport, GivenKeep, GivenLeave, GivenList, GivenRequest, GivenSegment, GivenSettings,
    GivenTable, Tasks,
};
pub use stand_ins::{StandIns, is_credential, replaced};
pub use told::{Credentials, RequestHead, Sequence, Told, noon_in_april};
pub use write::{NewCase, rewrite_response, write};

use files::BodyFile;
use ordinary::Ordinary;

/// One recorded exchange.
pub struct Case {
    /// The folder of the face: its name, or `xmlrpc` for the Empower face's other form.
    pub face: String,
    /// The operation by its name on the wire, with a `.` for each `/`.
    pub operation: String,
    /// What tells it from the operation's other cases.
    pub name: String,
    pub folder: PathBuf,
    /// What ordinary calls of its face look like.
    pub dialect: &'static Dialect,
    /// As it is sent, but with [`StandIns`] in it.
    pub request: Request,
    /// What is on record: the status, the headers that are known and the body. `None` where there
    /// is no reply yet. Stand-ins are in it too.
    pub response: Option<Response>,
    /// The reply is on record with its head, not as a body alone.
    pub has_reply_head: bool,
    pub told: Told,
}

/// Without what was said: it may carry personal data.
impl Debug for Case {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Case").field("id", &self.id()).finish_non_exhaustive()
    }
}

/// Every case below `dir`, in the order of their folders.
///
/// `dir` may be a whole recording, a face, an operation or one case. Fails with the first file that
/// is not as it must be, and where there is no case at all.
pub fn read_all(dir: &Path) -> Result<Vec<Case>, BadCase> {
    let folders = files::case_folders(dir)?;
    let mut budget = files::Budget::default();
    folders.into_iter().map(|folder| Case::read(folder, &mut budget)).collect()
}

impl Case {
    fn read(folder: PathBuf, budget: &mut files::Budget) -> Result<Self, BadCase> {
        let place = files::Place::of(&folder)?;
        let dialect = Dialect::of_folder(&place.face);
        let told = Told::read(&folder, &place.root)?;
        let sent = BodyFile::find(&folder, "request", budget)?;
        let request = match &sent {
            Some(file) if file.extension == "http" => {
                told.request.must_leave_all_to_the_message(&folder)?;
                Request::read(&file.bytes).map_err(|error| file.wrong(error))?
            }
            _ => Ordinary { dialect, operation: &place.operation, head: &told.request }
                .request(sent.as_ref())
                .map_err(|what| BadCase::at(folder.join("case.toml"), what))?,
        };
        let answered = BodyFile::find(&folder, "response", budget)?;
        let has_reply_head = answered.as_ref().is_some_and(|file| file.extension == "http");
        let response = answered.map(|file| recorded(file, &told)).transpose()?;
        let files::Place { face, operation, name, .. } = place;
        Ok(Self { face, operation, name, folder, dialect, request, response, has_reply_head, told })
    }

    /// `<face>/<operation>/<case>`.
    pub fn id(&self) -> String {
        format!("{}/{}/{}", self.face, self.operation, self.name)
    }

    /// `<operation>/<case>`.
    pub fn short_id(&self) -> String {
        format!("{}/{}", self.operation, self.name)
    }

    /// The status that the reply must have.
    pub fn status(&self) -> StatusCode {
        self.response.as_ref().map_or(self.told.status(), |response| response.status)
    }

    /// When the call is made.
    pub fn now(&self) -> Timestamp {
        self.told.now()
    }

    /// An ordinary call of this case's face, with this body, to no operation in particular.
    pub fn call_before(&self, body: &str) -> Result<Request, BadCase> {
        let file = BodyFile::of_text("xml", body);
        let head = RequestHead::default();
        Ordinary { dialect: self.dialect, operation: "", head: &head }
            .request(Some(&file))
            .map_err(|what| self.wrong(format!("a given call: {what}")))
    }

    /// Another request that goes before this case's, to the same operation unless it says a path.
    pub fn request_before(&self, given: &GivenRequest) -> Result<Request, BadCase> {
        let ordinary =
            if self.dialect.login == Login::Token { dialect::FORM } else { dialect::JSON };
        let content_type = given.content_type.as_deref().unwrap_or(ordinary);
        let has_body = !given.body.is_empty();
        let head = RequestHead {
            method: given.method.clone(),
            path: given.path.clone(),
            content_type: has_body.then(|| content_type.to_owned()),
            ..RequestHead::default()
        };
        let file = has_body.then(|| BodyFile::of_text("xml", &given.body));
        Ordinary { dialect: self.dialect, operation: &self.operation, head: &head }
            .request(file.as_ref())
            .map_err(|what| self.wrong(format!("a given request: {what}")))
    }

    /// Something in `case.toml` cannot be brought about.
    pub fn wrong(&self, what: impl std::fmt::Display) -> BadCase {
        BadCase::at(self.folder.join("case.toml"), what)
    }
}

/// The reply on record. A body alone takes its head from `case.toml`.
fn recorded(file: BodyFile, told: &Told) -> Result<Response, BadCase> {
    if file.extension == "http" {
        let response = Response::read(&file.bytes).map_err(|error| file.wrong(error))?;
        let other = told.status.filter(|status| *status != response.status.as_u16());
        return match other {
            Some(status) => Err(file.wrong(format!("case.toml says status {status}"))),
            None => Ok(response),
        };
    }
    let mut headers = HeaderMap::new();
    for (name, value) in &told.reply_headers {
        let pair = name.parse::<http::HeaderName>().ok().zip(value.parse().ok());
        let Some((name, value)) = pair else {
            return Err(file.wrong(format!("`{name}` in [reply_headers] is no header")));
        };
        headers.insert(name, value);
    }
    if let Some(usual) = dialect::content_type_of(file.extension) {
        headers.entry(http::header::CONTENT_TYPE).or_insert(http::HeaderValue::from_static(usual));
    }
    Ok(Response { status: told.status(), headers, body: Bytes::from(file.bytes) })
}

#[cfg(test)]
mod tests;
