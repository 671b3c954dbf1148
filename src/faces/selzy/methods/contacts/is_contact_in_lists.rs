//! Says whether a contact is in lists.

use crate::domain::ListId;
use crate::domain::membership::Membership;
use crate::domain::people::Identity;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need, value};

pub static METHOD: Method = Method {
    name: "isContactInLists",
    doc: "Whether an address is in any of some lists, or in all of them.",
    args: &[
        Arg::text("email", Need::Required, "The address."),
        Arg::list("list_ids", Need::Required, "The lists."),
        Arg::text("condition", Need::Optional, "or (unless given) for any of them, and for all."),
    ],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let address = value::address(call.args, "email")?;
    let lists = call.args.ids("list_ids")?;
    let wants_all = match call.args.text("condition").unwrap_or_default().as_str() {
        "and" => true,
        "" | "or" => false,
        _ => return Err(Failure::invalid("condition")),
    };
    let found = call.account.people().find(&Identity::Address(address)).await?;
    let Some((id, _)) = found else { return Answer::result(&false) };
    let mut is_in = Vec::with_capacity(lists.len());
    for list in lists {
        let members = call.account.contact_store().members(ListId(list), &[id]).await?;
        is_in.push(members.into_iter().flatten().any(Membership::is_active));
    }
    let is_in = if wants_all { is_in.iter().all(|is| *is) } else { is_in.iter().any(|is| *is) };
    Answer::result(&is_in)
}
