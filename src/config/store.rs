//! Which engine keeps the data, and where.

use std::path::PathBuf;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

/// What keeps the data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Engine {
    Sled,
    Postgres,
    Memory,
}

/// Which engine keeps the data, and where.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(default, deny_unknown_fields)]
pub struct Store {
    /// `sled` keeps the data in a folder; `postgres` in a database, see `[postgres]`; `memory`
    /// forgets everything at the stop.
    pub engine: Engine,
    /// The folder. One process at a time may use it. With `postgres` it holds only what belongs to
    /// this process: the admin token, a self-signed certificate, the journal.
    pub data: PathBuf,
}

impl Default for Store {
    fn default() -> Self {
        Self { engine: Engine::Sled, data: PathBuf::from("lychgate-data") }
    }
}
