//! The Empower face as an operator sets it up: API users, whitelists and `[empower]`.

use std::path::Path;

use crate::support::{Caller, Server, run_well};

const PATH: &str = "/api/xmlrpc/index.php";
const CALL: &str = "<methodCall><methodName>account.getCategories</methodName></methodCall>";

/// A store with an account and an API user, made with these flags; a caller for it is made with
/// the address of a server.
fn api_user(data: &Path, flags: &[&str]) -> impl Fn(&Server) -> Caller {
    let place = ["--data", data.to_str().unwrap()];
    run_well(&[&["account", "add", "acme"][..], &place].concat());
    let add = ["account", "credential", "add", "acme", "--face", "empower"];
    let said = run_well(&[&add[..], flags, &place].concat());
    let words: Vec<String> = said.split_whitespace().map(str::to_owned).collect();
    let word_behind = move |name: &str| {
        words.windows(2).find(|pair| pair[0] == name).map(|pair| pair[1].clone()).unwrap()
    };
    move |server| {
        Caller::new(&server.authority(), &word_behind("api_key"), &word_behind("shared_secret"))
    }
}

fn post(caller: &Caller, headers: &str, document: &str) -> String {
    let reply = caller.send("POST", PATH, headers, document.as_bytes()).unwrap();
    assert_eq!(reply.status, 200);
    reply.body
}

#[test]
fn an_api_user_calls_from_its_whitelist_only_and_through_a_trusted_proxy_the_caller_counts() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("store");
    let caller = api_user(&data, &["--allow", "192.0.2.0/24"]);
    let config = folder.path().join("lychgate.toml");
    std::fs::write(&config, "[server]\ntrusted_proxies = [\"127.0.0.1\"]\n").unwrap();
    let server = Server::start(&data, &["--config", config.to_str().unwrap()]);
    let caller = caller(&server);
    let refused = post(&caller, "", CALL);
    let told = "<request_ip><![CDATA[127.0.0.1]]></request_ip>";
    assert!(refused.contains("Invalid Request IP") && refused.contains(told), "{refused}");
    let answered = post(&caller, "X-Forwarded-For: 192.0.2.9\r\n", CALL);
    assert!(answered.contains("<responseCode><![CDATA[170]]>"), "{answered}");
    let stranger = Caller::new(&server.authority(), "0123456789abcdef0123456789abcdef", "wrong");
    let refused = post(&stranger, "", CALL);
    assert!(refused.contains("Could not authenticate"), "{refused}");
}

#[test]
fn an_api_user_with_a_method_calls_that_one_only() {
    let folder = tempfile::tempdir().unwrap();
    let caller = api_user(folder.path(), &["--method", "ACCOUNT.getCategories"]);
    let server = Server::start(folder.path(), &[]);
    let caller = caller(&server);
    assert!(post(&caller, "", CALL).contains("<responseCode><![CDATA[170]]>"));
    let other = CALL.replace("getCategories", "getCustomFields");
    let refused = post(&caller, "", &other);
    assert!(refused.contains("<responseCode><![CDATA[445]]>"), "{refused}");
}

#[test]
fn the_settings_of_the_face_hold() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("store");
    let caller = api_user(&data, &[]);
    let config = folder.path().join("lychgate.toml");
    let set = "[empower]\nxml_rpc = false\ncalls_per_post = 1\nbody_bytes = 1000\n";
    std::fs::write(&config, set).unwrap();
    let server = Server::start(&data, &["--config", config.to_str().unwrap()]);
    let caller = caller(&server);
    assert!(post(&caller, "", CALL).contains("<responseCode><![CDATA[170]]>"));
    let two = format!("<api><data>{CALL}{CALL}</data></api>");
    let refused = post(&caller, "", &two);
    assert!(refused.contains("<error><![CDATA[1]]>"), "{refused}");
    assert_eq!(caller.send("POST", "/RPC2", "", CALL.as_bytes()).unwrap().status, 404);
    let large = CALL.replace("</methodCall>", &format!("<x>{}</x></methodCall>", "x".repeat(1000)));
    assert_eq!(caller.send("POST", PATH, "", large.as_bytes()).unwrap().status, 413);
}

#[test]
fn a_face_that_is_switched_off_is_not_there() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("store");
    let caller = api_user(&data, &[]);
    let config = folder.path().join("lychgate.toml");
    std::fs::write(&config, "[empower]\nenabled = false\n").unwrap();
    let server = Server::start(&data, &["--config", config.to_str().unwrap()]);
    for path in [PATH, "/RPC2"] {
        let reply = caller(&server).send("POST", path, "", CALL.as_bytes()).unwrap();
        assert_eq!(reply.status, 404, "{path}");
    }
}
