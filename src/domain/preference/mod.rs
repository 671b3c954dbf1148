//! Marketing preferences: what an account's contacts may opt in to, and who did.
//!
//! Preferences stand alone or in categories, which hold no categories themselves; each has a place
//! among its siblings, counted from 0. What a contact chose of a preference is kept with its time,
//! also an opt-out; who never chose is not opted in.

mod change;
mod choice;
mod record;
#[cfg(test)]
mod tests;

use jiff::Timestamp;

pub(in crate::domain) use choice::forget;
pub use choice::{Choice, ChoiceTree, Chosen, Holder, NewChoice};
use record::{PreferenceRecord, Stored};

use super::context::Account;
use super::error::{Refusal, Result};
use super::ids::PreferenceId;

/// Longest name of a preference or a category, in characters.
pub const MAX_NAME_CHARS: usize = 255;

/// Preferences and categories of one account: a tree that is read and shown whole.
pub const MAX_PREFERENCES: usize = 1_000;

/// Whether something can be chosen or only holds what can.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PreferenceKind {
    Category,
    Preference,
}

/// A preference, or a category of them, as callers see it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Preference {
    pub id: PreferenceId,
    pub kind: PreferenceKind,
    /// What contacts read.
    pub public_name: String,
    /// What the account's owner calls it.
    pub private_name: String,
    /// Its place among its siblings, from 0.
    pub order: u32,
    /// Whether contacts are shown it.
    pub is_public: bool,
    /// `None` for one that stands alone, and for categories.
    pub category: Option<PreferenceId>,
    pub created: Timestamp,
    pub modified: Timestamp,
}

/// A category with its preferences, or a preference that stands alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    pub preference: Preference,
    /// In the order of their places; empty for a preference.
    pub children: Vec<Preference>,
}

/// Where something comes to stand among its siblings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlaceAmong {
    Top,
    Bottom,
    /// From 0; past the end is the end.
    At(u32),
}

/// A preference or category to be created, or what an existing one shall be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct NewPreference {
    pub public_name: String,
    pub private_name: String,
    /// `None` is a category when created; it keeps what is stored.
    pub kind: Option<PreferenceKind>,
    /// `None` is the bottom when created, and when moved to another category; else it keeps what
    /// is stored.
    pub place: Option<PlaceAmong>,
    /// `None` is public when created; it keeps what is stored.
    pub is_public: Option<bool>,
    /// The outer `None` keeps what is stored; the inner one stands alone.
    pub category: Option<Option<PreferenceId>>,
}

/// An account's preferences.
#[derive(Debug, Clone, Copy)]
pub struct Preferences<'a> {
    pub(super) account: Account<'a>,
}

impl Preferences<'_> {
    /// All of them, in the order of their places.
    pub async fn tree(self) -> Result<Vec<Branch>> {
        Ok(tree(self.stored().await?))
    }

    /// What was created or changed since then, the bound included. A category is shown with all of
    /// its preferences when it or one of them changed.
    pub async fn modified_since(self, since: Timestamp) -> Result<Vec<Branch>> {
        let changed = |one: &Preference| one.modified >= since;
        let mut tree = self.tree().await?;
        tree.retain(|branch| changed(&branch.preference) || branch.children.iter().any(changed));
        Ok(tree)
    }

    /// One, without its children. [`Refusal::PreferenceNotFound`].
    pub async fn get(self, id: PreferenceId) -> Result<Preference> {
        Ok(self.find(id).await?.record.seen(id))
    }

    /// A preference that can be chosen.
    async fn choosable(self, id: PreferenceId) -> Result<Stored> {
        let stored = self.find(id).await?;
        if stored.record.is_category {
            return Err(Refusal::PreferenceInvalid.into());
        }
        Ok(stored)
    }
}

/// What is stored, as a tree.
fn tree(mut stored: Vec<Stored>) -> Vec<Branch> {
    stored.sort_by_key(|one| (one.record.order, one.id));
    let (top, within): (Vec<_>, Vec<_>) =
        stored.into_iter().partition(|one| one.record.category.is_none());
    let within: Vec<Preference> = within.into_iter().map(|one| one.record.seen(one.id)).collect();
    let branch = |one: Stored| {
        let children = within.iter().filter(|child| child.category == Some(one.id));
        Branch { children: children.cloned().collect(), preference: one.record.seen(one.id) }
    };
    top.into_iter().map(branch).collect()
}

impl PreferenceRecord {
    fn seen(self, id: PreferenceId) -> Preference {
        let kind =
            if self.is_category { PreferenceKind::Category } else { PreferenceKind::Preference };
        let Self { public_name, private_name, order, is_public, category, .. } = self;
        let Self { created, modified, .. } = self;
        Preference {
            id,
            kind,
            public_name,
            private_name,
            order,
            is_public,
            category,
            created,
            modified,
        }
    }
}
