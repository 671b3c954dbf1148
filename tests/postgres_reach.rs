//! How a database is reached: over several hosts, by TLS, and when one says nothing.

#![expect(clippy::unwrap_used, reason = "also the functions that tests share are tests")]

#[cfg(test)]
#[path = "support/postgres.rs"]
mod postgres;

use std::fs;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use futures_util::future::join_all;
use lychgate::protocol::http::client::tls_connector;
use lychgate::store::{
    Batch, PostgresOptions, PostgresStore, Space, Store as _, StoreError, Table, commit_durably,
};
use postgres::{Postgres, options};

async fn write(options: PostgresOptions) -> Result<(), StoreError> {
    let store = PostgresStore::open(options).await?;
    let mut batch = Batch::main();
    batch.put(Table::Account, "key", "value");
    commit_durably(&store, batch).await
}

#[tokio::test]
async fn of_several_hosts_the_one_that_takes_writes_is_used() {
    let Some(server) = Postgres::shared() else { return };
    let url = server.database("hosts");
    PostgresStore::migrate(options(&url)).await.unwrap();
    let port = server.port;
    // Nobody listens on port 1.
    let several = format!("postgresql://lychgate@127.0.0.1:1,127.0.0.1:{port}/hosts");
    write(options(&several)).await.unwrap();
    server.ask("postgres", "alter database hosts set default_transaction_read_only = on").unwrap();
    let refused = write(options(&several)).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused}");
}

#[tokio::test]
async fn a_host_that_says_nothing_is_given_up_in_time() {
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = silent.local_addr().unwrap().port();
    let mut options = options(&format!("postgresql://lychgate@127.0.0.1:{port}/nothing"));
    (options.connect, options.statement) = (Duration::from_secs(1), Duration::from_secs(2));
    let begun = Instant::now();
    let refused = write(options).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
}

#[tokio::test]
async fn a_host_that_says_nothing_does_not_keep_us_from_the_others() {
    let Some(server) = Postgres::shared() else { return };
    let url = server.database("others");
    PostgresStore::migrate(options(&url)).await.unwrap();
    let silent = TcpListener::bind("127.0.0.1:0").unwrap();
    let (silent, port) = (silent.local_addr().unwrap().port(), server.port);
    for hosts in [[silent, port], [port, silent]] {
        let [one, other] = hosts;
        let several = format!("postgresql://lychgate@127.0.0.1:{one},127.0.0.1:{other}/others");
        write(options(&several)).await.unwrap();
    }
}

#[tokio::test]
async fn of_the_connections_to_a_host_that_hangs_only_one_is_waited_for() {
    let Some(leader) = Postgres::start_new() else { return };
    let Some(next) = Postgres::start_new() else { return };
    for server in [&leader, &next] {
        PostgresStore::migrate(options(&server.database("lychgate"))).await.unwrap();
    }
    next.stop();
    let (one, other) = (leader.port, next.port);
    let url = format!("postgresql://lychgate@127.0.0.1:{one},127.0.0.1:{other}/lychgate");
    let mut impatient = options(&url);
    impatient.statement = Duration::from_secs(2);
    let store = PostgresStore::open(impatient).await.unwrap();
    let read = || store.get(Space::Main, Table::Account, b"key");
    // As many at once as there are connections.
    for answer in join_all((0..8).map(|_| read())).await {
        answer.unwrap();
    }
    leader.hang();
    next.start();
    let refused = read().await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused}");
    for _ in 0..8 {
        read().await.unwrap();
    }
}

#[tokio::test]
async fn a_statement_that_waits_too_long_is_given_up_and_the_next_one_works() {
    let Some(server) = Postgres::shared() else { return };
    let url = server.database("waiting");
    PostgresStore::migrate(options(&url)).await.unwrap();
    let mut impatient = options(&url);
    impatient.statement = Duration::from_secs(1);
    let store = PostgresStore::open(impatient).await.unwrap();
    let mut batch = Batch::main();
    batch.put(Table::Account, "key", "value");
    commit_durably(&store, batch.clone()).await.unwrap();

    let (client, driver) = tokio_postgres::connect(&url, tokio_postgres::NoTls).await.unwrap();
    #[expect(clippy::disallowed_methods, reason = "no server is here that could stop it")]
    tokio::spawn(driver);
    let lock = "begin; select * from lychgate_account for update";
    client.batch_execute(lock).await.unwrap();
    let begun = Instant::now();
    let refused = commit_durably(&store, batch.clone()).await.unwrap_err();
    assert!(matches!(refused, StoreError::Unavailable { .. }), "{refused}");
    assert!(begun.elapsed() < Duration::from_secs(5), "{:?}", begun.elapsed());
    client.batch_execute("rollback").await.unwrap();
    commit_durably(&store, batch).await.unwrap();
}

/// A certificate for `localhost`, by an authority of its own; the files of both and of the key.
fn certificate(folder: &Path) -> [PathBuf; 2] {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let files = [folder.join("server.crt"), folder.join("server.key")];
    fs::write(&files[0], made.cert.pem()).unwrap();
    fs::write(&files[1], made.signing_key.serialize_pem()).unwrap();
    files
}

#[tokio::test]
async fn tls_is_spoken_with_a_server_whose_certificate_is_trusted_and_no_other() {
    let Some(server) = Postgres::start_new() else { return };
    let folder = tempfile::tempdir().unwrap();
    let [trusted, key] = certificate(folder.path());
    server.speak_tls(&trusted, &key);
    let only_tls = "hostssl all all 127.0.0.1/32 trust\n";
    server.let_in(only_tls);
    let url = format!("postgresql://lychgate@localhost:{}/postgres", server.port);
    let with = |ca: Option<&Path>| PostgresOptions {
        tls: Some((**tls_connector(ca).unwrap().config()).clone()),
        ..options(&url)
    };
    PostgresStore::migrate(with(Some(&trusted))).await.unwrap();
    write(with(Some(&trusted))).await.unwrap();
    assert!(write(options(&url)).await.is_err(), "without TLS");
    let stranger = tempfile::tempdir().unwrap();
    let [other, _] = certificate(stranger.path());
    assert!(write(with(Some(&other))).await.is_err(), "an unknown certificate");
    let by_address = format!("postgresql://lychgate@127.0.0.1:{}/postgres", server.port);
    let misnamed = PostgresOptions { tls: with(Some(&trusted)).tls, ..options(&by_address) };
    assert!(write(misnamed).await.is_err(), "a certificate for another name");
}
