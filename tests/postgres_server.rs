//! The program over a PostgreSQL that stops and comes back while calls and an import are under way.

#![expect(clippy::unwrap_used, reason = "also the functions that tests share are tests")]

#[cfg(test)]
#[path = "support/postgres.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod postgres;
#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use postgres::Postgres;
use support::{Caller, Reply, Server, lychgate, run, run_well, text};

/// Enough rows that the database stops in the middle of them.
const ROWS: u32 = 60_000;

/// How long anything may take that the test waits for.
const PATIENCE: Duration = Duration::from_secs(120);

fn start(url: &str, folder: &Path, more: &[&str]) -> Server {
    let fixed = ["serve", "--ready-json", "--listen", "127.0.0.1:0"];
    let mut command = lychgate(&[&fixed, more].concat());
    command
        .env("LYCHGATE_LOG", "off")
        .env("LYCHGATE_STORE_ENGINE", "postgres")
        .env("LYCHGATE_STORE_DATA", folder)
        .env("LYCHGATE_POSTGRES_URL", url);
    Server::of(&mut command)
}

fn create(caller: &Caller, address: &str) -> Reply {
    let contact = format!(
        "<apiContact xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id>\
         <a:Email>{address}</a:Email><a:OptInType>Unknown</a:OptInType>\
         <a:EmailType>Html</a:EmailType><a:Status>Subscribed</a:Status></apiContact>"
    );
    caller.call("CreateContact", &contact).unwrap()
}

fn get(caller: &Caller, path: &str) -> Reply {
    caller.send("GET", path, "Accept: application/json\r\n", b"").unwrap()
}

/// Accepts an import of [`ROWS`] contacts; returns its id.
fn import(caller: &Caller) -> String {
    let mut file = "Email\n".to_owned();
    for row in 0..ROWS {
        writeln!(file, "row{row}@postgres.example").unwrap();
    }
    let members = format!("<data>{}</data><dataType>csv</dataType>", STANDARD.encode(file));
    text(&caller.call_well("ImportContacts", &members), "Id").to_owned()
}

fn wait_until(what: &str, holds: impl Fn() -> bool) {
    let begun = Instant::now();
    while !holds() {
        assert!(begun.elapsed() < PATIENCE, "{what}: not after {PATIENCE:?}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

fn ensure_unavailable(caller: &Caller) {
    let begun = Instant::now();
    let soap = create(caller, "away@postgres.example");
    assert!(soap.body.contains("ERROR_SYSTEM_SERVICETEMPORARILYUNAVAILABLE"), "{}", soap.body);
    let rest = get(caller, "/v2/contacts/first@postgres.example");
    assert_eq!(rest.status, 503, "{}", rest.body);
    assert_eq!(get(caller, "/_lychgate/ready").status, 503);
    for reply in [soap, rest] {
        let said = reply.body.to_lowercase();
        assert!(!said.contains("postgres ") && !said.contains("connect"), "{said}");
    }
    assert!(begun.elapsed() < Duration::from_secs(15), "{:?}", begun.elapsed());
}

fn ended(caller: &Caller, import: &str) -> bool {
    let asked = format!("<importId>{import}</importId>");
    let reply = caller.call("GetContactImportProgress", &asked).unwrap();
    reply.body.contains(">Finished<")
}

/// Copies everything into a folder, which then holds the same.
fn ensure_it_can_move(url: &str, folder: &Path) {
    let folder = folder.to_str().unwrap();
    run_well(&["store", "copy", "--data", url, "--to", folder]);
    let sums = |of: &str| run_well(&["store", "sums", "--data", of]);
    assert!(sums(url).contains("contact"));
    assert_eq!(sums(folder), sums(url));
}

#[test]
fn calls_are_refused_while_the_database_is_away_and_an_import_goes_on_when_it_is_back() {
    let Some(database) = Postgres::start_new() else { return };
    let url = database.database("gateway");
    let folder = tempfile::tempdir().unwrap();
    let refused = run(&["store", "check", "--data", &url]);
    assert!(String::from_utf8_lossy(&refused.stderr).contains("lychgate store migrate"));
    run_well(&["store", "migrate", "--data", &url]);
    run_well(&["store", "migrate", "--data", &url]);

    let server = start(&url, folder.path(), &["--demo"]);
    let mut caller = Caller::of_demo(&server);
    assert_eq!(create(&caller, "first@postgres.example").status, 200);
    let found = get(&caller, "/v2/contacts/first@postgres.example");
    assert!(found.body.contains("first@postgres.example"), "{}", found.body);

    let import = import(&caller);
    database.stop();
    ensure_unavailable(&caller);
    database.start();
    wait_until("ready again", || get(&caller, "/_lychgate/ready").status == 200);
    assert_eq!(create(&caller, "second@postgres.example").status, 200);
    assert!(!ended(&caller, &import), "the import ended before the database stopped");
    wait_until("the import's end", || ended(&caller, &import));
    let asked = format!("<importId>{import}</importId>");
    let report = caller.call_well("GetContactImportReport", &asked);
    assert_eq!(text(&report, "NewContacts"), ROWS.to_string(), "{report}");
    server.stop();

    run_well(&["store", "check", "--data", &url]);
    ensure_it_can_move(&url, &folder.path().join("moved"));
    let server = start(&url, folder.path(), &[]);
    caller.authority = server.authority();
    for address in ["first", "second", "row0", &format!("row{}", ROWS - 1)] {
        let found = get(&caller, &format!("/v2/contacts/{address}@postgres.example"));
        assert_eq!(found.status, 200, "{address}: {}", found.body);
    }
    server.stop();
}
