//! Every key of the store is built here, and nowhere else.
//!
//! The account leads, numbers are big-endian so that keys sort as their numbers do. Names are the
//! last part of a key, so that they need no length.

use bytes::{BufMut, Bytes, BytesMut};

use super::blocks::BlockMap;
use super::seam::{KeyRange, Table};

/// Some 40 contacts of about 100 bytes, or 290 index entries, to a block.
///
/// sled keeps 16 values in a node and writes and caches nodes whole. Blocks of 6 to 16 KiB made a
/// million rows no faster and held more memory; with 2 KiB the number of keys made the import
/// slower (`cargo bench --bench lychgate-bench -- --cases rows`).
const BLOCK_BYTES: usize = 4 * 1024;

/// Runs are written once, taken away once, and hardly looked into: fewer keys are cheaper.
const RUN_BLOCK_BYTES: usize = 16 * 1024;

fn numbers<const N: usize>(numbers: [u32; N]) -> Vec<u8> {
    let mut key = Vec::with_capacity(N * 4 + 24);
    for number in numbers {
        key.put_u32(number);
    }
    key
}

/// The prefix of all records of an account in any account-led table.
pub fn account(account: u32) -> Bytes {
    numbers([account]).into()
}

/// A record of an account under a number: list, segment, campaign.
pub fn numbered(account: u32, number: u32) -> Bytes {
    numbers([account, number]).into()
}

/// A record of an account under a name: data field, suppressed domain. The caller folds case.
pub fn named(account: u32, name: &str) -> Bytes {
    let mut key = numbers([account]);
    key.extend_from_slice(name.as_bytes());
    key.into()
}

/// A record of an account under 16 random bytes: import, active import.
pub fn unique(account: u32, id: [u8; 16]) -> Bytes {
    let mut key = numbers([account]);
    key.extend_from_slice(&id);
    key.into()
}

/// What stands in [`Table::Campaign`] for each campaign that is to be sent, under account 0 and by
/// the second of its release, so that those that are due are found without a look at the others.
pub fn release(second: i64, account: u32, campaign: u32) -> Bytes {
    let mut key = numbers([0]);
    key.put_u64(u64::try_from(second).unwrap_or(0));
    key.put_u32(account);
    key.put_u32(campaign);
    key.into()
}

/// Second, account and campaign of a key that [`release`] made.
pub fn release_of(key: &[u8]) -> Option<(i64, u32, u32)> {
    let (second, rest) = key.get(4..)?.split_first_chunk()?;
    let (account, campaign) = rest.split_first_chunk()?;
    let second = i64::try_from(u64::from_be_bytes(*second)).ok()?;
    let campaign = campaign.try_into().ok()?;
    Some((second, u32::from_be_bytes(*account), u32::from_be_bytes(campaign)))
}

/// The letter that asks who subscribes to a list to confirm, in [`Table::EmailMessage`]; behind
/// every message that is [`numbered`].
pub fn confirmation_letter(account: u32, list: u32) -> Bytes {
    numbers([account, u32::MAX, list]).into()
}

/// What stands in [`Table::Send`] for each send that waits, under account 0 and by the second of
/// its time, so that those that are due are found without a look at the others.
pub fn due_send(second: i64, account: u32, send: [u8; 16]) -> Bytes {
    let mut key = numbers([0]);
    key.put_u64(u64::try_from(second).unwrap_or(0));
    key.put_u32(account);
    key.extend_from_slice(&send);
    key.into()
}

/// Second, account and send of a key that [`due_send`] made.
pub fn due_send_of(key: &[u8]) -> Option<(i64, u32, [u8; 16])> {
    let (second, rest) = key.get(4..)?.split_first_chunk()?;
    let (account, send) = rest.split_first_chunk()?;
    let second = i64::try_from(u64::from_be_bytes(*second)).ok()?;
    Some((second, u32::from_be_bytes(*account), send.try_into().ok()?))
}

/// All pieces of a long text, in [`Table::Text`].
pub fn text(account: u32, text: u32) -> Bytes {
    numbers([account, text]).into()
}

/// One piece of a long text; pieces count from 0.
pub fn text_piece(account: u32, text: u32, piece: u32) -> Bytes {
    numbers([account, text, piece]).into()
}

/// A record of no account under a name: [`Table::Meta`].
pub fn global(name: &str) -> Bytes {
    Bytes::copy_from_slice(name.as_bytes())
}

/// The kind of credential that is a key with a secret. Logins have no such byte in front: they are
/// older, and none begins with a control character.
const KEY_PAIR: u8 = 1;

/// A record of [`Table::Credential`] under a login name, in lower case.
pub fn login(name: &str) -> Bytes {
    global(name)
}

/// A record of [`Table::Credential`] under an API key, in lower case.
pub fn api_key(key: &str) -> Bytes {
    global_of_kind(KEY_PAIR, key)
}

/// The kind of credential that is a token.
const TOKEN: u8 = 2;
/// Bytes of a token's hash that name it: enough to tell the tokens of a store apart.
const TOKEN_NAME_BYTES: usize = 6;

/// A record of [`Table::Credential`] under the hash of a token.
pub fn token(hash: &[u8; 32]) -> Bytes {
    let mut key = Vec::with_capacity(1 + hash.len());
    key.push(TOKEN);
    key.extend_from_slice(hash);
    key.into()
}

/// All records of tokens.
pub fn tokens() -> KeyRange {
    KeyRange::prefix(vec![TOKEN])
}

/// What a credential is called that lies under `key`: its login, its API key, or a part of the
/// hash of its token.
pub fn name_of_credential(key: &[u8]) -> String {
    if let Some(hash) = key.strip_prefix(&[TOKEN]) {
        let digits = hash.iter().take(TOKEN_NAME_BYTES).map(|byte| format!("{byte:02x}"));
        return format!("token-{}", digits.collect::<String>());
    }
    let name = key.strip_prefix(&[KEY_PAIR]).unwrap_or(key);
    String::from_utf8_lossy(name).into_owned()
}

/// A record of no account under a name within a kind.
fn global_of_kind(kind: u8, name: &str) -> Bytes {
    let mut key = Vec::with_capacity(1 + name.len());
    key.push(kind);
    key.extend_from_slice(name.as_bytes());
    key.into()
}

/// Where the key of address hashes lies in [`Table::Meta`].
pub fn hash_key() -> Bytes {
    Bytes::from_static(b"hash-key")
}

/// One of the two records of a duty's lease, in [`Table::Lease`].
pub fn lease(account: u32, duty: u8, part: u8) -> Bytes {
    let mut key = numbers([account]);
    key.extend_from_slice(&[duty, part]);
    key.into()
}

/// Where a store that is being filled is marked, in [`Table::Meta`].
pub fn unfinished() -> Bytes {
    Bytes::from_static(b"unfinished")
}

/// One of the files that a job keeps.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BulkFile {
    Upload,
    Faults,
    Result,
    /// Not a file: whose turn it is to write files, where several processes share the store.
    Turn,
}

/// All pieces of a job's file, in [`Table::Bulk`] of its day.
pub fn bulk_file(account: u32, job: [u8; 16], file: BulkFile) -> Bytes {
    bulk(account, job, file).into()
}

/// One piece of a job's file; pieces count from 0.
pub fn bulk_piece(account: u32, job: [u8; 16], file: BulkFile, piece: u32) -> Bytes {
    let mut key = bulk(account, job, file);
    key.put_u32(piece);
    key.into()
}

fn bulk(account: u32, job: [u8; 16], file: BulkFile) -> Vec<u8> {
    let mut key = numbers([account]);
    key.extend_from_slice(&job);
    key.push(match file {
        BulkFile::Upload => 0,
        BulkFile::Faults => 1,
        BulkFile::Result => 2,
        BulkFile::Turn => 3,
    });
    key
}

/// A record of insight data by its collection's number and its key, in [`Table::InsightRecord`].
pub fn insight(account: u32, collection: u32, key: &str) -> Bytes {
    let mut stored = numbers([account, collection]);
    stored.extend_from_slice(key.as_bytes());
    stored.into()
}

/// All records of a holder in a collection, in [`Table::InsightOfContact`]. The account itself
/// holds as contact 0.
pub fn insights_of(account: u32, holder: u32, collection: u32) -> Bytes {
    numbers([account, holder, collection]).into()
}

/// An entry in [`Table::InsightOfContact`].
pub fn insight_of(account: u32, holder: u32, collection: u32, key: &str) -> Bytes {
    let mut stored = numbers([account, holder, collection]);
    stored.extend_from_slice(key.as_bytes());
    stored.into()
}

/// Collection and key of an entry that [`insight_of`] made.
pub fn insight_of_entry(entry: &[u8]) -> Option<(u32, String)> {
    let (_, rest) = entry.split_at_checked(8)?;
    let (collection, key) = rest.split_first_chunk()?;
    Some((u32::from_be_bytes(*collection), String::from_utf8(key.to_vec()).ok()?))
}

/// The contacts of an account by id.
pub fn contacts(account: u32) -> BlockMap {
    BlockMap::new(Table::Contact, numbers([account]), BLOCK_BYTES)
}

/// The addresses of an account by hash, then contact id.
pub fn addresses(account: u32) -> BlockMap {
    BlockMap::new(Table::Address, numbers([account]), BLOCK_BYTES)
}

/// A run of addresses that are not merged into [`addresses`] yet, with the same keys.
pub fn address_run(account: u32, run: u32) -> BlockMap {
    BlockMap::new(Table::FreshAddress, numbers([account, run]), RUN_BLOCK_BYTES)
}

/// The run that a key in [`Table::FreshAddress`] belongs to.
pub fn run_of(key: &[u8]) -> Option<u32> {
    Some(u32::from_be_bytes(*key.get(4..)?.first_chunk()?))
}

/// The addresses that are suppressed in every account, by hash and address. No account has the
/// number 0.
pub fn suppressed_addresses() -> BlockMap {
    BlockMap::new(Table::Suppression, numbers([0]), BLOCK_BYTES)
}

/// An entry's key in [`suppressed_addresses`].
pub fn suppressed_address_entry(hash: u64, address: &str) -> Bytes {
    let mut key = Vec::with_capacity(8 + address.len());
    key.put_u64(hash);
    key.extend_from_slice(address.as_bytes());
    key.into()
}

/// What stands in [`Table::Segment`] for each refresh that is asked for, under account 0, so that
/// a start finds them without a look at every segment.
pub fn pending_refresh(account: u32, segment: u32) -> Bytes {
    numbers([0, account, segment]).into()
}

/// One of the maps of what happened to a message, in [`Table::Activity`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ActivityMap {
    /// Everything but bounces, by time.
    Others,
    /// Bounces by time: who asks for them reads nothing else.
    Bounces,
    /// Counts by day.
    Days,
}

/// A map of what happened to a message; `kind` tells apart messages that are numbered separately.
pub fn activity(account: u32, map: ActivityMap, kind: u8, message: u32) -> BlockMap {
    let mut prefix = numbers([account]);
    prefix.push(match map {
        ActivityMap::Others => kind,
        ActivityMap::Bounces => kind | 0x40,
        ActivityMap::Days => kind | 0x80,
    });
    prefix.put_u32(message);
    BlockMap::new(Table::Activity, prefix, BLOCK_BYTES)
}

/// What happened to addresses of an account, by address hash, then message, then time.
pub fn contact_activity(account: u32) -> BlockMap {
    BlockMap::new(Table::ContactActivity, numbers([account]), BLOCK_BYTES)
}

/// When something happened and what tells it from others of that time.
#[derive(Debug, Clone, Copy)]
pub struct Moment {
    /// Microseconds since 1970, UTC.
    pub micros: i64,
    pub what: u8,
    pub tag: u32,
}

/// An entry's key in [`activity`], but for [`ActivityMap::Days`].
pub fn activity_entry(hash: u64, moment: Moment) -> Bytes {
    let mut key = Vec::with_capacity(21);
    key.put_u64(in_order(moment.micros));
    key.put_u64(hash);
    key.put_u8(moment.what);
    key.put_u32(moment.tag);
    key.into()
}

/// Where the entries of [`activity`] begin that are not before `micros`.
pub fn activity_from(micros: i64) -> Bytes {
    Bytes::copy_from_slice(&in_order(micros).to_be_bytes())
}

/// When an entry of [`activity`] happened.
pub fn micros_of_activity(key: &[u8]) -> Option<i64> {
    key.first_chunk().map(|time| out_of_order(u64::from_be_bytes(*time)))
}

/// An entry's key in [`ActivityMap::Days`]: days since 1970-01-01.
pub fn activity_day(day: i32) -> Bytes {
    Bytes::copy_from_slice(&(day.cast_unsigned() ^ (1 << 31)).to_be_bytes())
}

/// The day of a key that [`activity_day`] made.
pub fn day_of_activity(key: &[u8]) -> Option<i32> {
    key.first_chunk().map(|day| (u32::from_be_bytes(*day) ^ (1 << 31)).cast_signed())
}

/// Which of an address's entries in [`contact_activity`] are meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ActivityScope {
    All,
    /// Those of a kind of message.
    Kind(u8),
    /// Those of a message, by kind and number; `None` is what has to do with no message.
    Message(Option<(u8, u32)>),
}

/// What the entries of an address in [`contact_activity`] begin with.
pub fn contact_activity_of(hash: u64, scope: ActivityScope) -> Bytes {
    let mut key = Vec::with_capacity(26);
    key.put_u64(hash);
    match scope {
        ActivityScope::All => {}
        ActivityScope::Kind(kind) => key.put_u8(kind),
        ActivityScope::Message(message) => {
            let (kind, number) = message.unwrap_or((u8::MAX, 0));
            key.put_u8(kind);
            key.put_u32(number);
        }
    }
    key.into()
}

/// An entry's key in [`contact_activity`].
pub fn contact_activity_entry(hash: u64, message: Option<(u8, u32)>, moment: Moment) -> Bytes {
    let mut key = Vec::with_capacity(26);
    key.extend_from_slice(&contact_activity_of(hash, ActivityScope::Message(message)));
    key.put_u64(in_order(moment.micros));
    key.put_u8(moment.what);
    key.put_u32(moment.tag);
    key.into()
}

/// When an entry of [`contact_activity`] happened.
pub fn micros_of_contact_activity(key: &[u8]) -> Option<i64> {
    key.get(13..).and_then(micros_of_activity)
}

/// The address hash that an entry of [`contact_activity`] begins with.
pub fn hash_of_contact_activity(key: &[u8]) -> Option<u64> {
    key.first_chunk().copied().map(u64::from_be_bytes)
}

/// A number that sorts as a signed one does.
fn in_order(number: i64) -> u64 {
    number.cast_unsigned() ^ (1 << 63)
}

fn out_of_order(number: u64) -> i64 {
    (number ^ (1 << 63)).cast_signed()
}

/// An event that is recorded, by the digest of its id.
pub fn event_id(account: u32, digest: [u8; 16]) -> Bytes {
    unique(account, digest)
}

/// Account and segment of a key that [`pending_refresh`] made.
pub fn pending_refresh_of(key: &[u8]) -> Option<(u32, u32)> {
    let (account, segment) = key.get(4..)?.split_first_chunk()?;
    Some((u32::from_be_bytes(*account), u32::from_be_bytes(segment.try_into().ok()?)))
}

/// The members of a list by contact id.
pub fn members(account: u32, list: u32) -> BlockMap {
    BlockMap::new(Table::Member, numbers([account, list]), BLOCK_BYTES)
}

/// What contacts chose of a preference, by contact id.
pub fn choices(account: u32, preference: u32) -> BlockMap {
    BlockMap::new(Table::ContactPreference, numbers([account, preference]), BLOCK_BYTES)
}

/// What the contacts of an account consented to, by contact id and number.
pub fn consents(account: u32) -> BlockMap {
    BlockMap::new(Table::Consent, numbers([account]), BLOCK_BYTES)
}

/// An entry's key in [`consents`].
pub fn consent_entry(contact: u32, number: u32) -> Bytes {
    numbers([contact, number]).into()
}

/// The number at the end of an entry's key in [`consents`].
pub fn number_of_consent(key: &[u8]) -> Option<u32> {
    key.last_chunk().copied().map(u32::from_be_bytes)
}

/// The rows of a relational table that were loaded together, by row number.
pub fn relational_rows(account: u32, set: u32) -> BlockMap {
    BlockMap::new(Table::RelationalRow, numbers([account, set]), BLOCK_BYTES)
}

/// An entry's key in [`relational_rows`].
pub fn row_entry(row: u32) -> Bytes {
    Bytes::copy_from_slice(&row.to_be_bytes())
}

/// An entry's key in [`contacts`] and [`members`].
pub fn contact_entry(contact: u32) -> Bytes {
    Bytes::copy_from_slice(&contact.to_be_bytes())
}

/// As [`contact_entry`] of each; the keys share their memory.
pub fn contact_entries(contacts: impl IntoIterator<Item = u32>) -> Vec<Bytes> {
    together(contacts.into_iter().map(u32::to_be_bytes))
}

/// An entry's key in [`addresses`].
pub fn address_entry(hash: u64, contact: u32) -> Bytes {
    Bytes::copy_from_slice(&address_key(hash, contact))
}

/// As [`address_entry`] of each; the keys share their memory.
pub fn address_entries(entries: impl IntoIterator<Item = (u64, u32)>) -> Vec<Bytes> {
    together(entries.into_iter().map(|(hash, contact)| address_key(hash, contact)))
}

/// As [`address_entry`], on the stack.
pub fn address_key(hash: u64, contact: u32) -> [u8; 12] {
    let mut key = [0; 12];
    let (high, low) = key.split_at_mut(8);
    high.copy_from_slice(&hash.to_be_bytes());
    low.copy_from_slice(&contact.to_be_bytes());
    key
}

/// Hash and contact id of an entry's key in [`addresses`].
pub fn address_of_entry(key: &[u8]) -> Option<(u64, u32)> {
    let (hash, contact) = key.split_first_chunk()?;
    Some((u64::from_be_bytes(*hash), u32::from_be_bytes(contact.try_into().ok()?)))
}

/// As [`address_hash`] of each; the keys share their memory.
pub fn address_hashes(hashes: impl IntoIterator<Item = u64>) -> Vec<Bytes> {
    together(hashes.into_iter().map(u64::to_be_bytes))
}

/// Keys of one length as slices of one text: an allocation for each would cost more than they do.
fn together<const N: usize>(keys: impl Iterator<Item = [u8; N]>) -> Vec<Bytes> {
    let mut text = BytesMut::with_capacity(keys.size_hint().0 * N);
    keys.for_each(|key| text.put_slice(&key));
    let mut rest = text.freeze();
    let count = rest.len().checked_div(N).unwrap_or_default();
    (0..count).map(|_| rest.split_to(N)).collect()
}

/// What all entries of an address in [`addresses`] begin with.
pub fn address_hash(hash: u64) -> Bytes {
    Bytes::copy_from_slice(&hash.to_be_bytes())
}

/// The contact id at the end of an entry's key in [`contacts`], [`members`] or [`addresses`].
pub fn contact_of_entry(key: &[u8]) -> Option<u32> {
    key.last_chunk().copied().map(u32::from_be_bytes)
}

/// The length of the prefix of every map of a table that holds [`BlockMap`]s; `None` for a table
/// of single records.
pub fn block_prefix_bytes(table: Table) -> Option<usize> {
    match table {
        Table::Contact | Table::Address | Table::ContactActivity | Table::Consent => Some(4),
        Table::FreshAddress | Table::Member | Table::RelationalRow | Table::ContactPreference => {
            Some(8)
        }
        Table::Activity => Some(9),
        Table::Meta
        | Table::Account
        | Table::Credential
        | Table::Counter
        | Table::List
        | Table::DataField
        | Table::Segment
        | Table::Import
        | Table::Suppression
        | Table::Campaign
        | Table::ActiveImport
        | Table::FromAddress
        | Table::ExternalId
        | Table::EventId
        | Table::Template
        | Table::Text
        | Table::Outbox
        | Table::Category
        | Table::RelationalTable
        | Table::Task
        | Table::Tag
        | Table::Phone
        | Table::Preference
        | Table::InsightCollection
        | Table::InsightRecord
        | Table::InsightOfContact
        | Table::Webhook
        | Table::BatchedImport
        | Table::EmailMessage
        | Table::Document
        | Table::Send
        | Table::Lease
        | Table::Nonce
        | Table::Bulk => None,
    }
}
