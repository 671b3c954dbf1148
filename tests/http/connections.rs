//! Connections: kept alive, closed when asked, pipelined, capped.

use crate::support::{Trial, post};

#[tokio::test]
async fn a_connection_serves_many_calls() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    for number in 0..100 {
        let body = number.to_string();
        client.send(post("/echo", "", body.as_bytes())).await;
        let answer = client.reply().await;
        assert_eq!(answer.text(), body);
        assert!(!answer.says_close());
    }
}

#[tokio::test]
async fn a_close_that_is_asked_for_is_said_and_done() {
    let trial = Trial::start().await;
    for header in ["Connection: close\r\n", "Connection: TE, Close\r\nTE: deflate\r\n"] {
        let mut client = trial.connect().await;
        client.send(post("/echo", header, b"hello")).await;
        let answer = client.reply().await;
        assert_eq!(answer.text(), "hello");
        assert!(answer.says_close());
        client.ends().await;
    }
}

#[tokio::test]
async fn pipelined_calls_are_answered_in_their_order() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    let calls: Vec<u8> =
        (0..20).flat_map(|number| post("/echo", "", number.to_string().as_bytes())).collect();
    client.send(calls).await;
    for number in 0..20 {
        assert_eq!(client.reply().await.text(), number.to_string());
    }
}

#[tokio::test]
async fn http_1_0_closes_unless_it_asks_to_stay() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.send("POST /echo HTTP/1.0\r\nContent-Length: 2\r\n\r\nhi").await;
    assert_eq!(client.reply().await.text(), "hi");
    client.ends().await;

    let mut client = trial.connect().await;
    let stays = "POST /echo HTTP/1.0\r\nConnection: keep-alive\r\nContent-Length: 2\r\n\r\nhi";
    for _ in 0..2 {
        client.send(stays).await;
        let answer = client.reply().await;
        assert_eq!(answer.text(), "hi");
        assert_eq!(answer.header("connection"), Some("keep-alive"));
    }
}

#[tokio::test]
async fn at_the_cap_an_idle_connection_makes_room_for_a_newcomer() {
    let trial = Trial::with(|config| config.bounds.connections = 2).await;
    let mut first = trial.connect().await;
    let mut second = trial.connect().await;
    for client in [&mut first, &mut second] {
        client.send(post("/echo", "", b"hello")).await;
        assert_eq!(client.reply().await.text(), "hello");
    }
    let mut third = trial.connect().await;
    third.send(post("/echo", "", b"my turn")).await;
    assert_eq!(third.reply().await.text(), "my turn");
    first.ends().await;
}

#[tokio::test]
async fn at_the_cap_with_all_busy_a_newcomer_waits_for_its_turn() {
    let trial = Trial::with(|config| config.bounds.connections = 1).await;
    let mut busy = trial.connect().await;
    busy.send(post("/slow", "", b"")).await;
    trial.face.slow_began.acquire().await.unwrap().forget();
    let mut newcomer = trial.connect().await;
    newcomer.send(post("/echo", "", b"my turn")).await;
    trial.face.slow_may_end.notify_one();
    let answer = busy.reply().await;
    assert_eq!(answer.text(), "slow but sure");
    assert!(answer.says_close(), "others wait for this place");
    assert_eq!(newcomer.reply().await.text(), "my turn");
}
