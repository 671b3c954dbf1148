//! Shows one contact.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::contact_record::ContactRecord;
use crate::domain::membership::MemberState;
use crate::domain::people::{Identity, Last, Standing};
use crate::domain::{ContactId, Refusal};
use crate::faces::selzy::args::shown_time;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need, value, words};

pub static METHOD: Method = Method {
    name: "getContact",
    doc: "What is known of an address: how it stands, its lists, its fields.",
    args: &[
        Arg::text("email", Need::Required, "The address."),
        Arg::flag("include_lists", "Show the lists."),
        Arg::flag("include_fields", "Show the fields."),
        Arg::flag("include_details", "Show what happened to messages last."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Shown {
    email: Email,
    #[serde(flatten)]
    more: More,
}

#[derive(Serialize)]
struct Email {
    #[serde(rename = "email")]
    address: String,
    added_at: String,
    status: &'static str,
    availability: &'static str,
    #[serde(flatten)]
    details: Option<Details>,
    #[serde(flatten)]
    more: More,
}

/// Inside `email` and beside it: the vendor's documents and a client differ.
#[derive(Clone, Serialize)]
struct More {
    #[serde(skip_serializing_if = "Option::is_none")]
    lists: Option<Vec<InList>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    fields: Option<BTreeMap<String, String>>,
}

/// `null` where nothing happened.
#[derive(Serialize)]
struct Details {
    last_send_datetime: Option<String>,
    last_delivery_datetime: Option<String>,
    last_read_datetime: Option<String>,
    last_click_datetime: Option<String>,
    /// Never known: the vendor's own opinion.
    rating: Option<u32>,
}

#[derive(Clone, Serialize)]
struct InList {
    id: u32,
    title: String,
    status: &'static str,
    added_at: String,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let address = value::address(call.args, "email")?;
    let found = call.account.people().find(&Identity::Address(address)).await?;
    let (id, record) = found.ok_or(Refusal::ContactNotFound)?;
    let standing = record.standing().unwrap_or(Standing::New);
    let lists =
        if call.args.flag("include_lists") { Some(lists(call, id, standing).await?) } else { None };
    let fields =
        if call.args.flag("include_fields") { Some(fields(call, &record).await?) } else { None };
    let details = if call.args.flag("include_details") {
        Some(details(call.account.people().last_of(&record).await?))
    } else {
        None
    };
    let more = More { lists, fields };
    let email = Email {
        added_at: shown_time(record.created),
        status: words::standing(standing),
        availability: words::availability(record.address_availability()),
        address: record.address,
        details,
        more: more.clone(),
    };
    Answer::result(&Shown { email, more })
}

async fn lists(call: Call<'_>, id: ContactId, standing: Standing) -> Result<Vec<InList>, Failure> {
    let mut shown = Vec::new();
    for (list, member) in call.account.people().lists_of(id).await? {
        let standing = match member.state {
            MemberState::Unsubscribed => Standing::Unsubscribed,
            MemberState::Active | MemberState::Suspended => standing,
        };
        shown.push(InList {
            id: list.id.0,
            title: list.name,
            status: words::standing(standing),
            added_at: shown_time(member.added),
        });
    }
    Ok(shown)
}

async fn fields(
    call: Call<'_>,
    record: &ContactRecord,
) -> Result<BTreeMap<String, String>, Failure> {
    let schema = call.account.fields().schema().await?;
    let shown = schema.fields().iter().map(|field| {
        let held = record.value(field.id).or(field.default.as_ref());
        (field.label().to_owned(), held.map(value::shown).unwrap_or_default())
    });
    Ok(shown.collect())
}

fn details(last: Last) -> Details {
    Details {
        last_send_datetime: last.sent.map(shown_time),
        last_delivery_datetime: last.delivered.map(shown_time),
        last_read_datetime: last.read.map(shown_time),
        last_click_datetime: last.clicked.map(shown_time),
        rating: None,
    }
}
