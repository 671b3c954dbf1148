//! A client with contacts and a list of its own, which knows what every answer must be.

use std::time::Instant;

use serde_json::{Value, json};

use crate::pair::{Answer, Pair};
use crate::support::random::Random;
use crate::support::{Reply, text};

/// Contacts of a client.
const SLOTS: usize = 12;

/// A contact's first name; `None` is no contact.
type State = Option<String>;

struct Slot {
    address: String,
    /// One, unless the answer to the last change was lost.
    possible: Vec<State>,
}

pub struct Client<'p> {
    pair: &'p Pair,
    number: u64,
    list: u64,
    slots: Vec<Slot>,
    random: Random,
    calls: u64,
}

/// The list's number, made over whichever gateway is there; a list whose making was not answered is
/// left alone.
pub fn new_list(pair: &Pair, name: &str) -> u64 {
    let mut attempt = 0;
    loop {
        let list = json!({ "name": format!("{name} {attempt}"), "visibility": "Private" });
        let gateway = attempt % 2;
        if let Answer::Reply(reply) =
            pair.rest(gateway, "POST", "/v2/address-books", &list.to_string())
        {
            assert!(reply.status < 300, "{}", reply.body);
            let made: Value = serde_json::from_str(&reply.body).unwrap();
            return made["id"].as_u64().unwrap();
        }
        attempt += 1;
    }
}

/// How many contacts a list has, asked until somebody answers.
pub fn count(pair: &Pair, list: u64) -> u64 {
    let mut attempt = 0;
    loop {
        let path = format!("/v2/address-books/{list}");
        if let Answer::Reply(reply) = pair.rest(attempt % 2, "GET", &path, "") {
            let found: Value = serde_json::from_str(&reply.body).unwrap();
            return found["contacts"].as_u64().unwrap_or_else(|| panic!("{}", reply.body));
        }
        attempt += 1;
    }
}

fn first_name(contact: &Value) -> String {
    let fields = contact["dataFields"].as_array().into_iter().flatten();
    let mut named = fields.filter(|field| field["key"] == "FIRSTNAME");
    let value = named.next().map(|field| &field["value"]);
    value.and_then(Value::as_str).unwrap_or_default().to_owned()
}

impl<'p> Client<'p> {
    pub fn new(pair: &'p Pair, number: u64) -> Self {
        let slot = |index| Slot {
            address: format!("c{number}-{index}@gateways.example"),
            possible: vec![None],
        };
        let slots = (0..SLOTS).map(slot).collect();
        let list = new_list(pair, &format!("List of {number}"));
        Self { pair, number, list, slots, random: Random::of(7, number, 0), calls: 0 }
    }

    /// Calls until then, and ends with a look at everything. Returns how many calls it made.
    pub fn run(mut self, until: Instant) -> u64 {
        while Instant::now() < until {
            let gateway = self.random.index(2);
            let slot = self.random.index(SLOTS);
            match self.random.below(10) {
                0..=3 => self.write(gateway, slot),
                4 => self.delete(gateway, slot),
                _ => self.read(gateway, slot),
            }
        }
        for slot in 0..SLOTS {
            while self.slots[slot].possible.len() > 1 {
                self.read(slot % 2, slot);
            }
            self.read(0, slot);
            self.read(1, slot);
        }
        let there = self.slots.iter().filter(|slot| slot.possible[0].is_some()).count();
        let there = u64::try_from(there).unwrap();
        assert_eq!(count(self.pair, self.list), there, "members of client {}", self.number);
        self.calls
    }

    /// Notes what a change came to; a reply must be one of success.
    fn changed(&mut self, slot: usize, to: State, answer: Answer) {
        self.calls += 1;
        let possible = &mut self.slots[slot].possible;
        match answer {
            Answer::NotSent => {}
            Answer::Lost => {
                if !possible.contains(&to) {
                    possible.push(to);
                }
            }
            Answer::Reply(Reply { status, body }) => {
                assert!(status < 300 && !body.contains("<error>"), "{status} {body}");
                *possible = vec![to];
            }
        }
    }

    fn write(&mut self, gateway: usize, slot: usize) {
        let (address, list) = (self.slots[slot].address.clone(), self.list);
        let name = format!("Name{}", self.calls);
        let answer = match self.random.below(3) {
            0 => {
                let field = json!({ "key": "FIRSTNAME", "value": name });
                let contact = json!({ "email": address, "dataFields": [field] });
                let path = format!("/v2/address-books/{list}/contacts");
                self.pair.rest(gateway, "POST", &path, &contact.to_string())
            }
            1 => {
                let members = format!(
                    "<addressBookId>{list}</addressBookId>\
                     <apiContact xmlns:a=\"http://apiconnector.com\" \
                     xmlns:i=\"http://www.w3.org/2001/XMLSchema-instance\"><a:Id>0</a:Id>\
                     <a:Email>{address}</a:Email><a:OptInType>Unknown</a:OptInType>\
                     <a:EmailType>Html</a:EmailType><a:DataFields><a:ApiContactData>\
                     <a:Key>FIRSTNAME</a:Key><a:Value i:type=\"b:string\" \
                     xmlns:b=\"http://www.w3.org/2001/XMLSchema\">{name}</a:Value>\
                     </a:ApiContactData></a:DataFields><a:Status>Subscribed</a:Status></apiContact>"
                );
                self.pair.soap(gateway, "AddContactToAddressBook", &members)
            }
            _ => {
                let arguments = format!(
                    "<email>{address}</email><firstname>{name}</firstname><grp>{list}</grp>"
                );
                self.pair.empower(gateway, "legacy.manage_subscriber", &arguments)
            }
        };
        self.changed(slot, Some(name), answer);
    }

    fn delete(&mut self, gateway: usize, slot: usize) {
        let Some(id) = self.read_over_rest(gateway, slot) else { return };
        let answer = if self.random.below(2) == 0 {
            self.pair.rest(gateway, "DELETE", &format!("/v2/contacts/{id}"), "")
        } else {
            self.pair.soap(gateway, "DeleteContact", &format!("<id>{id}</id>"))
        };
        self.changed(slot, None, answer);
    }

    fn read(&mut self, gateway: usize, slot: usize) {
        match self.random.below(3) {
            0 => drop(self.read_over_rest(gateway, slot)),
            1 => self.read_over_soap(gateway, slot),
            _ => self.read_over_empower(gateway, slot),
        }
    }

    /// The contact's id, if it is there.
    fn read_over_rest(&mut self, gateway: usize, slot: usize) -> Option<u64> {
        let path = format!("/v2/contacts/{}", self.slots[slot].address);
        self.calls += 1;
        let Answer::Reply(reply) = self.pair.rest(gateway, "GET", &path, "") else { return None };
        if reply.status == 404 {
            self.saw(slot, &reply, Option::is_none);
            return None;
        }
        assert_eq!(reply.status, 200, "{}", reply.body);
        let contact: Value = serde_json::from_str(&reply.body).unwrap();
        let name = first_name(&contact);
        self.saw(slot, &reply, |state| state.as_ref() == Some(&name));
        contact["id"].as_u64()
    }

    fn read_over_soap(&mut self, gateway: usize, slot: usize) {
        let members = format!("<email>{}</email>", self.slots[slot].address);
        self.calls += 1;
        let answer = self.pair.soap(gateway, "GetContactByEmail", &members);
        let Answer::Reply(reply) = answer else { return };
        if reply.body.contains("ERROR_CONTACT_NOT_FOUND") {
            return self.saw(slot, &reply, Option::is_none);
        }
        assert_eq!(reply.status, 200, "{}", reply.body);
        assert_eq!(text(&reply.body, "Email"), self.slots[slot].address);
        self.saw(slot, &reply, |state| {
            state.as_ref().is_some_and(|name| reply.body.contains(&format!(">{name}<")))
        });
    }

    fn read_over_empower(&mut self, gateway: usize, slot: usize) {
        let arguments = format!("<email>{}</email>", self.slots[slot].address);
        self.calls += 1;
        let answer = self.pair.empower(gateway, "subscribers.getSubscriber", &arguments);
        let Answer::Reply(reply) = answer else { return };
        let is_there = reply.body.contains("<contact_id>");
        assert_ne!(is_there, reply.body.contains("<error>"), "{}", reply.body);
        self.saw(slot, &reply, |state| state.is_some() == is_there);
    }

    /// Of what may be, only that stays which the reply agrees with; something must.
    fn saw(&mut self, slot: usize, reply: &Reply, agrees: impl Fn(&State) -> bool) {
        let Slot { address, possible } = &mut self.slots[slot];
        let before = possible.clone();
        possible.retain(agrees);
        assert!(!possible.is_empty(), "{address} must be {before:?}: {}", reply.body);
    }
}
