//! Which address hashes an account may have, in memory while a large import runs.
//!
//! Nearly every address of a large import is new. A Bloom filter over the address index says so
//! without a look at the store; only where it says "perhaps" the index is read.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::ids::{AccountId, ContactId};

/// Bits for each address: with [`PROBES`], one in 10,000 unknown addresses passes for a known one.
const BITS_PER_ADDRESS: u64 = 64;

/// Bits that an address sets.
const PROBES: u64 = 3;

/// Largest filter: 16 MiB. One in 120 unknown addresses passes at 10 million contacts, half of
/// them at 70 million; then the index is read as if there were no filter.
const MAX_BITS: u64 = 128 * 1024 * 1024;
const MIN_BITS: u64 = 64 * 1024;

/// The filters of the accounts that large imports are under way in.
#[derive(Debug, Default)]
pub(super) struct KnownAddresses(Mutex<BTreeMap<AccountId, Filter>>);

/// Every hash of an account's address index, and perhaps a few others.
#[derive(Debug)]
pub(super) struct Filter {
    /// The number of the index's last change that is in here.
    changes: u64,
    words: Vec<u64>,
}

impl KnownAddresses {
    fn filters(&self) -> MutexGuard<'_, BTreeMap<AccountId, Filter>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub fn keep(&self, account: AccountId, filter: Filter) {
        self.filters().insert(account, filter);
    }

    pub fn forget(&self, account: AccountId) {
        self.filters().remove(&account);
    }

    /// Leaves those of `hashes` that the index may have as of its change number `changes`.
    pub fn retain_known(&self, account: AccountId, changes: u64, hashes: &mut Vec<u64>) {
        let filters = self.filters();
        if let Some(filter) = filters.get(&account).filter(|filter| filter.changes == changes) {
            hashes.retain(|hash| filter.may_have(*hash));
        }
    }

    /// Follows a change of the index from number `before` to `after`. A filter that missed one is
    /// of no use any more: it stays behind and is not asked.
    pub fn follow(
        &self,
        account: AccountId,
        (before, after): (u64, u64),
        added: &[(u64, ContactId)],
    ) {
        if let Some(filter) = self.filters().get_mut(&account)
            && filter.changes == before
        {
            for (hash, _) in added {
                filter.add(*hash);
            }
            filter.changes = after;
        }
    }
}

impl Filter {
    /// An empty filter with room for this many addresses, of an index as of its change `changes`.
    pub fn new(addresses: u64, changes: u64) -> Self {
        let bits = addresses.saturating_mul(BITS_PER_ADDRESS).clamp(MIN_BITS, MAX_BITS);
        let words = usize::try_from(bits.next_power_of_two() / 64).unwrap_or_default();
        Self { changes, words: vec![0; words] }
    }

    pub fn add(&mut self, hash: u64) {
        for (word, bit) in probes(hash, self.words.len()) {
            if let Some(word) = self.words.get_mut(word) {
                *word |= bit;
            }
        }
    }

    fn may_have(&self, hash: u64) -> bool {
        probes(hash, self.words.len())
            .all(|(word, bit)| self.words.get(word).is_some_and(|word| word & bit != 0))
    }
}

/// The words and bits of a hash. The hash is keyed: nobody can choose addresses that collide.
fn probes(hash: u64, words: usize) -> impl Iterator<Item = (usize, u64)> {
    let step = hash >> 32 | 1;
    (0..PROBES).map(move |probe| {
        let at = hash.wrapping_add(probe.wrapping_mul(step));
        let word = usize::try_from(at >> 6 & u64::from(u32::MAX)).unwrap_or_default();
        (word & words.wrapping_sub(1), 1 << (at & 63))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: AccountId = AccountId(1);

    /// Numbers that are scattered as hashes are.
    fn hash(number: u64) -> u64 {
        let mut mixed = number.wrapping_add(1).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        mixed = (mixed ^ mixed >> 30).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        mixed ^ mixed >> 27
    }

    #[test]
    fn what_was_added_is_known_and_hardly_anything_else() {
        let mut filter = Filter::new(10_000, 0);
        (0..10_000).for_each(|number| filter.add(hash(number)));
        assert!((0..10_000).all(|number| filter.may_have(hash(number))));
        let wrong = (10_000..110_000).filter(|number| filter.may_have(hash(*number))).count();
        assert!(wrong < 50, "{wrong} of 100,000 unknown hashes pass");
    }

    #[test]
    fn a_filter_that_missed_a_change_is_not_asked() {
        let known = KnownAddresses::default();
        known.keep(ACCOUNT, Filter::new(1, 7));
        known.follow(ACCOUNT, (7, 8), &[(hash(1), ContactId(1))]);
        let left = |changes| {
            let mut hashes = vec![hash(1), hash(2)];
            known.retain_known(ACCOUNT, changes, &mut hashes);
            hashes
        };
        assert_eq!(left(8), [hash(1)]);
        assert_eq!(left(9), [hash(1), hash(2)]);
        known.follow(ACCOUNT, (9, 10), &[(hash(2), ContactId(2))]);
        assert_eq!(left(10), [hash(1), hash(2)]);
    }
}
