//! Connections that rest between two calls.

use std::fmt::{Debug, Formatter};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::time::Instant;

use super::connection::Connection;

/// Connections that may rest at once; a further one is closed after its call.
const MOST_RESTING: usize = 32;
/// Servers close idle connections after a minute or two; a call that is sent into a closing one is
/// lost, so ours go well before.
const REST_AT_MOST: Duration = Duration::from_secs(20);

#[derive(Default)]
pub(super) struct Pool {
    /// The newest last.
    resting: Mutex<Vec<(Connection, Instant)>>,
}

impl Pool {
    /// The connection that rested last, when it is still open.
    pub fn take(&self) -> Option<Connection> {
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        resting.retain(|(_, since)| since.elapsed() < REST_AT_MOST);
        while let Some((mut connection, _)) = resting.pop() {
            if connection.is_open() {
                return Some(connection);
            }
        }
        None
    }

    /// Keeps a connection that can take another call.
    pub fn rest(&self, connection: Option<Connection>) {
        let Some(connection) = connection else { return };
        let mut resting = self.resting.lock().unwrap_or_else(PoisonError::into_inner);
        if resting.len() < MOST_RESTING {
            resting.push((connection, Instant::now()));
        }
    }
}

impl Debug for Pool {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").finish_non_exhaustive()
    }
}
