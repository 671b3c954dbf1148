//! One table from what mail servers say to the reasons that clients know.

use serde::{Deserialize, Serialize};

use super::BounceClass;

/// Why a message bounced, as Empower documents it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub enum BounceReason {
    InvalidRecipient,
    MailboxFull,
    RelayingDenied,
    DnsFailure,
    Undetermined,
    Timeout,
    MailBlock,
    SpamBlock,
}

use BounceReason::{
    DnsFailure, InvalidRecipient, MailBlock, MailboxFull, RelayingDenied, SpamBlock, Timeout,
    Undetermined,
};

/// Subject and detail of enhanced status codes (RFC 3463) that have one meaning. They are believed
/// before any words.
const CLEAR_CODES: &[(&str, BounceReason)] = &[
    ("1.1", InvalidRecipient),
    ("1.2", DnsFailure),
    ("1.3", InvalidRecipient),
    ("1.6", InvalidRecipient),
    ("1.10", InvalidRecipient),
    ("2.2", MailboxFull),
    ("3.1", MailboxFull),
    ("4.3", DnsFailure),
    ("4.4", DnsFailure),
    ("4.7", Timeout),
];

/// What servers write, in lower case, words apart by single spaces. The first that is found
/// counts, so what is narrow stands before what is wide.
const PHRASES: &[(&str, BounceReason)] = &[
    ("relaying", RelayingDenied),
    ("relay access", RelayingDenied),
    ("unable to relay", RelayingDenied),
    ("not permitted to relay", RelayingDenied),
    ("relay not permitted", RelayingDenied),
    ("relay denied", RelayingDenied),
    ("nxdomain", DnsFailure),
    ("domain not found", DnsFailure),
    ("domain name not found", DnsFailure),
    ("domain does not exist", DnsFailure),
    ("no such domain", DnsFailure),
    ("host not found", DnsFailure),
    ("host unknown", DnsFailure),
    ("unknown host", DnsFailure),
    ("bad destination host", DnsFailure),
    ("no mx", DnsFailure),
    ("dns", DnsFailure),
    ("name service error", DnsFailure),
    ("name or service not known", DnsFailure),
    ("unrouteable", DnsFailure),
    ("unroutable", DnsFailure),
    ("user unknown", InvalidRecipient),
    ("unknown user", InvalidRecipient),
    ("unknown recipient", InvalidRecipient),
    ("unknown local part", InvalidRecipient),
    ("recipient unknown", InvalidRecipient),
    ("address unknown", InvalidRecipient),
    ("unknown or illegal alias", InvalidRecipient),
    ("no such user", InvalidRecipient),
    ("no such recipient", InvalidRecipient),
    ("no such mailbox", InvalidRecipient),
    ("no such address", InvalidRecipient),
    ("no mailbox here", InvalidRecipient),
    ("user not found", InvalidRecipient),
    ("recipient not found", InvalidRecipient),
    ("mailbox not found", InvalidRecipient),
    ("invalid recipient", InvalidRecipient),
    ("invalid mailbox", InvalidRecipient),
    ("recipient address rejected", InvalidRecipient),
    ("not a valid mailbox", InvalidRecipient),
    ("does not exist", InvalidRecipient),
    ("doesn t exist", InvalidRecipient),
    ("doesn t have a", InvalidRecipient),
    ("account is disabled", InvalidRecipient),
    ("account has been disabled", InvalidRecipient),
    ("account disabled", InvalidRecipient),
    ("mailbox disabled", InvalidRecipient),
    ("mailbox is disabled", InvalidRecipient),
    ("mailbox full", MailboxFull),
    ("mailbox is full", MailboxFull),
    ("inbox is full", MailboxFull),
    ("out of storage", MailboxFull),
    ("insufficient storage", MailboxFull),
    ("insufficient system storage", MailboxFull),
    ("exceeded storage", MailboxFull),
    ("quota", MailboxFull),
    ("overquota", MailboxFull),
    ("spam", SpamBlock),
    ("spamhaus", SpamBlock),
    ("spamcop", SpamBlock),
    ("unsolicited", SpamBlock),
    ("blacklist", SpamBlock),
    ("blacklisted", SpamBlock),
    ("blocklist", SpamBlock),
    ("block list", SpamBlock),
    ("blocklisted", SpamBlock),
    ("dnsbl", SpamBlock),
    ("rbl", SpamBlock),
    ("junk", SpamBlock),
    ("bulk mail", SpamBlock),
    ("timed out", Timeout),
    ("timeout", Timeout),
    ("time out", Timeout),
    ("delivery time expired", Timeout),
    ("too long in queue", Timeout),
    ("connection refused", Timeout),
    ("connection reset", Timeout),
    ("lost connection", Timeout),
    ("could not connect", Timeout),
    ("no answer from host", Timeout),
    ("not responding", Timeout),
    ("network is unreachable", Timeout),
    ("no route to host", Timeout),
    ("blocked", MailBlock),
    ("mail block", MailBlock),
    ("policy", MailBlock),
    ("reputation", MailBlock),
    ("rate limit", MailBlock),
    ("rate limited", MailBlock),
    ("too many connections", MailBlock),
    ("too many messages", MailBlock),
    ("access denied", MailBlock),
    ("not authorized", MailBlock),
    ("not accepting mail from", MailBlock),
    ("mailbox unavailable", InvalidRecipient),
];

/// Codes that servers use for more than one thing: believed when no phrase was found.
const WIDE_CODES: &[(&str, BounceReason)] = &[
    ("2.1", InvalidRecipient),
    ("4.1", Timeout),
    ("4.2", Timeout),
    ("7.1", MailBlock),
    ("7.0", MailBlock),
    ("7.20", MailBlock),
    ("7.23", MailBlock),
    ("7.25", MailBlock),
    ("7.26", MailBlock),
    ("7.27", MailBlock),
];

/// Reply codes (RFC 5321) of servers that say nothing else.
const REPLIES: &[(&str, BounceReason)] =
    &[("551", InvalidRecipient), ("552", MailboxFull), ("553", InvalidRecipient)];

impl BounceReason {
    pub const ALL: [Self; 8] = [
        InvalidRecipient,
        MailboxFull,
        RelayingDenied,
        DnsFailure,
        Undetermined,
        Timeout,
        MailBlock,
        SpamBlock,
    ];

    /// The text, letter for letter as it is documented. "5-Spam Block" is as a client reads it; the
    /// page prints it once without the number.
    pub fn text(self) -> &'static str {
        match self {
            InvalidRecipient => "5-Invalid Recipient",
            MailboxFull => "5-Mailbox Full",
            RelayingDenied => "5-Relaying Denied",
            DnsFailure => "5-DNS Failure",
            Undetermined => "5-Undetermined",
            Timeout => "5-Timeout",
            MailBlock => "5-Mail Block",
            SpamBlock => "5-Spam Block",
        }
    }

    /// The reason in what a mail server said, and how lasting it is by that.
    ///
    /// A documented reason, with or without its number, stays what it is. A temporary failure
    /// (`4.x.x`, `4xx`) is soft whatever its reason is, unless the mail is blocked. What nothing is
    /// known of is undetermined, and hard only when the server said that it is permanent.
    pub fn read(said: &str) -> (Self, BounceClass) {
        if let Some(reason) = Self::documented(said) {
            return (reason, reason.class());
        }
        let words = words(said);
        let code = enhanced_code(said);
        let reply = words.split(' ').find(|word| is_reply(word));
        let by_code = |table: &[(&str, Self)]| {
            let (_, detail) = code?;
            table.iter().find(|(known, _)| *known == detail).map(|(_, reason)| *reason)
        };
        let spaced = format!(" {words} ");
        let by_phrase = || {
            let found = PHRASES.iter().find(|(phrase, _)| spaced.contains(&format!(" {phrase} ")));
            found.map(|(_, reason)| *reason)
        };
        let by_reply = || {
            let known = REPLIES.iter().find(|(known, _)| Some(*known) == reply);
            known.map(|(_, reason)| *reason)
        };
        let reason = by_code(CLEAR_CODES)
            .or_else(by_phrase)
            .or_else(|| by_code(WIDE_CODES))
            .or_else(by_reply)
            .unwrap_or(Undetermined);
        let digit = code.map(|(class, _)| class).or_else(|| reply?.chars().next());
        let class = match (reason.class(), digit) {
            (BounceClass::Block, _) => BounceClass::Block,
            (_, Some('4')) => BounceClass::Soft,
            (_, Some('5')) if reason == Undetermined => BounceClass::Hard,
            (class, _) => class,
        };
        (reason, class)
    }

    /// The reason of a bounce of which nothing is said but its class.
    pub fn of_class(class: BounceClass) -> Self {
        match class {
            BounceClass::Hard | BounceClass::Soft => Undetermined,
            BounceClass::Block => MailBlock,
        }
    }

    fn documented(said: &str) -> Option<Self> {
        let said = said.trim();
        let named = said.strip_prefix("5-").unwrap_or(said);
        let is = |reason: &Self| {
            reason.text().strip_prefix("5-").is_some_and(|text| text.eq_ignore_ascii_case(named))
        };
        Self::ALL.into_iter().find(|reason| is(reason))
    }

    fn class(self) -> BounceClass {
        match self {
            InvalidRecipient | RelayingDenied | DnsFailure => BounceClass::Hard,
            MailboxFull | Timeout | Undetermined => BounceClass::Soft,
            MailBlock | SpamBlock => BounceClass::Block,
        }
    }
}

/// Lower case, with single spaces for all that is neither letter nor digit.
fn words(said: &str) -> String {
    let lower = said.to_lowercase();
    let words = lower.split(|c: char| !c.is_alphanumeric()).filter(|word| !word.is_empty());
    words.collect::<Vec<_>>().join(" ")
}

fn is_reply(word: &str) -> bool {
    word.len() == 3
        && word.bytes().all(|byte| byte.is_ascii_digit())
        && word.starts_with(['4', '5'])
}

/// The class digit and the rest of the first enhanced status code of a failure, such as `5.1.1`.
fn enhanced_code(said: &str) -> Option<(char, &str)> {
    let mut tokens = said.split(|c: char| !(c.is_ascii_digit() || c == '.'));
    tokens.find_map(|token| code_of(token.trim_end_matches('.')))
}

fn code_of(token: &str) -> Option<(char, &str)> {
    let (class, detail) = token.split_once('.')?;
    let (subject, number) = detail.split_once('.')?;
    let is_number = |text: &str| {
        (1..=3).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_digit())
    };
    let class = class.chars().next().filter(|_| class == "4" || class == "5")?;
    (is_number(subject) && is_number(number)).then_some((class, detail))
}

#[cfg(test)]
mod tests {
    use super::*;
    use BounceClass::{Block, Hard, Soft};

    #[test]
    fn what_servers_say_becomes_a_documented_reason() {
        for (said, reason, class) in [
            ("550 5.1.1 user unknown", "5-Invalid Recipient", Hard),
            (
                "550-5.1.1 The email account that you tried to reach does not exist.",
                "5-Invalid Recipient",
                Hard,
            ),
            ("550 No such user here", "5-Invalid Recipient", Hard),
            ("450 4.1.1 <a@b.example>: Recipient address rejected", "5-Invalid Recipient", Soft),
            ("550 5.4.1 Recipient address rejected: Access denied", "5-Invalid Recipient", Hard),
            ("553", "5-Invalid Recipient", Hard),
            ("5.2.2 mailbox full", "5-Mailbox Full", Soft),
            ("452 4.2.2 The recipient's inbox is out of storage space", "5-Mailbox Full", Soft),
            ("552 Quota exceeded", "5-Mailbox Full", Soft),
            ("550 5.7.1 Unable to relay for a@b.example", "5-Relaying Denied", Hard),
            ("554 5.7.1 <a@b.example>: Relay access denied", "5-Relaying Denied", Hard),
            ("NXDOMAIN", "5-DNS Failure", Hard),
            (
                "Host or domain name not found. Name service error for name=b.example",
                "5-DNS Failure",
                Hard,
            ),
            ("5.1.2 bad destination system", "5-DNS Failure", Hard),
            ("451 4.4.4 unable to route", "5-DNS Failure", Soft),
            ("connect to b.example[192.0.2.1]:25: Connection timed out", "5-Timeout", Soft),
            ("4.4.7 delivery time expired", "5-Timeout", Soft),
            ("421 4.4.2 Connection dropped", "5-Timeout", Soft),
            ("554 5.7.1 Message rejected as spam", "5-Spam Block", Block),
            (
                "550 5.7.1 Service unavailable; client host blocked using zen.spamhaus.org",
                "5-Spam Block",
                Block,
            ),
            ("550 5.7.26 This mail is unauthenticated", "5-Mail Block", Block),
            ("421 4.7.0 Try again later", "5-Mail Block", Block),
            ("550 Access denied", "5-Mail Block", Block),
            ("550", "5-Undetermined", Hard),
            ("451 try later", "5-Undetermined", Soft),
            ("it came back", "5-Undetermined", Soft),
            ("", "5-Undetermined", Soft),
        ] {
            let (found, found_class) = BounceReason::read(said);
            assert_eq!((found.text(), found_class), (reason, class), "{said}");
        }
    }

    #[test]
    fn a_documented_reason_stays_what_it_is_in_any_case_and_without_its_number() {
        for reason in BounceReason::ALL {
            let text = reason.text();
            for said in [text.to_owned(), text.to_lowercase(), text.replace("5-", "")] {
                assert_eq!(BounceReason::read(&said).0, reason, "{said}");
            }
        }
    }

    #[test]
    fn a_short_word_within_another_is_not_found() {
        assert_eq!(BounceReason::read("marbled dnsx inquotable").0.text(), "5-Undetermined");
    }
}
