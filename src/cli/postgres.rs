//! From settings to a database.

use std::net::IpAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use tokio_postgres::config::{Host, SslMode};

use crate::config::{Config, DatabaseTls, DatabaseUrl, Postgres};
use crate::protocol::http::client::tls_connector;
use crate::store::{PostgresOptions, PostgresStore};

/// A store in the database of the settings.
pub async fn open(config: &Config) -> Result<PostgresStore> {
    let store = PostgresStore::open(options(&config.postgres)?).await;
    store.context("cannot open the database of [postgres]")
}

/// How the settings say that the database is reached. No error shows the URL: it may hold a
/// password.
pub fn options(settings: &Postgres) -> Result<PostgresOptions> {
    let parsed = settings.url.secret().parse::<tokio_postgres::Config>();
    let mut server = parsed.map_err(|_| anyhow!("[postgres] url: no URL of a database"))?;
    if server.get_ssl_mode() != SslMode::Prefer {
        bail!("[postgres] url: what `sslmode` says belongs into the setting `tls`");
    }
    if let Some(file) = &settings.password_file {
        let password = std::fs::read_to_string(file)
            .with_context(|| format!("[postgres] password_file: cannot read {}", file.display()))?;
        server.password(password.trim_end_matches(['\r', '\n']));
    }
    Ok(PostgresOptions {
        tls: tls(settings, &server)?,
        server,
        connections: settings.connections,
        connect: Duration::from_secs(settings.connect_seconds),
        statement: Duration::from_secs(settings.statement_seconds),
    })
}

fn tls(
    settings: &Postgres,
    server: &tokio_postgres::Config,
) -> Result<Option<rustls::ClientConfig>> {
    let is_here = settings.ca.is_none() && server.get_hosts().iter().all(is_this_machine);
    if settings.tls == DatabaseTls::Off || is_here {
        return Ok(None);
    }
    let connector = tls_connector(settings.ca.as_deref());
    let connector = connector.context("[postgres] ca: no certificates to trust")?;
    Ok(Some((**connector.config()).clone()))
}

fn is_this_machine(host: &Host) -> bool {
    match host {
        Host::Unix(_) => true,
        Host::Tcp(name) => {
            name == "localhost" || name.parse::<IpAddr>().is_ok_and(|address| address.is_loopback())
        }
    }
}

/// Whether what stands for a folder is the URL of a database.
pub fn url_in(place: &Path) -> Option<DatabaseUrl> {
    let text = place.to_str().filter(|text| DatabaseUrl::is_in(text))?;
    Some(DatabaseUrl::new(text))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_settings_as_they_come_lead_to_a_database_on_this_machine() {
        let options = options(&Postgres::default()).unwrap();
        assert_eq!(options.server.get_dbname(), Some("lychgate"));
        assert!(options.server.get_hosts().iter().all(is_this_machine));
        assert!(options.tls.is_none());
    }

    #[test]
    fn tls_is_spoken_with_every_host_that_is_not_this_machine_unless_told_otherwise() {
        let of = |url: &str, tls| {
            let url = DatabaseUrl::new(url);
            options(&Postgres { url, tls, ..Postgres::default() })
        };
        let far = "postgresql://lychgate@localhost,db.example/lychgate";
        assert!(
            of("postgresql://lychgate@[::1]/lychgate", DatabaseTls::Verify).unwrap().tls.is_none()
        );
        assert!(of(far, DatabaseTls::Off).unwrap().tls.is_none());
        // Where the system has no certificates the settings are refused, not weakened.
        assert!(of(far, DatabaseTls::Verify).map_or(true, |options| options.tls.is_some()));
        assert!(of("postgresql://db.example/x?sslmode=require", DatabaseTls::Verify).is_err());
    }

    #[test]
    fn a_password_comes_from_its_file_without_the_line_end() {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("password");
        std::fs::write(&file, "s3cr3t\n").unwrap();
        let options = options(&Postgres { password_file: Some(file), ..Postgres::default() });
        assert_eq!(options.unwrap().server.get_password(), Some(&b"s3cr3t"[..]));
    }
}
