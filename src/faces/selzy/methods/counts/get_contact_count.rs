//! Counts the contacts of a list.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::domain::people::Counted;
use crate::domain::{ListId, TagId};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "getContactCount",
    doc: "How many subscribed contacts a list has.",
    args: &[
        Arg::number("list_id", Need::Required, "The list."),
        Arg::members(
            "params",
            Need::Optional,
            "`tagId`; `type` (`address` or `phone`); `search`, a part of them.",
        ),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Told {
    #[serde(rename = "listId")]
    list: u32,
    #[serde(rename = "searchParams")]
    params: BTreeMap<String, String>,
    count: u64,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list: u32 = call.args.required_number("list_id")?;
    let mut params: BTreeMap<String, String> = call.args.members("params").into_iter().collect();
    params.retain(|name, value| is_known(name) && !value.trim().is_empty());
    let tag = match params.get("tagId") {
        Some(id) => Some(id.trim().parse().map_err(|_| Failure::invalid("params[tagId]"))?),
        None => None,
    };
    let phones = match params.get("type").map(|kind| kind.trim()) {
        None | Some("address") => false,
        Some("phone") => true,
        Some(_) => return Err(Failure::invalid("params[type]")),
    };
    let counted = Counted { phones, tag: tag.map(TagId), search: params.get("search").cloned() };
    let count = call.account.people().count(ListId(list), &counted).await?;
    Answer::result(&Told { list, params, count })
}

fn is_known(name: &str) -> bool {
    ["tagId", "type", "search"].contains(&name)
}
