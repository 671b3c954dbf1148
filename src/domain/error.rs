//! Two kinds of failure: the caller can do something about a [`Refusal`], nobody about a
//! [`Broken`] but the operator.

use super::files::FileError;
use crate::store::StoreError;

pub type Result<T, E = Error> = std::result::Result<T, E>;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error(transparent)]
    Refused(#[from] Refusal),
    #[error(transparent)]
    Broken(#[from] Broken),
}

/// What the caller asked cannot be done, and what the caller could do about it.
///
/// Every face maps each of these in one exhaustive `match`: a new one breaks the build there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("the login name or the password is wrong")]
    LoginInvalid,
    #[error("too many failed logins; try again later")]
    LoginThrottled,
    #[error("the caller's address is not on the credential's whitelist")]
    AddressNotWhitelisted { address: std::net::IpAddr },
    #[error("the e-mail address is not valid")]
    AddressInvalid,
    #[error("there is no such account")]
    AccountNotFound,
    #[error("an account of this name exists")]
    AccountNameInUse,
    #[error("there is no such credential")]
    CredentialNotFound,
    #[error("no contact was given")]
    ContactMissing,
    #[error("there is no such contact")]
    ContactNotFound,
    #[error("the contact is suppressed")]
    ContactSuppressed,
    #[error("the contact is suppressed for this list")]
    ContactSuppressedForList,
    #[error("another contact has this address")]
    AddressInUse,
    #[error("another contact has this external id")]
    ExternalIdInUse,
    #[error("the account's contact limit is reached")]
    ContactLimit,
    #[error("no contacts were given")]
    ContactsNotGiven,
    #[error("the contact cannot be resubscribed")]
    ResubscriptionInvalid,
    #[error("there is no such list")]
    ListNotFound,
    #[error("a list of this name exists")]
    ListNameInUse,
    #[error("the list's name is not valid")]
    ListInvalid,
    #[error("the list cannot be changed")]
    ListNotWritable,
    #[error("the list is in use")]
    ListInUse,
    #[error("the account's list limit is reached")]
    ListLimit,
    #[error("there is no such category")]
    CategoryNotFound,
    #[error("a category of this name exists")]
    CategoryNameInUse,
    #[error("the category's name is not valid")]
    CategoryInvalid,
    #[error("lists are in the category")]
    CategoryInUse,
    #[error("there is no such relational table")]
    RelationalTableNotFound,
    #[error("a relational table of this name exists")]
    RelationalTableInUse,
    #[error("the relational table's names or columns are not valid")]
    RelationalTableInvalid,
    #[error("the account's relational table limit is reached")]
    RelationalTableLimit,
    #[error("there is no such column in the relational table")]
    RelationalColumnNotFound,
    #[error("the format does not fit the column's type")]
    RelationalFormatInvalid,
    #[error("there is no such data field")]
    DataFieldNotFound,
    #[error("a data field of this name exists")]
    DataFieldInUse,
    #[error("the data field is not valid")]
    DataFieldInvalid,
    #[error("the account's data field limit is reached")]
    DataFieldLimit,
    #[error("the value does not fit the data field's type")]
    DataFieldValueInvalid,
    #[error("the value is longer than a data field holds")]
    DataFieldValueTooLong,
    #[error("there is no such segment")]
    SegmentNotFound,
    #[error("there is no such campaign")]
    CampaignNotFound,
    #[error("there is no such template")]
    TemplateNotFound,
    #[error("the template is not active")]
    TemplateInactive,
    #[error("the address bounced for good")]
    RecipientInvalid,
    #[error("there is no such message in the outbox")]
    MessageNotFound,
    #[error("the campaign is sent already, or on its way")]
    CampaignReleased,
    #[error("timed-release day/time is in the past")]
    ReleaseInPast,
    #[error("there is no such binding")]
    BindingInvalid,
    #[error("the text is longer than {limit_bytes} bytes")]
    TextTooLong { limit_bytes: usize },
    #[error("there is no such import")]
    ImportNotFound,
    #[error("the import has no report")]
    ImportReportNotFound,
    #[error("too many imports are active")]
    ImportTooManyActive { limit: u32 },
    #[error("the file's format is not supported")]
    ImportFormatUnsupported,
    #[error("the file has no e-mail column")]
    ImportNoEmailColumn,
    #[error("the file is larger than {limit_bytes} bytes")]
    ImportFileTooLarge { limit_bytes: u64 },
    #[error("there is no such task")]
    TaskNotFound,
    #[error("there is no such task file")]
    TaskFileNotFound,
    #[error("too many tasks are active")]
    TaskTooManyActive { limit: u32 },
    #[error("the phone number is not valid")]
    PhoneInvalid,
    #[error("another contact has this phone number")]
    PhoneInUse,
    #[error("there is no such tag")]
    TagNotFound,
    #[error("the tag's name is not valid")]
    TagInvalid,
    #[error("there is no such preference")]
    PreferenceNotFound,
    #[error("the preference is not valid")]
    PreferenceInvalid,
    #[error("the consent is not valid")]
    ConsentInvalid,
    #[error("there is no such collection of insight data")]
    InsightCollectionNotFound,
    #[error("the collection's name is not valid")]
    InsightCollectionInvalid,
    #[error("there is no such insight record")]
    InsightRecordNotFound,
    #[error("the insight record is not valid")]
    InsightRecordInvalid,
    #[error("the account's limit of insight data is reached")]
    InsightLimit,
    #[error("there is no such subscription")]
    WebhookNotFound,
    #[error("the subscription is not valid")]
    WebhookInvalid,
    #[error("the campaign is not valid")]
    CampaignInvalid,
    #[error("the campaign is sent, or is being sent, and cannot be changed")]
    CampaignReadOnly,
    #[error("the campaign cannot be sent now; try again later")]
    SendNotPermitted,
    #[error("the attachments are larger than {limit_bytes} bytes together")]
    AttachmentsTooLarge { limit_bytes: usize },
    #[error("there is no such send")]
    SendNotFound,
    #[error("there is no such document")]
    DocumentNotFound,
    #[error("the document is not valid")]
    DocumentInvalid,
    #[error("at most {limit} rows fit in one call")]
    TooManyRows { limit: u32 },
    #[error("too many calls; try again in {seconds} s")]
    TooManyCalls { seconds: u32 },
    #[error(transparent)]
    File(FileError),
    #[error("{parameter} is not valid")]
    ParameterInvalid { parameter: &'static str },
    #[error("the server is stopping or cannot write; try again later")]
    Unavailable,
}

/// Something the caller cannot mend. `Display` is for the log, never for the wire.
#[derive(Debug, thiserror::Error)]
#[error("could not {doing}")]
pub struct Broken {
    pub doing: &'static str,
    #[source]
    pub source: Box<dyn std::error::Error + Send + Sync>,
}

impl Broken {
    pub fn new(
        doing: &'static str,
        source: impl Into<Box<dyn std::error::Error + Send + Sync>>,
    ) -> Self {
        Self { doing, source: source.into() }
    }
}

impl Error {
    /// A store failure while `doing` something. A store that takes no more (its disk is full, a
    /// write was lost, it is closed, it only lets read) or is away is `Unavailable`: the caller may
    /// try again later.
    pub fn store(doing: &'static str, error: StoreError) -> Self {
        match error {
            StoreError::DiskFull(_)
            | StoreError::Poisoned
            | StoreError::Closed
            | StoreError::Unavailable { .. } => {
                tracing::error!(%error, "could not {doing}: {error}");
                Self::Refused(Refusal::Unavailable)
            }
            // As its operator wants it.
            StoreError::ReadOnly => Self::Refused(Refusal::Unavailable),
            error => Self::Broken(Broken::new(doing, error)),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_store_that_takes_no_more_is_unavailable_and_a_damaged_one_is_broken() {
        let full = || StoreError::DiskFull(std::io::ErrorKind::StorageFull.into());
        let away = StoreError::Unavailable { what: "no host answers".to_owned() };
        for error in [full(), StoreError::Poisoned, StoreError::Closed, away] {
            let said = Error::store("test", error);
            assert!(matches!(said, Error::Refused(Refusal::Unavailable)), "{said:?}");
        }
        let damaged = StoreError::Damaged { what: "a block".to_owned() };
        assert!(matches!(Error::store("test", damaged), Error::Broken(_)));
    }
}
