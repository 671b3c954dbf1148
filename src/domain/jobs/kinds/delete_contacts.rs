//! Deleting the contacts of a file, or unsubscribing them.

use std::collections::BTreeMap;

use bytes::Bytes;
use serde::{Deserialize, Serialize};

use super::{Part, Work};
use crate::domain::contact_record::ContactRecord;
use crate::domain::edit::Edit;
use crate::domain::import::columns::email_column;
use crate::domain::import::csv;
use crate::domain::import::rows::Rows;
use crate::domain::jobs::feed::{Feed, TextForm, cell};
use crate::domain::jobs::task::StoredTask;
use crate::domain::{Account, ContactId, ContactStatus, EmailAddress, Refusal, Result};

/// A file of addresses whose contacts are to go.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DeleteContacts {
    /// Unsubscribe instead of deleting; an unknown address is remembered as unsubscribed.
    pub opt_out: bool,
    form: TextForm,
    /// Which column is the address.
    column: usize,
    /// Rows that are done, the header among them.
    rows_done: u64,
    /// Rows without an address.
    invalid: u64,
    /// Addresses that nobody has.
    unknown: u64,
}

impl DeleteContacts {
    /// The order for a text file: either with a column headed `Email`, or with addresses from its
    /// first row on. Refuses any other.
    pub fn of(file: &Bytes, opt_out: bool) -> Result<Self, Refusal> {
        let order = |form, column, rows_done| Self {
            opt_out,
            form,
            column,
            rows_done,
            invalid: 0,
            unknown: 0,
        };
        let form = TextForm::of(file, b',')?;
        let text = form.beginning(file);
        let header = csv::header(&text)
            .and_then(|(delimiter, rows)| Some((delimiter, email_column(rows.row(0)?.fields())?)));
        if let Some((delimiter, column)) = header {
            return Ok(order(form.with(delimiter), column, 1));
        }
        for delimiter in [b',', b';', b'\t', b'|'] {
            let form = form.with(delimiter);
            let is_address = |cell: &String| EmailAddress::parse(cell).is_ok();
            if let Some(column) = form.first_row(file).iter().position(is_address) {
                return Ok(order(form, column, 0));
            }
        }
        Err(Refusal::ImportNoEmailColumn)
    }

    fn output(&self, done: u64) -> String {
        let deed = if self.opt_out { "unsubscribed" } else { "deleted" };
        let (unknown, invalid) = (self.unknown, self.invalid);
        format!("{done} contacts {deed}, {unknown} addresses unknown, {invalid} rows invalid.")
    }
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &DeleteContacts,
    feed: &mut Feed,
) -> Result<Part<'a>> {
    let rows = feed.at(stored, order.form, order.rows_done).await?;
    let Some(rows) = rows else {
        let output = order.output(stored.task.done);
        return Ok(Part::to(stored.task.work.clone()).ending(output));
    };
    let mut order = order.clone();
    let addresses = addresses(rows, &mut order);
    order.rows_done += u64::try_from(rows.len()).unwrap_or_default();
    let gate = account.gate().await;
    let mut edit = account.contact_store().edit().await?;
    let found = resolve(&mut edit, &addresses).await?;
    let unknown = addresses.len() - found.len();
    let done = if order.opt_out {
        opt_out(account, &mut edit, &addresses, found).await?
    } else {
        delete(account, &mut edit, found).await?
    };
    order.unknown += u64::try_from(unknown).unwrap_or_default();
    Ok(Part::to(Work::DeleteContacts(order)).with_edit(gate, edit).counting(done))
}

/// The addresses of a batch, each once, by how they are compared.
fn addresses(rows: &Rows, order: &mut DeleteContacts) -> BTreeMap<String, EmailAddress> {
    let mut addresses = BTreeMap::new();
    for row in rows.iter() {
        match EmailAddress::parse(&cell(row.field(order.column))) {
            Ok(address) => drop(addresses.insert(address.as_compared().to_owned(), address)),
            Err(_) => order.invalid += 1,
        }
    }
    addresses
}

type Found = BTreeMap<String, (ContactId, ContactRecord)>;

async fn resolve(edit: &mut Edit<'_>, addresses: &BTreeMap<String, EmailAddress>) -> Result<Found> {
    let compared: Vec<&str> = addresses.keys().map(String::as_str).collect();
    let found = edit.resolve(&compared).await?;
    let found = compared.into_iter().zip(found);
    Ok(found.filter_map(|(address, stored)| Some((address.to_owned(), stored?))).collect())
}

/// Takes contacts away with their memberships. Of one who is suppressed the address stays with the
/// reason, so that no opt-out is lost.
async fn delete<'a>(account: Account<'a>, edit: &mut Edit<'a>, found: Found) -> Result<u64> {
    let mut ids: Vec<ContactId> = found.values().map(|(id, _)| *id).collect();
    ids.sort_unstable();
    for list in account.lists().all().await? {
        let members = edit.members(list.id, &ids).await?;
        for (id, member) in ids.iter().zip(members).filter(|(_, member)| member.is_some()) {
            edit.set_member(list.id, *id, member, None);
        }
    }
    let mut done = 0;
    for (id, old) in found.into_values() {
        if old.status.suppresses() {
            let bare = account.contacts().bare(&old);
            edit.update_contact(id, &old, &bare)?;
            edit.forget(id);
        } else {
            edit.delete_contact(id, &old);
        }
        done += 1;
    }
    Ok(done)
}

async fn opt_out<'a>(
    account: Account<'a>,
    edit: &mut Edit<'a>,
    addresses: &BTreeMap<String, EmailAddress>,
    mut found: Found,
) -> Result<u64> {
    let now = account.context.clock.now();
    let (mut turns, mut done) = (Vec::new(), 0);
    for (compared, address) in addresses {
        match found.remove(compared) {
            Some((id, old)) if old.status.yields_to(ContactStatus::Unsubscribed) => {
                let mut new = old.clone();
                new.turn(ContactStatus::Unsubscribed, now, now);
                turns.push((id, old, new));
                done += 1;
            }
            Some(_) => {}
            None => {
                let mut record = ContactRecord::new(address, now);
                record.turn(ContactStatus::Unsubscribed, now, now);
                edit.insert_contact(&record)?;
            }
        }
    }
    account.contacts().turn(edit, turns).await?;
    Ok(done)
}
