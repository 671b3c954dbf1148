//! Dotdigital SOAP.

use super::{Asked, Logins, Shown, escape, expect, unescape};
use crate::model::{Deed, Outcome, Standing};
use crate::support::{text, texts};
use crate::wire::{Reply, Request};

const PATH: &str = "/v2/api.svc";

/// The edition that still counts.
pub fn path_of_2013() -> String {
    format!("/2013{PATH}")
}

/// A call of an operation.
pub fn envelope(logins: &Logins, path: &str, operation: &str, members: &str) -> Request {
    let body = format!(
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
         <{operation} xmlns=\"http://apiconnector.com/v2\">{members}</{operation}>\
         </s:Body></s:Envelope>"
    );
    Request {
        method: "POST",
        target: path.to_owned(),
        headers: format!(
            "Authorization: {}\r\nContent-Type: text/xml; charset=utf-8\r\n\
             SOAPAction: \"http://apiconnector.com/v2/ApiService/{operation}\"\r\n",
            logins.basic
        ),
        body: body.into_bytes(),
    }
}

pub fn request(logins: &Logins, asked: &Asked<'_>) -> Request {
    let (address, id) = (asked.address, asked.id());
    let (operation, members) = match asked.deed {
        Deed::Read => ("GetContactByEmail", format!("<email>{address}</email>")),
        Deed::ReadById => ("GetContactById", format!("<id>{id}</id>")),
        Deed::Save { first } => ("CreateContact", contact(address, Some(first))),
        Deed::Join { first, list } => {
            let book = format!("<addressBookId>{list}</addressBookId>");
            ("AddContactToAddressBook", book + &contact(address, Some(first)))
        }
        Deed::Leave { list } => {
            let both = format!("<addressBookId>{list}</addressBookId><contactId>{id}</contactId>");
            ("DeleteContactFromAddressBook", both)
        }
        Deed::Unsubscribe => ("UnsubscribeContact", contact(address, None)),
        Deed::Resubscribe => {
            let back = contact(address, None)
                .replace("<apiContact ", "<apiContactResubscription ")
                .replace("\">", "\"><a:UnsubscribedContact>")
                .replace("</apiContact>", "</a:UnsubscribedContact></apiContactResubscription>");
            ("ResubscribeContact", back)
        }
        Deed::Delete => ("DeleteContact", format!("<id>{id}</id>")),
        Deed::Lists => {
            let page = format!("<contactId>{id}</contactId><select>1000</select><skip>0</skip>");
            ("GetAddressBooksForContact", page)
        }
    };
    envelope(logins, PATH, operation, &members)
}

fn contact(address: &str, first: Option<&str>) -> String {
    let fields = first.map_or_else(String::new, |first| {
        format!(
            "<a:DataFields><a:ApiContactData><a:Key>FIRSTNAME</a:Key>\
             <a:Value xmlns:i='http://www.w3.org/2001/XMLSchema-instance' \
             xmlns:b='http://www.w3.org/2001/XMLSchema' i:type='b:string'>{}</a:Value>\
             </a:ApiContactData></a:DataFields>",
            escape(first)
        )
    });
    format!(
        "<apiContact xmlns:a=\"http://apiconnector.com\"><a:Id>0</a:Id><a:Email>{address}</a:Email>\
         <a:OptInType>Unknown</a:OptInType><a:EmailType>Html</a:EmailType>{fields}\
         <a:Status>Subscribed</a:Status></apiContact>"
    )
}

pub fn judge(asked: &Asked<'_>, reply: &Reply) -> Result<Option<u32>, String> {
    let fault = |code: &str| {
        expect(reply, 500, &format!("{code}</faultstring>"))?;
        Ok(None)
    };
    match (asked.outcome, asked.deed) {
        (Outcome::NotFound, _) => fault("Error: ERROR_CONTACT_NOT_FOUND"),
        (Outcome::Suppressed, _) => fault("Contact is suppressed. ERROR_CONTACT_SUPPRESSED"),
        (Outcome::NeverLeft, _) => fault("Error: ERROR_CONTACT_RESUBSCRIPTION_INVALID"),
        (Outcome::StaysOut, _) => {
            expect(reply, 200, ">ContactCannotBeUnsuppressed<")?;
            Ok(None)
        }
        (_, Deed::Delete | Deed::Leave { .. }) => {
            expect(reply, 200, "Response xmlns=\"http://apiconnector.com/v2\"/>")?;
            Ok(None)
        }
        (_, Deed::Lists) => {
            let mut ids: Vec<u32> =
                texts(&reply.body, "Id").iter().map(|id| id.parse().unwrap()).collect();
            // The one that everybody is in.
            ids.retain(|id| *id != 1);
            let fits = reply.status == 200 && ids.iter().eq(&asked.after.lists);
            fits.then_some(None).ok_or_else(|| format!("{ids:?} for {:?}", asked.after.lists))
        }
        _ => {
            expect(reply, 200, "<a:Email>")?;
            let shown = contacts_of(&reply.body);
            let [shown] = &shown[..] else { return Err("several contacts".to_owned()) };
            shown.as_expected(asked)
        }
    }
}

/// The contacts that a reply shows.
pub fn contacts_of(body: &str) -> Vec<Shown> {
    let pieces = body.split("<a:Id>").skip(1);
    let shown = pieces.map(|piece| {
        let id = piece.split('<').next().unwrap().parse().unwrap();
        let first = piece.split("<a:Key>FIRSTNAME</a:Key><a:Value ").nth(1);
        let first = first.map(|value| match value.split_once('>').unwrap() {
            (tag, _) if tag.ends_with('/') => String::new(),
            (_, rest) => unescape(rest.split('<').next().unwrap()),
        });
        Shown {
            id: Some(id),
            address: text(piece, "Email").to_owned(),
            first,
            standing: texts(piece, "Status").first().map(|status| standing(status)),
        }
    });
    shown.collect()
}

pub fn standing(status: &str) -> Standing {
    match status {
        "Subscribed" => Standing::Subscribed,
        "Unsubscribed" => Standing::Unsubscribed,
        "HardBounced" => Standing::HardBounced,
        other => panic!("a status that nobody asked for: {other}"),
    }
}
