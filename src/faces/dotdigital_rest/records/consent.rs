//! Contacts with what they consented to.

use jiff::tz::TimeZone;
use serde::{Deserialize, Serialize};

use super::contact::ApiContact;
use super::contact_data::ApiContactData;
use super::preference::ApiPreference;
use crate::domain::{
    ChoiceTree, Consent, ConsentPart, Contact, ContactWith, NewConsent, NewContactWith, Refusal,
};

/// When a consent was recorded; written, never read.
const CREATED: &str = "DATETIMECREATED";

/// One consent, as a list of its parts.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiConsent {
    /// When it was recorded and its number; null where it was only just given. Not read.
    pub id: Option<String>,
    /// The parts that were given, by name.
    pub fields: Option<Vec<ApiContactData>>,
}

impl ApiConsent {
    fn of(consent: &Consent) -> Self {
        let Consent { number, created, given } = consent;
        let date = created.to_zoned(TimeZone::UTC).strftime("%d/%m/%Y %H:%M:%S");
        let mut fields = fields(given);
        fields.push(part(CREATED, created.to_string()));
        Self { id: Some(format!("{date} ({number})")), fields: Some(fields) }
    }

    fn given(consent: &NewConsent) -> Self {
        Self { id: None, fields: Some(fields(consent)) }
    }

    /// What a caller says of a consent.
    fn into_new(self) -> Result<NewConsent, Refusal> {
        let mut consent = NewConsent::default();
        for field in self.fields.into_iter().flatten() {
            let name = field.key.unwrap_or_default();
            if name.trim().eq_ignore_ascii_case(CREATED) {
                continue;
            }
            let part = ConsentPart::named(&name).ok_or(Refusal::ConsentInvalid)?;
            match field.value {
                None | Some(serde_json::Value::Null) => {}
                Some(serde_json::Value::String(text)) => part.put(&mut consent, &text)?,
                Some(_) => return Err(Refusal::ConsentInvalid),
            }
        }
        Ok(consent)
    }
}

/// The parts in the vendor's order, under its names.
fn fields(consent: &NewConsent) -> Vec<ApiContactData> {
    let NewConsent { text, consented, url, ip_address, user_agent } = consent;
    let parts = [
        ("TEXT", text.clone()),
        ("DATETIMECONSENTED", consented.map(|at| at.to_string())),
        ("URL", url.clone()),
        ("IPADDRESS", ip_address.clone()),
        ("USERAGENT", user_agent.clone()),
    ];
    parts.into_iter().filter_map(|(key, value)| Some(part(key, value?))).collect()
}

fn part(key: &str, value: String) -> ApiContactData {
    ApiContactData { key: Some(key.to_owned()), value: Some(value.into()) }
}

/// A contact with what it consented to.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiContactWithConsent {
    pub contact: Option<ApiContact>,
    /// Read: consents to be recorded. Written: those, or everything that is recorded.
    pub consent_fields: Option<Vec<ApiConsent>>,
}

impl ApiContactWithConsent {
    /// With everything that is recorded.
    pub fn of(found: &ContactWith) -> Self {
        Self {
            contact: Some(ApiContact::full(&found.contact)),
            consent_fields: Some(found.consents.iter().map(ApiConsent::of).collect()),
        }
    }

    /// With what was only just given.
    pub fn given(contact: &Contact, consents: &[NewConsent]) -> Self {
        Self {
            contact: Some(ApiContact::full(contact)),
            consent_fields: Some(consents.iter().map(ApiConsent::given).collect()),
        }
    }

    /// What a caller says of a contact.
    pub fn into_new(self) -> Result<NewContactWith, Refusal> {
        let contact = self.contact.ok_or(Refusal::ContactMissing)?.into_new()?;
        let consents = self.consent_fields.into_iter().flatten().map(ApiConsent::into_new);
        let consents = consents.collect::<Result<_, Refusal>>()?;
        Ok(NewContactWith { contact, consents, choices: Vec::new() })
    }
}

/// A contact with what it consented to and what it chose.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
#[serde(default, rename_all = "camelCase")]
pub struct ApiContactWithConsentAndPreferences {
    pub contact: Option<ApiContact>,
    /// As in [`ApiContactWithConsent`].
    pub consent_fields: Option<Vec<ApiConsent>>,
    /// Read: what the contact chooses. Written: all preferences with what it is opted in to.
    pub preferences: Option<Vec<ApiPreference>>,
}

impl ApiContactWithConsentAndPreferences {
    pub fn given(contact: &Contact, consents: &[NewConsent], chosen: &ChoiceTree) -> Self {
        let ApiContactWithConsent { contact, consent_fields } =
            ApiContactWithConsent::given(contact, consents);
        Self { contact, consent_fields, preferences: Some(ApiPreference::chosen(chosen)) }
    }

    /// What a caller says of a contact.
    pub fn into_new(self) -> Result<NewContactWith, Refusal> {
        let Self { contact, consent_fields, preferences } = self;
        let new = ApiContactWithConsent { contact, consent_fields }.into_new()?;
        let choices = ApiPreference::choices(preferences.unwrap_or_default())?;
        Ok(NewContactWith { choices, ..new })
    }
}
