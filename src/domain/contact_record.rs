//! A contact as it is stored.

use bytes::Bytes;
use jiff::Timestamp;
use serde::ser::SerializeSeq as _;
use serde::{Deserialize, Serialize, Serializer};

use super::address::EmailAddress;
use super::contact::{ContactStatus, EmailType, OptIn};
use super::error::Refusal;
use super::external_id::ExternalId;
use super::ids::{FieldId, TagId};
use super::people::{Availability, Mobile, Stage};
use super::value::{FieldValue, ReadValue};
use crate::store::record::{damaged, split_version};
use crate::store::{StoreError, Table};

/// Largest stored contact, in bytes: a block with one such contact in it stays well within a
/// store's largest value. With 250 fields of ordinary length a contact has about 8 KiB.
pub const MAX_CONTACT_BYTES: usize = 32 * 1024;

/// The formats of an entry: postcard cannot tell one form from another, so a byte in front does.
///
/// A contact without [`Additions`] is written as format 1, as most of an import are: they cost it
/// nothing. Format 2 has a byte of flags between the version and format 1's body, so that a scan
/// can tell whom to list without reading the rest, and the other additions behind the body. Format
/// 3 is format 2 with [`Identities`] behind that; only contacts with any are written so.
const PLAIN: u8 = 1;
const WITH_ADDITIONS: u8 = 2;
const WITH_IDENTITIES: u8 = 3;

/// Flag of format 2: see [`ContactRecord::transactional_only`].
const TRANSACTIONAL_ONLY: u8 = 1;
/// Flag of format 2: see [`ContactRecord::hard_bounced`].
const HARD_BOUNCED: u8 = 1 << 1;

/// A contact as it is stored. Times are kept to the microsecond.
#[derive(Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ContactRecord {
    /// First, so that a scan can tell it without reading the rest.
    pub status: ContactStatus,
    pub opt_in: OptIn,
    pub email_type: EmailType,
    /// Number of the last import that wrote this contact; 0 for none. Imports count from 1.
    pub last_import: u32,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub created: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub modified: Timestamp,
    /// When `status` became what it is.
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    pub status_since: Timestamp,
    /// The address as it was given. Empty for a contact who is known by a phone number alone; such
    /// a one is `transactional_only` too, so that nobody lists it who needs an address.
    pub address: String,
    /// Ascending by field; a field without a value is not in it.
    pub fields: Vec<(FieldId, FieldValue)>,
    /// A recipient of transactional messages who is not in the subscriber database: no listing and
    /// no count has it, until it is created, imported or subscribed. Also of a contact without an
    /// address.
    #[serde(skip)]
    pub transactional_only: bool,
    /// The address bounced hard, or softly as often in a row as the account's rules bear. Kept
    /// beside `status`, where a graver one may stand.
    #[serde(skip)]
    pub hard_bounced: bool,
    /// What another system calls the contact; unique in the account.
    #[serde(skip)]
    pub external_id: Option<ExternalId>,
    #[serde(skip)]
    pub phone: Option<String>,
    /// Soft bounces since the last message that was delivered, opened or clicked.
    #[serde(skip)]
    pub soft_bounces: u8,
    /// When the last of `soft_bounces` was.
    #[serde(skip)]
    pub soft_bounced: Option<Timestamp>,
    /// How far a subscribed contact has come; `None` where nobody said, see
    /// [`ContactRecord::stage`].
    #[serde(skip)]
    pub stage: Option<Stage>,
    /// Whether messages arrive, where somebody said so.
    #[serde(skip)]
    pub availability: Option<Availability>,
    /// Ascending. A tag that was deleted meanwhile means nothing.
    #[serde(skip)]
    pub tags: Vec<TagId>,
    /// The phone number that identifies the contact. `phone` shows the same, unless somebody set
    /// that to another text.
    #[serde(skip)]
    pub mobile: Option<Mobile>,
}

/// What format 3 has behind the additions of format 2.
#[derive(Default, Serialize, Deserialize)]
struct Identities {
    stage: Option<Stage>,
    availability: Option<Availability>,
    tags: Vec<TagId>,
    mobile: Option<Mobile>,
}

/// What format 2 has behind the body of format 1.
#[derive(Default, Serialize, Deserialize)]
struct Additions {
    external_id: Option<ExternalId>,
    phone: Option<String>,
    soft_bounces: u8,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::optional")]
    soft_bounced: Option<Timestamp>,
}

/// The head of a stored contact: all that a scan needs to know whether to read the rest.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Head {
    pub status: ContactStatus,
    pub transactional_only: bool,
}

impl Head {
    /// Whether listings show the contact and counts include it.
    pub fn is_listed(self) -> bool {
        !self.transactional_only && !self.status.suppresses()
    }
}

impl std::fmt::Debug for ContactRecord {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("ContactRecord(redacted)")
    }
}

impl ContactRecord {
    /// A subscribed contact with nothing but an address.
    pub fn new(address: &EmailAddress, now: Timestamp) -> Self {
        Self {
            status: ContactStatus::Subscribed,
            opt_in: OptIn::Unknown,
            email_type: EmailType::Html,
            last_import: 0,
            created: now,
            modified: now,
            status_since: now,
            address: address.as_given().to_owned(),
            fields: Vec::new(),
            transactional_only: false,
            hard_bounced: false,
            external_id: None,
            phone: None,
            soft_bounces: 0,
            soft_bounced: None,
            stage: None,
            availability: None,
            tags: Vec::new(),
            mobile: None,
        }
    }

    /// A contact who is known by a phone number alone.
    pub fn of_phone(mobile: Mobile, now: Timestamp) -> Self {
        let nobody = EmailAddress::stored(String::new());
        let phone = Some(mobile.number().to_owned());
        Self { transactional_only: true, mobile: Some(mobile), phone, ..Self::new(&nobody, now) }
    }

    /// The phone number that identifies the contact.
    pub fn identity(&self) -> Option<&str> {
        self.mobile.as_ref().map(Mobile::number)
    }

    /// How far the contact has come: where nobody said, a confirmed opt-in makes it active.
    pub fn stage(&self) -> Stage {
        let is_confirmed = matches!(self.opt_in, OptIn::Double | OptIn::VerifiedDouble);
        self.stage.unwrap_or(if is_confirmed { Stage::Active } else { Stage::New })
    }

    pub fn head(&self) -> Head {
        Head { status: self.status, transactional_only: self.transactional_only }
    }

    /// Whether listings show the contact and counts include it.
    pub fn is_listed(&self) -> bool {
        self.head().is_listed()
    }

    /// Makes a transactional recipient a contact like others, new at `now`.
    pub fn become_subscriber(&mut self, now: Timestamp) {
        if self.transactional_only {
            self.transactional_only = false;
            self.created = now;
        }
    }

    /// When the address last bounced softly, as far as that still counts.
    pub fn last_soft_bounce(&self) -> Option<Timestamp> {
        let by_status = self.status == ContactStatus::SoftBounced;
        self.soft_bounced.or(by_status.then_some(self.status_since))
    }

    /// Sets or, with `None`, clears a field's value.
    pub fn set(&mut self, field: FieldId, value: Option<FieldValue>) {
        let at = self.fields.binary_search_by_key(&field, |(id, _)| *id);
        match (at, value) {
            (Ok(at), Some(value)) => {
                if let Some(slot) = self.fields.get_mut(at) {
                    slot.1 = value;
                }
            }
            (Ok(at), None) => drop(self.fields.remove(at)),
            (Err(at), Some(value)) => self.fields.insert(at, (field, value)),
            (Err(_), None) => {}
        }
    }

    pub fn value(&self, field: FieldId) -> Option<&FieldValue> {
        let at = self.fields.binary_search_by_key(&field, |(id, _)| *id).ok()?;
        self.fields.get(at).map(|(_, value)| value)
    }

    /// The status from `at` on.
    pub fn turn(&mut self, status: ContactStatus, at: Timestamp, now: Timestamp) {
        self.status = status;
        self.status_since = at;
        self.modified = now;
    }

    /// The stored form. [`Refusal::DataFieldValueTooLong`] past [`MAX_CONTACT_BYTES`].
    pub fn encode(&self) -> Result<Bytes, Refusal> {
        let mut bytes = Vec::with_capacity(48 + self.address.len() + self.fields.len() * 16);
        let identities = self.identities();
        let additions = self.additions(identities.is_some());
        match (&additions, &identities) {
            (None, _) => bytes.push(PLAIN),
            (Some((flags, _)), None) => bytes.extend([WITH_ADDITIONS, *flags]),
            (Some((flags, _)), Some(_)) => bytes.extend([WITH_IDENTITIES, *flags]),
        }
        bytes = postcard::to_extend(self, bytes).map_err(too_long)?;
        if let Some((_, additions)) = &additions {
            bytes = postcard::to_extend(additions, bytes).map_err(too_long)?;
        }
        if let Some(identities) = &identities {
            bytes = postcard::to_extend(identities, bytes).map_err(too_long)?;
        }
        ensure_fits(&bytes)?;
        Ok(bytes.into())
    }

    /// `None` for a contact without any.
    fn identities(&self) -> Option<Identities> {
        let has_any = self.stage.is_some()
            || self.availability.is_some()
            || !self.tags.is_empty()
            || self.mobile.is_some();
        has_any.then(|| Identities {
            stage: self.stage,
            availability: self.availability,
            tags: self.tags.clone(),
            mobile: self.mobile.clone(),
        })
    }

    /// The flags and the additions; `None` for a contact without any, unless they are needed.
    fn additions(&self, are_needed: bool) -> Option<(u8, Additions)> {
        let flag = |is_set: bool, flag: u8| if is_set { flag } else { 0 };
        let flags = flag(self.transactional_only, TRANSACTIONAL_ONLY)
            | flag(self.hard_bounced, HARD_BOUNCED);
        let has_any = are_needed
            || flags != 0
            || self.external_id.is_some()
            || self.phone.is_some()
            || self.soft_bounces > 0
            || self.soft_bounced.is_some();
        has_any.then(|| {
            let additions = Additions {
                external_id: self.external_id.clone(),
                phone: self.phone.clone(),
                soft_bounces: self.soft_bounces,
                soft_bounced: self.soft_bounced,
            };
            (flags, additions)
        })
    }

    pub fn decode(bytes: &[u8]) -> Result<Self, StoreError> {
        let (flags, body) = open(bytes)?;
        let (mut record, rest): (Self, _) = postcard::take_from_bytes(body).map_err(unreadable)?;
        let Some(flags) = flags else { return Ok(record) };
        let (additions, rest): (Additions, _) =
            postcard::take_from_bytes(rest).map_err(unreadable)?;
        if bytes.first() == Some(&WITH_IDENTITIES) {
            let identities: Identities = postcard::from_bytes(rest).map_err(unreadable)?;
            let Identities { stage, availability, tags, mobile } = identities;
            record = Self { stage, availability, tags, mobile, ..record };
        }
        let Additions { external_id, phone, soft_bounces, soft_bounced } = additions;
        record.transactional_only = flags & TRANSACTIONAL_ONLY != 0;
        record.hard_bounced = flags & HARD_BOUNCED != 0;
        record.external_id = external_id;
        record.phone = phone;
        record.soft_bounces = soft_bounces;
        record.soft_bounced = soft_bounced;
        Ok(record)
    }

    /// The head of a stored contact, without a look at the rest.
    pub fn head_of(bytes: &[u8]) -> Result<Head, StoreError> {
        let (flags, body) = open(bytes)?;
        let (status, _) = postcard::take_from_bytes(body).map_err(unreadable)?;
        let transactional_only = flags.unwrap_or_default() & TRANSACTIONAL_ONLY != 0;
        Ok(Head { status, transactional_only })
    }

    /// Whether this contact has the address that is compared as `compared`.
    pub fn has_address(&self, compared: &str) -> bool {
        if self.address.is_ascii() {
            return self.address.eq_ignore_ascii_case(compared);
        }
        self.address.to_lowercase() == compared
    }
}

/// A new contact of borrowed parts. Its stored form is that of a [`ContactRecord`] without additions:
/// the fields of both are the same, in the same order.
#[derive(Serialize)]
pub struct NewRecord<'a> {
    status: ContactStatus,
    pub opt_in: OptIn,
    pub email_type: EmailType,
    pub last_import: u32,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    created: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    modified: Timestamp,
    #[serde(with = "jiff::fmt::serde::timestamp::microsecond::required")]
    status_since: Timestamp,
    address: &'a str,
    #[serde(serialize_with = "those_with_a_value")]
    fields: &'a [(FieldId, Option<ReadValue<'a>>)],
}

impl std::fmt::Debug for NewRecord<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("NewRecord(redacted)")
    }
}

impl<'a> NewRecord<'a> {
    /// As [`ContactRecord::new`], with values, ascending by field.
    pub fn new(
        address: &'a EmailAddress,
        fields: &'a [(FieldId, Option<ReadValue<'a>>)],
        now: Timestamp,
    ) -> Self {
        Self {
            status: ContactStatus::Subscribed,
            opt_in: OptIn::Unknown,
            email_type: EmailType::Html,
            last_import: 0,
            created: now,
            modified: now,
            status_since: now,
            address: address.as_given(),
            fields,
        }
    }

    /// Writes the stored form in the place of what `to` holds.
    /// [`Refusal::DataFieldValueTooLong`] past [`MAX_CONTACT_BYTES`].
    pub fn encode_into(&self, to: &mut Vec<u8>) -> Result<(), Refusal> {
        to.clear();
        to.push(PLAIN);
        *to = postcard::to_extend(self, std::mem::take(to)).map_err(too_long)?;
        ensure_fits(to)
    }
}

fn those_with_a_value<S: Serializer>(
    fields: &&[(FieldId, Option<ReadValue<'_>>)],
    serializer: S,
) -> Result<S::Ok, S::Error> {
    let values = || fields.iter().filter_map(|(field, value)| Some((field, value.as_ref()?)));
    let mut all = serializer.serialize_seq(Some(values().count()))?;
    for value in values() {
        all.serialize_element(&value)?;
    }
    all.end()
}

/// Writing to a vector cannot fail, and every part has a form in postcard.
fn too_long(_: postcard::Error) -> Refusal {
    Refusal::DataFieldValueTooLong
}

fn ensure_fits(stored: &[u8]) -> Result<(), Refusal> {
    if stored.len() > MAX_CONTACT_BYTES {
        return Err(Refusal::DataFieldValueTooLong);
    }
    Ok(())
}

/// The flags, if the format has them, and the body.
fn open(bytes: &[u8]) -> Result<(Option<u8>, &[u8]), StoreError> {
    let (version, body) = split_version(Table::Contact, WITH_IDENTITIES, bytes)?;
    match (version, body.split_first()) {
        (PLAIN, _) => Ok((None, body)),
        (WITH_ADDITIONS | WITH_IDENTITIES, Some((flags, body))) => Ok((Some(*flags), body)),
        _ => Err(damaged(Table::Contact, "a contact has a format that never was")),
    }
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
fn unreadable(error: postcard::Error) -> StoreError {
    damaged(Table::Contact, &error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::ListId;
    use crate::domain::phone::Phone;
    use crate::domain::testing::{address, noon};

    fn plain() -> ContactRecord {
        let mut record = ContactRecord::new(&address("Ann@b.example"), noon());
        record.set(FieldId(3), Some(FieldValue::Text("Bell".to_owned())));
        record
    }

    #[test]
    fn a_contact_without_additions_is_written_as_format_1_and_read_again() {
        let bytes = plain().encode().unwrap();
        assert_eq!(bytes.first(), Some(&PLAIN));
        assert_eq!(ContactRecord::decode(&bytes).unwrap(), plain());
        assert!(ContactRecord::head_of(&bytes).unwrap().is_listed());
    }

    #[test]
    fn every_addition_comes_back_as_it_was() {
        let with = |change: fn(&mut ContactRecord)| {
            let mut record = plain();
            change(&mut record);
            record
        };
        for record in [
            with(|record| record.transactional_only = true),
            with(|record| record.hard_bounced = true),
            with(|record| record.external_id = Some(ExternalId::parse("A-1").unwrap())),
            with(|record| record.phone = Some("+44".to_owned())),
            with(|record| record.soft_bounces = 2),
            with(|record| record.soft_bounced = Some(noon())),
        ] {
            returns(&record, WITH_ADDITIONS);
        }
    }

    #[test]
    fn every_identity_comes_back_as_it_was() {
        let mut mobile = Mobile::new(&Phone::parse("+353871234567").unwrap(), noon());
        mobile.join(ListId(3), noon());
        mobile.leave(ListId(4), noon());
        for record in [
            ContactRecord { stage: Some(Stage::Inactive), ..plain() },
            ContactRecord { availability: Some(Availability::SpamFolder), ..plain() },
            ContactRecord { tags: vec![TagId(1), TagId(7)], ..plain() },
            ContactRecord { mobile: Some(mobile.clone()), hard_bounced: true, ..plain() },
            ContactRecord::of_phone(mobile, noon()),
        ] {
            returns(&record, WITH_IDENTITIES);
        }
    }

    fn returns(record: &ContactRecord, format: u8) {
        let bytes = record.encode().unwrap();
        assert_eq!(bytes.first(), Some(&format));
        assert!(ContactRecord::decode(&bytes).unwrap() == *record);
        assert_eq!(ContactRecord::head_of(&bytes).unwrap(), record.head());
    }

    #[test]
    fn a_format_of_a_newer_program_is_refused_and_one_that_never_was_is_damage() {
        let newer = ContactRecord::decode(&[4, 0, 0]).unwrap_err();
        assert!(matches!(newer, StoreError::NewerFormat { found: 4, known: 3 }), "{newer}");
        let cut = [&[][..], &[0, 0], &[WITH_ADDITIONS], &[WITH_ADDITIONS, 0, 0], &[3, 0, 0]];
        for bytes in cut {
            let damaged = ContactRecord::decode(bytes).unwrap_err();
            assert!(matches!(damaged, StoreError::Damaged { .. }), "{damaged}");
        }
    }
}
