//! One batch of rows: look up, judge, write, and move the cursor, all in one commit.

use std::collections::BTreeMap;

use jiff::Timestamp;

use super::columns::Columns;
use super::extras::Said;
use super::job::{Job, StoredJob};
use super::judge::{Standing, refusal};
use super::pieces::Pieces;
use super::prepare::{Contents, Entry, Prepared, Values, values};
use super::rows::Rows;
use super::{Reason, faults, merge};
use crate::domain::contact_store::{ContactRecord, Stored};
use crate::domain::edit::{Edit, NewContact};
use crate::domain::lease::Claim;
use crate::domain::membership::Membership;
use crate::domain::suppression::Suppression;
use crate::domain::{Account, ContactId, Context, Error, ListId, Refusal, Result};
use crate::store::tables::BulkFile;
use crate::store::{Durable, StoreError};

/// Attempts at a batch before the store's conflicts are an error. Within a process the account's
/// gate leaves none; another process can cause a few.
const MAX_ATTEMPTS: usize = 16;

/// How a batch ended.
#[derive(Debug)]
pub enum Outcome {
    /// Visible to all; on disk when the [`Durable`] says so.
    Applied(Box<StoredJob>, Durable),
    /// The account has no room for the batch's new contacts; nothing of it was written.
    AccountFull,
}

/// Imports the rows behind the job's cursor.
pub async fn import(
    context: &Context,
    claim: &Claim,
    stored: &StoredJob,
    columns: &Columns,
    prepared: &mut Prepared,
) -> Result<Outcome> {
    let account = context.account(stored.key.account);
    for number in 0..MAX_ATTEMPTS {
        let gate = account.gate().await;
        if number > 0 {
            // A batch takes longer than most changes: it would lose again and again.
            account.ask_for_turn().await?;
        }
        let attempted = attempt(context, claim, stored, columns, prepared).await;
        if number > 0 && matches!(attempted, Err(Attempt::Full | Attempt::Failed(_))) {
            account.give_turn_back().await?;
        }
        drop(gate);
        match attempted {
            Err(Attempt::Conflict) if claim.is_lost(context).await? => break,
            Err(Attempt::Conflict) => {}
            Err(Attempt::Full) => return Ok(Outcome::AccountFull),
            Err(Attempt::Failed(error)) => return Err(error),
            Ok((job, durable)) => return Ok(Outcome::Applied(Box::new(job), durable)),
        }
    }
    Err(Error::store("import a batch", StoreError::Conflict))
}

/// Why an attempt did not lead to a commit.
enum Attempt {
    Conflict,
    Full,
    Failed(Error),
}

impl From<Error> for Attempt {
    fn from(error: Error) -> Self {
        Self::Failed(error)
    }
}

impl From<StoreError> for Attempt {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Conflict => Self::Conflict,
            error => Self::Failed(Error::store("import a batch", error)),
        }
    }
}

/// Reads, decides and applies; under the account's gate.
async fn attempt(
    context: &Context,
    claim: &Claim,
    stored: &StoredJob,
    columns: &Columns,
    prepared: &mut Prepared,
) -> Result<(StoredJob, Durable), Attempt> {
    let Prepared { rows, entries, contents } = prepared;
    let account = context.account(stored.key.account);
    let mut edit = account.contact_store().edit().await?;
    let standings = Standings::look_up(account, &mut edit, &stored.job, entries).await?;
    for external_id in entries.iter().filter_map(|entry| entry.external_id.as_ref()) {
        edit.resolve_external(external_id).await?;
    }
    let (job, faults, now) = (stored.job.clone(), Vec::new(), context.clock.now());
    let said = Said::default();
    let mut deed = Deed { columns, rows, entries, contents, edit, said, job, faults, now };
    deed.judge_all(standings)?;
    let Deed { mut edit, said, mut job, faults, .. } = deed;
    said.put(account, &mut edit, job.list).await?;
    if !faults.is_empty() {
        let pieces = Pieces { key: stored.key, day: job.day, file: BulkFile::Faults };
        // On disk before the cursor that counts them.
        let pieces = pieces.extend(context, claim, job.faults_pieces, faults.into());
        job.faults_pieces = pieces.await?;
    }
    job.rows_done += u64::try_from(rows.len()).unwrap_or_default();
    claim.guard(&mut edit.batch);
    let replaced = stored.replace(&mut edit.batch, job)?;
    let durable = account.contact_store().apply(edit).await?;
    Ok((replaced, durable))
}

/// What the store knows of each entry's address. Only the first entry of an address has it.
struct Standings {
    /// By the entry's index.
    contacts: BTreeMap<usize, Stored>,
    suppressions: Vec<Option<Suppression>>,
    memberships: Vec<Option<Membership>>,
    /// For each of the job's further lists.
    further: Vec<(ListId, Vec<Option<Membership>>)>,
    taken: Vec<bool>,
}

impl Standings {
    async fn look_up(
        account: Account<'_>,
        edit: &mut Edit<'_>,
        job: &Job,
        entries: &[Entry],
    ) -> Result<Self> {
        let (places, hashed): (Vec<usize>, Vec<(u64, &str)>) = first_addresses(entries).unzip();
        let found = edit.find_hashed(&hashed).await?.into_iter();
        let place_of = |index: usize| places.get(index).copied();
        let contacts = found.filter_map(|(index, stored)| Some((place_of(index)?, stored)));
        let contacts = contacts.collect();
        let addresses: Vec<&str> = hashed.into_iter().map(|(_, address)| address).collect();
        let judged = account.suppressions().judge(&addresses).await?;
        let mut standings = Self {
            contacts,
            suppressions: vec![None; entries.len()],
            memberships: vec![None; entries.len()],
            further: Vec::new(),
            taken: vec![false; entries.len()],
        };
        spread(&places, judged, &mut standings.suppressions);
        if let Some(list) = job.list {
            standings.memberships = standings.members(edit, list).await?;
        }
        for list in &job.further_lists {
            match account.lists().get(*list).await {
                Err(Error::Refused(Refusal::ListNotFound)) => continue,
                found => drop(found?),
            }
            let members = standings.members(edit, *list).await?;
            standings.further.push((*list, members));
        }
        Ok(standings)
    }

    async fn members(&self, edit: &mut Edit<'_>, list: ListId) -> Result<Vec<Option<Membership>>> {
        let mut known: Vec<_> = self.contacts.iter().map(|(at, (id, _))| (*id, *at)).collect();
        known.sort_unstable();
        let (ids, places): (Vec<_>, Vec<_>) = known.into_iter().unzip();
        let members = edit.members(list, &ids).await?;
        let mut memberships = vec![None; self.memberships.len()];
        spread(&places, members, &mut memberships);
        Ok(memberships)
    }

    /// The further lists in which the entry's contact has no place yet.
    fn further_lists(&self, first: usize) -> impl Iterator<Item = ListId> {
        let without = move |(list, members): &(ListId, Vec<Option<Membership>>)| {
            members.get(first).is_none_or(Option::is_none).then_some(*list)
        };
        self.further.iter().filter_map(without)
    }

    fn of(&self, first: usize, import: u32) -> Standing<'_> {
        let contact = self.contacts.get(&first).map(|(_, record)| record);
        let imported = contact.is_some_and(|contact| contact.last_import == import);
        Standing {
            suppression: self.suppressions.get(first).copied().flatten(),
            contact,
            membership: self.memberships.get(first).copied().flatten(),
            taken: imported || self.taken.get(first).copied().unwrap_or_default(),
        }
    }

    fn take(&mut self, first: usize) {
        if let Some(taken) = self.taken.get_mut(first) {
            *taken = true;
        }
    }
}

/// Each address of the batch once, with its first entry's index.
fn first_addresses(entries: &[Entry]) -> impl Iterator<Item = (usize, (u64, &str))> {
    let firsts = entries.iter().enumerate().filter(|(index, entry)| entry.first == *index);
    firsts.filter_map(|(index, entry)| {
        let address = entry.address.as_ref()?.as_compared();
        Some((index, (entry.hash, address)))
    })
}

/// Puts `values` into the places that they belong to.
fn spread<T>(places: &[usize], values: Vec<Option<T>>, to: &mut [Option<T>]) {
    for (place, value) in places.iter().zip(values) {
        if let Some(slot) = to.get_mut(*place) {
            *slot = value;
        }
    }
}

/// A batch's changes as they come together.
struct Deed<'a> {
    columns: &'a Columns,
    rows: &'a Rows,
    entries: &'a [Entry],
    /// Each is taken once.
    contents: &'a mut [Contents],
    edit: Edit<'a>,
    /// In columns of preferences and consents.
    said: Said,
    job: Job,
    faults: Vec<u8>,
    now: Timestamp,
}

impl Deed<'_> {
    fn judge_all(&mut self, mut standings: Standings) -> Result<(), Attempt> {
        for (index, entry) in self.entries.iter().enumerate() {
            let standing = standings.of(entry.first, self.job.number);
            let is_known = standing.taken
                || standing.contact.is_some_and(|contact| !contact.transactional_only);
            self.job.counters.invalid_phones += u32::from(entry.invalid_phone);
            let refused = match refusal(entry, standing) {
                None => {
                    let contact = standings.contacts.get(&entry.first);
                    let lists = self.job.list.filter(|_| standing.membership.is_none());
                    let lists = lists.into_iter().chain(standings.further_lists(entry.first));
                    self.take(index, entry, contact, lists)?
                }
                refused => refused,
            };
            match refused {
                None => standings.take(entry.first),
                Some(reason) => {
                    self.job.counters.known_refused += u32::from(is_known);
                    self.refuse(reason, index);
                }
            }
        }
        Ok(())
    }

    /// Imports a row into these lists, unless its contact is too large to be stored.
    fn take(
        &mut self,
        index: usize,
        entry: &Entry,
        stored: Option<&Stored>,
        lists: impl Iterator<Item = ListId>,
    ) -> Result<Option<Reason>, Attempt> {
        let written = match stored {
            Some((id, old)) => self.update(index, *id, old),
            None => self.insert(index, entry),
        };
        let id = match written {
            Ok(id) => id,
            Err(Refusal::DataFieldValueTooLong | Refusal::ExternalIdInUse) => {
                return Ok(Some(Reason::Failures));
            }
            Err(Refusal::ContactLimit) => return Err(Attempt::Full),
            Err(other) => return Err(Attempt::Failed(other.into())),
        };
        let known = stored.filter(|(_, record)| !record.transactional_only);
        let counter = match known {
            Some(_) => &mut self.job.counters.updated_contacts,
            None => &mut self.job.counters.new_contacts,
        };
        *counter += 1;
        for list in lists {
            self.edit.set_member(list, id, None, Some(Membership::joined(self.now)));
        }
        if let Some(row) = self.rows.row(index) {
            self.said.note(&self.columns.extras, id, row, self.job.merge);
        }
        Ok(None)
    }

    fn insert(&mut self, index: usize, entry: &Entry) -> Result<ContactId, Refusal> {
        let encoded = match self.contents(index) {
            Contents::NewContact(encoded) => encoded,
            other => {
                let address = entry.address.as_ref().ok_or(Refusal::AddressInvalid)?;
                let values = self.values(index, other)?;
                merge::create(address, values, self.job.number, self.now).encode()?
            }
        };
        let external_id = entry.external_id.as_ref();
        let hash = Some(entry.hash);
        let new = NewContact { encoded, listed: true, external_id, phone: None, hash };
        self.edit.insert_encoded(new)
    }

    fn update(
        &mut self,
        index: usize,
        id: ContactId,
        old: &ContactRecord,
    ) -> Result<ContactId, Refusal> {
        let contents = self.contents(index);
        let values = self.values(index, contents)?;
        let new = merge::update(old, values, self.job.merge, self.job.number, self.now);
        self.edit.update_contact(id, old, &new).map(|()| id)
    }

    fn contents(&mut self, index: usize) -> Contents {
        self.contents.get_mut(index).map(std::mem::take).unwrap_or_default()
    }

    /// The row's values, read again unless they are at hand.
    fn values(&self, index: usize, contents: Contents) -> Result<Values, Refusal> {
        if let Contents::Values(values) = contents {
            return Ok(values);
        }
        let values = self.rows.row(index).and_then(|row| values(row, self.columns));
        values.ok_or(Refusal::DataFieldValueTooLong)
    }

    fn refuse(&mut self, reason: Reason, index: usize) {
        *reason.counter(&mut self.job.counters) += 1;
        if let Some(row) = self.rows.row(index) {
            faults::push_row(&mut self.faults, reason, &self.columns.header, row);
        }
    }
}
