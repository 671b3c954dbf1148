//! TLS 1.2 and 1.3, our own certificate, and its change while the server runs.

use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

use lychgate::domain::Clock;
use lychgate::server::{TlsFiles, self_signed};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::{ClientConfig, RootCertStore, SupportedProtocolVersion, version};
use tempfile::TempDir;
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;

use crate::support::{Client, Trial, post, within};

fn connector(certificate: &Path, versions: &[&'static SupportedProtocolVersion]) -> TlsConnector {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(certificate).unwrap()).unwrap();
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ClientConfig::builder_with_provider(provider)
        .with_protocol_versions(versions)
        .unwrap()
        .with_root_certificates(roots)
        .with_no_client_auth();
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    TlsConnector::from(Arc::new(config))
}

async fn connect(
    trial: &Trial,
    connector: &TlsConnector,
    name: &str,
) -> std::io::Result<TlsStream<TcpStream>> {
    let socket = TcpStream::connect(trial.running.local_address()).await.unwrap();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    within(connector.connect(name, socket)).await
}

fn made(folder: &TempDir, hosts: &[&str]) -> TlsFiles {
    let hosts: Vec<String> = hosts.iter().map(|&host| host.to_owned()).collect();
    self_signed(folder.path(), &hosts, &Clock::System).unwrap()
}

async fn secure(files: &TlsFiles) -> Trial {
    Trial::with(|config| config.tls = Some(files.clone())).await
}

#[tokio::test]
async fn our_own_certificate_serves_tls_1_2_and_1_3_by_every_name() {
    let folder = TempDir::new().unwrap();
    let files = made(&folder, &["api.example.org"]);
    let trial = secure(&files).await;
    assert!(trial.running.url().starts_with("https://127.0.0.1:"));
    for version in [&version::TLS12, &version::TLS13] {
        let connector = connector(&files.certificate, &[version]);
        for name in ["localhost", "127.0.0.1", "api.example.org"] {
            let stream = connect(&trial, &connector, name).await.unwrap();
            let session = stream.get_ref().1;
            assert_eq!(session.protocol_version(), Some(version.version));
            assert_eq!(session.alpn_protocol(), Some(&b"http/1.1"[..]));
            let mut client = Client::over(stream);
            for _ in 0..2 {
                client.send(post("/describe", "", b"")).await;
                assert_eq!(client.reply().await.text(), "https://t t 127.0.0.1 ");
            }
        }
    }
}

#[tokio::test]
async fn a_refusal_survives_an_unread_body_over_tls_too() {
    let folder = TempDir::new().unwrap();
    let files = made(&folder, &[]);
    let trial = secure(&files).await;
    let connector = connector(&files.certificate, &[&version::TLS13]);
    let mut client = Client::over(connect(&trial, &connector, "localhost").await.unwrap());
    client.send(post("/private", "Expect: 100-continue\r\n", &vec![b'x'; 200_000])).await;
    assert_eq!(client.reply().await.status, 401);
    client.ends().await;
}

#[tokio::test]
async fn our_own_certificate_stays_over_restarts_until_a_name_is_missing() {
    let folder = TempDir::new().unwrap();
    let read = |files: &TlsFiles| std::fs::read(&files.certificate).unwrap();
    let first = read(&made(&folder, &["a.example"]));
    assert_eq!(read(&made(&folder, &["a.example"])), first);
    assert_ne!(read(&made(&folder, &["a.example", "b.example"])), first);
}

#[cfg(unix)]
#[tokio::test]
async fn our_own_key_is_readable_by_its_owner_only() {
    use std::os::unix::fs::PermissionsExt as _;
    let folder = TempDir::new().unwrap();
    let files = made(&folder, &[]);
    assert_eq!(std::fs::metadata(files.key).unwrap().permissions().mode() & 0o777, 0o600);
}

#[tokio::test]
async fn a_changed_certificate_is_taken_up_and_a_broken_one_is_not() {
    let folder = TempDir::new().unwrap();
    let files = made(&folder, &[]);
    let trial = secure(&files).await;
    let old = connector(&files.certificate, &[&version::TLS13]);
    connect(&trial, &old, "localhost").await.unwrap();

    std::fs::write(&files.certificate, "this is no certificate").unwrap();
    trial.running.reload_certificate();
    connect(&trial, &old, "localhost").await.unwrap();

    std::fs::remove_file(&files.certificate).unwrap();
    let files = made(&folder, &["new.example"]);
    let new = connector(&files.certificate, &[&version::TLS13]);
    trial.running.reload_certificate();
    connect(&trial, &new, "new.example").await.unwrap();
    assert!(connect(&trial, &old, "localhost").await.is_err());
}

#[tokio::test]
async fn a_changed_certificate_is_noticed_without_being_told() {
    let folder = TempDir::new().unwrap();
    let files = made(&folder, &[]);
    let trial = Trial::with(|config| {
        config.tls = Some(files.clone());
        config.times.certificate_check = Duration::from_millis(10);
    })
    .await;
    std::fs::remove_file(&files.certificate).unwrap();
    let files = made(&folder, &["new.example"]);
    let new = connector(&files.certificate, &[&version::TLS13]);
    let noticed = async { while connect(&trial, &new, "new.example").await.is_err() {} };
    within(noticed).await;
}

#[tokio::test]
async fn plain_http_and_silence_on_a_tls_port_end_quickly() {
    let folder = TempDir::new().unwrap();
    let files = made(&folder, &[]);
    let trial = Trial::with(|config| {
        config.tls = Some(files.clone());
        config.times.handshake = Duration::from_millis(60);
    })
    .await;
    let mut client = trial.connect().await;
    client.send(post("/echo", "", b"hello")).await;
    assert!(!client.rest().await.contains("HTTP/1.1"));
    trial.connect().await.ends().await;
}
