//! How much may gather before a checkpoint, and before writers wait for one.

use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

/// Bytes of records after which a checkpoint begins. Bounds what a start has to read again, twice
/// this, and the memory of what the database does not have yet.
const TURN_BYTES: usize = 8 * 1024 * 1024;

/// Bytes that may wait for a sync.
const UNSYNCED_BYTES: usize = 8 * 1024 * 1024;

/// How long nothing was committed when a checkpoint begins anyway, so that little is left to do
/// for a start and for the next burst.
const IDLE: Duration = Duration::from_secs(2);

/// What the thread of checkpoints does next.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::store::sled) enum Next {
    /// A checkpoint, since there is much.
    Checkpoint,
    /// A checkpoint, since nothing happens.
    Tidy,
    End,
}

#[derive(Debug)]
pub(in crate::store::sled) struct Pace {
    state: Mutex<State>,
    /// For writers.
    room: Condvar,
    /// For the thread of checkpoints.
    next: Condvar,
}

#[derive(Debug)]
struct State {
    unsynced: usize,
    /// Bytes of this turn's records.
    gathered: usize,
    /// The records of the turn before are not in the database yet.
    is_resting: bool,
    /// Counts appended records.
    appended: u64,
    is_stopped: bool,
    /// The thread of checkpoints waits without an end.
    is_asleep: bool,
}

impl State {
    fn has_room(&self) -> bool {
        let is_full = self.is_resting && self.gathered >= TURN_BYTES;
        self.is_stopped || (!is_full && self.unsynced < UNSYNCED_BYTES)
    }
}

impl Pace {
    pub fn new(gathered: usize, is_resting: bool) -> Self {
        let state = State {
            unsynced: 0,
            gathered,
            is_resting,
            appended: 0,
            is_stopped: false,
            is_asleep: false,
        };
        Self { state: Mutex::new(state), room: Condvar::new(), next: Condvar::new() }
    }

    pub fn appended(&self, bytes: usize) {
        let mut state = self.state();
        state.unsynced += bytes;
        state.gathered += bytes;
        state.appended += 1;
        if state.is_asleep || state.gathered >= TURN_BYTES {
            self.next.notify_one();
        }
    }

    /// A sync takes all that waits for one.
    pub fn taken(&self) {
        let mut state = self.state();
        if std::mem::take(&mut state.unsynced) >= UNSYNCED_BYTES {
            self.room.notify_all();
        }
    }

    pub fn rests(&self) {
        let mut state = self.state();
        (state.is_resting, state.gathered) = (true, 0);
    }

    pub fn has_rested(&self) {
        self.state().is_resting = false;
        self.room.notify_all();
    }

    /// Bytes of records that the database does not have and will write, in round numbers.
    pub fn owed_bytes(&self) -> usize {
        let state = self.state();
        state.gathered + if state.is_resting { TURN_BYTES } else { 0 }
    }

    /// Whether a commit would not have to wait.
    pub fn has_room(&self) -> bool {
        self.state().has_room()
    }

    /// Waits until there is room for a commit. Blocks.
    pub fn wait_for_room(&self) {
        let mut state = self.state();
        while !state.has_room() {
            state = self.room.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// Waits for what is next to do. Blocks.
    pub fn next(&self) -> Next {
        let mut state = self.state();
        loop {
            if state.is_stopped {
                return Next::End;
            }
            if state.is_resting || state.gathered >= TURN_BYTES {
                return Next::Checkpoint;
            }
            let appended = state.appended;
            if state.gathered == 0 {
                state.is_asleep = true;
                state = self.next.wait(state).unwrap_or_else(PoisonError::into_inner);
                state.is_asleep = false;
                continue;
            }
            let waited = self.next.wait_timeout(state, IDLE);
            let timeout;
            (state, timeout) = waited.unwrap_or_else(PoisonError::into_inner);
            if timeout.timed_out() && state.appended == appended && !state.is_stopped {
                return Next::Tidy;
            }
        }
    }

    /// Lets nobody wait any more, and ends the thread of checkpoints.
    pub fn stop(&self) {
        self.state().is_stopped = true;
        self.room.notify_all();
        self.next.notify_all();
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
