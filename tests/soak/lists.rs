//! What a client sees of its lists, over each face that shows them.

use std::collections::BTreeMap;

use serde_json::Value;

use super::client::Client;
use super::faces::{self, Shown, json as rest};
use super::model::Standing;
use super::support::random::Random;
use super::support::text;
use super::wire::{Manner, Request};

impl Client<'_> {
    pub fn look_at_list(&mut self, random: &mut Random) {
        let list = *random.pick(&self.lists);
        let (lists, page) = (format!("/v2/address-books/{list}"), "select=1000&withFullData=true");
        let which50 = format!("/Which50API/contactLists/{list}");
        let id = format!("<id>{list}</id>");
        let get = |path: &str| rest(self.logins, "GET", path, &Value::Null);
        let way = random.below(8);
        let request = match way {
            0 => self.soap(
                "GetContactsInAddressBook",
                &format!(
                    "<addressBookId>{list}</addressBookId><withFullData>true</withFullData>\
                     <select>1000</select><skip>0</skip>"
                ),
            ),
            1 => get(&format!("{lists}/contacts?{page}")),
            2 => get(&format!("{which50}/contacts?$top=1000")),
            3 => self.soap("GetAddressBookById", &id),
            4 => get(&lists),
            5 => get(&which50),
            6 => {
                let path = faces::path_of_2013();
                faces::envelope(self.logins, &path, "GetAddressBookContactCount", &id)
            }
            _ => faces::selzy_form(self.logins, "getContactCount", &format!("list_id={list}")),
        };
        let Some(reply) = self.make(&request, Manner::Kept) else { return };
        let said: Value = serde_json::from_str(&reply.body).unwrap_or_default();
        let count = match way {
            0 => return self.ensure_members(list, faces::contacts_of(&reply.body), &request),
            1 => return self.ensure_members(list, faces::members_of(&reply.body), &request),
            2 => return self.ensure_members(list, which50_members(&said), &request),
            3 => text(&reply.body, "Contacts").parse().ok(),
            4 => said["contacts"].as_u64(),
            5 => said["Count"].as_u64(),
            6 => text(&reply.body, "GetAddressBookContactCountResult").parse().ok(),
            _ => said["result"]["count"].as_u64(),
        };
        let surely = self.slots.iter().filter(|slot| slot.is_surely_in(list)).count();
        let maybe = self.slots.iter().filter(|slot| slot.is_maybe_in(list)).count();
        let count = count.and_then(|count| usize::try_from(count).ok());
        if !count.is_some_and(|count| (surely..=maybe).contains(&count)) {
            let what = format!("list {list} has {surely} to {maybe} members");
            self.fail(&what, &reply.body, &request);
        }
    }

    /// Exactly those who must be there, each once and as it must be; who is in doubt may be there.
    pub fn ensure_members(&self, list: u32, members: Vec<Shown>, request: &Request) {
        let mut found: BTreeMap<String, Shown> = BTreeMap::new();
        for member in members {
            if let Some(twice) = found.insert(member.address.clone(), member) {
                self.fail("somebody is there twice", &format!("{twice:?}"), request);
            }
        }
        for slot in &self.slots {
            let member = found.remove(&slot.address);
            if member.is_none() && slot.is_surely_in(list) {
                self.fail("somebody is missing", &format!("{slot:?}"), request);
            }
            let Some(member) = member else { continue };
            let is_so = slot.people.iter().any(|person| {
                let same_id = person.id.is_none() || member.id.is_none() || person.id == member.id;
                person.lists.contains(&list)
                    && member.standing == Some(person.standing)
                    && member.first.as_ref() == Some(&person.first)
                    && same_id
            });
            if !is_so {
                self.fail("a member is wrong", &format!("{member:?}, {slot:?}"), request);
            }
        }
        if !found.is_empty() {
            self.fail("strangers are in the list", &format!("{found:?}"), request);
        }
    }
}

/// The contacts that Which50 lists.
pub fn which50_members(said: &Value) -> Vec<Shown> {
    let contacts = said.as_array().expect("a list of contacts").iter();
    let shown = contacts.map(|contact| {
        let text = |name: &str| contact["Values"][name].as_str().unwrap_or_default().to_owned();
        Shown {
            id: None,
            address: text("Email"),
            first: Some(text("FirstName")),
            standing: Some(Standing::Subscribed),
        }
    });
    shown.collect()
}
