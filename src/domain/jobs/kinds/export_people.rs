//! Exporting people: contacts with their lists, known by an address or a phone number.

use serde::{Deserialize, Serialize};

use super::{Part, Work};
use crate::domain::jobs::file::{Line, StoredPerson, push_line};
use crate::domain::jobs::task::StoredTask;
use crate::domain::people::{PeopleFilter, Wanted};
use crate::domain::{Account, ContactId, Result};

/// Whom to export, in order of id. The file holds each as it was when its turn came.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ExportPeople {
    filter: PeopleFilter,
    wanted: Wanted,
    /// Contacts below this one are done.
    from: u32,
}

impl ExportPeople {
    pub fn new(filter: PeopleFilter, wanted: Wanted) -> Self {
        Self { filter, wanted, from: 0 }
    }
}

pub async fn step<'a>(
    account: Account<'a>,
    stored: &StoredTask,
    order: &ExportPeople,
) -> Result<Part<'a>> {
    let from = ContactId(order.from);
    let (people, next) = account.people().read(&order.filter, order.wanted, from).await?;
    let mut file = Vec::new();
    let mut done = 0;
    for person in people {
        push_line(&mut file, &Line::Person(Box::new(StoredPerson::of(&person)?)))?;
        done += 1;
    }
    let from = next.map_or(order.from, |next| next.0);
    let work = Work::ExportPeople(ExportPeople { from, ..order.clone() });
    let part = Part { done, file, ..Part::to(work) };
    Ok(match next {
        Some(_) => part,
        None => part.ending(format!("{} contacts exported.", stored.task.done + done)),
    })
}
