//! Columns of preferences and consents, as files name them.
//!
//! `Preference:Marketing>Offers` is the preference `Offers` in the category `Marketing`, and
//! `Preference:Offers` one that stands alone, by private or public name in any letter case.
//! `ConsentText`, `ConsentDateTime`, `ConsentUrl`, `ConsentIp` and `ConsentUserAgent` together are
//! one consent. A column that is a data field of the account is that.

use std::collections::BTreeMap;

use super::MergeOption;
use super::columns::Header;
use super::rows::Row;
use crate::domain::edit::Edit;
use crate::domain::preference::{Branch, NewChoice};
use crate::domain::{
    Account, ConsentPart, ContactId, Error, FieldKind, FieldValue, ListId, NewConsent, Preference,
    PreferenceId, PreferenceKind, Refusal, Result, Schema,
};

/// What columns of preferences begin with, in lower case.
const PREFERENCE: &str = "preference:";
/// What columns of consents begin with, in lower case.
const CONSENT: &str = "consent";

/// The columns of a file that are preferences or parts of a consent.
#[derive(Debug, Clone, Default)]
pub struct Extras {
    preferences: Vec<(usize, PreferenceId)>,
    consent: Vec<(usize, ConsentPart)>,
}

impl Extras {
    pub fn new(header: &Header, schema: &Schema, tree: &[Branch]) -> Self {
        let mut extras = Self::default();
        for (column, name) in header.others().filter(|(_, name)| schema.named(name).is_none()) {
            let lower = name.to_lowercase();
            if let Some(path) = lower.strip_prefix(PREFERENCE) {
                let is_new = |id: &PreferenceId| extras.preferences.iter().all(|(_, is)| is != id);
                let found = named(tree, path).filter(is_new);
                extras.preferences.extend(found.map(|id| (column, id)));
            } else if lower.starts_with(CONSENT) {
                let is_new = |part: &ConsentPart| extras.consent.iter().all(|(_, is)| is != part);
                let found = ConsentPart::named(name).filter(is_new);
                extras.consent.extend(found.map(|part| (column, part)));
            }
        }
        extras
    }

    pub fn are_none(&self) -> bool {
        self.preferences.is_empty() && self.consent.is_empty()
    }

    /// Whether a file has such columns in its header.
    pub fn may_be_in(header: &Header) -> bool {
        header.others().any(|(_, name)| {
            let lower = name.to_lowercase();
            lower.starts_with(PREFERENCE) || lower.starts_with(CONSENT)
        })
    }

    /// Whether every cell of these columns is what its column wants.
    pub fn fit(&self, row: Row<'_>) -> bool {
        if self.are_none() {
            return true;
        }
        let fits = |(column, _): &(usize, PreferenceId)| {
            FieldValue::parse(FieldKind::Boolean, cell(row, *column)).is_ok()
        };
        self.preferences.iter().all(fits) && self.consent_of(row).is_some_and(|said| said.fits())
    }

    /// What the row says of a consent; `None` when a cell is not what its column wants.
    fn consent_of(&self, row: Row<'_>) -> Option<NewConsent> {
        let mut consent = NewConsent::default();
        for (column, part) in &self.consent {
            let cell = cell(row, *column);
            if !cell.trim().is_empty() {
                part.put(&mut consent, cell).ok()?;
            }
        }
        Some(consent)
    }
}

/// The preference at a path, which is in lower case.
fn named(tree: &[Branch], path: &str) -> Option<PreferenceId> {
    let is = |one: &Preference, name: &str| {
        let name = name.trim();
        one.private_name.to_lowercase() == name || one.public_name.to_lowercase() == name
    };
    let Some((category, name)) = path.split_once('>') else {
        let mut alone = tree.iter().map(|branch| &branch.preference);
        let found = alone.find(|one| one.kind == PreferenceKind::Preference && is(one, path));
        return found.map(|one| one.id);
    };
    let is_category = |branch: &&Branch| {
        branch.preference.kind == PreferenceKind::Category && is(&branch.preference, category)
    };
    let mut within = tree.iter().filter(is_category).flat_map(|branch| &branch.children);
    within.find(|one| is(one, name)).map(|one| one.id)
}

/// The readers yield UTF-8 and cut it at ASCII characters only.
fn cell(row: Row<'_>, column: usize) -> &str {
    std::str::from_utf8(row.field(column)).unwrap_or_default()
}

/// What the imported rows of a batch say in these columns.
#[derive(Debug, Default)]
pub struct Said {
    choices: BTreeMap<PreferenceId, BTreeMap<ContactId, NewChoice>>,
    consents: BTreeMap<ContactId, Vec<NewConsent>>,
}

impl Said {
    /// Adds what the row of a contact says.
    pub fn note(&mut self, extras: &Extras, contact: ContactId, row: Row<'_>, merge: MergeOption) {
        if extras.are_none() {
            return;
        }
        for (column, preference) in &extras.preferences {
            let value = FieldValue::parse(FieldKind::Boolean, cell(row, *column));
            if let Some(choice) = choice(value.ok().flatten().as_ref(), merge) {
                self.choices.entry(*preference).or_default().insert(contact, choice);
            }
        }
        let consent = extras.consent_of(row).filter(|said| *said != NewConsent::default());
        self.consents.extend(consent.map(|consent| (contact, vec![consent])));
    }

    /// Puts all of it into the edit. A preference that is gone meanwhile is passed over, and so is
    /// a consent of a contact who has as many as one may.
    pub async fn put(
        self,
        account: Account<'_>,
        edit: &mut Edit<'_>,
        list: Option<ListId>,
    ) -> Result<()> {
        for (preference, choices) in self.choices {
            match account.preferences().put(edit, preference, &choices, list).await {
                Err(Error::Refused(Refusal::PreferenceNotFound)) => {}
                put => put?,
            }
        }
        if self.consents.is_empty() {
            return Ok(());
        }
        account.consents().put_what_fits(edit, &self.consents).await
    }
}

/// What becomes of a choice, as a data field's value would go.
fn choice(cell: Option<&FieldValue>, merge: MergeOption) -> Option<NewChoice> {
    let opted_in = match cell {
        Some(FieldValue::Boolean(opted_in)) => Some(*opted_in),
        _ => None,
    };
    match (opted_in, merge) {
        (Some(opted_in), MergeOption::OnlyOverwriteIfContactDataNotPopulated) => {
            Some(NewChoice::First(opted_in))
        }
        (Some(opted_in), _) => Some(NewChoice::Made(opted_in)),
        (None, MergeOption::Overwrite) => Some(NewChoice::Withdrawn),
        (None, _) => None,
    }
}
