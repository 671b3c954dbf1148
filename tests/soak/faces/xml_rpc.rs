//! XML-RPC.

use super::{Asked, Logins, basic, empower, escape};
use crate::wire::{Reply, Request};

pub fn request(logins: &Logins, asked: &Asked<'_>) -> Request {
    let (method, arguments) = empower::call(asked);
    let members: Vec<String> = arguments
        .iter()
        .map(|(name, value)| {
            let value = escape(value);
            format!("<member><name>{name}</name><value><string>{value}</string></value></member>")
        })
        .collect();
    let members = members.concat();
    let body = format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName><params><param><value>\
         <struct>{members}</struct></value></param></params></methodCall>"
    );
    let login = basic(&logins.api_key, &logins.shared_secret);
    Request {
        method: "POST",
        target: "/RPC2".to_owned(),
        headers: format!("Authorization: {login}\r\nContent-Type: text/xml\r\n"),
        body: body.into_bytes(),
    }
}

pub fn judge(asked: &Asked<'_>, reply: &Reply) -> Result<Option<u32>, String> {
    let leaf = |name: &str, value: &str| {
        format!("<name>{name}</name><value><string>{value}</string></value>")
    };
    empower::says(asked, reply, &leaf, &|name| {
        let inner = reply.body.split(&format!("<name>{name}</name><value><string>")).nth(1)?;
        inner.split('<').next().map(str::to_owned)
    })
}
