//! The lists that a subscriber is in afterwards.

use std::collections::BTreeSet;

use super::ListEdit;
use crate::domain::contact_record::ContactRecord;
use crate::domain::contacts::Contacts;
use crate::domain::edit::Edit;
use crate::domain::error::Result;
use crate::domain::ids::{ContactId, ListId};
use crate::domain::list::{ALL_CONTACTS, TEST};
use crate::domain::membership::{MemberState, Membership};

/// A contact before, if it was there, and after.
type Turn<'r> = (ContactId, Option<&'r ContactRecord>, &'r ContactRecord);

impl<'a> Contacts<'a> {
    /// Puts the contact into lists and takes it off others; memberships that stay are suspended or
    /// active with the contact. Answers how many of the lists to join do not exist.
    pub(super) async fn edit_lists(
        self,
        edit: &mut Edit<'a>,
        (id, old, new): Turn<'_>,
        asked: &ListEdit,
    ) -> Result<usize> {
        let existing: BTreeSet<ListId> = self.lists_with_members().await?.into_iter().collect();
        let only = asked.only.iter().flatten();
        let named: BTreeSet<ListId> = asked.join.iter().chain(only).copied().collect();
        let suppressed = new.status.suppresses();
        let crosses = old.is_some_and(|old| old.status.suppresses() != suppressed);
        let plan = Plan { asked, named: &named, suppressed };
        let looks_at = |list: &ListId| {
            let is_old = old.is_some() && (crosses || asked.only.is_some());
            is_old || named.contains(list) || asked.leave.contains(list)
        };
        for list in existing.iter().copied().filter(looks_at) {
            let member = edit.members(list, &[id]).await?.pop().flatten();
            let planned = self.planned(&plan, list, member);
            if planned != member {
                edit.set_member(list, id, member, planned);
            }
        }
        Ok(named.difference(&existing).count())
    }

    /// What becomes of a membership.
    fn planned(self, plan: &Plan<'_>, list: ListId, old: Option<Membership>) -> Option<Membership> {
        let now = self.account.context.clock.now();
        let writable = ![ALL_CONTACTS, TEST].contains(&list);
        if writable && plan.asked.leave.contains(&list) {
            return None;
        }
        let state = if plan.suppressed { MemberState::Suspended } else { MemberState::Active };
        if writable && plan.named.contains(&list) {
            return match old {
                Some(member) if member.state == state => Some(member),
                Some(member) => Some(member.turned(state, now)),
                None => Some(Membership { state, ..Membership::joined(now) }),
            };
        }
        if writable && plan.asked.only.is_some() {
            return None;
        }
        match old {
            Some(member) if member.state != MemberState::Unsubscribed && member.state != state => {
                Some(member.turned(state, now))
            }
            as_it_is => as_it_is,
        }
    }
}

struct Plan<'p> {
    asked: &'p ListEdit,
    /// Those to be in afterwards.
    named: &'p BTreeSet<ListId>,
    suppressed: bool,
}
