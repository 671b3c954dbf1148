//! Who calls: tokens that are old, repeated, doubled or wrapped, and logins that are no logins.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use jiff::{SignedDuration, Timestamp};
use sha1::{Digest as _, Sha1};

use super::case::{Case, Expected, Form, answered, refused};
use super::gateway::{Gateway, SERVER_TIME, SOAP11, envelope, get, request};

const WSSE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
const WSU: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-utility-1.0.xsd";
const PROFILE: &str =
    "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-username-token-profile-1.0";

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let caller = Caller { gateway };
    let mut cases = caller.digests();
    cases.extend(caller.times());
    cases.extend(caller.doubles());
    cases.extend(caller.other_faces());
    cases
}

/// Wrong logins that are looked at; the next ones are told to wait.
const FREE_FAILURES: usize = 6;

/// Logins, on a gateway of their own: who tries is slowed down whatever it tries.
pub fn logins(gateway: &Gateway) -> Vec<Case> {
    Caller { gateway }.logins()
}

struct Caller<'g> {
    gateway: &'g Gateway,
}

fn untrusted() -> Expected {
    refused(Form::Soap11, 500, "a:InvalidSecurity</faultcode>")
}

/// Nobody calls: there is no token where one is looked for.
fn unasked() -> Expected {
    refused(Form::Http, 401, "")
}

fn failed() -> Expected {
    refused(Form::Soap11, 500, "a:FailedAuthentication</faultcode>")
}

#[expect(clippy::disallowed_methods, reason = "the gateway's clock is the machine's")]
fn now() -> Timestamp {
    Timestamp::now()
}

fn from_now(minutes: i64) -> String {
    let then = now() + SignedDuration::from_mins(minutes);
    then.strftime("%Y-%m-%dT%H:%M:%SZ").to_string()
}

fn security(content: &str) -> String {
    format!(
        "<o:Security s:mustUnderstand=\"1\" xmlns:o=\"{WSSE}\" xmlns:u=\"{WSU}\">{content}\
         </o:Security>"
    )
}

/// A call with this header and without any other proof.
fn call(header: &str) -> Vec<u8> {
    let headers = "Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"\"\r\n";
    let body = envelope(Form::Soap11, &format!("<s:Header>{header}</s:Header>"), SERVER_TIME);
    request("POST", "/v2/api.svc", headers, body.as_bytes())
}

fn calls(rows: Vec<(&str, &'static str, String, Expected)>) -> Vec<Case> {
    let case = |(name, why, header, expected): (&str, &'static str, String, Expected)| {
        Case::new(name, why, Form::Soap11, call(&header), expected)
    };
    rows.into_iter().map(case).collect()
}

impl Caller<'_> {
    fn text_token(&self, password: &str) -> String {
        let user = &self.gateway.user;
        format!(
            "<o:UsernameToken><o:Username>{user}</o:Username><o:Password \
             Type=\"{PROFILE}#PasswordText\">{password}</o:Password></o:UsernameToken>"
        )
    }

    fn right(&self) -> String {
        self.text_token(&self.gateway.password)
    }

    /// A digest that is right for this nonce and this time.
    fn digest_token(&self, nonce: &[u8], created: &str) -> String {
        let mut hash = Sha1::new();
        hash.update(nonce);
        hash.update(created.as_bytes());
        hash.update(self.gateway.password.as_bytes());
        let digest = STANDARD.encode(hash.finalize());
        self.digest_as_sent(&digest, Some(&STANDARD.encode(nonce)), Some(created))
    }

    fn digest_as_sent(&self, digest: &str, nonce: Option<&str>, created: Option<&str>) -> String {
        let nonce = nonce.map(|nonce| format!("<o:Nonce>{nonce}</o:Nonce>")).unwrap_or_default();
        let created = created.map(|at| format!("<u:Created>{at}</u:Created>")).unwrap_or_default();
        format!(
            "<o:UsernameToken><o:Username>{}</o:Username><o:Password \
             Type=\"{PROFILE}#PasswordDigest\">{digest}</o:Password>{nonce}{created}\
             </o:UsernameToken>",
            self.gateway.user
        )
    }

    fn digests(&self) -> Vec<Case> {
        let now = from_now(0);
        let replayed = security(&self.digest_token(b"once-and-no-more", &now));
        let first = self.gateway.ask(&call(&replayed)).unwrap();
        assert_eq!(first.status, 200, "the first use of a digest: {first}");
        let nonce = STANDARD.encode(b"0123456789abcdef");
        let long = STANDARD.encode([b'n'; 4_096]);
        let sent = |digest: &str, nonce: Option<&str>, created: Option<&str>| {
            security(&self.digest_as_sent(digest, nonce, created))
        };
        calls(vec![
            ("a digest again", "was overheard", replayed, untrusted()),
            (
                "a digest of ten minutes ago",
                "was overheard",
                security(&self.digest_token(b"old", &from_now(-11))),
                untrusted(),
            ),
            (
                "a digest of tomorrow",
                "is good for a day",
                security(&self.digest_token(b"new", &from_now(24 * 60))),
                untrusted(),
            ),
            (
                "a digest of no time",
                "is good for ever",
                security(&self.digest_token(b"word", "yesterday")),
                untrusted(),
            ),
            (
                "a digest without a nonce",
                "is good for ever",
                sent("AAAA", None, Some(&now)),
                untrusted(),
            ),
            (
                "a digest without a time",
                "is good for ever",
                sent("AAAA", Some(&nonce), None),
                untrusted(),
            ),
            (
                "a nonce of nothing",
                "is everybody's",
                sent("AAAA", Some(""), Some(&now)),
                untrusted(),
            ),
            (
                "a nonce of 4 KB",
                "is remembered",
                sent("AAAA", Some(&long), Some(&now)),
                untrusted(),
            ),
            (
                "a nonce that is no base64",
                "is remembered under another name",
                sent("AAAA", Some("!!"), Some(&now)),
                untrusted(),
            ),
            (
                "a digest that is no base64",
                "is compared as what it is not",
                sent("!!", Some(&nonce), Some(&now)),
                untrusted(),
            ),
            (
                "a digest of nothing",
                "is equal up to its length",
                sent("", Some(&nonce), Some(&now)),
                failed(),
            ),
            (
                "a password of an unknown type",
                "is read as text by some",
                security(&self.right().replace("#PasswordText", "#PasswordHash")),
                untrusted(),
            ),
            (
                "a digest said to be text",
                "is compared with the password",
                security(&self.text_token("6qB3vOOYvyugJlK2VcZhQAVJ8BU=")),
                failed(),
            ),
        ])
    }

    fn times(&self) -> Vec<Case> {
        let timed = |created: &str, expires: &str| {
            let timestamp = format!(
                "<u:Timestamp><u:Created>{created}</u:Created><u:Expires>{expires}</u:Expires>\
                 </u:Timestamp>"
            );
            security(&format!("{timestamp}{}", self.right()))
        };
        calls(vec![
            (
                "a message that has expired",
                "was kept and sent again",
                timed(&from_now(-60), &from_now(-30)),
                untrusted(),
            ),
            (
                "a message of tomorrow",
                "is good for a day",
                timed(&from_now(24 * 60), &from_now(25 * 60)),
                untrusted(),
            ),
            (
                "a message that expires before it is made",
                "is good never, or always",
                timed(&from_now(0), &from_now(-20)),
                untrusted(),
            ),
            ("a message of no time", "is good for ever", timed("now", "later"), untrusted()),
            (
                "a message of the year 99999",
                "overflows",
                timed("99999-12-31T23:59:59Z", "99999-12-31T23:59:59Z"),
                untrusted(),
            ),
            (
                "a message of the 60th hour",
                "overflows",
                timed("2026-01-01T60:00:00Z", "2026-01-01T61:00:00Z"),
                untrusted(),
            ),
            (
                "a second of 60",
                "is a leap second, or none",
                timed("2026-01-01T23:59:60Z", "2026-01-01T23:59:60Z"),
                untrusted(),
            ),
        ])
    }

    /// One part is judged, and another is used.
    fn doubles(&self) -> Vec<Case> {
        let (right, wrong) = (self.right(), self.text_token("wrong"));
        let user = &self.gateway.user;
        let foreign = right.replace("<o:Username>", "<o:Username xmlns:o=\"urn:attacker\">");
        let foreign_block = security(&right).replace(WSSE, "urn:attacker");
        let wrapped = format!("<w:Wrapper xmlns:w=\"urn:w\">{}</w:Wrapper>", security(&right));
        let two_names = right
            .replace("</o:Username>", &format!("</o:Username><o:Username>{user}</o:Username>"));
        let mut cases = calls(vec![
            (
                "two security headers, the first wrong",
                "is judged by one and answered by the other",
                security(&wrong) + &security(&right),
                untrusted(),
            ),
            (
                "two security headers, the second wrong",
                "is judged by one and answered by the other",
                security(&right) + &security(&wrong),
                untrusted(),
            ),
            (
                "two tokens, the first wrong",
                "is judged by one and answered by the other",
                security(&format!("{wrong}{right}")),
                untrusted(),
            ),
            (
                "two tokens, the second wrong",
                "is judged by one and answered by the other",
                security(&format!("{right}{wrong}")),
                untrusted(),
            ),
            (
                "two names in a token",
                "is judged by one and answered by the other",
                security(&two_names),
                untrusted(),
            ),
            (
                "two timestamps",
                "is judged by one and was made at another",
                security(&format!(
                    "<u:Timestamp><u:Created>{}</u:Created></u:Timestamp><u:Timestamp><u:Created>{}</u:Created></u:Timestamp>{right}",
                    from_now(0),
                    from_now(-60)
                )),
                untrusted(),
            ),
            ("a name of another namespace", "is no name", security(&foreign), failed()),
            (
                "security of another namespace",
                "must be understood, and is nobody's",
                foreign_block,
                unasked(),
            ),
            (
                "security within another header",
                "is moved out of what was signed",
                wrapped,
                unasked(),
            ),
        ]);
        let token = format!("<s:Header>{}</s:Header>", security(&right));
        let body = format!("<s:Body>{SERVER_TIME}</s:Body>");
        let enveloped = |content: String| {
            let headers = "Content-Type: text/xml; charset=utf-8\r\nSOAPAction: \"\"\r\n";
            let text = format!("<s:Envelope xmlns:s=\"{SOAP11}\">{content}</s:Envelope>");
            request("POST", "/v2/api.svc", headers, text.as_bytes())
        };
        let delete = "<DeleteContact xmlns=\"http://apiconnector.com/v2\"><contactId>1</contactId>\
                      </DeleteContact>";
        let rows: Vec<(&str, &'static str, String, Expected)> = vec![
            (
                "two bodies",
                "is checked by one and answered by the other",
                format!("{token}{body}<s:Body>{delete}</s:Body>"),
                refused(Form::Soap11, 500, ""),
            ),
            (
                "two headers",
                "is judged by one and answered by the other",
                format!("{token}{token}{body}"),
                refused(Form::Soap11, 500, ""),
            ),
            ("a header behind the body", "is judged too late", format!("{body}{token}"), unasked()),
            (
                "a body within the header",
                "is signed there and used here",
                format!("<s:Header>{}{body}</s:Header><s:Body>{delete}</s:Body>", security(&wrong)),
                failed(),
            ),
            (
                "two operations in a body",
                "is checked by one and does both",
                format!("{token}<s:Body>{SERVER_TIME}{delete}</s:Body>"),
                refused(Form::Soap11, 500, ""),
            ),
            (
                "text in a body",
                "is nobody's",
                format!("{token}<s:Body>text{SERVER_TIME}</s:Body>"),
                refused(Form::Soap11, 500, ""),
            ),
        ];
        let of = |(name, why, content, expected): (&str, &'static str, String, Expected)| {
            Case::new(name, why, Form::Soap11, enveloped(content), expected)
        };
        cases.extend(rows.into_iter().map(of));
        cases
    }

    fn logins(&self) -> Vec<Case> {
        let (user, password) = (&self.gateway.user, &self.gateway.password);
        let basic = |text: &[u8]| format!("Basic {}", STANDARD.encode(text));
        let pair = |user: &str, password: &str| basic(format!("{user}:{password}").as_bytes());
        let unread: [(&str, &'static str, String); 6] = [
            ("no base64", "is decoded to whatever", "Basic !!!!".into()),
            ("no colon", "has no password", basic(user.as_bytes())),
            ("a login of a kilobyte and more", "is hashed", pair(&"u".repeat(2_000), "x")),
            (
                "the admin token",
                "is of another door",
                format!("Bearer {}", self.gateway.admin_token),
            ),
            ("another scheme", "is passed over", format!("Digest username=\"{user}\"")),
            ("nothing", "is nobody", String::new()),
        ];
        let wrong: [(&str, &'static str, String); 8] = [
            ("no password", "matches an empty one", pair(user, "")),
            ("a NUL behind the password", "is cut short", pair(user, &format!("{password}\0"))),
            ("a blank behind the password", "is trimmed", pair(user, &format!("{password} "))),
            ("a wildcard", "matches everybody", pair("*", "*")),
            ("SQL", "is always true", pair("' OR '1'='1", "' OR '1'='1")),
            ("LDAP", "is always true", pair("*)(uid=*))(|(uid=*", "x")),
            ("bytes that are no text", "is no name", basic(b"\xff\xfe:\xff")),
            ("one more try", "is one of a million tries", pair(user, "password")),
        ];
        let denied = || refused(Form::RestJson, 401, "Authorization has been denied");
        let slowed = || refused(Form::RestJson, 429, "ERROR_APIUSAGE_EXCEEDED");
        let tries = wrong.into_iter().enumerate();
        let tries =
            tries.map(|(n, row)| (row, if n < FREE_FAILURES { denied() } else { slowed() }));
        let all = unread.into_iter().map(|row| (row, denied())).chain(tries);
        all.map(|((name, why, authorization), expected)| {
            let wire = get("/v2/contacts", &authorization);
            Case::new(format!("login: {name}"), why, Form::RestJson, wire, expected)
        })
        .collect()
    }

    fn other_faces(&self) -> Vec<Case> {
        let (basic, token) = (&self.gateway.basic, &self.gateway.admin_token);
        let denied = || refused(Form::Http, 401, "");
        let outbox = "/_lychgate/outbox?account=demo";
        let rows: Vec<(&str, &'static str, Vec<u8>, Expected)> = vec![
            (
                "an account's login for the operator's pages",
                "is of another door",
                get(outbox, basic),
                denied(),
            ),
            (
                "half of the admin token",
                "is equal up to its length",
                get(outbox, &format!("Bearer {}", token.get(..token.len() / 2).unwrap())),
                denied(),
            ),
            (
                "the admin token and more",
                "is equal up to its length",
                get(outbox, &format!("Bearer {token}x")),
                denied(),
            ),
            (
                "the admin token as Basic",
                "is of another scheme",
                get(outbox, &format!("Basic {token}")),
                denied(),
            ),
            ("no admin token", "matches an empty one", get(outbox, "Bearer "), denied()),
            (
                "the admin token in the query",
                "stays in the logs of proxies",
                get(&format!("{outbox}&token={token}"), ""),
                denied(),
            ),
            (
                "metrics for everybody",
                "tells who calls",
                get("/_lychgate/metrics", ""),
                answered("lychgate_"),
            ),
        ];
        rows.into_iter()
            .map(|(name, why, wire, expected)| Case::new(name, why, Form::Http, wire, expected))
            .collect()
    }
}
