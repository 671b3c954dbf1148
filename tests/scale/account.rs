//! The accounts: how large they are and on which shard they lie.

use super::random::Random;
use super::world::{CONTACTS, MOST_CONTACTS, World};

/// How accounts are given to shards.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Placement {
    /// By a hash of the account.
    ByChance,
    /// The largest first, each to the shard that has the least.
    LargestFirst,
}

#[derive(Debug, Clone, Copy)]
pub struct Account {
    pub contacts: f64,
    pub shard: usize,
}

/// The accounts of `world`, the largest first.
pub fn accounts(world: &World) -> Vec<Account> {
    let sizes = sizes(world);
    let mut random = Random::of(world.seed, 0, 0);
    let mut held = vec![0.0; world.shards];
    let place = |contacts: f64| {
        let shard = match world.placement {
            Placement::ByChance => random.index(world.shards),
            Placement::LargestFirst => emptiest(&held),
        };
        held[shard] += contacts;
        Account { contacts, shard }
    };
    sizes.into_iter().map(place).collect()
}

fn emptiest(held: &[f64]) -> usize {
    let least = (0..held.len()).min_by(|one, other| held[*one].total_cmp(&held[*other]));
    least.unwrap()
}

/// Sizes by Pareto's law, one from the middle of each of as many equal parts of it, so that the seed
/// does not decide how large the largest is; none above what an account may hold.
fn sizes(world: &World) -> Vec<f64> {
    let many = f64::from(world.accounts);
    let drawn = |rank: u32| ((f64::from(rank) + 0.5) / many).powf(-1.0 / world.tail);
    let mut sizes: Vec<f64> = (0..world.accounts).map(drawn).collect();
    // What the bound takes from the largest goes to the others, which may then reach it as well.
    for _ in 0..20 {
        let bound: f64 = sizes.iter().filter(|size| **size >= MOST_CONTACTS).sum();
        let free: f64 = sizes.iter().filter(|size| **size < MOST_CONTACTS).sum();
        let factor = (CONTACTS - bound) / free;
        for size in sizes.iter_mut().filter(|size| **size < MOST_CONTACTS) {
            *size = (*size * factor).min(MOST_CONTACTS);
        }
    }
    sizes
}
