//! Whole accounts at the end, over several faces, against everything that their clients know.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::client::Client;
use super::faces::{self, Logins, Shown, json as rest};
use super::lists::which50_members;
use super::model::{Person, Standing};
use super::support::texts;

/// How many are asked for at once.
const PAGE: usize = 1000;
/// Before everything.
const SINCE: &str = "2000-01-01";

/// Compares the account of these clients, and its lists, with what they know.
pub fn ensure_as_known(clients: &mut [Client<'_>]) {
    let mut known: BTreeMap<String, Person> = BTreeMap::new();
    for client in &*clients {
        known.extend(client.owned().map(|(address, person)| (address.to_owned(), person.clone())));
    }
    let (first, _) = clients.split_first_mut().unwrap();
    let over_rest = by_address(pages(first, |client, skip| {
        let path = format!("/v2/contacts?withFullData=true&select={PAGE}&skip={skip}");
        let reply = client.ask(&rest(client.logins, "GET", &path, &Value::Null));
        faces::members_of(&reply.body)
    }));
    let over_soap = by_address(pages(first, |client, skip| {
        let members =
            format!("<withFullData>true</withFullData><select>{PAGE}</select><skip>{skip}</skip>");
        let request = faces::envelope(client.logins, "/v2/api.svc", "GetContacts", &members);
        faces::contacts_of(&client.ask(&request).body)
    }));
    assert_eq!(over_rest, over_soap, "REST and SOAP differ");
    ensure_subscribed(&known, &over_rest);
    ensure_suppressed(&known, first);
    let subscribed = known.values().filter(|one| one.is(Standing::Subscribed)).count();
    let count = first.ask(&rest(first.logins, "GET", "/v2/contacts/count", &Value::Null));
    assert_eq!(count.body.trim(), subscribed.to_string(), "contacts are counted wrongly");
    for client in clients {
        for list in client.lists.clone() {
            let path = format!("/v2/address-books/{list}/contacts?withFullData=true&select={PAGE}");
            let request = rest(client.logins, "GET", &path, &Value::Null);
            let reply = client.ask(&request);
            client.ensure_members(list, faces::members_of(&reply.body), &request);
            let path = format!("/Which50API/contactLists/{list}/contacts?$top={PAGE}");
            let request = rest(client.logins, "GET", &path, &Value::Null);
            let said = serde_json::from_str(&client.ask(&request).body).unwrap();
            client.ensure_members(list, which50_members(&said), &request);
        }
    }
}

/// All pages of something.
fn pages<T>(
    client: &mut Client<'_>,
    mut page: impl FnMut(&mut Client<'_>, usize) -> Vec<T>,
) -> Vec<T> {
    let mut all = Vec::new();
    loop {
        let some = page(client, all.len());
        let is_last = some.len() < PAGE;
        all.extend(some);
        if is_last {
            return all;
        }
    }
}

/// Nobody is there twice, by address or by number.
fn by_address(shown: Vec<Shown>) -> BTreeMap<String, Shown> {
    let ids: BTreeSet<Option<u32>> = shown.iter().map(|one| one.id).collect();
    assert_eq!(ids.len(), shown.len(), "a number is there twice");
    let count = shown.len();
    let found: BTreeMap<_, _> = shown.into_iter().map(|one| (one.address.clone(), one)).collect();
    assert_eq!(found.len(), count, "an address is there twice");
    found
}

fn ensure_subscribed(known: &BTreeMap<String, Person>, found: &BTreeMap<String, Shown>) {
    for (address, person) in known.iter().filter(|(_, one)| one.is(Standing::Subscribed)) {
        let shown = found.get(address).unwrap_or_else(|| panic!("{address} is lost: {person:?}"));
        let same_id = person.id.is_none() || person.id == shown.id;
        let is_so = same_id
            && shown.first.as_ref() == Some(&person.first)
            && shown.standing == Some(Standing::Subscribed);
        assert!(is_so, "{shown:?} instead of {person:?}");
    }
    let is_known =
        |address: &String| known.get(address).is_some_and(|person| person.is(Standing::Subscribed));
    let strangers: Vec<_> = found.keys().filter(|address| !is_known(address)).collect();
    assert!(strangers.is_empty(), "nobody made {strangers:?}");
}

fn ensure_suppressed(known: &BTreeMap<String, Person>, client: &mut Client<'_>) {
    let expected: BTreeSet<(String, String)> = known
        .iter()
        .filter_map(|(address, person)| match person.standing {
            Standing::Unsubscribed => Some((address.clone(), "Unsubscribed".to_owned())),
            Standing::HardBounced => Some((address.clone(), "HardBounced".to_owned())),
            _ => None,
        })
        .collect();
    let over_rest = pages(client, |client, skip| {
        let path = format!("/v2/contacts/suppressed-since/{SINCE}?select={PAGE}&skip={skip}");
        let reply = client.ask(&rest(client.logins, "GET", &path, &Value::Null));
        let said: Vec<Value> = serde_json::from_str(&reply.body).unwrap();
        let text = |value: &Value| value.as_str().unwrap().to_owned();
        let pair = |one: &Value| (text(&one["suppressedContact"]["email"]), text(&one["reason"]));
        said.iter().map(pair).collect::<Vec<_>>()
    });
    let over_soap = pages(client, |client, skip| {
        let members = format!(
            "<startDate>{SINCE}T00:00:00Z</startDate><select>{PAGE}</select><skip>{skip}</skip>"
        );
        let logins: &Logins = client.logins;
        let request = faces::envelope(logins, "/v2/api.svc", "GetSuppressedContacts", &members);
        let reply = client.ask(&request);
        let (addresses, reasons) = (texts(&reply.body, "Email"), texts(&reply.body, "Reason"));
        let both = addresses.iter().zip(reasons);
        both.map(|(one, why)| ((*one).to_owned(), why.to_owned())).collect::<Vec<_>>()
    });
    for (face, found) in [("REST", over_rest), ("SOAP", over_soap)] {
        let count = found.len();
        let found: BTreeSet<_> = found.into_iter().collect();
        assert_eq!(found.len(), count, "{face} lists a suppressed contact twice");
        assert_eq!(found, expected, "{face} lists other suppressed contacts");
    }
}
