//! Work over sled in children that are killed at random moments, again and again, until one of them
//! gets to the end.
//!
//! A test binary that uses this has one ignored test more, the child: it calls [`work`], and its
//! name is what [`Trial::child`] says.

use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::Arc;
use std::time::{Duration, Instant};

use lychgate::domain::import::Runner;
use lychgate::domain::{Clock, Context, Ids, Limits};
use lychgate::store::{SledOptions, SledStore};

/// Where the child finds its store.
const FOLDER: &str = "LYCHGATE_KILLED_FOLDER";

pub async fn open(folder: &Path) -> Arc<Context> {
    let store = Arc::new(SledStore::open(folder, SledOptions::default()).unwrap());
    let context = Context::open(store, Clock::System, Ids::random(), Limits::default()).await;
    Arc::new(context.unwrap())
}

/// What the child does: everything that waits, and an orderly end. Nothing when no parent asks.
pub fn work() {
    let Ok(folder) = std::env::var(FOLDER) else { return };
    tokio::runtime::Runtime::new().unwrap().block_on(async {
        let context = open(Path::new(&folder)).await;
        Arc::new(Runner::new(Arc::clone(&context))).drain().await;
        context.store.close().await.unwrap();
    });
}

/// Everything is consistent, and the store closes.
pub async fn close_clean(context: Arc<Context>) {
    let findings = lychgate::domain::check::check(&context).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    context.store.close().await.unwrap();
}

/// How often to kill.
pub struct Trial {
    /// The path of the child's test.
    pub child: &'static str,
    /// Kills that the test wants to see, over as many rounds as that takes.
    pub kills: u32,
}

impl Trial {
    /// Rounds of: `begin` leaves work in a new store, children work on it until they are killed,
    /// and `verify` looks at what came of it.
    pub fn run<S>(
        self,
        begin: &impl AsyncFn(&Path, u32) -> S,
        verify: &impl AsyncFn(Arc<Context>, &S),
    ) {
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let ids = Ids::random();
        // The first round is not killed: it shows how long one takes.
        let (mut kills, mut round, mut whole) = (0, 0, Duration::from_secs(120));
        while kills < self.kills {
            let folder = tempfile::tempdir().unwrap();
            let begun = runtime.block_on(begin(folder.path(), round));
            let mut life = if round == 0 { whole } else { random_below(&ids, whole) };
            let born = Instant::now();
            while !self.child_ends(folder.path(), life) {
                kills += 1;
                life = random_below(&ids, whole);
            }
            if round == 0 {
                whole = born.elapsed();
            }
            runtime.block_on(async { verify(open(folder.path()).await, &begun).await });
            round += 1;
        }
        println!("{kills} kills in {round} rounds");
    }

    /// Whether a child got to its end before `life` was over.
    fn child_ends(&self, folder: &Path, life: Duration) -> bool {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "--ignored", self.child])
            .env(FOLDER, folder)
            .stdout(Stdio::null())
            .spawn()
            .unwrap();
        let born = Instant::now();
        while born.elapsed() < life {
            if let Some(status) = child.try_wait().unwrap() {
                assert!(status.success(), "the child failed: {status}");
                return true;
            }
            std::thread::sleep(Duration::from_millis(1));
        }
        child.kill().unwrap();
        child.wait().unwrap();
        false
    }
}

fn random_below(ids: &Ids, bound: Duration) -> Duration {
    let (high, _) = ids.uuid().as_u64_pair();
    bound.mul_f64(f64::from(u32::try_from(high >> 32).unwrap()) / f64::from(u32::MAX))
}
