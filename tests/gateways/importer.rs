//! Who imports one file after the other and holds each report against the file.

use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::client::{count, new_list};
use crate::faulty_file::{bad, file};
use crate::pair::{Answer, Pair};
use crate::support::text;

/// Good rows of a file, in two batches of the pipeline.
const ROWS: u32 = 20_000;
/// How long an import may take, kills included.
const PATIENCE: Duration = Duration::from_secs(180);

/// How often it is asked how far an import is.
const ASK_EVERY: Duration = Duration::from_millis(200);

pub struct Importer<'p> {
    pair: &'p Pair,
    number: usize,
    files: u32,
}

impl<'p> Importer<'p> {
    pub fn new(pair: &'p Pair, number: usize) -> Self {
        Self { pair, number, files: 0 }
    }

    /// Imports until then, and the last one to its end. Returns how many there were, and the lists
    /// of those whose acceptance was not answered.
    pub fn run(mut self, until: Instant) -> (u32, Vec<u64>) {
        let (mut done, mut unknown) = (0, Vec::new());
        while Instant::now() < until {
            self.files += 1;
            let list = new_list(self.pair, &format!("Import {} of {}", self.files, self.number));
            let (text_of_file, faults) = file(ROWS, &format!("{}-{}", self.files, self.number));
            let members = format!(
                "<addressBookId>{list}</addressBookId><data>{}</data><dataType>csv</dataType>",
                STANDARD.encode(text_of_file)
            );
            match self.pair.soap(self.number, "ImportContactsToAddressBook", &members) {
                Answer::Reply(reply) => {
                    assert_eq!(reply.status, 200, "{}", reply.body);
                    self.follow(text(&reply.body, "Id"), &faults);
                    assert_eq!(count(self.pair, list), u64::from(ROWS));
                    done += 1;
                }
                Answer::Lost => unknown.push(list),
                Answer::NotSent => std::thread::sleep(ASK_EVERY),
            }
        }
        (done, unknown)
    }

    /// Waits for the end of an import, asking the two gateways in turns, and checks what is said.
    fn follow(&self, import: &str, faults: &str) {
        let begun = Instant::now();
        loop {
            let progress = self.ask("GetContactImportProgress", import);
            if progress.contains(">Finished<") {
                break;
            }
            assert!(progress.contains(">NotFinished<"), "{progress}");
            assert!(begun.elapsed() < PATIENCE, "import {import} does not end");
            std::thread::sleep(ASK_EVERY);
        }
        let report = self.ask("GetContactImportReport", import);
        let bad = bad(ROWS);
        for (counter, expected) in [
            ("NewContacts", ROWS),
            ("UpdatedContacts", 0),
            ("InvalidEntries", bad),
            ("DuplicateEmails", bad),
        ] {
            assert_eq!(text(&report, counter), expected.to_string(), "{counter}: {report}");
        }
        let said = self.ask("GetContactImportReportFaults", import);
        let said = STANDARD.decode(text(&said, "GetContactImportReportFaultsResult")).unwrap();
        assert!(said == faults.as_bytes(), "the faults file of {import} has other rows");
    }

    fn ask(&self, operation: &str, import: &str) -> String {
        let members = format!("<importId>{import}</importId>");
        let mut gateway = self.number;
        loop {
            if let Answer::Reply(reply) = self.pair.soap(gateway, operation, &members) {
                assert_eq!(reply.status, 200, "{}", reply.body);
                return reply.body;
            }
            gateway = 1 - gateway;
        }
    }
}

/// An import that nobody knows to be accepted was done whole or not at all, once `ended`.
pub fn ensure_whole_or_nothing(pair: &Pair, lists: &[u64], ended: impl Fn()) {
    if !lists.is_empty() {
        ended();
    }
    for list in lists {
        let members = count(pair, *list);
        assert!([0, u64::from(ROWS)].contains(&members), "{members} in list {list}");
    }
}
