//! The vendor's methods, one file each, in one list. Adding one is a file, its line below and a
//! folder of fixtures.

use super::Method;

pub mod absent;
pub mod campaigns;
pub mod contacts;
pub mod counts;
pub mod exports;
pub mod fields;
pub mod lists;
pub mod messages;
pub mod sending;
pub mod stats;
pub mod tags;
pub mod templates;

/// Every method, in the order of the vendor's own wrapper.
pub static METHODS: &[&Method] = &[
    &lists::get_lists::METHOD,
    &lists::create_list::METHOD,
    &lists::update_list::METHOD,
    &lists::delete_list::METHOD,
    &contacts::subscribe::METHOD,
    &contacts::exclude::METHOD,
    &contacts::unsubscribe::METHOD,
    &contacts::import_contacts::METHOD,
    &contacts::get_contact::METHOD,
    &contacts::is_contact_in_lists::METHOD,
    &fields::get_fields::METHOD,
    &fields::create_field::METHOD,
    &fields::update_field::METHOD,
    &fields::delete_field::METHOD,
    &fields::get_contact_field_values::METHOD,
    &messages::create_email_message::METHOD,
    &messages::update_email_message::METHOD,
    &messages::delete_message::METHOD,
    &messages::get_message::METHOD,
    &messages::get_messages::METHOD,
    &messages::list_messages::METHOD,
    &messages::get_actual_message_version::METHOD,
    &messages::update_opt_in_email::METHOD,
    &templates::create_email_template::METHOD,
    &templates::update_email_template::METHOD,
    &templates::delete_template::METHOD,
    &templates::delete_template::ALIAS,
    &templates::get_template::METHOD,
    &templates::get_template::ALIAS,
    &templates::get_templates::METHOD,
    &templates::get_templates::ALIAS,
    &templates::list_templates::METHOD,
    &templates::list_templates::ALIAS,
    &exports::start_export_contacts::METHOD,
    &exports::export_contacts::METHOD,
    &exports::start_get_campaign_delivery_stats::METHOD,
    &exports::get_task_result::METHOD,
    &tags::get_tags::METHOD,
    &tags::delete_tag::METHOD,
    &counts::get_contact_count::METHOD,
    &counts::get_total_contacts_count::METHOD,
    &campaigns::create_campaign::METHOD,
    &campaigns::cancel_campaign::METHOD,
    &campaigns::get_campaigns::METHOD,
    &campaigns::get_campaign_status::METHOD,
    &campaigns::get_web_version::METHOD,
    &stats::get_campaign_common_stats::METHOD,
    &stats::get_visited_links::METHOD,
    &stats::get_campaign_delivery_stats::METHOD,
    &stats::get_campaign_aggregate_stats::METHOD,
    &sending::send_email::METHOD,
    &sending::check_email::METHOD,
    &sending::get_checked_email::METHOD,
    &sending::send_test_email::METHOD,
];

/// The method of this name, in any letter case.
pub fn find(name: &str) -> Option<&'static Method> {
    all().find(|method| method.name.eq_ignore_ascii_case(name))
}

/// Every method, those that are refused at the end.
pub fn all() -> impl Iterator<Item = &'static Method> {
    METHODS.iter().copied().chain(&absent::METHODS)
}

/// Whether a method changes nothing and starts no task; names say it, but for two.
pub fn only_reads(name: &str) -> bool {
    const BEGINNINGS: [&str; 4] = ["get", "list", "is", "check"];
    const STARTS_A_TASK: &str = "async/getCampaignDeliveryStats";
    const ANSWERS_ROWS: &str = "exportContacts";
    let verb = name.rsplit('/').next().unwrap_or(name);
    let is_question = BEGINNINGS.iter().any(|beginning| verb.starts_with(beginning));
    name == ANSWERS_ROWS || (is_question && name != STARTS_A_TASK)
}

#[cfg(test)]
mod tests {
    use super::only_reads;

    #[test]
    fn what_starts_a_task_is_no_reading() {
        for name in ["getLists", "isContactInLists", "exportContacts", "async/getTaskResult"] {
            assert!(only_reads(name), "{name}");
        }
        let others =
            ["subscribe", "async/exportContacts", "async/getCampaignDeliveryStats", "deleteList"];
        for name in others {
            assert!(!only_reads(name), "{name}");
        }
    }
}
