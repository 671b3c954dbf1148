//! Which addresses an account has, in memory while a large import runs.
//!
//! Every row of an import asks for its address. As far as memory allows, a table says which contacts
//! may have it, without a look at the store. Of an account with more addresses, a Bloom filter says
//! that nearly every address of a new contact is new; only where it says "perhaps" the index is read.

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::address_index::AddressEntry;
use super::ids::{AccountId, ContactId};

/// Most places of all tables together, of eight bytes each: 128 MiB, for 12.5 million addresses.
const MAX_PLACES: u64 = 16 * 1024 * 1024;
const MIN_PLACES: u64 = 1024;

/// Words of a filter, a power of two: 16 MiB. One in 120 unknown addresses passes at 10 million
/// contacts, half of them at 70 million; then the index is read as if there were no filter.
const FILTER_WORDS: usize = 2 * 1024 * 1024;

/// Bits that an address sets in a filter.
const PROBES: u64 = 3;

/// What is known of the accounts that large imports are under way in.
#[derive(Debug, Default)]
pub(super) struct KnownAddresses(Mutex<BTreeMap<AccountId, Known>>);

/// Every address of an account's index, and perhaps a few others.
#[derive(Debug)]
pub(super) struct Known {
    /// The number of the index's last change that is in here; `None` when one is not.
    changes: Option<u64>,
    /// There was no room for an address.
    is_full: bool,
    form: Form,
}

#[derive(Debug)]
enum Form {
    Table(Table),
    Filter(Filter),
}

/// What memory says of some addresses, each named by its place among them, ascending.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Found {
    /// The contacts that may have one of them; nobody else has.
    Holders(Vec<(usize, ContactId)>),
    /// Those that the index may have.
    Perhaps(Vec<usize>),
}

impl KnownAddresses {
    fn accounts(&self) -> MutexGuard<'_, BTreeMap<AccountId, Known>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Begins with nothing known of an account that has `there` addresses, and may get `more`. It
    /// is not asked before [`Self::has_all`].
    pub fn begin(&self, account: AccountId, there: u64, more: u64) {
        let mut accounts = self.accounts();
        accounts.remove(&account);
        let taken: u64 = accounts.values().map(Known::places).sum();
        accounts.insert(account, Known::new(there, more, MAX_PLACES.saturating_sub(taken)));
    }

    /// All that the account's index has as of its change number `changes` was added.
    pub fn has_all(&self, account: AccountId, changes: u64) {
        if let Some(known) = self.accounts().get_mut(&account) {
            known.changes = Some(changes).filter(|_| !known.is_full);
        }
    }

    pub fn forget(&self, account: AccountId) {
        self.accounts().remove(&account);
    }

    /// Looks these hashes up as of change number `changes` of the index.
    pub fn find(&self, account: AccountId, changes: u64, hashes: &[u64]) -> Found {
        let accounts = self.accounts();
        let known = accounts.get(&account).filter(|known| known.changes == Some(changes));
        match known.map(|known| &known.form) {
            None => Found::Perhaps((0..hashes.len()).collect()),
            Some(Form::Table(table)) => {
                let holders = |(at, hash): (usize, &u64)| table.get(*hash).map(move |id| (at, id));
                Found::Holders(hashes.iter().enumerate().flat_map(holders).collect())
            }
            Some(Form::Filter(filter)) => {
                let passes = |(_, hash): &(usize, &u64)| filter.may_have(**hash);
                let passed = hashes.iter().enumerate().filter(passes);
                Found::Perhaps(passed.map(|(at, _)| at).collect())
            }
        }
    }

    /// Whether each of these hashes is one of the account's. A guess: it may be out of date.
    pub fn guess(&self, account: AccountId, hashes: impl Iterator<Item = u64>) -> Vec<bool> {
        let accounts = self.accounts();
        let known = accounts.get(&account).map(|known| &known.form);
        let is_known = |hash| match known {
            None => false,
            Some(Form::Table(table)) => table.get(hash).next().is_some(),
            Some(Form::Filter(filter)) => filter.may_have(hash),
        };
        hashes.map(is_known).collect()
    }

    /// Adds addresses that are the account's or are about to be; no harm is done when they never
    /// are.
    pub fn add(&self, account: AccountId, added: impl IntoIterator<Item = AddressEntry>) {
        if let Some(known) = self.accounts().get_mut(&account) {
            added.into_iter().for_each(|entry| known.add(entry));
        }
    }

    /// Follows a change of the index from number `before` to `after`, whose addresses were added.
    /// Who missed one is of no use any more: it stays behind and is not asked.
    pub fn follow(&self, account: AccountId, before: u64, after: u64) {
        if let Some(known) = self.accounts().get_mut(&account)
            && known.changes == Some(before)
        {
            known.changes = Some(after);
        }
    }
}

impl Known {
    /// Nothing yet, in at most so many places of a table.
    fn new(there: u64, more: u64, most_places: u64) -> Self {
        let form = match Table::with_room(there, more, most_places) {
            Some(table) => Form::Table(table),
            None => Form::Filter(Filter::empty()),
        };
        Self { changes: None, is_full: false, form }
    }

    /// Places of its table.
    fn places(&self) -> u64 {
        match &self.form {
            Form::Table(table) => u64::try_from(table.places.len()).unwrap_or(u64::MAX),
            Form::Filter(_) => 0,
        }
    }

    fn add(&mut self, (hash, contact): AddressEntry) {
        let has_room = match &mut self.form {
            Form::Table(table) => table.add(hash, contact),
            Form::Filter(filter) => {
                filter.add(hash);
                true
            }
        };
        if !has_room {
            (self.changes, self.is_full) = (None, true);
        }
    }
}

/// An open table of contact ids by address hash.
#[derive(Debug)]
struct Table {
    /// The hash's low half above the contact's id, at or behind the place that the high half says;
    /// 0 is free, since no contact has that id.
    places: Vec<u64>,
    /// Addresses that may still come.
    room: u64,
}

impl Table {
    /// With a third more places than addresses, so that few of them are in each other's way.
    ///
    /// An import of no more rows than there are addresses updates most of them, or is small beside
    /// them: then a table that has not room for every row serves as well.
    fn with_room(there: u64, more: u64, most_places: u64) -> Option<Self> {
        let most = most_places / 4 * 3;
        let all = there.saturating_add(more);
        let addresses = if more <= there { all.min(most) } else { all };
        if addresses > most || there.saturating_add(more / 8) > most {
            return None;
        }
        let places = (addresses.saturating_mul(4) / 3).max(MIN_PLACES);
        let places = usize::try_from(places).ok()?;
        Some(Self { places: vec![0; places], room: addresses.max(MIN_PLACES / 2) })
    }

    /// False when there is no room.
    fn add(&mut self, hash: u64, contact: ContactId) -> bool {
        let Some(room) = self.room.checked_sub(1) else { return false };
        self.room = room;
        let begin = self.place(hash);
        let (wrapped, from) = self.places.split_at_mut(begin);
        for place in from.iter_mut().chain(wrapped) {
            if *place == 0 {
                *place = hash << 32 | u64::from(contact.0);
                return true;
            }
        }
        false
    }

    /// The contacts that were added under `hash`, and perhaps others.
    fn get(&self, hash: u64) -> impl Iterator<Item = ContactId> {
        let (wrapped, from) = self.places.split_at(self.place(hash));
        let taken = from.iter().chain(wrapped).take_while(|place| **place != 0);
        let of_hash = taken.filter(move |place| **place >> 32 == hash & u64::from(u32::MAX));
        of_hash.map(|place| ContactId(low_half(*place)))
    }

    /// Where the search for a hash begins: its high half, scaled to the number of places.
    fn place(&self, hash: u64) -> usize {
        let places = u64::try_from(self.places.len()).unwrap_or_default();
        usize::try_from(((hash >> 32) * places) >> 32).unwrap_or_default()
    }
}

fn low_half(number: u64) -> u32 {
    u32::try_from(number & u64::from(u32::MAX)).unwrap_or_default()
}

/// A Bloom filter over address hashes.
#[derive(Debug)]
struct Filter {
    words: Vec<u64>,
}

impl Filter {
    fn empty() -> Self {
        Self { words: vec![0; FILTER_WORDS] }
    }

    fn add(&mut self, hash: u64) {
        for (word, bit) in probes(hash) {
            if let Some(word) = self.words.get_mut(word) {
                *word |= bit;
            }
        }
    }

    fn may_have(&self, hash: u64) -> bool {
        probes(hash).all(|(word, bit)| self.words.get(word).is_some_and(|word| word & bit != 0))
    }
}

/// The words and bits of a hash. The hash is keyed: nobody can choose addresses that collide.
fn probes(hash: u64) -> impl Iterator<Item = (usize, u64)> {
    let step = hash >> 32 | 1;
    (0..PROBES).map(move |probe| {
        let at = hash.wrapping_add(probe.wrapping_mul(step));
        let word = usize::try_from(at >> 6 & u64::from(u32::MAX)).unwrap_or_default();
        (word % FILTER_WORDS, 1 << (at & 63))
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

    /// An account with addresses 1 to `addresses`, of which `room` are foreseen.
    fn filled(addresses: u64, room: u64) -> KnownAddresses {
        let all = KnownAddresses::default();
        all.begin(ACCOUNT, 0, room);
        all.add(ACCOUNT, (1..=addresses).map(entry));
        all.has_all(ACCOUNT, 0);
        all
    }

    fn entry(number: u64) -> AddressEntry {
        (hash(number), ContactId(low_half(number)))
    }

    fn find(known: &KnownAddresses, numbers: impl Iterator<Item = u64>) -> Found {
        known.find(ACCOUNT, 0, &numbers.map(hash).collect::<Vec<_>>())
    }

    #[test]
    fn a_table_names_the_holder_of_each_address_and_hardly_anybody_else() {
        let expected: Vec<_> =
            (0..10_000).zip(1..).map(|(at, number)| (at, ContactId(low_half(number)))).collect();
        let found = find(&filled(10_000, 10_000), 1..=110_000);
        let Found::Holders(found) = found else { panic!("{found:?}") };
        assert_eq!(found.get(..10_000), Some(&*expected));
        assert!(found.len() < 10_050, "{} contacts", found.len());
    }

    #[test]
    fn two_contacts_under_one_hash_are_both_named() {
        let known = filled(5, 10);
        known.add(ACCOUNT, [(hash(3), ContactId(9))]);
        assert_eq!(find(&known, 3..4), Found::Holders(vec![(0, ContactId(3)), (0, ContactId(9))]));
    }

    #[test]
    fn a_table_without_room_is_not_asked() {
        for begun_with in [0, MIN_PLACES] {
            let known = filled(begun_with, 0);
            known.add(ACCOUNT, (begun_with + 1..=MIN_PLACES).map(entry));
            assert_eq!(find(&known, 1..3), Found::Perhaps(vec![0, 1]));
        }
    }

    #[test]
    fn a_table_is_made_where_there_is_room_for_what_will_likely_come() {
        let has_table = |there, more, most| Table::with_room(there, more, most).is_some();
        let (ten, sixteen) = (10_000_000, MAX_PLACES);
        assert!(has_table(ten, 1_000_000, sixteen) && has_table(0, ten, sixteen));
        assert!(has_table(ten, ten, sixteen), "updates, most likely");
        assert!(!has_table(0, 2 * ten, sixteen) && !has_table(2 * ten, 1, sixteen));
        assert!(!has_table(ten, 1_000_000, sixteen / 2));
    }

    #[test]
    fn the_tables_of_all_accounts_share_their_room() {
        let all = KnownAddresses::default();
        let others = [AccountId(2), AccountId(3)];
        all.begin(ACCOUNT, MAX_PLACES / 2, 0);
        for account in others {
            all.begin(account, MAX_PLACES / 5, 0);
        }
        let has_table = |known: &Known| known.places() > 0;
        let have_tables = || all.accounts().values().map(has_table).collect::<Vec<_>>();
        assert_eq!(have_tables(), [true, true, false]);
        all.forget(ACCOUNT);
        all.begin(AccountId(3), MAX_PLACES / 5, 0);
        assert_eq!(have_tables(), [true, true]);
    }

    #[test]
    fn of_many_addresses_a_filter_passes_those_that_were_added_and_hardly_any_other() {
        let found = find(&filled(10_000, MAX_PLACES), 1..=110_000);
        let Found::Perhaps(found) = found else { panic!("{found:?}") };
        assert_eq!(found.get(..10_000), Some(&*(0..10_000).collect::<Vec<_>>()));
        assert!(found.len() < 10_050, "{} of 100,000 unknown addresses pass", found.len() - 10_000);
    }

    #[test]
    fn what_missed_a_change_is_not_asked() {
        let known = KnownAddresses::default();
        known.begin(ACCOUNT, 9, 0);
        known.add(ACCOUNT, [entry(1)]);
        assert_eq!(known.find(ACCOUNT, 7, &[hash(1)]), Found::Perhaps(vec![0]));
        known.has_all(ACCOUNT, 7);
        known.follow(ACCOUNT, 7, 8);
        let find = |changes| known.find(ACCOUNT, changes, &[hash(1), hash(2)]);
        assert_eq!(find(8), Found::Holders(vec![(0, ContactId(1))]));
        assert_eq!(find(9), Found::Perhaps(vec![0, 1]));
        known.follow(ACCOUNT, 9, 10);
        assert_eq!(find(10), Found::Perhaps(vec![0, 1]));
        assert_eq!(known.guess(ACCOUNT, [hash(1), hash(2)].into_iter()), [true, false]);
    }
}
