//! Writes a contract as WSDL, in the structure of WCF's own export.

use super::document::Document;
use super::model::{Contract, Operation};
use super::{ns, xsd};
use crate::protocol::soap::security::WSU;
use crate::protocol::xml::XSD;

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
        let secured = is_https(address);
        let policy = format!("{}_policy", self.binding);
        let mut document = Document::new();
        document.open_as(
            "wsdl",
            (ns::WSDL, "definitions"),
            &[("name", &self.name), ("targetNamespace", &self.target_namespace)],
        );
        self.declare_namespaces(&mut document, secured);
        if secured {
            write_policy(&mut document, &policy);
        }
        self.write_types(&mut document, form, address);
        for operation in &self.operations {
            self.write_messages(&mut document, operation);
        }
        self.write_port_type(&mut document);
        self.write_binding(&mut document, secured.then_some(policy.as_str()));
        self.write_service(&mut document, address);
        document.close();
        document.finish()
    }

    /// One schema document of the split form; `None` past the last.
    pub fn render_schema(&self, index: usize, address: &str) -> Option<String> {
        let namespaces = xsd::namespaces(self);
        let namespace = namespaces.get(index)?;
        let mut document = Document::new();
        xsd::write(&mut document, self, namespace, &|of| self.schema_location(of, address));
        Some(document.finish())
    }

    fn schema_location(&self, namespace: &str, address: &str) -> Option<String> {
        let index = xsd::namespaces(self).iter().position(|known| *known == namespace)?;
        Some(format!("{address}?xsd=xsd{index}"))
    }

    fn declare_namespaces(&self, document: &mut Document, secured: bool) {
        document.declare("tns", &self.target_namespace);
        document.declare("soap", ns::WSDL_SOAP);
        document.declare("wsaw", ns::WSAW);
        document.declare("xsd", XSD);
        if secured {
            document.declare("wsp", ns::POLICY);
            document.declare("wsu", WSU);
        }
    }

    fn write_types(&self, document: &mut Document, form: Form, address: &str) {
        document.open((ns::WSDL, "types"), &[]);
        match form {
            Form::Single => {
                for namespace in xsd::namespaces(self) {
                    xsd::write(document, self, namespace, &|_| None);
                }
            }
            Form::Split => {
                let imports = format!("{}/Imports", self.target_namespace);
                document.open((XSD, "schema"), &[("targetNamespace", &imports)]);
                for namespace in xsd::namespaces(self) {
                    let location = self.schema_location(namespace, address).unwrap_or_default();
                    let attributes = [("schemaLocation", &*location), ("namespace", namespace)];
                    document.empty((XSD, "import"), &attributes);
                }
                document.close();
            }
        }
        document.close();
    }

    fn message_name(&self, operation: &Operation, direction: &str) -> String {
        format!("{}_{}_{direction}Message", self.port_type, operation.name)
    }

    fn write_messages(&self, document: &mut Document, operation: &Operation) {
        let parts = [("Input", &operation.request), ("Output", &operation.response)];
        for (direction, message) in parts {
            let name = self.message_name(operation, direction);
            let element = format!("tns:{}", message.element.local);
            document.element((ns::WSDL, "message"), &[("name", &name)], |document| {
                let attributes = [("name", "parameters"), ("element", element.as_str())];
                document.empty((ns::WSDL, "part"), &attributes);
            });
        }
    }

    fn write_port_type(&self, document: &mut Document) {
        document.open((ns::WSDL, "portType"), &[("name", &self.port_type)]);
        write_doc(document, &self.doc);
        for operation in &self.operations {
            document.open((ns::WSDL, "operation"), &[("name", &operation.name)]);
            write_doc(document, &operation.doc);
            let directions = [
                ("input", "Input", &operation.soap_action),
                ("output", "Output", &operation.reply_action),
            ];
            for (element, direction, action) in directions {
                let message = format!("tns:{}", self.message_name(operation, direction));
                let attributes = [("wsaw:Action", action.as_str()), ("message", &message)];
                document.empty((ns::WSDL, element), &attributes);
            }
            document.close();
        }
        document.close();
    }

    fn write_binding(&self, document: &mut Document, policy: Option<&str>) {
        let ty = format!("tns:{}", self.port_type);
        let attributes = [("name", self.binding.as_str()), ("type", &ty)];
        document.open((ns::WSDL, "binding"), &attributes);
        if let Some(policy) = policy {
            let uri = format!("#{policy}");
            document.empty((ns::POLICY, "PolicyReference"), &[("URI", &uri)]);
        }
        document.empty((ns::WSDL_SOAP, "binding"), &[("transport", ns::SOAP_OVER_HTTP)]);
        for operation in &self.operations {
            document.open((ns::WSDL, "operation"), &[("name", &operation.name)]);
            let attributes =
                [("soapAction", operation.soap_action.as_str()), ("style", "document")];
            document.empty((ns::WSDL_SOAP, "operation"), &attributes);
            for direction in ["input", "output"] {
                document.element((ns::WSDL, direction), &[], |document| {
                    document.empty((ns::WSDL_SOAP, "body"), &[("use", "literal")]);
                });
            }
            document.close();
        }
        document.close();
    }

    fn write_service(&self, document: &mut Document, address: &str) {
        let binding = format!("tns:{}", self.binding);
        let attributes = [("name", self.port.as_str()), ("binding", &binding)];
        document.element((ns::WSDL, "service"), &[("name", &self.name)], |document| {
            document.element((ns::WSDL, "port"), &attributes, |document| {
                document.empty((ns::WSDL_SOAP, "address"), &[("location", address)]);
            });
        });
    }
}

fn is_https(address: &str) -> bool {
    address.get(..8).is_some_and(|scheme| scheme.eq_ignore_ascii_case("https://"))
}

fn write_doc(document: &mut Document, doc: &str) {
    if !doc.is_empty() {
        document.leaf((ns::WSDL, "documentation"), doc);
    }
}

/// WCF's policy of `basicHttpBinding` with transport security and Basic credentials.
fn write_policy(document: &mut Document, id: &str) {
    document.open((ns::POLICY, "Policy"), &[("wsu:Id", id)]);
    document.open((ns::POLICY, "ExactlyOne"), &[]);
    document.open((ns::POLICY, "All"), &[]);
    document.open_as("http", (ns::HTTP_POLICY, "BasicAuthentication"), &[]);
    document.close();
    document.open_as("sp", (ns::SECURITY_POLICY, "TransportBinding"), &[]);
    document.element((ns::POLICY, "Policy"), &[], |document| {
        let token = [("RequireClientCertificate", "false")];
        write_assertion(document, "TransportToken", "HttpsToken", &token);
        write_assertion(document, "AlgorithmSuite", "Basic256", &[]);
        write_assertion(document, "Layout", "Strict", &[]);
    });
    for _ in 0..4 {
        document.close();
    }
}

fn write_assertion(document: &mut Document, name: &str, value: &str, attributes: &[(&str, &str)]) {
    document.element((ns::SECURITY_POLICY, name), &[], |document| {
        document.element((ns::POLICY, "Policy"), &[], |document| {
            document.empty((ns::SECURITY_POLICY, value), attributes);
        });
    });
}
