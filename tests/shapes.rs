//! Any document that is valid for an operation is read, and what is written says the same.

#![cfg(test)]

#[path = "xml_support/mod.rs"]
mod xml_support;

use std::collections::BTreeSet;
use std::fmt::Debug;

use lychgate::faces::dotdigital_soap::DotdigitalSoap;
use lychgate::faces::dotdigital_soap::operations::{
    OPERATIONS, account, address_books, contacts, data_fields, imports, segments,
};
use lychgate::protocol::soap::{Edition, Operation};

/// Name and editions, as [`OPERATIONS`] has them: two forms of one operation differ in these.
type Form = (&'static str, &'static [Edition]);

/// Proves request and response of one operation.
fn holds<O>() -> Form
where
    O: Operation<DotdigitalSoap> + PartialEq + Debug,
    O::Response: PartialEq + Debug,
{
    xml_support::holds::<O>();
    xml_support::holds::<O::Response>();
    (O::NAME, O::EDITIONS)
}

fn contacts_forms() -> Vec<Form> {
    vec![
        holds::<contacts::GetContactById>(),
        holds::<contacts::GetContactByEmail>(),
        holds::<contacts::CreateContact>(),
        holds::<contacts::UpdateContact>(),
        holds::<contacts::GetContacts>(),
        holds::<contacts::GetContactsInAddressBook>(),
        holds::<contacts::AddContactToAddressBook>(),
        holds::<contacts::DeleteContact>(),
        holds::<contacts::DeleteContactFromAddressBook>(),
        holds::<contacts::DeleteContactsFromAddressBook>(),
        holds::<contacts::DeleteAllContactsFromAddressBook>(),
        holds::<contacts::UnsubscribeContact>(),
        holds::<contacts::UnsubscribeContact2013>(),
        holds::<contacts::UnsubscribeContactFromAddressBook>(),
        holds::<contacts::UnsubscribeContactFromAddressBook2013>(),
        holds::<contacts::ResubscribeContact>(),
        holds::<contacts::ResubscribeContact2013>(),
        holds::<contacts::ResubscribeContactToAddressBook>(),
        holds::<contacts::ResubscribeContactToAddressBook2013>(),
        holds::<contacts::GetModifiedContacts>(),
        holds::<contacts::GetModifiedContactsInAddressBook>(),
        holds::<contacts::GetNewContacts>(),
        holds::<contacts::GetSuppressedContacts>(),
        holds::<contacts::GetUnsubscribedContacts>(),
        holds::<contacts::GetUnsubscribedContactsInAddressBook>(),
        holds::<contacts::GetContactStatusByEmail>(),
    ]
}

fn address_books_forms() -> Vec<Form> {
    vec![
        holds::<address_books::GetAddressBookById>(),
        holds::<address_books::GetAddressBooks>(),
        holds::<address_books::CreateAddressBook>(),
        holds::<address_books::UpdateAddressBook>(),
        holds::<address_books::DeleteAddressBook>(),
        holds::<address_books::GetAddressBookContactCount>(),
        holds::<address_books::GetAddressBooksForContact>(),
        holds::<address_books::GetAddressBooksForCampaign>(),
    ]
}

fn imports_forms() -> Vec<Form> {
    vec![
        holds::<imports::ImportContacts>(),
        holds::<imports::ImportContactsToAddressBook>(),
        holds::<imports::GetContactImportProgress>(),
        holds::<imports::GetContactImportReport>(),
        holds::<imports::GetContactImportReportFaults>(),
    ]
}

fn account_forms() -> Vec<Form> {
    vec![
        holds::<account::GetCustomFromAddresses>(),
        holds::<account::GetCurrentAccountInfo>(),
        holds::<account::GetServerTime>(),
    ]
}

fn data_fields_forms() -> Vec<Form> {
    vec![
        holds::<data_fields::CreateDataField>(),
        holds::<data_fields::DeleteDataField>(),
        holds::<data_fields::GetDataFields>(),
    ]
}

fn segments_forms() -> Vec<Form> {
    vec![
        holds::<segments::RefreshSegment>(),
        holds::<segments::GetSegmentRefreshProgress>(),
        holds::<segments::GetSegments>(),
    ]
}

#[test]
fn every_operation_reads_what_clients_may_write_and_writes_the_same() {
    let proven = [
        contacts_forms(),
        address_books_forms(),
        imports_forms(),
        data_fields_forms(),
        segments_forms(),
        account_forms(),
    ];
    let mut unproven: BTreeSet<Form> =
        OPERATIONS.iter().map(|operation| (operation.name(), operation.shape.editions)).collect();
    for form in proven.concat() {
        assert!(unproven.remove(&form), "{} is not in OPERATIONS", form.0);
    }
    assert!(unproven.is_empty(), "not proven here: {unproven:?}");
}
