//! What a soak consists of, and the order of it.

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use super::client::{Client, Common};
use super::process::{Holdings, mega};
use super::server::{ADMIN_TOKEN, Place, holdings_within, wait_for_imports};
use super::support::Server;
use super::whole;

/// By how much the server may hold more at the end than when it was warm: its caches fill, and
/// allocators keep a little.
const MORE_BYTES: u64 = 48 << 20;
/// The store opens a file or two as it grows.
const MORE_DESCRIPTORS: usize = 4;

/// How much is done.
#[derive(Debug, Clone, Copy)]
pub struct Plan {
    pub seed: u64,
    pub accounts: usize,
    pub clients_of_account: usize,
    /// Addresses of each client.
    pub addresses: usize,
    /// Steps of each client; nearly each one is a call.
    pub steps: u64,
    /// How long threads and memory get to be given back before they are counted. Idle threads of
    /// a pool need some ten seconds.
    pub settles: Duration,
    /// By how many threads there may be more at the end.
    pub more_threads: usize,
    /// A section of the configuration.
    pub fault: &'static str,
    /// The last part, without restarts, ends after so long.
    pub most: Option<Duration>,
}

impl Plan {
    pub const SHORT: Self = Self {
        seed: 0,
        accounts: 3,
        clients_of_account: 4,
        addresses: 40,
        steps: 400,
        settles: Duration::from_secs(1),
        more_threads: 8,
        fault: "",
        most: None,
    };
    pub const LONG: Self = Self {
        accounts: 6,
        clients_of_account: 24,
        addresses: 100,
        steps: 20_000,
        settles: Duration::from_secs(15),
        more_threads: 0,
        ..Self::SHORT
    };

    /// With what `SOAK_SEED`, `SOAK_STEPS` and `SOAK_SECONDS` say.
    pub fn as_environment_says(self) -> Self {
        let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
        Self {
            seed: number("SOAK_SEED").unwrap_or_else(|| u64::from(std::process::id())),
            steps: number("SOAK_STEPS").unwrap_or(self.steps),
            most: number("SOAK_SECONDS").map(Duration::from_secs),
            ..self
        }
    }
}

/// An end of the server under its clients.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    Orderly,
    Killed,
}

/// The servers of a soak, one after the other.
struct Soak<'a> {
    plan: &'a Plan,
    over: Option<Instant>,
    place: &'a Place,
    common: &'a Common,
    server: Option<Server>,
}

impl Soak<'_> {
    fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    fn open(&mut self) {
        let server = self.place.start();
        *self.common.door.0.write().unwrap() = server.authority();
        self.server = Some(server);
    }

    /// All clients take so many steps; in the middle of it the server ends and is started again.
    fn phase(&mut self, clients: &mut [Client<'_>], steps: u64, end: Option<End>) {
        let over = self.over.filter(|_| end.is_none());
        let done = AtomicU64::new(0);
        let all = steps * u64::try_from(clients.len()).unwrap();
        std::thread::scope(|scope| {
            for client in clients {
                scope.spawn(|| client.run(steps, over, &done));
            }
            let Some(end) = end else { return };
            while done.load(Ordering::Relaxed) < all / 2 {
                if self.common.failed.load(Ordering::Relaxed) {
                    return;
                }
                std::thread::sleep(Duration::from_millis(5));
            }
            let server = self.server.take().unwrap();
            match end {
                End::Orderly => drop(server.stop()),
                End::Killed => server.kill(),
            }
            self.open();
        });
    }

    /// Lets everything that is under way come to its end.
    fn rest(&self, clients: &mut [Client<'_>]) {
        std::thread::scope(|scope| {
            for client in clients {
                scope.spawn(|| client.wait_for_import());
            }
        });
        wait_for_imports(self.server());
    }

    /// What the server holds when it is warm.
    fn warm(&self, clients: &mut [Client<'_>]) -> Holdings {
        self.rest(clients);
        std::thread::sleep(self.plan.settles);
        Holdings::of(self.server().id())
    }

    fn ensure_no_growth(&self, warm: Holdings, clients: &mut [Client<'_>]) {
        self.rest(clients);
        let bound = Holdings {
            resident_bytes: warm.resident_bytes + MORE_BYTES,
            descriptors: warm.descriptors + MORE_DESCRIPTORS,
            threads: warm.threads + self.plan.more_threads,
        };
        std::thread::sleep(self.plan.settles);
        let end = holdings_within(self.server(), bound);
        println!("store {:.1} MiB; {end}, when it was warm {warm}", mega(self.place.store_bytes()));
        assert!(end.is_within(bound), "the server holds more and more");
    }
}

fn rate(count: u64, time: Duration) -> f64 {
    f64::from(u32::try_from(count).unwrap()) / time.as_secs_f64()
}

/// A soak from its beginning to its end.
pub fn run(plan: &Plan) {
    println!("SOAK_SEED={}", plan.seed);
    let began = Instant::now();
    let (place, logins) = Place::new(plan.accounts, plan.fault);
    let common =
        Common { seed: plan.seed, admin_token: ADMIN_TOKEN.to_owned(), ..Common::default() };
    let mut soak = Soak { plan, over: None, place: &place, common: &common, server: None };
    soak.open();
    let all = logins.iter().flat_map(|one| std::iter::repeat_n(one, plan.clients_of_account));
    let mut clients: Vec<Client<'_>> = (0..)
        .zip(all)
        .map(|(number, logins)| Client::new(&common, number, logins, plan.addresses))
        .collect();
    clients.iter_mut().for_each(Client::begin);

    soak.phase(&mut clients, plan.steps / 5, Some(End::Orderly));
    soak.phase(&mut clients, plan.steps / 5, Some(End::Killed));
    soak.phase(&mut clients, plan.steps / 5, None);
    let warm = soak.warm(&mut clients);
    soak.over = plan.most.map(|most| Instant::now() + most);
    let (answered, warmed) = (common.answers.load(Ordering::Relaxed), Instant::now());
    soak.phase(&mut clients, plan.steps - plan.steps / 5 * 3, None);
    let answered = common.answers.load(Ordering::Relaxed) - answered;
    println!("{:.0} answers a second when warm", rate(answered, warmed.elapsed()));
    report(&common, &clients, began.elapsed());
    soak.ensure_no_growth(warm, &mut clients);

    std::thread::scope(|scope| {
        for client in &mut clients {
            scope.spawn(|| client.settle_all());
        }
    });
    for of_account in clients.chunks_mut(plan.clients_of_account) {
        whole::ensure_as_known(of_account);
    }
    soak.server.take().unwrap().stop();
    place.ensure_clean();
    println!("all in all {:.1?}", began.elapsed());
}

fn report(common: &Common, clients: &[Client<'_>], elapsed: Duration) {
    let answers = common.answers.load(Ordering::Relaxed);
    println!(
        "{answers} answers in {elapsed:.1?}, {} calls given up, {} unanswered; {} rows imported",
        common.given_up.load(Ordering::Relaxed),
        common.unanswered.load(Ordering::Relaxed),
        clients.iter().map(|client| client.imported).sum::<usize>(),
    );
    let mut tally = std::collections::BTreeMap::new();
    for client in clients {
        for (name, count) in &client.tally {
            *tally.entry(name).or_insert(0) += count;
        }
    }
    let tally: Vec<String> = tally.iter().map(|(name, count)| format!("{name} {count}")).collect();
    println!("{}", tally.join(", "));
}
