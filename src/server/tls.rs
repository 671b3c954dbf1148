//! TLS 1.2 and 1.3 from PEM files, read again when they change.
//!
//! rustls speaks neither TLS below 1.2 nor CBC suites. Windows 7 to 2012 R2 offer GCM only with
//! ECDSA, so an ECDSA certificate reaches clients that an RSA one does not; a failed handshake is
//! logged with what the client offered, since .NET reports no more than "could not create secure
//! channel".

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::SystemTime;

use arc_swap::ArcSwap;
use rustls::crypto::ring;
use rustls::pki_types::pem::{self, PemObject as _};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::server::{ClientHello, ServerConfig};
use tracing::{error, info};

use super::config::TlsFiles;

/// Why certificate and key cannot be used.
#[derive(Debug, thiserror::Error)]
pub enum TlsError {
    #[error("could not read the certificate {path}")]
    Certificate { path: PathBuf, source: pem::Error },
    #[error("there is no certificate in {path}")]
    NoCertificate { path: PathBuf },
    #[error("could not read the private key {path}")]
    Key { path: PathBuf, source: pem::Error },
    #[error("certificate and key do not work together")]
    Pair(#[source] rustls::Error),
    #[error("could not set up TLS")]
    Setup(#[source] rustls::Error),
}

/// The certificate in use, and the files that it came from.
#[derive(Debug)]
pub struct Tls {
    files: TlsFiles,
    seen: std::sync::Mutex<Stamp>,
    config: ArcSwap<ServerConfig>,
}

/// What changes when somebody replaces the files.
type Stamp = [Option<(SystemTime, u64)>; 2];

impl Tls {
    pub fn load(files: TlsFiles) -> Result<Self, TlsError> {
        let seen = stamp(&files);
        let config = read(&files)?;
        Ok(Self { files, seen: std::sync::Mutex::new(seen), config: ArcSwap::from_pointee(config) })
    }

    /// What the next handshake uses.
    pub fn current(&self) -> Arc<ServerConfig> {
        self.config.load_full()
    }

    /// Reads the files again. What is in use stays when they cannot be used.
    pub fn reload(&self) -> Result<(), TlsError> {
        let seen = stamp(&self.files);
        let read = read(&self.files);
        // Also after a failure: the same broken files need not be tried and logged again.
        *self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner) = seen;
        self.config.store(Arc::new(read?));
        Ok(())
    }

    /// Reads the files again when they changed. Blocks for a few file accesses.
    pub fn reload_if_changed(&self) {
        let seen = *self.seen.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if stamp(&self.files) == seen {
            return;
        }
        match self.reload() {
            Ok(()) => info!("the TLS certificate changed and is in use now"),
            Err(error) => {
                let cause = std::error::Error::source(&error).map(ToString::to_string);
                error!(cause, "the changed TLS certificate is not used: {error}");
            }
        }
    }
}

fn stamp(files: &TlsFiles) -> Stamp {
    [&files.certificate, &files.key].map(|path| {
        let metadata = std::fs::metadata(path).ok()?;
        Some((metadata.modified().ok()?, metadata.len()))
    })
}

fn read(files: &TlsFiles) -> Result<ServerConfig, TlsError> {
    let chain = certificates(&files.certificate)?;
    let key = PrivateKeyDer::from_pem_file(&files.key)
        .map_err(|source| TlsError::Key { path: files.key.clone(), source })?;
    let mut config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_protocol_versions(&[&rustls::version::TLS13, &rustls::version::TLS12])
        .map_err(TlsError::Setup)?
        .with_no_client_auth()
        .with_single_cert(chain, key)
        .map_err(TlsError::Pair)?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    config.ticketer = ring::Ticketer::new().map_err(TlsError::Setup)?;
    Ok(config)
}

fn certificates(path: &Path) -> Result<Vec<CertificateDer<'static>>, TlsError> {
    let broken = |source| TlsError::Certificate { path: path.to_owned(), source };
    let chain: Vec<_> = CertificateDer::pem_file_iter(path)
        .map_err(broken)?
        .collect::<Result<_, _>>()
        .map_err(broken)?;
    if chain.is_empty() {
        return Err(TlsError::NoCertificate { path: path.to_owned() });
    }
    Ok(chain)
}

/// What a client offered, in words, for the log line of a failed handshake.
pub fn offered(hello: &ClientHello<'_>) -> String {
    /// More than any client offers; a longer list is an attack on the log.
    const MOST_NAMED: usize = 40;
    let suites = hello.cipher_suites().iter().take(MOST_NAMED);
    let schemes = hello.signature_schemes().iter().take(MOST_NAMED);
    format!("suites {:?}, signatures {:?}", suites.collect::<Vec<_>>(), schemes.collect::<Vec<_>>())
}
