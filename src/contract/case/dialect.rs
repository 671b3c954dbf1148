//! What an ordinary call of each face looks like.

/// A folder of recordings and what an ordinary call of its face looks like.
#[derive(Debug, PartialEq, Eq)]
pub struct Dialect {
    /// Empty for a face that is not ours.
    pub folder: &'static str,
    /// `{operation}` stands for the name of the case's folder. Empty where each case says its own.
    pub path: &'static str,
    pub login: Login,
    /// Calls name their action in a header.
    pub has_action: bool,
    /// Content type of `request.xml` when a case does not say.
    pub xml: &'static str,
}

/// What a caller of a face shows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Login {
    /// A login name and a password.
    Password,
    /// A key and a shared secret.
    KeyPair,
    /// A token, where the request says `{api_key}`.
    Token,
}

/// Every folder of recordings that belongs to a face of ours.
pub static DIALECTS: [Dialect; 6] = [
    Dialect { has_action: true, ..Dialect::new("dotdigital-soap", "/v2/api.svc", Login::Password) },
    Dialect::new("empower", "/api/xmlrpc/index.php", Login::KeyPair),
    Dialect::new("xmlrpc", "/RPC2", Login::KeyPair),
    Dialect { xml: "application/xml", ..Dialect::new("dotdigital-rest", "", Login::Password) },
    Dialect { xml: "application/xml", ..Dialect::new("which50", "", Login::Password) },
    Dialect::new("selzy", "/en/api/{operation}?format=json&api_key={api_key}", Login::Token),
];

/// Of a folder with another name: its requests say everything themselves.
static OTHER: Dialect = Dialect::new("", "", Login::Password);

pub const JSON: &str = "application/json";
pub const FORM: &str = "application/x-www-form-urlencoded";
const BYTES: &str = "application/octet-stream";

impl Dialect {
    const fn new(folder: &'static str, path: &'static str, login: Login) -> Self {
        Self { folder, path, login, has_action: false, xml: "text/xml; charset=utf-8" }
    }

    /// The dialect of a face's folder.
    pub fn of_folder(folder: &str) -> &'static Self {
        DIALECTS.iter().find(|dialect| dialect.folder == folder).unwrap_or(&OTHER)
    }

    /// The content type of a body in a file with this extension when a case does not say; empty
    /// for none.
    pub(super) fn content_type(&self, extension: Option<&str>) -> &'static str {
        match extension {
            Some("txt") => FORM,
            Some("json") => JSON,
            Some("bin") => BYTES,
            None if self.path.is_empty() => "",
            _ => self.xml,
        }
    }
}

/// What the body of a reply is, as far as its file's extension tells.
pub fn content_type_of(extension: &str) -> Option<&'static str> {
    match extension {
        "xml" => Some("text/xml"),
        "json" => Some(JSON),
        _ => None,
    }
}
