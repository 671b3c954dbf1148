//! What is simulated, with the speeds that were measured on this project's two cores.

use std::str::FromStr;

use super::account::Placement;

/// All contacts.
pub const CONTACTS: f64 = 1e9;
/// `limits.contacts_per_account`.
pub const MOST_CONTACTS: f64 = 1e8;
pub const DAY_SECONDS: f64 = 86_400.0;

/// A `CreateContact` while its account waits: 226 a second from eight callers of one account.
pub const TURN_SECONDS: f64 = 1.0 / 226.0;
/// A commit of one account: 1,490 a second.
pub const COMMIT_SECONDS_OF_ONE: f64 = 1.0 / 1_490.0;
/// What a commit takes of a database: 2,900 a second from eight accounts.
pub const COMMIT_SECONDS: f64 = 1.0 / 2_900.0;
/// What a call takes of a gateway, unoptimized: 991 reads a second, database and clients beside it.
pub const CALL_SECONDS: f64 = 1.0 / 991.0;
/// New rows of one import, and of all imports on a database: 101,000 a second, gateway beside it.
pub const NEW_ROWS_A_SECOND: f64 = 101_000.0;
/// Rows that change contacts all over a large account: each rewrites a block of its own, and
/// 31,500 entries of 4,000 bytes go in a second.
pub const CHANGED_ROWS_A_SECOND: f64 = 31_500.0;

/// The busiest hour has so many times the calls of an average one. Assumed.
pub const PEAK: f64 = 2.0;

/// Who can be too slow.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Resource {
    /// Writers of one account come one after the other.
    Turn,
    Shard,
    Gateway,
}

#[derive(Debug, Clone)]
pub struct World {
    pub seed: u64,
    pub accounts: u32,
    /// Pareto's exponent: the smaller, the more the largest accounts have. Infinite: all are equal.
    pub tail: f64,
    pub shards: usize,
    pub placement: Placement,
    pub gateways: u32,
    /// How long a call that changes something keeps others of its account waiting.
    pub turn_seconds: f64,
    /// Of an import, and of all imports on a shard.
    pub rows_a_second: f64,
    /// Of the busiest hour.
    pub simulated_seconds: u32,
}

impl World {
    pub const SHORT: Self = Self {
        seed: 1,
        accounts: 2_000,
        tail: 1.1,
        shards: 8,
        placement: Placement::ByChance,
        gateways: 32,
        turn_seconds: TURN_SECONDS,
        rows_a_second: NEW_ROWS_A_SECOND,
        simulated_seconds: 120,
    };
    pub const LONG: Self = Self { accounts: 20_000, simulated_seconds: 300, ..Self::SHORT };

    pub fn told_by_environment(self) -> Self {
        Self {
            seed: said("SCALE_SEED", self.seed),
            accounts: said("SCALE_ACCOUNTS", self.accounts),
            simulated_seconds: said("SCALE_SECONDS", self.simulated_seconds),
            shards: said("SCALE_SHARDS", self.shards),
            gateways: said("SCALE_GATEWAYS", self.gateways),
            ..self
        }
    }
}

fn said<T: FromStr>(name: &str, otherwise: T) -> T {
    let Ok(text) = std::env::var(name) else { return otherwise };
    text.parse().unwrap_or_else(|_| panic!("{name} is not a number: {text}"))
}
