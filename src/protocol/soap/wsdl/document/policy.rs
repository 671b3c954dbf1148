//! The one WS-Policy that is told: `basicHttpBinding` of WCF with transport security and Basic
//! credentials. All of it but its id is in the types.

use yaserde::YaSerialize;

#[derive(Debug, Default, YaSerialize)]
#[yaserde(namespaces = {
    "wsp" = "http://schemas.xmlsoap.org/ws/2004/09/policy",
    "wsu" = "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd"
})]
pub struct Policy {
    #[yaserde(attribute = true, prefix = "wsu", rename = "Id")]
    pub id: String,
    #[yaserde(prefix = "wsp", rename = "ExactlyOne")]
    pub exactly_one: ExactlyOne,
}

/// Where a policy holds.
#[derive(Debug, YaSerialize)]
#[yaserde(namespaces = { "wsp" = "http://schemas.xmlsoap.org/ws/2004/09/policy" })]
pub struct PolicyReference {
    /// `#` and the policy's id.
    #[yaserde(attribute = true, rename = "URI")]
    pub uri: String,
}

#[derive(Debug, Default, YaSerialize)]
pub struct ExactlyOne {
    #[yaserde(prefix = "wsp", rename = "All")]
    pub all: All,
}

#[derive(Debug, Default, YaSerialize)]
pub struct All {
    #[yaserde(prefix = "http", rename = "BasicAuthentication")]
    pub basic_authentication: BasicAuthentication,
    #[yaserde(prefix = "sp", rename = "TransportBinding")]
    pub transport_binding: TransportBinding,
}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(namespaces = { "http" = "http://schemas.microsoft.com/ws/06/2004/policy/http" })]
pub struct BasicAuthentication {}

#[derive(Debug, Default, YaSerialize)]
#[yaserde(namespaces = { "sp" = "http://schemas.xmlsoap.org/ws/2005/07/securitypolicy" })]
pub struct TransportBinding {
    #[yaserde(prefix = "wsp", rename = "Policy")]
    pub policy: Transport,
}

#[derive(Debug, Default, YaSerialize)]
pub struct Transport {
    #[yaserde(prefix = "sp", rename = "TransportToken")]
    pub token: Assertion<Token>,
    #[yaserde(prefix = "sp", rename = "AlgorithmSuite")]
    pub algorithm_suite: Assertion<AlgorithmSuite>,
    #[yaserde(prefix = "sp", rename = "Layout")]
    pub layout: Assertion<Layout>,
}

/// An assertion whose value is a policy in it.
#[derive(Debug, Default, YaSerialize)]
pub struct Assertion<P: YaSerialize> {
    #[yaserde(prefix = "wsp", rename = "Policy")]
    pub policy: P,
}

#[derive(Debug, Default, YaSerialize)]
pub struct Token {
    #[yaserde(prefix = "sp", rename = "HttpsToken")]
    pub https: HttpsToken,
}

#[derive(Debug, Default, YaSerialize)]
pub struct HttpsToken {
    #[yaserde(attribute = true, rename = "RequireClientCertificate")]
    pub require_client_certificate: bool,
}

#[derive(Debug, Default, YaSerialize)]
pub struct AlgorithmSuite {
    #[yaserde(prefix = "sp", rename = "Basic256")]
    pub basic_256: Empty,
}

#[derive(Debug, Default, YaSerialize)]
pub struct Layout {
    #[yaserde(prefix = "sp", rename = "Strict")]
    pub strict: Empty,
}

#[derive(Debug, Default, YaSerialize)]
pub struct Empty {}
