//! Silent, slow and stuck peers are let go; each waits for the event itself, never for a while.

use std::time::Duration;

use crate::support::{Trial, post, post_head, within};

const SOON: Duration = Duration::from_millis(60);

#[tokio::test]
async fn a_connection_that_says_nothing_is_closed() {
    let trial = Trial::with(|config| config.times.first_byte = SOON).await;
    trial.connect().await.ends().await;
}

#[tokio::test]
async fn a_head_that_does_not_end_is_answered_408() {
    let trial = Trial::with(|config| config.times.head = SOON).await;
    let mut client = trial.connect().await;
    client.send("POST /echo HTTP/1.1\r\nHos").await;
    let answer = client.reply().await;
    assert_eq!(answer.status, 408);
    assert!(answer.says_close());
    client.ends().await;
}

/// One byte each 20 ms keeps a timer per read happy for ever; the head has one for all of it.
#[tokio::test]
async fn a_head_that_trickles_is_answered_408() {
    let trial = Trial::with(|config| config.times.head = SOON * 2).await;
    let mut client = trial.connect().await;
    let mut bytes = b"GET / HTTP/1.1\r\nX: ".iter().chain(std::iter::repeat(&b'x'));
    let mut pulse = tokio::time::interval(Duration::from_millis(20));
    let began = tokio::time::Instant::now();
    while client.try_send([*bytes.next().unwrap()]).await {
        pulse.tick().await;
        assert!(began.elapsed() < Duration::from_secs(10), "the trickle was let through");
    }
}

#[tokio::test]
async fn a_kept_connection_without_a_next_call_is_closed() {
    let trial = Trial::with(|config| config.times.idle = SOON).await;
    let mut client = trial.connect().await;
    for _ in 0..2 {
        client.send(post("/echo", "", b"hello")).await;
        assert_eq!(client.reply().await.text(), "hello");
    }
    client.ends().await;
}

#[tokio::test]
async fn a_call_may_take_longer_than_a_connection_may_idle() {
    let trial = Trial::with(|config| {
        config.times.idle = SOON;
        config.times.head = SOON;
        config.times.first_byte = SOON;
    })
    .await;
    let mut client = trial.connect().await;
    client.send(post("/slow", "", b"")).await;
    trial.face.slow_began.acquire().await.unwrap().forget();
    // An idle neighbor is let go meanwhile, so all the timers have had their time.
    let mut neighbor = trial.connect().await;
    neighbor.send(post("/echo", "", b"hello")).await;
    neighbor.reply().await;
    neighbor.ends().await;
    trial.face.slow_may_end.notify_one();
    assert_eq!(client.reply().await.text(), "slow but sure");
}

#[tokio::test]
async fn a_body_that_stops_coming_is_told_in_the_faces_own_words() {
    let trial = Trial::with(|config| config.times.body_stall = SOON).await;
    let mut client = trial.connect().await;
    client.send(format!("{}half", post_head("/echo", "", 10))).await;
    let answer = client.reply().await;
    assert_eq!(answer.status, 408);
    assert_eq!(answer.text(), "unreadable: the body did not arrive in time");
    assert!(answer.says_close());
    client.ends().await;
}

#[tokio::test]
async fn a_body_slower_than_the_least_rate_is_given_up() {
    let trial = Trial::with(|config| {
        config.times.body_grace = SOON * 2;
        config.times.body_min_bytes_per_second = 100_000;
    })
    .await;
    let mut client = trial.connect().await;
    client.send(post_head("/echo", "", 100_000)).await;
    let mut pulse = tokio::time::interval(Duration::from_millis(20));
    let trickle = async {
        while client.try_send("x").await {
            pulse.tick().await;
        }
    };
    // The server answers 408 and lingers; after that, sending fails.
    within(trickle).await;
}

/// The reply is larger than the kernel buffers on both sides; nobody reads it.
#[tokio::test]
async fn a_reply_that_nobody_takes_is_given_up() {
    let trial = Trial::with(|config| config.times.write_stall = SOON).await;
    let mut client = trial.connect().await;
    client.send(post("/long", "", b"")).await;
    let gone = async {
        while trial.running.metrics().connections_open.get() > 0
            || trial.running.metrics().connections.get() == 0
        {
            tokio::task::yield_now().await;
        }
    };
    within(gone).await;
    assert!(client.rest().await.len() < 10_000_000);
}
