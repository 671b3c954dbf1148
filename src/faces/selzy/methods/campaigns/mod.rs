//! Campaigns: messages on their way to the members of a list.

mod audience;
pub mod cancel_campaign;
pub mod create_campaign;
pub mod get_campaign_status;
pub mod get_campaigns;
pub mod get_web_version;
mod standing;
