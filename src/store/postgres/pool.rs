//! Connections, and the rules by which they are used.

use std::ops::Deref;
use std::time::Duration;

use deadpool_postgres::{
    ClientWrapper, Connect, Hook, HookError, Manager, ManagerConfig, Object, RecyclingMethod,
    Runtime,
};
use futures_util::future::{BoxFuture, select_ok};
use tokio::runtime::Handle;
use tokio::task::JoinHandle;
use tokio::time::{sleep, timeout};
use tokio_postgres::config::{SslMode, TargetSessionAttrs};
use tokio_postgres::{Client, Config, NoTls, Row};
use tokio_postgres_rustls::MakeRustlsConnect;
use tokio_util::task::AbortOnDropHandle;

use super::PostgresOptions;
use super::hosts;
use super::sql::{Parameter, tune};
use super::trouble::Trouble;
use crate::store::seam::{Space, StoreError, Table};

/// After this a connection is replaced by a new one, which may find a better host, and which has
/// forgotten the statements of days that are gone.
const MAX_AGE: Duration = Duration::from_secs(3600);

/// Silence after which the peer is asked whether it is still there.
const KEEPALIVE: Duration = Duration::from_secs(15);

/// How often a question that only reads is asked when the connection is lost.
const READ_ATTEMPTS: u32 = 3;

/// How often tables are made when another session makes them at the same moment, and the first
/// pause in between.
const TABLE_ATTEMPTS: u32 = 5;
const TABLE_PAUSE: Duration = Duration::from_millis(20);

/// Every access of ours is a few rows by the primary key. A plan for all parameters saves planning
/// each time; without scans of whole tables among the choices it cannot be a bad one, even if it
/// was made when the table was empty. An engine that does not know a setting goes without it.
const ADVICE: &[&str] = &[
    "set plan_cache_mode = force_generic_plan",
    "set enable_seqscan = off",
    "set enable_bitmapscan = off",
    "set enable_hashjoin = off",
    "set enable_mergejoin = off",
    "set jit = off",
];

/// A bounded number of connections to a server that takes writes.
#[derive(Debug)]
pub struct Pool {
    connections: deadpool_postgres::Pool,
    statement: Duration,
}

impl Pool {
    /// Connects to nobody yet.
    pub fn new(options: PostgresOptions) -> Result<Self, StoreError> {
        let PostgresOptions { mut server, tls, connections, connect, statement } = options;
        let hosts = u32::try_from(server.get_hosts().len().max(1)).unwrap_or(u32::MAX);
        server
            .target_session_attrs(TargetSessionAttrs::ReadWrite)
            .ssl_mode(if tls.is_some() { SslMode::Require } else { SslMode::Disable })
            .connect_timeout(connect / hosts)
            .keepalives_idle(KEEPALIVE)
            .tcp_user_timeout(statement);
        if server.get_application_name().is_none() {
            server.application_name("lychgate");
        }
        let plug = Plug { tls, home: Handle::current(), statement };
        let recycling = ManagerConfig { recycling_method: RecyclingMethod::Fast };
        let manager = Manager::from_connect(server, plug, recycling);
        let young = Hook::sync_fn(|_: &mut ClientWrapper, metrics| {
            let is_old = metrics.age() > MAX_AGE;
            if is_old { Err(HookError::message("the connection is old")) } else { Ok(()) }
        });
        let pool = deadpool_postgres::Pool::builder(manager)
            .max_size(connections)
            .wait_timeout(Some(connect))
            .create_timeout(Some(connect))
            .recycle_timeout(Some(connect))
            .runtime(Runtime::Tokio1)
            .pre_recycle(young)
            .build();
        let unusable = |error: deadpool_postgres::BuildError| StoreError::Unavailable {
            what: error.to_string(),
        };
        Ok(Self { connections: pool.map_err(unusable)?, statement })
    }

    pub fn close(&self) {
        self.connections.close();
    }

    /// How long the database may take for an answer.
    pub fn statement(&self) -> Duration {
        self.statement
    }

    /// A connection for one piece of work.
    pub async fn lease(&self) -> Result<Lease, Trouble> {
        let object = self.connections.get().await?;
        Ok(Lease { object: Some(object), is_sound: false })
    }

    /// The database's answer to `asked`, in time.
    pub async fn in_time<T>(
        &self,
        asked: impl Future<Output = Result<T, Trouble>>,
    ) -> Result<T, Trouble> {
        match timeout(self.statement, asked).await {
            Ok(answer) => answer,
            Err(_) => Err(self.fell_silent()),
        }
    }

    /// Ends the connections that nobody uses: they may be to the same host, and would each cost
    /// somebody as long to find that out.
    pub fn fell_silent(&self) -> Trouble {
        drop(self.connections.retain(|_, _| false));
        Trouble::Silent
    }

    /// The rows of a question that only reads; asked again when the connection is lost.
    pub async fn query(
        &self,
        sql: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Trouble> {
        let mut attempt = 1;
        loop {
            let answer = self.in_time(self.query_once(sql, parameters)).await;
            match answer {
                Err(trouble) if trouble.is_lost_connection() && attempt < READ_ATTEMPTS => {
                    attempt += 1;
                }
                answer => return answer,
            }
        }
    }

    async fn query_once(
        &self,
        sql: &str,
        parameters: &[Parameter<'_>],
    ) -> Result<Vec<Row>, Trouble> {
        let lease = self.lease().await?;
        let statement = match lease.prepare_cached(sql).await {
            Ok(statement) => statement,
            Err(error) => return Err(lease.after(error)),
        };
        match lease.query(&statement, parameters).await {
            Ok(rows) => {
                lease.give_back();
                Ok(rows)
            }
            Err(error) => Err(lease.after(error)),
        }
    }

    /// Runs fixed statements, without parameters, as one transaction that writes.
    pub async fn transact(&self, sql: &str) -> Result<(), Trouble> {
        let transaction = format!("begin read write; {sql}; commit");
        let run = async {
            let lease = self.lease().await?;
            lease.batch_execute(&transaction).await?;
            lease.give_back();
            Ok(())
        };
        self.in_time(run).await
    }

    /// As [`Self::transact`], for statements that make or drop tables: again when another session
    /// did so at the same moment.
    pub async fn transact_again(&self, sql: &str) -> Result<(), Trouble> {
        let mut attempt = 1;
        loop {
            match self.transact(sql).await {
                Err(trouble)
                    if attempt < TABLE_ATTEMPTS
                        && (trouble.is_table_race() || trouble.is_lost_race()) =>
                {
                    sleep(TABLE_PAUSE * attempt).await;
                    attempt += 1;
                }
                done => return done,
            }
        }
    }

    /// Tunes tables that were made. Advice: refused, it changes nothing but the speed.
    pub async fn advise(&self, space: Space, tables: &[Table]) {
        let tuning: Vec<String> = tables.iter().map(|table| tune(space, *table)).collect();
        if !tuning.is_empty() {
            drop(self.transact(&tuning.join("; ")).await);
        }
    }
}

/// A connection that goes back to the pool only when it is said to be in good order. Whatever else
/// ends the work, the caller's loss of interest included, ends the connection: it may be amid a
/// transaction.
pub struct Lease {
    object: Option<Object>,
    is_sound: bool,
}

impl Lease {
    pub fn give_back(mut self) {
        self.is_sound = true;
    }

    /// What a statement outside of a transaction ended with. The connection is used on after a
    /// question about a day that is not there, and ends after anything else: another one may find
    /// a better host, and knows nothing of a statement that went bad.
    fn after(mut self, error: tokio_postgres::Error) -> Trouble {
        let trouble = Trouble::from(error);
        self.is_sound = trouble.is_absent_table();
        trouble
    }
}

impl Deref for Lease {
    type Target = ClientWrapper;

    #[expect(clippy::expect_used, reason = "only `drop` takes it away")]
    fn deref(&self) -> &ClientWrapper {
        self.object.as_ref().expect("a lease has its connection until it is dropped")
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        if !self.is_sound {
            drop(self.object.take().map(Object::take));
        }
    }
}

/// Makes connections on the threads of who opened the store: those of jobs end before it.
struct Plug {
    tls: Option<rustls::ClientConfig>,
    home: Handle,
    statement: Duration,
}

impl Connect for Plug {
    fn connect(
        &self,
        server: &Config,
    ) -> BoxFuture<'_, Result<(Client, JoinHandle<()>), tokio_postgres::Error>> {
        // All hosts at once: who takes writes is seldom the first one for ever.
        let asked = hosts::apart(server).into_iter().map(|host| {
            let (tls, home) = (self.tls.clone(), self.home.clone());
            Box::pin(connect(host, tls, home, setup(self.statement)))
        });
        let asked = select_ok(asked.collect::<Vec<_>>());
        let connecting = AbortOnDropHandle::new(self.home.spawn(asked));
        Box::pin(async move {
            match connecting.await {
                Ok(connected) => connected.map(|(first, _others)| first),
                // The threads are gone; the pool does not wait for ever.
                Err(_) => std::future::pending().await,
            }
        })
    }
}

/// A connection that is ready for use. Given up half-way, it leaves nothing behind.
async fn connect(
    server: Config,
    tls: Option<rustls::ClientConfig>,
    home: Handle,
    setup: String,
) -> Result<(Client, JoinHandle<()>), tokio_postgres::Error> {
    let (client, driver) = match tls {
        None => {
            let (client, driver) = server.connect(NoTls).await?;
            (client, home.spawn(ignoring(driver)))
        }
        Some(tls) => {
            let (client, driver) = server.connect(MakeRustlsConnect::new(tls)).await?;
            (client, home.spawn(ignoring(driver)))
        }
    };
    client.batch_execute(&setup).await?;
    for advice in ADVICE {
        // A setting that the engine does not know is refused, and nothing is lost by it.
        drop(client.batch_execute(advice).await);
    }
    Ok((client, driver))
}

/// Who waits for an answer hears of a lost connection; nobody else needs to.
async fn ignoring(driver: impl Future<Output = Result<(), tokio_postgres::Error>>) {
    drop(driver.await);
}

/// The settings that every connection must have. Outside of `begin read write` nothing is written:
/// should a `begin` fail, the statements behind it fail, too, instead of being done one by one.
fn setup(statement: Duration) -> String {
    let milliseconds = statement.as_millis();
    format!(
        "set default_transaction_read_only = on; \
         set default_transaction_isolation = 'read committed'; \
         set statement_timeout = {milliseconds}; \
         set idle_in_transaction_session_timeout = {milliseconds}"
    )
}
