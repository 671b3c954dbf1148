//! WSDL 1.1 with its SOAP 1.1 binding, document/literal.

use yaserde::YaSerialize;

use super::policy::{Policy, PolicyReference};
use super::xsd::Schema;

#[derive(Debug, YaSerialize)]
#[yaserde(
    prefix = "wsdl",
    rename = "definitions",
    namespaces = {
        "wsdl" = "http://schemas.xmlsoap.org/wsdl/",
        "soap" = "http://schemas.xmlsoap.org/wsdl/soap/",
        "wsaw" = "http://www.w3.org/2006/05/addressing/wsdl"
    }
)]
pub struct Definitions {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(attribute = true, rename = "targetNamespace")]
    pub target_namespace: String,
    /// Declares the prefix in [`tns`]; the target namespace again.
    #[yaserde(attribute = true, prefix = "xmlns", rename = "tns")]
    pub tns: String,
    #[yaserde(prefix = "wsp", rename = "Policy")]
    pub policy: Option<Policy>,
    #[yaserde(prefix = "wsdl", rename = "types")]
    pub types: Types,
    #[yaserde(prefix = "wsdl", rename = "message")]
    pub messages: Vec<Message>,
    #[yaserde(prefix = "wsdl", rename = "portType")]
    pub port_type: PortType,
    #[yaserde(prefix = "wsdl", rename = "binding")]
    pub binding: Binding,
    #[yaserde(prefix = "wsdl", rename = "service")]
    pub service: Service,
}

/// A name of the target namespace, as attributes have it.
pub fn tns(local: &str) -> String {
    format!("tns:{local}")
}

#[derive(Debug, YaSerialize)]
pub struct Types {
    #[yaserde(prefix = "xs", rename = "schema")]
    pub schemas: Vec<Schema>,
}

#[derive(Debug, YaSerialize)]
pub struct Message {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(prefix = "wsdl", rename = "part")]
    pub part: Part,
}

#[derive(Debug, YaSerialize)]
pub struct Part {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(attribute = true, rename = "element")]
    pub element: String,
}

#[derive(Debug, YaSerialize)]
pub struct PortType {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(prefix = "wsdl", rename = "documentation")]
    pub documentation: Option<String>,
    #[yaserde(prefix = "wsdl", rename = "operation")]
    pub operations: Vec<Operation>,
}

#[derive(Debug, YaSerialize)]
pub struct Operation {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(prefix = "wsdl", rename = "documentation")]
    pub documentation: Option<String>,
    #[yaserde(prefix = "wsdl", rename = "input")]
    pub input: Direction,
    #[yaserde(prefix = "wsdl", rename = "output")]
    pub output: Direction,
}

/// Input or output of an operation.
#[derive(Debug, YaSerialize)]
pub struct Direction {
    #[yaserde(attribute = true, prefix = "wsaw", rename = "Action")]
    pub action: String,
    #[yaserde(attribute = true, rename = "message")]
    pub message: String,
}

#[derive(Debug, YaSerialize)]
pub struct Binding {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(attribute = true, rename = "type")]
    pub port_type: String,
    #[yaserde(prefix = "wsp", rename = "PolicyReference")]
    pub policy: Option<PolicyReference>,
    #[yaserde(prefix = "soap", rename = "binding")]
    pub soap: SoapBinding,
    #[yaserde(prefix = "wsdl", rename = "operation")]
    pub operations: Vec<BoundOperation>,
}

#[derive(Debug, YaSerialize)]
pub struct SoapBinding {
    #[yaserde(attribute = true, rename = "transport")]
    pub transport: String,
}

#[derive(Debug, YaSerialize)]
pub struct BoundOperation {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(prefix = "soap", rename = "operation")]
    pub soap: SoapOperation,
    #[yaserde(prefix = "wsdl", rename = "input")]
    pub input: BoundDirection,
    #[yaserde(prefix = "wsdl", rename = "output")]
    pub output: BoundDirection,
}

#[derive(Debug, YaSerialize)]
pub struct SoapOperation {
    #[yaserde(attribute = true, rename = "soapAction")]
    pub soap_action: String,
    #[yaserde(attribute = true, rename = "style")]
    pub style: String,
}

#[derive(Debug, YaSerialize)]
pub struct BoundDirection {
    #[yaserde(prefix = "soap", rename = "body")]
    pub body: SoapBody,
}

#[derive(Debug, YaSerialize)]
pub struct SoapBody {
    #[yaserde(attribute = true, rename = "use")]
    pub encoding: String,
}

#[derive(Debug, YaSerialize)]
pub struct Service {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(prefix = "wsdl", rename = "port")]
    pub port: Port,
}

#[derive(Debug, YaSerialize)]
pub struct Port {
    #[yaserde(attribute = true, rename = "name")]
    pub name: String,
    #[yaserde(attribute = true, rename = "binding")]
    pub binding: String,
    #[yaserde(prefix = "soap", rename = "address")]
    pub address: SoapAddress,
}

#[derive(Debug, YaSerialize)]
pub struct SoapAddress {
    #[yaserde(attribute = true, rename = "location")]
    pub location: String,
}
