//! One gateway beside two over the same database, each a process of its own.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::calls::{Gateway, create, find, login, rate};
use crate::imports;
use crate::postgres::Postgres;
use crate::support::{Caller, run_well, text};
use crate::table::Table;

const ACCOUNTS: u32 = 8;

/// How often it is asked whether an import has ended.
const ASK_EVERY: Duration = Duration::from_millis(10);

/// Imports two files at once, each by a caller of its own; rows a second of both together.
fn import_both(callers: [&Caller; 2], files: &[String; 2], rows: u32) -> f64 {
    let begun = Instant::now();
    std::thread::scope(|scope| {
        for (caller, file) in callers.into_iter().zip(files) {
            scope.spawn(move || import(caller, file));
        }
    });
    f64::from(2 * rows) / begun.elapsed().as_secs_f64()
}

fn import(caller: &Caller, file: &str) {
    let members = format!("<data>{file}</data><dataType>csv</dataType>");
    let started = caller.call_well("ImportContacts", &members);
    let members = format!("<importId>{}</importId>", text(&started, "Id"));
    loop {
        let progress = caller.call_well("GetContactImportProgress", &members);
        match text(&progress, "Status") {
            "NotFinished" => std::thread::sleep(ASK_EVERY),
            status => return assert_eq!(status, "Finished"),
        }
    }
}

pub fn measure(server: &Postgres, rounds: u32, turn: Duration, rows: u32) {
    let url = server.database("gateways");
    run_well(&["store", "migrate", "--data", &url]);
    let mut logins = Vec::new();
    for account in 0..ACCOUNTS {
        let name = format!("acme {account}");
        run_well(&["account", "add", &name, "--data", &url]);
        logins.push(login(&url, &name));
    }
    let one = Gateway::start(Some(&url), |_| logins.clone());
    let other = Gateway::start(Some(&url), |_| logins);
    let sides = ["two gateways", "one gateway"];
    let title = |what: &str| format!("{what}, {ACCOUNTS} callers of {ACCOUNTS} accounts");
    let mut imported = Table::new(format!("rows of two accounts' imports of {rows}"), &sides);
    let mut created = Table::new(title("CreateContact"), &sides);
    let mut found = Table::new(title("GetContactByEmail"), &sides);
    for round in 0..rounds {
        let mut rates = [(); 3].map(|()| Vec::new());
        for (second, name) in [(&other, "two"), (&one, "one")] {
            let files = [0, 1].map(|file| {
                let addresses = imports::addresses(rows, &format!("{name}{round}-{file}"));
                STANDARD.encode(imports::file(&addresses))
            });
            server.ask("gateways", "checkpoint").unwrap();
            rates[0].push(import_both([one.caller(0), second.caller(1)], &files, rows));
            let gateway = |caller: u32| if caller.is_multiple_of(2) { &one } else { second };
            let address = |number: u32| format!("c{number}-{round}-{name}@calls.example");
            rates[1].push(rate(turn, |caller, number| {
                create(gateway(caller).caller(caller), &address(number));
            }));
            let known = |caller: u32| format!("known{caller}@calls.example");
            for caller in 0..ACCOUNTS {
                create(one.caller(caller), &known(caller));
            }
            rates[2].push(rate(turn, |caller, _| {
                find(gateway(caller).caller(caller), &known(caller));
            }));
        }
        for (table, rates) in [&mut imported, &mut created, &mut found].into_iter().zip(&rates) {
            table.round(rates);
        }
    }
    for table in [imported, created, found] {
        table.print(&["one gateway"]);
    }
    one.stop();
    other.stop();
}
