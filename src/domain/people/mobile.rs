//! A phone number that identifies a contact, with its own standing and its own lists.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::domain::ids::ListId;
use crate::domain::phone::Phone;

/// Lists that one phone number may be in: a contact stays small.
pub const MAX_LISTS_OF_PHONE: usize = 100;

/// How far a subscribed contact, or a phone number, has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Stage {
    /// Nothing is known of it yet.
    New,
    /// Its owner confirmed it, or somebody vouches for that.
    Active,
    /// Switched off by the account's owner.
    Inactive,
}

/// Whether messages arrive, as far as somebody said so.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum Availability {
    Available,
    Unreachable,
    TemporarilyUnreachable,
    MailboxFull,
    SpamRejected,
    SpamFolder,
}

/// A phone number's place in a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct PhoneMember {
    pub list: ListId,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub added: Timestamp,
    /// When it unsubscribed from the list.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::optional")]
    pub left: Option<Timestamp>,
}

/// The phone number that identifies a contact; unique in the account.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Mobile {
    /// As [`Phone`] keeps it.
    number: String,
    pub stage: Stage,
    /// When it unsubscribed from everything.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::optional")]
    pub unsubscribed: Option<Timestamp>,
    pub availability: Option<Availability>,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub added: Timestamp,
    /// Ascending by list. A list that was deleted meanwhile means nothing.
    pub lists: Vec<PhoneMember>,
}

impl std::fmt::Debug for Mobile {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Mobile(redacted)")
    }
}

impl Mobile {
    /// An active number without lists, as the vendor's default is.
    pub fn new(phone: &Phone, now: Timestamp) -> Self {
        Self {
            number: phone.as_str().to_owned(),
            stage: Stage::Active,
            unsubscribed: None,
            availability: None,
            added: now,
            lists: Vec::new(),
        }
    }

    /// `+` and the digits.
    pub fn number(&self) -> &str {
        &self.number
    }

    pub fn member(&self, list: ListId) -> Option<&PhoneMember> {
        self.lists.iter().find(|member| member.list == list)
    }

    /// Whether the number is in the list, has not left it, and takes messages at all.
    pub fn is_in(&self, list: ListId) -> bool {
        self.unsubscribed.is_none() && self.member(list).is_some_and(|one| one.left.is_none())
    }

    /// Joins a list at `added`; who is in it or left it stays as it is.
    pub fn join(&mut self, list: ListId, added: Timestamp) {
        if let Err(at) = self.lists.binary_search_by_key(&list, |member| member.list) {
            self.lists.insert(at, PhoneMember { list, added, left: None });
        }
    }

    /// As [`Mobile::join`], an opt-out from the list taken back.
    pub fn rejoin(&mut self, list: ListId, now: Timestamp) {
        self.join(list, now);
        if let Some(member) = self.lists.iter_mut().find(|member| member.list == list) {
            member.left = None;
        }
    }

    /// Leaves a list, whether it was in it or not: an opt-out is kept.
    pub fn leave(&mut self, list: ListId, now: Timestamp) {
        self.join(list, now);
        if let Some(member) = self.lists.iter_mut().find(|member| member.list == list) {
            member.left = member.left.or(Some(now));
        }
    }

    /// Is taken off the lists that `is_meant` names; where it unsubscribed, that stays.
    pub fn take_off(&mut self, is_meant: impl Fn(ListId) -> bool) {
        self.lists.retain(|member| member.left.is_some() || !is_meant(member.list));
    }
}
