//! Fills the document of a contract, in the structure of WCF's own export.

use super::document::policy::{Policy, PolicyReference};
use super::document::wsdl::{
    Binding, BoundDirection, BoundOperation, Definitions, Direction, Message, Operation, Part,
    Port, PortType, Service, SoapAddress, SoapBinding, SoapBody, SoapOperation, Types, tns,
};
use super::document::xsd::{Import, Schema};
use super::model::{Contract, Operation as Described};
use super::{document, xsd};

/// The transport of the binding.
const SOAP_OVER_HTTP: &str = "http://schemas.xmlsoap.org/soap/http";

/// How the documents of a contract are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Everything in one document: bare `GET`, `?singleWsdl`, and the golden files.
    Single,
    /// The schemas are imported from `?xsd=xsd0` and so on: `?wsdl`.
    Split,
}

impl Contract {
    /// The WSDL for callers who reach the service at `address`.
    ///
    /// The vendor's policy (Basic over TLS) is told at `https` addresses only: clients that obey
    /// it would refuse to call over plain HTTP.
    pub fn render(&self, form: Form, address: &str) -> String {
        let policy = is_https(address).then(|| format!("{}_policy", self.binding));
        document::write(&Definitions {
            name: self.name.clone(),
            target_namespace: self.target_namespace.clone(),
            tns: self.target_namespace.clone(),
            types: Types { schemas: self.schemas(form, address) },
            messages: self.operations.iter().flat_map(|o| self.messages(o)).collect(),
            port_type: self.port_type(),
            binding: self.binding(policy.as_deref()),
            service: self.service(address),
            policy: policy.map(|id| Policy { id, ..Policy::default() }),
        })
    }

    /// One schema document of the split form; `None` past the last.
    pub fn render_schema(&self, index: usize, address: &str) -> Option<String> {
        let namespaces = xsd::namespaces(self);
        let namespace = namespaces.get(index)?;
        let location = |of: &str| self.schema_location(of, address);
        Some(document::write(&xsd::schema(self, namespace, &location)))
    }

    fn schema_location(&self, namespace: &str, address: &str) -> Option<String> {
        let index = xsd::namespaces(self).iter().position(|known| *known == namespace)?;
        Some(format!("{address}?xsd=xsd{index}"))
    }

    fn schemas(&self, form: Form, address: &str) -> Vec<Schema> {
        let namespaces = xsd::namespaces(self).into_iter();
        match form {
            Form::Single => namespaces.map(|of| xsd::schema(self, of, &|_| None)).collect(),
            Form::Split => {
                let import = |of: &str| Import {
                    schema_location: self.schema_location(of, address),
                    namespace: of.to_owned(),
                };
                vec![Schema {
                    target_namespace: format!("{}/Imports", self.target_namespace),
                    imports: namespaces.map(import).collect(),
                    ..Schema::default()
                }]
            }
        }
    }

    fn message_name(&self, operation: &Described, direction: &str) -> String {
        format!("{}_{}_{direction}Message", self.port_type, operation.name)
    }

    fn messages(&self, operation: &Described) -> [Message; 2] {
        let parts = [("Input", &operation.request), ("Output", &operation.response)];
        parts.map(|(direction, message)| Message {
            name: self.message_name(operation, direction),
            part: Part { name: "parameters".to_owned(), element: tns(&message.element.local) },
        })
    }

    fn port_type(&self) -> PortType {
        let operation = |operation: &Described| Operation {
            name: operation.name.clone(),
            documentation: said(&operation.doc),
            input: self.direction(operation, "Input", &operation.soap_action),
            output: self.direction(operation, "Output", &operation.reply_action),
        };
        PortType {
            name: self.port_type.clone(),
            documentation: said(&self.doc),
            operations: self.operations.iter().map(operation).collect(),
        }
    }

    fn direction(&self, operation: &Described, direction: &str, action: &str) -> Direction {
        let message = tns(&self.message_name(operation, direction));
        Direction { action: action.to_owned(), message }
    }

    fn binding(&self, policy: Option<&str>) -> Binding {
        Binding {
            name: self.binding.clone(),
            port_type: tns(&self.port_type),
            policy: policy.map(|id| PolicyReference { uri: format!("#{id}") }),
            soap: SoapBinding { transport: SOAP_OVER_HTTP.to_owned() },
            operations: self.operations.iter().map(bound).collect(),
        }
    }

    fn service(&self, address: &str) -> Service {
        Service {
            name: self.name.clone(),
            port: Port {
                name: self.port.clone(),
                binding: tns(&self.binding),
                address: SoapAddress { location: address.to_owned() },
            },
        }
    }
}

fn bound(operation: &Described) -> BoundOperation {
    let literal = || BoundDirection { body: SoapBody { encoding: "literal".to_owned() } };
    BoundOperation {
        name: operation.name.clone(),
        soap: SoapOperation {
            soap_action: operation.soap_action.clone(),
            style: "document".to_owned(),
        },
        input: literal(),
        output: literal(),
    }
}

fn is_https(address: &str) -> bool {
    address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
}

/// Documentation, when there is any.
fn said(doc: &str) -> Option<String> {
    (!doc.is_empty()).then(|| doc.to_owned())
}
