//! The calling account, and the clock.

mod get_current_account_info;
mod get_custom_from_addresses;
mod get_server_time;

pub use get_current_account_info::{GetCurrentAccountInfo, GetCurrentAccountInfoResponse};
pub use get_custom_from_addresses::{GetCustomFromAddresses, GetCustomFromAddressesResponse};
pub use get_server_time::{GetServerTime, GetServerTimeResponse};
