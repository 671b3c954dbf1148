//! What goes wrong, as Web API says it: a status, and a `Message` with or without a detail.

use std::borrow::Cow;

use http::StatusCode;

use crate::domain::{Broken, Error, Refusal};
use crate::protocol::datacontract::{Contract, Record};
use crate::protocol::http::BodyError;
use crate::protocol::xml::XmlError;

/// Web API's `HttpError`, by its name in XML. It has no namespace.
static ERROR: Contract = Contract { name: "Error", namespace: "" };

/// Web API's words where a request cannot be bound.
const UNBOUND: &str = "The request is invalid.";
/// The vendor's words for 401, 403, 417 and 500; Web API's own for 401 is what it sends.
const DENIED: &str = "Authorization has been denied for this request.";
const FORBIDDEN: &str = "The user does not have the relevant permissions to perform this action.";
const INVALID: &str = "The Request has failed due to invalid parameters.";
const INTERNAL: &str = "An error occurred while processing this request.";
/// The vendor's words for 404 where an import is asked for.
const NO_IMPORT: &str = "The specified Contactlist or ImportJob were not found.";
/// The vendor's words for 404 of a form, as far as they are known.
const NO_CONTACT: &str = "The request could not create contact.";

/// An answer that is no success.
#[derive(Debug)]
pub struct Failure {
    pub status: StatusCode,
    pub message: Cow<'static, str>,
    pub detail: Option<Cow<'static, str>>,
    /// What is ours to mend, for the log.
    pub broken: Option<Broken>,
}

impl Failure {
    pub fn new(status: StatusCode, message: impl Into<Cow<'static, str>>) -> Self {
        Self { status, message: message.into(), detail: None, broken: None }
    }

    #[must_use]
    pub fn with_detail(self, detail: impl Into<Cow<'static, str>>) -> Self {
        Self { detail: Some(detail.into()), ..self }
    }

    /// Credentials are missing or wrong.
    pub fn denied() -> Self {
        Self::new(StatusCode::UNAUTHORIZED, DENIED)
    }

    /// A parameter of the path or the query is not of its type.
    pub fn unbound(parameter: &str) -> Self {
        let detail = format!(
            "The parameters dictionary contains a null entry for parameter '{parameter}' of \
             non-nullable type 'System.Int32'."
        );
        Self::new(StatusCode::BAD_REQUEST, UNBOUND).with_detail(detail)
    }

    /// The body, or a query option, cannot be understood.
    pub fn malformed(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, UNBOUND).with_detail(detail)
    }

    /// The values are understood, and cannot be used.
    pub fn invalid(detail: impl Into<Cow<'static, str>>) -> Self {
        Self::new(StatusCode::EXPECTATION_FAILED, INVALID).with_detail(detail)
    }

    /// Something is not there.
    pub fn not_found(what: &str) -> Self {
        Self::new(StatusCode::NOT_FOUND, format!("The specified {what} was not found."))
    }

    pub fn internal(request_id: &str) -> Self {
        let detail = format!("The request's number is {request_id}.");
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL).with_detail(detail)
    }

    /// Nobody could answer, as whoever should have says.
    pub fn unanswered(status: StatusCode, why: &str) -> Self {
        Self::new(status, INTERNAL).with_detail(why.to_owned())
    }

    pub fn unreadable(error: BodyError) -> Self {
        Self::new(error.status(), UNBOUND).with_detail(format!("{error}."))
    }

    /// A failure of an operation of imports, whose page has one sentence for all that is missing.
    #[must_use]
    pub fn of_import(self) -> Self {
        if self.status == StatusCode::NOT_FOUND {
            return Self::new(StatusCode::NOT_FOUND, NO_IMPORT);
        }
        self
    }

    /// A failure of a form: its page has these words for 404.
    #[must_use]
    pub fn of_form(self) -> Self {
        if self.status == StatusCode::NOT_FOUND {
            return Self::new(StatusCode::NOT_FOUND, NO_CONTACT);
        }
        self
    }

    /// As it goes out.
    pub fn record(&self) -> Record {
        let record = Record::of(&ERROR).with("Message", &*self.message);
        match &self.detail {
            Some(detail) => record.with("MessageDetail", &**detail),
            None => record,
        }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Broken(broken) => Self {
                broken: Some(broken),
                ..Self::new(StatusCode::INTERNAL_SERVER_ERROR, INTERNAL)
            },
        }
    }
}

impl From<XmlError> for Failure {
    fn from(error: XmlError) -> Self {
        Self::malformed(format!("{error}."))
    }
}

impl From<Refusal> for Failure {
    #[expect(clippy::too_many_lines, reason = "one match without `_` is what keeps it complete")]
    fn from(refusal: Refusal) -> Self {
        let said = || format!("{refusal}.");
        match &refusal {
            Refusal::LoginInvalid
            | Refusal::AddressNotWhitelisted { address: _ }
            | Refusal::AccountNotFound
            | Refusal::CredentialNotFound => Self::denied(),
            Refusal::LoginThrottled | Refusal::TooManyCalls { seconds: _ } => {
                Self::new(StatusCode::TOO_MANY_REQUESTS, said())
            }
            Refusal::ListNotWritable => Self::new(StatusCode::FORBIDDEN, FORBIDDEN),
            Refusal::ImportTooManyActive { limit: _ }
            | Refusal::TaskTooManyActive { limit: _ }
            | Refusal::Unavailable => Self::new(StatusCode::SERVICE_UNAVAILABLE, said()),
            Refusal::ContactNotFound => Self::not_found("Contact"),
            Refusal::ListNotFound => Self::not_found("ContactList"),
            Refusal::DataFieldNotFound => Self::not_found("Field"),
            Refusal::CampaignNotFound | Refusal::SendNotFound => Self::not_found("Journey"),
            Refusal::ImportNotFound | Refusal::ImportReportNotFound => {
                Self::new(StatusCode::NOT_FOUND, NO_IMPORT)
            }
            Refusal::RelationalTableNotFound | Refusal::RelationalColumnNotFound => {
                Self::not_found("LinkedData")
            }
            Refusal::WebhookNotFound => Self::not_found("Subscription"),
            Refusal::SegmentNotFound
            | Refusal::TemplateNotFound
            | Refusal::MessageNotFound
            | Refusal::TaskNotFound
            | Refusal::TaskFileNotFound
            | Refusal::CategoryNotFound
            | Refusal::TagNotFound
            | Refusal::PreferenceNotFound
            | Refusal::InsightCollectionNotFound
            | Refusal::InsightRecordNotFound
            | Refusal::DocumentNotFound => Self::not_found("resource"),
            Refusal::AddressInvalid
            | Refusal::AccountNameInUse
            | Refusal::ContactMissing
            | Refusal::ContactSuppressed
            | Refusal::ContactSuppressedForList
            | Refusal::AddressInUse
            | Refusal::ExternalIdInUse
            | Refusal::ContactLimit
            | Refusal::ContactsNotGiven
            | Refusal::ResubscriptionInvalid
            | Refusal::ListNameInUse
            | Refusal::ListInvalid
            | Refusal::ListInUse
            | Refusal::ListLimit
            | Refusal::CategoryNameInUse
            | Refusal::CategoryInvalid
            | Refusal::CategoryInUse
            | Refusal::RelationalTableInUse
            | Refusal::RelationalTableInvalid
            | Refusal::RelationalTableLimit
            | Refusal::RelationalFormatInvalid
            | Refusal::DataFieldInUse
            | Refusal::DataFieldInvalid
            | Refusal::DataFieldLimit
            | Refusal::DataFieldValueInvalid
            | Refusal::DataFieldValueTooLong
            | Refusal::TemplateInactive
            | Refusal::RecipientInvalid
            | Refusal::CampaignReleased
            | Refusal::ReleaseInPast
            | Refusal::BindingInvalid
            | Refusal::TextTooLong { limit_bytes: _ }
            | Refusal::ImportFormatUnsupported
            | Refusal::ImportNoEmailColumn
            | Refusal::ImportFileTooLarge { limit_bytes: _ }
            | Refusal::PhoneInvalid
            | Refusal::PhoneInUse
            | Refusal::TagInvalid
            | Refusal::PreferenceInvalid
            | Refusal::ConsentInvalid
            | Refusal::InsightCollectionInvalid
            | Refusal::InsightRecordInvalid
            | Refusal::InsightLimit
            | Refusal::WebhookInvalid
            | Refusal::CampaignInvalid
            | Refusal::CampaignReadOnly
            | Refusal::SendNotPermitted
            | Refusal::AttachmentsTooLarge { .. }
            | Refusal::DocumentInvalid
            | Refusal::TooManyRows { limit: _ }
            | Refusal::File(_)
            | Refusal::ParameterInvalid { parameter: _ } => Self::invalid(said()),
        }
    }
}
