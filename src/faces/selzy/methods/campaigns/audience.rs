//! Whom a campaign is for.

use crate::domain::campaign::{Addressees, MOST_CONTACTS};
use crate::domain::email_message::{EmailMessage, Purpose};
use crate::domain::files::FilePlace;
use crate::domain::people::Counted;
use crate::domain::{EmailAddress, ListId, Refusal, TagId};
use crate::faces::selzy::{Args, Call, Code, Failure};

/// A campaign's addressees, and how many they are now.
pub struct Audience {
    pub to: Addressees,
    pub count: u64,
}

/// The members of the message's list, with its tag if it has one; of them, those whom `contacts` or
/// the file at `contacts_url` names.
pub async fn of(call: Call<'_>, message: &EmailMessage) -> Result<Audience, Failure> {
    let Purpose::Campaigns { list, tag } = &message.purpose else {
        return Err(Refusal::MessageNotFound.into());
    };
    let tag = match tag {
        Some(name) => Some(call.account.tags().named(name).await?.ok_or(Refusal::TagNotFound)?.id),
        None => None,
    };
    let people = call.account.people();
    let Some(named) = named(call).await? else {
        let counted = Counted { tag, ..Counted::default() };
        let count = people.count(*list, &counted).await?;
        let to = Addressees { lists: vec![*list], tag, ..Addressees::default() };
        return if count == 0 { Err(nobody()) } else { Ok(Audience { to, count }) };
    };
    let contacts = chosen(call, *list, tag, &named).await?;
    let count = u64::try_from(contacts.len()).unwrap_or(u64::MAX);
    Ok(Audience { to: Addressees { contacts, ..Addressees::default() }, count })
}

async fn chosen(
    call: Call<'_>,
    list: ListId,
    tag: Option<TagId>,
    named: &[String],
) -> Result<Vec<crate::domain::ContactId>, Failure> {
    let addresses = named.iter().map(|text| EmailAddress::parse(text));
    let addresses: Vec<EmailAddress> =
        addresses.collect::<Result<_, _>>().map_err(|_| Failure::invalid("contacts"))?;
    let chosen = call.account.people().members_among(list, tag, &addresses).await?;
    // Nobody named must not come to everybody.
    if chosen.is_empty() { Err(nobody()) } else { Ok(chosen) }
}

/// The addresses that the call names, where it does.
async fn named(call: Call<'_>) -> Result<Option<Vec<String>>, Failure> {
    let args: &Args = call.args;
    let named = match (args.has("contacts"), args.text("contacts_url")) {
        (true, Some(_)) => {
            let text = "Only one of contacts and contacts_url may be given";
            return Err(Failure::new(Code::InvalidArg, text));
        }
        (true, None) => args.list("contacts"),
        (false, Some(url)) => fetched(call, &url).await?,
        (false, None) => return Ok(None),
    };
    if named.len() > MOST_CONTACTS {
        return Err(Refusal::ContactLimit.into());
    }
    Ok(Some(named))
}

/// One address to a line, or several with commas between them.
async fn fetched(call: Call<'_>, url: &str) -> Result<Vec<String>, Failure> {
    let place = FilePlace::from_url(url).map_err(Refusal::File)?;
    let file = call.context.fetch_file(&place).await?;
    let text = String::from_utf8_lossy(&file.file).into_owned();
    let parts = text.split(['\n', '\r', ',', ';']).map(str::trim);
    Ok(parts.filter(|part| !part.is_empty()).map(str::to_owned).collect())
}

fn nobody() -> Failure {
    Failure::new(Code::InvalidArg, "The campaign would go to nobody")
}
