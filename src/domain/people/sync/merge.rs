//! What a row makes of a contact's record.

use super::SyncOptions;
use super::lists::fold_mobile;
use super::row::{Channel, RowFault, SyncRow};
use super::work::Work;
use crate::domain::contact::ContactStatus;
use crate::domain::contact_record::ContactRecord;
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal};
use crate::domain::people::{MAX_LISTS_OF_PHONE, Mobile, Stage, Standing};
use crate::domain::tag::MAX_TAGS_OF_CONTACT;

/// Why a row is not decided to its end.
#[derive(Debug)]
pub(in crate::domain::people) enum Stop {
    /// The row is refused.
    Row(RowFault),
    /// The whole call fails.
    Call(Error),
}

impl From<RowFault> for Stop {
    fn from(fault: RowFault) -> Self {
        Self::Row(fault)
    }
}

impl From<Error> for Stop {
    fn from(error: Error) -> Self {
        match error {
            Error::Refused(Refusal::TagInvalid) => Self::Row(RowFault::TagInvalid),
            error => Self::Call(error),
        }
    }
}

impl Work<'_> {
    /// Puts what a row says into a record.
    pub fn merge(
        &mut self,
        edit: &mut Edit<'_>,
        record: &mut ContactRecord,
        row: &SyncRow,
        is_new_address: bool,
    ) -> Result<(), Stop> {
        record.modified = self.now;
        if let Some(address) = &row.address {
            address.as_given().clone_into(&mut record.address);
            record.transactional_only = false;
            self.stand(record, row, is_new_address);
        }
        self.merge_phone(record, row)?;
        merge_fields(record, row, self.options);
        self.merge_tags(edit, record, row)?;
        Ok(record.encode().map(drop).map_err(|_| RowFault::TooLarge)?)
    }

    /// The standing of the address.
    fn stand(&self, record: &mut ContactRecord, row: &SyncRow, is_new_address: bool) {
        if let Some(availability) = row.mail.availability {
            record.availability = Some(availability);
        }
        let is_opt_out = row.mail.standing == Some(Standing::Unsubscribed);
        if is_opt_out && record.status.yields_to(ContactStatus::Unsubscribed) {
            record.turn(ContactStatus::Unsubscribed, self.now, self.now);
        }
        let waits =
            matches!(record.status, ContactStatus::Unsubscribed | ContactStatus::PendingOptIn);
        if row.resubscribes && waits {
            record.turn(ContactStatus::Subscribed, self.now, self.now);
        }
        let may_change = is_new_address || record.stage() != Stage::New;
        if record.status != ContactStatus::Subscribed || !may_change {
            return;
        }
        match row.mail.standing {
            Some(Standing::Invited) if is_new_address => {
                record.turn(ContactStatus::PendingOptIn, self.now, self.now);
            }
            Some(Standing::New) => record.stage = Some(Stage::New),
            Some(Standing::Active) => record.stage = Some(Stage::Active),
            Some(Standing::Inactive) => record.stage = Some(Stage::Inactive),
            Some(Standing::Invited | Standing::Unsubscribed | Standing::Blocked) | None => {}
        }
    }

    /// The phone number, its standing and its lists.
    fn merge_phone(&self, record: &mut ContactRecord, row: &SyncRow) -> Result<(), RowFault> {
        let Some(phone) = &row.phone else { return Ok(()) };
        let kept = record.mobile.take().filter(|mobile| mobile.number() == phone.as_str());
        let is_new = kept.is_none();
        let mut mobile = kept.unwrap_or_else(|| Mobile::new(phone, self.now));
        record.phone = Some(phone.as_str().to_owned());
        if row.resubscribes {
            mobile.unsubscribed = None;
        }
        let Channel { standing, availability, .. } = &row.mobile;
        mobile.availability = availability.or(mobile.availability);
        let may_change = is_new || mobile.stage != Stage::New;
        match standing {
            Some(Standing::Unsubscribed) => {
                mobile.unsubscribed = mobile.unsubscribed.or(Some(self.now));
            }
            Some(Standing::New | Standing::Invited) if may_change => mobile.stage = Stage::New,
            Some(Standing::Active) if may_change => mobile.stage = Stage::Active,
            Some(Standing::Inactive) if may_change => mobile.stage = Stage::Inactive,
            Some(_) | None => {}
        }
        let steps = self.steps(&row.mobile);
        fold_mobile(&mut mobile, &steps, self.now);
        if mobile.lists.len() > MAX_LISTS_OF_PHONE {
            return Err(RowFault::TooManyLists);
        }
        record.mobile = Some(mobile);
        Ok(())
    }

    fn merge_tags(
        &mut self,
        edit: &mut Edit<'_>,
        record: &mut ContactRecord,
        row: &SyncRow,
    ) -> Result<(), Stop> {
        let (Some(names), Some(known)) = (&row.tags, &mut self.tags) else { return Ok(()) };
        if names.len() > MAX_TAGS_OF_CONTACT {
            return Err(RowFault::TooManyTags.into());
        }
        if names.iter().any(|name| !crate::domain::tag::is_name(name)) {
            return Err(RowFault::TagInvalid.into());
        }
        if self.options.replaces_tags {
            record.tags.clear();
        }
        for name in names {
            record.tags.push(known.take(edit, name)?);
        }
        record.tags.sort_unstable();
        record.tags.dedup();
        let fits = record.tags.len() <= MAX_TAGS_OF_CONTACT;
        if fits { Ok(()) } else { Err(RowFault::TooManyTags.into()) }
    }
}

fn merge_fields(record: &mut ContactRecord, row: &SyncRow, options: SyncOptions) {
    if options.replaces_fields {
        record.fields.clear();
    }
    for (field, value) in &row.fields {
        if options.keeps_fields && record.value(*field).is_some() {
            continue;
        }
        record.set(*field, value.clone());
    }
}
