//! From decided people to one edit.

use std::collections::BTreeSet;

use jiff::Timestamp;

use super::lists::{Step, fold};
use super::work::{Person, Work};
use crate::domain::address::EmailAddress;
use crate::domain::contact_record::ContactRecord;
use crate::domain::edit::Edit;
use crate::domain::error::Result;
use crate::domain::ids::{ContactId, ListId};
use crate::domain::list::ALL_CONTACTS;

impl<'a> Work<'a> {
    /// Puts everybody into the edit.
    pub async fn finish(self, edit: &mut Edit<'a>) -> Result<()> {
        let Self { account, now, mut people, lists, .. } = self;
        people.retain(|person| person.is_counted && (person.id.is_some() || !person.is_gone));
        // Numbers that somebody gives up are free for everybody else, whoever comes first.
        for person in &people {
            if let (Some(id), Some(old)) = (person.id, &person.old) {
                let keeps = !person.is_gone && person.record.identity() == old.identity();
                edit.release_phone(id, old.identity().filter(|_| !keeps));
            }
        }
        let mut moves = Vec::new();
        for mut person in people {
            let crosses = person
                .old
                .as_ref()
                .is_some_and(|old| old.status.suppresses() != person.record.status.suppresses());
            let id = put(edit, &mut person, now)?;
            if crosses || !person.steps.is_empty() {
                let is_suppressed = person.record.status.suppresses();
                moves.push(Move { id, steps: person.steps, is_suppressed, crosses });
            }
        }
        let wants_all = |one: &Move| {
            one.crosses || one.steps.iter().any(|step| matches!(step, Step::Clear | Step::Vanish))
        };
        let named: BTreeSet<ListId> = if moves.iter().any(wants_all) {
            let every = account.contacts().lists_with_members().await?;
            every.into_iter().filter(|list| *list != ALL_CONTACTS).collect()
        } else {
            let steps = moves.iter().flat_map(|one| one.steps.iter());
            let named = steps.filter_map(|step| match step {
                Step::Join(list, _)
                | Step::Rejoin(list)
                | Step::Leave(list)
                | Step::Exclude(list) => Some(*list),
                Step::Clear | Step::Vanish => None,
            });
            named.filter(|list| lists.contains(list)).collect()
        };
        for list in named {
            move_members(edit, list, &moves, now).await?;
        }
        Ok(())
    }
}

/// What becomes of a contact's lists.
struct Move {
    id: ContactId,
    steps: Vec<Step>,
    is_suppressed: bool,
    /// It is suppressed now and was not, or the other way around.
    crosses: bool,
}

async fn move_members(
    edit: &mut Edit<'_>,
    list: ListId,
    moves: &[Move],
    now: Timestamp,
) -> Result<()> {
    let ids: Vec<ContactId> = moves.iter().map(|one| one.id).collect();
    let members = edit.members(list, &ids).await?;
    for (one, old) in moves.iter().zip(members) {
        let new = fold(old, list, &one.steps, one.is_suppressed, now);
        if new != old {
            edit.set_member(list, one.id, old, new);
        }
    }
    Ok(())
}

/// Stores a person. Of one who is deleted and opted out, the opt-out stays.
fn put(edit: &mut Edit<'_>, person: &mut Person, now: Timestamp) -> Result<ContactId> {
    let (Some(id), Some(old)) = (person.id, &person.old) else {
        return Ok(edit.insert_contact(&person.record)?);
    };
    if !person.is_gone {
        edit.update_contact(id, old, &person.record)?;
        return Ok(id);
    }
    person.steps.push(Step::Vanish);
    if !old.status.suppresses() {
        edit.delete_contact(id, old);
        return Ok(id);
    }
    let mut bare = ContactRecord::new(&EmailAddress::stored(old.address.clone()), old.created);
    bare.turn(old.status, old.status_since, now);
    bare.hard_bounced = old.hard_bounced;
    bare.transactional_only = old.transactional_only;
    edit.update_contact(id, old, &bare)?;
    edit.forget(id);
    person.record = bare;
    Ok(id)
}
