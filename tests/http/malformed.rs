//! Requests that no honest client sends, and odd ones that old clients do send.

use crate::support::{Trial, post};

#[tokio::test]
async fn an_ambiguous_or_impossible_framing_is_refused_and_closes() {
    let trial = Trial::start().await;
    let cases = [
        "Content-Length: 5\r\nContent-Length: 6\r\n",
        "Content-Length: five\r\n",
        "Content-Length: -5\r\n",
        "Content-Length: +5\r\n",
        "Content-Length: 99999999999999999999999\r\n",
        "Transfer-Encoding: gzip\r\n",
        "Transfer-Encoding: chunked, identity\r\n",
    ];
    for headers in cases {
        let mut client = trial.connect().await;
        client.send(format!("POST /echo HTTP/1.1\r\nHost: t\r\n{headers}\r\nhello")).await;
        assert_eq!(client.reply().await.status, 400, "{headers}");
        client.ends().await;
    }
}

/// RFC 9112, 6.3: chunked goes first, and the connection closes, so nothing can be smuggled.
#[tokio::test]
async fn a_length_beside_chunks_never_decides_where_the_next_request_begins() {
    let trial = Trial::start().await;
    for framing in [
        "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n",
        "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n",
    ] {
        let mut client = trial.connect().await;
        let smuggled = "POST /panic HTTP/1.1\r\nHost: t\r\nContent-Length: 0\r\n\r\n";
        client
            .send(format!(
                "POST /echo HTTP/1.1\r\nHost: t\r\n{framing}\r\n5\r\nhello\r\n0\r\n\r\n{smuggled}"
            ))
            .await;
        let answer = client.reply().await;
        assert_eq!((answer.status, answer.text()), (200, "hello"));
        assert!(answer.says_close());
        client.ends().await;
    }
}

#[tokio::test]
async fn oversized_heads_are_refused_with_431() {
    let trial = Trial::start().await;
    let long = format!("GET / HTTP/1.1\r\nHost: t\r\nX: {}\r\n\r\n", "x".repeat(100_000));
    let many = format!("GET / HTTP/1.1\r\nHost: t\r\n{}\r\n", "A: b\r\n".repeat(10_000));
    let rather_many = format!("GET / HTTP/1.1\r\nHost: t\r\n{}\r\n", "A: b\r\n".repeat(200));
    for request in [long, many, rather_many] {
        let mut client = trial.connect().await;
        client.try_send(request).await;
        assert_eq!(client.reply().await.status, 431);
        client.ends().await;
    }
}

#[tokio::test]
async fn an_endless_request_line_is_refused_before_it_ends() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.try_send(format!("GET /{}", "x".repeat(200_000))).await;
    let status = client.reply().await.status;
    assert!([414, 431].contains(&status), "{status}");
    client.ends().await;
}

#[tokio::test]
async fn rubbish_is_refused_with_400_and_a_close() {
    let trial = Trial::start().await;
    for rubbish in ["\0\0\0\0\r\n\r\n", "GET\r\n\r\n", "GET / HTTP/1.1\r\nno colon\r\n\r\n"] {
        let mut client = trial.connect().await;
        client.send(rubbish).await;
        assert_eq!(client.reply().await.status, 400, "{rubbish:?}");
        client.ends().await;
    }
}

#[tokio::test]
async fn http_2_is_not_spoken_and_an_offer_to_upgrade_is_passed_over() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n").await;
    assert!(!client.rest().await.contains(" 200 "));

    let mut client = trial.connect().await;
    let offer = "Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAMA\r\n";
    for _ in 0..2 {
        client.send(post("/echo", offer, b"hello")).await;
        let answer = client.reply().await;
        assert_eq!((answer.status, answer.text()), (200, "hello"));
    }
}

#[tokio::test]
async fn this_is_not_a_proxy() {
    let trial = Trial::start().await;
    let answer = trial.ask("CONNECT t:443 HTTP/1.1\r\nHost: t:443\r\n\r\n").await;
    assert_eq!(answer.status, 405);
}

#[tokio::test]
async fn a_panic_in_a_face_becomes_its_own_error_and_the_server_lives_on() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    for path in ["/panic", "/panic-early"] {
        client.send(post(path, "", b"hello")).await;
        let answer = client.reply().await;
        assert_eq!(answer.status, 500);
        assert!(answer.text().starts_with("broken in "), "{}", answer.text());
    }
    client.send(post("/echo", "", b"hello")).await;
    assert_eq!(client.reply().await.text(), "hello");
}

#[tokio::test]
async fn an_unknown_path_is_told_which_paths_there_are() {
    let trial = Trial::start().await;
    let answer = trial.ask("GET /nowhere HTTP/1.1\r\nHost: t\r\n\r\n").await;
    assert_eq!(answer.status, 404);
    assert!(answer.text().contains("/echo") && answer.text().contains("/_lychgate/health"));
}
