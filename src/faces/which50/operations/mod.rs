//! Every operation of the vendor's index, one file each.

mod contact_lists;
mod contacts;
mod imports;
mod journeys;
mod linked_data;
mod webhooks;

use super::operation::Operation;

/// In the order of the vendor's index.
pub static OPERATIONS: &[&Operation] = &[
    &contacts::get_contact::OPERATION,
    &contacts::get_contact_journeys::OPERATION,
    &contacts::get_contact_communications::OPERATION,
    &contacts::get_contact_journey_activities::OPERATION,
    &contacts::get_contact_summary::OPERATION,
    &contacts::get_contact_emails::OPERATION,
    &contacts::get_contact_text_messages::OPERATION,
    &contacts::get_contact_landing_pages::OPERATION,
    &contacts::get_contact_web_forms::OPERATION,
    &webhooks::get_webhook_subscriptions::OPERATION,
    &webhooks::subscribe::OPERATION,
    &webhooks::unsubscribe::OPERATION,
    &webhooks::put_salt_key::OPERATION,
    &webhooks::get_salt_key::OPERATION,
    &webhooks::put_api_key::OPERATION,
    &webhooks::get_api_key::OPERATION,
    &contact_lists::get_contact_lists::OPERATION,
    &contact_lists::get_contact_list::OPERATION,
    &contact_lists::get_fields::OPERATION,
    &contact_lists::get_field::OPERATION,
    &contact_lists::get_list_journeys::OPERATION,
    &contact_lists::get_list_contacts::OPERATION,
    &contact_lists::patch_contact::OPERATION,
    &contact_lists::post_contact::OPERATION,
    &contact_lists::put_contact::OPERATION,
    &contact_lists::post_contact_form::OPERATION,
    &imports::create_import_job::OPERATION,
    &imports::post_batch::OPERATION,
    &imports::get_import_job::OPERATION,
    &linked_data::get_all_linked_data::OPERATION,
    &linked_data::get_linked_data::OPERATION,
    &linked_data::get_linked_data_fields::OPERATION,
    &linked_data::get_linked_data_records::OPERATION,
    &journeys::get_journeys::OPERATION,
    &journeys::get_journey::OPERATION,
    &journeys::get_journey_contacts::OPERATION,
];
