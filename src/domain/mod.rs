//! What the gateway does, in no vendor's words.
//!
//! Everything belongs to an account and is reached through [`Context::account`]; nothing is ever
//! read across. The domain reads, decides and commits one [`Batch`](crate::store::Batch) with its
//! conditions; a lost race is retried in one place. It knows nothing of HTTP, XML or SOAP.

pub mod account;
pub mod account_settings;
pub mod activity;
pub mod address;
mod address_index;
#[cfg(test)]
mod address_index_tests;
pub mod address_range;
pub mod api_user;
pub mod bounce;
mod bulk_removal;
pub mod call_rate;
mod calls;
pub mod campaign;
pub mod category;
pub mod check;
pub mod clock;
pub mod consent;
pub mod contact;
mod contact_batch;
pub mod contact_record;
pub mod contact_store;
mod contact_with;
pub mod contacts;
pub mod context;
pub mod counters;
pub mod credential;
pub mod custom_field;
pub mod data_field;
pub mod decimal;
pub mod demo;
pub mod direct;
pub mod display;
pub mod edit;
pub mod email_message;
pub mod error;
pub mod event;
pub mod external_id;
pub mod files;
pub mod from_address;
#[cfg(test)]
mod gateway_tests;
mod holders;
pub mod ids;
pub mod import;
pub mod info;
pub mod insight;
pub mod jobs;
mod known_addresses;
mod lease;
#[cfg(test)]
mod lease_tests;
pub mod list;
pub mod list_contact;
pub mod list_fill;
pub mod list_place;
mod listing;
mod login;
mod long_text;
mod members;
pub mod membership;
mod memory;
#[cfg(test)]
mod model;
pub mod named_field;
pub mod nearest;
mod nonce;
pub mod on_purpose;
mod opaque_id;
mod opt_out;
pub mod outbox;
pub mod paging;
pub mod people;
pub mod phone;
pub mod placeholder;
pub mod preference;
pub mod recipient;
mod refresh;
pub mod relational;
mod rules;
pub mod search;
#[cfg(test)]
mod seats;
pub mod segment;
pub mod subscriber;
pub mod suppression;
pub mod tag;
pub mod template;
#[cfg(test)]
pub mod testing;
mod throttle;
pub mod token;
pub mod turn;
pub mod value;
pub mod web_key;
pub mod webhook;
pub mod wildcard;

pub use account::{AccountEntry, Accounts, NewAccount};
pub use account_settings::{AccountSettings, BounceRules};
pub use address::EmailAddress;
pub use address_range::{AddressRange, AddressRangeError};
pub use api_user::{Access, ApiUser, KeyPair, NewApiUser};
pub use bulk_removal::BulkRemoval;
pub use call_rate::CallRate;
pub use campaign::Campaign;
pub use category::{Categories, Category, Choice};
pub use clock::{Clock, HandClock};
pub use consent::{Consent, ConsentPart, Consents, NewConsent};
pub use contact::{
    Contact, ContactStatus, EmailType, NewContact, OptIn, ResubscribeStatus, Resubscribed,
    Resubscription, SuppressedContact,
};
pub use contact_batch::{BATCH_LIMIT, ContactKey};
pub use contact_with::{ContactWith, NewContactWith};
pub use contacts::Contacts;
pub use context::{Account, Context, Gate, Limits};
pub use credential::{CredentialEntry, CredentialKind, NewCredential};
pub use custom_field::{FieldDisplay, FieldForm, NewCustomField};
pub use data_field::{
    DataField, DataFields, Dependency, DependencyResult, FieldName, NewDataField, Schema,
    Visibility,
};
pub use decimal::Decimal;
pub use display::{DateFormat, NumberFormat, Separators};
pub use error::{Broken, Error, Refusal, Result};
pub use event::{Event, EventError, EventKind, Events, Outcome};
pub use external_id::ExternalId;
pub use from_address::{FromAddress, FromAddresses};
pub use ids::{
    AccountId, CampaignId, CategoryId, ContactId, EmailMessageId, FieldId, Ids, ImportId, ListId,
    MessageId, PreferenceId, SegmentId, SendId, TableId, TagId, TemplateId,
};
pub use info::AccountInfo;
pub use list::{List, Lists, NewList};
pub use list_contact::{ContactChange, Likeness};
pub use list_fill::Members;
pub use list_place::{ListChange, ListPlace};
pub use memory::as_one_call;
pub use named_field::{FieldCard, FieldChange, NewNamedField};
pub use paging::{Filter, Page};
pub use phone::Phone;
pub use preference::{
    Branch, Choice as PreferenceChoice, ChoiceTree, Chosen, Holder, NewPreference, PlaceAmong,
    Preference, PreferenceKind, Preferences,
};
pub use relational::{
    Column, ColumnFormat, ColumnKind, NewTable, RelationalTable, RelationalTables,
};
pub use segment::{FieldTest, RefreshStatus, Rules, Segment, Segments, run_segment_refreshes};
pub use tag::{Tag, Tags};
pub use token::NewToken;
pub use value::{FieldKind, FieldValue};
