//! Which item of an expected list belongs to which of the found one where order does not count:
//! every item finds a partner as long as there is any way to.

use std::collections::{BTreeMap, VecDeque};
use std::hash::{DefaultHasher, Hash, Hasher as _};

use super::align::Pair;
use super::walk::Walk;

/// Whether an expected item and a found one are the same; asked in a trial.
pub(super) type Same<'s, 'r> = &'s mut dyn FnMut(&mut Walk<'r>, usize, usize) -> bool;

/// The same number for what is the same to the letter.
pub(super) fn fingerprint(of: &impl Hash) -> u64 {
    let mut hasher = DefaultHasher::new();
    of.hash(&mut hasher);
    hasher.finish()
}

/// Pairs two lists, of which the fingerprints are given, so that as many items as possible are the
/// same, in the order of the expected one. What is left over is paired by place.
///
/// What is the same to the letter is paired first. The others cost as much as asking of every item
/// about every other, which is taken from the work that the walk may do; `None`, and reported, when
/// that is too much.
pub(super) fn in_any_order<'r>(
    expected: &[u64],
    found: &[u64],
    walk: &mut Walk<'r>,
    same: Same<'_, 'r>,
) -> Option<Vec<Pair>> {
    let mut partners: Vec<Option<usize>> = vec![None; found.len()];
    let rest = without_twins((expected, found), walk, &mut *same, &mut partners);
    let free = partners.iter().enumerate().filter(|(_, partner)| partner.is_none());
    let free: Vec<usize> = free.map(|(other, _)| other).collect();
    if !walk.spend(rest.len().saturating_mul(free.len())) {
        return None;
    }
    let mut fitting: Vec<Vec<usize>> = Vec::with_capacity(rest.len());
    for one in &rest {
        let others = free.iter().enumerate().filter(|(_, other)| same(walk, *one, **other));
        fitting.push(others.map(|(at, _)| at).collect());
    }
    let mut matched: Vec<Option<usize>> = vec![None; free.len()];
    for at in 0..rest.len() {
        give_partner(at, &fitting, &mut matched);
    }
    for (other, one) in free.iter().zip(matched) {
        if let Some(partner) = partners.get_mut(*other) {
            *partner = one.and_then(|one| rest.get(one).copied());
        }
    }
    Some(as_pairs(expected.len(), &partners))
}

/// Pairs what is the same to the letter, and answers the expected items that are left.
fn without_twins<'r>(
    (expected, found): (&[u64], &[u64]),
    walk: &mut Walk<'r>,
    same: Same<'_, 'r>,
    partners: &mut [Option<usize>],
) -> Vec<usize> {
    let mut twins: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for (other, fingerprint) in found.iter().enumerate().rev() {
        twins.entry(*fingerprint).or_default().push(other);
    }
    let mut rest = Vec::new();
    for (one, fingerprint) in expected.iter().enumerate() {
        let twin = twins.get_mut(fingerprint).and_then(Vec::pop);
        let twin = twin.filter(|other| same(walk, one, *other));
        match twin.and_then(|other| partners.get_mut(other)) {
            Some(partner) => *partner = Some(one),
            None => rest.push(one),
        }
    }
    rest
}

/// Finds `start` a partner, moving others to another one where that makes room (an augmenting
/// path, searched breadth first).
fn give_partner(start: usize, fitting: &[Vec<usize>], partners: &mut [Option<usize>]) {
    // By which expected item a found one was reached.
    let mut reached_by: Vec<Option<usize>> = vec![None; partners.len()];
    let mut waiting = VecDeque::from([start]);
    while let Some(one) = waiting.pop_front() {
        for other in fitting.get(one).into_iter().flatten() {
            let Some(reached) = reached_by.get_mut(*other).filter(|by| by.is_none()) else {
                continue;
            };
            *reached = Some(one);
            match partners.get(*other) {
                Some(Some(taken_by)) => waiting.push_back(*taken_by),
                _ => return swap_along(*other, start, &reached_by, partners),
            }
        }
    }
}

/// Gives every expected item on the path the found one that it was reached from.
fn swap_along(
    free: usize,
    start: usize,
    reached_by: &[Option<usize>],
    partners: &mut [Option<usize>],
) {
    let mut other = free;
    while let Some(one) = reached_by.get(other).copied().flatten() {
        let before = partners.iter().position(|partner| *partner == Some(one));
        if let Some(slot) = partners.get_mut(other) {
            *slot = Some(one);
        }
        match before {
            Some(before) if one != start => other = before,
            _ => return,
        }
    }
}

fn as_pairs(expected: usize, partners: &[Option<usize>]) -> Vec<Pair> {
    let mut partner_of: Vec<Option<usize>> = vec![None; expected];
    let mut left = VecDeque::new();
    for (other, partner) in partners.iter().enumerate() {
        match partner.and_then(|one| partner_of.get_mut(one)) {
            Some(slot) => *slot = Some(other),
            None => left.push_back(other),
        }
    }
    let mut pairs: Vec<Pair> = Vec::with_capacity(expected);
    for (one, partner) in partner_of.into_iter().enumerate() {
        pairs.push(match (partner, partner.is_none().then(|| left.pop_front()).flatten()) {
            (Some(other), _) => Pair::Same(one, other),
            (None, Some(other)) => Pair::Changed(one, other),
            (None, None) => Pair::Expected(one),
        });
    }
    pairs.extend(left.into_iter().map(Pair::Found));
    pairs
}

#[cfg(test)]
mod tests {
    use super::super::rules::Rules;
    use super::*;

    /// `?` takes anything.
    fn paired(expected: &str, found: &str) -> Vec<Pair> {
        let (one, other) = (expected.as_bytes(), found.as_bytes());
        let rules = Rules::default();
        let mut walk = Walk::new(&rules, None, 1_000_000);
        let mut same = |_: &mut Walk<'_>, a: usize, b: usize| one[a] == b'?' || one[a] == other[b];
        let fingerprints = |text: &[u8]| text.iter().map(fingerprint).collect::<Vec<_>>();
        in_any_order(&fingerprints(one), &fingerprints(other), &mut walk, &mut same).unwrap()
    }

    #[test]
    fn every_item_finds_a_partner_if_there_is_a_way() {
        use Pair::{Changed, Expected, Found, Same};
        assert_eq!(paired("abc", "cab"), [Same(0, 1), Same(1, 2), Same(2, 0)]);
        assert_eq!(paired("?a", "ab"), [Same(0, 1), Same(1, 0)]);
        let moved = paired("??ab", "abcd");
        assert!(moved.contains(&Same(2, 0)) && moved.contains(&Same(3, 1)));
        assert!(moved.iter().all(|pair| matches!(pair, Same(..))));
        assert_eq!(paired("abb", "baa"), [Same(0, 1), Same(1, 0), Changed(2, 2)]);
        assert_eq!(paired("a", "ba"), [Same(0, 1), Found(0)]);
        assert_eq!(paired("ab", "b"), [Expected(0), Same(1, 0)]);
    }

    #[test]
    fn too_many_items_are_given_up_and_that_is_said() {
        let rules = Rules::default();
        let mut walk = Walk::new(&rules, None, 99);
        assert_eq!(in_any_order(&[1; 10], &[2; 10], &mut walk, &mut |_, _, _| true), None);
        assert!(!walk.finish().is_empty());
    }
}
