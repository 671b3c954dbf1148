//! The records of the wire, one file per family. A member's place in its record is its place on
//! the wire; names are the vendor's.

mod account;
mod address_book;
mod bulk_deletion;
mod campaign;
mod campaign_activity;
mod campaign_metrics;
mod campaign_send;
mod campaign_summary;
mod consent;
mod contact;
mod contact_data;
mod contact_import;
mod contact_key;
mod data_field;
mod from_address;
mod preference;
mod resubscription;
mod segment;
mod suppression;
mod transactional_data;
mod transactional_email;

pub use self::account::{ApiAccount, ApiAccountProperty};
pub use self::address_book::{ApiAddressBook, ApiAddressBookVisibility};
pub use self::bulk_deletion::{ApiBulkContactDeletion, ApiBulkContactDeletionStatuses};
pub use self::campaign::{
    ApiCampaign, ApiCampaignGiven, ApiCampaignStatuses, ApiCampaignTypes, Beside,
};
pub use self::campaign_activity::{
    ApiCampaignContactClick, ApiCampaignContactClickWithGroups, ApiCampaignContactOpen,
    ApiCampaignContactSummary,
};
pub use self::campaign_metrics::ApiCampaignReportModelExtended;
pub use self::campaign_send::{ApiCampaignSend, ApiCampaignSendGiven, ApiCampaignSendStatuses};
pub use self::campaign_summary::ApiCampaignSummary;
pub use self::consent::{ApiConsent, ApiContactWithConsent, ApiContactWithConsentAndPreferences};
pub use self::contact::{
    ApiContact, ApiContactEmailTypes, ApiContactOptInTypes, ApiContactStatuses,
};
pub use self::contact_data::ApiContactData;
pub use self::contact_import::{
    ApiContactForBulkImport, ApiContactImport, ApiContactImportCollection, ApiContactImportReport,
    ApiContactMergeOptionTypes,
};
pub use self::contact_key::{
    ApiBulkSuppressResponse, ApiContactExtended, ApiContactIdAndEmail, ApiMultipleContactsRequest,
    ApiMultipleContactsResponse, strangers,
};
pub use self::data_field::{
    ApiBusinessObjectType, ApiDataField, ApiDataFieldVisibility, ApiDataTypes, ApiDependency,
    ApiDependencyResult,
};
pub use self::from_address::ApiCampaignFromAddress;
pub use self::preference::{
    ApiContactWithPreferenceOptIn, ApiMarketingPreferenceOptIn, ApiPreference,
};
pub use self::resubscription::{
    ApiContactResubscription, ApiResubscribeResult, ApiResubscribeStatuses,
};
pub use self::segment::{ApiSegment, ApiSegmentRefresh, ApiSegmentRefreshStatuses};
pub use self::suppression::ApiContactSuppression;
pub use self::transactional_data::{
    ApiJsonData, ApiTransactionalData, ApiTransactionalDataCollection, ApiTransactionalDataImport,
    ApiTransactionalDataImportReport, GivenTransactionalData,
};
pub use self::transactional_email::{
    ApiCampaignWithProcessedContent, ApiPersonalizationValue, ApiTransactionalEmail,
    ApiTransactionalEmailResult, ApiTransactionalEmailStatistics,
    ApiTransactionalEmailTriggeredCampaign,
};
