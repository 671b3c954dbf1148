//! What JSON and PHP's values have in common: lists, and members by name.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::hash::Hash;

use super::What;
use super::align::{Items, Likeness, Pair, align};
use super::matching::{fingerprint, in_any_order};
use super::path::Step;
use super::walk::Walk;

/// A value of a document made of lists, members and scalars.
pub(super) trait Node: Hash {
    /// Compares with what was found in its place.
    fn compare(&self, found: &Self, walk: &mut Walk<'_>);

    /// Whether both are records with the same first member, such as an id.
    fn begins_as(&self, found: &Self) -> bool;

    /// Whether the value is null, or empty: what is easily mistaken for one another.
    fn is_nothing(&self) -> bool;

    /// Whether both are of one type, whatever their values.
    fn is_same_type(&self, found: &Self) -> bool;

    /// The value for people; may be cut.
    fn shown(&self) -> String;
}

/// Whether two lists of members begin with the same one.
pub(super) fn begin_alike<M: PartialEq>(expected: &[M], found: &[M]) -> bool {
    expected.first().is_some_and(|first| found.first() == Some(first))
}

/// Reports two values that differ as a whole.
pub(super) fn unlike<N: Node>(expected: &N, found: &N, walk: &mut Walk<'_>) {
    // What a trial would throw away is not written.
    if walk.is_trial() {
        return walk.differ(What::Value, None, None);
    }
    let what = if expected.is_nothing() || found.is_nothing() {
        What::Nil
    } else if expected.is_same_type(found) {
        What::Value
    } else {
        What::Type
    };
    walk.differ(what, Some(&expected.shown()), Some(&found.shown()));
}

/// Compares lists item by item; their places are counted from 1.
pub(super) fn items<N: Node>(expected: &[&N], found: &[&N], walk: &mut Walk<'_>) {
    for pair in pairs(expected, found, walk) {
        if walk.is_settled() {
            return;
        }
        match pair {
            // Once more, since a trial leaves no trace of the rules that it met.
            Pair::Same(one, other) | Pair::Changed(one, other) => {
                if let (Some(expected), Some(found)) = (expected.get(one), found.get(other)) {
                    item(one, walk, |walk| expected.compare(found, walk));
                }
            }
            Pair::Expected(one) => {
                item(one, walk, |walk| missing(expected.get(one).copied(), walk));
            }
            Pair::Found(other) => {
                item(other, walk, |walk| unexpected(found.get(other).copied(), walk));
            }
        }
    }
}

fn pairs<N: Node>(expected: &[&N], found: &[&N], walk: &mut Walk<'_>) -> Vec<Pair> {
    if walk.is_unordered() {
        let same = &mut |walk: &mut Walk<'_>, one: usize, other: usize| {
            are_same(expected, found, (one, other), walk)
        };
        let fingerprints = |of: &[&N]| of.iter().map(fingerprint).collect::<Vec<_>>();
        let (expected, found) = (fingerprints(expected), fingerprints(found));
        return in_any_order(&expected, &found, walk, same).unwrap_or_default();
    }
    // Whether there is a difference at all does not depend on how it is told.
    if walk.is_trial() {
        let common = expected.len().min(found.len());
        let both = (0..common).map(|at| Pair::Changed(at, at));
        let rest = (common..expected.len()).map(Pair::Expected);
        return both.chain(rest).chain((common..found.len()).map(Pair::Found)).collect();
    }
    let mut nodes = Nodes { expected, found, walk };
    align(expected.len(), found.len(), true, &mut nodes)
}

fn are_same<N: Node>(
    expected: &[&N],
    found: &[&N],
    (one, other): (usize, usize),
    walk: &mut Walk<'_>,
) -> bool {
    let (Some(expected), Some(found)) = (expected.get(one), found.get(other)) else {
        return false;
    };
    walk.is_same(|walk| item(one, walk, |walk| expected.compare(found, walk)))
}

/// Two lists of values, as they are aligned.
struct Nodes<'n, 'w, 'r, N> {
    expected: &'n [&'n N],
    found: &'n [&'n N],
    walk: &'w mut Walk<'r>,
}

impl<N: Node> Items for Nodes<'_, '_, '_, N> {
    fn likeness(&mut self, one: usize, other: usize) -> Likeness {
        if are_same(self.expected, self.found, (one, other), self.walk) {
            return Likeness::Same;
        }
        match (self.expected.get(one), self.found.get(other)) {
            (Some(expected), Some(found)) if expected.begins_as(found) => Likeness::Close,
            _ => Likeness::Alike,
        }
    }

    fn affordable(&self) -> usize {
        self.walk.work_left()
    }
}

fn item(at: usize, walk: &mut Walk<'_>, compare: impl FnOnce(&mut Walk<'_>)) {
    walk.within(Step::index(at + 1), |walk| {
        if !walk.is_ignored() {
            compare(walk);
        }
    });
}

fn missing<N: Node>(node: Option<&N>, walk: &mut Walk<'_>) {
    if walk.is_trial() {
        return walk.differ(What::Missing, None, None);
    }
    walk.differ(What::Missing, node.map(Node::shown).as_deref(), None);
}

fn unexpected<N: Node>(node: Option<&N>, walk: &mut Walk<'_>) {
    if walk.is_trial() {
        return walk.differ(What::Unexpected, None, None);
    }
    walk.differ(What::Unexpected, None, node.map(Node::shown).as_deref());
}

/// The values of each name, in order: of a name that stands twice there are two.
fn by_name<'n, N>(members: &'n [(Cow<'_, str>, &'n N)]) -> BTreeMap<&'n str, Vec<&'n N>> {
    let mut named: BTreeMap<&str, Vec<&N>> = BTreeMap::new();
    for (name, value) in members {
        named.entry(name).or_default().push(value);
    }
    named
}

/// Compares members by name, in the order of the expected ones. A name that stands more than once,
/// on either side, is compared time by time.
pub(super) fn members<N: Node>(
    expected: &[(Cow<'_, str>, &N)],
    found: &[(Cow<'_, str>, &N)],
    walk: &mut Walk<'_>,
) {
    let (mut one, mut other) = (by_name(expected), by_name(found));
    let order = expected.iter().chain(found).map(|(name, _)| name.as_ref());
    for name in order {
        let (expected, found) = (one.remove(name), other.remove(name));
        if walk.is_settled() {
            return;
        }
        if expected.is_some() || found.is_some() {
            let (expected, found) = (expected.unwrap_or_default(), found.unwrap_or_default());
            walk.within(Step::name(name), |walk| one_name(&expected, &found, walk));
        }
    }
}

fn one_name<N: Node>(expected: &[&N], found: &[&N], walk: &mut Walk<'_>) {
    if expected.len().max(found.len()) > 1 {
        return items(expected, found, walk);
    }
    if walk.is_ignored() {
        return;
    }
    match (expected.first(), found.first()) {
        (Some(expected), Some(found)) => expected.compare(found, walk),
        (expected, None) => missing(expected.copied(), walk),
        (None, found) => unexpected(found.copied(), walk),
    }
}
