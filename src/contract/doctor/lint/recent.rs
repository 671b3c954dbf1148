//! What was logged already within the hour.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::time::{Duration, Instant};

use crate::contract::Heard;

/// The same trouble of the same client is logged once in so long.
const QUIET: Duration = Duration::from_secs(60 * 60);

/// Most troubles that are remembered. When there are more, the oldest are forgotten and may be
/// logged once more.
const MOST_REMEMBERED: usize = 2_000;

/// Longest part of a user agent that is remembered and logged, in characters.
const AGENT_CHARS: usize = 80;

/// One trouble of one client.
type Trouble = (&'static str, IpAddr, String, &'static str);

/// Troubles by when they were logged.
#[derive(Debug, Default)]
pub struct Recent {
    logged: BTreeMap<Trouble, Instant>,
}

impl Recent {
    /// Whether this trouble was not logged within the hour; if so it is now.
    pub fn is_new(&mut self, heard: &Heard, code: &'static str, now: Instant) -> bool {
        let facts = &heard.facts;
        let trouble = (code, facts.peer, agent_of(heard), facts.operation);
        let last = self.logged.get(&trouble);
        if last.is_some_and(|last| now.saturating_duration_since(*last) < QUIET) {
            return false;
        }
        if self.logged.len() >= MOST_REMEMBERED {
            self.logged.retain(|_, last| now.saturating_duration_since(*last) < QUIET);
        }
        if self.logged.len() >= MOST_REMEMBERED {
            self.logged.clear();
        }
        self.logged.insert(trouble, now);
        true
    }
}

/// The client's name of itself, as far as it can be shown.
pub fn agent_of(heard: &Heard) -> String {
    let agent = heard.exchange.request.headers.get("user-agent");
    let agent = agent.and_then(|agent| agent.to_str().ok()).unwrap_or("none");
    agent.chars().take(AGENT_CHARS).collect()
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;
    use crate::contract::{Ended, Exchange, Facts, Request, Response};

    fn heard(peer: [u8; 4]) -> Heard {
        let request = Request::read(b"POST / HTTP/1.1\nuser-agent: PHP\n\n").unwrap();
        let response = Response::read(b"HTTP/1.1 200 OK\n\n").unwrap();
        let facts = Facts {
            request_id: String::new(),
            at: Timestamp::UNIX_EPOCH,
            took: Duration::ZERO,
            peer: peer.into(),
            base_url: String::new(),
            face: "selzy",
            operation: "getLists",
            caller: None,
            received_bytes: 0,
            sent_bytes: 0,
            ended: Ended::Whole,
        };
        Heard { facts, exchange: Exchange { request, response }, whole: true }
    }

    #[test]
    fn a_trouble_is_logged_once_an_hour_for_each_client() {
        let (mut recent, start) = (Recent::default(), Instant::now());
        assert!(recent.is_new(&heard([10, 0, 0, 1]), "a", start));
        assert!(!recent.is_new(&heard([10, 0, 0, 1]), "a", start + Duration::from_secs(3_599)));
        assert!(recent.is_new(&heard([10, 0, 0, 1]), "b", start));
        assert!(recent.is_new(&heard([10, 0, 0, 2]), "a", start));
        assert!(recent.is_new(&heard([10, 0, 0, 1]), "a", start + QUIET));
    }

    #[test]
    fn it_never_remembers_more_than_its_bound() {
        let (mut recent, now) = (Recent::default(), Instant::now());
        for host in 0..u16::try_from(MOST_REMEMBERED + 10).unwrap() {
            let [high, low] = host.to_be_bytes();
            recent.is_new(&heard([10, 0, high, low]), "a", now);
            assert!(recent.logged.len() <= MOST_REMEMBERED);
        }
    }
}
