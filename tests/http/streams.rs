//! Replies that are made while they go out: chunks, compression, failures, slow readers, the stop.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use bytes::Bytes;
use futures_util::{Stream, StreamExt as _, stream};
use lychgate::protocol::http::{BodyBroken, BodyStream};
use tokio::sync::mpsc;
use tokio::task::JoinSet;

use crate::lifecycle::refuses;
use crate::support::{Trial, gunzip, post, within};

/// Longer than what is gathered before the head goes out.
const LONG: usize = 300_000;

type Chunk = Result<Bytes, BodyBroken>;

fn streaming(trial: &Trial, chunks: impl Stream<Item = Chunk> + Send + 'static) {
    *trial.face.stream.lock().unwrap() = Some(BodyStream::new(chunks));
}

/// `length` bytes in lines of ten, a thousand bytes a chunk.
fn lines(length: usize) -> impl Stream<Item = Chunk> + Send + 'static {
    let chunks = (0..length / 1_000).map(|chunk| Ok(thousand(chunk)));
    stream::iter(chunks)
}

fn thousand(chunk: usize) -> Bytes {
    let lines = (0..100).map(|line| format!("{:9}\n", chunk * 100 + line));
    lines.collect::<Vec<_>>().concat().into()
}

fn expected(length: usize) -> Vec<u8> {
    (0..length / 1_000).flat_map(thousand).collect()
}

/// A stream that gives what the test sends.
fn fed() -> (mpsc::Sender<Chunk>, impl Stream<Item = Chunk> + Send + 'static) {
    let (sender, receiver) = mpsc::channel(1);
    let chunks = stream::unfold(receiver, |mut receiver| async {
        receiver.recv().await.map(|chunk| (chunk, receiver))
    });
    (sender, chunks)
}

fn failure() -> BodyBroken {
    BodyBroken::because("on purpose")
}

fn get_of_old() -> &'static str {
    "POST /stream HTTP/1.0\r\nHost: t\r\nContent-Length: 0\r\n\r\n"
}

#[tokio::test]
async fn a_short_stream_goes_out_with_its_length() {
    let trial = Trial::start().await;
    streaming(&trial, lines(5_000));
    let answer = trial.ask(post("/stream", "", b"")).await;
    assert_eq!(answer.header("content-length"), Some("5000"));
    assert!(answer.body == expected(5_000));
}

#[tokio::test]
async fn a_long_stream_goes_out_in_chunks_and_the_connection_goes_on() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    for _ in 0..2 {
        streaming(&trial, lines(LONG));
        client.send(post("/stream", "", b"")).await;
        let answer = client.reply().await;
        assert_eq!(answer.header("transfer-encoding"), Some("chunked"));
        assert!(answer.body == expected(LONG));
    }
    let sent = format!("lychgate_sent_bytes_total {}", 2 * LONG);
    assert!(trial.running.metrics().render().contains(&sent));
}

#[tokio::test]
async fn what_there_is_goes_out_before_the_rest_is_made() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    let (sender, chunks) = fed();
    streaming(&trial, chunks);
    client.send(post("/stream", "", b"")).await;
    for words in ["first", "second"] {
        sender.send(Ok(words.into())).await.unwrap();
        if words == "first" {
            assert_eq!(client.reply_head().await.status, 200);
        }
        assert_eq!(client.chunk().await.unwrap(), words.as_bytes());
    }
    drop(sender);
    assert_eq!(client.chunk().await, None);
}

#[tokio::test]
async fn a_caller_of_http_1_0_reads_a_long_stream_to_the_close() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    streaming(&trial, lines(LONG));
    client.send(get_of_old()).await;
    let head = client.reply_head().await;
    assert_eq!(head.header("transfer-encoding"), None);
    assert_eq!(head.header("content-length"), None);
    assert!(client.rest().await.as_bytes() == expected(LONG));
}

#[tokio::test]
async fn a_stream_is_compressed_for_who_asks_and_readable_as_it_comes() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    let (sender, chunks) = fed();
    streaming(&trial, lines(100_000).chain(chunks));
    client.send(post("/stream", "Accept-Encoding: gzip\r\n", b"")).await;
    assert_eq!(client.reply_head().await.header("content-encoding"), Some("gzip"));
    let mut packed = Vec::new();
    while unpacked_so_far(&packed) < 100_000 {
        packed.extend(client.chunk().await.unwrap());
    }
    sender.send(Ok(thousand(100))).await.unwrap();
    drop(sender);
    while let Some(chunk) = client.chunk().await {
        packed.extend(chunk);
    }
    assert!(packed.len() < 50_000, "{}", packed.len());
    assert!(gunzip(&packed) == expected(101_000));
}

fn unpacked_so_far(packed: &[u8]) -> usize {
    use std::io::Read as _;
    let mut plain = Vec::new();
    // The end is missing yet, which is an error; what came before it counts.
    drop(flate2::read::GzDecoder::new(packed).read_to_end(&mut plain));
    plain.len()
}

#[tokio::test]
async fn the_head_alone_has_no_body_and_leaves_the_connection_in_step() {
    let trial = Trial::start().await;
    let mut client = trial.connect().await;
    for length in [1_000, LONG] {
        streaming(&trial, lines(length));
        client.send("HEAD /stream HTTP/1.1\r\nHost: t\r\n\r\n").await;
        assert_eq!(client.reply_head().await.status, 200);
        client.send(post("/echo", "", b"in step")).await;
        assert_eq!(client.reply().await.text(), "in step");
    }
}

#[tokio::test]
async fn a_stream_that_fails_at_its_beginning_is_answered_in_the_face_s_form() {
    let trial = Trial::start().await;
    let panicking = stream::poll_fn(|_| -> std::task::Poll<Option<Chunk>> { panic!("on purpose") });
    streaming(&trial, lines(1_000).chain(panicking));
    let mut client = trial.connect().await;
    client.send(post("/stream", "", b"")).await;
    assert!(client.reply().await.text().starts_with("broken in "));
    streaming(&trial, lines(1_000).chain(stream::iter([Err(failure())])));
    client.send(post("/stream", "", b"")).await;
    let answer = client.reply().await;
    assert_eq!(answer.status, 500);
    assert!(answer.text().starts_with("broken in "));
}

#[tokio::test]
async fn a_stream_that_fails_half_way_is_cut_short() {
    let trial = Trial::start().await;
    let panicking = stream::poll_fn(|_| -> std::task::Poll<Option<Chunk>> { panic!("on purpose") });
    assert_cut_short(&trial, lines(LONG).chain(panicking)).await;
    assert!(trial.running.metrics().render().contains("lychgate_panics_total 1"));
    assert_cut_short(&trial, lines(LONG).chain(stream::iter([Err(failure())]))).await;
    assert_eq!(trial.ask(post("/echo", "", b"alive")).await.text(), "alive");
}

async fn assert_cut_short(trial: &Trial, chunks: impl Stream<Item = Chunk> + Send + 'static) {
    streaming(trial, chunks);
    let mut client = trial.connect().await;
    client.send(post("/stream", "", b"")).await;
    assert_eq!(client.reply_head().await.status, 200);
    let rest = client.rest().await;
    assert!(rest.contains(&format!("{:9}\n", LONG / 10 - 1)), "what was made is sent");
    assert!(!rest.ends_with("0\r\n\r\n"), "the body must not look complete");
}

/// Chunks without an end, how many of them were asked for, and whether they were dropped.
fn endless() -> (Arc<AtomicUsize>, impl Stream<Item = Chunk> + Send + 'static) {
    let asked = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&asked);
    let chunks = stream::repeat_with(move || {
        counted.fetch_add(1, Ordering::Relaxed);
        Ok(Bytes::from(vec![b'x'; 64 * 1024]))
    });
    (asked, chunks)
}

#[tokio::test]
async fn a_stream_waits_for_its_reader_and_a_stuck_reader_is_let_go() {
    let stall = Duration::from_millis(300);
    let trial = Trial::with(|config| config.times.write_stall = stall).await;
    let (asked, chunks) = endless();
    streaming(&trial, chunks);
    let mut client = trial.connect().await;
    client.send(post("/stream", "", b"")).await;
    client.reply_head().await;
    within(async {
        while Arc::strong_count(&asked) > 1 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    })
    .await;
    // What the kernel's buffers of both sides take, a few MiB, and no more.
    let taken = asked.load(Ordering::Relaxed) * 64 * 1024;
    assert!(taken < 32 * 1024 * 1024, "{taken} bytes were made for nobody");
}

#[tokio::test]
async fn a_stream_ends_when_its_reader_goes_away() {
    let trial = Trial::start().await;
    let (asked, chunks) = endless();
    streaming(&trial, chunks);
    let mut client = trial.connect().await;
    client.send(post("/stream", "", b"")).await;
    client.reply_head().await;
    drop(client);
    within(async {
        while Arc::strong_count(&asked) > 1 {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let calls = trial.running.metrics().render();
    assert!(calls.contains("lychgate_calls_in_flight 0"), "{calls}");
}

#[tokio::test]
async fn a_stop_lets_a_stream_come_to_its_end() {
    let trial = Trial::start().await;
    let (sender, chunks) = fed();
    streaming(&trial, chunks);
    let mut client = trial.connect().await;
    client.send(post("/stream", "", b"")).await;
    sender.send(Ok("before".into())).await.unwrap();
    client.reply_head().await;
    assert_eq!(client.chunk().await.unwrap(), b"before");

    let address = trial.running.local_address();
    let mut stopping = JoinSet::new();
    stopping.spawn(trial.running.stop());
    within(refuses(address)).await;
    sender.send(Ok("after".into())).await.unwrap();
    drop(sender);
    assert_eq!(client.chunk().await.unwrap(), b"after");
    assert_eq!(client.chunk().await, None);
    client.ends().await;
    within(stopping.join_next()).await.unwrap().unwrap().unwrap();
}
