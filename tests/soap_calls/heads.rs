//! What is refused by the head alone.

use http::Method;
use lychgate::protocol::http::BodyError;
use lychgate::protocol::soap;

use crate::service::{Answer, BASIC, NOW, Parrot, TEXT_XML, head};

async fn admitted(method: Method, headers: &[(&str, &str)]) -> Option<Answer> {
    let head = head(method, "/parrot", headers);
    let reply = soap::admit(&Parrot::default(), &NOW.parse().unwrap(), &head, 1_000).await;
    reply.map(Answer::from)
}

#[tokio::test]
async fn a_call_that_looks_right_has_its_body_read() {
    let length = ("content-length", "324");
    assert!(admitted(Method::POST, &[TEXT_XML, length, BASIC]).await.is_none());
    // A token may be inside.
    assert!(admitted(Method::POST, &[TEXT_XML, length]).await.is_none());
    assert!(admitted(Method::POST, &[TEXT_XML, ("transfer-encoding", "chunked")]).await.is_none());
}

#[tokio::test]
async fn wrong_credentials_are_refused_before_the_body() {
    let wrong = ("authorization", "Basic cG9sbHk6d3Jvbmc=");
    let answer = admitted(Method::POST, &[TEXT_XML, ("content-length", "9"), wrong]).await.unwrap();
    assert_eq!(answer.status, 401);
    assert_eq!(answer.headers["www-authenticate"], "Basic realm=\"parrot\"");
}

#[tokio::test]
async fn a_password_in_latin1_is_let_in() {
    let latin1 = ("authorization", "Basic cG9sbHk6Y3JhY2vrcg==");
    let headers = [TEXT_XML, ("content-length", "9"), latin1];
    assert!(admitted(Method::POST, &headers).await.is_none());
}

#[tokio::test]
async fn another_content_type_is_refused_in_the_words_of_wcf() {
    let headers = [("content-type", "application/json"), ("content-length", "2")];
    let answer = admitted(Method::POST, &headers).await.unwrap();
    assert_eq!(answer.status, 415);
    assert_eq!(answer.content_type, "text/xml; charset=utf-8");
    assert!(answer.body.contains(
        "Cannot process the message because the content type 'application/json' was not the \
         expected type 'text/xml; charset=utf-8'."
    ));
}

#[tokio::test]
async fn a_body_of_unknown_or_too_great_length_is_refused() {
    assert_eq!(admitted(Method::POST, &[TEXT_XML]).await.unwrap().status, 411);
    let large = admitted(Method::POST, &[TEXT_XML, ("content-length", "1001")]).await.unwrap();
    assert_eq!(large.status, 413);
    assert!(large.body.contains("incoming messages (1000) has been exceeded"), "{}", large.body);
}

#[tokio::test]
async fn other_methods_are_told_which_ones_there_are() {
    for method in [Method::PUT, Method::DELETE, Method::OPTIONS, Method::TRACE] {
        let answer = admitted(method, &[]).await.unwrap();
        assert_eq!(answer.status, 405);
        assert_eq!(answer.headers["allow"], "GET, HEAD, POST");
    }
}

#[test]
fn a_body_that_could_not_be_read_is_a_fault() {
    let head = head(Method::POST, "/parrot", &[("content-type", "application/soap+xml")]);
    let say = |error| Answer::from(soap::unreadable(&Parrot::default(), &head, error));
    let cut = say(BodyError::CutShort);
    assert_eq!(
        (cut.status, cut.content_type.as_str()),
        (500, "application/soap+xml; charset=utf-8")
    );
    assert!(cut.body.contains("<s:Value>s:Sender</s:Value>"), "{}", cut.body);
    assert_eq!(say(BodyError::TooLarge { limit: 5 }).status, 413);
    assert_eq!(say(BodyError::UnsupportedEncoding).status, 415);
    assert_eq!(say(BodyError::Overloaded).status, 503);
}
