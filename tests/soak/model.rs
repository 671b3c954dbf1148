//! What must be so: contacts as plain values, and what each face does to them.

use std::collections::{BTreeSet, VecDeque};
use std::time::{Duration, Instant};

/// How long a call that nobody waits for may still take effect.
const LATE: Duration = Duration::from_secs(5);

/// How a contact stands to its account.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    Nobody,
    Subscribed,
    Unsubscribed,
    HardBounced,
}

/// A contact, as every face must show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    pub standing: Standing,
    /// `None` as long as no face has told it.
    pub id: Option<u32>,
    pub first: String,
    /// Of one who left the account: those that wait for the return.
    pub lists: BTreeSet<u32>,
}

impl Person {
    pub fn nobody() -> Self {
        Self { standing: Standing::Nobody, id: None, first: String::new(), lists: BTreeSet::new() }
    }

    pub fn is(&self, standing: Standing) -> bool {
        self.standing == standing
    }

    fn turned(&self, standing: Standing) -> Self {
        Self { standing, ..self.clone() }
    }

    fn saved(&self, first: &str) -> Self {
        Self { first: first.to_owned(), ..self.turned(Standing::Subscribed) }
    }

    fn joined(mut self, list: u32) -> Self {
        self.lists.insert(list);
        self
    }

    fn without(&self, list: u32) -> Self {
        let mut left = self.clone();
        left.lists.remove(&list);
        left
    }

    /// The same but for what one of both does not know.
    pub fn fits(&self, other: &Self) -> bool {
        let same_id = self.id.is_none() || other.id.is_none() || self.id == other.id;
        same_id
            && (self.standing, &self.first, &self.lists)
                == (other.standing, &other.first, &other.lists)
    }
}

/// An address of a client, and who may be there.
#[derive(Debug)]
pub struct Slot {
    pub address: String,
    /// More than one while it is in doubt who is there.
    pub people: Vec<Person>,
    /// When whatever was under way has come to its end.
    settles: Option<Instant>,
    /// Held by an import whose end will tell.
    pub is_held: bool,
    /// What happened to it last, for whoever looks for a mistake.
    history: VecDeque<String>,
}

/// So much of what happened to an address is kept.
const REMEMBERED: usize = 8;

impl Slot {
    pub fn new(address: String) -> Self {
        Self {
            address,
            people: vec![Person::nobody()],
            settles: None,
            is_held: false,
            history: VecDeque::new(),
        }
    }

    pub fn remember(&mut self, what: String) {
        if self.history.len() == REMEMBERED {
            self.history.pop_front();
        }
        self.history.push_back(what);
    }

    /// Who is there, if that is certain.
    pub fn certain(&self) -> Option<&Person> {
        (self.people.len() == 1 && self.settles.is_none() && !self.is_held).then(|| &self.people[0])
    }

    pub fn set(&mut self, person: Person) {
        self.people = vec![person];
        self.settles = None;
        self.is_held = false;
    }

    /// It is as it was, or as `after`, sooner or later.
    pub fn doubt(&mut self, after: Person) {
        if !self.people.contains(&after) {
            self.people.push(after);
        }
        self.settles = Some(Instant::now() + LATE);
    }

    /// Whether a look at it now tells who is there for good.
    pub fn can_settle(&self) -> bool {
        !self.is_held && self.settles.is_some_and(|at| at <= Instant::now())
    }

    /// Of those who may be there the one that was seen, with the id that was seen.
    pub fn settle(&mut self, seen: &Person) {
        let fits = |one: &&Person| {
            one.fits(seen) || !seen.is(Standing::Subscribed) && one.fits_but_lists(seen)
        };
        let Some(found) = self.people.iter().find(fits) else {
            panic!("{} is {seen:?}, not one of {:?}", self.address, self.people)
        };
        let id = found.id.or(seen.id);
        self.set(Person { id, ..found.clone() });
    }

    pub fn is_surely_in(&self, list: u32) -> bool {
        self.people.iter().all(|one| one.is(Standing::Subscribed) && one.lists.contains(&list))
    }

    pub fn is_maybe_in(&self, list: u32) -> bool {
        self.people.iter().any(|one| one.is(Standing::Subscribed) && one.lists.contains(&list))
    }
}

impl Person {
    fn fits_but_lists(&self, other: &Self) -> bool {
        let lists = self.lists.clone();
        self.fits(&Self { lists, ..other.clone() })
    }
}

/// Who asks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Face {
    Soap,
    Rest,
    Empower,
    XmlRpc,
    Selzy,
    Which50,
}

pub const FACES: [Face; 6] =
    [Face::Soap, Face::Rest, Face::Empower, Face::XmlRpc, Face::Selzy, Face::Which50];

/// What is asked about one address.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    Read,
    /// Read by the number, not by the address.
    ReadById,
    /// Create or update.
    Save {
        first: String,
    },
    /// Create or update, in a list.
    Join {
        first: String,
        list: u32,
    },
    Leave {
        list: u32,
    },
    Unsubscribe,
    Resubscribe,
    Delete,
    /// In which lists somebody is.
    Lists,
}

impl Deed {
    pub fn writes(&self) -> bool {
        !matches!(self, Self::Read | Self::ReadById | Self::Lists)
    }
}

/// What the answer must say.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is done, and whatever the face shows of the contact is so.
    Done,
    Added,
    Updated,
    Removed,
    /// Nobody has the address or the number.
    NotFound,
    /// Who left is not written to.
    Suppressed,
    /// Who never left cannot come back.
    NeverLeft,
    /// Who bounced stays so.
    StaysOut,
}

/// What a face answers to a deed about `person`, and who is there afterwards; `None` for what it
/// cannot do, or not without more knowledge.
pub fn foresee(face: Face, deed: &Deed, person: &Person) -> Option<(Outcome, Person)> {
    if !deed.writes() {
        return Some((foresee_look(face, deed, person)?, person.clone()));
    }
    match (face, deed) {
        (Face::Empower | Face::XmlRpc, _) => foresee_empower(deed, person),
        (Face::Selzy | Face::Which50, Deed::Save { .. }) => None,
        (_, Deed::Save { .. } | Deed::Join { .. }) => foresee_save(face, deed, person),
        (Face::Which50, _) => None,
        (_, Deed::Unsubscribe) => match person.standing {
            Standing::HardBounced => Some((Outcome::Done, person.clone())),
            _ => Some((Outcome::Done, person.turned(Standing::Unsubscribed))),
        },
        (Face::Soap | Face::Rest, _) => foresee_dotdigital(deed, person),
        (Face::Selzy, Deed::Leave { list }) => match person.standing {
            Standing::Nobody => Some((Outcome::NotFound, person.clone())),
            Standing::Subscribed => Some((Outcome::Done, person.without(*list))),
            _ => None,
        },
        _ => None,
    }
}

fn foresee_look(face: Face, deed: &Deed, person: &Person) -> Option<Outcome> {
    let is_known = person.is(Standing::Subscribed) && person.id.is_some();
    let is_in_list = person.is(Standing::Subscribed) && !person.lists.is_empty();
    match (face, deed) {
        (Face::Which50, Deed::Read) | (Face::Selzy, Deed::Lists) => {
            is_in_list.then_some(Outcome::Done)
        }
        (_, Deed::Read) if person.is(Standing::Nobody) => Some(Outcome::NotFound),
        (_, Deed::Read) => Some(Outcome::Done),
        (Face::Soap | Face::Rest, Deed::ReadById | Deed::Lists) if is_known => Some(Outcome::Done),
        (Face::Soap | Face::Rest, Deed::ReadById) => Some(Outcome::NotFound),
        _ => None,
    }
}

fn foresee_dotdigital(deed: &Deed, person: &Person) -> Option<(Outcome, Person)> {
    let stays = |outcome| Some((outcome, person.clone()));
    let is_known = person.id.is_some();
    match (deed, person.standing) {
        (Deed::Delete | Deed::Leave { .. }, Standing::Subscribed) if !is_known => None,
        (Deed::Delete, Standing::Subscribed) => Some((Outcome::Removed, Person::nobody())),
        (Deed::Leave { list }, Standing::Subscribed) if person.lists.contains(list) => {
            Some((Outcome::Removed, person.without(*list)))
        }
        (Deed::Delete | Deed::Leave { .. }, _) | (Deed::Resubscribe, Standing::Nobody) => {
            stays(Outcome::NotFound)
        }
        (Deed::Resubscribe, Standing::Subscribed) => stays(Outcome::NeverLeft),
        (Deed::Resubscribe, Standing::Unsubscribed) => {
            Some((Outcome::Done, person.turned(Standing::Subscribed)))
        }
        (Deed::Resubscribe, Standing::HardBounced) => stays(Outcome::StaysOut),
        _ => None,
    }
}

fn foresee_save(face: Face, deed: &Deed, person: &Person) -> Option<(Outcome, Person)> {
    let (first, list) = match deed {
        Deed::Save { first } => (first, None),
        Deed::Join { first, list } => (first, Some(*list)),
        _ => return None,
    };
    // Selzy's callers vouch for the consent of whom they subscribe.
    let is_taken_back = face == Face::Selzy && person.is(Standing::Unsubscribed);
    if !is_taken_back && matches!(person.standing, Standing::Unsubscribed | Standing::HardBounced) {
        return Some((Outcome::Suppressed, person.clone()));
    }
    let saved = person.saved(first);
    Some((
        Outcome::Done,
        match list {
            Some(list) => saved.joined(list),
            None => saved,
        },
    ))
}

/// One edit says everything; who opted out and is named again is back.
fn foresee_empower(deed: &Deed, person: &Person) -> Option<(Outcome, Person)> {
    let known = if person.is(Standing::Nobody) { Outcome::Added } else { Outcome::Updated };
    let saved = |first: &str| match person.standing {
        Standing::HardBounced => Person { first: first.to_owned(), ..person.clone() },
        _ => person.saved(first),
    };
    match deed {
        Deed::Save { first } => Some((known, saved(first))),
        Deed::Join { first, list } => Some((known, saved(first).joined(*list))),
        Deed::Unsubscribe => match person.standing {
            Standing::HardBounced => Some((known, person.clone())),
            _ => Some((known, person.turned(Standing::Unsubscribed))),
        },
        Deed::Delete => match person.standing {
            Standing::Nobody => Some((Outcome::NotFound, person.clone())),
            Standing::Subscribed => Some((Outcome::Removed, Person::nobody())),
            // The opt-out stays, and nothing else.
            _ => {
                let bare =
                    Person { first: String::new(), lists: BTreeSet::new(), ..person.clone() };
                Some((Outcome::Removed, bare))
            }
        },
        Deed::Leave { list } => match person.standing {
            Standing::Subscribed => Some((Outcome::Updated, person.without(*list))),
            _ => None,
        },
        _ => None,
    }
}
