//! One thing that can be wrong, and how it is told.

use super::client::Stack;
use super::seen::Seen;
use super::tls::Handshake;

/// How much harm it does, the worst first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Severity {
    /// The call fails, or its client throws while it reads the reply.
    Fails,
    /// It works with this client and server, and fails with others or with other data.
    MayFail,
    /// Worth knowing while one looks for something else.
    Note,
}

impl Severity {
    /// In words, as people and `--json` read it.
    pub const fn words(self) -> &'static str {
        match self {
            Self::Fails => "fails",
            Self::MayFail => "may fail",
            Self::Note => "note",
        }
    }
}

/// One thing that can be wrong with an exchange. What to change is in its page, and nowhere else.
pub struct Ailment {
    /// Its name in reports, logs and metrics, and the name of its page and of its test.
    pub code: &'static str,
    pub severity: Severity,
    /// The page, in Markdown: see `docs/doctor/index.md` for its parts.
    pub(super) page: &'static str,
    /// What was seen, in a sentence or two, when it is there. Names elements, headers, numbers and
    /// hosts; never a value that could be somebody's or a secret.
    pub(super) look: Look,
}

/// What is looked at.
#[derive(Clone, Copy)]
pub(super) enum Look {
    Exchange(fn(&Seen<'_>) -> Option<String>),
    Handshake(fn(&Handshake) -> Option<String>),
}

impl std::fmt::Debug for Ailment {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Ailment").field("code", &self.code).finish_non_exhaustive()
    }
}

/// What to change, for one client stack or for whoever is responsible.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Advice {
    /// The words in front, such as `.NET`, `PHP`, `Any client` or `Server`.
    pub who: &'static str,
    pub text: &'static str,
}

/// What is wrong with one exchange.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnosis {
    pub code: &'static str,
    pub severity: Severity,
    pub title: &'static str,
    /// What was seen, without personal data or secrets.
    pub why: String,
    /// What to change: for the stack that made the call where it is known, otherwise for all.
    pub change: Vec<Advice>,
    /// The page that says more, by its path in the project.
    pub page: String,
}

/// Heading of the part of a page that says what to change.
const CHANGE: &str = "## What to change";

impl Ailment {
    /// The page's heading.
    pub fn title(&self) -> &'static str {
        let first = self.page.lines().next().unwrap_or_default();
        first.strip_prefix("# ").unwrap_or(first)
    }

    /// The whole page, in Markdown.
    pub fn page(&self) -> &'static str {
        self.page
    }

    /// Every advice of the page, in its order.
    pub fn advice(&self) -> impl Iterator<Item = Advice> {
        let part = self.page.lines().skip_while(|line| *line != CHANGE).skip(1);
        let part = part.take_while(|line| !line.starts_with("## "));
        part.filter_map(|line| {
            let (who, text) = line.strip_prefix("- **")?.split_once(":** ")?;
            Some(Advice { who, text })
        })
    }

    pub(super) fn diagnose(&self, seen: &Seen<'_>) -> Option<Diagnosis> {
        let Look::Exchange(look) = self.look else { return None };
        Some(self.told(look(seen)?, seen.stack))
    }

    pub(super) fn diagnose_handshake(&self, handshake: &Handshake) -> Option<Diagnosis> {
        let Look::Handshake(look) = self.look else { return None };
        Some(self.told(look(handshake)?, None))
    }

    fn told(&self, why: String, stack: Option<Stack>) -> Diagnosis {
        Diagnosis {
            code: self.code,
            severity: self.severity,
            title: self.title(),
            why,
            change: self.change_for(stack),
            page: format!("docs/doctor/{}.md", self.code),
        }
    }

    /// The advice for a stack and what holds for every one; all of it when the stack is not known
    /// or has none of its own.
    fn change_for(&self, stack: Option<Stack>) -> Vec<Advice> {
        let names = stack.map_or(&[][..], Stack::advised_as);
        let is_own = |advice: &Advice| names.contains(&advice.who);
        let is_anyones = |advice: &Advice| matches!(advice.who, ANY | SERVER);
        if !self.advice().any(|advice| is_own(&advice)) {
            return self.advice().collect();
        }
        self.advice().filter(|advice| is_own(advice) || is_anyones(advice)).collect()
    }
}

/// Advice for a client of any stack.
pub(super) const ANY: &str = "Any client";
/// Advice for whoever runs the server, or what is between it and the client.
pub(super) const SERVER: &str = "Server";
