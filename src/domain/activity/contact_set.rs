//! Many contacts in little memory.

use crate::domain::ids::ContactId;

/// Some contacts, each once: a bit for every number up to the largest one. An account with the
/// most contacts that it may have needs 12.5 MB.
#[derive(Debug, Clone, Default)]
pub struct ContactSet {
    words: Vec<u64>,
    count: usize,
}

impl ContactSet {
    /// Adds a contact, and says whether it is new.
    pub fn insert(&mut self, id: ContactId) -> bool {
        let (word, bit) = place(id);
        if self.words.len() <= word {
            self.words.resize(word + 1, 0);
        }
        let Some(word) = self.words.get_mut(word) else { return false };
        let is_new = *word & bit == 0;
        *word |= bit;
        self.count += usize::from(is_new);
        is_new
    }

    pub fn contains(&self, id: ContactId) -> bool {
        let (word, bit) = place(id);
        self.words.get(word).is_some_and(|word| word & bit != 0)
    }

    pub fn len(&self) -> usize {
        self.count
    }

    pub fn is_empty(&self) -> bool {
        self.count == 0
    }

    /// Ascending.
    pub fn iter(&self) -> impl Iterator<Item = ContactId> {
        (0_u32..).zip(&self.words).flat_map(|(number, word)| {
            let bits = (0..64).filter(move |bit| word & (1 << bit) != 0);
            bits.map(move |bit| ContactId(number * 64 + bit))
        })
    }
}

fn place(id: ContactId) -> (usize, u64) {
    (usize::try_from(id.0 / 64).unwrap_or(usize::MAX), 1 << (id.0 % 64))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_are_in_it_once_and_ascending() {
        let mut set = ContactSet::default();
        assert!(set.is_empty());
        for id in [700, 3, 64, 3, 63] {
            set.insert(ContactId(id));
        }
        assert!(!set.insert(ContactId(64)));
        assert_eq!(set.iter().map(|id| id.0).collect::<Vec<_>>(), [3, 63, 64, 700]);
        assert_eq!(set.len(), 4);
        assert!(set.contains(ContactId(700)) && !set.contains(ContactId(701)));
        assert!(!set.contains(ContactId(7_000)));
    }
}
