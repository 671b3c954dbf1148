//! The vendor's types of fields, and its own names that no field may have.

use crate::domain::{DataField, FieldKind};
use crate::faces::selzy::Failure;

/// A type of field. The vendor tells a text of one line from one of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Kind {
    pub kind: FieldKind,
    pub has_lines: bool,
}

const KINDS: [(&str, Kind); 5] = [
    ("string", Kind { kind: FieldKind::Text, has_lines: false }),
    ("text", Kind { kind: FieldKind::Text, has_lines: true }),
    ("number", Kind { kind: FieldKind::Number, has_lines: false }),
    ("date", Kind { kind: FieldKind::Date, has_lines: false }),
    ("bool", Kind { kind: FieldKind::Boolean, has_lines: false }),
];

impl Kind {
    pub fn read(text: &str) -> Result<Self, Failure> {
        let found = KINDS.iter().find(|(name, _)| name.eq_ignore_ascii_case(text));
        found.map(|(_, kind)| *kind).ok_or_else(|| Failure::invalid("type"))
    }

    /// The wire's name of a field's type.
    pub fn name_of(field: &DataField) -> &'static str {
        let has_lines = field.kind == FieldKind::Text && field.display.card.has_lines;
        let own = Self { kind: field.kind, has_lines };
        KINDS.iter().find(|(_, kind)| *kind == own).map_or("string", |(name, _)| name)
    }
}

/// Names of the vendor's own columns, in lower case.
const OWN_NAMES: [&str; 3] = ["delete", "id", "tags"];
/// What all others of its own columns begin with.
const OWN_PREFIXES: [&str; 2] = ["email_", "phone_"];

/// Refuses the name of a column of the vendor's own, in any case.
pub fn ensure_not_own(name: &str) -> Result<(), Failure> {
    let folded = name.to_ascii_lowercase();
    let is_own = ["email", "phone"].contains(&folded.as_str())
        || OWN_NAMES.contains(&folded.as_str())
        || OWN_PREFIXES.iter().any(|prefix| folded.starts_with(prefix));
    if is_own { Err(Failure::invalid("name")) } else { Ok(()) }
}
