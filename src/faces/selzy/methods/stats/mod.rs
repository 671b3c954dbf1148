//! What became of campaigns, from stored events.

mod deliveries;
pub mod get_campaign_aggregate_stats;
pub mod get_campaign_common_stats;
pub mod get_campaign_delivery_stats;
pub mod get_visited_links;
