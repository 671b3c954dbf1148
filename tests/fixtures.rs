//! Every recorded exchange is answered as on record, byte for byte.
//!
//! `LYCHGATE_BLESS=1 cargo test --test fixtures` puts what is answered now on record; review it.

#![cfg(test)]

#[path = "dotdigital/case.rs"]
mod case;
mod dotdigital;
#[path = "dotdigital/given.rs"]
mod given;

use std::collections::BTreeSet;
use std::num::NonZero;

use case::{Case, Credentials, cases};
use dotdigital::{World, head, soap_headers};
use http::Method;
use lychgate::faces::dotdigital_soap::quirks::QUIRKS;
use lychgate::faces::dotdigital_soap::service::SHAPE;
use lychgate::protocol::http::{Head, Reply};

/// Stands in requests and replies for the id of the newest import.
const IMPORT: &str = "{import}";

/// The head of the case's call.
fn head_of(case: &Case, world: &World, length: usize) -> Head {
    let told = &case.told.request;
    let action = format!("\"{}\"", SHAPE.action(&case.operation));
    let action = told.soap_action.clone().unwrap_or(action);
    let authorization = match told.credentials {
        Credentials::Right | Credentials::None => world.authorization(None),
        Credentials::Wrong => world.authorization(Some("wrong")),
    };
    let mut headers = soap_headers(&action, &authorization, length);
    headers.retain(|(name, _)| {
        let left_out = matches!(told.credentials, Credentials::None) && *name == "authorization";
        !left_out
    });
    for (name, value) in &mut headers {
        if *name == "content-type" {
            value.clone_from(&told.content_type);
        }
    }
    head(Method::POST, &told.host, &told.path, &headers)
}

/// The newest import's id; nobody knows it before.
async fn newest_import(world: &World) -> Option<String> {
    let newest = given::account(world).imports().list(1).await.unwrap();
    newest.first().map(|import| import.id.to_string())
}

async fn answer(case: &Case) -> (Reply, Vec<u8>) {
    let mut world = World::new().await;
    given::bring_about(&mut world, &case.told.given).await;
    given::set_time(&mut world, case.told.now).await;
    let mut request = case.request.clone();
    if let Some(id) = newest_import(&world).await {
        request = String::from_utf8(request).unwrap().replace(IMPORT, &id).into_bytes();
    }
    let head = head_of(case, &world, request.len());
    let reply = world.answer(head, request).await;
    let mut body = reply.body.whole().unwrap().to_vec();
    if let Some(id) = newest_import(&world).await {
        body = String::from_utf8(body).unwrap().replace(&id, IMPORT).into_bytes();
    }
    (reply, body)
}

/// What is wrong with the reply to a case, if anything is.
async fn judge(case: &Case, bless: bool) -> Result<(), String> {
    let (reply, body) = answer(case).await;
    let status = reply.status.as_u16();
    if status != case.told.status {
        let said = String::from_utf8_lossy(&body);
        return Err(format!("status {status}, not {}: {said}", case.told.status));
    }
    for (name, expected) in &case.told.reply_headers {
        let found = reply.headers.get(name).map(|value| value.to_str().unwrap_or_default());
        if found != Some(expected) {
            return Err(format!("{name} is {found:?}, not {expected}"));
        }
    }
    if bless {
        case.record(&body);
        return Ok(());
    }
    let recorded = case.recorded().ok_or("there is no response.xml")?;
    if recorded == body {
        return Ok(());
    }
    let (recorded, body) = (String::from_utf8_lossy(&recorded), String::from_utf8_lossy(&body));
    Err(format!("on record:\n{recorded}\nanswered:\n{body}"))
}

/// Judges these cases one after the other.
fn judge_all(cases: &[Case], bless: bool) -> Vec<String> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
    let judged = cases.iter().map(|case| {
        let outcome = runtime.block_on(judge(case, bless));
        outcome.map_err(|why| format!("{}: {}\n{why}\n", case.name, case.told.shows))
    });
    judged.filter_map(Result::err).collect()
}

#[test]
fn every_recorded_exchange_is_answered_as_on_record() {
    let bless = std::env::var_os("LYCHGATE_BLESS").is_some();
    let cases = cases();
    // Each case hashes a password of its own, so all processors are worth using.
    let processors = std::thread::available_parallelism().map_or(1, NonZero::get);
    let share = cases.len().div_ceil(processors);
    let wrong = std::thread::scope(|scope| {
        let judging: Vec<_> =
            cases.chunks(share).map(|cases| scope.spawn(move || judge_all(cases, bless))).collect();
        judging.into_iter().flat_map(|judge| judge.join().unwrap()).collect::<Vec<_>>()
    });
    assert!(wrong.is_empty(), "{} cases differ:\n\n{}", wrong.len(), wrong.join("\n"));
}

#[test]
fn every_quirk_has_a_fixture_that_names_it() {
    let cases = cases();
    for quirk in QUIRKS {
        let case = cases.iter().find(|case| case.name == quirk.fixture);
        let case =
            case.unwrap_or_else(|| panic!("{} has no fixture {}", quirk.name, quirk.fixture));
        assert_eq!(case.told.quirk.as_deref(), Some(quirk.name), "{}", case.name);
    }
    let known: BTreeSet<&str> = QUIRKS.iter().map(|quirk| quirk.name).collect();
    assert_eq!(known.len(), QUIRKS.len(), "two quirks have one name");
    for case in &cases {
        let Some(quirk) = &case.told.quirk else { continue };
        assert!(known.contains(quirk.as_str()), "{} names an unknown quirk: {quirk}", case.name);
    }
}

/// Asks for metadata without credentials.
async fn get(world: &World, host: &str, path_and_query: &str) -> (u16, String) {
    let reply = world.answer(head(Method::GET, host, path_and_query, &[]), "").await;
    (reply.status.as_u16(), String::from_utf8(reply.body.whole().unwrap().to_vec()).unwrap())
}

#[tokio::test]
async fn metadata_needs_no_credentials_and_names_the_address_that_was_used() {
    let world = World::new().await;
    for query in ["", "?wsdl", "?WSDL", "?singleWsdl", "?xsd=xsd0", "?xsd=xsd3"] {
        let (status, _) = get(&world, "api.example.org", &format!("/v2/api.svc{query}")).await;
        assert_eq!(status, 200, "{query}");
    }
    let (_, wsdl) = get(&world, "127.0.0.1:8080", "/V2/Api.svc?singleWsdl").await;
    assert!(wsdl.contains("location=\"https://127.0.0.1:8080/V2/Api.svc\""), "{wsdl}");
}

#[tokio::test]
async fn each_edition_describes_itself() {
    let world = World::new().await;
    let (_, later) = get(&world, "api.example.org", "/v2/api.svc?singleWsdl").await;
    let (_, by_path) = get(&world, "api.example.org", "/2013/v2/api.svc?singleWsdl").await;
    let (_, by_host) = get(&world, "apiconnector.com", "/v2/Api.svc?singleWsdl").await;
    assert!(!later.contains("GetAddressBookContactCount"));
    assert!(later.contains("name=\"GetSegments\""));
    for earlier in [by_path, by_host] {
        assert!(earlier.contains("name=\"GetAddressBookContactCount\""));
        assert!(!earlier.contains("GetSegments"));
    }
}
