//! An ECDSA P-256 certificate of our own making, for trials.

use std::fs::OpenOptions;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use rcgen::{CertificateParams, DnType, KeyPair, PKCS_ECDSA_P256_SHA256};
use rustls::client::verify_server_name;
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName};
use rustls::server::ParsedCertificate;

use super::config::TlsFiles;
use crate::domain::Clock;

/// Clients trust this file; it stays the same over restarts for as long as it fits.
const CERTIFICATE_FILE: &str = "self-signed.pem";
const KEY_FILE: &str = "self-signed.key";
/// Names that every such certificate carries, so that a trial on one machine works at once.
const LOCAL_NAMES: [&str; 3] = ["localhost", "127.0.0.1", "::1"];
/// A trial may be forgotten for years; its clients should then still connect.
const YEARS_VALID: i16 = 10;

/// Why there is no self-signed certificate.
#[derive(Debug, thiserror::Error)]
pub enum SelfSignedError {
    #[error("could not make a certificate for these host names")]
    Make(#[from] rcgen::Error),
    #[error("could not write {path}")]
    Write { path: PathBuf, source: io::Error },
}

/// The certificate in `folder` for `hosts`; made when there is none or it lacks a name.
pub fn self_signed(
    folder: &Path,
    hosts: &[String],
    clock: &Clock,
) -> Result<TlsFiles, SelfSignedError> {
    let files = TlsFiles { certificate: folder.join(CERTIFICATE_FILE), key: folder.join(KEY_FILE) };
    let mut names: Vec<String> = LOCAL_NAMES.map(str::to_owned).to_vec();
    names.extend(hosts.iter().filter(|host| !LOCAL_NAMES.contains(&host.as_str())).cloned());
    if files.key.is_file() && covers(&files.certificate, &names) {
        return Ok(files);
    }
    let key = KeyPair::generate_for(&PKCS_ECDSA_P256_SHA256)?;
    let certificate = parameters(names, clock)?.self_signed(&key)?;
    write(&files.key, key.serialize_pem().as_bytes(), Reader::Owner)?;
    write(&files.certificate, certificate.pem().as_bytes(), Reader::Anyone)?;
    Ok(files)
}

fn parameters(names: Vec<String>, clock: &Clock) -> Result<CertificateParams, rcgen::Error> {
    let mut parameters = CertificateParams::new(names)?;
    parameters.distinguished_name.push(DnType::CommonName, "Lychgate self-signed");
    let today = clock.now().to_zoned(jiff::tz::TimeZone::UTC).date();
    let month = u8::try_from(today.month()).unwrap_or(1);
    // A day of the month that every month has, and not after today: clocks may differ by zones.
    parameters.not_before = rcgen::date_time_ymd(i32::from(today.year()) - 1, month, 1);
    parameters.not_after = rcgen::date_time_ymd(i32::from(today.year() + YEARS_VALID), month, 1);
    Ok(parameters)
}

fn covers(path: &Path, names: &[String]) -> bool {
    let Ok(certificate) = CertificateDer::from_pem_file(path) else { return false };
    let Ok(parsed) = ParsedCertificate::try_from(&certificate) else { return false };
    names.iter().all(|name| {
        ServerName::try_from(name.as_str())
            .is_ok_and(|name| verify_server_name(&parsed, &name).is_ok())
    })
}

#[derive(Clone, Copy)]
enum Reader {
    Owner,
    Anyone,
}

fn write(path: &Path, bytes: &[u8], reader: Reader) -> Result<(), SelfSignedError> {
    let broken = |source| SelfSignedError::Write { path: path.to_owned(), source };
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(
        &mut options,
        match reader {
            Reader::Owner => 0o600,
            Reader::Anyone => 0o644,
        },
    );
    let mut file = options.open(path).map_err(broken)?;
    file.write_all(bytes).and_then(|()| file.sync_all()).map_err(broken)
}
