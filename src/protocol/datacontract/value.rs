//! What is written: records, their members, and documents made of them.

use jiff::Timestamp;

/// A class: its name and the namespace of its data contract. Without a namespace the document
/// declares none at all, as `HttpError` does.
#[derive(Debug, PartialEq, Eq)]
pub struct Contract {
    pub name: &'static str,
    pub namespace: &'static str,
}

/// An object of a class.
#[derive(Clone, PartialEq)]
pub struct Record {
    pub contract: &'static Contract,
    /// In the order of their declaration.
    pub members: Vec<Member>,
}

/// A member of an object.
#[derive(Clone, PartialEq)]
pub struct Member {
    pub name: &'static str,
    pub value: Value,
    /// The namespace of the base class that declares it; `None` is the class itself.
    pub base: Option<&'static str>,
    /// Whether JSON has it, too.
    pub in_json: bool,
}

/// A member's value.
#[derive(Clone, PartialEq)]
pub enum Value {
    Null,
    Boolean(bool),
    Integer(i64),
    /// A decimal number, kept as its text.
    Decimal(String),
    Text(String),
    Date(Timestamp),
    /// A list of texts.
    Texts(Vec<String>),
    Record(Record),
    /// Objects of one class.
    Records(&'static Contract, Vec<Record>),
    /// A dictionary of scalars, in its order.
    Dictionary(Vec<(String, Value)>),
}

/// What a reply is.
#[derive(Clone, PartialEq)]
pub enum Document {
    Text(String),
    Record(Record),
    /// Objects of one class, in `ArrayOf` its name.
    Records(&'static Contract, Vec<Record>),
    /// Dictionaries of scalars, in `ArrayOfArrayOfKeyValueOfstringanyType`.
    Dictionaries(Vec<Vec<(String, Value)>>),
}

impl Record {
    pub fn of(contract: &'static Contract) -> Self {
        Self { contract, members: Vec::new() }
    }

    /// Adds a member that the class itself declares.
    #[must_use]
    pub fn with(self, name: &'static str, value: impl Into<Value>) -> Self {
        self.add(Member { name, value: value.into(), base: None, in_json: true })
    }

    /// Adds a member that the base class in `base` declares.
    #[must_use]
    pub fn with_base(
        self,
        base: &'static str,
        name: &'static str,
        value: impl Into<Value>,
    ) -> Self {
        self.add(Member { name, value: value.into(), base: Some(base), in_json: true })
    }

    /// Leaves the member added last out of JSON.
    #[must_use]
    pub fn only_in_xml(mut self) -> Self {
        if let Some(last) = self.members.last_mut() {
            last.in_json = false;
        }
        self
    }

    #[must_use]
    fn add(mut self, member: Member) -> Self {
        self.members.push(member);
        self
    }
}

impl From<Record> for Document {
    fn from(record: Record) -> Self {
        Self::Record(record)
    }
}

impl From<bool> for Value {
    fn from(flag: bool) -> Self {
        Self::Boolean(flag)
    }
}

impl From<i64> for Value {
    fn from(number: i64) -> Self {
        Self::Integer(number)
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Integer(number.into())
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Integer(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl From<String> for Value {
    fn from(text: String) -> Self {
        Self::Text(text)
    }
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<Timestamp> for Value {
    fn from(at: Timestamp) -> Self {
        Self::Date(at)
    }
}

impl From<Record> for Value {
    fn from(record: Record) -> Self {
        Self::Record(record)
    }
}

impl<T: Into<Self>> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, Into::into)
    }
}

/// Without contents: they may be personal data.
impl std::fmt::Debug for Record {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Record({})", self.contract.name)
    }
}

impl std::fmt::Debug for Member {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "Member({})", self.name)
    }
}

impl std::fmt::Debug for Value {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Value(redacted)")
    }
}

impl std::fmt::Debug for Document {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Document(redacted)")
    }
}
