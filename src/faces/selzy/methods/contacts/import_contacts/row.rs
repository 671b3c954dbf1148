//! From the cells of one row to what the domain is told.

use jiff::Timestamp;

use super::columns::{Column, Columns, Part};
use super::log::{Entry, Faults};
use crate::domain::EmailAddress;
use crate::domain::ListId;
use crate::domain::people::Standing;
use crate::domain::people::sync::{Channel, SyncRow};
use crate::domain::phone::Phone;
use crate::faces::selzy::args::{comma_list, is_yes, time};
use crate::faces::selzy::roles::{SpamTraps, is_role};
use crate::faces::selzy::{value, words};
use crate::protocol::form::brackets::Branch;

/// One row, and what there is to say of it already.
#[derive(Debug)]
pub struct Prepared {
    pub row: SyncRow,
    pub faults: Faults,
    /// The row has an address, be it a bad one.
    pub has_address: bool,
    /// The address is not taken; what else the row says may be.
    pub is_address_ignored: bool,
    pub is_role: bool,
}

/// Texts of one channel's cells until all are there.
#[derive(Default)]
struct Texts {
    itself: Option<String>,
    lists: Option<String>,
    times: Option<String>,
    left: Option<String>,
    excluded: Option<String>,
}

impl Prepared {
    /// Reads a row. Whatever is wrong with a cell is said in the log and leaves the others alone.
    pub fn read(columns: &Columns, cells: &Branch, index: u32, traps: &SpamTraps) -> Self {
        let mut prepared = Self {
            row: SyncRow::default(),
            faults: Faults::of_row(index),
            has_address: false,
            is_address_ignored: false,
            is_role: false,
        };
        let (mut mail, mut mobile) = (Texts::default(), Texts::default());
        for (column, text) in columns.cells(cells) {
            match column {
                Column::Mail(part) => prepared.part(*part, text, &mut mail, true),
                Column::Mobile(part) => prepared.part(*part, text, &mut mobile, false),
                Column::Delete => prepared.row.deletes = is_yes(&text),
                Column::Tags => prepared.row.tags = Some(comma_list(&text).collect()),
                Column::Field { id, kind, name } => match value::read(*kind, &text) {
                    Ok(value) => prepared.row.fields.push((*id, value)),
                    Err(_) => prepared.faults.add(Entry::invalid_value(name)),
                },
                Column::Ignored => {}
            }
        }
        prepared.row.mail = prepared.channel(prepared.row.mail.clone(), &mail, "email");
        prepared.row.mobile = prepared.channel(prepared.row.mobile.clone(), &mobile, "phone");
        prepared.identify(mail.itself, mobile.itself, traps);
        prepared
    }

    fn part(&mut self, part: Part, text: String, texts: &mut Texts, is_mail: bool) {
        match part {
            Part::Itself => texts.itself = Some(text),
            Part::Lists => texts.lists = Some(text),
            Part::SubscribeTimes => texts.times = Some(text),
            Part::UnsubscribedLists => texts.left = Some(text),
            Part::ExcludedLists => texts.excluded = Some(text),
            Part::Status => {
                let standing = words::read_standing(&text).filter(|one| is_importable(*one));
                self.said(is_mail, standing.is_some(), &text, "status");
                self.channel_mut(is_mail).standing = standing;
            }
            Part::Availability => {
                let availability = words::read_availability(&text);
                self.said(is_mail, availability.is_some(), &text, "availability");
                self.channel_mut(is_mail).availability = availability;
            }
        }
    }

    fn channel_mut(&mut self, is_mail: bool) -> &mut Channel {
        if is_mail { &mut self.row.mail } else { &mut self.row.mobile }
    }

    /// Notes a word that nobody knows; an empty cell says nothing.
    fn said(&mut self, is_mail: bool, is_known: bool, text: &str, suffix: &str) {
        if !is_known && !text.trim().is_empty() {
            let prefix = if is_mail { "email" } else { "phone" };
            self.faults.add(Entry::invalid_value(&format!("{prefix}_{suffix}")));
        }
    }

    fn channel(&mut self, mut channel: Channel, texts: &Texts, prefix: &str) -> Channel {
        let Texts { lists, left, excluded, .. } = texts;
        channel.says_lists = [lists, left, excluded].iter().any(|text| text.is_some());
        let joined = self.ids(lists.as_deref(), prefix, "list_ids");
        let times = self.times(texts.times.as_deref(), prefix);
        let mut times = times.into_iter();
        channel.lists = joined.into_iter().map(|id| (id, times.next().flatten())).collect();
        channel.left = self.ids(left.as_deref(), prefix, "unsubscribed_list_ids");
        channel.excluded = self.ids(excluded.as_deref(), prefix, "excluded_list_ids");
        channel
    }

    fn ids(&mut self, text: Option<&str>, prefix: &str, suffix: &str) -> Vec<ListId> {
        let mut ids = Vec::new();
        for one in comma_list(text.unwrap_or_default()) {
            match one.parse() {
                Ok(id) => ids.push(ListId(id)),
                Err(_) => self.faults.add(Entry::invalid_value(&format!("{prefix}_{suffix}"))),
            }
        }
        ids
    }

    /// In the order of the lists; an empty place says nothing of its list.
    fn times(&mut self, text: Option<&str>, prefix: &str) -> Vec<Option<Timestamp>> {
        let mut times = Vec::new();
        for one in text.into_iter().flat_map(|text| text.split(',')) {
            let read = time(one);
            if read.is_none() && !one.trim().is_empty() {
                self.faults.add(Entry::invalid_value(&format!("{prefix}_subscribe_times")));
            }
            times.push(read);
        }
        times
    }

    fn identify(&mut self, email: Option<String>, phone: Option<String>, traps: &SpamTraps) {
        let given = |text: Option<String>| text.filter(|text| !text.trim().is_empty());
        if let Some(text) = given(email) {
            self.has_address = true;
            self.row.address = self.address(text.trim(), traps);
            self.is_address_ignored = self.row.address.is_none();
        }
        if let Some(text) = given(phone) {
            match Phone::judge(&international(&text)) {
                Some(phone) => self.row.phone = Some(phone),
                None => self.faults.add(Entry::PHONE_INVALID),
            }
        }
    }

    /// The address, when it is one that is taken. Whoever goes may have any.
    fn address(&mut self, text: &str, traps: &SpamTraps) -> Option<EmailAddress> {
        let Ok(address) = EmailAddress::parse(text) else {
            self.faults.add(Entry::EMAIL_INVALID);
            return None;
        };
        if self.row.deletes {
            return Some(address);
        }
        if is_role(&address) {
            self.is_role = true;
            self.faults.add(Entry::role(address.as_given()));
            return None;
        }
        if traps.has(&address) {
            self.faults.add(Entry::trap(address.as_given()));
            return None;
        }
        Some(address)
    }
}

/// The four standings that an import may say.
fn is_importable(standing: Standing) -> bool {
    match standing {
        Standing::New | Standing::Active | Standing::Inactive | Standing::Unsubscribed => true,
        Standing::Invited | Standing::Blocked => false,
    }
}

/// Numbers are documented as international ones; clients leave out the `+`.
pub fn international(text: &str) -> String {
    let text = text.trim();
    let is_bare = text.starts_with(|first: char| first.is_ascii_digit()) && !text.starts_with('0');
    if is_bare { format!("+{text}") } else { text.to_owned() }
}
