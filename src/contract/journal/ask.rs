//! Which entries are asked for, and how that is said in a query.

use std::fmt::{Display, Formatter};
use std::str::FromStr;

use jiff::Timestamp;

use crate::protocol::form::urlencoded;

/// Entries of a page, unless fewer are asked for.
pub const MOST_ENTRIES: usize = 1_000;
/// Most pairs of a query that are looked at.
const MOST_PAIRS: usize = 20;

/// Which entries are asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ask {
    pub start: Start,
    pub filter: Filter,
    /// The messages, too; otherwise the facts alone.
    pub messages: bool,
    /// Most entries of a page.
    pub limit: usize,
}

/// Where a page begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Start {
    From(Position),
    /// With the last so many entries that the filter takes.
    Last(usize),
}

/// A place between two entries. Written `3-1024`.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct Position {
    /// Number of the file.
    pub segment: u64,
    /// Bytes in it.
    pub offset: u64,
}

/// What an entry must be to be shown.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Filter {
    pub since: Option<Timestamp>,
    pub face: Option<String>,
    pub operation: Option<String>,
    pub status: Option<StatusFilter>,
    pub account: Option<u32>,
    /// A status of 400 and above, or no whole reply.
    pub failed: bool,
}

/// A status such as `404`, or a class of them such as `4xx`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StatusFilter {
    Exactly(u16),
    Class(u16),
}

/// What is wrong with what was asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadAsk {
    #[error("the query holds too much")]
    TooMuch,
    #[error("{0} cannot be read")]
    Value(&'static str),
    #[error("a status is three digits, or a class such as 4xx")]
    Status,
    #[error("a position is two numbers, such as 3-1024")]
    Position,
}

impl StatusFilter {
    pub(super) fn takes(self, status: u16) -> bool {
        match self {
            Self::Exactly(wanted) => wanted == status,
            Self::Class(wanted) => wanted == status / 100,
        }
    }
}

impl FromStr for StatusFilter {
    type Err = BadAsk;

    fn from_str(text: &str) -> Result<Self, BadAsk> {
        if let Some(class) = text.to_ascii_lowercase().strip_suffix("xx") {
            let class = class.parse().ok().filter(|class| (1..=5).contains(class));
            return class.map(Self::Class).ok_or(BadAsk::Status);
        }
        let status = text.parse().ok().filter(|status| (100..=999).contains(status));
        status.map(Self::Exactly).ok_or(BadAsk::Status)
    }
}

impl Display for StatusFilter {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Exactly(status) => write!(f, "{status}"),
            Self::Class(class) => write!(f, "{class}xx"),
        }
    }
}

impl FromStr for Position {
    type Err = BadAsk;

    fn from_str(text: &str) -> Result<Self, BadAsk> {
        let (segment, offset) = text.split_once('-').ok_or(BadAsk::Position)?;
        let number = |text: &str| text.parse().map_err(|_| BadAsk::Position);
        Ok(Self { segment: number(segment)?, offset: number(offset)? })
    }
}

impl Display for Position {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}-{}", self.segment, self.offset)
    }
}

impl Ask {
    /// All that is there from `start` on.
    pub fn of(start: Start) -> Self {
        Self { start, filter: Filter::default(), messages: false, limit: MOST_ENTRIES }
    }

    /// Reads `from`, `last`, `since`, `face`, `operation`, `status`, `account`, `failed`,
    /// `messages` and `limit`. Others are passed over.
    pub fn from_query(query: &str) -> Result<Self, BadAsk> {
        let fields = urlencoded::read(query.as_bytes(), MOST_PAIRS).map_err(|_| BadAsk::TooMuch)?;
        let text = |name: &str| fields.text(name).filter(|text| !text.is_empty());
        let owned = |name: &str| text(name).map(std::borrow::Cow::into_owned);
        let start = match (text("last"), text("from")) {
            (Some(last), _) => Start::Last(read(&last, "last")?),
            (None, Some(from)) => Start::From(from.parse()?),
            (None, None) => Start::From(Position::default()),
        };
        let limit = text("limit").map_or(Ok(MOST_ENTRIES), |limit| read(&limit, "limit"))?;
        Ok(Self {
            start,
            filter: Filter {
                since: text("since").map(|since| read(&since, "since")).transpose()?,
                face: owned("face"),
                operation: owned("operation"),
                status: text("status").map(|status| status.parse()).transpose()?,
                account: text("account").map(|account| read(&account, "account")).transpose()?,
                failed: text("failed").is_some_and(|failed| failed == "yes"),
            },
            messages: text("messages").is_some_and(|messages| messages == "yes"),
            limit: limit.min(MOST_ENTRIES),
        })
    }

    /// What [`Self::from_query`] reads.
    pub fn to_query(&self) -> String {
        let mut query = match self.start {
            Start::From(position) => format!("from={position}"),
            Start::Last(count) => format!("last={count}"),
        };
        let Filter { since, face, operation, status, account, failed } = &self.filter;
        let mut add = |name: &str, value: Option<String>| {
            if let Some(value) = value {
                query.extend(["&", name, "=", &urlencoded::percent_encoded(&value)]);
            }
        };
        add("since", since.map(|since| since.to_string()));
        add("face", face.clone());
        add("operation", operation.clone());
        add("status", status.map(|status| status.to_string()));
        add("account", account.map(|account| account.to_string()));
        add("failed", failed.then(|| "yes".to_owned()));
        add("messages", self.messages.then(|| "yes".to_owned()));
        add("limit", Some(self.limit.to_string()));
        query
    }
}

fn read<T: FromStr>(text: &str, name: &'static str) -> Result<T, BadAsk> {
    text.parse().map_err(|_| BadAsk::Value(name))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_is_read_from_its_query() {
        let ask = Ask {
            start: Start::From(Position { segment: 3, offset: 1_024 }),
            filter: Filter {
                since: Some("2026-01-01T00:00:00Z".parse().unwrap()),
                face: Some("dotdigital-soap".to_owned()),
                operation: Some("Add & Co".to_owned()),
                status: Some(StatusFilter::Class(5)),
                account: Some(7),
                failed: true,
            },
            messages: true,
            limit: 10,
        };
        assert_eq!(Ask::from_query(&ask.to_query()), Ok(ask));
        let ask = Ask::of(Start::Last(20));
        assert_eq!(Ask::from_query(&ask.to_query()), Ok(ask));
        assert_eq!(Ask::from_query(""), Ok(Ask::of(Start::From(Position::default()))));
    }

    #[test]
    fn what_cannot_be_read_is_refused() {
        assert_eq!(Ask::from_query("from=3").unwrap_err(), BadAsk::Position);
        assert_eq!(Ask::from_query("status=6xx").unwrap_err(), BadAsk::Status);
        assert_eq!(Ask::from_query("status=4").unwrap_err(), BadAsk::Status);
        assert_eq!(Ask::from_query("since=noon").unwrap_err(), BadAsk::Value("since"));
        assert_eq!(Ask::from_query("limit=-1").unwrap_err(), BadAsk::Value("limit"));
    }
}
