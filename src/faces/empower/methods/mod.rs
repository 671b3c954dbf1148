//! The vendor's methods, one file each, in one list. Adding one is a file, its line below and a
//! folder of fixtures.

use super::Method;

pub mod account;
pub mod figures;
pub mod legacy;
pub mod message;
pub mod statistics;
pub mod subscribers;
pub mod template_rows;
pub mod transactional;
pub mod utilities;
pub mod welcome;

/// Every method, in the order of the vendor's index.
pub static METHODS: &[&Method] = &[
    &account::add_category::METHOD,
    &account::add_custom_field::METHOD,
    &account::add_relational_table::METHOD,
    &account::add_static_segment::METHOD,
    &account::alter_relational_table_column::METHOD,
    &account::get_categories::METHOD,
    &account::get_custom_fields::METHOD,
    &account::get_dynamic_segments::METHOD,
    &account::get_relational_tables::METHOD,
    &account::get_static_segments::METHOD,
    &account::import_relational_table_data::METHOD,
    &account::remove_category::METHOD,
    &account::remove_custom_field::METHOD,
    &account::remove_static_segment::METHOD,
    &account::update_category::METHOD,
    &account::update_static_segment::METHOD,
    &legacy::add_segment::METHOD,
    &legacy::bulk_sync::METHOD,
    &legacy::delete_subscribers::METHOD,
    &legacy::group_clear::METHOD,
    &legacy::group_rename::METHOD,
    &legacy::manage_subscriber::METHOD,
    &legacy::message_stats::METHOD,
    &legacy::retrieve_active::METHOD,
    &legacy::retrieve_dynamic::METHOD,
    &legacy::retrieve_segment::METHOD,
    &legacy::retrieve_unsub::METHOD,
    &legacy::send_campaign::METHOD,
    &message::get_welcome_messages::METHOD,
    &statistics::get_message_subscriber_data::METHOD,
    &subscribers::get_message_detail::METHOD,
    &subscribers::get_subscriber::METHOD,
    &transactional::bounced_list::METHOD,
    &transactional::get_message_contact_activity::METHOD,
    &transactional::insert_template::METHOD,
    &transactional::list_templates::METHOD,
    &transactional::message_stats::METHOD,
    &transactional::rebuild_template::METHOD,
    &transactional::send_test::METHOD,
    &transactional::send_transaction::METHOD,
    &transactional::update_template::METHOD,
    &utilities::check_email::METHOD,
    &utilities::get_file::METHOD,
    &utilities::get_tasks::METHOD,
    &welcome::message_stats::METHOD,
];

/// The methods that change nothing and start no task, whatever their arguments.
pub const ONLY_READ: &[&str] = &[
    "account.getCategories",
    "account.getCustomFields",
    "account.getRelationalTables",
    "account.getStaticSegments",
    "legacy.message_stats",
    "legacy.retrieve_segment",
    "legacy.retrieve_unsub",
    "message.getWelcomeMessages",
    "subscribers.getMessageDetail",
    "subscribers.getSubscriber",
    "transactional.bouncedList",
    "transactional.listTemplates",
    "transactional.messageStats",
    "utilities.checkEmail",
    "utilities.getFile",
    "utilities.getTasks",
    "welcome.messageStats",
];

/// The method of this name, in any letter case.
pub fn find(name: &str) -> Option<&'static Method> {
    METHODS.iter().copied().find(|method| method.name.eq_ignore_ascii_case(name.trim()))
}

#[cfg(test)]
mod tests {
    use super::{ONLY_READ, find};

    #[test]
    fn what_only_reads_is_a_method() {
        assert!(ONLY_READ.iter().all(|name| find(name).is_some_and(|found| found.name == *name)));
    }
}
