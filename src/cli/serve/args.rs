//! The flags of `lychgate serve`. Each wins over the settings.

use std::net::SocketAddr;
use std::path::PathBuf;

use anyhow::Result;
use clap::Args;
use jiff::Timestamp;

use crate::cli::config::ConfigFile;
use crate::cli::place::lay_place;
use crate::config::{Config, Engine};

/// Serves the faces until it is asked to stop.
#[derive(Debug, Args)]
#[expect(clippy::struct_excessive_bools, reason = "each is a flag of its own")]
#[command(after_help = "\
Examples:
  lychgate serve --demo --ephemeral
  lychgate serve --config /etc/lychgate/lychgate.toml
  lychgate serve --data /var/lib/lychgate --copy-to postgresql://lychgate@db.example/lychgate
  lychgate serve --listen 127.0.0.1:0 --ephemeral --ready-json --frozen-time 2026-01-01T00:00:00Z \
--id-seed 1")]
pub struct Serve {
    #[command(flatten)]
    pub config: ConfigFile,
    /// Address and port; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    pub listen: Option<SocketAddr>,
    /// Folder of the store, made when it is not there, or URL of its database [default: lychgate-data]
    #[arg(long, value_name = "DIR|URL")]
    pub data: Option<PathBuf>,
    /// Keep everything in memory and forget it at the stop
    #[arg(long, conflicts_with = "data")]
    pub ephemeral: bool,
    /// Answer what only reads; changes are told to come again, and no job is worked on
    #[arg(long, conflicts_with_all = ["demo", "ephemeral"])]
    pub read_only: bool,
    /// Copy the store to this folder or database, and only let read from the beginning of that on
    #[arg(long, value_name = "DIR|URL", conflicts_with_all = ["demo", "ephemeral"])]
    pub copy_to: Option<PathBuf>,
    /// Make an account with data in it and a login, and run an import over the own SOAP socket
    #[arg(long)]
    pub demo: bool,
    /// Keep a journal of calls, as [journal] has it
    #[arg(long)]
    pub journal: bool,
    /// When ready, print one line of JSON on standard output instead of text
    #[arg(long)]
    pub ready_json: bool,
    /// Stop the clock at this moment, for contract tests
    #[arg(long, value_name = "RFC3339")]
    pub frozen_time: Option<Timestamp>,
    /// Make the same ids, tokens and passwords at every start, for contract tests only
    #[arg(long, value_name = "N")]
    pub id_seed: Option<u64>,
    /// Serve HTTPS with a certificate of its own making, for trials
    #[arg(long, conflicts_with_all = ["tls_cert", "tls_key"])]
    pub self_signed: bool,
    /// Serve HTTPS with this certificate chain (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    pub tls_cert: Option<PathBuf>,
    /// Private key of the certificate (PEM)
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    pub tls_key: Option<PathBuf>,
    /// Serve plain HTTP on an address that is not loopback
    #[arg(long)]
    pub allow_plain_http: bool,
}

impl Serve {
    /// Whether nothing is changed.
    pub fn is_read_only(&self) -> bool {
        self.read_only || self.copy_to.is_some()
    }

    /// File, environment and flags, checked.
    pub fn settings(&self) -> Result<Config> {
        let mut config = self.config.load()?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        if let Some(data) = &self.data {
            lay_place(&mut config, data);
        }
        if self.ephemeral {
            config.store.engine = Engine::Memory;
        }
        if self.self_signed || self.tls_cert.is_some() {
            config.tls.self_signed = self.self_signed;
            config.tls.cert.clone_from(&self.tls_cert);
            config.tls.key.clone_from(&self.tls_key);
        }
        config.server.allow_plain_http |= self.allow_plain_http;
        config.journal.enabled |= self.journal;
        config.check()?;
        Ok(config)
    }
}
