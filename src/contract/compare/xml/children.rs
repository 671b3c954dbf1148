//! Compares what two elements have in them: in order, or in any.

use std::collections::BTreeMap;

use super::elements::{self, Place};
use super::order;
use super::tree::{Element, Node};
use crate::contract::compare::What;
use crate::contract::compare::align::{Items, Likeness, Pair, align};
use crate::contract::compare::matching::in_any_order;
use crate::contract::compare::path::Step;
use crate::contract::compare::schema::Type;
use crate::contract::compare::walk::Walk;

/// Of the work that is left, one in so many steps may go into one alignment.
const SHARE: usize = 4;

/// A child with its place among those of its name.
#[derive(Clone, Copy)]
pub struct Child<'a, 'x> {
    pub node: &'a Node<'x>,
    /// From 1.
    pub position: usize,
    /// There is no other of its name.
    pub alone: bool,
}

/// Both lists of children, and what holds for them.
pub struct Lists<'a, 'x, 'y> {
    pub expected: Vec<Child<'a, 'x>>,
    pub found: Vec<Child<'a, 'y>>,
    /// That of the parents.
    pub place: Place<'a>,
}

/// Compares the children of two elements.
pub fn compare<'a>(
    expected: &'a Element<'_>,
    found: &'a Element<'_>,
    place: Place<'a>,
    walk: &mut Walk<'_>,
) {
    let mut lists = Lists {
        expected: counted(&expected.children, walk),
        found: counted(&found.children, walk),
        place,
    };
    if is_unordered(place, walk) {
        lists.sort_by_name();
    }
    let is_struct = place.is_rpc && expected.name.local() == "struct";
    if is_struct || walk.is_unordered() {
        lists.in_any_order(walk);
    } else if walk.is_trial() {
        lists.try_in_order(walk);
    } else {
        lists.in_order(walk);
    }
}

/// Whether the schema leaves the order of children of different names open.
fn is_unordered(place: Place<'_>, walk: &Walk<'_>) -> bool {
    match place.ty {
        Some(Type::Declared(number)) => walk.schema().is_some_and(|all| all.is_unordered(number)),
        _ => false,
    }
}

/// The children with their positions, without those that a rule passes over.
fn counted<'a, 'x>(nodes: &'a [Node<'x>], walk: &mut Walk<'_>) -> Vec<Child<'a, 'x>> {
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    for node in nodes {
        *totals.entry(node.local()).or_default() += 1;
    }
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    let mut children = Vec::with_capacity(nodes.len());
    for node in nodes {
        let position = seen.entry(node.local()).or_insert(0_usize);
        *position += 1;
        let alone = totals.get(node.local()) == Some(&1);
        let child = Child { node, position: *position, alone };
        if walk.rules().ignore.is_empty() || !at(child, walk, Walk::is_ignored) {
            children.push(child);
        }
    }
    children
}

/// Goes down to a child.
pub fn at<'r, T>(
    child: Child<'_, '_>,
    walk: &mut Walk<'r>,
    then: impl FnOnce(&mut Walk<'r>) -> T,
) -> T {
    let step = match child.node {
        Node::Element(element) => {
            Step::Name { namespace: element.name.namespace(), local: element.name.local() }
        }
        Node::Text(_) => Step::Into("text()"),
    };
    walk.within_nth(step, child.position, child.alone, then)
}

impl<'a> Lists<'a, '_, '_> {
    /// Children of one name keep their order.
    fn sort_by_name(&mut self) {
        self.expected.sort_by_key(|child| child.node.local());
        self.found.sort_by_key(|child| child.node.local());
    }

    /// Whether the lists are the same, item by item.
    fn try_in_order(&self, walk: &mut Walk<'_>) {
        if self.expected.len() != self.found.len() {
            walk.differ(What::Unexpected, None, None);
            return;
        }
        for (expected, found) in self.expected.iter().zip(&self.found) {
            if walk.is_settled() {
                return;
            }
            self.pair(*expected, *found, walk);
        }
    }

    fn in_order(&self, walk: &mut Walk<'_>) {
        let pairing = !order::is_reordered(self);
        let mut items = Trial::of(self, walk);
        let mut pairs = align(self.expected.len(), self.found.len(), pairing, &mut items);
        order::report(self, &mut pairs, walk);
        self.report(&pairs, walk);
    }

    /// Reports what the pairs say, in their order.
    fn report(&self, pairs: &[Pair], walk: &mut Walk<'_>) {
        let mut rest = pairs;
        while let Some((pair, behind)) = rest.split_first() {
            if walk.is_settled() {
                return;
            }
            rest = behind;
            match *pair {
                Pair::Same(..) => {}
                Pair::Changed(i, j) => self.pair_at(i, j, walk),
                Pair::Expected(i) => match behind.split_first() {
                    Some((Pair::Found(j), behind)) if self.is_renamed(i, *j, walk) => {
                        self.pair_at(i, *j, walk);
                        rest = behind;
                    }
                    _ => self.missing(i, walk),
                },
                Pair::Found(j) => self.unexpected(j, walk),
            }
        }
    }

    /// Whether two elements differ in their names alone.
    fn is_renamed(&self, i: usize, j: usize, walk: &mut Walk<'_>) -> bool {
        let nodes = self.expected.get(i).zip(self.found.get(j));
        let Some((one, other)) =
            nodes.and_then(|(one, other)| one.node.element().zip(other.node.element()))
        else {
            return false;
        };
        walk.is_same(|walk| elements::inside(one, other, self.place_of(one, walk), walk))
    }

    fn pair_at(&self, i: usize, j: usize, walk: &mut Walk<'_>) {
        if let Some((one, other)) = self.expected.get(i).zip(self.found.get(j)) {
            self.pair(*one, *other, walk);
        }
    }

    /// Pairs what is the same wherever it stands, and reports the rest.
    fn in_any_order(&self, walk: &mut Walk<'_>) {
        let fingerprints = |of: &[Child<'_, '_>]| -> Vec<u64> {
            of.iter().map(|child| order::fingerprint(child.node)).collect()
        };
        let keys = (fingerprints(&self.expected), fingerprints(&self.found));
        let mut same = |walk: &mut Walk<'_>, i: usize, j: usize| {
            let items = &mut Trial { lists: self, walk, mean_weight: 1 };
            items.likeness(i, j) == Likeness::Same
        };
        let Some(pairs) = in_any_order(&keys.0, &keys.1, walk, &mut same) else { return };
        let is_open = |pair: &Pair| !matches!(pair, Pair::Same(..));
        let (mut expected, mut found) = (Vec::new(), Vec::new());
        for pair in pairs.iter().filter(|pair| is_open(pair)) {
            match *pair {
                Pair::Same(i, j) | Pair::Changed(i, j) => {
                    expected.extend(self.expected.get(i));
                    found.extend(self.found.get(j));
                }
                Pair::Expected(i) => expected.extend(self.expected.get(i)),
                Pair::Found(j) => found.extend(self.found.get(j)),
            }
        }
        if expected.is_empty() && found.is_empty() {
            return;
        }
        if walk.is_trial() {
            return walk.differ(What::Value, None, None);
        }
        found.sort_by_key(|child| (order::key(child), child.position));
        expected.sort_by_key(|child| (order::key(child), child.position));
        let rest = Lists { expected, found, place: self.place };
        let mut items = Trial::of(&rest, walk);
        let pairs = align(rest.expected.len(), rest.found.len(), true, &mut items);
        rest.report(&pairs, walk);
    }

    fn missing(&self, i: usize, walk: &mut Walk<'_>) {
        let Some(child) = self.expected.get(i) else { return };
        at(*child, walk, |walk| walk.differ(What::Missing, Some(&shown(child.node)), None));
    }

    fn unexpected(&self, j: usize, walk: &mut Walk<'_>) {
        let Some(child) = self.found.get(j) else { return };
        at(*child, walk, |walk| walk.differ(What::Unexpected, None, Some(&shown(child.node))));
    }

    /// Compares an expected child with the found one in its place.
    pub fn pair(&self, expected: Child<'_, '_>, found: Child<'_, '_>, walk: &mut Walk<'_>) {
        at(expected, walk, |walk| match (expected.node, found.node) {
            (Node::Element(one), Node::Element(other)) => {
                if one.name.local() == other.name.local() {
                    elements::element(one, other, self.place_of(one, walk), walk);
                } else {
                    walk.differ(What::Name, Some(one.name.local()), Some(other.name.local()));
                }
            }
            (Node::Text(one), Node::Text(other)) => elements::text(one, other, None, walk),
            _ => walk.differ(What::Value, Some(&shown(expected.node)), Some(&shown(found.node))),
        });
    }

    fn place_of(&self, child: &Element<'_>, walk: &Walk<'_>) -> Place<'a> {
        let ty = self.place.ty.and_then(|ty| ty.of_child(child.name.local(), walk.schema()));
        Place { ty, ..self.place }
    }
}

fn shown(node: &Node<'_>) -> String {
    match node {
        Node::Element(element) => element.outline(),
        Node::Text(text) => text.text.to_string(),
    }
}

/// Asks of two children whether they are the same by comparing them.
struct Trial<'l, 'w, 'a, 'x, 'y, 'r> {
    lists: &'l Lists<'a, 'x, 'y>,
    walk: &'w mut Walk<'r>,
    /// What one comparison costs, about.
    mean_weight: usize,
}

impl<'l, 'w, 'a, 'x, 'y, 'r> Trial<'l, 'w, 'a, 'x, 'y, 'r> {
    fn of(lists: &'l Lists<'a, 'x, 'y>, walk: &'w mut Walk<'r>) -> Self {
        let weight_of = |children: &[Child<'_, '_>]| -> usize {
            children.iter().map(|child| child.node.weight()).sum()
        };
        let weight = weight_of(&lists.expected) + weight_of(&lists.found);
        let count = lists.expected.len() + lists.found.len();
        Self { lists, walk, mean_weight: 1 + weight / count.max(1) }
    }
}

impl Items for Trial<'_, '_, '_, '_, '_, '_> {
    fn likeness(&mut self, expected: usize, found: usize) -> Likeness {
        let lists = self.lists;
        let pair = (lists.expected.get(expected), lists.found.get(found));
        let (Some(one), Some(other)) = pair else { return Likeness::Other };
        if one.node.local() != other.node.local() {
            return Likeness::Other;
        }
        if self.walk.is_same(|walk| lists.pair(*one, *other, walk)) {
            return Likeness::Same;
        }
        match (one.node, other.node) {
            (Node::Element(one), Node::Element(other))
                if one.has_elements() && one.first_leaf() == other.first_leaf() =>
            {
                Likeness::Close
            }
            _ => Likeness::Alike,
        }
    }

    fn affordable(&self) -> usize {
        self.walk.work_left() / SHARE / self.mean_weight
    }
}
