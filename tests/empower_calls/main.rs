//! The Empower face over a real socket: every form in which a document comes, and every error.

#![cfg(test)]

#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

mod errors;
mod forms;

use support::{Caller, Server, run_well};

/// A server over a store of its own, with one account.
struct Trial {
    server: Server,
    /// Holds the store; removed with the trial.
    _folder: tempfile::TempDir,
}

/// Key and secret of an API user.
#[derive(Clone)]
struct Keys {
    key: String,
    secret: String,
}

impl Trial {
    /// With an API user for each list of options to `lychgate account credential add`.
    fn start<const N: usize>(users: [&[&str]; N]) -> (Self, [Keys; N]) {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let store = data.to_str().unwrap();
        run_well(&["account", "add", "acme", "--data", store]);
        let keys = users.map(|options| {
            let add =
                ["account", "credential", "add", "acme", "--face", "empower", "--data", store];
            let said = run_well(&[&add, options].concat());
            Keys { key: word_of(&said, "api_key"), secret: word_of(&said, "shared_secret") }
        });
        let server = Server::start(&data, &[]);
        (Self { server, _folder: folder }, keys)
    }

    /// Sends a request to the vendor's address without credentials in its head; HTTP says 200.
    fn send(&self, method: &str, query: &str, headers: &str, body: &[u8]) -> String {
        self.send_with("", method, query, headers, body)
    }

    fn send_with(
        &self,
        authorization: &str,
        method: &str,
        query: &str,
        headers: &str,
        body: &[u8],
    ) -> String {
        let authorization = authorization.to_owned();
        let caller = Caller { authority: self.server.authority(), authorization };
        let path = format!("/api/xmlrpc/index.php{query}");
        let reply = caller.send(method, &path, headers, body).unwrap();
        assert_eq!(reply.status, 200, "{}", reply.body);
        reply.body
    }

    /// Posts a document as it is.
    fn post(&self, document: &str) -> String {
        self.send("POST", "", "Content-Type: text/xml\r\n", document.as_bytes())
    }
}

/// The word behind a name, in what the program printed.
fn word_of(said: &str, name: &str) -> String {
    let line = said.lines().find(|line| line.starts_with(name)).unwrap_or_else(|| panic!("{said}"));
    line.split_whitespace().nth(1).unwrap().to_owned()
}

/// The vendor's envelope around calls.
fn envelope(keys: &Keys, more: &str, calls: &str) -> String {
    let Keys { key, secret } = keys;
    format!(
        "<api><authentication><api_key>{key}</api_key><shared_secret>{secret}</shared_secret>{more}\
         </authentication><data>{calls}</data></api>"
    )
}

/// One call.
fn call(method: &str, arguments: &str) -> String {
    format!("<methodCall><methodName>{method}</methodName>{arguments}</methodCall>")
}
