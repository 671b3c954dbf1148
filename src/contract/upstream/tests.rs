use bytes::BytesMut;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

use super::*;
use crate::protocol::http::client::Stage;

/// What one connection of the upstream is asked, and what it answers, in order.
pub(super) async fn answer(
    mut socket: impl AsyncRead + AsyncWrite + Unpin,
    replies: &[&[u8]],
) -> Vec<String> {
    let mut asked = Vec::new();
    for reply in replies {
        let mut call = BytesMut::new();
        while !is_whole(&call) {
            if socket.read_buf(&mut call).await.unwrap_or(0) == 0 {
                return asked;
            }
        }
        asked.push(String::from_utf8(call.to_vec()).unwrap());
        socket.write_all(reply).await.unwrap();
    }
    socket.shutdown().await.unwrap();
    asked
}

fn is_whole(call: &[u8]) -> bool {
    let text = String::from_utf8_lossy(call);
    let Some((head, body)) = text.split_once("\r\n\r\n") else { return false };
    let length = head.lines().find_map(|line| line.strip_prefix("content-length: "));
    body.len() >= length.map_or(0, |length| length.parse().unwrap())
}

/// An upstream of which each connection answers with the next of `connections`.
struct Stub {
    url: String,
    tasks: JoinSet<Vec<Vec<String>>>,
}

impl Stub {
    async fn start(connections: Vec<Vec<&'static [u8]>>) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        let mut tasks = JoinSet::new();
        tasks.spawn(async move {
            let mut asked = Vec::new();
            for replies in connections {
                let (socket, _) = listener.accept().await.unwrap();
                asked.push(answer(socket, &replies).await);
            }
            asked
        });
        Self { url, tasks }
    }

    fn upstream(&self) -> Upstream {
        upstream(&settings(&self.url))
    }

    async fn asked(mut self) -> Vec<Vec<String>> {
        self.tasks.join_next().await.unwrap().unwrap()
    }
}

pub(super) fn settings(url: &str) -> Settings {
    let most_reply_bytes = 100_000;
    Settings { most_reply_bytes, ..Settings::of(url) }
}

pub(super) fn upstream(settings: &Settings) -> Upstream {
    Upstream::new(settings, PassGuard::new([7; 8])).unwrap()
}

pub(super) fn call(text: &str) -> Request {
    Request::read(text.as_bytes()).unwrap()
}

pub(super) const OK: &[u8] = b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\nok";

#[tokio::test]
async fn a_call_goes_on_without_what_belongs_to_its_connection() {
    let reply = b"HTTP/1.1 500 Internal Server Error\r\nconnection: x-hop\r\nx-hop: 1\r\n\
        transfer-encoding: chunked\r\nalt-svc: h2\r\nx-aspnet-version: 4\r\n\r\n3\r\nabc\r\n0\r\n\r\n";
    let stub = Stub::start(vec![vec![reply]]).await;
    let request = call(
        "POST /v2/api.svc?x=%20y HTTP/1.1\nhost: gateway.example\nauthorization: Basic YTpi\n\
         connection: close, x-mine\nx-mine: 1\nexpect: 100-continue\ncontent-length: 99\n\
         content-encoding: gzip\nsoapaction: \"a\"\nkeep-alive: 5\n\n<a/>",
    );
    let response = stub.upstream().pass(&request).await.unwrap();
    assert_eq!((response.status.as_u16(), &*response.body), (500, &b"abc"[..]));
    let kept: Vec<&str> = response.headers.keys().map(http::HeaderName::as_str).collect();
    assert_eq!(kept, ["x-aspnet-version"]);
    let host = stub.url.strip_prefix("http://").unwrap().to_owned();
    let asked = stub.asked().await.concat().concat();
    let (head, body) = asked.split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<&str> = head.lines().collect();
    assert_eq!((lines.remove(0), body), ("POST /v2/api.svc?x=%20y HTTP/1.1", "<a/>"));
    lines.sort_unstable();
    let host = format!("host: {host}");
    let expected = [
        "accept-encoding: gzip",
        "authorization: Basic YTpi",
        "content-length: 4",
        &host,
        "lychgate-passed: 0707070707070707",
        "soapaction: \"a\"",
    ];
    assert_eq!(lines, expected);
}

#[tokio::test]
async fn a_connection_is_used_again_and_replaced_when_it_was_closed_meanwhile() {
    let stub = Stub::start(vec![vec![OK, OK], vec![OK]]).await;
    let upstream = stub.upstream();
    for _ in 0..3 {
        assert_eq!(upstream.pass(&call("GET / HTTP/1.1\n\n")).await.unwrap().body, "ok");
    }
    let calls: Vec<usize> = stub.asked().await.iter().map(Vec::len).collect();
    assert_eq!(calls, [2, 1]);
}

#[tokio::test]
async fn a_compressed_reply_comes_back_as_text_within_the_bound() {
    let packed = |text: &[u8]| {
        use std::io::Write as _;
        let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        encoder.write_all(text).unwrap();
        let body = encoder.finish().unwrap();
        let length = body.len();
        let head = format!(
            "HTTP/1.1 200 OK\r\ncontent-encoding: gzip\r\ncontent-length: {length}\r\n\r\n"
        );
        &*[head.as_bytes(), &body].concat().leak()
    };
    let fitting = vec![b'a'; 50_000];
    let long: Vec<u8> = (0..26_000_u32).flat_map(u32::to_be_bytes).collect();
    let bomb = packed(&vec![b'a'; 100_000]);
    let stub = Stub::start(vec![vec![packed(&fitting), packed(&long)], vec![bomb]]).await;
    let upstream = stub.upstream();
    let response = upstream.pass(&call("GET / HTTP/1.1\n\n")).await.unwrap();
    assert_eq!(response.body, fitting);
    assert!(!response.headers.contains_key("content-encoding"));
    let refused = upstream.pass(&call("GET / HTTP/1.1\n\n")).await.unwrap_err();
    assert_eq!(refused, UpstreamError::Coding(BodyError::TooLarge { limit: 100_000 }));
    let refused = upstream.pass(&call("GET / HTTP/1.1\n\n")).await.unwrap_err();
    assert_eq!(refused, UpstreamError::Coding(BodyError::RatioExceeded));
}

#[tokio::test]
async fn each_way_to_fail_has_its_own_word() {
    let large = [b"HTTP/1.1 200 OK\r\nconnection: close\r\n\r\n".as_slice(), &vec![b'a'; 200_000]];
    let stub = Stub::start(vec![
        vec![&*large.concat().leak()],
        vec![b"SSH-2.0-OpenSSH\r\n"],
        vec![b"HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nab"],
        vec![b""],
    ])
    .await;
    let upstream = stub.upstream();
    let mut words = Vec::new();
    for _ in 0..4 {
        let failed = upstream.pass(&call("POST / HTTP/1.1\n\n<a/>")).await.unwrap_err();
        words.push(failed.word());
    }
    assert_eq!(words, ["too-large", "bad-reply", "cut-short", "cut-short"]);
    drop(stub.asked().await);
    let gone = upstream.pass(&call("GET / HTTP/1.1\n\n")).await.unwrap_err();
    assert_eq!((gone.word(), gone.status().as_u16()), ("unreachable", 502));
    let odd = upstream.pass(&call("OPTIONS * HTTP/1.1\n\n")).await.unwrap_err();
    assert_eq!(odd, UpstreamError::Target);
}

#[tokio::test]
async fn an_upstream_that_never_answers_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let reply_timeout = Duration::from_millis(50);
    let upstream = upstream(&Settings { reply_timeout, ..settings(&url) });
    let failed = upstream.pass(&call("GET / HTTP/1.1\n\n")).await.unwrap_err();
    assert_eq!(failed, UpstreamError::Client(ClientError::TimedOut(Stage::Reply)));
    assert_eq!(failed.status(), 504);
}

#[tokio::test]
async fn calls_past_the_bound_wait_and_are_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}", listener.local_addr().unwrap());
    let connect_timeout = Duration::from_millis(50);
    let upstream = upstream(&Settings { connect_timeout, most_calls: 1, ..settings(&url) });
    let request = call("GET / HTTP/1.1\n\n");
    let first = std::pin::pin!(upstream.pass(&request));
    let second = std::pin::pin!(upstream.pass(&request));
    match futures_util::future::select(first, second).await {
        futures_util::future::Either::Right((failed, _)) => {
            assert_eq!(failed.unwrap_err(), UpstreamError::Busy);
        }
        futures_util::future::Either::Left(_) => panic!("nobody answers the first"),
    }
}

#[test]
fn only_allowed_hosts_are_called() {
    let refused = |url: &str, allowed: &[&str]| {
        let allowed_hosts = allowed.iter().map(|&host| host.to_owned()).collect();
        let settings = Settings { allowed_hosts, ..Settings::of(url) };
        Upstream::new(&settings, PassGuard::new([7; 8])).is_err()
    };
    assert!(!refused("https://api.example.org", &["api.example.org"]));
    assert!(refused("https://api.example.org.evil.example", &["api.example.org"]));
    assert!(refused("https://api.example.org:8443", &["api.example.org"]));
    assert!(refused("https://api.example.org", &[]));
}

#[tokio::test]
async fn a_call_that_comes_round_again_is_refused() {
    let upstream = upstream(&settings("http://127.0.0.1:9"));
    let mine = "GET / HTTP/1.1\nlychgate-passed: 0a, 0707070707070707\n\n";
    assert_eq!(upstream.pass(&call(mine)).await.unwrap_err(), UpstreamError::Loop);
    let long = "GET / HTTP/1.1\nlychgate-passed: 1,2,3,4\nlychgate-passed: 5,6,7,8\n\n";
    assert_eq!(upstream.pass(&call(long)).await.unwrap_err(), UpstreamError::Loop);
    upstream.avoid("127.0.0.1:9".parse().unwrap());
    let own = upstream.pass(&call("GET / HTTP/1.1\n\n")).await.unwrap_err();
    assert_eq!(own.word(), "own-address");
}

#[test]
fn addresses_in_a_description_lead_to_us_and_namespaces_stay() {
    const WSDL: &str = r#"<?xml version="1.0"?>
<wsdl:definitions targetNamespace="http://api.example.org/" xmlns:tns="http://api.example.org/"
 xmlns:wsdl="http://schemas.xmlsoap.org/wsdl/" xmlns:s="http://schemas.xmlsoap.org/wsdl/soap/">
<wsdl:documentation>See <b>http://api.example.org/</b> for more.</wsdl:documentation>
<wsdl:import namespace="http://api.example.org/" location="https://web7.inside/v2/api.svc?wsdl=wsdl0&amp;x=1"/>
<wsdl:import namespace="urn:w3" location='http://www.w3.org/2001/xml.xsd'/>
<wsdl:service name="S"><wsdl:port name="P" binding="tns:B"><s:address location="http://web7.inside/v2/api.svc"/>
<E xmlns="urn:a"><Address>https://api.example.org/v2/api.svc/secure</Address></E>
</wsdl:port></wsdl:service></wsdl:definitions>"#;
    let upstream = upstream(&settings("https://api.example.org"));
    let mut response =
        Response::read(format!("HTTP/1.1 200 OK\ncontent-type: text/xml\n\n{WSDL}").as_bytes())
            .unwrap();
    let asked = call("GET /v2/api.svc?wsdl HTTP/1.1\n\n");
    upstream.readdress(&asked, &mut response, "http://localhost:8080");
    let expected = WSDL
        .replace("location=\"https://web7.inside", "location=\"http://localhost:8080")
        .replace("location=\"http://web7.inside", "location=\"http://localhost:8080")
        .replace("<Address>https://api.example.org", "<Address>http://localhost:8080");
    assert_eq!(String::from_utf8_lossy(&response.body), expected);
}

#[test]
fn only_redirects_to_the_upstream_are_turned_to_us() {
    let upstream = upstream(&settings("https://api.example.org"));
    for (location, expected) in [
        ("https://api.example.org/a?b", "http://us:1/a?b"),
        ("https://other.example/a", "https://other.example/a"),
        ("/a", "/a"),
    ] {
        let text = format!("HTTP/1.1 302 Found\nlocation: {location}\n\n");
        let mut response = Response::read(text.as_bytes()).unwrap();
        upstream.readdress(&call("GET / HTTP/1.1\n\n"), &mut response, "http://us:1");
        assert_eq!(response.headers["location"], expected);
    }
}
