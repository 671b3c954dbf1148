//! Which item of one list is which of another: so that one item more or less is one difference.

/// How far two items are one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Likeness {
    /// No difference.
    Same,
    /// Of one name, and with the same beginning, such as an id.
    Close,
    /// Of one name.
    Alike,
    Other,
}

/// An item of either list with its partner, by their positions from 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Pair {
    Same(usize, usize),
    /// Not the same, but in each other's place.
    Changed(usize, usize),
    Expected(usize),
    Found(usize),
}

/// How items are found to be one, and what that may cost.
pub(super) trait Items {
    fn likeness(&mut self, expected: usize, found: usize) -> Likeness;

    /// How often `likeness` may still be asked.
    fn affordable(&self) -> usize;
}

/// Cells of the table by which short lists are aligned best.
const MOST_CELLS: usize = 10_000;
/// How far ahead a common item is looked for in longer lists.
const WINDOW: usize = 16;
/// What leaving out an item costs; two are as much as the worst pair may cost.
const LEFT_OUT: u32 = 2;

/// Aligns two lists of these lengths, in order. `pairing` allows `Changed` pairs; without it what
/// is not the same stands alone.
pub(super) fn align(
    expected: usize,
    found: usize,
    pairing: bool,
    items: &mut dyn Items,
) -> Vec<Pair> {
    let shorter = expected.min(found);
    let mut is_same = |i, j| items.likeness(i, j) == Likeness::Same;
    let head = (0..shorter).take_while(|i| is_same(*i, *i)).count();
    let tail = (0..shorter - head).take_while(|i| is_same(expected - 1 - i, found - 1 - i)).count();
    let mut pairs: Vec<Pair> = (0..head).map(|i| Pair::Same(i, i)).collect();
    let middle = Middle { from: (head, head), to: (expected - tail, found - tail), pairing };
    let cells = middle.rows().saturating_mul(middle.columns());
    if cells <= MOST_CELLS && cells <= items.affordable() {
        middle.align_best(items, &mut pairs);
    } else {
        middle.align_ahead(items, &mut pairs);
    }
    pairs.extend((0..tail).rev().map(|i| Pair::Same(expected - 1 - i, found - 1 - i)));
    pairs
}

/// What is left between a common head and a common tail.
#[derive(Clone, Copy)]
struct Middle {
    from: (usize, usize),
    to: (usize, usize),
    pairing: bool,
}

impl Middle {
    fn rows(&self) -> usize {
        self.to.0 - self.from.0
    }

    fn columns(&self) -> usize {
        self.to.1 - self.from.1
    }

    /// The cost of putting two items in each other's place; `None` where that is no better than
    /// leaving both out.
    fn cost(&self, likeness: Likeness) -> Option<u32> {
        match likeness {
            Likeness::Same => Some(0),
            Likeness::Close if self.pairing => Some(1),
            Likeness::Alike if self.pairing => Some(3),
            Likeness::Close | Likeness::Alike | Likeness::Other => None,
        }
    }

    /// The alignment of least cost, by a table of all of them.
    fn align_best(self, items: &mut dyn Items, pairs: &mut Vec<Pair>) {
        let (rows, columns) = (self.rows(), self.columns());
        let mut likenesses = Vec::with_capacity(rows * columns);
        for i in self.from.0..self.to.0 {
            likenesses.extend((self.from.1..self.to.1).map(|j| items.likeness(i, j)));
        }
        let cost = |i: usize, j: usize| {
            likenesses.get(i * columns + j).and_then(|likeness| self.cost(*likeness))
        };
        // costs[i][j]: of what follows the first i rows and j columns.
        let width = columns + 1;
        let mut costs = vec![0_u32; (rows + 1) * width];
        let at = |costs: &[u32], i: usize, j: usize| costs.get(i * width + j).copied().unwrap_or(0);
        for i in (0..=rows).rev() {
            for j in (0..=columns).rev() {
                let down = (i < rows).then(|| at(&costs, i + 1, j) + LEFT_OUT);
                let right = (j < columns).then(|| at(&costs, i, j + 1) + LEFT_OUT);
                let both = (i < rows && j < columns)
                    .then(|| cost(i, j).map(|cost| at(&costs, i + 1, j + 1) + cost));
                let least = [down, right, both.flatten()].into_iter().flatten().min();
                if let Some(cell) = costs.get_mut(i * width + j) {
                    *cell = least.unwrap_or(0);
                }
            }
        }
        let (mut i, mut j) = (0, 0);
        while i < rows || j < columns {
            let here = at(&costs, i, j);
            let pair = (i < rows && j < columns).then(|| cost(i, j)).flatten();
            if let Some(cost) = pair.filter(|cost| at(&costs, i + 1, j + 1) + cost == here) {
                pairs.push(self.pair(i, j, cost == 0));
                (i, j) = (i + 1, j + 1);
            } else if i < rows && at(&costs, i + 1, j) + LEFT_OUT == here {
                pairs.push(Pair::Expected(self.from.0 + i));
                i += 1;
            } else {
                pairs.push(Pair::Found(self.from.1 + j));
                j += 1;
            }
        }
    }

    fn pair(&self, i: usize, j: usize, same: bool) -> Pair {
        let (i, j) = (self.from.0 + i, self.from.1 + j);
        if same { Pair::Same(i, j) } else { Pair::Changed(i, j) }
    }

    /// For long lists: after each difference, goes on at the next common item nearby.
    fn align_ahead(self, items: &mut dyn Items, pairs: &mut Vec<Pair>) {
        let (mut i, mut j) = self.from;
        while i < self.to.0 && j < self.to.1 {
            if items.likeness(i, j) == Likeness::Same {
                pairs.push(Pair::Same(i, j));
                (i, j) = (i + 1, j + 1);
                continue;
            }
            let (next_i, next_j) = self.next_common(i, j, items).unwrap_or((i + 1, j + 1));
            self.pair_gap((i, j), (next_i, next_j), items, pairs);
            (i, j) = (next_i, next_j);
        }
        pairs.extend((i..self.to.0).map(Pair::Expected));
        pairs.extend((j..self.to.1).map(Pair::Found));
    }

    /// The nearest pair of same items behind a place where they differ.
    fn next_common(self, i: usize, j: usize, items: &mut dyn Items) -> Option<(usize, usize)> {
        for away in 1..=WINDOW {
            if items.affordable() <= away {
                return None;
            }
            for down in 0..=away {
                let (i, j) = (i + down, j + away - down);
                let inside = i < self.to.0 && j < self.to.1;
                if inside && items.likeness(i, j) == Likeness::Same {
                    return Some((i, j));
                }
            }
        }
        None
    }

    /// What stands between two common items: in each other's place as far as both lists go.
    fn pair_gap(
        self,
        from: (usize, usize),
        to: (usize, usize),
        items: &mut dyn Items,
        pairs: &mut Vec<Pair>,
    ) {
        let (mut i, mut j) = from;
        while i < to.0 && j < to.1 {
            if self.cost(items.likeness(i, j)).is_some() {
                pairs.push(Pair::Changed(i, j));
            } else {
                pairs.extend([Pair::Expected(i), Pair::Found(j)]);
            }
            (i, j) = (i + 1, j + 1);
        }
        pairs.extend((i..to.0).map(Pair::Expected));
        pairs.extend((j..to.1).map(Pair::Found));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Items are a name and a value; the budget counts down.
    struct Words<'a> {
        expected: &'a [&'a str],
        found: &'a [&'a str],
        left: usize,
    }

    impl Items for Words<'_> {
        fn likeness(&mut self, expected: usize, found: usize) -> Likeness {
            self.left = self.left.saturating_sub(1);
            let (one, other) = (self.expected[expected], self.found[found]);
            if one == other {
                Likeness::Same
            } else if one.split('=').next() == other.split('=').next() {
                Likeness::Alike
            } else {
                Likeness::Other
            }
        }

        fn affordable(&self) -> usize {
            self.left
        }
    }

    /// The alignment as text: `+` found, `-` expected, `~` changed; same ones are left out.
    fn aligned(expected: &[&str], found: &[&str]) -> Vec<String> {
        let mut words = Words { expected, found, left: 1_000_000 };
        let pairs = align(expected.len(), found.len(), true, &mut words);
        let shown = pairs.into_iter().filter_map(|pair| match pair {
            Pair::Same(..) => None,
            Pair::Changed(i, j) => Some(format!("~{}/{}", expected[i], found[j])),
            Pair::Expected(i) => Some(format!("-{}", expected[i])),
            Pair::Found(j) => Some(format!("+{}", found[j])),
        });
        shown.collect()
    }

    #[test]
    fn one_item_more_or_less_is_one_difference() {
        assert_eq!(aligned(&["a=1", "a=2", "a=3"], &["a=1", "a=3"]), ["-a=2"]);
        assert_eq!(aligned(&["a=1", "a=3"], &["a=1", "a=2", "a=3"]), ["+a=2"]);
        assert_eq!(aligned(&["a=1", "a=2"], &["a=2", "a=3"]), ["-a=1", "+a=3"]);
        assert_eq!(aligned(&[], &["a=1"]), ["+a=1"]);
        assert_eq!(aligned(&["a=1"], &["a=1"]), [""; 0]);
    }

    #[test]
    fn a_changed_item_keeps_its_place() {
        assert_eq!(aligned(&["a=1", "a=2", "a=3"], &["a=1", "a=x", "a=3"]), ["~a=2/a=x"]);
        assert_eq!(aligned(&["a=1", "b=2"], &["a=9", "b=8"]), ["~a=1/a=9", "~b=2/b=8"]);
        assert_eq!(aligned(&["a=1", "b=2"], &["a=1", "c=2"]), ["-b=2", "+c=2"]);
    }

    #[test]
    fn long_lists_are_aligned_too() {
        let expected: Vec<String> = (0..3000).map(|i| format!("a={i}")).collect();
        let mut found = expected.clone();
        found.remove(2000);
        found.insert(1000, "a=new".to_owned());
        found[5] = "a=x".to_owned();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        assert_eq!(aligned(&expected, &found), ["~a=5/a=x", "+a=new", "-a=2000"]);
    }

    #[test]
    fn lists_with_nothing_in_common_cost_no_more_than_was_granted() {
        let expected: Vec<String> = (0..20_000).map(|i| format!("a={i}")).collect();
        let found: Vec<String> = (0..20_000).map(|i| format!("a={}", -i - 1)).collect();
        let expected: Vec<&str> = expected.iter().map(String::as_str).collect();
        let found: Vec<&str> = found.iter().map(String::as_str).collect();
        let mut words = Words { expected: &expected, found: &found, left: 100_000 };
        let pairs = align(expected.len(), found.len(), true, &mut words);
        assert_eq!(pairs.len(), 20_000);
    }
}
