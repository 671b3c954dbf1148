//! Certificates of upstreams: chains of both kinds of keys, and each flaw.

use std::process::Command;
use std::sync::Arc;

use rcgen::{
    BasicConstraints, CertificateParams, CertifiedIssuer, DnType, IsCa, Issuer, KeyPair,
    PKCS_RSA_SHA256, date_time_ymd,
};
use rustls_pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

use super::tests::{OK, answer, call, settings, upstream};
use super::*;
use crate::protocol::http::client::CertificateFlaw;

/// Which keys a chain has.
#[derive(Debug, Clone, Copy)]
enum Keys {
    Ecdsa,
    Rsa,
}

impl Keys {
    fn make(self) -> KeyPair {
        match self {
            Self::Ecdsa => KeyPair::generate().unwrap(),
            Self::Rsa => {
                let arguments =
                    ["genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048"];
                let made = Command::new("openssl").args(arguments).output().unwrap();
                assert!(made.status.success(), "openssl makes no key");
                let pem = String::from_utf8(made.stdout).unwrap();
                KeyPair::from_pkcs8_pem_and_sign_algo(&pem, &PKCS_RSA_SHA256).unwrap()
            }
        }
    }
}

fn issuer_params(name: &str) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.distinguished_name.push(DnType::CommonName, name);
    params
}

/// A server's certificate behind an intermediate one, and the root that is to be trusted.
struct Chain {
    root: tempfile::NamedTempFile,
    sent: Vec<CertificateDer<'static>>,
    key: PrivateKeyDer<'static>,
}

impl Chain {
    fn new(keys: Keys, leaf: &CertificateParams) -> Self {
        let root = CertifiedIssuer::self_signed(issuer_params("Root"), keys.make()).unwrap();
        let between = keys.make();
        let params = issuer_params("Between");
        let certificate = params.signed_by(&between, &root).unwrap();
        let between = Issuer::new(params, between);
        let key = keys.make();
        let leaf = leaf.signed_by(&key, &between).unwrap();
        let file = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(file.path(), root.as_ref().pem()).unwrap();
        Self {
            root: file,
            sent: vec![leaf.der().clone(), certificate.der().clone()],
            key: PrivateKeyDer::from_pem_slice(key.serialize_pem().as_bytes()).unwrap(),
        }
    }

    /// Serves with it, on a port of this machine.
    async fn serve(&self) -> (u16, JoinSet<()>) {
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let config = rustls::ServerConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .unwrap()
            .with_no_client_auth()
            .with_single_cert(self.sent.clone(), self.key.clone_key())
            .unwrap();
        let acceptor = TlsAcceptor::from(Arc::new(config));
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            loop {
                let (socket, _) = listener.accept().await.unwrap();
                if let Ok(socket) = acceptor.accept(socket).await {
                    answer(socket, &[OK]).await;
                }
            }
        });
        (port, tasks)
    }
}

fn for_localhost() -> CertificateParams {
    CertificateParams::new(vec!["localhost".to_owned()]).unwrap()
}

/// What a call says that trusts `ca`, or the system.
async fn passed(url: &str, ca: Option<&Chain>) -> Result<(), UpstreamError> {
    let ca = ca.map(|chain| chain.root.path().to_owned());
    let request = call("GET / HTTP/1.1\n\n");
    upstream(&Settings { ca, ..settings(url) }).pass(&request).await.map(drop)
}

fn refused(flaw: CertificateFlaw) -> Result<(), UpstreamError> {
    Err(UpstreamError::Client(ClientError::Certificate(flaw)))
}

#[tokio::test]
async fn chains_of_both_kinds_are_trusted_by_their_root_and_for_their_host_alone() {
    for keys in [Keys::Ecdsa, Keys::Rsa] {
        let (chain, other) =
            (Chain::new(keys, &for_localhost()), Chain::new(keys, &for_localhost()));
        let (port, _tasks) = chain.serve().await;
        let url = format!("https://localhost:{port}");
        assert_eq!(passed(&url, Some(&chain)).await, Ok(()), "{keys:?}");
        assert_eq!(passed(&url, Some(&other)).await, refused(CertificateFlaw::Issuer), "{keys:?}");
        assert_eq!(passed(&url, None).await, refused(CertificateFlaw::Issuer), "{keys:?}");
        let by_address = passed(&format!("https://127.0.0.1:{port}"), Some(&chain)).await;
        assert_eq!(by_address, refused(CertificateFlaw::Name), "{keys:?}");
        let plain = passed(&format!("http://127.0.0.1:{port}"), None).await;
        assert!(plain.is_err(), "{keys:?}");
    }
}

#[tokio::test]
async fn a_certificate_that_is_too_old_or_too_young_is_refused() {
    for (from, to, flaw) in
        [(2001, 2002, CertificateFlaw::Expired), (2150, 2151, CertificateFlaw::NotYet)]
    {
        let mut params = for_localhost();
        params.not_before = date_time_ymd(from, 1, 1);
        params.not_after = date_time_ymd(to, 1, 1);
        let chain = Chain::new(Keys::Ecdsa, &params);
        let (port, _tasks) = chain.serve().await;
        let url = format!("https://localhost:{port}");
        assert_eq!(passed(&url, Some(&chain)).await, refused(flaw), "{flaw:?}");
    }
}
