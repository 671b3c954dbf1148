//! Where something stands in a document.
//!
//! A path is written `/Envelope/Body/GetX/Item[2]/@id`: local names from the root down, `[n]` for
//! the n-th of its name (from 1; left out where there is one), `@` before an attribute, `text()`
//! and `base64()` where a document inside a text begins. What is special in a name is escaped
//! with `\`.

use std::fmt;

/// Characters that mean something in a path.
pub(super) const SPECIAL: &[char] = &['/', '[', ']', '{', '}', '*', '@', '(', ')', '\\'];

/// One step down into a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step<'a> {
    /// An element, a member of a JSON object, a form's field, a column. The namespace is empty for
    /// none.
    Name { namespace: &'a str, local: &'a str },
    /// An attribute of the element above.
    Attribute { namespace: &'a str, local: &'a str },
    /// Which one of several, from 1; `alone` when there is no other, so that it is not shown.
    Index { position: usize, alone: bool },
    /// Into a document that is spelled inside a value, such as `text()`.
    Into(&'static str),
}

impl<'a> Step<'a> {
    /// A step by a name that has no namespace.
    pub fn name(local: &'a str) -> Self {
        Self::Name { namespace: "", local }
    }

    /// A step to one of several.
    pub fn index(position: usize) -> Self {
        Self::Index { position, alone: false }
    }
}

/// The steps that lead to where a comparison is.
#[derive(Debug, Clone, Default)]
pub(super) struct Path {
    /// The names of all steps, one behind the other.
    names: String,
    steps: Vec<Kept>,
}

/// A step, whose names are in the path's text from `start`.
#[derive(Debug, Clone, Copy)]
struct Kept {
    start: usize,
    local: usize,
    kind: KeptKind,
}

#[derive(Debug, Clone, Copy)]
enum KeptKind {
    Name,
    Attribute,
    Index { position: usize, alone: bool },
    Into(&'static str),
}

impl Path {
    pub(super) fn push(&mut self, step: Step<'_>) {
        let start = self.names.len();
        let (namespace, local, kind) = match step {
            Step::Name { namespace, local } => (namespace, local, KeptKind::Name),
            Step::Attribute { namespace, local } => (namespace, local, KeptKind::Attribute),
            Step::Index { position, alone } => ("", "", KeptKind::Index { position, alone }),
            Step::Into(what) => ("", "", KeptKind::Into(what)),
        };
        self.names.push_str(namespace);
        let local_start = self.names.len();
        self.names.push_str(local);
        self.steps.push(Kept { start, local: local_start, kind });
    }

    pub(super) fn pop(&mut self) {
        if let Some(step) = self.steps.pop() {
            self.names.truncate(step.start);
        }
    }

    /// The names from the root down; `None` within a document that a value spells.
    pub(super) fn names(&self) -> Option<Vec<&str>> {
        let mut names = Vec::new();
        for step in self.steps() {
            match step {
                Step::Name { local, .. } | Step::Attribute { local, .. } => names.push(local),
                Step::Index { .. } => {}
                Step::Into(_) => return None,
            }
        }
        Some(names)
    }

    pub(super) fn steps(&self) -> impl Iterator<Item = Step<'_>> {
        let ends = self.steps.iter().skip(1).map(|next| next.start);
        let ends = ends.chain(std::iter::once(self.names.len()));
        self.steps.iter().zip(ends).map(|(kept, end)| {
            let namespace = self.names.get(kept.start..kept.local).unwrap_or_default();
            let local = self.names.get(kept.local..end).unwrap_or_default();
            match kept.kind {
                KeptKind::Name => Step::Name { namespace, local },
                KeptKind::Attribute => Step::Attribute { namespace, local },
                KeptKind::Index { position, alone } => Step::Index { position, alone },
                KeptKind::Into(what) => Step::Into(what),
            }
        })
    }
}

/// As patterns are written, without namespaces; `/` for the document as a whole.
impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.steps.is_empty() {
            return f.write_str("/");
        }
        for (number, step) in self.steps().enumerate() {
            match step {
                Step::Name { local, .. } => write!(f, "/{}", Escaped(local))?,
                Step::Attribute { local, .. } => write!(f, "/@{}", Escaped(local))?,
                Step::Index { alone: true, .. } => {}
                Step::Index { position, .. } if number == 0 => write!(f, "/[{position}]")?,
                Step::Index { position, .. } => write!(f, "[{position}]")?,
                Step::Into(what) => write!(f, "/{what}")?,
            }
        }
        Ok(())
    }
}

struct Escaped<'a>(&'a str);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.chars().try_for_each(|c| {
            if SPECIAL.contains(&c) {
                f.write_str("\\")?;
            }
            fmt::Write::write_char(f, c)
        })
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::*;

    pub fn path(steps: &[Step<'_>]) -> Path {
        let mut path = Path::default();
        for step in steps {
            path.push(*step);
        }
        path
    }

    /// `/a/{urn:b}b[2]/@id`
    pub fn some_path() -> Path {
        path(&[
            Step::name("a"),
            Step::Index { position: 1, alone: true },
            Step::Name { namespace: "urn:b", local: "b" },
            Step::index(2),
            Step::Attribute { namespace: "", local: "id" },
        ])
    }

    #[test]
    fn a_path_is_shown_with_positions_where_there_are_several() {
        assert_eq!(some_path().to_string(), "/a/b[2]/@id");
        assert_eq!(path(&[]).to_string(), "/");
        assert_eq!(path(&[Step::index(3), Step::name("a/b")]).to_string(), "/[3]/a\\/b");
        assert_eq!(path(&[Step::name("a"), Step::Into("text()")]).to_string(), "/a/text()");
    }

    #[test]
    fn stepping_back_forgets_the_step() {
        let mut path = some_path();
        path.pop();
        path.push(Step::name("c"));
        assert_eq!(path.to_string(), "/a/b[2]/c");
    }
}
