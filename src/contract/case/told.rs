//! `case.toml`.

use std::collections::BTreeMap;
use std::fmt::{Debug, Formatter};
use std::net::IpAddr;
use std::path::Path;

use http::StatusCode;
use jiff::Timestamp;
use jiff::civil::date;
use serde::{Deserialize, Serialize};

use super::error::BadCase;
use super::files::read_text;
use super::given::{Given, GivenApiUser, GivenGateway};
use crate::contract::compare::Rules;

/// Cases that begin like one that begins like another, one after the other.
const MOST_LIKE: usize = 8;

/// `case.toml`.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Told {
    /// The sentence that the case proves.
    pub shows: String,
    /// The quirk that it pins down.
    pub quirk: Option<String>,
    /// Where the exchange came from, in words.
    pub source: Option<String>,
    /// `<face>/<operation>/<case>` whose time, settings, API user and given things this case begins
    /// with.
    like: Option<String>,
    /// Its place among calls that belong together.
    pub sequence: Option<Sequence>,
    /// The reply's status; 200 when not said, or what the message on record says.
    pub status: Option<u16>,
    /// The time of the call; noon of 2026-04-01 when not said.
    now: Option<Timestamp>,
    #[serde(default)]
    pub request: RequestHead,
    /// Headers that the reply must have, exactly.
    #[serde(default)]
    pub reply_headers: BTreeMap<String, String>,
    /// How the reply's body is compared with the one on record.
    #[serde(default)]
    pub compare: Rules,
    /// Places of the request that may differ where calls are answered from this case.
    #[serde(default, rename = "match")]
    pub matching: toml::Table,
    /// What the operator has set; as without a config file when not said.
    pub gateway: Option<GivenGateway>,
    /// What the caller's key may do; everything from everywhere when not said.
    pub api_user: Option<GivenApiUser>,
    /// What happened before, in order.
    #[serde(default)]
    pub given: Vec<Given>,
}

/// Without what was said: it may carry personal data.
impl Debug for Told {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Told").field("shows", &self.shows).finish_non_exhaustive()
    }
}

/// One of several calls that are made in order of their steps, to the same server.
///
/// A call that was made twice and answered differently is two steps; so is a call that needs what
/// an earlier one made. Steps need not follow each other without gaps: a case may be taken out.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Sequence {
    /// Shared by the calls that belong together, of whatever face and operation.
    pub of: String,
    pub step: u64,
}

/// What differs from an ordinary call of the operation.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct RequestHead {
    /// When not said: `GET` where the face has no path of its own and there is no body, else `POST`.
    pub(super) method: Option<String>,
    /// With the query, if there is one.
    pub(super) path: Option<String>,
    pub(super) host: Option<String>,
    /// Empty for none.
    pub(super) content_type: Option<String>,
    /// Further headers.
    pub(super) headers: BTreeMap<String, String>,
    /// As sent, with its quotes. Without one, the action of the case's operation.
    pub(super) soap_action: Option<String>,
    pub credentials: Credentials,
    /// The caller's address.
    pub peer: Option<IpAddr>,
}

/// Whether the caller shows who it is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Credentials {
    #[default]
    Right,
    Wrong,
    None,
}

impl RequestHead {
    /// The host is part of what the case shows.
    pub fn names_host(&self) -> bool {
        self.host.is_some()
    }

    /// In `request.http` the head stands already; only who calls from where can be said besides.
    pub(super) fn must_leave_all_to_the_message(&self, folder: &Path) -> Result<(), BadCase> {
        let said = [
            ("method", self.method.is_some()),
            ("path", self.path.is_some()),
            ("host", self.host.is_some()),
            ("content_type", self.content_type.is_some()),
            ("headers", !self.headers.is_empty()),
            ("soap_action", self.soap_action.is_some()),
            ("credentials", self.credentials != Credentials::Right),
        ];
        match said.into_iter().find(|(_, is_said)| *is_said) {
            None => Ok(()),
            Some((key, _)) => {
                let what = format_args!("`{key}` in [request] is said by request.http already");
                Err(BadCase::at(folder.join("case.toml"), what))
            }
        }
    }
}

impl Told {
    pub(super) fn read(folder: &Path, root: &Path) -> Result<Self, BadCase> {
        let mut told = Self::read_alone(folder)?;
        let mut like = told.like.take();
        for _ in 0..MOST_LIKE {
            let Some(name) = like else { return Ok(told) };
            let mut other = Self::read_alone(&root.join(name))?;
            like = other.like.take();
            told.now = told.now.or(other.now);
            told.api_user = told.api_user.or(other.api_user);
            told.gateway = told.gateway.or(other.gateway);
            told.given = other.given.into_iter().chain(told.given).collect();
        }
        if like.is_none() {
            return Ok(told);
        }
        let what = format_args!("`like` leads on over more than {MOST_LIKE} cases");
        Err(BadCase::at(folder.join("case.toml"), what))
    }

    fn read_alone(folder: &Path) -> Result<Self, BadCase> {
        let file = folder.join("case.toml");
        let text = read_text(&file)?;
        let told: Self =
            toml::from_str(&text).map_err(|error| BadCase::toml(&file, &text, &error))?;
        match told.status.map(StatusCode::from_u16) {
            Some(Err(_)) => Err(BadCase::at(file, "`status` is no HTTP status")),
            Some(Ok(_)) | None => Ok(told),
        }
    }

    pub(super) fn status(&self) -> StatusCode {
        self.status.and_then(|status| StatusCode::from_u16(status).ok()).unwrap_or(StatusCode::OK)
    }

    pub(super) fn now(&self) -> Timestamp {
        self.now.unwrap_or_else(noon_in_april)
    }
}

/// When a case does not say when: noon of 2026-04-01, UTC.
pub fn noon_in_april() -> Timestamp {
    let noon = date(2026, 4, 1).at(12, 0, 0, 0).to_zoned(jiff::tz::TimeZone::UTC);
    noon.map_or(Timestamp::UNIX_EPOCH, |noon| noon.timestamp())
}
