//! Where the next limit lies at 10^9 contacts: accounts of very different sizes call and import over
//! shards and gateways whose speeds were measured, and the program says whose queue grows first.
//!
//! Nothing of the product runs here; `docs/scale.md` tells where each constant comes from and what
//! follows. The tests are the short form and hold that page's statements. The long form:
//!
//! ```text
//! cargo test --test scale -- --ignored --nocapture
//! ```
//!
//! with `SCALE_SEED`, `SCALE_ACCOUNTS`, `SCALE_SECONDS`, `SCALE_SHARDS` and `SCALE_GATEWAYS`.

#![cfg(test)]

mod account;
mod limit;
mod night;
#[path = "../support/random.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod random;
mod world;

use account::Placement;
use limit::{Limit, first_limit, ladder};
use world::{Resource, World};

fn limit_of(change: impl FnOnce(&mut World)) -> Limit {
    let mut world = World::SHORT;
    change(&mut world);
    first_limit(&world)
}

#[test]
fn the_turn_of_the_largest_account_is_the_first_limit() {
    assert_eq!(limit_of(|_| {}).resource, Resource::Turn);
}

#[test]
fn neither_shards_nor_gateways_move_the_limit_of_an_account() {
    let before = limit_of(|_| {});
    let after = limit_of(|world| {
        world.shards *= 4;
        world.gateways *= 4;
    });
    assert_eq!(after.resource, Resource::Turn);
    assert!((after.calls_of_contact / before.calls_of_contact - 1.0).abs() < 0.1);
}

#[test]
fn a_shorter_turn_moves_it_until_a_shard_is_full() {
    let before = limit_of(|_| {});
    let after = limit_of(|world| world.turn_seconds = world::COMMIT_SECONDS_OF_ONE);
    assert!(after.calls_of_contact > 2.0 * before.calls_of_contact, "{before:?} {after:?}");
    let without = limit_of(|world| world.turn_seconds = 0.0);
    assert_eq!(without.resource, Resource::Shard);
}

#[test]
fn equal_accounts_fill_the_shards_first_and_twice_as_many_take_twice_as_much() {
    let equal = |shards| {
        limit_of(|world| {
            (world.tail, world.shards, world.gateways) = (f64::INFINITY, shards, 64);
        })
    };
    let (few, many) = (equal(4), equal(8));
    assert_eq!((few.resource, many.resource), (Resource::Shard, Resource::Shard));
    let factor = many.calls_of_contact / few.calls_of_contact;
    assert!((1.7..2.3).contains(&factor), "{few:?} {many:?}");
}

#[test]
fn placing_the_largest_first_fills_shards_more_evenly_than_chance() {
    let placed = |placement| {
        limit_of(|world| (world.turn_seconds, world.placement) = (0.0, placement)).calls_of_contact
    };
    assert!(placed(Placement::LargestFirst) > 1.1 * placed(Placement::ByChance));
}

#[test]
fn too_few_gateways_are_the_limit_and_are_told_apart() {
    let limit = limit_of(|world| (world.gateways, world.turn_seconds) = (1, 0.0));
    assert_eq!(limit.resource, Resource::Gateway);
}

#[test]
fn a_night_of_imports_is_as_long_as_its_fullest_shard_and_never_shorter_than_its_largest_account() {
    let night = night::night(&World::SHORT);
    assert!(night.seconds >= night.fullest_shard_seconds * 0.99, "{night:?}");
    assert!(night.seconds <= night.fullest_shard_seconds * 1.2, "{night:?}");
    let many = night::night(&World { shards: 200, gateways: 200, ..World::SHORT });
    assert!(many.seconds >= many.largest_account_seconds * 0.99, "{many:?}");
    assert!(many.seconds <= many.largest_account_seconds * 1.2, "{many:?}");
}

#[test]
fn the_same_seed_gives_the_same_answer() {
    assert_eq!(limit_of(|_| {}), limit_of(|_| {}));
}

#[test]
#[ignore = "the long form: prints the ladder of limits"]
fn the_ladder_of_limits() {
    let world = World::LONG.told_by_environment();
    println!("{world:#?}\n");
    ladder(&world);
    night::print(&world);
}
