//! Compares what two elements have in them: in order, or in any.

use std::collections::BTreeMap;

use super::elements::{self, Place};
use super::tree::{Element, Node};
use crate::contract::compare::What;
use crate::contract::compare::align::{Items, Likeness, Pair, align};
use crate::contract::compare::path::Step;
use crate::contract::compare::walk::Walk;

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
    pub place: Place<'a>,
}

/// Compares the children of two elements.
pub fn compare<'a>(
    expected: &'a Element<'_>,
    found: &'a Element<'_>,
    place: Place<'a>,
    walk: &mut Walk<'_>,
) {
    let lists = Lists {
        expected: counted(&expected.children, walk),
        found: counted(&found.children, walk),
        place,
    };
    if walk.is_trial() {
        lists.try_in_order(walk);
    } else {
        lists.in_order(walk);
    }
}

/// The children with their positions, without those that a rule passes over.
fn counted<'a, 'x>(nodes: &'a [Node<'x>], walk: &mut Walk<'_>) -> Vec<Child<'a, 'x>> {
    let mut totals: BTreeMap<&str, usize> = BTreeMap::new();
    nodes.iter().for_each(|node| *totals.entry(node.local()).or_default() += 1);
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
fn at<'r, T>(
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
        let mut items = Trial { lists: self, walk };
        let pairs = align(self.expected.len(), self.found.len(), true, &mut items);
        for pair in pairs {
            if walk.is_settled() {
                return;
            }
            match pair {
                Pair::Same(..) => {}
                Pair::Changed(i, j) => {
                    if let (Some(one), Some(other)) = (self.expected.get(i), self.found.get(j)) {
                        self.pair(*one, *other, walk);
                    }
                }
                Pair::Expected(i) => self.missing(i, walk),
                Pair::Found(j) => self.unexpected(j, walk),
            }
        }
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
    fn pair(&self, expected: Child<'_, '_>, found: Child<'_, '_>, walk: &mut Walk<'_>) {
        at(expected, walk, |walk| match (expected.node, found.node) {
            (Node::Element(one), Node::Element(other)) => {
                if one.name.local() == other.name.local() {
                    elements::element(one, other, self.place_of(one), walk);
                } else {
                    walk.differ(What::Name, Some(one.name.local()), Some(other.name.local()));
                }
            }
            (Node::Text(one), Node::Text(other)) => elements::text(one, other, None, walk),
            _ => walk.differ(What::Value, Some(&shown(expected.node)), Some(&shown(found.node))),
        });
    }

    fn place_of(&self, child: &Element<'_>) -> Place<'a> {
        let ty = self.place.ty.and_then(|ty| ty.of_child(child.name.local()));
        Place { ty, moved: self.place.moved }
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
        let lists = self.lists;
        let weights = |children: &[Child<'_, '_>]| -> usize {
            children.iter().map(|child| child.node.weight()).sum()
        };
        let count = lists.expected.len() + lists.found.len();
        let mean = 1 + (weights(&lists.expected) + weights(&lists.found)) / count.max(1);
        self.walk.work_left() / 4 / mean
    }
}
