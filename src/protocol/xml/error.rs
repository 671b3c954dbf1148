//! Why a document was refused, without any of its content.

/// A refusal with the place of it. Neither the message nor the path carries text content, which
/// may be personal data; the path consists of element names, shortened.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem} (at /{path}, byte {offset})")]
pub struct XmlError {
    problem: Problem,
    path: String,
    offset: u64,
}

/// What is wrong.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Problem {
    #[error("the encoding is not one that is understood here")]
    UnknownEncoding,
    #[error("the bytes are not valid in their encoding")]
    InvalidEncoding,
    #[error("the document is empty")]
    NoRoot,
    #[error("the document ends too early")]
    Truncated,
    #[error("something follows the end of the document")]
    Trailing,
    #[error("the document is not well-formed")]
    Malformed,
    #[error("a document type declaration is not allowed")]
    Doctype,
    #[error("only the five predefined entities are known")]
    UnknownEntity,
    #[error("a namespace prefix is not declared")]
    UndeclaredPrefix,
    #[error("a namespace declaration is not allowed")]
    BadDeclaration,
    #[error("an attribute occurs twice")]
    DuplicateAttribute,
    #[error("a name is not a valid XML name")]
    BadName,
    #[error("more than {limit} {what}")]
    Limit { what: &'static str, limit: usize },
    #[error("an element stands where only text may be")]
    UnexpectedElement,
    #[error("text stands where only elements may be")]
    UnexpectedText,
    /// The text is not in the lexical space of its type.
    #[error("the value is not a valid {0}")]
    Invalid(&'static str),
    /// The text is none of the names of this enumeration.
    #[error("the value is not one of the names of {0}")]
    NotInEnumeration(&'static str),
    /// A member that has no default is absent.
    #[error("the element {0} is required")]
    Missing(&'static str),
    /// A value that has no default is nil.
    #[error("the element may not be nil")]
    Nil,
}

impl Problem {
    /// The document is no XML that we read, as against XML with a wrong value in it.
    pub fn is_malformed(self) -> bool {
        !matches!(
            self,
            Self::UnexpectedElement
                | Self::UnexpectedText
                | Self::Invalid(_)
                | Self::NotInEnumeration(_)
                | Self::Missing(_)
                | Self::Nil
        )
    }
}

impl XmlError {
    pub fn new(problem: Problem, path: String, offset: u64) -> Self {
        Self { problem, path, offset }
    }

    pub fn problem(&self) -> Problem {
        self.problem
    }

    /// Local names from the root down, joined by `/`.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// Bytes of the decoded document up to where reading stopped.
    pub fn offset(&self) -> u64 {
        self.offset
    }
}
