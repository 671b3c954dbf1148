//! Text and bytes, where nothing more is known of them.

use super::align::{Items, Likeness, Pair, align};
use super::path::Step;
use super::walk::Walk;
use super::{Content, What};
use crate::protocol::xml::decode_leniently;

/// The step that every line has.
const LINE: Step<'_> = Step::Name { namespace: "", local: "line" };

/// Compares line by line, so that one line more or less is one difference. Line ends are one
/// whether LF or CRLF.
pub(super) fn differences(expected: Content<'_>, found: Content<'_>, walk: &mut Walk<'_>) {
    if expected.bytes == found.bytes {
        return;
    }
    let one = decode_leniently(expected.bytes, expected.charset());
    let other = decode_leniently(found.bytes, found.charset());
    let (expected, found) = (lines(&one), lines(&other));
    match (expected.as_slice(), found.as_slice()) {
        ([one], [other]) => walk.value(one, other, |one, other| one == other),
        ([one], _) if walk.by_placeholder(one, Some(&other)) => {}
        _ => Lines { expected: &expected, found: &found, walk }.compare(),
    }
}

fn lines(text: &str) -> Vec<&str> {
    text.split('\n').map(|line| line.strip_suffix('\r').unwrap_or(line)).collect()
}

/// Two texts of several lines.
struct Lines<'t, 'w, 'r> {
    expected: &'t [&'t str],
    found: &'t [&'t str],
    walk: &'w mut Walk<'r>,
}

impl Lines<'_, '_, '_> {
    fn compare(&mut self) {
        for pair in align(self.expected.len(), self.found.len(), true, self) {
            if self.walk.is_settled() {
                return;
            }
            match pair {
                Pair::Same(..) => {}
                Pair::Changed(one, other) => self.pair(one, other),
                Pair::Expected(one) => self.at(one, |walk, expected, _| {
                    walk.differ(What::Missing, expected.get(one).copied(), None);
                }),
                Pair::Found(other) => self.at(other, |walk, _, found| {
                    walk.differ(What::Unexpected, None, found.get(other).copied());
                }),
            }
        }
    }

    fn pair(&mut self, one: usize, other: usize) {
        self.at(one, |walk, expected, found| {
            if let (Some(expected), Some(found)) = (expected.get(one), found.get(other)) {
                walk.value(expected, found, |one, other| one == other);
            }
        });
    }

    /// Goes to a line by its number in its own text, unless it is passed over.
    fn at(&mut self, line: usize, compare: impl FnOnce(&mut Walk<'_>, &[&str], &[&str])) {
        let (expected, found) = (self.expected, self.found);
        self.walk.within_nth(LINE, line + 1, false, |walk| {
            if !walk.is_ignored() {
                compare(walk, expected, found);
            }
        });
    }
}

impl Items for Lines<'_, '_, '_> {
    fn likeness(&mut self, one: usize, other: usize) -> Likeness {
        if self.expected.get(one) == self.found.get(other) {
            return Likeness::Same;
        }
        let (expected, found) = (self.expected, self.found);
        let is_same = self.walk.spend(1)
            && self.walk.is_same(|walk| Lines { expected, found, walk }.pair(one, other));
        if is_same { Likeness::Same } else { Likeness::Alike }
    }

    fn affordable(&self) -> usize {
        self.walk.work_left()
    }
}

/// Compares bytes; says where the first difference is, never what is there.
pub(super) fn binary(expected: &[u8], found: &[u8], walk: &mut Walk<'_>) {
    if expected == found {
        return;
    }
    let at = expected.iter().zip(found).take_while(|(one, other)| one == other).count();
    let told = |bytes: &[u8]| format!("{} bytes, another from byte {at} on", bytes.len());
    walk.differ(What::Value, Some(&told(expected)), Some(&told(found)));
}
