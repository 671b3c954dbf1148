//! Insight data, which the wire calls transactional data.

use std::fmt;

use serde::de::{Deserializer, MapAccess, SeqAccess, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use uuid::Uuid;

use crate::domain::insight::{
    Collection, Fault, Holder, Insight, InsightFault, InsightImport, InsightReport, NewInsight,
};
use crate::domain::jobs::TaskStatus;
use crate::faces::dotdigital_rest::convert::int;

/// Whose a record is that belongs to the account.
const NOBODY: &str = "-1";

/// A record of insight data.
#[derive(Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiTransactionalData {
    /// Unique in its collection.
    pub key: String,
    /// The contact's number; -1 for a record of the account.
    pub contact_identifier: String,
    /// The data, as a text with JSON in it.
    pub json: String,
}

impl From<Insight> for ApiTransactionalData {
    fn from(insight: Insight) -> Self {
        let contact_identifier = match insight.holder {
            Holder::Account => NOBODY.to_owned(),
            Holder::Contact(contact) => contact.to_string(),
        };
        Self { key: insight.key, contact_identifier, json: insight.json }
    }
}

impl fmt::Debug for ApiTransactionalData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ApiTransactionalData(..)")
    }
}

/// A record as a caller gives it.
#[derive(Default, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct GivenTransactionalData {
    pub key: Option<String>,
    /// The contact's number or address, or the word `account`.
    pub contact_identifier: JsonText,
    pub json: JsonText,
}

impl fmt::Debug for GivenTransactionalData {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("GivenTransactionalData(..)")
    }
}

impl From<GivenTransactionalData> for NewInsight {
    fn from(given: GivenTransactionalData) -> Self {
        let GivenTransactionalData { key, contact_identifier, json } = given;
        let key = key.unwrap_or_default().trim().to_owned();
        Self { key, identifier: contact_identifier.0, json: json.0 }
    }
}

/// What takes the place of a record's data.
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub struct ApiJsonData {
    pub json: JsonText,
}

/// A text with JSON in it. The vendor's pages also show the JSON itself, which is read as its text.
#[derive(Default)]
pub struct JsonText(pub String);

impl fmt::Debug for JsonText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JsonText(..)")
    }
}

impl<'de> Deserialize<'de> for JsonText {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Ok(match Node::deserialize(deserializer)? {
            Node::Null => Self::default(),
            Node::Text(text) => Self(text),
            node => Self(serde_json::to_string(&node).map_err(serde::de::Error::custom)?),
        })
    }
}

/// JSON with its members in their order.
enum Node {
    Null,
    Boolean(bool),
    Number(serde_json::Number),
    Text(String),
    List(Vec<Node>),
    Record(Vec<(String, Node)>),
}

impl Serialize for Node {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        match self {
            Self::Null => serializer.serialize_unit(),
            Self::Boolean(truth) => serializer.serialize_bool(*truth),
            Self::Number(number) => number.serialize(serializer),
            Self::Text(text) => serializer.serialize_str(text),
            Self::List(nodes) => serializer.collect_seq(nodes),
            Self::Record(members) => {
                serializer.collect_map(members.iter().map(|(name, node)| (name, node)))
            }
        }
    }
}

impl<'de> Deserialize<'de> for Node {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(NodeVisitor)
    }
}

struct NodeVisitor;

impl<'de> Visitor<'de> for NodeVisitor {
    type Value = Node;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_none<E>(self) -> Result<Node, E> {
        Ok(Node::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> Result<Node, E> {
        Ok(Node::Boolean(truth))
    }

    fn visit_u64<E>(self, number: u64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_i64<E>(self, number: i64) -> Result<Node, E> {
        Ok(Node::Number(number.into()))
    }

    fn visit_f64<E>(self, number: f64) -> Result<Node, E> {
        Ok(serde_json::Number::from_f64(number).map_or(Node::Null, Node::Number))
    }

    fn visit_str<E>(self, text: &str) -> Result<Node, E> {
        Ok(Node::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut seq: A) -> Result<Node, A::Error> {
        let mut nodes = Vec::new();
        while let Some(node) = seq.next_element()? {
            nodes.push(node);
        }
        Ok(Node::List(nodes))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Node, A::Error> {
        let mut members = Vec::new();
        while let Some(member) = map.next_entry()? {
            members.push(member);
        }
        Ok(Node::Record(members))
    }
}

/// A collection of insight data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ApiTransactionalDataCollection {
    pub id: i32,
    pub name: String,
}

impl From<Collection> for ApiTransactionalDataCollection {
    fn from(collection: Collection) -> Self {
        Self { id: int(collection.id), name: collection.name }
    }
}

/// An import of insight data.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ApiTransactionalDataImport {
    pub id: Uuid,
    pub status: ApiTransactionalDataImportStatuses,
}

/// How far an import of insight data has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiTransactionalDataImportStatuses {
    NotStarted,
    NotFinished,
    Finished,
    Failed,
}

impl From<InsightImport> for ApiTransactionalDataImport {
    fn from(import: InsightImport) -> Self {
        let status = match import.status {
            TaskStatus::Pending => ApiTransactionalDataImportStatuses::NotStarted,
            TaskStatus::Processing => ApiTransactionalDataImportStatuses::NotFinished,
            TaskStatus::Complete => ApiTransactionalDataImportStatuses::Finished,
            TaskStatus::Failed => ApiTransactionalDataImportStatuses::Failed,
        };
        Self { id: import.id, status }
    }
}

/// What became of an import of insight data.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiTransactionalDataImportReport {
    pub total_items: i32,
    pub total_imported: i32,
    pub total_rejected: i32,
    pub faults: Vec<ApiTransactionalDataImportReportFault>,
}

impl From<InsightReport> for ApiTransactionalDataImportReport {
    fn from(report: InsightReport) -> Self {
        let count = |number: u64| i32::try_from(number).unwrap_or(i32::MAX);
        Self {
            total_items: count(report.imported.saturating_add(report.rejected)),
            total_imported: count(report.imported),
            total_rejected: count(report.rejected),
            faults: report.faults.into_iter().map(Into::into).collect(),
        }
    }
}

/// A record that was rejected.
#[derive(Clone, PartialEq, Serialize)]
pub struct ApiTransactionalDataImportReportFault {
    pub key: String,
    pub reason: ApiTransactionalDataImportFaultReason,
    /// What else there is to say: nothing.
    pub detail: Option<String>,
}

impl fmt::Debug for ApiTransactionalDataImportReportFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "ApiTransactionalDataImportReportFault({:?})", self.reason)
    }
}

/// Why a record was rejected: those of the vendor's reasons that there are here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub enum ApiTransactionalDataImportFaultReason {
    InvalidClientKey,
    InvalidContactIdentifier,
    InvalidJson,
    DuplicateKey,
    ContactIdDoesNotExist,
    ContactEmailDoesNotExist,
    JsonKeyTooLong,
    JsonValueTooLong,
    KeyExistingForDifferentContact,
}

impl From<InsightFault> for ApiTransactionalDataImportReportFault {
    fn from(fault: InsightFault) -> Self {
        let reason = match fault.fault {
            Fault::KeyInvalid => ApiTransactionalDataImportFaultReason::InvalidClientKey,
            Fault::IdentifierInvalid => {
                ApiTransactionalDataImportFaultReason::InvalidContactIdentifier
            }
            Fault::JsonInvalid => ApiTransactionalDataImportFaultReason::InvalidJson,
            Fault::JsonTooLong => ApiTransactionalDataImportFaultReason::JsonValueTooLong,
            Fault::MemberTooLong => ApiTransactionalDataImportFaultReason::JsonKeyTooLong,
            Fault::KeyRepeated => ApiTransactionalDataImportFaultReason::DuplicateKey,
            Fault::NoContactOfId => ApiTransactionalDataImportFaultReason::ContactIdDoesNotExist,
            Fault::NoContactOfAddress => {
                ApiTransactionalDataImportFaultReason::ContactEmailDoesNotExist
            }
            Fault::KeyOfAnother => {
                ApiTransactionalDataImportFaultReason::KeyExistingForDifferentContact
            }
        };
        Self { key: fault.key, reason, detail: None }
    }
}
