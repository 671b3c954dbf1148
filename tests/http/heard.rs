//! What listeners are told of calls: facts, bodies within what they wish, at the end of the reply.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use lychgate::contract::{Ended, Heard, Listener, Wish};
use lychgate::protocol::http::{BodyBroken, BodyStream};

use crate::support::{Trial, gzip, post, within};

const MOST_BYTES: usize = 100_000;

#[derive(Debug)]
struct Notes {
    wish: Wish,
    taken: Mutex<Vec<Arc<Heard>>>,
}

impl Notes {
    fn new(wish: Wish) -> Arc<Self> {
        Arc::new(Self { wish, taken: Mutex::default() })
    }

    async fn next(&self) -> Arc<Heard> {
        within(async {
            loop {
                if let Some(heard) = self.taken.lock().unwrap().pop() {
                    return heard;
                }
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        })
        .await
    }
}

impl Listener for Notes {
    fn wish(&self) -> Wish {
        self.wish
    }

    fn heard(&self, heard: &Arc<Heard>) {
        self.taken.lock().unwrap().push(Arc::clone(heard));
    }
}

async fn listening(wish: Wish) -> (Trial, Arc<Notes>) {
    let notes = Notes::new(wish);
    let listener: Arc<dyn Listener> = Arc::<Notes>::clone(&notes);
    (Trial::with(|config| config.listeners.push(listener)).await, notes)
}

async fn with_bodies() -> (Trial, Arc<Notes>) {
    listening(Wish::Bodies { most_bytes: MOST_BYTES }).await
}

#[tokio::test]
async fn a_listener_is_told_what_was_asked_and_what_was_answered() {
    let (trial, notes) = with_bodies().await;
    let answer = trial.ask(post("/echo?a=1&b", "X-Mine: yes\r\n", b"some words")).await;
    assert_eq!(answer.status, 200);
    let heard = notes.next().await;
    assert!(heard.whole);
    assert_eq!((heard.facts.face, heard.facts.operation), ("test", "test"));
    assert_eq!((heard.facts.received_bytes, heard.facts.sent_bytes), (10, 10));
    assert_eq!(heard.facts.caller, None);
    assert_eq!(heard.facts.base_url, "http://t");
    assert_eq!(heard.facts.request_id.len(), 16);
    let request = &heard.exchange.request;
    assert_eq!((request.method.as_str(), &*request.target), ("POST", "/echo?a=1&b"));
    assert_eq!(request.headers.get("x-mine").unwrap(), "yes");
    assert_eq!(request.body, "some words");
    let response = &heard.exchange.response;
    assert_eq!((response.status.as_u16(), &*response.body), (200, &b"some words"[..]));
    assert_eq!(response.headers.get("content-type").unwrap(), "text/plain");
}

#[tokio::test]
async fn bodies_are_told_decoded() {
    let (trial, notes) = with_bodies().await;
    let plain = "words ".repeat(1_000);
    let packed = gzip(plain.as_bytes());
    for path in ["/echo", "/arriving"] {
        let headers = "Content-Encoding: gzip\r\nAccept-Encoding: gzip\r\n";
        let answer = trial.ask(post(path, headers, &packed)).await;
        assert_eq!(answer.header("content-encoding"), Some("gzip"));
        let heard = notes.next().await;
        assert!(heard.whole);
        assert_eq!(heard.exchange.request.body, plain);
        assert_eq!(heard.exchange.response.body, plain);
        assert!(!heard.exchange.response.headers.contains_key("content-encoding"));
    }
}

#[tokio::test]
async fn a_body_past_the_wish_is_left_out_and_the_rest_is_told() {
    let (trial, notes) = with_bodies().await;
    for path in ["/length", "/arriving-length"] {
        trial.ask(post(path, "", &vec![b'x'; MOST_BYTES + 1])).await;
        let heard = notes.next().await;
        assert!(!heard.whole && heard.exchange.request.body.is_empty());
        assert!(!heard.exchange.response.body.is_empty());
        assert_eq!(heard.facts.received_bytes, u64::try_from(MOST_BYTES).unwrap() + 1);
        trial.ask(post(path, "", &vec![b'x'; MOST_BYTES])).await;
        assert!(notes.next().await.whole);
    }
}

#[tokio::test]
async fn who_wishes_heads_alone_is_told_no_bodies() {
    let (trial, notes) = listening(Wish::Heads).await;
    trial.ask(post("/echo", "", b"some words")).await;
    let heard = notes.next().await;
    assert!(!heard.whole);
    assert!(heard.exchange.request.body.is_empty() && heard.exchange.response.body.is_empty());
    assert_eq!(heard.facts.sent_bytes, 10);
}

#[tokio::test]
async fn a_streamed_reply_is_told_at_its_end() {
    let (trial, notes) = with_bodies().await;
    let chunks = (0..9).map(|at| Ok(Bytes::from(format!("{at}").repeat(10_000))));
    *trial.face.stream.lock().unwrap() = Some(BodyStream::new(stream::iter(chunks)));
    let answer = trial.ask("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n").await;
    let heard = notes.next().await;
    assert!(heard.whole);
    assert_eq!(heard.exchange.response.body, answer.body);
    assert_eq!(heard.facts.sent_bytes, 90_000);
}

#[tokio::test]
async fn a_reply_that_breaks_off_is_told_without_its_body() {
    let (trial, notes) = with_bodies().await;
    let chunks = vec![
        Ok(Bytes::from(vec![b'a'; 70_000])),
        Ok(Bytes::from_static(b"b")),
        Err(BodyBroken::because("on purpose")),
    ];
    *trial.face.stream.lock().unwrap() = Some(BodyStream::new(stream::iter(chunks)));
    let mut client = trial.connect().await;
    client.send("GET /stream HTTP/1.1\r\nHost: t\r\n\r\n").await;
    client.rest().await;
    let heard = notes.next().await;
    assert!(!heard.whole && heard.exchange.response.body.is_empty());
    assert_eq!((heard.facts.sent_bytes, heard.facts.ended), (70_001, Ended::BrokenOff));
}

#[tokio::test]
async fn refusals_and_panics_are_told_and_the_servers_own_pages_are_not() {
    let (trial, notes) = with_bodies().await;
    let refused = trial.ask(post("/private", "", b"unread")).await;
    let heard = notes.next().await;
    assert_eq!((refused.status, heard.exchange.response.status.as_u16()), (401, 401));
    assert!(!heard.whole && heard.exchange.request.body.is_empty());
    let broken = trial.ask(post("/panic", "", b"read")).await;
    let heard = notes.next().await;
    assert_eq!(broken.text(), format!("broken in {}", heard.facts.request_id));
    assert!(heard.whole);
    assert_eq!(heard.exchange.request.body, "read");
    trial.ask("GET /_lychgate/health HTTP/1.1\r\nHost: t\r\n\r\n").await;
    trial.ask("GET /nowhere HTTP/1.1\r\nHost: t\r\n\r\n").await;
    assert!(notes.taken.lock().unwrap().is_empty());
}

#[derive(Debug)]
struct Clumsy;

impl Listener for Clumsy {
    fn wish(&self) -> Wish {
        Wish::Heads
    }

    fn heard(&self, _: &Arc<Heard>) {
        panic!("on purpose");
    }
}

#[tokio::test]
async fn a_panicking_listener_costs_neither_the_reply_nor_the_others_their_news() {
    let notes = Notes::new(Wish::Heads);
    let listeners: [Arc<dyn Listener>; 2] = [Arc::new(Clumsy), Arc::<Notes>::clone(&notes)];
    let trial = Trial::with(|config| config.listeners.extend(listeners)).await;
    assert_eq!(trial.ask(post("/echo", "", b"words")).await.text(), "words");
    notes.next().await;
    assert!(trial.running.metrics().render().contains("lychgate_panics_total 1"));
}
