//! `[postgres]`: the database of `engine = "postgres"`.

use std::fmt;
use std::path::PathBuf;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};
use zeroize::Zeroize as _;

use super::ConfigError;
use super::error::ensure_positive;

/// Most connections that make sense of one process: a server takes 100 unless told otherwise.
const MOST_CONNECTIONS: u64 = 1000;

/// The database of `engine = "postgres"`: any number of gateways may use one. Make its tables with
/// `lychgate store migrate`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Postgres {
    /// Where it is and as whom to connect. Of several hosts, the first one that takes writes.
    #[setting(example = "\"postgresql://lychgate@db1:5432,db2:5432/lychgate\"")]
    pub url: DatabaseUrl,
    /// File with the password, where the URL has none.
    #[setting(example = "\"/etc/lychgate/postgres-password\"")]
    pub password_file: Option<PathBuf>,
    /// `verify` speaks TLS to who shows a certificate for the host's name, and plainly only with
    /// this machine itself unless `ca` is set; `off` speaks plainly with everyone.
    pub tls: DatabaseTls,
    /// Certificates to trust instead of the system's, as a PEM file.
    #[setting(example = "\"/etc/lychgate/postgres-ca.pem\"")]
    pub ca: Option<PathBuf>,
    /// Most connections at once of this process.
    pub connections: usize,
    /// Seconds for which a call waits for a connection.
    pub connect_seconds: u64,
    /// Seconds for which a call waits for an answer; the database gives a statement up after them.
    pub statement_seconds: u64,
}

/// Whether connections to the database speak TLS.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum DatabaseTls {
    Verify,
    Off,
}

/// A database's URL. It may hold a password, and is shown nowhere.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct DatabaseUrl(String);

impl DatabaseUrl {
    pub fn new(url: impl Into<String>) -> Self {
        Self(url.into())
    }

    /// Whether `text` looks like one, where it might also be a folder.
    pub fn is_in(text: &str) -> bool {
        ["postgres://", "postgresql://"].iter().any(|scheme| text.starts_with(scheme))
    }

    pub fn secret(&self) -> &str {
        &self.0
    }
}

impl fmt::Debug for DatabaseUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("DatabaseUrl(…)")
    }
}

impl Drop for DatabaseUrl {
    fn drop(&mut self) {
        self.0.zeroize();
    }
}

impl Default for Postgres {
    fn default() -> Self {
        Self {
            url: DatabaseUrl::new("postgresql:///lychgate?host=/var/run/postgresql"),
            password_file: None,
            tls: DatabaseTls::Verify,
            ca: None,
            connections: 16,
            connect_seconds: 5,
            statement_seconds: 15,
        }
    }
}

impl Postgres {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        if !DatabaseUrl::is_in(self.url.secret()) {
            let message = "must begin with postgresql://";
            return Err(ConfigError::invalid("postgres", "url", message));
        }
        let connections = u64::try_from(self.connections).unwrap_or(u64::MAX);
        ensure_positive("postgres", "connections", connections)?;
        if connections > MOST_CONNECTIONS {
            let message = format!("must be at most {MOST_CONNECTIONS}");
            return Err(ConfigError::invalid("postgres", "connections", message));
        }
        ensure_positive("postgres", "connect_seconds", self.connect_seconds)?;
        ensure_positive("postgres", "statement_seconds", self.statement_seconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_password_in_the_url_is_shown_by_no_debug_text_and_no_refusal() {
        let settings = Postgres {
            url: DatabaseUrl::new("mysql://lychgate:s3cr3t@db.example/lychgate"),
            ..Postgres::default()
        };
        let refused = settings.check().unwrap_err();
        for text in [format!("{settings:?}"), format!("{refused}"), format!("{refused:?}")] {
            assert!(!text.contains("s3cr3t"), "{text}");
        }
    }
}
