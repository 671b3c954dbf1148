//! Empower's dialect, in each form that its clients have for a body.

use super::{Asked, Logins, encode, escape, expect};
use crate::model::{Deed, Outcome, Standing};
use crate::support::random::Random;
use crate::wire::{Reply, Request};

const PATH: &str = "/api/xmlrpc/index.php";
const BOUNDARY: &str = "soak-boundary";

/// The method of a deed, and its arguments.
pub fn call(asked: &Asked<'_>) -> (&'static str, Vec<(&'static str, String)>) {
    let mut arguments = vec![("email", asked.address.to_owned())];
    let first = |first: &str| ("firstname", first.to_owned());
    match asked.deed {
        Deed::Read => return ("subscribers.getSubscriber", arguments),
        Deed::Save { first: name } => arguments.push(first(name)),
        Deed::Join { first: name, list } => {
            arguments.extend([first(name), ("grp", list.to_string())]);
        }
        Deed::Leave { list } => arguments.push(("grpremove", list.to_string())),
        Deed::Unsubscribe => arguments.push(("optout", "Y".to_owned())),
        Deed::Delete => arguments.push(("remove", "1".to_owned())),
        other => panic!("{other:?} is not for this face"),
    }
    ("legacy.manage_subscriber", arguments)
}

pub fn request(logins: &Logins, asked: &Asked<'_>, random: &mut Random) -> Request {
    let (method, arguments) = call(asked);
    let arguments: Vec<String> = arguments
        .iter()
        .map(|(name, value)| format!("<{name}>{}</{name}>", escape(value)))
        .collect();
    let arguments = arguments.concat();
    let call = format!("<methodCall><methodName>{method}</methodName>{arguments}</methodCall>");
    let Logins { api_key, shared_secret, .. } = logins;
    let document = format!(
        "<api><authentication><api_key>{api_key}</api_key>\
         <shared_secret>{shared_secret}</shared_secret></authentication><data>{call}</data></api>"
    );
    let (method, query, headers, body) = match random.below(7) {
        0 => {
            let query = format!("?data={}", encode(&document));
            ("GET", query, String::new(), Vec::new())
        }
        1 => {
            let form = format!("data={}", encode(&document));
            ("POST", String::new(), content("application/x-www-form-urlencoded"), form.into())
        }
        2 => {
            let form = format!(
                "--{BOUNDARY}\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{document}\r\n\
                 --{BOUNDARY}--\r\n"
            );
            let kind = format!("multipart/form-data; boundary={BOUNDARY}");
            ("POST", String::new(), content(&kind), form.into())
        }
        3 => {
            let units = format!("\u{feff}{document}");
            let body = units.encode_utf16().flat_map(u16::to_le_bytes).collect();
            ("POST", String::new(), content("text/xml"), body)
        }
        4 => {
            let login = super::basic(api_key, shared_secret);
            let headers = format!("Authorization: {login}\r\n{}", content("text/xml"));
            ("POST", String::new(), headers, call.into())
        }
        5 => ("POST", String::new(), String::new(), document.into()),
        _ => ("POST", String::new(), content("text/xml"), document.into()),
    };
    Request { method, target: format!("{PATH}{query}"), headers, body }
}

fn content(kind: &str) -> String {
    format!("Content-Type: {kind}\r\n")
}

pub fn judge(asked: &Asked<'_>, reply: &Reply) -> Result<Option<u32>, String> {
    let leaf = |name: &str, value: &str| format!("<{name}><![CDATA[{value}]]></{name}>");
    says(asked, reply, &leaf, &|name| {
        let inner = reply.body.split(&format!("<{name}><![CDATA[")).nth(1)?;
        inner.split("]]>").next().map(str::to_owned)
    })
}

/// Holds what both dialects say against what it must be.
pub fn says(
    asked: &Asked<'_>,
    reply: &Reply,
    leaf: &dyn Fn(&str, &str) -> String,
    member: &dyn Fn(&str) -> Option<String>,
) -> Result<Option<u32>, String> {
    let has = |name: &str, value: &str| expect(reply, 200, &leaf(name, value));
    let edited = |code: &str, status: &str, text: &str| {
        has("responseCode", code)?;
        has("status", status)?;
        has("message", text)?;
        Ok(None)
    };
    match asked.outcome {
        Outcome::NotFound => {
            expect(reply, 200, "there is no such contact")?;
            Ok(None)
        }
        Outcome::Added => edited("201", "1", "User has been added"),
        Outcome::Updated => edited("200", "2", "User has been updated"),
        Outcome::Removed => edited("200", "2", "User has been removed"),
        Outcome::Done => {
            has("email", asked.address)?;
            has(
                "status",
                match asked.after.standing {
                    Standing::Unsubscribed => "unsubscribed",
                    _ => "active",
                },
            )?;
            let is_valid = member("flagged_invalid").as_deref() == Some("0");
            if is_valid == asked.after.is(Standing::HardBounced) {
                return Err("the address is flagged wrongly".to_owned());
            }
            let id = member("contact_id").and_then(|id| id.parse().ok());
            let fits = asked.before.id.is_none() || asked.before.id == id;
            fits.then_some(id).ok_or_else(|| format!("the number is {id:?}"))
        }
        other => Err(format!("{other:?} is not for this face")),
    }
}
