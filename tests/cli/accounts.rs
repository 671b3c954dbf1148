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

#[test]
fn an_api_user_is_made_listed_with_what_it_may_do_and_revoked() {
    let store = Store::new();
    store.run_well(&["account", "add", "acme"]);
    let add = ["account", "credential", "add", "acme", "--face", "empower"];
    let custom = ["--method", "legacy.Manage_Subscriber", "--allow", "192.0.2.0/24"];
    let said = store.run_well(&[&add[..], &custom, &["--allow", "2001:db8::1"]].concat());
    let word = |name: &str| {
        let line = said.lines().find(|line| line.starts_with(name)).unwrap();
        line.split_whitespace().nth(1).unwrap().to_owned()
    };
    let (key, secret) = (word("api_key"), word("shared_secret"));
    assert_eq!((key.len(), secret.len()), (32, 16));
    let listed = store.run_well(&["account", "credential", "list", "acme"]);
    let line = listed.lines().find(|line| line.starts_with(&key)).unwrap();
    for shown in ["empower", "legacy.manage_subscriber", "192.0.2.0/24, 2001:db8::1"] {
        assert!(line.contains(shown), "no `{shown}` in {line}");
    }
    assert!(!listed.contains(&secret));
    store.run_well(&["account", "credential", "revoke", &key]);
    assert!(!store.run_well(&["account", "credential", "list", "acme"]).contains(&key));
}

#[test]
fn a_token_is_made_listed_by_a_name_that_opens_nothing_and_revoked() {
    let store = Store::new();
    store.run_well(&["account", "add", "acme"]);
    let said = store.run_well(&["account", "credential", "add", "acme", "--face", "selzy"]);
    let words: Vec<&str> = said.split_whitespace().collect();
    let ["api_key", token, "name", name] = words[..] else { panic!("{said}") };
    assert_eq!(token.len(), 40);
    let listed = store.run_well(&["account", "credential", "list", "acme"]);
    assert!(listed.contains(name) && listed.contains("selzy"), "{listed}");
    assert!(!listed.contains(token));
    store.run_well(&["account", "credential", "revoke", name]);
    assert!(!store.run_well(&["account", "credential", "list", "acme"]).contains(name));
}

#[test]
fn an_api_user_whose_flags_contradict_each_other_is_not_made() {
    let store = Store::new();
    store.run_well(&["account", "add", "acme"]);
    let data = store.0.path().to_str().unwrap();
    for flags in [
        &["--allow", "192.0.2.1"][..],
        &["--face", "empower", "--access", "custom"],
        &["--face", "empower", "--access", "full", "--method", "utilities.checkEmail"],
        &["--face", "empower", "--method", "utilities.checkMail"],
        &["--face", "empower", "--allow", "192.0.2.0/33"],
        &["--face", "empower", "--allow-digest"],
        &["--face", "selzy", "--allow-digest"],
        &["--face", "selzy", "--allow", "192.0.2.1"],
        &["--face", "which50", "--method", "utilities.checkEmail"],
    ] {
        let add = ["account", "credential", "add", "acme", "--data", data];
        assert!(!run(&[&add[..], flags].concat()).status.success(), "{flags:?}");
    }
    assert!(!store.run_well(&["account", "credential", "list", "acme"]).contains("empower"));
}

#[test]
fn settings_that_are_not_named_stay_as_they_are() {
    let store = Store::new();
    store.run_well(&["account", "add", "acme"]);
    let said = store.run_well(&["account", "set", "acme"]);
    assert_eq!(said, "external id   off\nsoft bounces  3\ninvalid days  7\n");
    store.run_well(&["account", "set", "acme", "--external-id", "on", "--invalid-days", "2"]);
    let said = store.run_well(&["account", "set", "acme", "--soft-bounces", "5"]);
    assert_eq!(said, "external id   on\nsoft bounces  5\ninvalid days  2\n");
}
