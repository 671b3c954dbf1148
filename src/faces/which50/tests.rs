//! Calls at the face itself, over a store in memory.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use http::{HeaderMap, Method, StatusCode};
use serde_json::{Value, json};

use super::{Settings, Which50};
use crate::domain::import::Runner;
use crate::domain::testing::{account, context, list};
use crate::domain::{Account, AccountId, Context};
use crate::faces::{Admission, Face as _};
use crate::protocol::http::{Head, HttpCall, Reply};

const BODY_BYTES: usize = 4 * 1024 * 1024;

struct World {
    context: Arc<Context>,
    face: Which50,
    token: String,
}

/// Status, headers and text of a reply.
struct Said {
    status: StatusCode,
    headers: HeaderMap,
    text: String,
}

impl Said {
    fn json(&self) -> Value {
        serde_json::from_str(&self.text).unwrap_or_else(|_| panic!("no JSON: {}", self.text))
    }
}

impl World {
    async fn new() -> Self {
        Self::with(Settings::default()).await
    }

    async fn with(settings: Settings) -> Self {
        let context = context().await;
        let one = account(&context, "one").await.id;
        let token = context.accounts().token_add(one).await.unwrap().token;
        Self { context: Arc::new(context), face: Which50::new(settings), token }
    }

    fn account(&self) -> Account<'_> {
        self.context.account(AccountId(1))
    }

    /// Asked as the server asks: the head first.
    async fn raw(&self, method: &str, target: &str, headers: &[(&str, &str)], body: &str) -> Said {
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut map = HeaderMap::new();
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().unwrap();
            map.insert(name, value.parse().unwrap());
        }
        let head = Arc::new(Head {
            method: Method::from_bytes(method.as_bytes()).unwrap(),
            path: format!("/Which50API/{path}"),
            query: query.to_owned(),
            headers: map,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            base_url: "http://localhost".to_owned(),
            host: "localhost".to_owned(),
            request_id: "r1".to_owned(),
            caller: crate::protocol::http::CallerSlot::default(),
        });
        assert!(self.face.serves(&head));
        let reply = if let Admission::Answer(reply) = self.face.admit(&self.context, &head).await {
            reply
        } else {
            let call = HttpCall::new(head, body.to_owned().into());
            self.face.answer(&self.context, call).await
        };
        let Reply { status, headers, body, .. } = reply;
        let body = body.gather(BODY_BYTES).await.unwrap();
        Said { status, headers, text: String::from_utf8(body.to_vec()).unwrap() }
    }

    async fn call(&self, method: &str, target: &str, body: &str) -> Said {
        let bearer = format!("Bearer {}", self.token);
        let content = if body.starts_with('<') { "text/xml" } else { "application/json" };
        let headers = [("authorization", &*bearer), ("content-type", content), ("accept", "*/*")];
        self.raw(method, target, &headers, body).await
    }

    async fn get(&self, target: &str) -> Value {
        let said = self.call("GET", target, "").await;
        assert_eq!(said.status, StatusCode::OK, "{target}: {}", said.text);
        said.json()
    }

    async fn xml(&self, target: &str) -> String {
        let bearer = format!("Bearer {}", self.token);
        let headers = [("authorization", &*bearer), ("accept", "text/xml")];
        self.raw("GET", target, &headers, "").await.text
    }

    async fn list(&self, name: &str) -> u32 {
        list(self.account(), name).await.0
    }

    async fn drain(&self) {
        Arc::new(Runner::new(Arc::clone(&self.context))).drain().await;
    }
}

#[tokio::test]
async fn an_import_is_begun_filled_and_asked_after() {
    let world = World::new().await;
    let list = world.list("News").await;
    let fields = r#"{"fieldnames":["Email","FirstName","Mobile","Shoe size"]}"#;
    let import = format!("contactLists/{list}/import");
    let job = world.call("POST", &import, fields).await.json();
    assert_eq!(job["CurrentStatus"], "Pending");
    assert_eq!((&job["FinishDate"], &job["ContactListId"]), (&Value::Null, &json!(list)));
    let job_path = format!("{import}/{}", job["Id"]);
    let batch = r#"[
        {"values":{"email":"ann@b.example","FIRSTNAME":"Ann","Mobile":"+353 87 1234567","Shoe size":42}},
        {"EncContactId":null,"Values":{"Email":"bob@b.example","Mobile":"12","Other":"x"},"ListId":7},
        {"Values":{"Email":"nobody","FirstName":{}}},
        null
    ]"#;
    assert_eq!(world.call("POST", &job_path, batch).await.status, StatusCode::OK);
    world.drain().await;
    let job = world.get(&job_path).await;
    for (name, value) in [
        ("InvalidEmailCount", json!(2)),
        ("InvalidSmsCount", json!(1)),
        ("ProgressPercent", json!(100)),
        ("CurrentStatus", json!("Completed")),
        ("InsertedContacts", json!(2)),
        ("UpdatedContacts", json!(0)),
        ("DroppedContacts", json!(0)),
        ("NotUpdatedContacts", json!(0)),
        ("TotalContacts", json!(2)),
    ] {
        assert_eq!(job[name], value, "{name}");
    }
    assert!(job["FinishDate"].is_string());
    let contacts = world.get(&format!("contactLists/{list}/contacts?$orderby=Email desc")).await;
    assert_eq!(contacts[1]["Values"]["Mobile"], "+353871234567");
    assert_eq!(contacts[1]["Values"]["Shoe size"], "42");
    assert_eq!(contacts[0]["Values"]["Mobile"], Value::Null);
    assert_eq!(world.get("contactLists").await[2]["Count"], 2);
}

#[tokio::test]
async fn a_batch_comes_in_xml_too() {
    let world = World::new().await;
    let list = world.list("News").await;
    let arrays = "xmlns:d2p1=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\"";
    let request = format!(
        "<ImportJobCreateRequest xmlns=\"{}\"><FieldNames {arrays}><d2p1:string>Email</d2p1:string>\
         <d2p1:string>FirstName</d2p1:string></FieldNames></ImportJobCreateRequest>",
        super::records::CONTROLLERS
    );
    let import = format!("contactLists/{list}/import");
    let job = world.call("POST", &import, &request).await.json();
    let entry = |key: &str, value: &str| {
        format!(
            "<d2p1:KeyValueOfstringanyType><d2p1:Key>{key}</d2p1:Key><d2p1:Value>{value}</d2p1:Value>\
             </d2p1:KeyValueOfstringanyType>"
        )
    };
    let batch = format!(
        "<ArrayOfContact xmlns=\"{}\"><Contact><Values {arrays} xmlns=\"{}\">{}{}</Values></Contact>\
         <Contact xmlns=\"urn:other\"/></ArrayOfContact>",
        super::records::DTO,
        super::records::SHARED,
        entry("Email", "ann@b.example"),
        entry("FirstName", "Ann &amp; Co"),
    );
    let job_path = format!("{import}/{}", job["Id"]);
    assert_eq!(world.call("POST", &job_path, &batch).await.status, StatusCode::OK);
    world.drain().await;
    assert_eq!(world.get(&job_path).await["TotalContacts"], 1);
    let contacts = world.get(&format!("contactLists/{list}/contacts")).await;
    assert_eq!(contacts[0]["Values"]["FirstName"], "Ann & Co");
    let wrong = batch.replace("ArrayOfContact ", "ArrayOfContacts ");
    let wrong = wrong.replace("</ArrayOfContact>", "</ArrayOfContacts>");
    let said = world.call("POST", &job_path, &wrong).await;
    assert_eq!(said.status, StatusCode::BAD_REQUEST);
    assert_eq!(said.json()["Message"], "The request is invalid.");
}

#[tokio::test]
async fn credentials_are_refused_in_web_apis_words() {
    let world = World::new().await;
    let nobody = world.raw("GET", "contactLists", &[("accept", "text/xml")], "").await;
    assert_eq!(nobody.status, StatusCode::UNAUTHORIZED);
    assert_eq!(
        nobody.text,
        "<Error><Message>Authorization has been denied for this request.</Message></Error>"
    );
    assert_eq!(nobody.headers.get_all("www-authenticate").iter().count(), 2);
    let wrong = [("authorization", "Bearer 00")];
    assert_eq!(world.raw("GET", "contactLists", &wrong, "").await.status, StatusCode::UNAUTHORIZED);
}

#[tokio::test]
async fn errors_are_web_apis() {
    let world = World::new().await;
    let list = world.list("News").await;

    let job = format!("contactLists/{list}/import/99");
    for (method, target, body, status, message) in [
        ("GET", &*job, "", 404, "The specified Contactlist or ImportJob were not found."),
        (
            "GET",
            "contactLists/77/import/1",
            "",
            404,
            "The specified Contactlist or ImportJob were not found.",
        ),
        ("GET", "contactLists/77", "", 404, "The specified ContactList was not found."),
        ("GET", "contacts/none", "", 404, "The specified Contact was not found."),
        ("GET", "journeys/1", "", 404, "The specified Journey was not found."),
        ("GET", "contactLists/x", "", 400, "The request is invalid."),
        (
            "GET",
            "nothing",
            "",
            404,
            "No HTTP resource was found that matches the request URI 'http://localhost/Which50API/nothing'.",
        ),
        (
            "DELETE",
            "contactLists",
            "",
            405,
            "The requested resource does not support http method 'DELETE'.",
        ),
        (
            "POST",
            "contactLists/1/import",
            r#"{"FieldNames":[]}"#,
            403,
            "The user does not have the relevant permissions to perform this action.",
        ),
        ("POST", &*format!("contactLists/{list}/import"), "{", 400, "The request is invalid."),
        (
            "POST",
            &*format!("contactLists/{list}/contact"),
            r#"{"Values":{"Email":"no"}}"#,
            417,
            "The Request has failed due to invalid parameters.",
        ),
        (
            "GET",
            &*format!("contactLists/{list}/contacts?$filter=x"),
            "",
            400,
            "The request is invalid.",
        ),
        (
            "GET",
            &*format!("contactLists/{list}/contacts?$top=x"),
            "",
            400,
            "The request is invalid.",
        ),
        ("PATCH", &*format!("contactLists/{list}/contact"), "{}", 400, "The request is invalid."),
    ] {
        let said = world.call(method, target, body).await;
        assert_eq!(said.status.as_u16(), status, "{method} {target}: {}", said.text);
        assert_eq!(said.json()["Message"], message, "{method} {target}");
    }
}

#[tokio::test]
async fn a_batch_past_its_bound_is_refused_whole() {
    let world = World::with(Settings { batch_contacts: 2, ..Settings::default() }).await;
    let list = world.list("News").await;
    let import = format!("contactLists/{list}/import");
    let job = world.call("POST", &import, r#"{"FieldNames":["Email"]}"#).await.json();
    let contact = |n: u32| json!({"Values": {"Email": format!("c{n}@b.example")}});
    let job_path = format!("{import}/{}", job["Id"]);
    let three: Value = (0..3).map(contact).collect();
    let said = world.call("POST", &job_path, &three.to_string()).await;
    assert_eq!(said.status, StatusCode::EXPECTATION_FAILED);
    let two: Value = (0..2).map(contact).collect();
    assert_eq!(world.call("POST", &job_path, &two.to_string()).await.status, StatusCode::OK);
    world.drain().await;
    assert_eq!(world.get(&job_path).await["InsertedContacts"], 2);
}

#[tokio::test]
async fn a_contact_is_matched_changed_and_found_by_its_encrypted_id() {
    let world = World::new().await;
    let list = world.list("News").await;
    let path = format!("contactLists/{list}/contact");
    let ann = r#"{"Values":{"Email":"ann@b.example","ReferanceAccountId":"123456","Mobile":"no"}}"#;
    let ann = world.call("POST", &format!("{path}?customevents=Hello"), ann).await.json();
    assert_eq!(ann["ListId"], list);
    assert_eq!(ann["ValidationWarnings"].as_array().unwrap().len(), 2);
    let matched = format!(
        "{path}?match=ReferanceAccountId,Email&ReferanceAccountId=123456&Email=ANN@b.example"
    );
    let patched = world.call("PATCH", &matched, r#"{"values":{"FirstName":"Ann"}}"#).await.json();
    assert_eq!(patched["EncContactId"], ann["EncContactId"]);
    let nobody = matched.replace("123456&", "12345&");
    let said = world.call("PATCH", &nobody, r#"{"values":{"FirstName":"Bob"}}"#).await;
    assert_eq!(said.status, StatusCode::NOT_FOUND);
    let put = r#"{"values":{"Email":"anna@b.example","ReferanceAccountId":"123456"}}"#;
    let put = world.call("PUT", &format!("{path}?match=ReferanceAccountId"), put).await.json();
    assert_eq!(put["EncContactId"], ann["EncContactId"]);
    let id = ann["EncContactId"].as_str().unwrap();
    let found = world.get(&format!("contacts/{id}")).await;
    assert_eq!(found["Values"]["Email"], "anna@b.example");
    assert_eq!(found["Values"]["FirstName"], "Ann");
    assert!(found.get("Id").is_none());
    assert!(world.xml(&format!("contacts/{id}")).await.contains("<Id xmlns="));
    for part in ["journeys", "communications", "emails", "textmessages", "landingpages", "webforms"]
    {
        assert_eq!(world.get(&format!("contacts/{id}/{part}")).await, json!([]), "{part}");
    }
    assert_eq!(world.get(&format!("contacts/{id}/summary")).await["Emails"], 0);
    let form = "ListId=3&Email=bob%40b.example&FirstName=Bob";
    let bearer = format!("Bearer {}", world.token);
    let headers =
        [("authorization", &*bearer), ("content-type", "application/x-www-form-urlencoded")];
    let said = world.raw("POST", "contactLists/contactForm", &headers, form).await;
    assert_eq!((said.status, said.text.as_str()), (StatusCode::OK, ""));
    let of = format!("contactLists/{list}/contacts?$filter=FirstName eq 'bob'&$select=Email");
    let found = world.get(&of).await;
    assert_eq!(found[0]["Values"], json!({"Email": "bob@b.example"}));
    assert_eq!(found.as_array().unwrap().len(), 1);
}

#[tokio::test]
async fn replies_are_in_the_media_type_that_is_accepted() {
    let world = World::new().await;
    let bearer = format!("Bearer {}", world.token);
    for (accept, content_type) in [
        ("application/json", "application/json; charset=utf-8"),
        ("text/json", "text/json; charset=utf-8"),
        ("application/csp-report", "application/csp-report; charset=utf-8"),
        ("application/xml", "application/xml; charset=utf-8"),
        ("text/xml;q=0.5, text/html", "text/xml; charset=utf-8"),
        ("image/png", "application/json; charset=utf-8"),
        ("*/*", "application/json; charset=utf-8"),
    ] {
        let headers = [("authorization", &*bearer), ("accept", accept)];
        let said = world.raw("GET", "contactLists", &headers, "").await;
        assert_eq!(said.headers["content-type"], content_type, "{accept}");
        assert_eq!(said.text.starts_with('<'), content_type.contains("xml"), "{accept}");
    }
    let headers = [("authorization", &*bearer), ("content-type", "text/xml")];
    let said = world.raw("POST", "contactLists/3/import", &headers, "<x/>").await;
    assert!(said.text.starts_with("<Error>"), "{}", said.text);
}

#[tokio::test]
async fn subscriptions_and_keys_are_stored() {
    let world = World::new().await;
    let url = r#"{"url":"https://hooks.example/1"}"#;
    let one = world.call("POST", "webhook/subscribe/Unsubscribed", url).await.json();
    let two = world.call("POST", "webhook/subscribe/Bounced", r#""https://hooks.example/2""#).await;
    assert_eq!((&one["Id"], &two.json()["EventName"]), (&json!(1), &json!("Bounced")));
    let page = world.get("webhook/webhooksubscriptions?pageNumber=2&pageSize=1").await;
    assert_eq!(page[0]["Url"], "https://hooks.example/2");
    assert_eq!(world.call("DELETE", "webhook/subscribe/1", "").await.status, StatusCode::OK);
    assert_eq!(world.call("DELETE", "webhook/subscribe/1", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.call("GET", "webhook/saltkey", "").await.status, StatusCode::NOT_FOUND);
    assert_eq!(world.call("PUT", "webhook/saltkey", r#""pepper""#).await.status, StatusCode::OK);
    assert_eq!(world.get("webhook/saltkey").await, "pepper");
}

#[tokio::test]
async fn no_body_makes_a_batch_panic_or_half_imported() {
    let world = World::new().await;
    let list = world.list("News").await;
    let import = format!("contactLists/{list}/import");
    let job = world.call("POST", &import, r#"{"FieldNames":["Email"]}"#).await.json();
    let job_path = format!("{import}/{}", job["Id"]);
    let deep = format!("[{}{}]", "[".repeat(10_000), "]".repeat(10_000));
    let deep_value =
        format!(r#"[{{"Values":{{"Email":{}1{}}}}}]"#, "[".repeat(10_000), "]".repeat(10_000));
    let half = r#"[{"Values":{"Email":"ann@b.example"}},{"Values":{"Email":"bob@b.example"#;
    for body in ["", "{}", "[1]", "[[]]", "\"\"", "null", "[{}", "<a", &deep, half] {
        let said = world.call("POST", &job_path, body).await;
        assert_eq!(said.status, StatusCode::BAD_REQUEST, "{}: {}", body.len(), said.text);
        assert!(!said.text.contains("example"), "{}", said.text);
    }
    let state = world.get(&job_path).await;
    assert_eq!((&state["CurrentStatus"], &state["TotalContacts"]), (&json!("Pending"), &json!(0)));
    // What is no value is passed over, however deep it is.
    assert_eq!(world.call("POST", &job_path, &deep_value).await.status, StatusCode::OK);
}

#[tokio::test]
async fn a_list_of_many_is_answered_whole_and_its_pages_are_parts_of_it() {
    let world = World::new().await;
    let list = world.list("News").await;
    let import = format!("contactLists/{list}/import");
    let job = world.call("POST", &import, r#"{"FieldNames":["Email"]}"#).await.json();
    let contact = |n: u32| json!({"Values": {"Email": format!("c{n}@b.example")}});
    let all: Value = (0..2_500).map(contact).collect();
    let job_path = format!("{import}/{}", job["Id"]);
    assert_eq!(world.call("POST", &job_path, &all.to_string()).await.status, StatusCode::OK);
    world.drain().await;
    let of = format!("contactLists/{list}/contacts?$select=Email");
    let whole = world.get(&of).await;
    assert_eq!(whole.as_array().unwrap().len(), 2_500);
    let page = world.get(&format!("{of}&$skip=1200&$top=300")).await;
    assert_eq!(page.as_array().unwrap()[..], whole.as_array().unwrap()[1_200..1_500]);
    let filtered =
        world.get(&format!("{of}&$filter=endswith(Email,'99@b.example')&$skip=20")).await;
    assert_eq!(filtered.as_array().unwrap().len(), 5);
    assert_eq!(world.get(&format!("{of}&$top=0")).await, json!([]));
    let xml = world.xml(&of).await;
    assert_eq!(xml.matches("<Contact>").count(), 2_500);
}
