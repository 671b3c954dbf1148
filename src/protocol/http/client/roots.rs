//! Certificates that are trusted when this program is a client.

use std::io;
use std::path::Path;
use std::sync::Arc;

use rustls::RootCertStore;
use rustls_pki_types::CertificateDer;
use rustls_pki_types::pem::PemObject as _;
use tokio_rustls::TlsConnector;

/// Where the certificates that the system trusts stand, on Debian, Fedora and Alpine.
const SYSTEM_CERTIFICATES: &[&str] = &[
    "/etc/ssl/certs/ca-certificates.crt",
    "/etc/pki/tls/certs/ca-bundle.crt",
    "/etc/ssl/cert.pem",
];

/// Connects by TLS 1.2 or 1.3 to who has a certificate of `ca` (PEM), or of whom the system
/// trusts.
pub fn tls_connector(ca: Option<&Path>) -> io::Result<TlsConnector> {
    let mut roots = RootCertStore::empty();
    let trusted = match ca {
        Some(file) => file,
        None => SYSTEM_CERTIFICATES
            .iter()
            .map(Path::new)
            .find(|file| file.exists())
            .ok_or_else(|| io::Error::other("the system has no list of trusted certificates"))?,
    };
    let wrong = |what: &str| io::Error::other(format!("{} {what}", trusted.display()));
    let certificates =
        CertificateDer::pem_file_iter(trusted).map_err(|_| wrong("cannot be read"))?;
    for certificate in certificates {
        // A certificate that is not fit as a root is passed over, as browsers do.
        drop(roots.add(certificate.map_err(|_| wrong("is damaged"))?));
    }
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = rustls::ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_root_certificates(roots)
        .with_no_client_auth();
    Ok(TlsConnector::from(Arc::new(config)))
}
