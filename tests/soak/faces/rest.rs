//! Dotdigital REST.

use serde_json::Value;

use super::soap::standing;
use super::{Asked, Logins, Shown, encode, expect};
use crate::model::{Deed, Outcome};
use crate::wire::{Reply, Request};

/// A call with a body of JSON, or without one.
pub fn json(logins: &Logins, method: &'static str, target: &str, body: &Value) -> Request {
    let body = if body.is_null() { String::new() } else { body.to_string() };
    Request {
        method,
        target: target.to_owned(),
        headers: format!(
            "Authorization: {}\r\nContent-Type: application/json\r\nAccept: application/json\r\n",
            logins.basic
        ),
        body: body.into_bytes(),
    }
}

pub fn request(logins: &Logins, asked: &Asked<'_>) -> Request {
    let (address, id) = (asked.address, asked.id());
    let contact = |first: &str| {
        serde_json::json!({
            "email": address, "dataFields": [{"key": "FIRSTNAME", "value": first}],
        })
    };
    let (method, target, body) = match asked.deed {
        Deed::Read => ("GET", format!("/v2/contacts/{}", encode(address)), Value::Null),
        Deed::ReadById => ("GET", format!("/v2/contacts/{id}"), Value::Null),
        Deed::Save { first } => ("POST", "/v2/contacts".to_owned(), contact(first)),
        Deed::Join { first, list } => {
            ("POST", format!("/v2/address-books/{list}/contacts"), contact(first))
        }
        Deed::Leave { list } => {
            ("DELETE", format!("/v2/address-books/{list}/contacts/{id}"), Value::Null)
        }
        Deed::Unsubscribe => {
            let body = serde_json::json!({ "email": address });
            ("POST", "/v2/contacts/unsubscribe".to_owned(), body)
        }
        Deed::Resubscribe => {
            let body = serde_json::json!({ "unsubscribedContact": { "email": address } });
            ("POST", "/v2/contacts/resubscribe".to_owned(), body)
        }
        Deed::Delete => ("DELETE", format!("/v2/contacts/{id}"), Value::Null),
        Deed::Lists => ("GET", format!("/v2/contacts/{id}/address-books?select=1000"), Value::Null),
    };
    json(logins, method, &target, &body)
}

pub fn judge(asked: &Asked<'_>, reply: &Reply) -> Result<Option<u32>, String> {
    let refused = |status: u16, message: &str| {
        expect(reply, status, &format!("{{\"message\":\"{message}\"}}"))?;
        Ok(None)
    };
    let parsed = || serde_json::from_str::<Value>(&reply.body).map_err(|error| error.to_string());
    match (asked.outcome, asked.deed) {
        (Outcome::NotFound, _) => refused(404, "Error: ERROR_CONTACT_NOT_FOUND"),
        (Outcome::Suppressed, _) => refused(400, "Contact is suppressed. ERROR_CONTACT_SUPPRESSED"),
        (Outcome::NeverLeft, _) => refused(400, "Error: ERROR_CONTACT_RESUBSCRIPTION_INVALID"),
        (Outcome::StaysOut, _) => {
            expect(reply, 200, "\"ContactCannotBeUnsuppressed\"")?;
            Ok(None)
        }
        (_, Deed::Delete | Deed::Leave { .. }) => {
            let fits = reply.status == 204 && reply.body.is_empty();
            fits.then_some(None).ok_or_else(|| "not an empty 204".to_owned())
        }
        (_, Deed::Lists) => {
            expect(reply, 200, "[")?;
            let lists = parsed()?;
            let ids = lists.as_array().unwrap().iter().map(|one| one["id"].as_u64().unwrap());
            let ids: Vec<u64> = ids.filter(|id| *id != 1).collect();
            let fits = ids.iter().copied().eq(asked.after.lists.iter().map(|id| u64::from(*id)));
            fits.then_some(None).ok_or_else(|| format!("{ids:?} for {:?}", asked.after.lists))
        }
        (_, deed) => {
            let status = match deed {
                Deed::Save { .. } => 201,
                _ => 200,
            };
            expect(reply, status, "\"email\"")?;
            let said = parsed()?;
            let contact = match deed {
                Deed::Unsubscribe => &said["suppressedContact"],
                Deed::Resubscribe => &said["contact"],
                _ => &said,
            };
            shown(contact).as_expected(asked)
        }
    }
}

fn shown(contact: &Value) -> Shown {
    let first = contact["dataFields"].as_array().map(|fields| {
        let mut named = fields.iter().filter(|field| field["key"] == "FIRSTNAME");
        named.next().unwrap()["value"].as_str().unwrap_or_default().to_owned()
    });
    Shown {
        id: contact["id"].as_u64().map(|id| u32::try_from(id).unwrap()),
        address: contact["email"].as_str().unwrap().to_owned(),
        first,
        standing: contact["status"].as_str().map(standing),
    }
}

/// The contacts of a page.
pub fn members_of(body: &str) -> Vec<Shown> {
    let page: Value = serde_json::from_str(body).unwrap();
    page.as_array().unwrap().iter().map(shown).collect()
}
