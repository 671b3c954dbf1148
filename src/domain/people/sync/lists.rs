//! What becomes of memberships: steps of several rows, folded into one change a list.

use jiff::Timestamp;

use super::row::Channel;
use crate::domain::ids::ListId;
use crate::domain::membership::{MemberState, Membership};
use crate::domain::people::Mobile;

/// One step of what a row says of a contact's lists.
#[derive(Debug, Clone, Copy)]
pub(in crate::domain::people) enum Step {
    /// Out of every list, but for opt-outs.
    Clear,
    /// Joined at a time, or now.
    Join(ListId, Option<Timestamp>),
    /// As `Join`, an opt-out from the list taken back.
    Rejoin(ListId),
    Leave(ListId),
    Exclude(ListId),
    /// Out of every list, opt-outs included: the contact goes.
    Vanish,
}

/// The steps of a row's channel, in the order in which they count: an opt-out is graver than a
/// joining, and who shall not be in a list is not.
pub(super) fn steps(
    channel: &Channel,
    replaces: bool,
    knows: impl Fn(ListId) -> bool,
) -> Vec<Step> {
    let mut steps = Vec::new();
    if replaces && channel.says_lists {
        steps.push(Step::Clear);
    }
    steps.extend(channel.lists.iter().map(|(list, at)| {
        if channel.rejoins { Step::Rejoin(*list) } else { Step::Join(*list, *at) }
    }));
    steps.extend(channel.left.iter().map(|list| Step::Leave(*list)));
    steps.extend(channel.excluded.iter().map(|list| Step::Exclude(*list)));
    steps.retain(|step| match step {
        Step::Join(list, _) | Step::Rejoin(list) | Step::Leave(list) | Step::Exclude(list) => {
            knows(*list)
        }
        Step::Clear | Step::Vanish => true,
    });
    steps
}

/// A membership of `list` behind the steps; a suppressed contact's is suspended.
pub(super) fn fold(
    old: Option<Membership>,
    list: ListId,
    steps: &[Step],
    is_suppressed: bool,
    now: Timestamp,
) -> Option<Membership> {
    let mut member = old;
    for step in steps {
        member = match *step {
            Step::Clear => member.filter(has_left),
            Step::Exclude(of) if of == list => member.filter(has_left),
            Step::Join(of, at) if of == list => {
                member.or_else(|| Some(Membership::joined(at.unwrap_or(now))))
            }
            Step::Rejoin(of) if of == list => Some(rejoined(member, now)),
            Step::Leave(of) if of == list => Some(left(member, now)),
            Step::Vanish => None,
            Step::Join(..) | Step::Rejoin(_) | Step::Leave(_) | Step::Exclude(_) => member,
        };
    }
    let member = member?;
    Some(match (member.state, is_suppressed) {
        (MemberState::Active, true) => member.turned(MemberState::Suspended, now),
        (MemberState::Suspended, false) => member.turned(MemberState::Active, now),
        _ => member,
    })
}

fn has_left(member: &Membership) -> bool {
    member.state == MemberState::Unsubscribed
}

fn rejoined(member: Option<Membership>, now: Timestamp) -> Membership {
    match member {
        Some(member) if has_left(&member) => member.turned(MemberState::Active, now),
        Some(member) => member,
        None => Membership::joined(now),
    }
}

fn left(member: Option<Membership>, now: Timestamp) -> Membership {
    let member = member.unwrap_or_else(|| Membership::joined(now));
    if has_left(&member) { member } else { member.turned(MemberState::Unsubscribed, now) }
}

/// The same steps for a phone number, whose lists are in the contact itself.
pub(super) fn fold_mobile(mobile: &mut Mobile, steps: &[Step], now: Timestamp) {
    for step in steps {
        match *step {
            Step::Clear => mobile.take_off(|_| true),
            Step::Exclude(list) => mobile.take_off(|of| of == list),
            Step::Join(list, at) => mobile.join(list, at.unwrap_or(now)),
            Step::Rejoin(list) => mobile.rejoin(list, now),
            Step::Leave(list) => mobile.leave(list, now),
            Step::Vanish => mobile.lists.clear(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::noon;

    const LIST: ListId = ListId(3);
    const OTHER: ListId = ListId(4);

    fn behind(old: Option<Membership>, steps: &[Step]) -> Option<MemberState> {
        fold(old, LIST, steps, false, noon()).map(|member| member.state)
    }

    #[test]
    fn an_opt_out_outlives_every_step_but_the_contacts_end() {
        let joined = Membership::joined(noon());
        let gone = Some(joined.turned(MemberState::Unsubscribed, noon()));
        for steps in [
            &[Step::Clear][..],
            &[Step::Exclude(LIST)],
            &[Step::Join(LIST, None)],
            &[Step::Leave(OTHER)],
        ] {
            assert_eq!(behind(gone, steps), Some(MemberState::Unsubscribed), "{steps:?}");
        }
        assert_eq!(behind(gone, &[Step::Vanish]), None);
    }

    #[test]
    fn who_joins_again_keeps_the_time_unless_all_lists_are_replaced() {
        let first: Timestamp = "2020-01-01T00:00:00Z".parse().unwrap();
        let second: Timestamp = "2021-01-01T00:00:00Z".parse().unwrap();
        let joined = Some(Membership::joined(first));
        let again = Step::Join(LIST, Some(second));
        let added = |steps: &[Step]| fold(joined, LIST, steps, false, noon()).unwrap().added;
        assert_eq!(added(&[again]), first);
        assert_eq!(added(&[Step::Clear, again]), second);
        assert_eq!(added(&[Step::Clear, Step::Join(LIST, None)]), noon());
        assert_eq!(behind(joined, &[Step::Clear, Step::Join(OTHER, None)]), None);
    }

    #[test]
    fn a_suppressed_contacts_memberships_wait() {
        let steps = [Step::Join(LIST, None)];
        let member = fold(None, LIST, &steps, true, noon()).unwrap();
        assert_eq!(member.state, MemberState::Suspended);
        let back = fold(Some(member), LIST, &[], false, noon()).unwrap();
        assert_eq!(back.state, MemberState::Active);
    }
}
