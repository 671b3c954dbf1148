//! Imports: the pipeline over PostgreSQL and over sled, and a plain client that puts the same rows
//! into a table of its own.
//!
//! The pipeline takes in a file, keeps it, reads it twice, judges each row and commits its batches.
//! The plain client has the rows in memory.

use std::fmt::Write as _;
use std::sync::Arc;
use std::time::Instant;

use bytes::Bytes;
use lychgate::domain::import::{
    DeclaredFormat, FILE_LIMIT_BYTES, MergeOption, NewImport, Runner, Status,
};
use lychgate::domain::{AccountId, Clock, Context, Ids, Limits, NewAccount};
use lychgate::store::{PostgresStore, SledOptions, SledStore, Store};

use crate::plain::Rows;
use crate::postgres::{Postgres, options};
use crate::table::Table;

/// The addresses of a file. Neighbors in it are no neighbors in an index, as in a real file.
pub fn addresses(rows: u32, name: &str) -> Vec<String> {
    let address = |row: u32| {
        let scattered = row.wrapping_mul(2_654_435_761);
        format!("{name}.{scattered:010}@mail-{}.example.com", scattered % 97)
    };
    (0..rows).map(address).collect()
}

pub fn file(addresses: &[String]) -> String {
    addresses.iter().fold("Email\n".to_owned(), |mut file, address| {
        writeln!(file, "{address}").unwrap();
        file
    })
}

async fn open(store: Arc<dyn Store>) -> Arc<Context> {
    let context = Context::open(store, Clock::System, Ids::random(), Limits::default()).await;
    Arc::new(context.unwrap())
}

async fn account(context: &Context, name: String) -> AccountId {
    context.accounts().add(NewAccount { name, ..NewAccount::default() }).await.unwrap().id
}

/// Rows a second, from the call that hands the file over to the last row on disk.
async fn import(context: &Arc<Context>, account: AccountId, rows: u32, file: &Bytes) -> f64 {
    let new = NewImport {
        list: None,
        file: vec![file.clone()],
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES.max(u64::from(rows) * 100),
    };
    let imports = context.account(account).imports();
    let begun = Instant::now();
    let accepted = imports.accept(new).await.unwrap();
    Arc::new(Runner::new(Arc::clone(context))).drain().await;
    let took = begun.elapsed();
    let ended = imports.progress(accepted.id).await.unwrap();
    assert_eq!(ended.status, Status::Finished);
    let counters = &ended.counters;
    assert_eq!(counters.new_contacts + counters.updated_contacts, rows);
    f64::from(rows) / took.as_secs_f64()
}

pub async fn measure(server: &Postgres, rounds: u32, rows: u32) {
    let addresses = addresses(rows, "contact");
    let bytes = Bytes::from(file(&addresses));
    let url = server.database("imports");
    PostgresStore::migrate(options(&url)).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let shared = open(Arc::new(PostgresStore::open(options(&url)).await.unwrap())).await;
    let sled = SledStore::open(folder.path(), SledOptions::default()).unwrap();
    let sled = open(Arc::new(sled)).await;
    let plain = Rows::new(&url).await;
    let sides = ["over PostgreSQL", "over sled", "upserts", "upserts, one transaction", "COPY"];
    let mut new = Table::new(format!("import of {rows} addresses, all new"), &sides);
    let mut again = Table::new(format!("the same {rows} addresses again"), &sides[..4]);
    for round in 0..rounds {
        let mut rates = [Vec::new(), Vec::new()];
        for context in [&shared, &sled] {
            let account = account(context, format!("round {round}")).await;
            for rates in &mut rates {
                server.ask("imports", "checkpoint").unwrap();
                rates.push(import(context, account, rows, &bytes).await);
            }
        }
        for at_once in [false, true] {
            plain.clear().await;
            for rates in &mut rates {
                server.ask("imports", "checkpoint").unwrap();
                let begun = Instant::now();
                if at_once {
                    plain.upsert_at_once(&addresses).await;
                } else {
                    plain.upsert(&addresses).await;
                }
                rates.push(f64::from(rows) / begun.elapsed().as_secs_f64());
            }
        }
        plain.clear().await;
        server.ask("imports", "checkpoint").unwrap();
        let begun = Instant::now();
        plain.copy(&addresses).await;
        rates[0].push(f64::from(rows) / begun.elapsed().as_secs_f64());
        new.round(&rates[0]);
        again.round(&rates[1]);
    }
    new.print(&sides[2..]);
    again.print(&sides[2..4]);
}
