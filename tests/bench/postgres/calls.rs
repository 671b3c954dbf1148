//! Small calls over SOAP to the program as it is served, and the like of them by a plain client.
//!
//! Callers of the program make a connection for each call. The plain client keeps its connections,
//! and knows of no accounts, passwords, data fields or suppressions.

use std::path::Path;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use tokio::runtime::Runtime;

use crate::plain::Contacts;
use crate::postgres::Postgres;
use crate::support::{Caller, Server, lychgate, run_well};
use crate::table::Table;

/// Callers at once.
const CALLERS: u32 = 8;

/// A program that serves, and its callers.
pub struct Gateway {
    server: Server,
    _folder: tempfile::TempDir,
    callers: Vec<Caller>,
}

/// A new login to an account: user and password.
pub fn login(data: &str, account: &str) -> (String, String) {
    let printed = run_well(&["account", "credential", "add", account, "--data", data]);
    let words: Vec<&str> = printed.split_whitespace().collect();
    (words[1].to_owned(), words[3].to_owned())
}

impl Gateway {
    /// Over the database at `url`, or over a sled of its own, called with these logins.
    pub fn start(url: Option<&str>, logins: impl FnOnce(&str) -> Vec<(String, String)>) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let logins = logins(url.unwrap_or(data.to_str().unwrap()));
        let server = serve(&data, url);
        let authority = server.authority();
        let caller = |(user, password): &(String, String)| Caller::new(&authority, user, password);
        let callers: Vec<Caller> = logins.iter().map(caller).collect();
        let gateway = Self { server, _folder: folder, callers };
        gateway.callers.iter().for_each(|caller| drop(caller.call_well("GetServerTime", "")));
        gateway
    }

    /// The `number`th caller's one, counted round and round.
    pub fn caller(&self, number: u32) -> &Caller {
        &self.callers[usize::try_from(number).unwrap() % self.callers.len()]
    }

    pub fn stop(self) {
        self.server.stop();
    }
}

fn serve(data: &Path, url: Option<&str>) -> Server {
    let mut command = lychgate(&["serve", "--ready-json", "--listen", "127.0.0.1:0"]);
    command.env("LYCHGATE_LOG", "warn").env("LYCHGATE_STORE_DATA", data);
    if let Some(url) = url {
        command.env("LYCHGATE_STORE_ENGINE", "postgres").env("LYCHGATE_POSTGRES_URL", url);
    }
    Server::of(&mut command)
}

pub fn create(caller: &Caller, address: &str) {
    let contact = format!(
        "<apiContact xmlns:a=\"http://apiconnector.com\" \
         xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><a:Id>0</a:Id>\
         <a:Email>{address}</a:Email><a:OptInType>Unknown</a:OptInType>\
         <a:EmailType>Html</a:EmailType><a:DataFields><a:ApiContactData><a:Key>FIRSTNAME</a:Key>\
         <a:Value i:type=\"b:string\" xmlns:b=\"http://www.w3.org/2001/XMLSchema\">Ann</a:Value>\
         </a:ApiContactData></a:DataFields><a:Status>Subscribed</a:Status></apiContact>"
    );
    caller.call_well("CreateContact", &contact);
}

pub fn find(caller: &Caller, address: &str) {
    caller.call_well("GetContactByEmail", &format!("<email>{address}</email>"));
}

/// How often `call` is done in a second by all callers together; it gets the caller's number and
/// that of the call.
pub fn rate(turn: Duration, call: impl Fn(u32, u32) + Sync) -> f64 {
    let (begun, count) = (Instant::now(), AtomicU32::new(0));
    std::thread::scope(|scope| {
        for caller in 0..CALLERS {
            let (call, count) = (&call, &count);
            scope.spawn(move || {
                while begun.elapsed() < turn {
                    call(caller, count.fetch_add(1, Ordering::Relaxed));
                }
            });
        }
    });
    f64::from(count.into_inner()) / begun.elapsed().as_secs_f64()
}

/// What a plain client does in the place of a call.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Plain {
    Create,
    CreateAndCount,
    Find,
}

/// The plain client's like of [`rate`]: each caller on a connection of its own.
async fn plain_rate(turn: Duration, plain: &[Contacts], name: &str, what: Plain) -> f64 {
    let begun = Instant::now();
    let done = join_all(plain.iter().enumerate().map(async |(caller, one)| {
        let mut count = 0;
        while begun.elapsed() < turn {
            let address = |number: u32| format!("c{number}-{caller}-{name}@calls.example");
            match what {
                Plain::Create => one.create(&address(count), false).await,
                Plain::CreateAndCount => one.create(&format!("n{}", address(count)), true).await,
                Plain::Find => one.find(&address(count % 20)).await,
            }
            count += 1;
        }
        count
    }));
    f64::from(done.await.into_iter().sum::<u32>()) / begun.elapsed().as_secs_f64()
}

/// Adds accounts; a login of each.
fn accounts(data: &str, count: u32) -> Vec<(String, String)> {
    let names = (0..count).map(|number| format!("acme {number}"));
    names
        .map(|name| {
            run_well(&["account", "add", &name, "--data", data]);
            login(data, &name)
        })
        .collect()
}

/// The sides of a measurement, and what they share.
struct Sides<'a> {
    gateways: [&'a Gateway; 2],
    plain: &'a [Contacts],
    runtime: &'a Runtime,
    turn: Duration,
}

impl Sides<'_> {
    /// Measures the callers of one account, or each of an account of its own.
    fn measure(&self, rounds: u32, accounts: u32) {
        let names = ["over PostgreSQL", "over sled", "plain client", "plain client that counts"];
        let of = if accounts == 1 { "of one account" } else { "each of an account of its own" };
        let title = |call: &str| format!("{call}, {CALLERS} callers {of}");
        let mut creates = Table::new(title("CreateContact"), &names);
        let mut finds = Table::new(title("GetContactByEmail"), &names[..3]);
        for round in 0..rounds {
            let (mut created, mut found) = (Vec::new(), Vec::new());
            for gateway in self.gateways {
                let caller = |number: u32| gateway.caller(number % accounts);
                let address = |number: u32| format!("c{number}-{round}-{accounts}@calls.example");
                created
                    .push(rate(self.turn, |number, call| create(caller(number), &address(call))));
                (0..accounts).for_each(|number| create(caller(number), &address(0)));
                found.push(rate(self.turn, |number, _| find(caller(number), &address(0))));
            }
            let name = format!("{round}-{accounts}");
            let plain =
                |what| self.runtime.block_on(plain_rate(self.turn, self.plain, &name, what));
            created.extend([Plain::Create, Plain::CreateAndCount].map(plain));
            found.push(plain(Plain::Find));
            creates.round(&created);
            finds.round(&found);
        }
        creates.print(&names[1..]);
        finds.print(&names[1..3]);
    }
}

pub fn measure(server: &Postgres, rounds: u32, turn: Duration) {
    let url = server.database("calls");
    run_well(&["store", "migrate", "--data", &url]);
    let shared = Gateway::start(Some(&url), |data| accounts(data, CALLERS));
    let sled = Gateway::start(None, |data| accounts(data, CALLERS));
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let plain = runtime.block_on(async {
        Contacts::make(&url).await;
        let mut plain = Vec::new();
        for _ in 0..CALLERS {
            plain.push(Contacts::new(&url).await);
        }
        plain
    });
    let gateways = [&shared, &sled];
    let sides = Sides { gateways, plain: &plain, runtime: &runtime, turn };
    sides.measure(rounds, 1);
    sides.measure(rounds, CALLERS);
    shared.stop();
    sled.stop();
}
