//! Bodies that their face reads while they come in: the same bounds, clock and words.

use std::time::Duration;

use crate::bodies::{CHUNKED, GZIP, chunked, noise};
use crate::support::{BODY_BYTES, Trial, gzip, post, post_head};

#[tokio::test]
async fn a_face_reads_a_body_in_chunks_and_the_connection_goes_on() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    let body = noise(900_000);
    client.send(chunked("/arriving-length", "", &body, 50_000)).await;
    let answer = client.reply().await;
    let (all, last) = answer.text().split_once(' ').unwrap();
    assert_eq!(all, "900000");
    assert!(last.parse::<usize>().unwrap() <= 256 * 1024, "chunks of {last} bytes");
    client.send(post("/arriving", "", b"hello")).await;
    assert_eq!(client.reply().await.text(), "hello");
    client.send(post("/arriving", "", b"")).await;
    assert_eq!(client.reply().await.text(), "");
}

#[tokio::test]
async fn compressed_bodies_are_decoded_within_their_bounds() {
    let trial = Trial::start().await;
    let row = |number: u32| format!("{:x},{number}\n", number.wrapping_mul(2_654_435_761));
    let text: String = (0..30_000).map(row).collect();
    let packed = gzip(text.as_bytes());
    assert!(trial.ask(chunked("/arriving", GZIP, &packed, 100)).await.text() == text);
    let answer = trial.ask(post("/arriving", GZIP, &gzip(&vec![0; 200_000_000]))).await;
    assert_eq!(answer.status, 413);
    let words = "unreadable: the compressed body expands beyond the accepted ratio";
    assert_eq!(answer.text(), words);
    let long = noise(usize::try_from(BODY_BYTES).unwrap() + 1);
    let answer = trial.ask(chunked("/arriving", GZIP, &gzip(&long), 10_000)).await;
    assert_eq!(answer.text(), format!("unreadable: the body is larger than {BODY_BYTES} bytes"));
    let cut = &packed[..packed.len() / 2];
    let answer = trial.ask(post("/arriving", GZIP, cut)).await;
    assert_eq!(answer.text(), "unreadable: the compressed body is damaged");
}

#[tokio::test]
async fn a_body_too_large_is_refused_by_its_head_and_by_its_chunks() {
    let trial = Trial::start().await;
    let words = format!("unreadable: the body is larger than {BODY_BYTES} bytes");
    let long = vec![b'x'; usize::try_from(BODY_BYTES).unwrap() + 1];
    assert_eq!(trial.ask(post("/arriving", "", &long)).await.text(), words);
    assert_eq!(trial.ask(chunked("/arriving", "", &long, 100_000)).await.text(), words);
}

#[tokio::test]
async fn a_body_cut_short_is_told_in_the_faces_own_words() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    client.send(post_head("/arriving", "", 10)).await;
    client.send("hello").await;
    tokio::io::AsyncWriteExt::shutdown(client.stream()).await.unwrap();
    assert_eq!(client.reply().await.text(), "unreadable: the body ended early");
}

#[tokio::test]
async fn the_time_a_face_takes_for_a_chunk_is_not_the_callers() {
    let trial = Trial::with(|config| {
        config.times.body_stall = Duration::from_millis(200);
        config.times.body_grace = Duration::from_millis(200);
        config.times.body_min_bytes_per_second = 1;
    })
    .await;
    let mut client = trial.connect().await;
    client.send(format!("POST /arriving-slowly HTTP/1.1\r\nHost: t\r\n{CHUNKED}\r\n")).await;
    client.send("5\r\nhello\r\n").await;
    tokio::time::sleep(Duration::from_millis(250)).await;
    client.send("6\r\n world\r\n0\r\n\r\n").await;
    assert_eq!(client.reply().await.text(), "hello world");
    client.send(format!("POST /arriving HTTP/1.1\r\nHost: t\r\n{CHUNKED}\r\n5\r\nhello\r\n")).await;
    assert_eq!(client.reply().await.text(), "unreadable: the body did not arrive in time");
}

#[tokio::test]
async fn what_a_face_does_not_read_is_passed_over_and_the_connection_goes_on() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    for _ in 0..2 {
        client.send(chunked("/arriving-refused", "", &noise(500_000), 10_000)).await;
        let answer = client.reply().await;
        assert_eq!((answer.status, answer.text()), (400, "seen enough"));
        assert!(!answer.says_close());
    }
    client.send(chunked("/arriving-panic", "", &noise(500_000), 10_000)).await;
    assert!(client.reply().await.text().starts_with("broken in "));
}

#[tokio::test]
async fn bodies_on_their_way_count_in_the_memory_budget() {
    let trial = Trial::with(|config| {
        config.bounds.bodies_bytes = lychgate::faces::STREAMED_BYTES;
        config.times.budget = Duration::from_millis(50);
    })
    .await;
    let mut holder = trial.connect().await;
    holder.send(post_head("/arriving", "Expect: 100-continue\r\n", 5)).await;
    assert_eq!(holder.reply().await.head, "HTTP/1.1 100 Continue\r\n\r\n");
    let answer = trial.ask(post("/arriving", "", b"hello")).await;
    assert_eq!(answer.status, 503);
    holder.send("hello").await;
    assert_eq!(holder.reply().await.text(), "hello");
    assert_eq!(trial.ask(post("/arriving", "", b"hello")).await.text(), "hello");
}
