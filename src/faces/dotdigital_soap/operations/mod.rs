//! Every operation of the service, one file each, named as on the wire.
//!
//! An operation decodes its request, makes one domain call and encodes the result. [`OPERATIONS`]
//! is what dispatch, WSDL, help page, metrics and tests read.

pub mod account;
pub mod address_books;
pub mod contacts;
pub mod data_fields;
pub mod imports;
pub mod segments;

use super::DotdigitalSoap;
use crate::protocol::soap::AnyOperation;

/// In the order of the vendor's WSDLs; two forms of one operation stand together.
pub static OPERATIONS: &[AnyOperation<DotdigitalSoap>] = &[
    AnyOperation::of::<contacts::GetContactById>(),
    AnyOperation::of::<contacts::GetContactByEmail>(),
    AnyOperation::of::<contacts::CreateContact>(),
    AnyOperation::of::<contacts::UpdateContact>(),
    AnyOperation::of::<address_books::GetAddressBookById>(),
    AnyOperation::of::<address_books::GetAddressBooks>(),
    AnyOperation::of::<address_books::CreateAddressBook>(),
    AnyOperation::of::<address_books::UpdateAddressBook>(),
    AnyOperation::of::<address_books::DeleteAddressBook>(),
    AnyOperation::of::<contacts::GetContacts>(),
    AnyOperation::of::<contacts::GetContactsInAddressBook>(),
    AnyOperation::of::<address_books::GetAddressBookContactCount>(),
    AnyOperation::of::<contacts::AddContactToAddressBook>(),
    AnyOperation::of::<contacts::DeleteContact>(),
    AnyOperation::of::<contacts::DeleteContactFromAddressBook>(),
    AnyOperation::of::<contacts::DeleteContactsFromAddressBook>(),
    AnyOperation::of::<contacts::DeleteAllContactsFromAddressBook>(),
    AnyOperation::of::<contacts::UnsubscribeContact>(),
    AnyOperation::of::<contacts::UnsubscribeContact2013>(),
    AnyOperation::of::<contacts::UnsubscribeContactFromAddressBook>(),
    AnyOperation::of::<contacts::UnsubscribeContactFromAddressBook2013>(),
    AnyOperation::of::<contacts::ResubscribeContact>(),
    AnyOperation::of::<contacts::ResubscribeContact2013>(),
    AnyOperation::of::<contacts::ResubscribeContactToAddressBook>(),
    AnyOperation::of::<contacts::ResubscribeContactToAddressBook2013>(),
    AnyOperation::of::<contacts::GetModifiedContacts>(),
    AnyOperation::of::<contacts::GetModifiedContactsInAddressBook>(),
    AnyOperation::of::<contacts::GetNewContacts>(),
    AnyOperation::of::<address_books::GetAddressBooksForContact>(),
    AnyOperation::of::<address_books::GetAddressBooksForCampaign>(),
    AnyOperation::of::<contacts::GetSuppressedContacts>(),
    AnyOperation::of::<contacts::GetUnsubscribedContacts>(),
    AnyOperation::of::<contacts::GetUnsubscribedContactsInAddressBook>(),
    AnyOperation::of::<imports::ImportContacts>(),
    AnyOperation::of::<imports::ImportContactsToAddressBook>(),
    AnyOperation::of::<imports::GetContactImportProgress>(),
    AnyOperation::of::<imports::GetContactImportReport>(),
    AnyOperation::of::<imports::GetContactImportReportFaults>(),
    AnyOperation::of::<account::GetCustomFromAddresses>(),
    AnyOperation::of::<data_fields::CreateDataField>(),
    AnyOperation::of::<data_fields::DeleteDataField>(),
    AnyOperation::of::<data_fields::GetDataFields>(),
    AnyOperation::of::<account::GetCurrentAccountInfo>(),
    AnyOperation::of::<account::GetServerTime>(),
    AnyOperation::of::<segments::RefreshSegment>(),
    AnyOperation::of::<segments::GetSegmentRefreshProgress>(),
    AnyOperation::of::<segments::GetSegments>(),
    AnyOperation::of::<contacts::GetContactStatusByEmail>(),
];
