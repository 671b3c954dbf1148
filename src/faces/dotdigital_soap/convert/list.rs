//! Address books, which the domain calls lists.

use super::int;
use crate::domain::{CampaignId, List, ListId, NewList, Refusal, Visibility};
use crate::faces::dotdigital_soap::records::address_book::{
    ApiAddressBook, ApiAddressBookVisibility,
};

pub fn list_id(id: i32) -> Result<ListId, Refusal> {
    u32::try_from(id).map(ListId).map_err(|_| Refusal::ListNotFound)
}

pub fn campaign_id(id: i32) -> Result<CampaignId, Refusal> {
    u32::try_from(id).map(CampaignId).map_err(|_| Refusal::CampaignNotFound)
}

pub fn new_list(book: Option<ApiAddressBook>) -> Result<NewList, Refusal> {
    let book = book.ok_or(Refusal::ListInvalid)?;
    let visibility = match book.visibility {
        ApiAddressBookVisibility::NotAvailableInThisVersion => return Err(Refusal::ListInvalid),
        ApiAddressBookVisibility::Private => Visibility::Private,
        ApiAddressBookVisibility::Public => Visibility::Public,
    };
    Ok(NewList { name: book.name.unwrap_or_default(), visibility })
}

/// A book that says which one it is, and what is to become of it.
pub fn identified(book: Option<ApiAddressBook>) -> Result<(ListId, NewList), Refusal> {
    let id = book.as_ref().map_or(0, |book| book.id);
    let change = new_list(book)?;
    Ok((list_id(id)?, change))
}

pub fn address_book(list: List) -> ApiAddressBook {
    ApiAddressBook {
        id: int(list.id.0),
        name: Some(list.name),
        visibility: match list.visibility {
            Visibility::Private => ApiAddressBookVisibility::Private,
            Visibility::Public => ApiAddressBookVisibility::Public,
        },
        contacts: int(list.contacts),
    }
}

pub fn address_books(lists: Vec<List>) -> Vec<ApiAddressBook> {
    lists.into_iter().map(address_book).collect()
}
