//! The file that the demo imports: one row for every reason that an import can refuse, good rows
//! around them.

use crate::domain::event::Subject;
use crate::domain::{EmailAddress, Event, EventKind};

/// The domain of all addresses here; `.example` is nobody's.
const DOMAIN: &str = "import.example";

/// The addresses that are refused for what happened to them before, and what that was.
const EVENTS: &[(&str, EventKind)] = &[
    ("spam-trap", EventKind::SuppressGlobal),
    ("picky-provider", EventKind::Block),
    ("complained", EventKind::IspComplaint),
    ("moved-away", EventKind::HardBounce),
    ("strict-server", EventKind::MailBlock),
    ("full-mailbox", EventKind::SoftBounce),
    ("opted-out", EventKind::Unsubscribe),
    ("not-confirmed", EventKind::PendingOptin),
];

/// A domain that the demo account suppresses.
const SUPPRESSED_DOMAIN: &str = "competitor.example";

/// What must have happened in `account` before the import, so that rows are refused.
pub fn events(account: &str) -> Vec<Event> {
    let event =
        |kind, subject| Event { account: Some(account.to_owned()), kind, subject, at: None };
    let of_address = EVENTS.iter().filter_map(|(name, kind)| {
        let address = EmailAddress::parse(&format!("{name}@{DOMAIN}")).ok()?;
        Some(event(*kind, Subject::Address(address)))
    });
    let domain = Subject::Domain(SUPPRESSED_DOMAIN.to_owned());
    of_address.chain([event(EventKind::SuppressDomain, domain)]).collect()
}

/// The file, as CSV. `AGE` must be a numeric data field.
pub fn csv() -> String {
    let mut rows = vec![
        "Email,FIRSTNAME,LASTNAME,AGE,Note".to_owned(),
        format!("ada@{DOMAIN},Ada,Lovelace,36,new"),
        format!("grace@{DOMAIN},Grace,Hopper,85,\"new, with a comma\""),
        format!("alan@{DOMAIN},Alan,Turing,41,new"),
        format!("ADA@{DOMAIN},Ada,Again,36,the same address once more"),
        "no-at-sign.example,Nobody,Nowhere,1,not an address".to_owned(),
        format!("anyone@{SUPPRESSED_DOMAIN},Some,One,2,domain is suppressed"),
        format!("word@{DOMAIN},Age,Inwords,forty,AGE is a number"),
    ];
    rows.extend(EVENTS.iter().map(|(name, _)| format!("{name}@{DOMAIN},Not,Taken,3,{name}")));
    rows.join("\r\n") + "\r\n"
}
