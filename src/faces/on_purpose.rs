//! Where faults on purpose strike a call, and how each face says them.
//!
//! A call that is answered here is struck by its face, once its caller is known and before anything
//! is done ([`strike`]). One that somebody else answers is struck by the server ([`strike_away`]).

use http::StatusCode;

use super::Face;
use crate::domain::on_purpose::{self, Fate, Meant, Struck};
use crate::domain::{AccountId, Context, Refusal, Result};
use crate::protocol::http::{Cut, Head, MeantError, Reply};

/// Ends the call, or lets it go on, as it was planned.
///
/// A call that is to be cut, or to fail with an error that is no refusal, says so in its head; the
/// server sends no reply then, or that error.
pub async fn strike(
    context: &Context,
    head: &Head,
    face: &'static str,
    account: AccountId,
    operation: &'static str,
) -> Result<()> {
    let struck = Struck { face, operation, account: Some(account), ids: &context.ids };
    match context.on_purpose.strike(struck).await {
        Fate::Spared => return Ok(()),
        Fate::Failed(Meant::Refusal(refusal)) => return Err(refusal.into()),
        Fate::Failed(Meant::Code(code)) => head.caller.fail(MeantError::Code(code)),
        Fate::Failed(Meant::Status(status)) => head.caller.fail(status_error(status)),
        Fate::Cut(on_purpose::Cut::After) => {
            head.caller.cut_off(Cut::After);
            return Ok(());
        }
        Fate::Cut(on_purpose::Cut::Before) => head.caller.cut_off(Cut::Before),
    }
    Err(Refusal::Unavailable.into())
}

/// What becomes of a call that somebody else answers: it goes on, or this reply is its end.
pub async fn strike_away(
    context: &Context,
    face: &dyn Face,
    head: &Head,
    operation: &'static str,
) -> Option<Reply> {
    let struck = Struck { face: face.name(), operation, account: None, ids: &context.ids };
    match context.on_purpose.strike(struck).await {
        Fate::Spared => None,
        Fate::Failed(Meant::Refusal(refusal)) => Some(face.failed(head, &face.code_of(&refusal))),
        Fate::Failed(Meant::Code(code)) => Some(face.failed(head, code)),
        Fate::Failed(Meant::Status(status)) => Some(said(face, head, status_error(status))),
        Fate::Cut(on_purpose::Cut::After) => {
            head.caller.cut_off(Cut::After);
            None
        }
        Fate::Cut(on_purpose::Cut::Before) => {
            head.caller.cut_off(Cut::Before);
            Some(face.failed(head, ""))
        }
    }
}

fn status_error(status: u16) -> MeantError {
    MeantError::Status(StatusCode::from_u16(status).unwrap_or(StatusCode::SERVICE_UNAVAILABLE))
}

/// The error as the caller reads it. A status comes with the page of a proxy, in no face's form.
pub fn said(face: &dyn Face, head: &Head, error: MeantError) -> Reply {
    let status = match error {
        MeantError::Code(code) => return face.failed(head, code),
        MeantError::Status(status) => status,
    };
    let page = format!(
        "<html><head><title>{status}</title></head><body><h1>{status}</h1></body></html>\r\n"
    );
    Reply::new(status, "text/html", page)
}

/// Statuses that can be asked for on every face.
const STATUSES: [u16; 5] = [429, 500, 502, 503, 504];

/// The error that an operator names: one of the face's own codes, the name of a refusal, or a
/// status.
pub fn meant(name: &str, face: &dyn Face) -> Option<Meant> {
    if let Some(refusal) = refusal(name, |refusal| face.code_of(refusal)) {
        return Some(Meant::Refusal(refusal));
    }
    if let Some(code) = face.error_codes().iter().find(|code| **code == name) {
        return Some(Meant::Code(code));
    }
    let status = name.parse().ok().filter(|status| STATUSES.contains(status))?;
    Some(Meant::Status(status))
}

/// Refusals that can be asked for by name, on every face.
const BY_NAME: [(&str, Refusal); 27] = [
    ("unavailable", Refusal::Unavailable),
    ("login-invalid", Refusal::LoginInvalid),
    ("login-throttled", Refusal::LoginThrottled),
    ("too-many-calls", Refusal::TooManyCalls { seconds: 60 }),
    ("address-invalid", Refusal::AddressInvalid),
    ("address-in-use", Refusal::AddressInUse),
    ("contact-not-found", Refusal::ContactNotFound),
    ("contact-suppressed", Refusal::ContactSuppressed),
    ("contact-suppressed-for-list", Refusal::ContactSuppressedForList),
    ("contact-limit", Refusal::ContactLimit),
    ("list-not-found", Refusal::ListNotFound),
    ("list-name-in-use", Refusal::ListNameInUse),
    ("list-invalid", Refusal::ListInvalid),
    ("list-not-writable", Refusal::ListNotWritable),
    ("list-limit", Refusal::ListLimit),
    ("data-field-not-found", Refusal::DataFieldNotFound),
    ("data-field-in-use", Refusal::DataFieldInUse),
    ("data-field-invalid", Refusal::DataFieldInvalid),
    ("segment-not-found", Refusal::SegmentNotFound),
    ("campaign-not-found", Refusal::CampaignNotFound),
    ("send-not-permitted", Refusal::SendNotPermitted),
    ("template-not-found", Refusal::TemplateNotFound),
    ("template-inactive", Refusal::TemplateInactive),
    ("import-not-found", Refusal::ImportNotFound),
    ("import-too-many-active", Refusal::ImportTooManyActive { limit: 25 }),
    ("import-format-unsupported", Refusal::ImportFormatUnsupported),
    ("parameter-invalid", Refusal::ParameterInvalid { parameter: "parameter" }),
];

/// The refusal of that name, or the first that the face answers with that code.
fn refusal(name: &str, code_of: impl Fn(&Refusal) -> String) -> Option<Refusal> {
    let by_name = BY_NAME.iter().find(|(known, _)| *known == name);
    let found = by_name.or_else(|| BY_NAME.iter().find(|(_, refusal)| code_of(refusal) == name));
    found.filter(|_| !name.is_empty()).map(|(_, refusal)| refusal.clone())
}

/// Every name that [`meant`] knows for a face.
pub fn known(face: &dyn Face) -> Vec<String> {
    let mut known: Vec<String> = BY_NAME.iter().map(|(name, _)| (*name).to_owned()).collect();
    known.extend(BY_NAME.iter().map(|(_, refusal)| face.code_of(refusal)));
    known.extend(face.error_codes().iter().map(|code| (*code).to_owned()));
    known.extend(STATUSES.iter().map(u16::to_string));
    known.retain(|name| !name.is_empty());
    known.sort();
    known.dedup();
    known
}

/// A status as a code, for faces whose errors are statuses.
pub fn status_code(status: StatusCode) -> String {
    status.as_u16().to_string()
}
