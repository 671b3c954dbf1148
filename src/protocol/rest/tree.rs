//! A document that was read, before anybody says what it is about.

/// What one document may cost. The number of its bytes is bounded by whoever reads the body.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Records, lists or elements inside one another.
    pub depth: usize,
    /// Values in the document: scalars, records and lists alike.
    pub values: usize,
}

impl Default for Bounds {
    fn default() -> Self {
        Self { depth: 32, values: 500_000 }
    }
}

/// A value. `Debug` shows its kind only: it may carry personal data.
#[derive(Clone, PartialEq)]
pub enum Tree {
    Null,
    Boolean(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Tree>),
    /// Members in the order of the document; a name may occur more than once.
    Record(Vec<(String, Tree)>),
    /// XML does not tell lists, records and texts apart: who asks decides.
    Element(Box<Element>),
}

/// What stands inside one XML element.
#[derive(Clone, PartialEq, Default)]
pub struct Element {
    /// The text; empty where there are children.
    pub text: String,
    /// The child elements by local name.
    pub children: Vec<(String, Tree)>,
}

impl Tree {
    /// Null, or a text without anything in it: what clients send where there is nothing to send.
    pub fn is_nothing(&self) -> bool {
        match self {
            Self::Null => true,
            Self::Text(text) => text.is_empty(),
            Self::Boolean(_)
            | Self::Number(_)
            | Self::List(_)
            | Self::Record(_)
            | Self::Element(_) => false,
        }
    }

    /// What it is, in the words of JSON; for errors.
    pub fn kind(&self) -> &'static str {
        match self {
            Self::Null => "null",
            Self::Boolean(_) => "a boolean",
            Self::Number(_) => "a number",
            Self::Text(_) => "a text",
            Self::List(_) => "a list",
            Self::Record(_) => "a record",
            Self::Element(_) => "an element",
        }
    }
}

impl std::fmt::Debug for Tree {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Tree({})", self.kind())
    }
}

impl std::fmt::Debug for Element {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Element({} children)", self.children.len())
    }
}
