//! What this face says when the domain refuses.
//!
//! The vendor's texts are known for a handful of cases only; where none is, the domain's own words
//! say it, since clients show `responseText` to people.

use super::answer::Failure;
use crate::domain::Refusal;

/// What the vendor says with a code, where that is known.
pub fn text_of(code: u16) -> &'static str {
    match code {
        428 => "Missing variables",
        429 => "Invalid Template ID",
        444 => "Invalid binding value",
        445 => "Could not authenticate",
        448 => "Invalid or Inactive Template ID",
        _ => "The call failed",
    }
}

impl Failure {
    /// With what the vendor says with the code.
    pub fn coded(code: u16) -> Self {
        Self::new(code, text_of(code))
    }
}

/// The failed item for a refusal.
pub fn of(refusal: &Refusal) -> Failure {
    match refusal {
        Refusal::LoginInvalid => Failure::coded(445),
        Refusal::AddressNotWhitelisted { address } => Failure::plain(
            "Invalid Request IP: Please add request_ip to the API Whitelist in your account. \
             (Account -> Edit Account: API Tab)",
        )
        .with("request_ip", address.to_string()),
        Refusal::TemplateNotFound => Failure::coded(429),
        Refusal::TemplateInactive => Failure::coded(448),
        Refusal::BindingInvalid => Failure::coded(444),
        _ => Failure::plain(refusal.to_string()),
    }
}
