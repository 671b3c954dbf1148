//! `Expect: 100-continue`: asked for and given once, or refused without it.

use crate::support::{Trial, post, post_head};

const EXPECT: &str = "Expect: 100-continue\r\n";

#[tokio::test]
async fn a_wanted_body_is_asked_for_once() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.send(post_head("/echo", EXPECT, 5)).await;
    let interim = client.reply().await;
    assert_eq!(interim.head, "HTTP/1.1 100 Continue\r\n\r\n");
    client.send("hello").await;
    let answer = client.reply().await;
    assert_eq!((answer.status, answer.text()), (200, "hello"));
}

#[tokio::test]
async fn nobody_is_asked_who_did_not_wait() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.send(post("/echo", "Connection: close\r\n", b"hello")).await;
    assert_eq!(client.reply().await.status, 200);
    client.ends().await;
}

#[tokio::test]
async fn an_http_1_0_caller_is_never_asked() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    let head = "POST /echo HTTP/1.0\r\nExpect: 100-continue\r\nContent-Length: 5\r\n\r\n";
    client.send(format!("{head}hello")).await;
    let answer = client.reply().await;
    assert_eq!((answer.status, answer.text()), (200, "hello"));
    client.ends().await;
}

#[tokio::test]
async fn what_the_head_condemns_is_refused_without_asking_for_the_body() {
    let trial = Trial::start().await;
    let cases = [
        (post_head("/private", EXPECT, 9), 401),
        (post_head("/echo", EXPECT, 9).replace("POST", "PUT"), 405),
        (post_head("/echo", EXPECT, 2_000_000), 413),
        (post_head("/echo", &format!("{EXPECT}Content-Type: text/wrong\r\n"), 9), 415),
        (post_head("/echo", &format!("{EXPECT}Content-Encoding: br\r\n"), 9), 415),
        (post_head("/nowhere", EXPECT, 9), 404),
        (post_head("/_lychgate/events", EXPECT, 9), 401),
    ];
    for (head, status) in cases {
        let mut client = trial.connect().await;
        client.send(&head).await;
        let answer = client.reply().await;
        assert_eq!(answer.status, status, "{head}");
        assert!(answer.says_close(), "{head}");
        client.ends().await;
    }
}

#[tokio::test]
async fn a_post_without_a_length_can_be_refused_with_411() {
    let trial = Trial::start().await;
    let answer = trial.ask("POST /needs-body HTTP/1.1\r\nHost: t\r\n\r\n").await;
    assert_eq!(answer.status, 411);
}

/// Mono sends its whole body with the challenge-first call and reads the 401 only after that.
#[tokio::test]
async fn a_refused_body_that_comes_anyway_is_drained_and_the_connection_lives() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    let body = vec![b'x'; 900_000];
    client.send(post("/private", "", &body)).await;
    let answer = client.reply().await;
    assert_eq!(answer.status, 401);
    assert!(!answer.says_close());
    client.send(post("/length", "Authorization: Basic eDp5\r\n", &body)).await;
    assert_eq!(client.reply().await.text(), "900000");
}

/// A client that waits, is refused and sends its body all the same still gets to read its reply.
#[tokio::test]
async fn a_refusal_survives_a_body_that_is_already_on_its_way() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.send(post_head("/private", EXPECT, 900_000)).await;
    client.try_send(vec![b'x'; 900_000]).await;
    let answer = client.reply().await;
    assert_eq!(answer.status, 401);
    client.ends().await;
}

#[tokio::test]
async fn a_body_longer_than_is_drained_closes_the_connection_after_its_refusal() {
    let trial = Trial::with(|config| config.bounds.drained_bytes = 1_000).await;
    let mut client = trial.connect().await;
    client.send(post("/private", "", &[b'x'; 5_000])).await;
    let answer = client.reply().await;
    assert_eq!(answer.status, 401);
    assert!(answer.says_close());
    client.ends().await;
}
