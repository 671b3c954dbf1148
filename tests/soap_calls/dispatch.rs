//! Which operation runs, by action, by body and by edition.

use crate::service::{BASIC, Parrot, SAY, TEXT_XML, post, post_to, soap11, soap12};

#[tokio::test]
async fn an_action_is_found_in_any_of_its_places() {
    let say = "urn:parrot/v1/ParrotService/Say";
    for action in [format!("\"{say}\""), say.to_owned(), "\"\"".to_owned(), String::new()] {
        let answer = post(&[BASIC, TEXT_XML, ("SOAPAction", &action)], &soap11("", SAY)).await;
        assert_eq!((answer.status, answer.operation), (200, "Say"), "{action}");
    }
    let answer = post(&[BASIC, TEXT_XML], &soap11("", SAY)).await;
    assert_eq!(answer.operation, "Say");
    let both = format!("application/soap+xml; action={say}");
    let headers = [BASIC, ("content-type", both.as_str()), ("soapaction", say)];
    assert_eq!(post(&headers, &soap12("", SAY)).await.operation, "Say");
}

#[tokio::test]
async fn an_unknown_action_with_an_unknown_body_is_refused_in_the_words_of_wcf() {
    let headers = [BASIC, TEXT_XML, ("soapaction", "\"urn:parrot/v1/ParrotService/Swim\"")];
    let answer = post(&headers, &soap11("", "<Swim xmlns=\"urn:parrot/v1\"/>")).await;
    assert_eq!(answer.status, 500);
    assert_eq!(
        answer.body,
        "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body><s:Fault>\
         <faultcode xmlns:a=\"http://schemas.microsoft.com/ws/2005/05/addressing/none\">\
         a:ActionNotSupported</faultcode><faultstring xml:lang=\"en-GB\">The message with Action \
         'urn:parrot/v1/ParrotService/Swim' cannot be processed at the receiver, due to a \
         ContractFilter mismatch at the EndpointDispatcher. This may be because of either a \
         contract mismatch (mismatched Actions between sender and receiver) or a binding/security \
         mismatch between the sender and the receiver.  Check that sender and receiver have the \
         same contract and the same binding (including security requirements, e.g. Message, \
         Transport, None).</faultstring></s:Fault></s:Body></s:Envelope>"
    );
}

#[tokio::test]
async fn a_body_in_a_strange_namespace_names_no_operation() {
    let answer = post(&[BASIC, TEXT_XML], &soap11("", "<Say xmlns=\"urn:other\"/>")).await;
    assert!(answer.body.contains("a:ActionNotSupported"), "{}", answer.body);
    let answer = post(&[BASIC, TEXT_XML], &soap11("", "")).await;
    assert!(answer.body.contains("The message with Action '' cannot be"), "{}", answer.body);
}

#[tokio::test]
async fn a_known_action_with_another_operations_body_is_refused_and_nothing_runs() {
    let parrot = Parrot::default();
    let headers = [BASIC, TEXT_XML, ("soapaction", "\"urn:parrot/v1/ParrotService/Sing\"")];
    let answer = post_to(&parrot, "/parrot", &headers, soap11("", SAY).as_bytes()).await;
    assert_eq!(answer.status, 500);
    assert!(answer.body.contains(">a:DeserializationFailed</faultcode>"), "{}", answer.body);
    assert!(answer.body.contains("Expected to find node type 'Element' with name 'Sing'"));
    assert!(answer.body.contains("with name 'Say' and namespace 'urn:parrot/v1'"));
    assert_eq!(parrot.ran.into_inner(), 0);
}

#[tokio::test]
async fn an_empty_body_does_for_no_operation() {
    let headers = [BASIC, TEXT_XML, ("soapaction", "\"urn:parrot/v1/ParrotService/Sing\"")];
    let answer = post(&headers, &soap11("", "")).await;
    assert!(answer.body.contains("Found node type 'EndElement' with name 'Body'"));
}

#[tokio::test]
async fn an_edition_gets_its_own_form_of_an_operation() {
    let parrot = Parrot::default();
    let fly = "<Fly xmlns=\"urn:parrot/v1\"><ids \
               xmlns:a=\"http://schemas.microsoft.com/2003/10/Serialization/Arrays\"><a:int>1</a:int>\
               <a:int>2</a:int></ids></Fly>";
    let body = soap11("", fly);
    let new = post_to(&parrot, "/parrot", &[BASIC, TEXT_XML], body.as_bytes()).await;
    assert!(new.body.contains("<a:Text>2</a:Text><a:Loudness>Loud</a:Loudness>"), "{}", new.body);
    let old = post_to(&parrot, "/2013/parrot", &[BASIC, TEXT_XML], body.as_bytes()).await;
    assert!(old.body.contains("<FlyResult>Loud</FlyResult>"), "{}", old.body);
}

#[tokio::test]
async fn a_retired_operation_is_answered_in_every_edition() {
    let body = soap11("", "<Retired xmlns=\"urn:parrot/v1\"/>");
    let answer = post(&[BASIC, TEXT_XML], &body).await;
    assert_eq!(answer.status, 200);
    assert!(answer.body.contains("<RetiredResponse xmlns=\"urn:parrot/v1\"/>"), "{}", answer.body);
}
