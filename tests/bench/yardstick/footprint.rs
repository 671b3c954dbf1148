//! What the gateway costs while it does nothing, and while it takes in much.
//!
//! From start to the ready line over a filled store, after an orderly stop and after `kill -9`;
//! memory at rest; the peak while two large uploads come in at once, and while a million rows are
//! imported.

use std::fmt::Write as _;
use std::path::Path;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
use serde_json::{Value, json};

use super::gateway::{Gateway, Store, address, members_of};
use super::numbers::{Spread, float};
use super::process;
use super::support::text;

const STARTS: usize = 7;
/// Rows of the import that is measured. About 50 bytes a row: a file of 50 MB.
const ROWS_PER_IMPORT: usize = 1_000_000;
/// Rows of each import that fills a store: with numbers of eight digits a million is too large a
/// file.
const ROWS_PER_FILLING: usize = 500_000;
/// About 45 bytes a row, and four for three in base64: a call of 20 MB.
const UPLOAD_ROWS: usize = 333_000;
/// For what a start or a call leaves behind to go.
const REST: Duration = Duration::from_secs(3);
/// Up to so many contacts a start must be quick; with more, not slow.
const FEW_CONTACTS: usize = 100_000;

/// A figure with its target.
#[derive(Debug)]
pub struct Fact {
    pub about: String,
    pub measured: Spread,
    pub unit: &'static str,
    pub most: f64,
}

impl Fact {
    fn new(about: impl Into<String>, measured: Spread, unit: &'static str, most: f64) -> Self {
        Self { about: about.into(), measured, unit, most }
    }

    fn once(about: impl Into<String>, measured: f64, unit: &'static str, most: f64) -> Self {
        let spread = Spread { least: measured, median: measured, most: measured };
        Self::new(about, spread, unit, most)
    }

    pub fn is_missed(&self) -> bool {
        self.measured.median > self.most
    }

    pub fn cells(&self) -> [String; 3] {
        let Spread { least, median, most } = self.measured;
        let unit = self.unit;
        let measured = if least < most {
            format!("{median:.0} {unit} ({least:.0} to {most:.0})")
        } else {
            format!("{median:.0} {unit}")
        };
        let verdict = if self.is_missed() { "MISSED" } else { "met" };
        [self.about.clone(), measured, format!("{:.0} {unit}: {verdict}", self.most)]
    }

    pub fn json(&self) -> Value {
        let Spread { least, median, most } = self.measured;
        json!({
            "about": self.about, "unit": self.unit, "target": self.most,
            "holds": !self.is_missed(), "least": least, "median": median, "most": most,
        })
    }
}

/// Above the cells.
pub const HEADINGS: [&str; 3] = ["what", "measured", "target"];

/// Measures everything over stores in `folder`, one of them with so many contacts.
pub fn measure(contacts: usize, folder: &Path) -> Result<Vec<Fact>> {
    eprintln!("start and memory, {contacts} contacts");
    let filled = Store::make(&folder.join("filled"))?;
    let gateway = filled.start(&[])?;
    for first in (0..contacts).step_by(ROWS_PER_FILLING) {
        import(&gateway, first, ROWS_PER_FILLING.min(contacts - first))?;
    }
    gateway.stop();
    let ready_ms = if contacts <= FEW_CONTACTS { 50.0 } else { 1_000.0 };
    let ready = |when: &str, end| -> Result<Fact> {
        let about = format!("start to ready {when}, {contacts} contacts");
        Ok(Fact::new(about, starts(&filled, end)?, "ms", ready_ms))
    };
    let mut facts = vec![
        ready("after an orderly stop", Gateway::stop)?,
        ready("after kill -9", Gateway::kill)?,
    ];
    let gateway = filled.start(&[])?;
    gateway.caller().call_well("GetServerTime", "");
    std::thread::sleep(REST);
    let idle = process::mebibytes(gateway.id(), "VmRSS")?;
    facts.push(Fact::once(format!("memory at rest, {contacts} contacts"), idle, "MiB", 20.0));
    gateway.stop();
    facts.push(two_uploads(folder)?);
    facts.push(large_import(folder)?);
    Ok(facts)
}

fn starts(store: &Store, end: fn(Gateway)) -> Result<Spread> {
    let mut times = Vec::new();
    for _ in 0..STARTS {
        let begun = Instant::now();
        let gateway = store.start(&[])?;
        times.push(begun.elapsed().as_secs_f64() * 1e3);
        end(gateway);
    }
    Ok(Spread::of(times).unwrap_or(Spread { least: 0.0, median: f64::NAN, most: 0.0 }))
}

/// Two calls of 20 MB at once. Their imports are rejected, so that what is measured are the calls.
fn two_uploads(folder: &Path) -> Result<Fact> {
    let store = Store::make(&folder.join("uploads"))?;
    let gateway = store.start(&[])?;
    let members = members_of(&file(0, UPLOAD_ROWS).replace('@', "."));
    let upload = || gateway.caller().call_well("ImportContacts", &members);
    upload();
    std::thread::sleep(REST);
    process::forget_peak(gateway.id())?;
    std::thread::scope(|scope| {
        scope.spawn(upload);
        scope.spawn(upload);
    });
    let peak = process::mebibytes(gateway.id(), "VmHWM")?;
    gateway.stop();
    Ok(Fact::once("peak memory, two uploads of 20 MB at once", peak, "MiB", 100.0))
}

/// A million rows over the socket into an empty store.
fn large_import(folder: &Path) -> Result<Fact> {
    let store = Store::make(&folder.join("large"))?;
    let gateway = store.start(&[])?;
    let took = import(&gateway, 0, ROWS_PER_IMPORT)?;
    let rate = float(u64::try_from(ROWS_PER_IMPORT)?) / took.as_secs_f64();
    let peak = process::mebibytes(gateway.id(), "VmHWM")?;
    gateway.stop();
    let about = format!("peak memory, a million rows over SOAP ({rate:.0} rows/s to Finished)");
    Ok(Fact::once(about, peak, "MiB", 256.0))
}

/// Imports `rows` contacts and waits for the end of it.
fn import(gateway: &Gateway, first: usize, rows: usize) -> Result<Duration> {
    let members = members_of(&file(first, rows));
    let begun = Instant::now();
    let started = gateway.caller().call_well("ImportContacts", &members);
    let id = format!("<importId>{}</importId>", text(&started, "Id"));
    loop {
        let progress = gateway.caller().call_well("GetContactImportProgress", &id);
        match text(&progress, "Status") {
            "NotFinished" => std::thread::sleep(Duration::from_millis(5)),
            "Finished" => return Ok(begun.elapsed()),
            status => bail!("the import ended as {status}"),
        }
    }
}

fn file(first: usize, rows: usize) -> String {
    let mut file = "Email,FIRSTNAME,LASTNAME\r\n".to_owned();
    for row in first..first + rows {
        // Writing to a text cannot fail.
        let _written = write!(file, "{},First{row},Last{row}\r\n", address(row));
    }
    file
}
