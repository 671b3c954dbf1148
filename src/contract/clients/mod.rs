//! Which client last called what, so that one knows what may be switched off.
//!
//! A client is an address, a user agent and, once it was authenticated, an account and an API user.
//! [`Clients`] listens to calls and counts them by client and operation, in memory; [`keep`] writes
//! the table to a file every few seconds. The table is bounded: those who called longest ago go
//! first, and before them those who never said who they are, so that a scanner pushes nobody out.

mod file;

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt::{Debug, Formatter};
use std::io;
use std::net::IpAddr;
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use http::header::USER_AGENT;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use tokio_util::sync::CancellationToken;
use tracing::warn;

use super::{Heard, Listener, Wish};
pub use file::{FILE, read};

/// Between two writings of the file; a crash forgets what came since.
const WRITE_EVERY: Duration = Duration::from_secs(5);
/// Characters of a user agent that are kept.
const MOST_AGENT_CHARS: usize = 200;
/// When the table is full this part of it goes at once.
const DROPPED_PART: usize = 16;

/// Somebody who calls an operation.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Client {
    pub face: Cow<'static, str>,
    /// Empty for calls that named no operation of ours.
    pub operation: Cow<'static, str>,
    pub account: Option<u32>,
    /// The API user's name: a login or a key, never a secret.
    pub user: Option<String>,
    pub peer: IpAddr,
    /// Cut to 200 characters; empty when there was none.
    pub user_agent: String,
}

/// What is known of their calls.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Calls {
    pub calls: u64,
    pub first: Timestamp,
    pub last: Timestamp,
    /// Status of the last reply.
    pub status: u16,
}

/// One line of the table.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Row {
    #[serde(flatten)]
    pub client: Client,
    #[serde(flatten)]
    pub calls: Calls,
}

/// The table at one moment.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Table {
    /// Rows that had to go because there were too many.
    pub dropped: u64,
    pub clients: Vec<Row>,
}

/// Which rows are asked for.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Asked {
    pub face: Option<String>,
    pub operation: Option<String>,
    /// Called at this time or later.
    pub since: Option<Timestamp>,
    /// Not called at this time or later.
    pub unused_since: Option<Timestamp>,
}

/// Counts calls by client and operation.
pub struct Clients {
    most: usize,
    file: Option<PathBuf>,
    known: Mutex<Known>,
    changed: AtomicBool,
}

#[derive(Debug, Default)]
struct Known {
    rows: BTreeMap<Client, Calls>,
    dropped: u64,
}

impl Clients {
    /// Goes on from the file in `folder`; without a folder everything is forgotten at the stop.
    pub fn open(folder: Option<&Path>, most: usize) -> io::Result<Self> {
        let table = folder.map(read).transpose()?.unwrap_or_default();
        let rows = table.clients.into_iter().map(|row| (row.client, row.calls)).collect();
        let mut known = Known { rows, dropped: table.dropped };
        known.shrink(most);
        Ok(Self {
            most,
            file: folder.map(|folder| folder.join(FILE)),
            known: Mutex::new(known),
            changed: AtomicBool::new(false),
        })
    }

    /// All rows that are asked for; those who called last come first.
    pub fn table(&self, asked: &Asked) -> Table {
        self.now().only(asked)
    }

    /// Rows that had to go so far.
    pub fn dropped(&self) -> u64 {
        self.known().dropped
    }

    /// Writes the file when anything has changed since.
    pub fn write(&self) -> io::Result<()> {
        let Some(file) = &self.file else { return Ok(()) };
        if !self.changed.swap(false, Ordering::Relaxed) {
            return Ok(());
        }
        let written = file::write(file, &self.now());
        if written.is_err() {
            self.changed.store(true, Ordering::Relaxed);
        }
        written
    }

    fn now(&self) -> Table {
        let known = self.known();
        let clients = known.rows.iter();
        let clients = clients.map(|(client, calls)| Row { client: client.clone(), calls: *calls });
        Table { dropped: known.dropped, clients: clients.collect() }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Table {
    /// The rows that are asked for; those who called last come first.
    #[must_use]
    pub fn only(mut self, asked: &Asked) -> Self {
        self.clients.retain(|row| asked.takes(row));
        self.clients.sort_by(|one, other| {
            other.calls.last.cmp(&one.calls.last).then_with(|| one.client.cmp(&other.client))
        });
        self
    }
}

impl Asked {
    fn takes(&self, row: &Row) -> bool {
        let is = |wanted: &Option<String>, found: &str| {
            wanted.as_ref().is_none_or(|wanted| wanted.eq_ignore_ascii_case(found))
        };
        is(&self.face, &row.client.face)
            && is(&self.operation, &row.client.operation)
            && self.since.is_none_or(|since| row.calls.last >= since)
            && self.unused_since.is_none_or(|since| row.calls.last < since)
    }
}

impl Known {
    fn count(&mut self, client: Client, at: Timestamp, status: u16, most: usize) {
        if let Some(calls) = self.rows.get_mut(&client) {
            calls.calls += 1;
            // Calls end in another order than they begin.
            if at >= calls.last {
                (calls.last, calls.status) = (at, status);
            }
            return;
        }
        self.rows.insert(client, Calls { calls: 1, first: at, last: at, status });
        if self.rows.len() > most {
            self.shrink(most - most / DROPPED_PART);
        }
    }

    fn shrink(&mut self, most: usize) {
        let Some(too_many) = self.rows.len().checked_sub(most).filter(|too_many| *too_many > 0)
        else {
            return;
        };
        let worth = |(client, calls): (&Client, &Calls)| (client.account.is_some(), calls.last);
        let mut worths: Vec<_> = self.rows.iter().map(worth).collect();
        worths.sort_unstable();
        let Some(last_to_go) = worths.get(too_many - 1).copied() else { return };
        let mut left = too_many;
        self.rows.retain(|client, calls| {
            let goes = left > 0 && worth((client, calls)) <= last_to_go;
            left -= usize::from(goes);
            !goes
        });
        self.dropped += u64::try_from(too_many - left).unwrap_or(0);
    }
}

impl Listener for Clients {
    fn wish(&self) -> Wish {
        Wish::Heads
    }

    fn heard(&self, heard: &Arc<Heard>) {
        let facts = &heard.facts;
        let agent = heard.exchange.request.headers.get(USER_AGENT);
        let (account, user) = facts.caller.clone().unzip();
        let client = Client {
            face: Cow::Borrowed(facts.face),
            operation: Cow::Borrowed(facts.operation),
            account,
            user,
            peer: facts.peer,
            user_agent: agent.map(|agent| readable(agent.as_bytes())).unwrap_or_default(),
        };
        let status = heard.exchange.response.status.as_u16();
        self.known().count(client, facts.at, status, self.most);
        self.changed.store(true, Ordering::Relaxed);
    }
}

/// At most [`MOST_AGENT_CHARS`], each on its line.
fn readable(agent: &[u8]) -> String {
    let text = String::from_utf8_lossy(agent);
    let seen = |c: char| if c.is_control() { ' ' } else { c };
    text.trim().chars().take(MOST_AGENT_CHARS).map(seen).collect()
}

/// Writes the table every few seconds and once more when it is time to stop.
pub async fn keep(clients: Arc<Clients>, stopping: CancellationToken) {
    let mut going_on = true;
    let mut warned = false;
    while going_on {
        going_on = stopping.run_until_cancelled(tokio::time::sleep(WRITE_EVERY)).await.is_some();
        let writer = Arc::clone(&clients);
        let written = tokio::task::spawn_blocking(move || writer.write()).await;
        if let Ok(Err(error)) = written
            && !warned
        {
            warn!("the table of clients cannot be written, and will be tried again: {error}");
            warned = true;
        }
    }
}

impl Debug for Client {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Client")
            .field("face", &self.face)
            .field("operation", &self.operation)
            .finish_non_exhaustive()
    }
}

impl Debug for Clients {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Clients").field("most", &self.most).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::super::journal::testing::{exchange, facts};
    use super::*;

    fn call(clients: &Clients, at: &str, peer: u8, account: Option<u32>, status: u16) {
        let mut facts = facts(1);
        facts.at = at.parse().unwrap();
        facts.peer = [192, 0, 2, peer].into();
        facts.caller = account.map(|account| (account, "apiuser".to_owned()));
        let mut exchange = exchange("<asked/>", "fine");
        exchange.request.headers.insert(USER_AGENT, "old\tclient/1.0".parse().unwrap());
        exchange.response.status = status.try_into().unwrap();
        clients.heard(&Arc::new(Heard { facts, exchange, whole: true }));
    }

    #[test]
    fn calls_are_counted_by_who_makes_them() {
        let clients = Clients::open(None, 10).unwrap();
        call(&clients, "2026-01-01T00:00:00Z", 1, Some(1), 200);
        call(&clients, "2026-01-03T00:00:00Z", 1, Some(1), 500);
        call(&clients, "2026-01-02T00:00:00Z", 1, Some(1), 200);
        call(&clients, "2026-01-02T00:00:00Z", 2, None, 401);
        let table = clients.table(&Asked::default());
        let [first, second] = &table.clients[..] else { panic!("{table:?}") };
        let Calls { calls, first: begun, last, status } = first.calls;
        assert_eq!((calls, status), (3, 500));
        assert_eq!(begun, "2026-01-01T00:00:00Z".parse().unwrap());
        assert_eq!(last, "2026-01-03T00:00:00Z".parse().unwrap());
        assert_eq!(first.client.user.as_deref(), Some("apiuser"));
        assert_eq!(first.client.user_agent, "old client/1.0");
        assert_eq!((second.client.account, second.calls.status), (None, 401));
        let count = |asked: &Asked| clients.table(asked).clients.len();
        let at = Some("2026-01-02T12:00:00Z".parse().unwrap());
        assert_eq!(count(&Asked { since: at, ..Asked::default() }), 1);
        assert_eq!(count(&Asked { unused_since: at, ..Asked::default() }), 1);
        assert_eq!(count(&Asked { face: Some("empower".to_owned()), ..Asked::default() }), 0);
        let operation = Some("getservertime".to_owned());
        assert_eq!(count(&Asked { operation, ..Asked::default() }), 2);
    }

    #[test]
    fn whoever_called_longest_ago_goes_and_scanners_go_first() {
        const MOST: usize = 64;
        let clients = Clients::open(None, MOST).unwrap();
        for peer in 0..10 {
            call(&clients, "2026-01-01T00:00:00Z", peer, Some(1), 200);
        }
        for number in 0..2_000_u32 {
            let at = format!("2026-01-02T00:{:02}:{:02}Z", number / 60 % 60, number % 60);
            let mut facts = facts(1);
            facts.at = at.parse().unwrap();
            facts.peer = number.to_be_bytes().into();
            facts.caller = None;
            let exchange = exchange("", "");
            clients.heard(&Arc::new(Heard { facts, exchange, whole: true }));
        }
        let table = clients.table(&Asked::default());
        assert!(table.clients.len() <= MOST && table.clients.len() > MOST / 2);
        let known = table.clients.iter().filter(|row| row.client.account.is_some()).count();
        assert_eq!(known, 10);
        let rows = u64::try_from(table.clients.len()).unwrap();
        assert_eq!(table.dropped, 2_010 - rows);
        assert_eq!(table.clients[0].client.peer, IpAddr::from(1_999_u32.to_be_bytes()));
    }

    #[test]
    fn the_table_outlives_a_restart() {
        let folder = tempfile::tempdir().unwrap();
        let clients = Clients::open(Some(folder.path()), 10).unwrap();
        call(&clients, "2026-01-01T00:00:00Z", 1, Some(1), 200);
        clients.write().unwrap();
        let again = Clients::open(Some(folder.path()), 10).unwrap();
        assert_eq!(again.table(&Asked::default()), clients.table(&Asked::default()));
        call(&again, "2026-01-02T00:00:00Z", 1, Some(1), 200);
        again.write().unwrap();
        let table = read(folder.path()).unwrap();
        assert_eq!((table.clients.len(), table.clients[0].calls.calls), (1, 2));
    }

    #[test]
    fn a_damaged_line_costs_that_line_alone() {
        let folder = tempfile::tempdir().unwrap();
        let clients = Clients::open(Some(folder.path()), 10).unwrap();
        call(&clients, "2026-01-01T00:00:00Z", 1, Some(1), 200);
        call(&clients, "2026-01-01T00:00:00Z", 2, Some(1), 200);
        clients.write().unwrap();
        let path = folder.path().join(FILE);
        let text = std::fs::read_to_string(&path).unwrap();
        std::fs::write(&path, text.replacen("\"peer\"", "\"poor\"", 1)).unwrap();
        assert_eq!(read(folder.path()).unwrap().clients.len(), 1);
        assert_eq!(read(&folder.path().join("nothing")).unwrap(), Table::default());
    }
}
