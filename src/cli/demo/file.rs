//! The file that the demo imports: one row for every reason that an import can refuse, good rows
//! around them.

use serde_json::json;

use crate::domain::{Event, EventError};

/// The domain of all addresses here; `.example` is nobody's.
const DOMAIN: &str = "import.example";

/// The addresses that are refused for what happened to them before: type of the event, and the
/// class of a bounce.
const EVENTS: &[(&str, &str, Option<&str>)] = &[
    ("spam-trap", "suppress_global", None),
    ("picky-provider", "block", None),
    ("complained", "complained", None),
    ("moved-away", "bounced", Some("hard")),
    ("strict-server", "bounced", Some("block")),
    ("full-mailbox", "bounced", Some("soft")),
    ("opted-out", "unsubscribed", None),
    ("not-confirmed", "pending_optin", None),
];

/// A domain that the demo account suppresses.
const SUPPRESSED_DOMAIN: &str = "competitor.example";

/// What must have happened in `account` before the import, so that rows are refused.
pub fn events(account: &str) -> Result<Vec<Event>, EventError> {
    let of_address = EVENTS.iter().map(|(name, kind, class)| {
        let email = format!("{name}@{DOMAIN}");
        json!({ "account": account, "type": kind, "class": class, "email": email })
    });
    let of_domain =
        json!({ "account": account, "type": "suppress_domain", "domain": SUPPRESSED_DOMAIN });
    of_address.chain([of_domain]).map(|line| Event::from_json(&line.to_string())).collect()
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
    rows.extend(EVENTS.iter().map(|(name, ..)| format!("{name}@{DOMAIN},Not,Taken,3,{name}")));
    rows.join("\r\n") + "\r\n"
}
