//! Makes a static segment, and puts subscribers into segments.

use crate::domain::{
    CategoryId, ContactId, EmailAddress, Error, ListId, ListPlace, Members, NewList, Refusal,
    Visibility,
};
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Given, Method, Need, Tree};

const WHERE: Need = Need::OneOf("groupname or groups");

pub static METHOD: Method = Method {
    name: "legacy.add_segment",
    echo: Echo::AsDocumented,
    doc: "Makes a static segment, puts subscribers into it or into others, or both.",
    args: &[
        Arg::text("groupname", WHERE, "Name of a segment to be made. 150 characters."),
        Arg::flag("hidden", "Do not show the new segment on survey pages."),
        Arg::number("category_id", Need::Optional, "Category of the new segment."),
        Arg::list("groups", WHERE, "Ids of segments to fill; needs contacts."),
        Arg::list(
            "contacts",
            Need::Optional,
            "Addresses or ids of subscribers: a comma or newline list, or an element each.",
        ),
    ],
    combinable: false,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let mut groups: Vec<ListId> = call.args.ids("groups")?.into_iter().map(ListId).collect();
    if !groups.is_empty() && !call.args.has("contacts") {
        return Ok(Answer::legacy_failed("Not all values passed through"));
    }
    match fill(call, &mut groups).await {
        Ok(made) => {
            let answer = Answer::silent().legacy_done();
            Ok(match made {
                Some(made) => answer.with("group_id", Tree::text(made)),
                None => answer,
            })
        }
        Err(Error::Refused(refusal)) => failed(refusal),
        Err(error) => Err(error.into()),
    }
}

/// Makes the segment, if one is named, and fills it and the others; answers the new one.
async fn fill(call: Call<'_>, groups: &mut Vec<ListId>) -> crate::domain::Result<Option<ListId>> {
    let lists = call.account.lists();
    for group in groups.iter() {
        lists.ensure_writable(*group).await?;
    }
    let made = match call.args.text("groupname") {
        Some(name) => Some(lists.create_at(new_list(name, call.args), place(call.args)).await?.id),
        None => None,
    };
    groups.extend(made);
    let contacts = contacts(call.args.given("contacts"));
    let named = contacts.addresses.len() + contacts.ids.len();
    let found = lists.fill(groups, &contacts).await?;
    if found < named {
        tracing::info!("{} of {named} contacts to fill segments with are not known", named - found);
    }
    Ok(made)
}

fn new_list(name: &str, args: &Args) -> NewList {
    let visibility = if args.flag("hidden") { Visibility::Private } else { Visibility::Public };
    NewList { name: name.to_owned(), visibility }
}

fn place(args: &Args) -> ListPlace {
    let category = args.text("category_id").map(|id| id.parse().unwrap_or(u32::MAX));
    let category = category.filter(|id| *id != 0).map(CategoryId);
    ListPlace { category, is_test: false }
}

fn failed(refusal: Refusal) -> Result<Answer, Failure> {
    let reason = match refusal {
        Refusal::ListNotFound | Refusal::ListNotWritable => "no group found with given group_id",
        Refusal::ListNameInUse => "group name already exists",
        Refusal::ListInvalid => "group name is not valid",
        Refusal::ListLimit => "the account has too many groups",
        Refusal::CategoryNotFound => "no category found with given category_id",
        other => return Err(other.into()),
    };
    Ok(Answer::legacy_failed(reason))
}

/// What is given, wherever in it: a number is an id; what is no address names nobody.
fn contacts(given: Option<&Given>) -> Members {
    let mut members = Members::default();
    let mut open: Vec<&Given> = given.into_iter().collect();
    while let Some(given) = open.pop() {
        match given {
            Given::Nested(inner) => open.extend(inner.iter().rev().map(|(_, given)| given)),
            Given::Text(text) => add_contacts(&mut members, text),
        }
    }
    members
}

fn add_contacts(members: &mut Members, text: &str) {
    let words = text.split(|c: char| c == ',' || c == ';' || c.is_whitespace());
    for word in words.filter(|word| !word.is_empty()) {
        match word.parse() {
            Ok(id) => members.ids.push(ContactId(id)),
            Err(_) => members.addresses.extend(EmailAddress::parse(word).ok()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn contacts_stand_in_lists_of_any_kind_and_in_elements_of_any_depth() {
        let text = |text: &str| ("contact".to_owned(), Given::Text(text.to_owned()));
        let deep = ("item".to_owned(), Given::Nested(vec![text("b@b.example"), text("8")]));
        let given = Given::Nested(vec![text(" a@b.example,7\n9\r\nno address"), deep]);
        let members = contacts(Some(&given));
        let addresses: Vec<&str> =
            members.addresses.iter().map(EmailAddress::as_compared).collect();
        assert_eq!(addresses, ["a@b.example", "b@b.example"]);
        assert_eq!(members.ids, [7, 9, 8].map(ContactId));
    }
}
