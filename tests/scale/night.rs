//! A night in which every account imports all of its contacts, one import after the other.

use super::account::{Account, accounts};
use super::world::{CHANGED_ROWS_A_SECOND, NEW_ROWS_A_SECOND, World};

/// `jobs::DEFAULT_WORKERS`: imports that a gateway works on at once.
const WORKERS: u32 = 2;
/// What rounding may leave of an import that has ended.
const HARDLY_A_ROW: f64 = 1e-3;

#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Night {
    /// Until the last import has finished.
    pub seconds: f64,
    /// What the fullest shard needs for its rows alone.
    pub fullest_shard_seconds: f64,
    /// What the largest account needs when it has a shard for itself.
    pub largest_account_seconds: f64,
}

/// Gateways take the accounts by turns, the imports under way share their shard.
pub fn night(world: &World) -> Night {
    let accounts = accounts(world);
    let mut held = vec![0.0; world.shards];
    for account in &accounts {
        held[account.shard] += account.contacts / world.rows_a_second;
    }
    Night {
        seconds: drain(world, &accounts),
        fullest_shard_seconds: held.iter().copied().fold(0.0, f64::max),
        largest_account_seconds: accounts[0].contacts / world.rows_a_second,
    }
}

/// The largest accounts are first in line.
fn drain(world: &World, accounts: &[Account]) -> f64 {
    let at_once = usize::try_from(world.gateways * WORKERS).unwrap();
    let mut in_line = accounts.iter().map(|account| (account.contacts, account.shard));
    let mut under_way: Vec<(f64, usize)> = in_line.by_ref().take(at_once).collect();
    let mut seconds = 0.0;
    while !under_way.is_empty() {
        let mut on_shard = vec![0.0; world.shards];
        for (_, shard) in &under_way {
            on_shard[*shard] += 1.0;
        }
        let rate = |shard: usize| world.rows_a_second / on_shard[shard];
        let to_the_next_end = under_way.iter().map(|(rows, shard)| rows / rate(*shard));
        let step = to_the_next_end.fold(f64::INFINITY, f64::min);
        for (rows, shard) in &mut under_way {
            *rows -= step * rate(*shard);
        }
        under_way.retain(|(rows, _)| *rows > HARDLY_A_ROW);
        under_way.extend(in_line.by_ref().take(at_once - under_way.len()));
        seconds += step;
    }
    seconds
}

pub fn print(world: &World) {
    println!(
        "\n| rows | shards | gateways | night of 10^9 rows | fullest shard alone | largest account alone |"
    );
    println!("| --- | --- | --- | --- | --- | --- |");
    for (rows, rows_a_second) in [("new", NEW_ROWS_A_SECOND), ("changed", CHANGED_ROWS_A_SECOND)] {
        for shards in [1, 4, 8, 16, 64] {
            let gateways = u32::try_from(shards).unwrap();
            let night = night(&World { shards, gateways, rows_a_second, ..world.clone() });
            println!(
                "| {rows} | {shards} | {gateways} | {:.0} s | {:.0} s | {:.0} s |",
                night.seconds, night.fullest_shard_seconds, night.largest_account_seconds,
            );
        }
    }
}
