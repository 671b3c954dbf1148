//! The envelope over a real store: forms, order, errors.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderMap, Method as HttpMethod};

use super::{Empower, Settings};
use crate::domain::files::Files;
use crate::domain::testing::{account, context};
use crate::domain::{
    Access, Contact, ContactId, Context, FieldKind, KeyPair, NewApiUser, NewDataField, Page,
    Visibility,
};
use crate::faces::Face as _;
use crate::protocol::form::{Fields, urlencoded};
use crate::protocol::http::{Head, HttpCall};

const BODY_BYTES: usize = 1024 * 1024;

pub(super) struct World {
    pub context: Arc<Context>,
    face: Empower,
    keys: KeyPair,
}

impl World {
    async fn with_access(access: Access) -> Self {
        Self::over(context().await, access).await
    }

    /// With a source of the files that calls name.
    pub async fn with_files(files: Arc<dyn Files>) -> Self {
        Self::over(context().await.with_files(files), Access::Full).await
    }

    async fn over(context: Context, access: Access) -> Self {
        let one = account(&context, "one").await.id;
        let new = NewApiUser { access, whitelist: vec!["192.0.2.0/24".parse().unwrap()] };
        let keys = context.accounts().api_user_add(one, new).await.unwrap();
        Self { context: Arc::new(context), face: Empower::new(Settings::default()), keys }
    }

    pub async fn new() -> Self {
        Self::with_access(Access::Full).await
    }

    /// Calls one method with arguments in their order, and gives what is said of it.
    pub async fn ask(&self, method: &str, args: &[(&str, &str)]) -> String {
        let element =
            |(name, value): &(&str, &str)| format!("<{name}><![CDATA[{value}]]></{name}>");
        let args = args.iter().map(element).collect::<Vec<_>>().concat();
        let call = format!("<methodCall><methodName>{method}</methodName>{args}</methodCall>");
        self.post("", &call).await
    }

    pub fn account(&self) -> crate::domain::Account<'_> {
        self.context.account(crate::domain::AccountId(1))
    }

    pub async fn list(&self, name: &str) -> u32 {
        crate::domain::testing::list(self.account(), name).await.0
    }

    pub async fn number_field(&self, name: &str) -> u16 {
        let new = NewDataField {
            name: name.to_owned(),
            kind: FieldKind::Number,
            visibility: Visibility::Private,
            default: None,
        };
        self.account().fields().create(new).await.unwrap().id.0
    }

    /// Records an event of the account, told by its other members.
    pub async fn event(&self, members: &str) {
        let line = format!(r#"{{"account":"one",{members}}}"#);
        let event = crate::domain::Event::from_json(&line).unwrap();
        self.context.events().record(&event).await.unwrap();
    }

    pub async fn contact(&self, text: &str) -> Contact {
        let address = crate::domain::testing::address(text);
        self.account().contacts().get_by_address(&address).await.unwrap()
    }

    pub async fn lists_of(&self, id: ContactId) -> Vec<u32> {
        let lists = self.account().lists().for_contact(id, Page::first()).await.unwrap();
        lists.into_iter().map(|list| list.id.0).collect()
    }

    async fn post_from(&self, peer: Ipv4Addr, body: String) -> String {
        let head = head(HttpMethod::POST, "", "");
        self.send(Head { peer: IpAddr::V4(peer), ..head }, body.into_bytes()).await
    }

    async fn send(&self, head: Head, body: Vec<u8>) -> String {
        let call = HttpCall::new(Arc::new(head), body.into());
        let reply = self.face.answer(&self.context, call).await;
        assert_eq!(reply.status, 200);
        String::from_utf8(reply.body.gather(BODY_BYTES).await.unwrap().to_vec()).unwrap()
    }

    fn document(&self, more: &str, calls: &str) -> String {
        let KeyPair { api_key, shared_secret } = &self.keys;
        format!(
            "<api><authentication><shared_secret>{shared_secret}</shared_secret>\
             <api_key>{api_key}</api_key>{more}</authentication><data>{calls}</data></api>"
        )
    }

    /// Posts calls with the right login and what else `authentication` is to say.
    async fn post(&self, more: &str, calls: &str) -> String {
        let body = self.document(more, calls);
        self.post_from(Ipv4Addr::new(192, 0, 2, 7), body).await
    }
}

fn head(method: HttpMethod, query: &str, content_type: &str) -> Head {
    let mut headers = HeaderMap::new();
    if !content_type.is_empty() {
        headers.insert("content-type", content_type.parse().unwrap());
    }
    Head {
        method,
        path: "/api/xmlrpc/index.php".to_owned(),
        query: query.to_owned(),
        headers,
        peer: IpAddr::V4(Ipv4Addr::new(192, 0, 2, 7)),
        base_url: "http://localhost".to_owned(),
        host: "localhost".to_owned(),
        request_id: "1".to_owned(),
        caller: crate::protocol::http::CallerSlot::default(),
    }
}

const VALID: &str = "<methodCall><email>a@b.example</email>\
                     <methodName>utilities.CHECKemail</methodName></methodCall>";
const MISSING: &str =
    "<methodCall><methodname>utilities.checkEmail</methodname><email/></methodCall>";
const UNKNOWN: &str = "<methodCall><methodName>no.such</methodName></methodCall>";

#[tokio::test]
async fn an_item_has_its_members_in_order_and_cdata_in_every_leaf_but_the_name() {
    let said = World::new().await.post("", VALID).await;
    assert_eq!(
        said,
        "<?xml version=\"1.0\"?><methodResponse><item><methodName>utilities.checkemail</methodName>\
         <responseText><![CDATA[Valid]]></responseText><responseData><valid><![CDATA[1]]></valid>\
         <email><![CDATA[a@b.example]]></email></responseData>\
         <responseNum><![CDATA[1]]></responseNum></item></methodResponse>"
    );
}

#[tokio::test]
async fn a_missing_argument_is_named_with_428() {
    let said = World::new().await.post("", MISSING).await;
    assert_eq!(
        said,
        "<?xml version=\"1.0\"?><methodResponse><item><methodName>utilities.checkemail</methodName>\
         <error><![CDATA[1]]></error><responseText><![CDATA[Missing variables]]></responseText>\
         <responseData><missing_vars><![CDATA[email]]></missing_vars>\
         <responseCode><![CDATA[428]]></responseCode></responseData>\
         <responseNum><![CDATA[1]]></responseNum><totalRequests><![CDATA[1]]></totalRequests>\
         <totalCompleted><![CDATA[0]]></totalCompleted></item></methodResponse>"
    );
}

#[tokio::test]
async fn a_failing_call_stops_the_rest_unless_told_otherwise() {
    let world = World::new().await;
    let calls = [VALID, UNKNOWN, VALID].concat();
    let halted = world.post("", &calls).await;
    assert_eq!(halted.matches("<item>").count(), 2);
    assert!(halted.contains("Incorrect Action Specified"), "{halted}");
    assert!(halted.contains("<totalCompleted><![CDATA[1]]>"), "{halted}");
    let on = world.post("<no_halt>1</no_halt>", &calls).await;
    assert_eq!(on.matches("<item>").count(), 3);
    assert!(on.contains("<responseNum><![CDATA[3]]>"), "{on}");
}

#[tokio::test]
async fn a_wrong_login_is_the_recorded_error() {
    let world = World::new().await;
    let calls = format!("<api><authentication/><data>{VALID}</data></api>");
    let said = world.post_from(Ipv4Addr::new(192, 0, 2, 7), calls).await;
    assert_eq!(
        said,
        "<?xml version=\"1.0\"?><methodResponse><item><error><![CDATA[1]]></error>\
         <responseText><![CDATA[Could not authenticate]]></responseText><responseData>\
         <responseCode><![CDATA[445]]></responseCode></responseData>\
         <responseNum><![CDATA[1]]></responseNum><totalRequests><![CDATA[1]]></totalRequests>\
         <totalCompleted><![CDATA[0]]></totalCompleted></item></methodResponse>"
    );
}

#[tokio::test]
async fn an_address_that_is_not_on_the_whitelist_is_named() {
    let world = World::new().await;
    let body = world.document("", VALID);
    let said = world.post_from(Ipv4Addr::new(198, 51, 100, 1), body).await;
    assert!(said.contains("Invalid Request IP: Please add request_ip"), "{said}");
    assert!(said.contains("<request_ip><![CDATA[198.51.100.1]]></request_ip>"), "{said}");
    assert!(!said.contains("methodName"), "{said}");
}

#[tokio::test]
async fn a_method_that_the_user_may_not_call_answers_445() {
    let world = World::with_access(Access::custom(["legacy.manage_subscriber"])).await;
    let said = world.post("", VALID).await;
    assert!(said.contains("<responseCode><![CDATA[445]]>"), "{said}");
}

#[tokio::test]
async fn php_gets_a_list_of_arrays_with_lengths_in_bytes() {
    let said = World::new().await.post("<response_type>php</response_type>", VALID).await;
    assert_eq!(
        said,
        "a:1:{i:0;a:4:{s:10:\"methodName\";s:20:\"utilities.checkemail\";\
         s:12:\"responseText\";s:5:\"Valid\";s:12:\"responseData\";a:2:{s:5:\"valid\";s:1:\"1\";\
         s:5:\"email\";s:11:\"a@b.example\";}s:11:\"responseNum\";s:1:\"1\";}}"
    );
}

#[tokio::test]
async fn what_is_no_document_answers_446() {
    let world = World::new().await;
    for body in ["", "<api><data>", "<other/>", "data"] {
        let said = world.post_from(Ipv4Addr::new(192, 0, 2, 7), body.to_owned()).await;
        assert!(said.contains("<responseCode><![CDATA[446]]>"), "{body}: {said}");
        assert!(said.contains("<error><![CDATA[1]]></error>"), "{body}: {said}");
    }
}

#[tokio::test]
async fn every_form_in_which_clients_post_is_read() {
    let world = World::new().await;
    let document = world.document("", VALID);
    let fields: Fields = [("data", document.clone())].into_iter().collect();
    let encoded = urlencoded::write(&fields);
    let multipart = format!(
        "--b b\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{document}\r\n--b b--\r\n"
    );
    let form = "application/x-www-form-urlencoded";
    let utf16: Vec<u8> = "\u{feff}"
        .encode_utf16()
        .chain(document.encode_utf16())
        .flat_map(u16::to_le_bytes)
        .collect();
    let post = |content_type| head(HttpMethod::POST, "", content_type);
    for (name, head, body) in [
        ("form", post(form), encoded.clone().into_bytes()),
        ("form, XML not encoded", post(form), format!("data={document}").into_bytes()),
        ("form without a content type", post(""), encoded.clone().into_bytes()),
        ("multipart", post("multipart/form-data; boundary=\"b b\""), multipart.into_bytes()),
        ("raw", post("application/xml"), document.clone().into_bytes()),
        (
            "raw, odd charset",
            post("application/xml; charset='utf8'"),
            document.clone().into_bytes(),
        ),
        ("raw as a form", post(form), format!("\n {document}").into_bytes()),
        ("raw with a mark", post(""), format!("\u{feff}{document}").into_bytes()),
        ("raw in UTF-16", post("text/xml"), utf16),
        ("GET", head(HttpMethod::GET, &encoded, ""), Vec::new()),
        ("POST with a query", head(HttpMethod::POST, &encoded, ""), Vec::new()),
    ] {
        let said = world.send(head, body).await;
        assert!(said.contains("<valid><![CDATA[1]]></valid>"), "{name}: {said}");
    }
}

#[tokio::test]
async fn latin1_named_characters_and_cdata_are_text() {
    let world = World::new().await;
    let call = |email: &str| {
        format!(
            "<methodCall><methodName><![CDATA[utilities.checkEmail]]></methodName><email>{email}</email></methodCall>"
        )
    };
    let named = world.post("", &call("jos&eacute;@b.example")).await;
    assert!(named.contains("jos\u{e9}@b.example"), "{named}");
    let document = world.document("", &call("jos\u{e9}@b.example"));
    let latin1: Vec<u8> = document.chars().map(|c| u8::try_from(u32::from(c)).unwrap()).collect();
    let said = world.send(head(HttpMethod::POST, "", ""), latin1).await;
    assert!(said.contains("jos\u{e9}@b.example"), "{said}");
}

#[tokio::test]
async fn the_bare_form_takes_its_login_from_basic() {
    let world = World::new().await;
    let login = STANDARD.encode(format!("{}:{}", world.keys.api_key, world.keys.shared_secret));
    let mut head = head(HttpMethod::POST, "", "text/xml");
    head.headers.insert("authorization", format!("Basic {login}").parse().unwrap());
    let said = world.send(head, VALID.as_bytes().to_vec()).await;
    assert!(said.contains("<valid><![CDATA[1]]></valid>"), "{said}");
}
