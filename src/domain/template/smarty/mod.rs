//! The part of Smarty 2 that mail templates use: variables, modifiers, conditions and loops.
//!
//! Nothing is ever executed: there are no files, no PHP, no environment. A tag that is not known
//! stays in the text as it stands, so that whoever looks at the message sees it; braces of style
//! sheets stay the same way. Nothing is escaped unless the template asks for it, as in the
//! original. Output, work and nesting are bounded.

mod date;
mod expression;
mod modifier;
mod php_function;
mod run;
mod scan;
mod tree;
mod value;

use std::collections::BTreeMap;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use crate::domain::long_text::MAX_TEXT_BYTES;
pub use value::Value;

/// Longest rendered text, and longest value on the way to it, in bytes.
pub const MAX_OUTPUT_BYTES: usize = MAX_TEXT_BYTES;

/// Steps of one rendering: a tag is one, and so are [`BYTES_A_STEP`] bytes of text. Some
/// 100 milliseconds.
const MAX_STEPS: usize = 200_000;

const BYTES_A_STEP: usize = 256;

/// Deepest nesting of blocks, and of parentheses within a tag.
const MAX_DEPTH: usize = 32;

/// What a template is rendered with.
#[derive(Debug, Clone, Default)]
pub struct Surroundings {
    /// By lower-case name.
    variables: BTreeMap<String, Value>,
    now: Timestamp,
    zone: Option<TimeZone>,
}

impl Surroundings {
    /// No variables yet. `$smarty.now` is `now`; dates are shown in `zone`.
    pub fn new(now: Timestamp, zone: TimeZone) -> Self {
        Self { variables: BTreeMap::new(), now, zone: Some(zone) }
    }

    /// Gives `name`, in any case, a value, in the place of the one it had.
    pub fn assign(&mut self, name: &str, value: Value) {
        self.variables.insert(name.to_lowercase(), value);
    }

    /// Where dates are shown.
    fn zone(&self) -> TimeZone {
        self.zone.clone().unwrap_or(TimeZone::UTC)
    }
}

/// The text would become longer, or take more steps, than is rendered.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the rendered text is too long")]
pub struct Overflow;

/// The text of `template`. Unknown variables are empty.
pub fn render(template: &str, surroundings: &Surroundings) -> Result<String, Overflow> {
    let nodes = tree::grow(scan::scan(template));
    run::Run::new(surroundings).all(&nodes)
}

/// A text that does not outgrow [`MAX_OUTPUT_BYTES`].
#[derive(Debug, Default)]
struct Bounded(String);

impl Bounded {
    fn push(&mut self, text: &str) -> Result<(), Overflow> {
        if self.0.len().saturating_add(text.len()) > MAX_OUTPUT_BYTES {
            return Err(Overflow);
        }
        self.0.push_str(text);
        Ok(())
    }

    fn push_char(&mut self, one: char) -> Result<(), Overflow> {
        self.push(one.encode_utf8(&mut [0; 4]))
    }

    fn push_times(&mut self, text: &str, times: usize) -> Result<(), Overflow> {
        let bytes = text.len().saturating_mul(times);
        if self.0.len().saturating_add(bytes) > MAX_OUTPUT_BYTES {
            return Err(Overflow);
        }
        self.0.push_str(&text.repeat(times));
        Ok(())
    }
}

#[cfg(test)]
mod tests;
