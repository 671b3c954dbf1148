//! Where faults on purpose strike a call: its caller is known, and nothing is done yet.

use http::StatusCode;

use crate::domain::on_purpose::{self, Fate, Struck};
use crate::domain::{AccountId, Context, Refusal, Result};
use crate::protocol::http::{Cut, Head};

/// Ends the call, or lets it go on, as it was planned.
///
/// A call that is to be cut says so in its head; the server sends no reply then.
pub async fn strike(
    context: &Context,
    head: &Head,
    face: &'static str,
    account: AccountId,
    operation: &'static str,
) -> Result<()> {
    let struck = Struck { face, operation, account, ids: &context.ids };
    match context.on_purpose.strike(struck).await {
        Fate::Spared => Ok(()),
        Fate::Refused(refusal) => Err(refusal.into()),
        Fate::Cut(on_purpose::Cut::After) => {
            head.caller.cut_off(Cut::After);
            Ok(())
        }
        Fate::Cut(on_purpose::Cut::Before) => {
            head.caller.cut_off(Cut::Before);
            Err(Refusal::Unavailable.into())
        }
    }
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
pub fn refusal(name: &str, code_of: impl Fn(&Refusal) -> String) -> Option<Refusal> {
    let by_name = BY_NAME.iter().find(|(known, _)| *known == name);
    let found = by_name.or_else(|| BY_NAME.iter().find(|(_, refusal)| code_of(refusal) == name));
    found.filter(|_| !name.is_empty()).map(|(_, refusal)| refusal.clone())
}

/// Every name and code that [`refusal`] knows for a face.
pub fn known(code_of: impl Fn(&Refusal) -> String) -> Vec<String> {
    let mut known: Vec<String> = BY_NAME.iter().map(|(name, _)| (*name).to_owned()).collect();
    known.extend(BY_NAME.iter().map(|(_, refusal)| code_of(refusal)));
    known.retain(|name| !name.is_empty());
    known.sort();
    known.dedup();
    known
}

/// A status as a code, for faces whose errors are statuses.
pub fn status_code(status: StatusCode) -> String {
    status.as_u16().to_string()
}
