//! Which50.

use serde_json::{Value, json};

use super::rest::json as call;
use super::{Asked, Logins, Shown, encode, expect};
use crate::model::{Deed, Outcome, Standing};
use crate::support::random::Random;
use crate::wire::{Reply, Request};

pub fn request(logins: &Logins, asked: &Asked<'_>, random: &mut Random) -> Request {
    match asked.deed {
        Deed::Read => {
            let lists: Vec<u32> = asked.after.lists.iter().copied().collect();
            let list = random.pick(&lists);
            let filter = encode(&format!("Email eq '{}'", asked.address));
            let path = format!("/Which50API/contactLists/{list}/contacts?$filter={filter}");
            call(logins, "GET", &path, &Value::Null)
        }
        Deed::Join { first, list } => {
            let method = random.pick(&["POST", "PUT"]);
            let contact = json!({ "Values": { "Email": asked.address, "FirstName": first } });
            call(logins, method, &format!("/Which50API/contactLists/{list}/contact"), &contact)
        }
        other => panic!("{other:?} is not for this face"),
    }
}

pub fn judge(asked: &Asked<'_>, reply: &Reply) -> Result<Option<u32>, String> {
    if asked.outcome == Outcome::Suppressed {
        let message = "\"MessageDetail\":\"the contact is suppressed.\"";
        return expect(reply, 417, message).map(|()| None);
    }
    expect(reply, 200, "\"Values\"")?;
    let said: Value = serde_json::from_str(&reply.body).map_err(|error| error.to_string())?;
    let contact = match said.as_array() {
        None => &said,
        Some(found) if found.len() == 1 => &found[0],
        Some(found) => return Err(format!("{} contacts", found.len())),
    };
    let text = |name: &str| contact["Values"][name].as_str().unwrap_or_default().to_owned();
    let shown = Shown {
        id: None,
        address: text("Email"),
        first: Some(text("FirstName")),
        standing: Some(Standing::Subscribed),
    };
    shown.as_expected(asked)
}
