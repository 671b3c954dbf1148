//! Preferences and consent.

mod create_contact_with_consent;
mod create_contact_with_consent_and_preferences;
mod create_preference;
mod delete_preference;
mod get_contact_by_email_with_consent;
mod get_contact_by_id_with_consent;
mod get_contacts_in_address_book_with_preference;
mod get_contacts_with_preference;
mod get_modified_preference_opt_ins;
mod get_modified_preference_opt_ins_by_address_book;
mod get_preferences;
mod get_preferences_for_contact;
mod get_preferences_for_contact2;
mod get_preferences_for_contact3;
mod get_preferences_for_contact4;
mod get_preferences_since_date;
mod get_subscriptions_for_contact;
mod set_preferences_for_contact;
mod set_preferences_for_contact2;
mod set_preferences_for_contact3;
mod set_preferences_for_contact4;
mod update_contact_with_consent;
mod update_contact_with_consent_and_preferences;
mod update_preference;

use crate::faces::dotdigital_rest::Operation;

/// In the order of the vendor's OpenAPI.
pub static OPERATIONS: &[&Operation] = &[
    &get_contact_by_id_with_consent::OPERATION,
    &update_contact_with_consent::OPERATION,
    &get_contact_by_email_with_consent::OPERATION,
    &create_contact_with_consent::OPERATION,
    &create_contact_with_consent_and_preferences::OPERATION,
    &update_contact_with_consent_and_preferences::OPERATION,
    &get_preferences::OPERATION,
    &create_preference::OPERATION,
    &get_preferences_since_date::OPERATION,
    &update_preference::OPERATION,
    &delete_preference::OPERATION,
    &get_contacts_with_preference::OPERATION,
    &get_contacts_in_address_book_with_preference::OPERATION,
    &set_preferences_for_contact::OPERATION,
    &set_preferences_for_contact2::OPERATION,
    &set_preferences_for_contact3::OPERATION,
    &get_preferences_for_contact::OPERATION,
    &set_preferences_for_contact4::OPERATION,
    &get_preferences_for_contact2::OPERATION,
    &get_preferences_for_contact3::OPERATION,
    &get_preferences_for_contact4::OPERATION,
    &get_subscriptions_for_contact::OPERATION,
    &get_modified_preference_opt_ins::OPERATION,
    &get_modified_preference_opt_ins_by_address_book::OPERATION,
];
