//! Tells children that stand in another order from those that are missing.

use std::collections::BTreeMap;

use super::children::{Child, Lists, at};
use super::tree::Node;
use crate::contract::compare::What;
use crate::contract::compare::align::Pair;
use crate::contract::compare::walk::Walk;

/// Children that are reported as moved one by one; when there are more, the order is.
const MOST_MOVED: usize = 3;
/// Children left over on one side that are tried with those of the other.
const MOST_TRIED: usize = 32;
/// Children named in a report of an order.
const MOST_NAMED: usize = 12;

/// The same number for children that are the same to the letter.
pub fn fingerprint(node: &Node<'_>) -> u64 {
    match node {
        Node::Element(element) => element.fingerprint(),
        Node::Text(_) => 0,
    }
}

/// What sorts children of the same kind together: name, then the first text.
pub fn key<'a>(child: &Child<'a, '_>) -> (&'a str, &'a str) {
    match child.node {
        Node::Element(element) => (element.name.local(), element.first_leaf()),
        Node::Text(text) => ("", &text.text),
    }
}

/// Whether both lists have the same children, to the letter, in different orders.
pub fn is_reordered(lists: &Lists<'_, '_, '_>) -> bool {
    if lists.expected.len() != lists.found.len() || lists.expected.len() < 2 {
        return false;
    }
    let mut one: Vec<u64> = lists.expected.iter().map(|child| fingerprint(child.node)).collect();
    let mut other: Vec<u64> = lists.found.iter().map(|child| fingerprint(child.node)).collect();
    let is_same_order = one == other;
    one.sort_unstable();
    other.sort_unstable();
    !is_same_order && one == other
}

/// Reports the children that only stand elsewhere, and takes them out of the pairs; one that also
/// differs in itself is paired.
pub fn report(lists: &Lists<'_, '_, '_>, pairs: &mut Vec<Pair>, walk: &mut Walk<'_>) {
    let moved = moved(lists, pairs, walk);
    if moved.is_empty() {
        return;
    }
    if moved.len() > MOST_MOVED {
        let told = (order(&lists.expected), order(&lists.found));
        walk.differ(What::Order, Some(&told.0), Some(&told.1));
    }
    let is_single = moved.len() <= MOST_MOVED;
    let is_moved_from =
        |pair: &Pair| matches!(pair, Pair::Found(j) if moved.values().any(|to| to == j));
    pairs.retain(|pair| !is_moved_from(pair));
    for pair in pairs.iter_mut() {
        let Pair::Expected(i) = *pair else { continue };
        let Some(j) = moved.get(&i).copied() else { continue };
        *pair = Pair::Changed(i, j);
        if let Some(child) = lists.expected.get(i).filter(|_| is_single) {
            let told = (stands(&lists.expected, i), stands(&lists.found, j));
            at(*child, walk, |walk| walk.differ(What::Order, Some(&told.0), Some(&told.1)));
        }
    }
}

/// For children that are left over on the expected side, which one left over on the other they are.
fn moved(lists: &Lists<'_, '_, '_>, pairs: &[Pair], walk: &mut Walk<'_>) -> BTreeMap<usize, usize> {
    let mut left: BTreeMap<u64, Vec<usize>> = BTreeMap::new();
    for pair in pairs.iter().rev() {
        let Pair::Found(j) = pair else { continue };
        let Some(child) = lists.found.get(*j) else { continue };
        left.entry(fingerprint(child.node)).or_default().push(*j);
    }
    let mut moved = BTreeMap::new();
    let mut others = Vec::new();
    for pair in pairs {
        let Pair::Expected(i) = pair else { continue };
        let Some(child) = lists.expected.get(*i) else { continue };
        match left.get_mut(&fingerprint(child.node)).and_then(Vec::pop) {
            Some(j) => drop(moved.insert(*i, j)),
            None => others.push(*i),
        }
    }
    // What is the same, but not to the letter, takes more than a look.
    let mut left: Vec<usize> = left.into_values().flatten().take(MOST_TRIED).collect();
    for i in others.into_iter().take(MOST_TRIED) {
        let Some(child) = lists.expected.get(i) else { continue };
        let other = |j: &usize| lists.found.get(*j).copied();
        let fitting = left
            .iter()
            .position(|j| other(j).is_some_and(|other| is_moved(lists, *child, other, walk)));
        if let Some(at) = fitting {
            moved.insert(i, left.swap_remove(at));
        }
    }
    moved
}

/// Whether a found child is the expected one: the only one of its name on both sides, or the same.
fn is_moved(
    lists: &Lists<'_, '_, '_>,
    child: Child<'_, '_>,
    other: Child<'_, '_>,
    walk: &mut Walk<'_>,
) -> bool {
    let (Some(one), Some(found)) = (child.node.element(), other.node.element()) else {
        return false;
    };
    let are_alone = child.alone && other.alone && one.name == found.name;
    one.name.local() == found.name.local()
        && (are_alone || walk.is_same(|walk| lists.pair(child, other, walk)))
}

/// The place of a child in words.
fn stands(children: &[Child<'_, '_>], index: usize) -> String {
    let before = index.checked_sub(1).and_then(|before| children.get(before));
    match before {
        Some(before) => format!("behind {}", name(before)),
        None => "first".to_owned(),
    }
}

fn order(children: &[Child<'_, '_>]) -> String {
    let mut names: Vec<String> = children.iter().take(MOST_NAMED).map(name).collect();
    if children.len() > MOST_NAMED {
        names.push("…".to_owned());
    }
    names.join(", ")
}

fn name(child: &Child<'_, '_>) -> String {
    let (local, leaf) = key(child);
    if child.alone {
        return local.to_owned();
    }
    let leaf: String = leaf.chars().take(20).collect();
    format!("{local}[{}] {leaf}", child.position)
}
