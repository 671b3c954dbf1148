//! One contact, by its encrypted id, and what happened to it.

pub mod get_contact;
pub mod get_contact_communications;
pub mod get_contact_emails;
pub mod get_contact_journey_activities;
pub mod get_contact_journeys;
pub mod get_contact_landing_pages;
pub mod get_contact_summary;
pub mod get_contact_text_messages;
pub mod get_contact_web_forms;

use std::collections::BTreeMap;

use crate::domain::activity::{Activity, Between, Message, Of};
use crate::domain::template::Edition;
use crate::domain::{Contact, Error, ListId, Refusal};
use crate::faces::which50::listing::{Listing, Source, Wanted};
use crate::faces::which50::odata::{Filter, MOST_SORTED, OrderBy};
use crate::faces::which50::records::{CONTACT, CONTACT_INTERACTION, contact_interaction};
use crate::faces::which50::{Answer, Call, Failure};
use crate::protocol::datacontract::Document;

/// Things that happened to one contact which are told at most; the newest of them.
const MOST_INTERACTIONS: usize = 1_000;

/// Contacts, as the options of the query ask for them. Their ids are ids in `list`.
pub async fn answered(call: &Call<'_>, list: ListId, source: Source) -> Result<Answer, Failure> {
    let wanted = wanted(call)?;
    let is_ordered = wanted.order_by.is_some();
    let schema = call.account.fields().schema().await?;
    let of = (call.shared(), call.account.id);
    let listing = Listing::new(of, list, schema, source, wanted);
    if !is_ordered {
        return Ok(Answer::Contacts(Box::new(listing)));
    }
    let records = listing.ordered(MOST_SORTED).await?;
    let too_many =
        || Failure::invalid(format!("More than {MOST_SORTED} contacts cannot be put in order."));
    Ok(Answer::Document(Document::Records(&CONTACT, records.ok_or_else(too_many)?)))
}

fn wanted(call: &Call<'_>) -> Result<Wanted, Failure> {
    let unread = |name: &str| Failure::malformed(format!("{name} cannot be read."));
    let filter = call.option("$filter").map(|text| Filter::parse(&text));
    let order = call.option("$orderby").map(|text| OrderBy::parse(&text));
    let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    Ok(Wanted {
        select: call.option("$select"),
        filter: filter.map(|filter| filter.ok_or_else(|| unread("$filter"))).transpose()?,
        order_by: order.map(|order| order.ok_or_else(|| unread("$orderby"))).transpose()?,
        skip: call.number("$skip")?.map_or(0, place),
        top: call.number("$top")?.map(place),
    })
}

/// What happened between a contact and messages, the newest first.
async fn interactions(call: &Call<'_>, contact: &Contact, of: Of) -> Result<Answer, Failure> {
    let mut reading =
        call.account.activities().of_address(&contact.address, of, Between::default());
    let mut newest: Vec<Activity> = Vec::new();
    while let Some(some) = reading.next_some(call.account).await? {
        newest.extend(some.into_iter().filter(|activity| activity.message.is_some()));
        newest.sort_by_key(|activity| std::cmp::Reverse(activity.time));
        newest.truncate(MOST_INTERACTIONS);
    }
    let (mut names, mut records) = (Names::of(call), Vec::new());
    for (activity, number) in newest.iter().zip(1_u32..) {
        let Some(message) = activity.message else { continue };
        let (id, name) = names.of_message(message).await?;
        records.push(contact_interaction(number, activity, id, &name));
    }
    Ok(Answer::Document(Document::Records(&CONTACT_INTERACTION, records)))
}

/// Names of messages, each looked up once.
struct Names<'c> {
    call: &'c Call<'c>,
    known: BTreeMap<Message, String>,
}

impl<'c> Names<'c> {
    fn of(call: &'c Call<'c>) -> Self {
        Self { call, known: BTreeMap::new() }
    }

    /// Number and name of a message: of a template its subject; one that is gone, and one that was
    /// sent for itself, has no name.
    async fn of_message(&mut self, message: Message) -> Result<(u32, String), Failure> {
        let id = match message {
            Message::Campaign(id) => id.0,
            Message::Template(id) => id.0,
            Message::Direct => 0,
        };
        if let Some(name) = self.known.get(&message) {
            return Ok((id, name.clone()));
        }
        let account = self.call.account;
        let name = match message {
            Message::Campaign(id) => account.campaigns().get(id).await.map(|one| one.name),
            Message::Direct => Ok(String::new()),
            Message::Template(id) => {
                account.templates().get(id, Edition::Live).await.map(|one| one.version.subject)
            }
        };
        let name = match name {
            Err(Error::Refused(Refusal::CampaignNotFound | Refusal::TemplateNotFound)) => {
                String::new()
            }
            name => name?,
        };
        self.known.insert(message, name.clone());
        Ok((id, name))
    }
}
