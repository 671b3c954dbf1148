//! Requests that try to cost much, run in, or slip past.

use std::fmt::Write as _;
use std::time::{Duration, Instant};

use crate::service::{BASIC, Parrot, SAY, TEXT_XML, post_to, soap11};

/// More than enough for an unoptimized build on a busy machine; what is meant is "no quadratic".
const SOON: Duration = Duration::from_secs(5);

async fn refused(body: &[u8]) -> String {
    let parrot = Parrot::default();
    let started = Instant::now();
    let answer = post_to(&parrot, "/parrot", &[BASIC, TEXT_XML], body).await;
    assert!(started.elapsed() < SOON, "took {:?}", started.elapsed());
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains("<s:Fault>"), "{}", answer.body);
    assert_eq!(parrot.ran.into_inner(), 0);
    answer.body
}

#[tokio::test]
async fn a_document_type_is_refused() {
    let body = format!(
        "<?xml version=\"1.0\"?><!DOCTYPE x [<!ENTITY a \"aaaa\">]>{}",
        soap11("", SAY).trim_start_matches("<?xml version=\"1.0\" encoding=\"utf-8\"?>")
    );
    assert!(refused(body.as_bytes()).await.contains("document type"));
}

#[tokio::test]
async fn floods_of_attributes_elements_and_declarations_are_refused() {
    let mut attributes = String::new();
    let mut declarations = String::new();
    for n in 0..100_000 {
        write!(attributes, " a{n}=\"\"").unwrap();
    }
    for n in 0..10_000 {
        write!(declarations, " xmlns:n{n}=\"urn:{n}\"").unwrap();
    }
    refused(soap11("", &format!("<Say xmlns=\"urn:parrot/v1\"{attributes}/>")).as_bytes()).await;
    refused(soap11("", &format!("<Say xmlns=\"urn:parrot/v1\"{declarations}/>")).as_bytes()).await;
    let nested = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    refused(soap11("", &nested).as_bytes()).await;
    refused(soap11(&format!("<soap:Header>{nested}</soap:Header>"), SAY).as_bytes()).await;
}

#[tokio::test]
async fn a_document_that_is_cut_short_runs_nothing() {
    let whole = soap11("", SAY);
    for length in (0..whole.len()).step_by(7) {
        refused(whole.get(..length).unwrap().as_bytes()).await;
    }
    refused(format!("{whole}<more/>").as_bytes()).await;
}

#[tokio::test]
async fn bytes_that_are_no_text_are_refused() {
    let body = soap11("", SAY).replace("hi", "\u{1}").into_bytes();
    let invalid: Vec<u8> = body.iter().map(|b| if *b == 1 { 0xff } else { *b }).collect();
    refused(&invalid).await;
    refused(&[0; 64]).await;
}

#[tokio::test]
async fn an_endless_action_or_message_id_is_not_repeated() {
    let long = "x".repeat(100_000);
    let header = format!(
        "<soap:Header xmlns:a=\"http://www.w3.org/2005/08/addressing\"><a:MessageID \
         soap:mustUnderstand=\"1\">{long}</a:MessageID><a:Action>{long}</a:Action></soap:Header>"
    );
    let reply = refused(soap11(&header, "<x/>").as_bytes()).await;
    assert!(reply.len() < 2_000, "{}", reply.len());
}
