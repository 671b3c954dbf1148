//! A caller of the Empower face of a real server, and what the operator does beforehand.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Caller, Reply, Server};

const PATH: &str = "/api/xmlrpc/index.php";

/// An API user of an account.
pub struct ApiUser {
    pub api_key: String,
    pub shared_secret: String,
    authority: String,
}

impl ApiUser {
    /// That of the demo account.
    pub fn of_demo(server: &Server) -> Self {
        let login = &server.ready["empower"];
        let part = |name: &str| login[name].as_str().unwrap().to_owned();
        Self {
            api_key: part("api_key"),
            shared_secret: part("shared_secret"),
            authority: server.authority(),
        }
    }

    /// One that `lychgate account credential add` printed.
    pub fn printed(server: &Server, said: &str) -> Self {
        let word = |name: &str| {
            let line = said.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().to_owned()
        };
        Self {
            api_key: word("api_key"),
            shared_secret: word("shared_secret"),
            authority: server.authority(),
        }
    }

    /// Posts a document as it is, with key and secret by HTTP Basic.
    pub fn post(&self, document: &str) -> String {
        let caller = Caller::new(&self.authority, &self.api_key, &self.shared_secret);
        let headers = "Content-Type: text/xml\r\n";
        let reply = caller.send("POST", PATH, headers, document.as_bytes()).unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// Posts calls within the vendor's `api` envelope.
    pub fn call(&self, calls: &str) -> String {
        let Self { api_key, shared_secret, .. } = self;
        self.post(&format!(
            "<api><authentication><api_key>{api_key}</api_key>\
             <shared_secret>{shared_secret}</shared_secret></authentication>\
             <data>{calls}</data></api>"
        ))
    }
}

/// The operator, who has the admin token.
pub struct Operator {
    caller: Caller,
}

impl Operator {
    pub fn of(server: &Server) -> Self {
        let authorization = format!("Bearer {}", server.text("admin_token"));
        Self { caller: Caller { authority: server.authority(), authorization } }
    }

    fn post(&self, page: &str, lines: &[String]) {
        let path = format!("/_lychgate/{page}");
        let Reply { status, body } =
            self.caller.send("POST", &path, "", lines.join("\n").as_bytes()).unwrap();
        let told: serde_json::Value = serde_json::from_str(&body).unwrap();
        assert_eq!((status, &told["recorded"]), (200, &lines.len().into()), "{body}");
    }

    /// Records events, each given without its account.
    pub fn events(&self, account: &str, events: &[&str]) {
        self.post("events", &with_account(account, events));
    }

    /// Makes a template under an id that programs know.
    pub fn template(&self, account: &str, id: u32) {
        let template = format!(r#"{{"id":{id},"subject":"Your order","html":"<p>Thanks</p>"}}"#);
        self.post("templates", &with_account(account, &[&template]));
    }

    /// Brings templates along, each with its account.
    pub fn templates(&self, templates: &[serde_json::Value]) {
        self.post("templates", &templates.iter().map(ToString::to_string).collect::<Vec<_>>());
    }
}

fn with_account(account: &str, lines: &[&str]) -> Vec<String> {
    let with = |line: &&str| {
        let line = line.replacen('{', &format!(r#"{{"account":"{account}","#), 1);
        line.lines().map(str::trim).collect::<String>()
    };
    lines.iter().map(with).collect()
}

/// A document's tags and texts in their order: what two documents have in common that say the
/// same. Texts are as they stand, white space between elements is left out.
pub fn elements(document: &str) -> Vec<String> {
    let document = document.replace("<![CDATA[", "").replace("]]>", "");
    let mut found = Vec::new();
    for piece in document.split('<').skip(1) {
        let (tag, text) = piece.split_once('>').unwrap();
        if !tag.starts_with('?') {
            found.push(format!("<{tag}>"));
        }
        if !text.trim().is_empty() {
            found.push(text.to_owned());
        }
    }
    found
}

/// The rows that a faults file holds.
pub fn decoded(base64: &str) -> String {
    String::from_utf8(STANDARD.decode(base64).unwrap()).unwrap()
}
