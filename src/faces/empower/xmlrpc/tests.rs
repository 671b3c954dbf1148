//! XML-RPC over a real store: forms of parameters, credentials, introspection, multicall, faults.

use std::net::{IpAddr, Ipv4Addr};
use std::sync::Arc;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;
use http::header::AUTHORIZATION;
use http::{HeaderMap, Method as HttpMethod};

use crate::domain::testing::{account, context};
use crate::domain::{Access, Context, KeyPair, NewApiUser};
use crate::faces::Face as _;
use crate::faces::empower::methods::METHODS;
use crate::faces::empower::{Empower, Settings};
use crate::protocol::http::{Head, HttpCall};
use crate::protocol::xml::{Limits, Reader};
use crate::protocol::xmlrpc::{Value, code, read_value};

const REPLY_BYTES: usize = 1024 * 1024;

struct World {
    context: Arc<Context>,
    face: Empower,
    keys: KeyPair,
}

impl World {
    async fn new() -> Self {
        let context = context().await;
        let one = account(&context, "one").await.id;
        let new = NewApiUser { access: Access::Full, whitelist: Vec::new() };
        let keys = context.accounts().api_user_add(one, new).await.unwrap();
        let face = Empower::new(Settings { calls_per_multicall: 3, ..Settings::default() });
        Self { context: Arc::new(context), face, keys }
    }

    /// Posts a document, with the key and its secret by Basic when `basic`.
    async fn post(&self, path: &str, basic: bool, document: String) -> String {
        let mut headers = HeaderMap::new();
        if basic {
            let KeyPair { api_key, shared_secret } = &self.keys;
            let pair = BASE64_STANDARD.encode(format!("{api_key}:{shared_secret}"));
            headers.insert(AUTHORIZATION, format!("Basic {pair}").parse().unwrap());
        }
        let head = Head {
            method: HttpMethod::POST,
            path: path.to_owned(),
            query: String::new(),
            headers,
            peer: IpAddr::V4(Ipv4Addr::LOCALHOST),
            base_url: "http://localhost".to_owned(),
            host: "localhost".to_owned(),
            request_id: "1".to_owned(),
            caller: crate::protocol::http::CallerSlot::default(),
        };
        let call = HttpCall::new(Arc::new(head), document.into());
        let reply = self.face.answer(&self.context, call).await;
        assert_eq!(reply.status, 200);
        assert_eq!(reply.headers["content-type"], "text/xml; charset=utf-8");
        String::from_utf8(reply.body.gather(REPLY_BYTES).await.unwrap().to_vec()).unwrap()
    }

    /// The result of a call with credentials, or its fault's code and text.
    async fn call(&self, method: &str, params: &[&str]) -> Result<Value, (Value, Value)> {
        result(&self.post("/RPC2", true, call(method, params)).await)
    }
}

fn call(method: &str, params: &[&str]) -> String {
    let params: Vec<_> =
        params.iter().map(|value| format!("<param><value>{value}</value></param>")).collect();
    format!(
        "<?xml version=\"1.0\"?><methodCall><methodName>{method}</methodName><params>{}</params>\
         </methodCall>",
        params.concat()
    )
}

fn structure(members: &[(&str, &str)]) -> String {
    let members = members
        .iter()
        .map(|(name, value)| format!("<member><name>{name}</name><value>{value}</value></member>"));
    format!("<struct>{}</struct>", members.collect::<String>())
}

fn array(items: &[String]) -> String {
    let items: Vec<_> = items.iter().map(|item| format!("<value>{item}</value>")).collect();
    format!("<array><data>{}</data></array>", items.concat())
}

/// Reads a response; of a fault, its code and its text.
fn result(document: &str) -> Result<Value, (Value, Value)> {
    let mut reader = Reader::new(document, Limits::default());
    reader.root().unwrap();
    let is_fault = reader.next_child().unwrap().unwrap().local() == "fault";
    if !is_fault {
        reader.next_child().unwrap().unwrap();
    }
    assert!(reader.next_child().unwrap().unwrap().is("", "value"), "{document}");
    let value = read_value(&mut reader).unwrap();
    if !is_fault {
        return Ok(value);
    }
    let member = |name| value.member(name).unwrap().clone();
    Err((member("faultCode"), member("faultString")))
}

fn fault_code(result: Result<Value, (Value, Value)>) -> i32 {
    match result {
        Err((Value::Int(code), Value::String(_))) => code,
        other => panic!("{other:?}"),
    }
}

/// Whether the address is found valid; the words are the method's own affair.
fn says_valid(value: &Value) -> bool {
    let data = [("valid", Value::from("1")), ("email", Value::from("a@b.example"))];
    value.member("responseData") == Some(&Value::fields(data))
}

#[tokio::test]
async fn arguments_come_in_a_struct_or_by_position() {
    let world = World::new().await;
    let by_name = structure(&[("email", "a@b.example"), ("domain_only", "<boolean>1</boolean>")]);
    for params in [[by_name.as_str()], ["a@b.example"], ["<string>a@b.example</string>"]] {
        let answered = world.call("utilities.checkEmail", &params).await.unwrap();
        assert!(says_valid(&answered), "{answered:?}");
    }
}

#[tokio::test]
async fn credentials_come_in_the_struct_or_by_basic() {
    let world = World::new().await;
    let KeyPair { api_key, shared_secret } = &world.keys;
    let login = [("api_key", api_key.as_str()), ("shared_secret", shared_secret.as_str())];
    let all = structure(&[login[0], login[1], ("email", "a@b.example")]);
    let login = structure(&login);
    for params in [vec![all.as_str()], vec![login.as_str(), "a@b.example"]] {
        let document = call("utilities.checkEmail", &params);
        let answered = result(&world.post("/RPC2", false, document).await).unwrap();
        assert!(says_valid(&answered), "{answered:?}");
    }
    let document = call("utilities.checkEmail", &["a@b.example"]);
    assert_eq!(fault_code(result(&world.post("/RPC2", false, document).await)), 445);
    let wrong = structure(&[("api_key", api_key), ("shared_secret", "x"), ("email", "a@b.c")]);
    assert_eq!(fault_code(world.call("utilities.checkEmail", &[&wrong]).await), 445);
}

#[tokio::test]
async fn a_call_with_params_is_answered_at_the_vendors_path_too() {
    let world = World::new().await;
    let document = call("utilities.checkEmail", &["a@b.example"]);
    let said = world.post("/api/xmlrpc/index.php", true, document).await;
    assert!(says_valid(&result(&said).unwrap()), "{said}");
    let bare = "<methodCall><methodName>system.listMethods</methodName></methodCall>";
    let said = world.post("/api/xmlrpc/index.php", false, bare.to_owned()).await;
    assert!(matches!(result(&said), Ok(Value::Array(_))), "{said}");
}

#[tokio::test]
async fn faults_have_the_vendors_code_or_the_agreed_one() {
    let world = World::new().await;
    let missing = world.call("utilities.checkEmail", &[]).await;
    let Err((_, Value::String(text))) = &missing else { panic!("{missing:?}") };
    assert_eq!(text, "Missing variables; missing_vars: email");
    assert_eq!(fault_code(missing), 428);
    assert_eq!(fault_code(world.call("no.such", &[]).await), code::METHOD_NOT_FOUND);
    let four = world.call("utilities.checkEmail", &["a", "1", "1", "1"]).await;
    assert_eq!(fault_code(four), code::INVALID_PARAMS);
    for (document, code) in [
        ("", code::PARSE_ERROR),
        ("<methodCall><methodName>a", code::PARSE_ERROR),
        ("<methodCall/>", code::INVALID_REQUEST),
        ("<api/>", code::INVALID_REQUEST),
    ] {
        let said = world.post("/RPC2", true, document.to_owned()).await;
        assert_eq!(fault_code(result(&said)), code, "{document}");
    }
}

#[tokio::test]
async fn every_method_is_listed_described_and_signed() {
    let world = World::new().await;
    let listed = world.call("system.listMethods", &[]).await.unwrap();
    let Value::Array(names) = listed else { panic!("{listed:?}") };
    assert_eq!(names.len(), METHODS.len() + 5);
    for name in &names {
        let name = name.as_str().unwrap();
        let help = world.call("system.methodHelp", &[name]).await.unwrap();
        assert!(!help.as_str().unwrap().is_empty(), "{name}");
        let signed = world.call("system.methodSignature", &[name]).await.unwrap();
        let Value::Array(signatures) = signed else { panic!("{name}: {signed:?}") };
        for signature in &signatures {
            let Value::Array(types) = signature else { panic!("{name}: {signature:?}") };
            assert!(types.iter().all(|kind| kind.as_str().is_some()), "{name}");
            assert!(!types.is_empty(), "{name}");
        }
        assert!(!signatures.is_empty(), "{name}");
    }
    let unknown = world.call("system.methodHelp", &["no.such"]).await;
    assert_eq!(fault_code(unknown), code::METHOD_NOT_FOUND);
    let capabilities = world.call("system.getCapabilities", &[]).await.unwrap();
    let version = capabilities.member("xmlrpc").unwrap().member("specVersion");
    assert_eq!(version, Some(&Value::Int(1)));
}

#[tokio::test]
async fn a_multicall_answers_each_call_with_its_result_or_fault() {
    let world = World::new().await;
    let one = |method: &str, params: &[String]| {
        structure(&[("methodName", method), ("params", &array(params))])
    };
    let calls = array(&[
        one("utilities.checkEmail", &["a@b.example".to_owned()]),
        one("no.such", &[]),
        one("system.multicall", &[array(&[])]),
    ]);
    let answered = world.call("system.multicall", &[&calls]).await.unwrap();
    let Value::Array(results) = answered else { panic!("{answered:?}") };
    let [first, second, third] = results.as_slice() else { panic!("{results:?}") };
    let Value::Array(first) = first else { panic!("{first:?}") };
    assert!(says_valid(&first[0]), "{first:?}");
    assert_eq!(second.member("faultCode"), Some(&Value::Int(code::METHOD_NOT_FOUND)));
    assert_eq!(third.member("faultCode"), Some(&Value::Int(code::INVALID_PARAMS)));
}

#[tokio::test]
async fn a_multicall_is_bounded() {
    let world = World::new().await;
    let one = structure(&[("methodName", "system.listMethods"), ("params", &array(&[]))]);
    let four = array(&[one.clone(), one.clone(), one.clone(), one]);
    let refused = world.call("system.multicall", &[&four]).await;
    assert_eq!(fault_code(refused), code::INVALID_PARAMS);
    let not_an_array = world.call("system.multicall", &["x"]).await;
    assert_eq!(fault_code(not_an_array), code::INVALID_PARAMS);
}
