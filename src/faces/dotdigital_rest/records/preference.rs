//! Marketing preferences, and who chose what.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::contact::ApiContact;
use crate::domain::preference::Choice;
use crate::domain::{
    Branch, ChoiceTree, Chosen, Contact, Holder, NewPreference, PlaceAmong, Preference,
    PreferenceId, PreferenceKind, Refusal,
};
use crate::faces::dotdigital_rest::convert::{int, preference_id};

/// A preference, or a category of them. A member that the vendor leaves out is not written.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiPreference {
    /// The number; 0 for one that is not stored yet.
    pub id: i32,
    /// What contacts read.
    pub public_name: Option<String>,
    /// What the account's owner calls it.
    pub private_name: Option<String>,
    /// Whether it can be chosen; a category cannot.
    pub is_preference: Option<bool>,
    /// Its place among its siblings, from 0; callers may also say `top` or `bottom`.
    pub order: Option<String>,
    /// Whether contacts are shown it.
    pub is_public: Option<bool>,
    /// The category that it is in; 0 for none.
    pub category_id: Option<i32>,
    /// How many preferences are in the category. Not read.
    pub preference_count: i32,
    /// Not read.
    pub created: Option<String>,
    /// Not read.
    pub last_modified: Option<String>,
    /// Whether the contact that is asked about, or spoken of, is opted in.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub is_opted_in: Option<bool>,
    /// What is in the category.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub preferences: Option<Vec<ApiPreference>>,
}

impl ApiPreference {
    /// All preferences, those of a category within it.
    pub fn tree(tree: &[Branch]) -> Vec<Self> {
        tree.iter().map(|branch| Self::branch(branch, None)).collect()
    }

    /// As [`ApiPreference::tree`], with what a contact is opted in to.
    pub fn chosen(chosen: &ChoiceTree) -> Vec<Self> {
        let branches = chosen.tree.iter();
        branches.map(|branch| Self::branch(branch, Some(&chosen.opted_in))).collect()
    }

    /// One, without what is in it.
    pub fn single(branch: &Branch) -> Self {
        Self { preferences: None, ..Self::branch(branch, None) }
    }

    fn branch(branch: &Branch, opted_in: Option<&BTreeSet<PreferenceId>>) -> Self {
        let children = branch.children.iter();
        let children: Vec<Self> = children.map(|child| Self::leaf(child, opted_in)).collect();
        let count = u32::try_from(children.len()).unwrap_or(u32::MAX);
        let is_category = branch.preference.kind == PreferenceKind::Category;
        Self {
            preference_count: int(count),
            preferences: is_category.then_some(children),
            ..Self::leaf(&branch.preference, opted_in)
        }
    }

    fn leaf(one: &Preference, opted_in: Option<&BTreeSet<PreferenceId>>) -> Self {
        let is_preference = one.kind == PreferenceKind::Preference;
        let opted_in = opted_in.filter(|_| is_preference);
        Self {
            id: int(one.id.0),
            public_name: Some(one.public_name.clone()),
            private_name: Some(one.private_name.clone()),
            is_preference: Some(is_preference),
            order: Some(one.order.to_string()),
            is_public: Some(one.is_public),
            category_id: Some(one.category.map_or(0, |category| int(category.0))),
            preference_count: 0,
            created: Some(one.created.to_string()),
            last_modified: Some(one.modified.to_string()),
            is_opted_in: opted_in.map(|opted_in| opted_in.contains(&one.id)),
            preferences: None,
        }
    }

    /// What a caller says of a preference or a category.
    pub fn into_new(self) -> Result<NewPreference, Refusal> {
        let kind = self.is_preference.map(|is_preference| {
            if is_preference { PreferenceKind::Preference } else { PreferenceKind::Category }
        });
        let category = match self.category_id {
            None => None,
            Some(0) => Some(None),
            Some(id) => Some(Some(preference_id(id)?)),
        };
        Ok(NewPreference {
            public_name: self.public_name.unwrap_or_default(),
            private_name: self.private_name.unwrap_or_default(),
            kind,
            place: self.order.as_deref().map(place).transpose()?,
            is_public: self.is_public,
            category,
        })
    }

    /// What a contact is to choose; a preference of which nothing is said keeps what is stored.
    pub fn choices(given: Vec<Self>) -> Result<Vec<Choice>, Refusal> {
        let mut choices = Vec::new();
        for one in given {
            let id = preference_id(one.id)?;
            for child in one.preferences.into_iter().flatten() {
                choices.extend(choice(child.id, Some(id), child.is_opted_in)?);
            }
            choices.extend(choice(one.id, None, one.is_opted_in)?);
        }
        Ok(choices)
    }
}

fn choice(
    id: i32,
    category: Option<PreferenceId>,
    opted_in: Option<bool>,
) -> Result<Option<Choice>, Refusal> {
    let preference = preference_id(id)?;
    Ok(opted_in.map(|opted_in| Choice { preference, category, opted_in }))
}

fn place(order: &str) -> Result<PlaceAmong, Refusal> {
    match order.trim() {
        order if order.eq_ignore_ascii_case("top") => Ok(PlaceAmong::Top),
        order if order.eq_ignore_ascii_case("bottom") => Ok(PlaceAmong::Bottom),
        order => order.parse().map(PlaceAmong::At).map_err(|_| Refusal::PreferenceInvalid),
    }
}

/// A contact and what it chose.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiContactWithPreferenceOptIn {
    pub contact: Option<ApiContact>,
    pub marketing_preference_opt_ins: Vec<ApiMarketingPreferenceOptIn>,
}

/// One choice.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct ApiMarketingPreferenceOptIn {
    pub marketing_preference_id: i32,
    /// The book that the choice came in with; 0 for none.
    pub address_book_id: i32,
    pub is_opted_in: bool,
    /// When the contact chose so. The name is the vendor's, letter by letter.
    pub date_modifed: String,
}

impl ApiContactWithPreferenceOptIn {
    pub fn of(holder: &Holder) -> Self {
        Self::all(&holder.contact, &[holder.chosen])
    }

    /// With several choices.
    pub fn all(contact: &Contact, chosen: &[Chosen]) -> Self {
        let opt_ins = chosen.iter().map(|chosen| ApiMarketingPreferenceOptIn {
            marketing_preference_id: int(chosen.preference.0),
            address_book_id: chosen.list.map_or(0, |list| int(list.0)),
            is_opted_in: chosen.opted_in,
            date_modifed: chosen.at.to_string(),
        });
        Self {
            contact: Some(ApiContact::bare(contact)),
            marketing_preference_opt_ins: opt_ins.collect(),
        }
    }
}
