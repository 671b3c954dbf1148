//! Ids that say nothing to who holds them: a contact in a list, as a text.
//!
//! A permutation under the store's secret key, so that nobody counts contacts by their ids, makes up
//! an id, or uses one of another account. The same contact in the same list has the same id for as
//! long as the store lives, on every process over it.

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

use super::context::Account;
use super::ids::{ContactId, ListId};

/// Half of what is permuted, in bytes. One half is what the id says, the other is zero: 2^96 texts
/// of the right length say nothing for one that does.
const HALF: usize = 12;
/// Rounds that make a permutation nobody tells from a random one (Luby and Rackoff).
const ROUNDS: u8 = 4;

type Half = [u8; HALF];

impl Account<'_> {
    /// A text of 32 letters, digits, `-` and `_` that stands for a contact in a list.
    pub fn opaque_id(self, list: ListId, contact: ContactId) -> String {
        let mut said: Half = [0; HALF];
        let numbers = [self.id.0, list.0, contact.0].map(u32::to_be_bytes);
        said.iter_mut().zip(numbers.as_flattened()).for_each(|(to, from)| *to = *from);
        let (mut left, mut right) = (said, [0; HALF]);
        for round in 0..ROUNDS {
            (left, right) = (right, xor(left, self.mixed(round, right)));
        }
        URL_SAFE_NO_PAD.encode([left, right].as_flattened())
    }

    /// What a text of [`Account::opaque_id`] stands for; `None` for any other text.
    pub fn of_opaque_id(self, text: &str) -> Option<(ListId, ContactId)> {
        let bytes = URL_SAFE_NO_PAD.decode(text.trim()).ok()?;
        let (mut left, right) =
            bytes.split_first_chunk::<HALF>().map(|(left, rest)| (*left, rest))?;
        let mut right: Half = right.try_into().ok()?;
        for round in (0..ROUNDS).rev() {
            (left, right) = (xor(right, self.mixed(round, left)), left);
        }
        let (account, rest) = left.split_first_chunk()?;
        let (list, contact) = rest.split_first_chunk()?;
        let number = |bytes: &[u8; 4]| u32::from_be_bytes(*bytes);
        let is_ours = right == [0; HALF] && number(account) == self.id.0;
        is_ours.then_some((ListId(number(list)), ContactId(number(contact.first_chunk()?))))
    }

    fn mixed(self, round: u8, half: Half) -> Half {
        let hash = Sha256::new()
            .chain_update(b"lychgate opaque id 1")
            .chain_update(self.context.hash_key)
            .chain_update([round])
            .chain_update(half)
            .finalize();
        let mut mixed = [0; HALF];
        mixed.iter_mut().zip(hash).for_each(|(to, from)| *to = from);
        mixed
    }
}

fn xor(mut one: Half, other: Half) -> Half {
    one.iter_mut().zip(other).for_each(|(to, from)| *to ^= from);
    one
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::domain::AccountId;
    use crate::domain::testing::context;

    #[tokio::test]
    async fn an_id_is_understood_by_its_account_only_and_nobody_makes_one_up() {
        let context = context().await;
        let (one, two) = (context.account(AccountId(1)), context.account(AccountId(2)));
        let id = one.opaque_id(ListId(3), ContactId(7));
        assert_eq!(id.len(), 32);
        assert_eq!(one.of_opaque_id(&id), Some((ListId(3), ContactId(7))));
        assert_eq!(two.of_opaque_id(&id), None);
        assert_ne!(id, one.opaque_id(ListId(4), ContactId(7)));
        let mut changed = id.clone();
        changed.replace_range(0..1, if id.starts_with('A') { "B" } else { "A" });
        let shorter = id.split_at(1).1;
        for text in ["", "7", "not base64!", &changed, shorter, &format!("{id}AAAA")] {
            assert_eq!(one.of_opaque_id(text), None, "{text}");
        }
    }

    proptest! {
        #[test]
        fn every_id_comes_back(account: u32, list: u32, contact: u32) {
            let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
            let context = runtime.block_on(context());
            let account = context.account(AccountId(account));
            let id = account.opaque_id(ListId(list), ContactId(contact));
            prop_assert_eq!(account.of_opaque_id(&id), Some((ListId(list), ContactId(contact))));
        }
    }
}
