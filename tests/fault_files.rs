//! Fault files of any size, over the socket: by SOAP and by REST they are the same bytes.

#![cfg(test)]

#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use support::{Caller, Server, new_login, text};

const PATIENCE: Duration = Duration::from_secs(120);

/// A file with so many rows without an address, and as many with one.
fn file(refused: usize) -> String {
    let mut file = "Email,FIRSTNAME\n".to_owned();
    for row in 0..refused {
        writeln!(file, "someone{row}@files.example,Good\nno address {row},Refused {row}").unwrap();
    }
    file
}

/// The fault file of an import with so many refused rows, as SOAP and as REST give it.
fn faults(caller: &Caller, refused: usize) -> [String; 2] {
    let data = STANDARD.encode(file(refused));
    let members = format!("<data>{data}</data><dataType>csv</dataType>");
    let id = text(&caller.call_well("ImportContacts", &members), "Id").to_owned();
    let member = format!("<importId>{id}</importId>");
    let begun = Instant::now();
    while text(&caller.call_well("GetContactImportProgress", &member), "Status") != "Finished" {
        assert!(begun.elapsed() < PATIENCE, "the import does not end");
        std::thread::sleep(Duration::from_millis(50));
    }
    let by_soap = caller.call_well("GetContactImportReportFaults", &member);
    let by_soap = STANDARD.decode(text(&by_soap, "GetContactImportReportFaultsResult")).unwrap();
    let path = format!("/v2/contacts/import/{id}/report-faults");
    let by_rest = caller.send("GET", &path, "", b"").unwrap();
    assert_eq!(by_rest.status, 200);
    [String::from_utf8(by_soap).unwrap(), by_rest.body]
}

#[test]
fn a_fault_file_of_any_size_is_the_same_by_soap_and_by_rest() {
    let folder = tempfile::tempdir().unwrap();
    let data = folder.path().join("data");
    let (user, password) = new_login(&data);
    let server = Server::start(&data, &[]);
    let caller = Caller::new(&server.authority(), &user, &password);
    // Of one piece, of several, and of more than are sent at once.
    for refused in [1, 3_000, 10_000, 30_000] {
        let [by_soap, by_rest] = faults(&caller, refused);
        assert_eq!(by_soap, by_rest, "{refused}");
        let mut lines = by_soap.lines().skip(1);
        for row in 0..refused {
            let line = lines.next().unwrap();
            assert!(line.ends_with(&format!(",no address {row},Refused {row}")), "{row}: {line}");
        }
        assert_eq!(lines.next(), None);
    }
    server.stop();
}
