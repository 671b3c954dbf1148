//! One client: its addresses and lists, what it does next, and what it knows must be answered.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::time::Instant;

use serde_json::{Value, json};

use super::faces::{self, Asked, Logins, encode, json as rest};
use super::imports::Import;
use super::model::{Deed, FACES, Person, Slot, Standing, foresee};
use super::support::random::Random;
use super::support::text;
use super::wire::{Door, Fate, Line, Manner, Reply, Request};

/// Names that are hard to write in one form or another.
pub const NAMES: [&str; 6] =
    ["Ann", "Zo\u{eb}", "O'Brien & <Sons>", "\u{65e5}\u{672c}", "Bell, \"Bo\"", "a=b;c%d+e"];
/// Lists of each client.
const LISTS: usize = 3;
/// Every so many addresses one may bounce: from that nobody comes back.
const BOUNCING: usize = 10;

/// What all clients have in common.
#[derive(Debug, Default)]
pub struct Common {
    pub seed: u64,
    pub door: Door,
    pub admin_token: String,
    /// Answers that were held against the model.
    pub answers: AtomicU64,
    /// Calls that were given up on purpose.
    pub given_up: AtomicU64,
    /// Calls that got no answer because the server went away.
    pub unanswered: AtomicU64,
    /// Set by who fails, so that the others stop.
    pub failed: AtomicBool,
}

/// A client of one account, with addresses and lists that are its own.
#[derive(Debug)]
pub struct Client<'a> {
    pub common: &'a Common,
    pub number: u64,
    pub logins: &'a Logins,
    pub line: Line<'a>,
    pub slots: Vec<Slot>,
    pub lists: Vec<u32>,
    /// Every number that one of its contacts has or had.
    used: BTreeSet<u32>,
    pub import: Option<Import>,
    pub step: u64,
    /// Answers by what was asked.
    pub tally: BTreeMap<String, u64>,
    pub imported: usize,
}

/// Tells the others when a client fails.
pub struct Watch<'a>(pub &'a AtomicBool);

impl Drop for Watch<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.0.store(true, Ordering::Relaxed);
        }
    }
}

impl<'a> Client<'a> {
    pub fn new(common: &'a Common, number: u64, logins: &'a Logins, addresses: usize) -> Self {
        let address = |index| format!("c{number}-{index}@soak.example");
        Self {
            common,
            number,
            logins,
            line: Line::new(&common.door),
            slots: (0..addresses).map(|index| Slot::new(address(index))).collect(),
            lists: Vec::new(),
            used: BTreeSet::new(),
            import: None,
            step: 0,
            tally: BTreeMap::new(),
            imported: 0,
        }
    }

    /// Makes its lists, each over another face.
    pub fn begin(&mut self) {
        for number in 0..LISTS {
            let name = format!("List {number} of {}", self.number);
            let reply = match number {
                0 => {
                    let book = json!({ "name": name, "visibility": "Private" });
                    self.ask(&rest(self.logins, "POST", "/v2/address-books", &book))
                }
                1 => {
                    let title = format!("title={}", encode(&name));
                    self.ask(&faces::selzy_form(self.logins, "createList", &title))
                }
                _ => {
                    let book = format!(
                        "<apiAddressBook xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id>\
                         <a:Name>{name}</a:Name><a:Visibility>Private</a:Visibility></apiAddressBook>"
                    );
                    self.ask(&self.soap("CreateAddressBook", &book))
                }
            };
            let said: Value = serde_json::from_str(&reply.body).unwrap_or_default();
            let id = said["id"].as_u64().or(said["result"]["id"].as_u64());
            let id = id.unwrap_or_else(|| text(&reply.body, "Id").parse().unwrap());
            self.lists.push(u32::try_from(id).unwrap());
        }
    }

    /// So many further steps, or until it is over or somebody fails.
    pub fn run(&mut self, steps: u64, over: Option<Instant>, done: &AtomicU64) {
        let _watch = Watch(&self.common.failed);
        for _ in 0..steps {
            let is_over = over.is_some_and(|over| over <= Instant::now());
            if is_over || self.common.failed.load(Ordering::Relaxed) {
                break;
            }
            self.step += 1;
            self.take(&mut Random::of(self.common.seed, self.number, self.step));
            done.fetch_add(1, Ordering::Relaxed);
        }
        self.line.hang_up();
    }

    fn take(&mut self, random: &mut Random) {
        if let Some(due) = self.slots.iter().position(Slot::can_settle) {
            self.settle(due);
        }
        match random.below(200) {
            0..=1 => self.line.loiter(),
            2..=3 => self.start_import(random),
            4..=15 => self.follow_import(random),
            16..=23 => self.look_at_list(random),
            24..=25 => self.ask_in_vain(random),
            26..=27 => self.bounce(random),
            _ => self.do_something(random),
        }
    }

    pub fn fail(&self, what: &str, said: &str, request: &Request) -> ! {
        let body = String::from_utf8_lossy(&request.body);
        panic!(
            "client {} at its step {}: {what}: {said}\n{} {}\n{body}",
            self.number, self.step, request.method, request.target
        )
    }

    pub fn soap(&self, operation: &str, members: &str) -> Request {
        faces::envelope(self.logins, "/v2/api.svc", operation, members)
    }

    /// Makes a call until it is answered: one that may be made twice.
    pub fn ask(&mut self, request: &Request) -> Reply {
        loop {
            if let Some(reply) = self.make(request, Manner::Kept) {
                return reply;
            }
        }
    }

    /// The answer, if one came.
    pub fn make(&mut self, request: &Request, manner: Manner) -> Option<Reply> {
        match self.line.make(request, manner) {
            Fate::Answered(reply) => {
                self.common.answers.fetch_add(1, Ordering::Relaxed);
                return Some(reply);
            }
            _ if matches!(manner, Manner::Kept | Manner::Closed) => &self.common.unanswered,
            _ => &self.common.given_up,
        }
        .fetch_add(1, Ordering::Relaxed);
        None
    }

    fn do_something(&mut self, random: &mut Random) {
        let index = random.index(self.slots.len());
        let face = *random.pick(&FACES);
        let manner = manner(random);
        let deed = self.deed(random);
        let Some(before) = self.slots[index].certain().cloned() else { return };
        let Some((outcome, after)) = foresee(face, &deed, &before) else { return };
        let address = self.slots[index].address.clone();
        let asked =
            Asked { deed: &deed, address: &address, before: &before, after: &after, outcome };
        let request = faces::request(face, self.logins, &asked, random);
        self.slots[index].remember(format!("{}: {face:?} {deed:?} {manner:?}", self.step));
        let Some(reply) = self.make(&request, manner) else {
            // One that would change nothing now might do so when it comes late.
            if manner != Manner::GoneWithinRequest && deed.writes() {
                self.slots[index].doubt(after);
            }
            return;
        };
        match faces::judge(face, &asked, &reply) {
            Ok(shown) => self.learn(index, &before, after, shown),
            Err(why) => {
                let said = format!("{} {}\n{why}\n{asked:?}", reply.status, reply.body);
                self.fail(&format!("{face:?} is wrong"), &said, &request)
            }
        }
        let name: String =
            format!("{deed:?}").chars().take_while(char::is_ascii_alphabetic).collect();
        *self.tally.entry(format!("{face:?} {name}")).or_default() += 1;
    }

    fn deed(&self, random: &mut Random) -> Deed {
        let list = *random.pick(&self.lists);
        let first = format!("{} {}", random.pick(&NAMES), self.step);
        match random.below(40) {
            0..=14 => Deed::Read,
            15..=16 => Deed::ReadById,
            17..=20 => Deed::Lists,
            21..=25 => Deed::Save { first },
            26..=32 => Deed::Join { first, list },
            33..=34 => Deed::Leave { list },
            35..=36 => Deed::Unsubscribe,
            37..=38 => Deed::Resubscribe,
            _ => Deed::Delete,
        }
    }

    /// Takes what was seen for what is so. A number is somebody's forever.
    fn learn(&mut self, index: usize, before: &Person, after: Person, shown: Option<u32>) {
        let id = match after.standing {
            Standing::Nobody => None,
            _ => after.id.or(shown),
        };
        if let Some(new) = id
            && before.id != id
        {
            assert!(self.used.insert(new), "the number {new} was somebody else's");
        }
        self.slots[index].set(Person { id, ..after });
    }

    /// Looks who is at an address that was in doubt.
    fn settle(&mut self, index: usize) {
        let seen = self.seen(index);
        self.slots[index].remember(format!("{}: settles as {seen:?}", self.step));
        let known =
            self.slots[index].people.iter().any(|one| one.id.is_some() && one.id == seen.id);
        if let Some(new) = seen.id.filter(|_| !known) {
            assert!(self.used.insert(new), "the number {new} was somebody else's");
        }
        self.slots[index].settle(&seen);
    }

    fn seen(&mut self, index: usize) -> Person {
        let path = format!("/v2/contacts/{}", encode(&self.slots[index].address));
        let reply = self.ask(&rest(self.logins, "GET", &path, &Value::Null));
        if reply.status == 404 {
            return Person::nobody();
        }
        let shown = faces::members_of(&format!("[{}]", reply.body)).pop().unwrap();
        let (id, standing) = (shown.id.unwrap(), shown.standing.unwrap());
        let mut lists = BTreeSet::new();
        if standing == Standing::Subscribed {
            let path = format!("/v2/contacts/{id}/address-books?select=1000");
            let reply = self.ask(&rest(self.logins, "GET", &path, &Value::Null));
            let said: Value = serde_json::from_str(&reply.body).unwrap();
            let ids = said.as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap());
            lists.extend(ids.filter(|id| *id != 1).map(|id| u32::try_from(id).unwrap()));
        }
        Person { standing, id: Some(id), first: shown.first.unwrap(), lists }
    }

    /// Looks at every address that is in doubt, when nothing is under way any more.
    pub fn settle_all(&mut self) {
        for index in 0..self.slots.len() {
            if self.slots[index].certain().is_none() {
                self.settle(index);
            }
        }
        self.line.hang_up();
    }

    /// Of what it owns: who is in the account, by address.
    pub fn owned(&self) -> impl Iterator<Item = (&str, &Person)> {
        self.slots.iter().map(|slot| (slot.address.as_str(), slot.certain().expect("settled")))
    }

    /// What nobody has is refused, whatever else is so.
    fn ask_in_vain(&mut self, random: &mut Random) {
        let nobody = faces::NOBODY;
        let request = match random.below(5) {
            0 => (self.soap("GetContactById", &format!("<id>{nobody}</id>")), 500, "_NOT_FOUND"),
            1 => {
                let path = format!("/v2/address-books/{nobody}/contacts");
                let contact = json!({ "email": "in-vain@soak.example" });
                let request = rest(self.logins, "POST", &path, &contact);
                (request, 404, "Error: ERROR_ADDRESSBOOK_NOT_FOUND")
            }
            2 => {
                let request =
                    rest(self.logins, "POST", "/v2/contacts", &json!({ "email": "none" }));
                (request, 400, "Email is not a valid email address. ERROR_PARAMETER_INVALID")
            }
            3 => {
                let form = format!("list_id={nobody}");
                let request = faces::selzy_form(self.logins, "getContactCount", &form);
                (request, 200, "There is no such list")
            }
            _ => {
                let path = format!("/Which50API/contactLists/{nobody}");
                (rest(self.logins, "GET", &path, &Value::Null), 404, "not found")
            }
        };
        let (request, status, says) = request;
        let Some(reply) = self.make(&request, Manner::Kept) else { return };
        if reply.status != status || !reply.body.contains(says) {
            let said = format!("{} {}", reply.status, reply.body);
            self.fail(&format!("not {status} with {says}"), &said, &request);
        }
    }

    /// Sends in the event that somebody's address is no more.
    fn bounce(&mut self, random: &mut Random) {
        let index = random.index(self.slots.len()) / BOUNCING * BOUNCING;
        let Some(before) = self.slots[index].certain().cloned() else { return };
        if !before.is(Standing::Subscribed) {
            return;
        }
        let event = json!({
            "account": self.logins.account, "id": format!("{}-{}", self.number, self.step),
            "type": "bounced", "class": "hard", "email": self.slots[index].address,
        });
        let request = Request {
            method: "POST",
            target: "/_lychgate/events".to_owned(),
            headers: format!("Authorization: Bearer {}\r\n", self.common.admin_token),
            body: event.to_string().into_bytes(),
        };
        let after = Person { standing: Standing::HardBounced, ..before };
        match self.make(&request, Manner::Kept) {
            Some(reply) => {
                if reply.status != 200 || !reply.body.contains("\"recorded\":1") {
                    self.fail("the event is not recorded", &reply.body, &request);
                }
                self.slots[index].set(after);
            }
            None => self.slots[index].doubt(after),
        }
    }
}

/// Most calls keep their connection; some callers vanish.
fn manner(random: &mut Random) -> Manner {
    match random.below(120) {
        0..=1 => Manner::GoneWithinRequest,
        2..=3 => Manner::GoneBeforeReply,
        4 => Manner::GoneWithinReply,
        5..=16 => Manner::Closed,
        _ => Manner::Kept,
    }
}
