//! The objects of this API: names and namespaces, and members in the order of their declaration.

use super::fields::{self, Shown};
use crate::domain::activity::{Activity, Counts, Delivery, What};
use crate::domain::campaign::MailingState;
use crate::domain::import::{BatchedState, BatchedStatus};
use crate::domain::webhook::Webhook;
use crate::domain::{Account, Campaign, Column, Contact, List, ListId, RelationalTable};
use crate::protocol::datacontract::{Contract, Record, Value};

/// Where the vendor's objects live, where those live that several of its programs share, and where
/// requests do.
pub const DTO: &str = "http://schemas.datacontract.org/2004/07/W50API.Models.DTO";
pub const SHARED: &str = "http://schemas.datacontract.org/2004/07/W50Common.Model.DTO";
pub const CONTROLLERS: &str = "http://schemas.datacontract.org/2004/07/W50API.Controllers";

const fn dto(name: &'static str) -> Contract {
    Contract { name, namespace: DTO }
}

pub static IMPORT_JOB: Contract = dto("ImportJob");
pub static CONTACTS_LIST: Contract = dto("ContactsList");
pub static CONTACT: Contract = dto("Contact");
pub static SCHEMA_FIELD: Contract = dto("ContactSchemaField");
pub static SCHEMA_FIELD_VALUE: Contract = dto("ContactSchemaFieldValue");
pub static LINKED_DATA: Contract = dto("LinkedData");
pub static LINKED_DATA_FIELD: Contract = dto("LinkedDataField");
pub static CAMPAIGN: Contract = dto("Campaign");
pub static CONTACT_EMAIL: Contract = dto("ContactEmail");
pub static CONTACT_INTERACTION: Contract = dto("ContactInteraction");
pub static CONTACT_SUMMARY: Contract = dto("ContactSummary");
pub static CONTACT_TEXT_MESSAGE: Contract = dto("ContactTextMessage");
pub static CONTACT_LANDING_PAGE: Contract = dto("ContactLandingPage");
pub static CONTACT_WEB_FORM: Contract = dto("ContactWebForm");
pub static SUBSCRIPTION: Contract = dto("WebhookSubscription");

/// An import. `CurrentStatus` is nowhere documented: these are our words.
pub fn import_job(state: &BatchedState) -> Record {
    let counters = state.counters;
    let status = match state.status {
        BatchedStatus::Waiting => "Pending",
        BatchedStatus::Running => "InProgress",
        BatchedStatus::Finished => "Completed",
        BatchedStatus::Failed => "Failed",
    };
    let written = u64::from(counters.new_contacts) + u64::from(counters.updated_contacts);
    Record::of(&IMPORT_JOB)
        .with("Id", state.number)
        .with("ContactListId", state.list.0)
        .with("InvalidEmailCount", counters.invalid_entries)
        .with("InvalidSmsCount", counters.invalid_phones)
        .with("ProgressPercent", u32::from(state.percent()))
        .with("CurrentStatus", status)
        .with("StartDate", state.begun)
        .with("FinishDate", state.ended)
        .with("InsertedContacts", counters.new_contacts)
        .with("UpdatedContacts", counters.updated_contacts)
        // No import deletes anybody here.
        .with("DroppedContacts", 0_u32)
        .with("NotUpdatedContacts", counters.known_refused)
        .with("TotalContacts", written)
}

pub fn contacts_list(list: &List) -> Record {
    Record::of(&CONTACTS_LIST)
        .with("Id", list.id.0)
        .with("Name", &*list.name)
        .with("Count", list.contacts)
}

/// A contact of a list, with the values of these fields. Its number is in XML only, as the vendor's
/// JSON leaves it out.
pub fn contact(
    account: Account<'_>,
    list: ListId,
    contact: &Contact,
    fields: &[Shown<'_>],
    warnings: Vec<String>,
) -> Record {
    let values = fields
        .iter()
        .map(|field| (field.name.to_owned(), fields::value(contact, field.meaning)))
        .collect();
    Record::of(&CONTACT)
        .with_base(SHARED, "Id", contact.id.0)
        .only_in_xml()
        .with_base(SHARED, "ValidationWarnings", Value::Texts(warnings))
        .with_base(SHARED, "EncContactId", account.opaque_id(list, contact.id))
        .with_base(SHARED, "ListId", list.0)
        .with_base(SHARED, "Values", Value::Dictionary(values))
}

/// A field. No field here has a list of choices.
pub fn schema_field(position: usize, field: &Shown<'_>) -> Record {
    let default = match field.meaning {
        fields::Meaning::Field(field) => fields::scalar(field.default.as_ref()),
        _ => Value::Null,
    };
    let default = match default {
        Value::Null => Value::Null,
        Value::Date(at) => crate::protocol::datacontract::format_date(at).into(),
        Value::Boolean(flag) => flag.to_string().into(),
        Value::Decimal(text) | Value::Text(text) => text.into(),
        other => other,
    };
    Record::of(&SCHEMA_FIELD)
        .with("Id", field.id)
        .with("Name", field.name)
        .with("DefaultValue", default)
        .with("MapType", fields::map_type(field.meaning))
        .with("Position", u32::try_from(position).unwrap_or(u32::MAX))
        .with("ContactSchemaFieldValues", Value::Records(&SCHEMA_FIELD_VALUE, Vec::new()))
}

/// A table beside the contacts: it looks things up and belongs to no list.
pub fn linked_data(list: ListId, table: &RelationalTable) -> Record {
    Record::of(&LINKED_DATA)
        .with("Id", table.id.0)
        .with("ContactListId", list.0)
        .with("Name", &*table.name)
        .with("Type", "Lookup")
        .with("IsPublic", false)
}

pub fn linked_data_field(position: usize, column: &Column) -> Record {
    use crate::domain::ColumnKind::{Date, Geo, Number, Text};
    let kind = match column.kind {
        Text | Geo => "String",
        Date(_) => "Date",
        Number(_) => "Number",
    };
    let number = u32::try_from(position).unwrap_or(u32::MAX);
    Record::of(&LINKED_DATA_FIELD)
        .with("Id", number.saturating_add(1))
        .with("Name", &*column.name)
        .with("DisplayName", &*column.display_name)
        .with("Type", kind)
        .with("Position", number)
}

/// A journey: a campaign here is one e-mail to some lists.
pub fn campaign(account: Account<'_>, campaign: &Campaign, counts: Counts) -> Record {
    let mailing = campaign.mailing.as_ref();
    let start = campaign.sent.or_else(|| mailing.and_then(|mailing| mailing.release));
    let comment = mailing.map(|mailing| mailing.message_notes.clone());
    let emails = vec![(campaign.id.to_string(), Value::from(&*campaign.name))];
    let nothing = || Value::Dictionary(Vec::new());
    Record::of(&CAMPAIGN)
        .with("Id", campaign.id.0)
        .with("Name", &*campaign.name)
        .with("AccountId", account.id.0)
        .with("ListId", campaign.lists.first().map_or(0, |list| list.0))
        .with("StartDate", start)
        .with("EndDate", Value::Null)
        .with("CmLink", Value::Null)
        .with("Comment", comment.filter(|comment| !comment.is_empty()))
        .with("Status", status_of(campaign))
        // Of what other systems sent only the events are known.
        .with("Reach", counts.sent.max(counts.delivered + counts.bounced()))
        .with("Interactions", counts.opened + counts.clicked)
        .with("Unsubscribes", counts.opted_out)
        .with("ShowInAgentPortal", false)
        .with("Tags", Value::Texts(Vec::new()))
        .with("Emails", Value::Dictionary(emails))
        .with("LandingPages", nothing())
        .with("TextMessages", nothing())
        .with("EDocuments", nothing())
        .with("Channels", "Email")
}

fn status_of(campaign: &Campaign) -> &'static str {
    let state = campaign.mailing.as_ref().map(|mailing| mailing.state);
    match (state, campaign.sent) {
        (Some(MailingState::Sent), _) | (None, Some(_)) => "Sent",
        (Some(MailingState::Sending(_)), _) => "Sending",
        (Some(MailingState::Released), _) => "Scheduled",
        (Some(MailingState::Draft), _) | (None, None) => "Draft",
    }
}

/// One e-mail to a contact, under its number and name, with what came of it.
pub fn contact_email(id: u32, name: &str, delivery: &Delivery) -> Record {
    let count = |times: usize| u32::try_from(times).unwrap_or(u32::MAX);
    let opened = count(delivery.opened.len());
    Record::of(&CONTACT_EMAIL)
        .with("Id", id)
        .with("Name", name)
        .with("Date", delivery.began)
        .with("Delivered", u32::from(delivery.bounced.is_none()))
        .with("Open", opened)
        .with("Read", u32::from(opened > 0))
        .with("Link", count(delivery.clicked.len()))
}

/// Something that happened between a contact and a message.
pub fn contact_interaction(number: u32, activity: &Activity, id: u32, name: &str) -> Record {
    let (interaction, status) = words_of(&activity.what);
    Record::of(&CONTACT_INTERACTION)
        .with("Id", number)
        .with("Interaction", interaction)
        .with("Name", name)
        .with("Occurred", activity.time)
        .with("Status", status)
        .with("CampaignId", id)
        .with("CampaignName", name)
}

fn words_of(what: &What) -> (&'static str, &'static str) {
    match what {
        What::Sent => ("Email", "Sent"),
        What::Delivered => ("Email", "Delivered"),
        What::Bounced { .. } => ("Email", "Bounced"),
        What::Complained => ("Complaint", "Complained"),
        What::Unsubscribed { .. } => ("Unsubscribe", "Unsubscribed"),
        What::Opened => ("Open", "Opened"),
        What::Clicked { .. } => ("Link", "Clicked"),
    }
}

/// What was sent to a contact and came of it, in numbers.
pub fn contact_summary(
    account: Account<'_>,
    list: ListId,
    of: &Contact,
    all: &[Delivery],
) -> Record {
    let sum = |count: fn(&Delivery) -> usize| {
        u32::try_from(all.iter().map(count).sum::<usize>()).unwrap_or(u32::MAX)
    };
    Record::of(&CONTACT_SUMMARY)
        .with("EncContactId", account.opaque_id(list, of.id))
        .with("ListId", list.0)
        .with("Created", of.created)
        .with("Modified", of.modified)
        .with("Emails", u32::try_from(all.len()).unwrap_or(u32::MAX))
        .with("Bounced", sum(|one| usize::from(one.bounced.is_some())))
        .with("Opens", sum(|one| one.opened.len()))
        .with("Links", sum(|one| one.clicked.len()))
        .with("TextMessages", 0_u32)
        .with("Unsubscribed", of.status == crate::domain::ContactStatus::Unsubscribed)
        .with("LastEmail", all.iter().map(|one| one.began).max())
}

pub fn subscription(webhook: &Webhook) -> Record {
    Record::of(&SUBSCRIPTION)
        .with("Id", webhook.id)
        .with("EventName", &*webhook.event)
        .with("Url", &*webhook.url)
        .with("Created", webhook.created)
}
