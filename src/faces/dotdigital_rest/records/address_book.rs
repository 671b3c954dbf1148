//! An address book, which the domain calls a list.

use serde::{Deserialize, Serialize};

use crate::domain::{List, NewList, Refusal, Visibility};
use crate::faces::dotdigital_rest::Answer;
use crate::faces::dotdigital_rest::convert::int;

/// An address book of the account.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiAddressBook {
    /// The book's number; 0 for one that is not stored yet.
    pub id: i32,
    /// The name that tells it from the account's other books.
    pub name: Option<String>,
    /// Whether contacts may see it.
    pub visibility: ApiAddressBookVisibility,
    /// How many contacts are in it. Not read: it is not for callers to set.
    pub contacts: i32,
}

/// Whether contacts may see an address book.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum ApiAddressBookVisibility {
    #[default]
    Private,
    Public,
    NotAvailableInThisVersion,
}

impl ApiAddressBook {
    pub fn of(list: &List) -> Self {
        Self {
            id: int(list.id.0),
            name: Some(list.name.clone()),
            visibility: match list.visibility {
                Visibility::Private => ApiAddressBookVisibility::Private,
                Visibility::Public => ApiAddressBookVisibility::Public,
            },
            contacts: int(list.contacts),
        }
    }

    pub fn answer(lists: &[List]) -> Answer {
        Answer::list("ApiAddressBook", lists.iter().map(Self::of).collect())
    }

    /// What a caller says of a book.
    pub fn into_new(self) -> Result<NewList, Refusal> {
        let visibility = match self.visibility {
            ApiAddressBookVisibility::Private => Visibility::Private,
            ApiAddressBookVisibility::Public => Visibility::Public,
            ApiAddressBookVisibility::NotAvailableInThisVersion => {
                return Err(Refusal::ListInvalid);
            }
        };
        Ok(NewList { name: self.name.unwrap_or_default(), visibility })
    }
}
