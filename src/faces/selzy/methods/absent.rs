//! Methods whose feature has no meaning on a server of one's own.
//!
//! They are known, so that no client takes them for a mistake of its own: each answers what the
//! vendor answers to an account that may not use it, `access_denied`.

use crate::faces::selzy::{Answer, Code, Failure, Method};

const SMS: &str = "Refused: no SMS is sent here.";
const SENDERS: &str = "Refused: whose addresses senders have is not proven here.";
const PARTNERS: &str = "Refused: accounts, tariffs and money are the operator's.";
const NOTES: &str = "Refused: notes on contacts are not kept here.";
const HOOKS: &str = "Refused: this server calls nobody.";

/// All of them.
pub static METHODS: [Method; 26] = [
    absent("sendSms", SMS),
    absent("createSmsMessage", SMS),
    absent("checkSms", SMS),
    absent("getCurrencyRates", PARTNERS),
    absent("validateSender", SENDERS),
    absent("setSenderDomain", SENDERS),
    absent("getSenderDomainList", SENDERS),
    absent("register", PARTNERS),
    absent("checkUserExists", PARTNERS),
    absent("getUserInfo", PARTNERS),
    absent("getUsers", PARTNERS),
    absent("transferMoney", PARTNERS),
    absent("getPayments", PARTNERS),
    absent("getTariffs", PARTNERS),
    absent("getAvailableTariffs", PARTNERS),
    absent("changeTariff", PARTNERS),
    absent("createSubscriberNote", NOTES),
    absent("updateSubscriberNote", NOTES),
    absent("deleteSubscriberNote", NOTES),
    absent("getSubscriberNote", NOTES),
    absent("getSubscriberNotes", NOTES),
    absent("setHook", HOOKS),
    absent("listHooks", HOOKS),
    absent("removeHook", HOOKS),
    absent("updateHook", HOOKS),
    absent("callbacks", HOOKS),
];

const fn absent(name: &'static str, doc: &'static str) -> Method {
    Method { name, doc, args: &[], run: |_| Box::pin(async { refuse() }) }
}

fn refuse() -> Result<Answer, Failure> {
    Err(Failure::new(
        Code::AccessDenied,
        "The feature of this method does not exist on this server",
    ))
}
