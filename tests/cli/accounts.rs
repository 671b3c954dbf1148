//! `lychgate account`.

use crate::support::{Caller, Server, run, run_well, text};

struct Store(tempfile::TempDir);

impl Store {
    fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    fn run_well(&self, arguments: &[&str]) -> String {
        run_well(&[arguments, &["--data", self.0.path().to_str().unwrap()]].concat())
    }

    /// Login name and password of a new credential.
    fn credential(&self, account: &str) -> (String, String) {
        let said = self.run_well(&["account", "credential", "add", account]);
        let word = |name: &str| {
            let line = said.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().to_owned()
        };
        (word("user"), word("password"))
    }
}

#[test]
fn an_account_made_on_the_command_line_can_be_called() {
    let store = Store::new();
    store.run_well(&["account", "add", "acme", "--email", "owner@acme.example"]);
    assert!(store.run_well(&["account", "list"]).contains("acme"));
    let (user, password) = store.credential("acme");
    let listed = store.run_well(&["account", "credential", "list", "acme"]);
    assert!(listed.contains(&user) && !listed.contains(&password), "{listed}");

    let server = Server::start(store.0.path(), &[]);
    let caller = Caller::new(&server.authority(), &user, &password);
    let reply = caller.call_well("GetServerTime", "");
    assert!(text(&reply, "GetServerTimeResult").starts_with("20"), "{reply}");
}

#[test]
fn a_revoked_credential_is_refused() {
    let store = Store::new();
    store.run_well(&["account", "add", "acme"]);
    let (user, password) = store.credential("acme");
    store.run_well(&["account", "credential", "revoke", &user]);
    let server = Server::start(store.0.path(), &[]);
    let caller = Caller::new(&server.authority(), &user, &password);
    assert_eq!(caller.call("GetServerTime", "").unwrap().status, 401);
}

#[test]
fn removing_an_account_must_be_confirmed() {
    let store = Store::new();
    store.run_well(&["account", "add", "acme"]);
    let data = store.0.path().to_str().unwrap();
    let output = run(&["account", "remove", "acme", "--data", data]);
    assert!(!output.status.success());
    assert!(store.run_well(&["account", "list"]).contains("acme"));
    store.run_well(&["account", "remove", "acme", "--yes"]);
    assert!(!store.run_well(&["account", "list"]).contains("acme"));
}

#[test]
fn a_second_account_of_the_same_name_is_refused() {
    let store = Store::new();
    store.run_well(&["account", "add", "acme"]);
    let data = store.0.path().to_str().unwrap();
    assert!(!run(&["account", "add", "ACME", "--data", data]).status.success());
}
