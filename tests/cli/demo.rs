//! `lychgate serve --demo`.

use std::io::{BufRead as _, BufReader};
use std::process::{Command, Stdio};

use crate::support::{Caller, Server, lychgate, text};

/// The reasons that a row can be refused for, in the vendor's words.
const REASONS: [&str; 12] = [
    "Globally Suppressed",
    "Invalid Email",
    "Duplicate",
    "Blocker",
    "Unsubscribed",
    "Hard bounced",
    "Soft bounced",
    "Complained to ISP",
    "Mail blocked",
    "Suppressed by Domain",
    "Pending optin",
    "Failures",
];

#[test]
fn the_demo_shows_a_login_a_report_and_a_faults_file_with_every_reason_and_then_serves() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().to_str().unwrap();
    let mut process = lychgate(&["serve", "--demo", "--listen", "127.0.0.1:0", "--data", data])
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    let mut said = String::new();
    for line in BufReader::new(process.stdout.take().unwrap()).lines() {
        let line = line.unwrap();
        said.push_str(&line);
        said.push('\n');
        if line.starts_with("Serving") {
            break;
        }
    }
    let asked = Command::new("kill").arg(process.id().to_string()).status().unwrap();
    assert!(asked.success() && process.wait().unwrap().success());
    for expected in ["admin token", "user", "password", "NewContacts", "Reason,email,"] {
        assert!(said.contains(expected), "no `{expected}` in:\n{said}");
    }
    for reason in REASONS {
        let line = format!("  {reason},");
        assert_eq!(said.matches(&line).count(), 1, "{reason} in:\n{said}");
    }
}

#[test]
fn the_ready_line_of_a_demo_has_an_account_and_a_login_that_works() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]);
    assert_eq!(server.text("account"), "demo");
    let reply = Caller::of_demo(&server).call_well("GetCurrentAccountInfo", "");
    assert!(reply.contains(&server.url()), "the account does not name our address: {reply}");
}

#[test]
fn the_ready_line_of_a_demo_has_an_api_user_of_the_empower_face() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo"]);
    let part = |name: &str| server.ready["empower"][name].as_str().unwrap().to_owned();
    let caller = Caller::new(&server.authority(), &part("api_key"), &part("shared_secret"));
    let ask = |method: &str, args: &str| {
        let call = format!("<methodCall><methodName>{method}</methodName>{args}</methodCall>");
        let reply = caller.send("POST", "/api/xmlrpc/index.php", "", call.as_bytes()).unwrap();
        assert_eq!(reply.status, 200);
        reply.body
    };
    let segments = ask("account.getStaticSegments", "");
    assert!(segments.contains("<name><![CDATA[Newsletter]]></name>"), "{segments}");
    let segments = ask("account.getDynamicSegments", "");
    assert!(segments.contains("<name><![CDATA[Newsletter readers over 39]]></name>"), "{segments}");
    let bounces = ask("transactional.bouncedList", "<template_id>1055589</template_id>");
    assert_eq!(bounces.matches("<reason>").count(), 5, "{bounces}");
    for flag in 1..=4 {
        let flagged = format!("<flagged_invalid><![CDATA[{flag}]]></flagged_invalid>");
        assert!(bounces.contains(&flagged), "nobody is flagged {flag}: {bounces}");
    }
}

#[test]
fn a_demo_over_an_earlier_demo_keeps_its_data_and_makes_a_new_login() {
    let folder = tempfile::tempdir().unwrap();
    let first = Server::start(folder.path(), &["--demo"]);
    let user = first.ready["dotdigital"]["user"].clone();
    first.stop();
    let second = Server::start(folder.path(), &["--demo"]);
    assert_ne!(second.ready["dotdigital"]["user"], user);
    let page = "<withFullData>false</withFullData><select>1000</select><skip>0</skip>";
    let reply = Caller::of_demo(&second).call_well("GetContacts", page);
    assert!(text(&reply, "Email").contains('@'));
}

#[test]
fn the_demo_serves_https_with_a_certificate_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    let server = Server::start(folder.path(), &["--demo", "--self-signed"]);
    // Ready means that the demo's own import went through over TLS.
    assert!(server.url().starts_with("https://127.0.0.1:"));
    assert!(folder.path().join("self-signed.pem").is_file());
    server.stop();
}
