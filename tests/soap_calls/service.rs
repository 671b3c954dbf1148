//! A small service of its own, so that these tests say nothing about any vendor.

use std::sync::atomic::{AtomicU32, Ordering};

use futures_util::future::BoxFuture;
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use jiff::Timestamp;
use lychgate::protocol::http::{Head, HttpCall, Reply};
use lychgate::protocol::soap::{
    self, AnyOperation, Credentials, Denied, Edition, EditionShape, Fault, NonceCache, Operation,
    Service, ServiceShape,
};
use lychgate::protocol::xml::XmlRecord;

pub const CALLS: &str = "urn:parrot/v1";
pub const DATA: &str = "urn:parrot";
pub const NEW: Edition = Edition(2014);
pub const OLD: Edition = Edition(2013);

pub static SHAPE: ServiceShape = ServiceShape {
    name: "ParrotService",
    port_type: "ParrotService",
    binding: "Secure_Parrot",
    port: "Secure_Parrot",
    target_namespace: CALLS,
    action_prefix: "urn:parrot/v1/ParrotService/",
    doc: "Says things again.",
    realm: "parrot",
    language: "en-GB",
    editions: &[
        EditionShape { edition: NEW, parameter_min_occurs: None },
        EditionShape { edition: OLD, parameter_min_occurs: Some(0) },
    ],
};

pub static OPERATIONS: &[AnyOperation<Parrot>] = &[
    AnyOperation::of::<Say>(),
    AnyOperation::of::<Sing>(),
    AnyOperation::of::<Fly>(),
    AnyOperation::of::<OldFly>(),
    AnyOperation::of::<Retired>(),
];

/// How loud to say it.
#[derive(Debug, Clone, Copy, PartialEq, XmlRecord)]
#[xml(name = "Loudness", ns = DATA)]
pub enum Loudness {
    #[xml(value = -1)]
    NotAvailableInThisVersion,
    Quiet,
    Loud,
}

/// Something to say.
#[derive(Debug, Clone, PartialEq, XmlRecord)]
#[xml(name = "Phrase", ns = DATA)]
pub struct Phrase {
    #[xml(name = "Text", required)]
    pub text: Option<String>,
    #[xml(name = "Loudness")]
    pub loudness: Loudness,
    #[xml(name = "Again")]
    pub again: Option<Vec<Phrase>>,
}

/// Says a phrase.
#[derive(Debug, XmlRecord)]
#[xml(name = "Say", ns = CALLS)]
pub struct Say {
    #[xml(name = "times", required)]
    times: i32,
    #[xml(name = "phrase", required)]
    phrase: Option<Phrase>,
}

#[derive(Debug, XmlRecord)]
#[xml(name = "SayResponse", ns = CALLS)]
pub struct SayResponse {
    #[xml(name = "SayResult")]
    result: Option<String>,
}

/// Sings; nobody is allowed to.
#[derive(Debug, XmlRecord)]
#[xml(name = "Sing", ns = CALLS)]
pub struct Sing {}

#[derive(Debug, XmlRecord)]
#[xml(name = "SingResponse", ns = CALLS)]
pub struct SingResponse {}

/// Flies.
#[derive(Debug, XmlRecord)]
#[xml(name = "Fly", ns = CALLS)]
pub struct Fly {
    #[xml(name = "ids", required)]
    ids: Option<Vec<i32>>,
}

#[derive(Debug, XmlRecord)]
#[xml(name = "FlyResponse", ns = CALLS)]
pub struct FlyResponse {
    #[xml(name = "FlyResult")]
    result: Option<Phrase>,
}

/// Flies, as it was in 2013.
#[derive(Debug, XmlRecord)]
#[xml(name = "Fly", ns = CALLS)]
pub struct OldFly {
    #[xml(name = "ids", required)]
    ids: Option<Vec<i32>>,
}

#[derive(Debug, XmlRecord)]
#[xml(name = "FlyResponse", ns = CALLS)]
pub struct OldFlyResponse {
    #[xml(name = "FlyResult")]
    result: Loudness,
}

/// Listed in 2013 only.
#[derive(Debug, XmlRecord)]
#[xml(name = "Retired", ns = CALLS)]
pub struct Retired {}

#[derive(Debug, XmlRecord)]
#[xml(name = "RetiredResponse", ns = CALLS)]
pub struct RetiredResponse {}

type Call<'a> = soap::Call<'a, Parrot>;

#[derive(Debug)]
pub struct Moulting;

impl Operation<Parrot> for Say {
    type Response = SayResponse;
    const EDITIONS: &'static [Edition] = &[NEW, OLD];

    async fn run(self, call: &Call<'_>) -> Result<SayResponse, Moulting> {
        call.service.ran.fetch_add(1, Ordering::Relaxed);
        let text = self.phrase.and_then(|phrase| phrase.text).unwrap_or_default();
        let times = usize::try_from(self.times).unwrap_or_default();
        Ok(SayResponse { result: Some(format!("{}: {}", call.caller, text.repeat(times))) })
    }
}

impl Operation<Parrot> for Sing {
    type Response = SingResponse;
    const EDITIONS: &'static [Edition] = &[NEW, OLD];

    async fn run(self, _: &Call<'_>) -> Result<SingResponse, Moulting> {
        Err(Moulting)
    }
}

impl Operation<Parrot> for Fly {
    type Response = FlyResponse;
    const EDITIONS: &'static [Edition] = &[NEW];

    async fn run(self, _: &Call<'_>) -> Result<FlyResponse, Moulting> {
        let count = self.ids.unwrap_or_default().len();
        let phrase =
            Phrase { text: Some(format!("{count}")), loudness: Loudness::Loud, again: None };
        Ok(FlyResponse { result: Some(phrase) })
    }
}

impl Operation<Parrot> for OldFly {
    type Response = OldFlyResponse;
    const EDITIONS: &'static [Edition] = &[OLD];

    async fn run(self, _: &Call<'_>) -> Result<OldFlyResponse, Moulting> {
        let loud = self.ids.unwrap_or_default().len() > 1;
        Ok(OldFlyResponse { result: if loud { Loudness::Loud } else { Loudness::Quiet } })
    }
}

impl Operation<Parrot> for Retired {
    type Response = RetiredResponse;
    const EDITIONS: &'static [Edition] = &[OLD];

    async fn run(self, _: &Call<'_>) -> Result<RetiredResponse, Moulting> {
        Ok(RetiredResponse {})
    }
}

/// The service. It knows the user `polly` with the password `crackër`.
#[derive(Debug, Default)]
pub struct Parrot {
    pub ran: AtomicU32,
    nonces: NonceCache,
}

impl Service for Parrot {
    type Context = Timestamp;
    /// The user's name.
    type Caller = String;
    type Error = Moulting;

    fn shape(&self) -> &'static ServiceShape {
        &SHAPE
    }

    fn operations(&self) -> &'static [AnyOperation<Self>] {
        OPERATIONS
    }

    fn edition(&self, head: &Head) -> Edition {
        if head.path.starts_with("/2013/") { OLD } else { NEW }
    }

    fn nonces(&self) -> &NonceCache {
        &self.nonces
    }

    fn now(&self, context: &Timestamp) -> Timestamp {
        *context
    }

    fn authenticate<'a>(
        &'a self,
        _: &'a Timestamp,
        _: &'a Head,
        credentials: Credentials,
    ) -> BoxFuture<'a, Result<String, Denied<Moulting>>> {
        let is_known = |user: &str, password: &str| user == "polly" && password == "crackër";
        Box::pin(async move {
            let user = match credentials {
                Credentials::Basic(logins) => {
                    let login = logins.into_iter().find(|l| is_known(&l.user, &l.password));
                    login.map(|login| login.user)
                }
                Credentials::Text(login) if login.user == "busy" => {
                    return Err(Denied::Failed(Moulting));
                }
                Credentials::Text(login) => {
                    is_known(&login.user, &login.password).then_some(login.user)
                }
                Credentials::Digest(digest) => {
                    (digest.user == "polly" && digest.is_of("crackër")).then_some(digest.user)
                }
            };
            user.ok_or(Denied::Wrong)
        })
    }

    fn let_in<'a>(
        &'a self,
        _: &'a Timestamp,
        _: &'a Head,
        _: &'a Self::Caller,
        _: &'static str,
    ) -> BoxFuture<'a, Result<(), Moulting>> {
        Box::pin(std::future::ready(Ok(())))
    }

    fn fault(&self, _: &Head, _: &'static str, _: Moulting) -> Fault {
        Fault::client("The parrot is moulting. ERROR_MOULTING")
    }
}

pub const BASIC: (&str, &str) = ("authorization", "Basic cG9sbHk6Y3JhY2vDq3I=");
pub const TEXT_XML: (&str, &str) = ("content-type", "text/xml; charset=utf-8");
pub const NOW: &str = "2026-11-21T20:02:30Z";

pub fn head(method: Method, path: &str, headers: &[(&str, &str)]) -> Head {
    let mut map = HeaderMap::new();
    for (name, value) in headers {
        map.append(
            HeaderName::from_bytes(name.as_bytes()).unwrap(),
            HeaderValue::from_bytes(value.as_bytes()).unwrap(),
        );
    }
    let (path, query) = path.split_once('?').unwrap_or((path, ""));
    Head {
        method,
        path: path.to_owned(),
        query: query.to_owned(),
        headers: map,
        peer: [127, 0, 0, 1].into(),
        base_url: "http://127.0.0.1:8080".to_owned(),
        host: "127.0.0.1".to_owned(),
        request_id: "r-1".to_owned(),
        caller: lychgate::protocol::http::CallerSlot::default(),
    }
}

/// A reply as a test reads it.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub content_type: String,
    pub body: String,
    pub operation: &'static str,
    pub headers: HeaderMap,
}

impl From<Reply> for Answer {
    fn from(reply: Reply) -> Self {
        let content_type =
            reply.headers.get("content-type").map(|v| v.to_str().unwrap().to_owned());
        Self {
            status: reply.status.as_u16(),
            content_type: content_type.unwrap_or_default(),
            body: String::from_utf8(reply.body.whole().unwrap().to_vec()).unwrap(),
            operation: reply.operation,
            headers: reply.headers,
        }
    }
}

pub async fn post_to(parrot: &Parrot, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
    let head = head(Method::POST, path, headers);
    let call = HttpCall::new(head.into(), body.to_vec().into());
    soap::answer(parrot, &NOW.parse().unwrap(), &call).await.into()
}

pub async fn post(headers: &[(&str, &str)], body: &str) -> Answer {
    post_to(&Parrot::default(), "/parrot", headers, body.as_bytes()).await
}

/// A SOAP 1.1 envelope as asmx proxies write it.
pub fn soap11(header: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><soap:Envelope \
         xmlns:soap=\"http://schemas.xmlsoap.org/soap/envelope/\" \
         xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\">{header}<soap:Body>{body}\
         </soap:Body></soap:Envelope>"
    )
}

/// A SOAP 1.2 envelope as PHP writes it.
pub fn soap12(header: &str, body: &str) -> String {
    format!(
        "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<env:Envelope \
         xmlns:env=\"http://www.w3.org/2003/05/soap-envelope\" xmlns:ns1=\"urn:parrot/v1\">\
         {header}<env:Body>{body}</env:Body></env:Envelope>\n"
    )
}

pub const SAY: &str = "<Say xmlns=\"urn:parrot/v1\"><times>2</times><phrase><Text \
                       xmlns=\"urn:parrot\">hi</Text></phrase></Say>";
pub const SAID: &str = "<s:Body><SayResponse xmlns=\"urn:parrot/v1\"><SayResult>polly: hihi\
                        </SayResult></SayResponse></s:Body></s:Envelope>";
