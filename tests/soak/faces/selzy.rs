//! Selzy.

use serde_json::{Value, json};

use super::{Asked, Logins, encode};
use crate::model::{Deed, Outcome, Standing};
use crate::wire::{Reply, Request};

/// A call of a method.
pub fn form(logins: &Logins, method: &str, form: &str) -> Request {
    let form = format!("api_key={}&{form}", logins.selzy_key);
    Request {
        method: "POST",
        target: format!("/en/api/{method}?format=json"),
        headers: "Content-Type: application/x-www-form-urlencoded\r\n".to_owned(),
        body: form.into_bytes(),
    }
}

pub fn request(logins: &Logins, asked: &Asked<'_>) -> Request {
    let address = encode(asked.address);
    let who = format!("contact_type=email&contact={address}");
    let (method, fields) = match asked.deed {
        Deed::Read => ("getContact", format!("email={address}&include_lists=1&include_fields=1")),
        Deed::Join { first, list } => {
            let fields =
                format!("fields%5Bemail%5D={address}&fields%5BFIRSTNAME%5D={}", encode(first));
            ("subscribe", format!("list_ids={list}&{fields}&double_optin=3&overwrite=2"))
        }
        Deed::Leave { list } => ("exclude", format!("{who}&list_ids={list}")),
        Deed::Unsubscribe => ("unsubscribe", who),
        Deed::Lists => {
            let lists: Vec<String> = asked.after.lists.iter().map(u32::to_string).collect();
            let lists = lists.join("%2C");
            ("isContactInLists", format!("email={address}&list_ids={lists}&condition=and"))
        }
        other => panic!("{other:?} is not for this face"),
    };
    form(logins, method, &fields)
}

pub fn judge(asked: &Asked<'_>, reply: &Reply) -> Result<Option<u32>, String> {
    let said: Value = serde_json::from_str(&reply.body).map_err(|error| error.to_string())?;
    let is = |expected: Value| {
        let fits = reply.status == 200 && said == expected;
        fits.then_some(None).ok_or_else(|| format!("not {expected}"))
    };
    let refused = |error: &str| is(json!({ "error": error, "code": "invalid_arg" }));
    match (asked.outcome, asked.deed) {
        (Outcome::NotFound, _) => refused("There is no such contact"),
        (Outcome::Suppressed, _) => refused("The contact is suppressed"),
        (_, Deed::Leave { .. } | Deed::Unsubscribe) => is(json!({ "result": {} })),
        (_, Deed::Lists) => is(json!({ "result": true })),
        (_, Deed::Join { .. }) => {
            let id = said["result"]["person_id"].as_u64();
            let id = id.map(|id| u32::try_from(id).unwrap()).ok_or("no number")?;
            let fits = asked.before.id.is_none_or(|before| before == id);
            fits.then_some(Some(id)).ok_or_else(|| format!("the number is {id}"))
        }
        _ => ensure_shown(asked, &said["result"]).map(|()| None),
    }
}

fn ensure_shown(asked: &Asked<'_>, said: &Value) -> Result<(), String> {
    let after = asked.after;
    let status = said["email"]["status"].as_str().unwrap_or_default();
    let is_status = match after.standing {
        Standing::Subscribed => matches!(status, "new" | "active"),
        Standing::Unsubscribed => status == "unsubscribed",
        _ => status == "inactive",
    };
    let lists = said["lists"].as_array().ok_or("no lists")?.iter();
    let lists: Vec<u64> = lists.filter_map(|list| list["id"].as_u64()).collect();
    let mut expected: Vec<u64> = after.lists.iter().map(|id| u64::from(*id)).collect();
    // Of one who left, only those who are there matter.
    if !after.is(Standing::Subscribed) {
        expected.clone_from(&lists);
    }
    let fits = is_status
        && said["email"]["email"] == asked.address
        && said["fields"]["FIRSTNAME"] == after.first.as_str()
        && lists == expected;
    fits.then_some(()).ok_or_else(|| format!("not {after:?}"))
}
