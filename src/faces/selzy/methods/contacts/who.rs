//! Whom a call is about: `contact_type` and `contact`.

use super::import_contacts::international;
use crate::domain::people::Identity;
use crate::domain::phone::Phone;
use crate::domain::{EmailAddress, ListId};
use crate::faces::selzy::{Arg, Args, Failure, Need};

pub const CONTACT_TYPE: Arg = Arg::text("contact_type", Need::Required, "email or phone.");
pub const CONTACT: Arg = Arg::text("contact", Need::Required, "The address or the number.");
pub const LIST_IDS: Arg =
    Arg::list("list_ids", Need::Optional, "The lists; all of them unless given.");

pub fn identity(args: &Args) -> Result<Identity, Failure> {
    let contact = args.required("contact")?;
    let invalid = |_| Failure::invalid("contact");
    match args.required("contact_type")?.to_ascii_lowercase().as_str() {
        "email" => EmailAddress::parse(&contact).map(Identity::Address).map_err(invalid),
        "phone" => Phone::parse(&international(&contact)).map(Identity::Phone).map_err(invalid),
        _ => Err(Failure::invalid("contact_type")),
    }
}

pub fn lists(args: &Args) -> Result<Vec<ListId>, Failure> {
    Ok(args.ids("list_ids")?.into_iter().map(ListId).collect())
}
