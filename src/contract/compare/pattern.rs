//! The patterns that rules name places by.
//!
//! A pattern is a [path](super::path) in which a step without `[n]` means every one of its name,
//! `{namespace}local` asks for a namespace, `*` is any name, `@*` any attribute, `[*]` any
//! position, and `**` any number of steps. A path that was reported is a pattern of itself.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::path::{Path, SPECIAL, Step};

/// More steps than that no sensible pattern has; matching keeps one bit for each.
const MOST_PATTERN_STEPS: usize = 60;

/// Names places in a document: see the module.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Pattern {
    text: String,
    steps: Vec<Wanted>,
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
enum Wanted {
    /// `**`
    Deep,
    Name(WantedName),
    Attribute(WantedName),
    /// `[n]`, or `[*]` for none.
    Index(Option<usize>),
    /// `text()`
    Into(String),
}

#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
struct WantedName {
    namespace: Option<String>,
    /// `None` for `*`.
    local: Option<String>,
}

impl WantedName {
    fn is(&self, namespace: &str, local: &str) -> bool {
        self.local.as_deref().is_none_or(|wanted| wanted == local)
            && self.namespace.as_deref().is_none_or(|wanted| wanted == namespace)
    }
}

/// Why a text is no pattern.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BadPattern {
    #[error("a path begins with `/`, as in `/Envelope/Body`")]
    NoSlash,
    #[error("a step of the path is empty")]
    EmptyStep,
    #[error("`**` stands alone between two `/`")]
    Deep,
    #[error("a position is a number from 1 or `*`, in `[` and `]`")]
    Index,
    #[error("a namespace stands in `{{` and `}}` before a name")]
    Namespace,
    #[error("a path has at most {MOST_PATTERN_STEPS} steps")]
    TooLong,
}

impl Pattern {
    /// Whether the path leads to a place that the pattern names.
    pub(super) fn matches(&self, path: &Path) -> bool {
        let mut reached = self.open(1);
        for step in path.steps() {
            reached = self.open(self.after(reached, step));
            if reached == 0 {
                return false;
            }
        }
        reached & (1 << self.steps.len()) != 0
    }

    /// Adds what stands behind every `**` that was reached: it may be no step at all.
    fn open(&self, mut reached: u64) -> u64 {
        for (at, wanted) in self.steps.iter().enumerate() {
            if *wanted == Wanted::Deep && reached & (1 << at) != 0 {
                reached |= 1 << (at + 1);
            }
        }
        reached
    }

    /// The positions in the pattern that are reached by one more step of a path.
    fn after(&self, reached: u64, step: Step<'_>) -> u64 {
        let is_index = matches!(step, Step::Index { .. });
        let mut next = 0;
        for (at, wanted) in self.steps.iter().enumerate() {
            if reached & (1 << at) == 0 {
                continue;
            }
            next |= match (wanted, step) {
                (Wanted::Index(number), Step::Index { position, .. }) => {
                    u64::from(number.is_none_or(|number| number == position)) << (at + 1)
                }
                // A name without a position is every one of that name.
                (Wanted::Deep, _) | (_, Step::Index { .. }) => 1 << at,
                (Wanted::Name(name), Step::Name { namespace, local })
                | (Wanted::Attribute(name), Step::Attribute { namespace, local }) => {
                    u64::from(name.is(namespace, local)) << (at + 1)
                }
                (Wanted::Into(what), Step::Into(into)) => u64::from(what == into) << (at + 1),
                _ => 0,
            };
        }
        let end = 1 << self.steps.len();
        if is_index { next | (reached & end) } else { next }
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.text
    }
}

impl TryFrom<String> for Pattern {
    type Error = BadPattern;

    fn try_from(text: String) -> Result<Self, BadPattern> {
        text.parse()
    }
}

impl FromStr for Pattern {
    type Err = BadPattern;

    fn from_str(text: &str) -> Result<Self, BadPattern> {
        let mut rest = text.strip_prefix('/').ok_or(BadPattern::NoSlash)?;
        let mut steps = Vec::new();
        while !rest.is_empty() {
            rest = take_step(rest, &mut steps)?;
            if steps.len() > MOST_PATTERN_STEPS {
                return Err(BadPattern::TooLong);
            }
        }
        Ok(Self { text: text.to_owned(), steps })
    }
}

/// Takes one step with its positions, and the `/` behind it.
fn take_step<'t>(text: &'t str, steps: &mut Vec<Wanted>) -> Result<&'t str, BadPattern> {
    if let Some(rest) = text.strip_prefix("**") {
        steps.push(Wanted::Deep);
        return after_slash(rest, BadPattern::Deep);
    }
    let mut rest = if text.starts_with('[') { text } else { take_name(text, steps)? };
    while let Some(behind) = rest.strip_prefix('[') {
        let (number, behind) = behind.split_once(']').ok_or(BadPattern::Index)?;
        let number = match number {
            "*" => None,
            _ => Some(number.parse().ok().filter(|number| *number > 0).ok_or(BadPattern::Index)?),
        };
        steps.push(Wanted::Index(number));
        rest = behind;
    }
    after_slash(rest, BadPattern::Index)
}

fn after_slash(rest: &str, otherwise: BadPattern) -> Result<&str, BadPattern> {
    match rest.strip_prefix('/') {
        Some("") => Err(BadPattern::EmptyStep),
        Some(rest) => Ok(rest),
        None if rest.is_empty() => Ok(rest),
        None => Err(otherwise),
    }
}

fn take_name<'t>(text: &'t str, steps: &mut Vec<Wanted>) -> Result<&'t str, BadPattern> {
    let (is_attribute, rest) = match text.strip_prefix('@') {
        Some(rest) => (true, rest),
        None => (false, text),
    };
    let (namespace, rest) = match rest.strip_prefix('{') {
        Some(rest) => {
            let (namespace, rest) = rest.split_once('}').ok_or(BadPattern::Namespace)?;
            (Some(namespace.to_owned()), rest)
        }
        None => (None, rest),
    };
    if let Some(behind) = rest.strip_prefix('*') {
        let name = WantedName { namespace, local: None };
        steps.push(if is_attribute { Wanted::Attribute(name) } else { Wanted::Name(name) });
        return Ok(behind);
    }
    let (local, behind) = take_letters(rest);
    if local.is_empty() {
        return Err(BadPattern::EmptyStep);
    }
    if let Some(behind) = behind.strip_prefix("()") {
        steps.push(Wanted::Into(format!("{local}()")));
        return Ok(behind);
    }
    let name = WantedName { namespace, local: Some(local) };
    steps.push(if is_attribute { Wanted::Attribute(name) } else { Wanted::Name(name) });
    Ok(behind)
}

/// The letters of a name up to what ends it, without the `\` before special ones.
fn take_letters(text: &str) -> (String, &str) {
    let mut name = String::new();
    let mut rest = text.chars();
    loop {
        let before = rest.as_str();
        match rest.next() {
            Some('\\') => name.extend(rest.next()),
            Some(c) if SPECIAL.contains(&c) => return (name, before),
            Some(c) => name.push(c),
            None => return (name, before),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contract::compare::path::tests::{path, some_path};

    #[test]
    fn patterns_name_what_they_say() {
        let fitting = [
            "/a/b/@id",
            "/a/b[2]/@id",
            "/a[1]/b[*]/@id",
            "/*/*/@*",
            "/**/@id",
            "/**",
            "/a/**",
            "/a/{urn:b}b/@id",
            "/**/b/**",
            "/a/**/b/@id",
            "/**/**/@id",
            "/a/{urn:b}*/@id",
        ];
        for text in fitting {
            assert!(text.parse::<Pattern>().unwrap().matches(&some_path()), "{text}");
        }
        let others = [
            "/a",
            "/a/b",
            "/a/b[1]/@id",
            "/a/b/id",
            "/a/{urn:c}b/@id",
            "/b/**",
            "/**/b",
            "/*/@id",
            "/a/b/@id/**/x",
            "/a/b/@name",
            "/a/@id",
            "/",
        ];
        for text in others {
            assert!(!text.parse::<Pattern>().unwrap().matches(&some_path()), "{text}");
        }
    }

    #[test]
    fn a_path_that_was_shown_is_a_pattern_of_itself() {
        let strange = path(&[
            Step::name("a/b[1]*@{x}()\\"),
            Step::index(7),
            Step::Into("text()"),
            Step::Attribute { namespace: "urn:x", local: "y" },
        ]);
        assert!(strange.to_string().parse::<Pattern>().unwrap().matches(&strange));
        assert!(some_path().to_string().parse::<Pattern>().unwrap().matches(&some_path()));
        assert!("/".parse::<Pattern>().unwrap().matches(&path(&[])));
    }

    #[test]
    fn what_is_no_pattern_is_refused_with_the_reason() {
        let refused = [
            ("a/b", BadPattern::NoSlash),
            ("", BadPattern::NoSlash),
            ("/a//b", BadPattern::EmptyStep),
            ("/a/", BadPattern::EmptyStep),
            ("/a/**b", BadPattern::Deep),
            ("/a[0]", BadPattern::Index),
            ("/a[x]", BadPattern::Index),
            ("/a[1", BadPattern::Index),
            ("/{urn:x", BadPattern::Namespace),
        ];
        for (text, why) in refused {
            assert_eq!(text.parse::<Pattern>().unwrap_err(), why, "{text}");
        }
        assert_eq!("/a".repeat(61).parse::<Pattern>().unwrap_err(), BadPattern::TooLong);
    }
}
