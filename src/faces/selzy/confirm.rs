//! Double opt-in: the letter that asks, and the address that answers it.

use std::sync::Arc;

use super::answer::Failure;
use super::files::Place;
use super::method::Call;
use crate::domain::direct::{DirectMail, Mailbox};
use crate::domain::people::Consent;
use crate::domain::people::sync::{Channel, SyncOptions, SyncRow};
use crate::domain::web_key::Readable;
use crate::domain::{
    Account, ContactId, Context, EmailAddress, Error, ListId, Refusal, Result as Done,
};

/// What stands for the address in a letter.
const LINKS: [&str; 2] = ["{{ConfirmUrl}}", "{{ ConfirmUrl }}"];

/// Puts the letters of some lists into the outbox, to one who is to confirm. Answers the lists that
/// have no letter.
pub async fn ask(
    call: Call<'_>,
    address: &EmailAddress,
    contact: ContactId,
    lists: &[ListId],
) -> Result<Vec<ListId>, Failure> {
    let messages = call.account.email_messages();
    let mut without = Vec::new();
    for list in lists {
        let Some(letter) = messages.confirmation(*list).await? else {
            without.push(*list);
            continue;
        };
        let bodies = messages.bodies(&letter).await?;
        let url = Place::of(call).confirmation(*list, contact);
        let filled =
            |text: &str| LINKS.iter().fold(text.to_owned(), |text, link| text.replace(link, &url));
        let mail = DirectMail {
            to: vec![Mailbox::from(address.clone())],
            from_description: letter.sender_name,
            from_email: letter.sender_email,
            subject: letter.subject,
            html: filled(&bodies.html),
            plain: filled(&bodies.plain),
            ..DirectMail::default()
        };
        match call.account.direct().send(&mail).await {
            // Who may not be written to is not asked.
            Ok(_) | Err(Error::Refused(Refusal::ContactSuppressed)) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(without)
}

/// Takes the answer: the contact is subscribed to the list. `None` for an address that is wrong, or
/// whose contact or list is gone.
pub async fn answer(
    context: &Arc<Context>,
    account: Account<'_>,
    list: ListId,
    contact: ContactId,
    key: &str,
) -> Done<Option<&'static str>> {
    if !account.is_web_key(Readable::Confirmation { list: list.0, contact: contact.0 }, key) {
        return Ok(None);
    }
    let found = context.account(account.id).contact_store().load(&[contact]).await?;
    let Some(record) = found.into_iter().flatten().next() else { return Ok(None) };
    let Ok(address) = EmailAddress::parse(&record.address) else { return Ok(None) };
    let mail = Channel { says_lists: true, lists: vec![(list, None)], ..Channel::default() };
    let row = SyncRow { address: Some(address), mail, ..SyncRow::default() };
    let options = SyncOptions { keeps_fields: true, ..SyncOptions::default() };
    account.people().subscribe(row, Consent::Given, options).await?;
    Ok(Some("Thank you: your subscription is confirmed.\n"))
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};

    use http::HeaderMap;

    use crate::domain::MessageId;
    use crate::faces::selzy::files;
    use crate::faces::selzy::tests::World;
    use crate::protocol::http::Head;

    /// Fetches a path without a key.
    async fn get(world: &World, url: &str) -> u16 {
        let path = url.strip_prefix("http://localhost").unwrap().to_owned();
        let head = Head {
            method: http::Method::GET,
            path: path.clone(),
            query: String::new(),
            headers: HeaderMap::new(),
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            base_url: "http://localhost".to_owned(),
            host: "localhost".to_owned(),
            request_id: "r".to_owned(),
            caller: crate::protocol::http::CallerSlot::default(),
        };
        let name = files::name(&path).unwrap();
        files::answer(&world.context, &head, name).await.status.as_u16()
    }

    #[tokio::test]
    async fn who_follows_the_link_of_the_letter_is_subscribed() {
        let world = World::new().await;
        let list = world.list("News").await;
        let letter = format!(
            "list_id={list}&sender_name=Shop&sender_email=shop@b.example&subject=Sure%3F\
             &body=<a href=\"{{{{ConfirmUrl}}}}\">Yes</a>"
        );
        world.result("updateOptInEmail", &letter).await;
        let form = format!("list_ids={list}&fields[email]=ann@b.example");
        let said = world.call("subscribe", &form).await;
        assert!(said.get("warnings").is_none(), "{said}");
        let status = async || {
            let form = "email=ann@b.example&field_names[]=email_status";
            world.result("exportContacts", form).await["data"][0][0].clone()
        };
        assert_eq!(status().await, "invited");
        let html = world.account().outbox().get(MessageId(1)).await.unwrap().html;
        let url = html.split('"').nth(1).unwrap();
        let mut wrong = url.to_owned();
        wrong.replace_range(wrong.len() - 4.., "0000");
        assert_eq!(get(&world, &wrong).await, 404);
        assert_eq!(status().await, "invited");
        assert_eq!(get(&world, url).await, 200);
        assert_ne!(status().await, "invited");
        assert_eq!(get(&world, url).await, 200);
    }

    #[tokio::test]
    async fn a_list_without_a_letter_is_told_of() {
        let world = World::new().await;
        let list = world.list("News").await;
        let form = format!("list_ids={list}&fields[email]=a@b.example");
        let said = world.call("subscribe", &form).await;
        let warning = format!("These list ids=\"{list}\" has no confirmation letters");
        assert_eq!(said["warnings"][0]["warning"], warning.as_str());
    }
}
