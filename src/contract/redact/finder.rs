//! Finds any of some texts in bytes, and is made quickly enough to serve one exchange.
//!
//! An automaton searches faster, but to make one of the hundred spellings of a few secrets takes a
//! hundred times as long as to look through a call of one kilobyte. Here the first bytes of each
//! text set a bit in a small table; only where such bytes stand the texts themselves are compared.

use std::ops::Range;

use zeroize::Zeroizing;

/// First bytes of a text by which it is looked up.
const KEY_BYTES: usize = 4;
/// Folds the cases of letters in a key; other signs that it makes alike are told apart later.
const FOLD: u32 = 0x2020_2020;
/// Bits of the table for each text: one position in so many is looked at for nothing.
const BITS_FOR_EACH: usize = 32;
const WORD_BITS: usize = 64;

/// One text that is looked for, with what it stands for.
pub(super) struct Needle<T> {
    pub text: Zeroizing<Vec<u8>>,
    /// In these very letters; otherwise in any case of them.
    pub is_exact: bool,
    pub of: T,
}

pub(super) struct Finder<T> {
    /// In the order of their keys.
    needles: Vec<(u32, Needle<T>)>,
    /// A bit for each key's hash; a power of two of them.
    table: Vec<u64>,
    shift: u32,
}

impl<T> Finder<T> {
    /// For texts of four bytes and more; secrets that are looked for have six characters at least.
    pub fn new(needles: Vec<Needle<T>>) -> Self {
        let bits = (needles.len() * BITS_FOR_EACH).max(WORD_BITS).next_power_of_two();
        let shift = u32::BITS - bits.trailing_zeros().min(u32::BITS - 1);
        let keyed = needles.into_iter();
        let keyed =
            keyed.filter_map(|needle| Some((key_of(needle.text.get(..KEY_BYTES)?)?, needle)));
        let mut needles: Vec<(u32, Needle<T>)> = keyed.collect();
        needles.sort_unstable_by_key(|(key, _)| *key);
        let mut finder = Self { needles, table: vec![0; bits / WORD_BITS], shift };
        for at in 0..finder.needles.len() {
            let key = finder.needles.get(at).map_or(0, |(key, _)| *key);
            let (word, bit) = finder.place(key);
            if let Some(word) = finder.table.get_mut(word) {
                *word |= bit;
            }
        }
        finder
    }

    pub fn is_empty(&self) -> bool {
        self.needles.is_empty()
    }

    pub fn len(&self) -> usize {
        self.needles.len()
    }

    /// Every place at which a text stands, also where they overlap.
    pub fn all_in<'a>(
        &'a self,
        view: &'a [u8],
    ) -> impl Iterator<Item = (Range<usize>, &'a Needle<T>)> {
        let keys = view.windows(KEY_BYTES).enumerate();
        let keys = keys.filter_map(|(at, first)| Some((at, key_of(first)?)));
        keys.filter(|(_, key)| self.may_begin(*key)).flat_map(move |(at, key)| {
            let from = self.needles.partition_point(|(known, _)| *known < key);
            let alike = self.needles.get(from..).unwrap_or_default().iter();
            let alike = alike.take_while(move |(known, _)| *known == key);
            alike.filter_map(move |(_, needle)| {
                let range = at..at + needle.text.len();
                let found = view.get(range.clone())?;
                needle.is(found).then_some((range, needle))
            })
        })
    }

    fn may_begin(&self, key: u32) -> bool {
        let (word, bit) = self.place(key);
        self.table.get(word).is_some_and(|word| word & bit != 0)
    }

    /// The word of the table and the bit in it that a key has.
    fn place(&self, key: u32) -> (usize, u64) {
        /// 2^32 divided by the golden ratio: spreads keys that are alike.
        const SPREAD: u32 = 0x9e37_79b1;
        let hash = key.wrapping_mul(SPREAD) >> self.shift;
        (usize::try_from(hash / 64).unwrap_or(0), 1 << (hash % 64))
    }
}

impl<T> Needle<T> {
    fn is(&self, found: &[u8]) -> bool {
        if self.is_exact { found == *self.text } else { found.eq_ignore_ascii_case(&self.text) }
    }
}

fn key_of(first: &[u8]) -> Option<u32> {
    let first: [u8; KEY_BYTES] = first.try_into().ok()?;
    Some(u32::from_be_bytes(first) | FOLD)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn finder(texts: &[(Vec<u8>, bool)]) -> Finder<usize> {
        let needle = |(of, (text, is_exact)): (usize, &(Vec<u8>, bool))| Needle {
            text: Zeroizing::new(text.clone()),
            is_exact: *is_exact,
            of,
        };
        Finder::new(texts.iter().enumerate().map(needle).collect())
    }

    proptest! {
        #[test]
        fn everything_is_found_that_is_there_and_nothing_else(
            texts in prop::collection::vec((prop::collection::vec(prop_oneof![Just(b'a'), Just(b'A'), Just(b'@'), Just(b'`'), Just(0xe4)], 4..7), any::<bool>()), 0..40),
            view in prop::collection::vec(prop_oneof![Just(b'a'), Just(b'A'), Just(b'@'), Just(b'`'), Just(0xe4)], 0..60),
        ) {
            let finder = finder(&texts);
            let mut found: Vec<_> =
                finder.all_in(&view).map(|(range, needle)| (range.start, range.end, needle.of)).collect();
            found.sort_unstable();
            let mut expected = Vec::new();
            for at in 0..view.len() {
                for (of, (text, is_exact)) in texts.iter().enumerate() {
                    let there = view.get(at..at + text.len());
                    let is_there = there.is_some_and(|there| {
                        if *is_exact { there == text } else { there.eq_ignore_ascii_case(text) }
                    });
                    if is_there {
                        expected.push((at, at + text.len(), of));
                    }
                }
            }
            expected.sort_unstable();
            prop_assert_eq!(found, expected);
        }
    }

    #[test]
    fn nothing_is_found_of_nothing() {
        assert_eq!(finder(&[]).all_in(b"anything").count(), 0);
        assert_eq!(finder(&[(b"abcd".to_vec(), false)]).all_in(b"").count(), 0);
    }
}
