//! The records of the wire, one file per family. A member's place in its record is its place on
//! the wire; names are the vendor's.

mod bulk_deletion;
mod contact;
mod contact_data;
mod resubscription;
mod suppression;

pub use self::bulk_deletion::{ApiBulkContactDeletion, ApiBulkContactDeletionStatuses};
pub use self::contact::{
    ApiContact, ApiContactEmailTypes, ApiContactOptInTypes, ApiContactStatuses,
};
pub use self::contact_data::ApiContactData;
pub use self::resubscription::{
    ApiContactResubscription, ApiResubscribeResult, ApiResubscribeStatuses,
};
pub use self::suppression::ApiContactSuppression;
