//! What is thrown at a server that is going to be killed, and what must be left of it.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::sync::Mutex;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::{Duration, Instant};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::support::{Caller, Server, text, texts};

/// Rows of one import's file: more than one batch would be too slow, less would miss the middle.
const ROWS: u32 = 4_000;
/// Every so many rows one has no valid address.
const INVALID_EVERY: u32 = 100;
/// Every so many rows one repeats the address two rows before, which is always a good one.
const REPEATED_EVERY: u32 = 80;
/// How long imports may take to end after the last start.
const END_PATIENCE: Duration = Duration::from_secs(120);

/// Everything that was acknowledged so far.
pub struct Load {
    authorization: String,
    next: AtomicU32,
    /// Address to contact id.
    created: Mutex<BTreeMap<String, String>>,
    /// Contacts whose unsubscription was acknowledged.
    unsubscribed: Mutex<BTreeSet<String>>,
    /// Import id to the tag of its addresses.
    imports: Mutex<BTreeMap<String, u32>>,
}

impl Load {
    pub fn new(authorization: String) -> Self {
        Self {
            authorization,
            next: AtomicU32::new(0),
            created: Mutex::default(),
            unsubscribed: Mutex::default(),
            imports: Mutex::default(),
        }
    }

    fn caller(&self, server: &Server) -> Caller {
        Caller { authority: server.authority(), authorization: self.authorization.clone() }
    }

    fn fresh(&self) -> u32 {
        self.next.fetch_add(1, Ordering::Relaxed)
    }

    /// Works against `server` with several callers until it is killed after `life`.
    pub fn run_until_killed(&mut self, server: Server, life: Duration, round: u32) {
        let caller = self.caller(&server);
        let over = AtomicBool::new(false);
        let this = &*self;
        std::thread::scope(|scope| {
            for _ in 0..2 {
                scope.spawn(|| this.call_while_alive(&caller, &over));
            }
            // Not in every round: an import that is not done yet must also survive a quiet one.
            if round % 3 != 2 {
                scope.spawn(|| drop(this.import(&caller)));
            }
            std::thread::sleep(life);
            over.store(true, Ordering::Relaxed);
            server.kill();
        });
    }

    fn call_while_alive(&self, caller: &Caller, over: &AtomicBool) {
        let mut alive = true;
        while alive && !over.load(Ordering::Relaxed) {
            alive = self.single_calls(caller).is_ok();
        }
    }

    fn single_calls(&self, caller: &Caller) -> std::io::Result<()> {
        let number = self.fresh();
        let address = format!("single-{number}@crash.example");
        let reply = caller.call(
            "CreateContact",
            &format!(
                "<apiContact xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id>\
             <a:Email>{address}</a:Email><a:OptInType>Unknown</a:OptInType>\
             <a:EmailType>Html</a:EmailType><a:Status>Subscribed</a:Status></apiContact>"
            ),
        )?;
        assert_eq!(reply.status, 200, "{}", reply.body);
        let id = text(&reply.body, "Id").to_owned();
        self.created.lock().unwrap().insert(address.clone(), id.clone());
        if !number.is_multiple_of(4) {
            return Ok(());
        }
        let reply = caller.call(
            "UnsubscribeContact",
            &format!(
                "<apiContact xmlns:a=\"http://apiconnector.com\"><a:Id>{id}</a:Id>\
             <a:Email>{address}</a:Email><a:OptInType>Unknown</a:OptInType>\
             <a:EmailType>Html</a:EmailType><a:Status>Subscribed</a:Status></apiContact>"
            ),
        )?;
        assert_eq!(reply.status, 200, "{}", reply.body);
        self.unsubscribed.lock().unwrap().insert(address);
        Ok(())
    }

    fn import(&self, caller: &Caller) -> std::io::Result<()> {
        let tag = self.fresh();
        let file = STANDARD.encode(file_of(tag));
        let members = format!("<data>{file}</data><dataType>csv</dataType>");
        let reply = caller.call("ImportContacts", &members)?;
        // With 25 imports active another one is refused; that is no loss.
        if reply.status == 200 {
            self.imports.lock().unwrap().insert(text(&reply.body, "Id").to_owned(), tag);
            return Ok(());
        }
        assert!(reply.body.contains("ERROR_IMPORT_TOOMANYACTIVEIMPORTS"), "{}", reply.body);
        Ok(())
    }

    pub fn summary(&self) -> String {
        format!(
            "acknowledged: {} contacts, {} unsubscriptions, {} imports of {ROWS} rows",
            self.created.lock().unwrap().len(),
            self.unsubscribed.lock().unwrap().len(),
            self.imports.lock().unwrap().len()
        )
    }

    /// A test in which nothing was acknowledged would pass for nothing.
    pub fn ensure_it_says_something(&self) {
        assert!(self.created.lock().unwrap().len() > 50, "{}", self.summary());
        assert!(self.imports.lock().unwrap().len() > 5, "{}", self.summary());
    }

    /// Checks all that was acknowledged against a server that is left alone.
    pub fn verify(&self, server: &Server) {
        let caller = self.caller(server);
        let imports = self.imports.lock().unwrap().clone();
        for (id, tag) in &imports {
            wait_for_end(&caller, id);
            ensure_report(&caller, id, *tag);
        }
        let stored = all_contacts(&caller);
        for (address, id) in self.created.lock().unwrap().iter() {
            // Contacts who unsubscribed are not among the listed ones.
            if !self.unsubscribed.lock().unwrap().contains(address) {
                let listed = stored.get(address);
                // The call after the creation may have taken effect without being acknowledged.
                assert!(listed.is_none_or(|stored_id| stored_id == id), "{address}");
                if listed.is_some() {
                    continue;
                }
            }
            let reply = caller.call_well("GetContactByEmail", &format!("<email>{address}</email>"));
            assert_eq!(text(&reply, "Id"), id, "{address}");
            assert_eq!(text(&reply, "Status"), "Unsubscribed", "{address}");
        }
        for tag in imports.values() {
            for row in (0..ROWS).filter(|row| expectation(*row) == Expectation::New) {
                assert!(
                    stored.contains_key(&imported_address(*tag, row)),
                    "import {tag} row {row}"
                );
            }
        }
    }
}

#[derive(PartialEq, Eq)]
enum Expectation {
    New,
    Invalid,
    Repeated,
}

fn expectation(row: u32) -> Expectation {
    if row % INVALID_EVERY == INVALID_EVERY - 1 {
        return Expectation::Invalid;
    }
    if row % REPEATED_EVERY == REPEATED_EVERY / 2 {
        return Expectation::Repeated;
    }
    Expectation::New
}

fn imported_address(tag: u32, row: u32) -> String {
    format!("row-{row}@import-{tag}.example")
}

fn file_of(tag: u32) -> String {
    let mut file = String::from("Email,FIRSTNAME\r\n");
    for row in 0..ROWS {
        let address = match expectation(row) {
            Expectation::New => imported_address(tag, row),
            Expectation::Invalid => format!("not an address {row}"),
            Expectation::Repeated => imported_address(tag, row - 2),
        };
        writeln!(file, "{address},Name {row}\r").unwrap();
    }
    file
}

fn wait_for_end(caller: &Caller, id: &str) {
    let began = Instant::now();
    loop {
        let reply =
            caller.call_well("GetContactImportProgress", &format!("<importId>{id}</importId>"));
        match text(&reply, "Status") {
            "Finished" => return,
            "NotFinished" if began.elapsed() < END_PATIENCE => {
                std::thread::sleep(Duration::from_millis(50));
            }
            other => panic!("import {id} is {other} after {:?}", began.elapsed()),
        }
    }
}

fn ensure_report(caller: &Caller, id: &str, tag: u32) {
    let reply = caller.call_well("GetContactImportReport", &format!("<importId>{id}</importId>"));
    let count = |name: &str| text(&reply, name).parse::<usize>().unwrap();
    let expected = |what: Expectation| (0..ROWS).filter(|row| expectation(*row) == what).count();
    assert_eq!(count("NewContacts"), expected(Expectation::New), "import {tag}: {reply}");
    assert_eq!(count("InvalidEntries"), expected(Expectation::Invalid), "import {tag}: {reply}");
    assert_eq!(count("DuplicateEmails"), expected(Expectation::Repeated), "import {tag}: {reply}");
    assert_eq!(count("UpdatedContacts"), 0, "import {tag}: {reply}");
}

/// Address to id of every listed contact; an address that is there twice fails the test.
fn all_contacts(caller: &Caller) -> BTreeMap<String, String> {
    const PAGE: usize = 1000;
    let mut contacts = BTreeMap::new();
    loop {
        let skip = contacts.len();
        let reply = caller.call_well(
            "GetContacts",
            &format!(
                "<withFullData>false</withFullData><select>{PAGE}</select><skip>{skip}</skip>"
            ),
        );
        let addresses = texts(&reply, "Email");
        for (address, id) in addresses.iter().zip(texts(&reply, "Id")) {
            let earlier = contacts.insert((*address).to_owned(), id.to_owned());
            assert!(earlier.is_none(), "{address} is there twice");
        }
        if addresses.len() < PAGE {
            return contacts;
        }
    }
}
