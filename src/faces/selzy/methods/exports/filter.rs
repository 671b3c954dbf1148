//! Whom an export is for.

use crate::domain::people::{PeopleFilter, Standing};
use crate::domain::phone::Phone;
use crate::domain::{ListId, Refusal};
use crate::faces::selzy::{Arg, Args, Call, Failure, Need, value, words};

pub const LIST_ID: Arg = Arg::number("list_id", Need::Optional, "Only those in this list.");
pub const EMAIL: Arg = Arg::text("email", Need::Optional, "Only the contact with this address.");
pub const PHONE: Arg = Arg::text("phone", Need::Optional, "Only the contact with this number.");
pub const TAG: Arg = Arg::text("tag", Need::Optional, "Only those with this tag.");
pub const EMAIL_STATUS: Arg =
    Arg::text("email_status", Need::Optional, "Only those whose address stands so.");
pub const PHONE_STATUS: Arg =
    Arg::text("phone_status", Need::Optional, "Only those whose number stands so.");
pub const FIELD_NAMES: Arg =
    Arg::list("field_names", Need::Optional, "The columns; all unless given.");

/// What the arguments say of it.
pub async fn read(call: Call<'_>) -> Result<PeopleFilter, Failure> {
    let args = call.args;
    let list = args.number("list_id")?.map(ListId);
    if let Some(list) = list {
        call.account.lists().get(list).await?;
    }
    let address = args.has("email").then(|| value::address(args, "email")).transpose()?;
    let phone = args.text("phone").map(|text| Phone::parse(&text));
    let phone = phone.transpose().map_err(|_| Failure::invalid("phone"))?;
    let tag = match args.text("tag") {
        Some(name) => {
            let found = call.account.tags().named(&name).await?;
            Some(found.ok_or(Refusal::TagNotFound)?.id)
        }
        None => None,
    };
    Ok(PeopleFilter {
        list,
        address: address.map(|address| address.as_compared().to_owned()),
        phone: phone.map(|phone| phone.as_str().to_owned()),
        tag,
        standing: standing(args, "email_status")?,
        phone_standing: standing(args, "phone_status")?,
    })
}

fn standing(args: &Args, name: &'static str) -> Result<Option<Standing>, Failure> {
    let Some(text) = args.text(name) else { return Ok(None) };
    words::read_standing(&text).map(Some).ok_or_else(|| Failure::invalid(name))
}
