//! One call of each face that only reads, and what each face makes of a call without an answer.

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use bytes::Bytes;
use http::{Method, Request};

use crate::gateway::Login;

/// A call of a face.
#[derive(Debug, Clone, Copy)]
pub struct Call {
    pub face: &'static str,
    pub operation: &'static str,
    method: Verb,
    path: &'static str,
    content_type: &'static str,
    body: &'static str,
    /// Status of a call that nobody could answer, where no recording fits.
    pub unanswered: u16,
}

#[derive(Debug, Clone, Copy)]
enum Verb {
    Get,
    Post,
}

pub const SOAP: Call = Call {
    face: "dotdigital-soap",
    operation: "GetDataFields",
    method: Verb::Post,
    path: "/v2/api.svc",
    content_type: "text/xml; charset=utf-8",
    body: "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
           <GetDataFields xmlns=\"http://apiconnector.com/v2\"/></s:Body></s:Envelope>",
    unanswered: 500,
};
pub const REST: Call = Call {
    face: "dotdigital-rest",
    operation: "ApiDataField_GetDataFields",
    method: Verb::Get,
    path: "/v2/data-fields",
    content_type: "",
    body: "",
    unanswered: 501,
};
pub const SELZY: Call = Call {
    face: "selzy",
    operation: "getLists",
    method: Verb::Get,
    path: "/en/api/getLists?format=json&api_key={token}",
    content_type: "",
    body: "",
    unanswered: 200,
};
pub const EMPOWER: Call = Call {
    face: "empower",
    operation: "account.getCategories",
    method: Verb::Post,
    path: "/api/xmlrpc/index.php",
    content_type: "text/xml",
    body: "<methodCall><methodName>account.getCategories</methodName></methodCall>",
    unanswered: 200,
};
pub const WHICH50: Call = Call {
    face: "which50",
    operation: "GetContactLists",
    method: Verb::Get,
    path: "/Which50API/contactLists",
    content_type: "",
    body: "",
    unanswered: 501,
};

pub const CALLS: [Call; 5] = [SOAP, REST, SELZY, EMPOWER, WHICH50];

impl Call {
    pub fn request(&self, login: &Login) -> Request<Bytes> {
        let (user, password) = match self.face {
            "empower" => (&login.api_key, &login.shared_secret),
            _ => (&login.user, &login.password),
        };
        let basic = BASE64_STANDARD.encode(format!("{user}:{password}"));
        let method = match self.method {
            Verb::Get => Method::GET,
            Verb::Post => Method::POST,
        };
        let mut request = Request::builder()
            .method(method)
            .uri(self.path.replace("{token}", &login.token))
            .header("authorization", format!("Basic {basic}"));
        if self.face == "dotdigital-soap" {
            let action = format!("\"http://apiconnector.com/v2/ApiService/{}\"", self.operation);
            request = request.header("soapaction", action);
        }
        if !self.content_type.is_empty() {
            request = request.header("content-type", self.content_type);
        }
        request.body(Bytes::from_static(self.body.as_bytes())).unwrap()
    }

    /// The call as a recording's `request.http`, with stand-ins for credentials.
    pub fn recorded(&self) -> String {
        let method = match self.method {
            Verb::Get => "GET",
            Verb::Post => "POST",
        };
        let path = self.path.replace("{token}", "{api_key}");
        let content_type = match self.content_type {
            "" => String::new(),
            kind => format!("content-type: {kind}\n"),
        };
        let body = self.body;
        format!(
            "{method} {path} HTTP/1.1\nhost: api.example.org\n\
             authorization: Basic {{login}}:{{password}}\n{content_type}\n{body}"
        )
    }
}

/// Nobody's credentials.
pub fn stranger() -> Login {
    Login {
        user: "apiuser-stranger@apiconnector.com".to_owned(),
        password: "wrong".to_owned(),
        token: "unknown".to_owned(),
        api_key: "unknown".to_owned(),
        shared_secret: "wrong".to_owned(),
    }
}

pub fn text(body: &[u8]) -> String {
    String::from_utf8(body.to_vec()).unwrap()
}
