//! What this face says when the domain refuses.
//!
//! The vendor's texts are hardly known; where none is, the domain's own words say it, since clients
//! show `error` to people and look at `code`.

use super::answer::{Code, Failure};
use crate::domain::Refusal;

/// The failure for a refusal.
pub fn of(refusal: &Refusal) -> Failure {
    match refusal {
        // The text of the one such error that was recorded.
        Refusal::LoginInvalid => Failure::new(Code::InvalidApiKey, "AK100310-02"),
        Refusal::AddressNotWhitelisted { .. } => {
            Failure::new(Code::AccessDenied, "Access is denied from this address")
        }
        Refusal::LoginThrottled => {
            Failure::new(Code::TooManyCallsForAddress, "Too many calls with a wrong api_key")
        }
        Refusal::TooManyCalls { .. } => {
            Failure::new(Code::TooManyCallsForKey, "Too many calls with this api_key")
        }
        // The domain's words are of the outbox.
        Refusal::MessageNotFound => {
            Failure::new(Code::InvalidArg, "There is no such message or template")
        }
        Refusal::Unavailable => Failure::new(Code::RetryLater, "The server is busy"),
        _ => Failure::new(Code::InvalidArg, sentence(refusal)),
    }
}

/// The refusal's words as a sentence.
fn sentence(refusal: &Refusal) -> String {
    let text = refusal.to_string();
    let mut characters = text.chars();
    let first = characters.next().map(|first| first.to_uppercase().to_string());
    first.unwrap_or_default() + characters.as_str()
}
