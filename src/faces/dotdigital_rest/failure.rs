//! What goes wrong, as a status and a text.

use http::StatusCode;

use crate::domain::{Broken, Error, Refusal};
use crate::faces::dotdigital_fault::FaultText;
use crate::protocol::http::BodyError;
use crate::protocol::rest::{ReadError, WriteError};

/// Why an operation did not do what it was asked for.
#[derive(Debug)]
pub struct Failure {
    pub(super) status: StatusCode,
    pub(super) text: String,
    /// Our own failure, for the log; its text is made when the call's id is known.
    pub(super) broken: Option<Broken>,
}

impl Failure {
    /// A status and the whole text, for what no [`Refusal`] says.
    pub fn new(status: StatusCode, text: impl Into<String>) -> Self {
        Self { status, text: text.into(), broken: None }
    }

    /// `Error: ERROR_CODE` with 400, or 404 for a code that ends with `NOT_FOUND`.
    pub fn code(code: &'static str) -> Self {
        Self::of_code(code)
    }

    /// As [`Failure::code`], of a code that was not known beforehand.
    pub fn of_code(code: &str) -> Self {
        Self::new(status_of_code(code), FaultText::of_code(code))
    }

    /// `<Parameter> is not valid. ERROR_PARAMETER_INVALID` with 400.
    pub fn parameter(parameter: &'static str) -> Self {
        Refusal::ParameterInvalid { parameter }.into()
    }

    /// The feature is not part of the account.
    pub fn inactive() -> Self {
        Self::code("ERROR_FEATURENOTACTIVE")
    }

    /// The body is not what the operation takes.
    pub fn malformed() -> Self {
        Self::code("ERROR_MALFORMED_REQUEST")
    }

    /// Web API's words for credentials that are missing or wrong; clients compare them.
    pub(super) fn denied() -> Self {
        let text = "Authorization has been denied for this request.";
        Self::new(StatusCode::UNAUTHORIZED, text)
    }

    /// The body did not arrive whole.
    pub(super) fn unreadable(error: BodyError) -> Self {
        let sentence = format!("The request cannot be read: {error}.");
        Self::new(error.status(), format!("{sentence} ERROR_MALFORMED_REQUEST"))
    }

    /// A record that has no form on the wire: a mistake of ours.
    pub(super) fn unwritten(error: WriteError) -> Self {
        Error::Broken(Broken::new("write the reply", error)).into()
    }

    pub(super) fn internal(request_id: &str) -> Self {
        let text = FaultText::of_internal_error(request_id).to_string();
        Self::new(StatusCode::INTERNAL_SERVER_ERROR, text)
    }
}

/// Which status a code of the vendor's comes with, where its documents say one.
fn status_of_code(code: &str) -> StatusCode {
    match code {
        "ERROR_FEATURENOTACTIVE" => StatusCode::FORBIDDEN,
        "ERROR_INVALID_LOGIN" => StatusCode::UNAUTHORIZED,
        "ERROR_APIUSAGE_EXCEEDED" => StatusCode::TOO_MANY_REQUESTS,
        "ERROR_SYSTEM_SERVICETEMPORARILYUNAVAILABLE" => StatusCode::SERVICE_UNAVAILABLE,
        "ERROR_TRANSACTIONAL_DATA_DOES_NOT_EXIST"
        | "ERROR_TRANSACTIONAL_DATA_COLLECTION_DOES_NOT_EXIST" => StatusCode::NOT_FOUND,
        code if code.ends_with("_NOT_FOUND") || code.ends_with("_NOTFOUND") => {
            StatusCode::NOT_FOUND
        }
        _ => StatusCode::BAD_REQUEST,
    }
}

impl From<Refusal> for Failure {
    fn from(refusal: Refusal) -> Self {
        let text = FaultText::from(&refusal);
        Self::new(status_of_code(text.code()), text.to_string())
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(refusal) => refusal.into(),
            Error::Broken(broken) => {
                let status = StatusCode::INTERNAL_SERVER_ERROR;
                Self { status, text: String::new(), broken: Some(broken) }
            }
        }
    }
}

impl From<ReadError> for Failure {
    fn from(error: ReadError) -> Self {
        match error {
            ReadError::Unfit { member: Some(member) } => Self::parameter(member),
            ReadError::Malformed { .. } | ReadError::Unfit { member: None } => Self::malformed(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_code_says_the_status() {
        for (refusal, status) in [
            (Refusal::ContactNotFound, 404),
            (Refusal::DataFieldNotFound, 404),
            (Refusal::InsightRecordNotFound, 404),
            (Refusal::ListNameInUse, 400),
            (Refusal::ContactSuppressed, 400),
            (Refusal::ParameterInvalid { parameter: "select" }, 400),
            (Refusal::ImportTooManyActive { limit: 25 }, 400),
            (Refusal::LoginThrottled, 429),
            (Refusal::TooManyCalls { seconds: 7 }, 429),
            (Refusal::Unavailable, 503),
        ] {
            let failure = Failure::from(refusal);
            assert_eq!(failure.status.as_u16(), status, "{}", failure.text);
        }
        assert_eq!(Failure::inactive().status, StatusCode::FORBIDDEN);
    }

    #[test]
    fn what_broke_is_not_for_the_caller() {
        let broken = Broken::new("read a contact", "the disk is gone");
        let failure = Failure::from(Error::Broken(broken));
        assert_eq!((failure.status.as_u16(), failure.text.as_str()), (500, ""));
        let said = Failure::internal("call-7").text;
        assert_eq!(said, "An internal error occurred in call call-7. ERROR_UNKNOWN");
    }

    #[test]
    fn a_document_that_cannot_be_read_says_which_member_and_not_what_it_holds() {
        let unfit = Failure::from(ReadError::Unfit { member: Some("optInType") });
        assert_eq!(unfit.text, "optInType is not valid. ERROR_PARAMETER_INVALID");
        let malformed = Failure::from(ReadError::Unfit { member: None });
        assert_eq!(malformed.text, "Error: ERROR_MALFORMED_REQUEST");
    }
}
