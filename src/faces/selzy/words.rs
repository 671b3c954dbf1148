//! The vendor's words for how addresses and phone numbers stand.

use crate::domain::people::{Availability, Standing};

const STANDINGS: [(&str, Standing); 7] = [
    ("new", Standing::New),
    ("invited", Standing::Invited),
    ("active", Standing::Active),
    ("inactive", Standing::Inactive),
    ("unsubscribed", Standing::Unsubscribed),
    ("blocked", Standing::Blocked),
    // Asked to confirm once more, which is not told apart here.
    ("activation_requested", Standing::Invited),
];

const AVAILABILITIES: [(&str, Availability); 6] = [
    ("available", Availability::Available),
    ("unreachable", Availability::Unreachable),
    ("temp_unreachable", Availability::TemporarilyUnreachable),
    ("mailbox_full", Availability::MailboxFull),
    ("spam_rejected", Availability::SpamRejected),
    ("spam_folder", Availability::SpamFolder),
];

fn word_of<T: Copy + PartialEq>(words: &[(&'static str, T)], meant: T) -> &'static str {
    words.iter().find(|(_, known)| *known == meant).map_or("", |(word, _)| word)
}

fn read<T: Copy>(words: &[(&'static str, T)], text: &str) -> Option<T> {
    let text = text.trim();
    words.iter().find(|(word, _)| word.eq_ignore_ascii_case(text)).map(|(_, known)| *known)
}

pub fn standing(standing: Standing) -> &'static str {
    word_of(&STANDINGS, standing)
}

pub fn read_standing(text: &str) -> Option<Standing> {
    read(&STANDINGS, text)
}

pub fn read_availability(text: &str) -> Option<Availability> {
    read(&AVAILABILITIES, text)
}

pub fn availability(availability: Availability) -> &'static str {
    word_of(&AVAILABILITIES, availability)
}
