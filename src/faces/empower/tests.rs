//! The envelope over a real store: forms, order, errors.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use http::{HeaderMap, Method as HttpMethod};

use super::{Empower, Settings};
use crate::domain::testing::{account, context};
use crate::domain::{Access, Context, KeyPair, NewApiUser};
use crate::faces::Face as _;
use crate::protocol::http::{Head, HttpCall};

const BODY_BYTES: usize = 1024 * 1024;

struct World {
    context: Arc<Context>,
    face: Empower,
    keys: KeyPair,
}

impl World {
    async fn with_access(access: Access) -> Self {
        let context = context().await;
        let one = account(&context, "one").await.id;
        let new = NewApiUser { access, whitelist: vec!["192.0.2.0/24".parse().unwrap()] };
        let keys = context.accounts().api_user_add(one, new).await.unwrap();
        Self { context: Arc::new(context), face: Empower::new(Settings::default()), keys }
    }

    async fn new() -> Self {
        Self::with_access(Access::Full).await
    }

    async fn post_from(&self, peer: Ipv4Addr, body: String) -> String {
        let head = Head {
            method: HttpMethod::POST,
            path: "/api/xmlrpc/index.php".to_owned(),
            query: String::new(),
            headers: HeaderMap::new(),
            peer: IpAddr::V4(peer),
            base_url: "http://localhost".to_owned(),
            host: "localhost".to_owned(),
            request_id: "1".to_owned(),
        };
        let call = HttpCall { head: Arc::new(head), body: body.into() };
        let reply = self.face.answer(&self.context, call).await;
        assert_eq!(reply.status, 200);
        String::from_utf8(reply.body.gather(BODY_BYTES).await.unwrap().to_vec()).unwrap()
    }

    /// Posts calls with the right login and what else `authentication` is to say.
    async fn post(&self, more: &str, calls: &str) -> String {
        let KeyPair { api_key, shared_secret } = &self.keys;
        let body = format!(
            "<api><authentication><shared_secret>{shared_secret}</shared_secret>\
             <api_key>{api_key}</api_key>{more}</authentication><data>{calls}</data></api>"
        );
        self.post_from(Ipv4Addr::new(192, 0, 2, 7), body).await
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
    let KeyPair { api_key, shared_secret } = &world.keys;
    let body = format!(
        "<api><authentication><api_key>{api_key}</api_key><shared_secret>{shared_secret}\
         </shared_secret></authentication><data>{VALID}</data></api>"
    );
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
