//! What a face does that its contract does not say: named, shown by a fixture, listed in the README.

/// One behavior that a reader of the face's contract would not expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Quirk {
    /// Short name, lower case with hyphens; unique within the face.
    pub name: &'static str,
    /// What happens, in one sentence.
    pub meaning: &'static str,
    /// `<operation>/<case>` below the face's folder in `xml-fixtures/`.
    pub fixture: &'static str,
    pub source: Source,
}

/// How sure the behavior is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Source {
    /// The vendor's own documents or code say so.
    Documented,
    /// Generated clients were seen to send or to need it.
    SeenInClients,
    /// Neither: our choice where the sources are silent or disagree.
    Chosen,
}

impl std::fmt::Display for Source {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Documented => "documented",
            Self::SeenInClients => "seen in clients",
            Self::Chosen => "chosen",
        })
    }
}
