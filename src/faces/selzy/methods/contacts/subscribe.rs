//! Subscribes one contact to lists.

use serde::Serialize;

use super::import_contacts::international;
use crate::domain::people::sync::{Channel, SyncOptions, SyncRow};
use crate::domain::people::{Consent, Identity, Standing};
use crate::domain::phone::Phone;
use crate::domain::tag::MAX_TAGS_OF_CONTACT;
use crate::domain::{EmailAddress, Error, ListId, Refusal};
use crate::faces::selzy::{Answer, Arg, Call, Code, Failure, Method, Need, confirm, value};

pub static METHOD: Method = Method {
    name: "subscribe",
    doc: "Adds or updates a contact and subscribes it to lists; answers its number.",
    args: &[
        Arg::list("list_ids", Need::Required, "The lists."),
        Arg::members("fields", Need::Required, "email, phone or both, and values of fields."),
        Arg::list("tags", Need::Optional, "At most 10."),
        Arg::number(
            "double_optin",
            Need::Optional,
            "0: to be confirmed. 3: confirmed already. 4: confirmed if new or active.",
        ),
        Arg::number(
            "overwrite",
            Need::Optional,
            "0: keep what is there. 1: replace all. 2: replace what is given.",
        ),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Subscribed {
    person_id: u32,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let mut row = row(call).await?;
    let consent = consent(call, &row).await?;
    let options = options(call, &row)?;
    if options.replaces_fields {
        // All tags are replaced, be it by none.
        row.tags.get_or_insert_default();
    }
    let both = (row.address.clone(), row.phone.clone());
    let lists: Vec<ListId> = row.mail.named_lists().collect();
    match call.account.people().subscribe(row, consent, options).await {
        Ok(person) => {
            let answer = Answer::result(&Subscribed { person_id: person.0 })?;
            match (&both.0, consent) {
                (Some(address), Consent::Ask) => {
                    let without = confirm::ask(call, address, person, &lists).await?;
                    Ok(warned(answer, &without))
                }
                _ => Ok(answer),
            }
        }
        Err(Error::Refused(Refusal::PhoneInUse)) => Err(two_owners(both)),
        Err(error) => Err(error.into()),
    }
}

async fn row(call: Call<'_>) -> Result<SyncRow, Failure> {
    let schema = call.account.fields().schema().await?;
    let lists: Vec<_> =
        call.args.ids("list_ids")?.into_iter().map(|id| (ListId(id), None)).collect();
    let channel = Channel { says_lists: true, lists, ..Channel::default() };
    let mut row = SyncRow::default();
    for (name, text) in call.args.members("fields") {
        let is_empty = text.trim().is_empty();
        match name.as_str() {
            "email" | "phone" if is_empty => {}
            "email" => {
                let address = EmailAddress::parse(&text);
                row.address = Some(address.map_err(|_| Failure::invalid("fields[email]"))?);
                row.mail = channel.clone();
            }
            "phone" => {
                let phone = Phone::parse(&international(&text));
                row.phone = Some(phone.map_err(|_| Failure::invalid("fields[phone]"))?);
                row.mobile = channel.clone();
            }
            name => {
                let unknown =
                    || Failure::new(Code::InvalidArg, format!("There is no field '{name}'"));
                let field = schema.labeled(name).ok_or_else(unknown)?;
                let value = value::read(field.kind, &text);
                let value = value.map_err(|_| Failure::invalid(&format!("fields[{name}]")))?;
                row.fields.push((field.id, value));
            }
        }
    }
    if row.address.is_none() && row.phone.is_none() {
        return Err(Failure::missing("fields[email]"));
    }
    if call.args.list("tags").len() > MAX_TAGS_OF_CONTACT {
        let text = format!("A contact can have at most {MAX_TAGS_OF_CONTACT} tags");
        return Err(Failure::new(Code::InvalidArg, text));
    }
    row.tags = call.args.has("tags").then(|| call.args.list("tags"));
    Ok(row)
}

/// With the vendor's words for lists that nobody wrote a letter of confirmation for.
fn warned(answer: Answer, without: &[ListId]) -> Answer {
    if without.is_empty() {
        return answer;
    }
    let ids: Vec<String> = without.iter().map(ToString::to_string).collect();
    answer.warning(format!("These list ids=\"{}\" has no confirmation letters", ids.join(",")))
}

/// 4 takes a consent for given where the address is new or active already.
async fn consent(call: Call<'_>, row: &SyncRow) -> Result<Consent, Failure> {
    match call.args.number::<u8>("double_optin")?.unwrap_or(0) {
        0 => Ok(Consent::Ask),
        3 => Ok(Consent::Given),
        4 => {
            let Some(address) = row.address.clone() else { return Ok(Consent::Ask) };
            let found = call.account.people().find(&Identity::Address(address)).await?;
            let standing = found.and_then(|(_, record)| record.standing());
            Ok(match standing {
                Some(Standing::New | Standing::Active) => Consent::Given,
                _ => Consent::Ask,
            })
        }
        _ => Err(Failure::invalid("double_optin")),
    }
}

fn options(call: Call<'_>, row: &SyncRow) -> Result<SyncOptions, Failure> {
    let overwrite = call.args.number::<u8>("overwrite")?.unwrap_or(0);
    let says_tags = row.tags.is_some();
    match overwrite {
        0 => Ok(SyncOptions { keeps_fields: true, ..SyncOptions::default() }),
        1 => {
            Ok(SyncOptions { replaces_fields: true, replaces_tags: true, ..SyncOptions::default() })
        }
        2 => Ok(SyncOptions { replaces_tags: says_tags, ..SyncOptions::default() }),
        _ => Err(Failure::invalid("overwrite")),
    }
}

/// In the vendor's words.
fn two_owners((address, phone): (Option<EmailAddress>, Option<Phone>)) -> Failure {
    let address = address.as_ref().map_or("", EmailAddress::as_given);
    let phone = phone.as_ref().map_or("", Phone::as_str);
    let text =
        format!("Contacts {address} and {phone} already exist but owned by different subscribers");
    Failure::new(Code::Unspecified, text)
}
