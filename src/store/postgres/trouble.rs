//! What goes wrong between us and the database, and what it means for a store.

use std::io;

use deadpool_postgres::{PoolError, TimeoutType};
use tokio_postgres::error::{Severity, SqlState};

use crate::store::seam::StoreError;

/// Why the database did not do what it was asked.
#[derive(Debug)]
pub enum Trouble {
    /// The database refused, or the connection to it is lost.
    Server(tokio_postgres::Error),
    /// No connection was to be had in time.
    NoConnection(&'static str),
    /// The database did not answer in time.
    Silent,
    Closed,
}

impl From<tokio_postgres::Error> for Trouble {
    fn from(error: tokio_postgres::Error) -> Self {
        Self::Server(error)
    }
}

impl From<PoolError> for Trouble {
    fn from(error: PoolError) -> Self {
        match error {
            PoolError::Backend(error) => Self::Server(error),
            PoolError::Timeout(TimeoutType::Wait) => Self::NoConnection("all connections are busy"),
            PoolError::Timeout(_) => Self::NoConnection("no host lets us connect in time"),
            PoolError::Closed => Self::Closed,
            PoolError::NoRuntimeSpecified => Self::NoConnection("there is no runtime"),
            PoolError::PostCreateHook(error) => match error {
                deadpool_postgres::HookError::Backend(error) => Self::Server(error),
                deadpool_postgres::HookError::Message(_) => {
                    Self::NoConnection("a connection could not be made ready")
                }
            },
        }
    }
}

impl Trouble {
    fn code(&self) -> Option<&SqlState> {
        match self {
            Self::Server(error) => error.code(),
            Self::NoConnection(_) | Self::Silent | Self::Closed => None,
        }
    }

    pub fn is_absent_table(&self) -> bool {
        self.code() == Some(&SqlState::UNDEFINED_TABLE)
    }

    /// Whether two sessions made the same table at the same moment.
    pub fn is_table_race(&self) -> bool {
        let races = [&SqlState::DUPLICATE_TABLE, &SqlState::UNIQUE_VIOLATION];
        self.code().is_some_and(|code| races.contains(&code))
    }

    /// Whether the transaction was undone for the sake of another, and may simply run again.
    pub fn is_lost_race(&self) -> bool {
        let races = [&SqlState::T_R_SERIALIZATION_FAILURE, &SqlState::T_R_DEADLOCK_DETECTED];
        self.code().is_some_and(|code| races.contains(&code))
    }

    /// Whether the connection ended, so that another one may do better.
    pub fn is_lost_connection(&self) -> bool {
        match self {
            Self::Server(error) => error.as_db_error().is_none_or(|error| {
                let severity = error.parsed_severity();
                matches!(severity, Some(Severity::Fatal | Severity::Panic))
            }),
            Self::NoConnection(_) | Self::Silent | Self::Closed => false,
        }
    }

    /// Whether the database itself said that a statement failed, and lives on: its transaction is
    /// undone then.
    pub fn is_refusal(&self) -> bool {
        self.code().is_some() && !self.is_lost_connection() && !self.is_of_unknown_end()
    }

    /// Distributed engines say so when they cannot tell whether a commit was done.
    fn is_of_unknown_end(&self) -> bool {
        let unknown = [
            &SqlState::T_R_STATEMENT_COMPLETION_UNKNOWN,
            &SqlState::TRANSACTION_RESOLUTION_UNKNOWN,
        ];
        self.code().is_some_and(|code| unknown.contains(&code))
    }

    /// The store's error of what was tried; `doing` ends the sentence "could not …".
    pub fn at(self, doing: &'static str) -> StoreError {
        if matches!(self, Self::Closed) {
            return StoreError::Closed;
        }
        let what = format!("could not {doing}: {self}");
        match self.code() {
            Some(&SqlState::DISK_FULL) => StoreError::DiskFull(io::Error::other(what)),
            Some(code) if !self.is_lost_connection() && !passes(code.code()) => {
                StoreError::Io { doing: "use the database", source: io::Error::other(what) }
            }
            _ => StoreError::Unavailable { what },
        }
    }
}

/// Whether what a code stands for goes away by itself: a lost connection (08), a lost race (40), a
/// want of means (53), a stop or a cancellation (57), and a server that only lets read (25006, and
/// 0A000 for a transaction that is to write on a standby).
fn passes(code: &str) -> bool {
    let classes = ["08", "40", "53", "57"];
    classes.iter().any(|class| code.starts_with(class)) || ["25006", "0A000"].contains(&code)
}

/// Without a detail or a hint: those may quote what is stored.
impl std::fmt::Display for Trouble {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let error = match self {
            Self::Server(error) => error,
            Self::NoConnection(why) => return f.write_str(why),
            Self::Silent => return f.write_str("no answer in time"),
            Self::Closed => return f.write_str("the store is closed"),
        };
        if let Some(said) = error.as_db_error() {
            return write!(f, "{} ({})", said.message(), said.code().code());
        }
        write!(f, "{error}")?;
        match std::error::Error::source(error) {
            Some(source) => write!(f, ": {source}"),
            None => Ok(()),
        }
    }
}
