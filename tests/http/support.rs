//! A server with a small face, and a client that writes and reads raw bytes.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::FutureExt as _;
use futures_util::future::BoxFuture;
use http::StatusCode;
use lychgate::domain::{Clock, Context, Ids, Limits};
use lychgate::faces::{Admission, Face, OperationName};
use lychgate::protocol::http::{
    BodyBounds, BodyError, BodyReader, BodyStream, Head, HttpCall, Reply,
};
use lychgate::server::{AdminToken, Mount, Running, Server, ServerConfig};
use lychgate::store::MemoryStore;
use tokio::io::{AsyncRead, AsyncReadExt as _, AsyncWrite, AsyncWriteExt as _};
use tokio::net::TcpStream;
use tokio::sync::{Notify, Semaphore};

pub const TOKEN: &str = "the-admin-token-of-these-tests";
/// What the face takes as a body.
pub const BODY_BYTES: u64 = 1_000_000;
/// No test waits for longer; one that does has found a hang.
const PATIENCE: Duration = Duration::from_secs(20);

/// Echoes, and does on demand what a real face might do wrong or slowly.
#[derive(Debug)]
pub struct TestFace {
    /// One permit for each `/slow` call that arrived.
    pub slow_began: Semaphore,
    pub slow_may_end: Notify,
    /// What the next `/stream` call answers.
    pub stream: Mutex<Option<BodyStream>>,
}

impl TestFace {
    fn admission(head: &Head) -> Admission {
        if head.method != http::Method::POST && !["/describe", "/stream"].contains(&&*head.path) {
            return Admission::Answer(text(StatusCode::METHOD_NOT_ALLOWED, "method"));
        }
        if head.path == "/private" && head.header("authorization").is_none() {
            return Admission::Answer(text(StatusCode::UNAUTHORIZED, "who?"));
        }
        if head.header("content-type") == Some("text/wrong") {
            return Admission::Answer(text(StatusCode::UNSUPPORTED_MEDIA_TYPE, "type"));
        }
        assert!(head.path != "/panic-early", "on purpose, before the body");
        if head.path == "/needs-body" && !head.states_body() {
            return Admission::Answer(text(StatusCode::LENGTH_REQUIRED, "length"));
        }
        let bounds = BodyBounds { decoded: BODY_BYTES, ratio: 100 };
        if head.path.starts_with("/arriving") {
            return Admission::Stream(bounds);
        }
        Admission::Read(bounds)
    }

    async fn answered(&self, call: HttpCall) -> Reply {
        match call.head.path.as_str() {
            "/panic" => panic!("on purpose"),
            "/slow" => {
                let may_end = self.slow_may_end.notified();
                self.slow_began.add_permits(1);
                may_end.await;
                text(StatusCode::OK, "slow but sure")
            }
            "/describe" => {
                let head = &call.head;
                let words = [&head.base_url, &head.host, &head.peer.to_string(), &head.query];
                text(StatusCode::OK, words.map(String::as_str).join(" "))
            }
            "/long" => text(StatusCode::OK, "long ".repeat(2_000_000)),
            "/stream" => {
                let stream = self.stream.lock().unwrap().take().unwrap();
                Reply::streamed(StatusCode::OK, "text/plain", stream).for_operation("test")
            }
            "/length" => text(StatusCode::OK, call.body.len().to_string()),
            _ => {
                let mut reply = text(StatusCode::OK, "");
                reply.body = call.body.into();
                reply
            }
        }
    }
}

fn text(status: StatusCode, text: impl Into<String>) -> Reply {
    Reply::new(status, "text/plain", text.into()).for_operation("test")
}

impl Face for TestFace {
    fn name(&self) -> &'static str {
        "test"
    }

    fn paths(&self) -> &'static [&'static str] {
        &["/echo"]
    }

    fn serves(&self, head: &Head) -> bool {
        head.path != "/nowhere"
    }

    fn operation_of(&self, _: &Head, _: &bytes::Bytes) -> Option<&'static str> {
        None
    }

    fn operations(&self) -> Vec<OperationName> {
        Vec::new()
    }

    fn admit<'a>(&'a self, _: &'a Arc<Context>, head: &'a Head) -> BoxFuture<'a, Admission> {
        async { Self::admission(head) }.boxed()
    }

    fn answer<'a>(&'a self, _: &'a Arc<Context>, call: HttpCall) -> BoxFuture<'a, Reply> {
        self.answered(call).boxed()
    }

    fn answer_streamed<'a>(
        &'a self,
        _: &'a Arc<Context>,
        head: &'a Arc<Head>,
        mut body: BodyReader<'a>,
    ) -> BoxFuture<'a, Reply> {
        async move {
            let (mut bytes, mut last) = (Vec::new(), 0);
            loop {
                match body.next().await {
                    Ok(Some(chunk)) => {
                        last = chunk.len();
                        bytes.extend_from_slice(&chunk);
                    }
                    Ok(None) => break,
                    Err(error) => return self.unreadable(head, error),
                }
                assert!(head.path != "/arriving-panic", "on purpose, within the body");
                match head.path.as_str() {
                    "/arriving-refused" => break,
                    "/arriving-slowly" => tokio::time::sleep(Duration::from_millis(300)).await,
                    _ => {}
                }
            }
            match head.path.as_str() {
                "/arriving-length" => text(StatusCode::OK, format!("{} {last}", bytes.len())),
                "/arriving-refused" => text(StatusCode::BAD_REQUEST, "seen enough"),
                _ => text(StatusCode::OK, String::from_utf8(bytes).unwrap()),
            }
        }
        .boxed()
    }

    fn unanswered(&self, _: &Head, status: StatusCode, why: &str) -> Reply {
        text(status, why)
    }

    fn unreadable(&self, _: &Head, error: BodyError) -> Reply {
        text(error.status(), format!("unreadable: {error}"))
    }

    fn broken(&self, head: &Head) -> Reply {
        text(StatusCode::INTERNAL_SERVER_ERROR, format!("broken in {}", head.request_id))
    }
}

/// A running server and what its face shares with the test.
pub struct Trial {
    pub running: Running,
    pub face: Arc<TestFace>,
    pub context: Arc<Context>,
}

pub fn config() -> ServerConfig {
    let mut config = ServerConfig::plain(([127, 0, 0, 1], 0).into());
    config.admin_token = Some(AdminToken::of_text(TOKEN));
    config
}

pub async fn context() -> Arc<Context> {
    let store = Arc::new(MemoryStore::new());
    let context = Context::open(store, Clock::System, Ids::random(), Limits::default()).await;
    Arc::new(context.unwrap())
}

impl Trial {
    pub async fn start() -> Self {
        Self::with(|_| {}).await
    }

    /// A server whose configuration `change` has adjusted.
    pub async fn with(change: impl FnOnce(&mut ServerConfig)) -> Self {
        let mut config = config();
        change(&mut config);
        let face = Arc::new(TestFace {
            slow_began: Semaphore::new(0),
            slow_may_end: Notify::new(),
            stream: Mutex::new(None),
        });
        let mounted: Arc<dyn Face> = Arc::<TestFace>::clone(&face);
        let mount = Mount::everywhere(mounted);
        let context = context().await;
        let running = Server::bind(config, vec![mount], Arc::clone(&context)).await.unwrap();
        Self { running, face, context }
    }

    pub async fn connect(&self) -> Client<TcpStream> {
        let socket = TcpStream::connect(self.running.local_address()).await.unwrap();
        socket.set_nodelay(true).unwrap();
        Client::over(socket)
    }

    /// Sends `request` on a connection of its own and reads one reply.
    pub async fn ask(&self, request: impl AsRef<[u8]>) -> Answer {
        let mut client = self.connect().await;
        client.send(request).await;
        client.reply().await
    }
}

/// What came back.
#[derive(Debug)]
pub struct Answer {
    pub status: u16,
    pub head: String,
    pub body: Vec<u8>,
}

impl Answer {
    pub fn text(&self) -> &str {
        std::str::from_utf8(&self.body).unwrap()
    }

    /// A header's value; the name in any case.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().skip(1).find_map(|line| {
            let (key, value) = line.split_once(':')?;
            key.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    pub fn says_close(&self) -> bool {
        self.header("connection").is_some_and(|value| value.eq_ignore_ascii_case("close"))
    }
}

/// One connection, byte for byte.
pub struct Client<S> {
    stream: S,
    seen: Vec<u8>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub fn over(stream: S) -> Self {
        Self { stream, seen: Vec::new() }
    }

    pub fn stream(&mut self) -> &mut S {
        &mut self.stream
    }

    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(self.stream.write_all(bytes.as_ref())).await.unwrap();
        within(self.stream.flush()).await.unwrap();
    }

    /// Sends what the peer takes, whether or not it takes all.
    pub async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        within(self.stream.write_all(bytes.as_ref())).await.is_ok()
    }

    /// Reads one reply, interim ones included.
    pub async fn reply(&mut self) -> Answer {
        let mut answer = self.reply_head().await;
        if answer.header("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk().await {
                answer.body.extend(chunk);
            }
            return answer;
        }
        let length = answer.header("content-length").map_or(0, |length| length.parse().unwrap());
        answer.body = self.exactly(length).await;
        answer
    }

    /// The next chunk of a chunked reply; `None` is its end.
    pub async fn chunk(&mut self) -> Option<Vec<u8>> {
        let line = loop {
            match self.seen.windows(2).position(|window| window == b"\r\n") {
                Some(end) => break end,
                None => assert!(self.more().await, "closed between two chunks"),
            }
        };
        let size = String::from_utf8(self.exactly(line + 2).await).unwrap();
        let size = usize::from_str_radix(size.trim(), 16).unwrap();
        let mut chunk = self.exactly(size + 2).await;
        chunk.truncate(size);
        (size > 0).then_some(chunk)
    }

    async fn exactly(&mut self, length: usize) -> Vec<u8> {
        while self.seen.len() < length {
            assert!(self.more().await, "closed within the body");
        }
        self.seen.drain(..length).collect()
    }

    /// Reads the head of a reply and leaves its body.
    pub async fn reply_head(&mut self) -> Answer {
        let end = loop {
            match self.seen.windows(4).position(|window| window == b"\r\n\r\n") {
                Some(end) => break end + 4,
                None => assert!(self.more().await, "closed within the head: {}", self.seen_text()),
            }
        };
        let head = String::from_utf8(self.seen.drain(..end).collect()).unwrap();
        let status = head.split(' ').nth(1).unwrap().parse().unwrap();
        Answer { status, head, body: Vec::new() }
    }

    /// Reads to the end of the stream; nothing but the end may come.
    pub async fn ends(&mut self) {
        while self.more().await {}
        assert!(self.seen.is_empty(), "more came: {}", self.seen_text());
    }

    /// Reads everything up to the end of the stream.
    pub async fn rest(&mut self) -> String {
        while self.more().await {}
        let rest = self.seen_text();
        self.seen.clear();
        rest
    }

    fn seen_text(&self) -> String {
        String::from_utf8_lossy(&self.seen).into_owned()
    }

    async fn more(&mut self) -> bool {
        let mut chunk = vec![0; 64 * 1024];
        // A reset after a reply is an end, too; a test that minds it looks at what came before.
        let read = within(self.stream.read(&mut chunk)).await.unwrap_or(0);
        self.seen.extend_from_slice(&chunk[..read]);
        read > 0
    }
}

pub async fn within<T>(work: impl Future<Output = T>) -> T {
    tokio::time::timeout(PATIENCE, work).await.expect("a test hangs")
}

/// A `POST` with a length.
pub fn post(path: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = body.len();
    let head =
        format!("POST {path} HTTP/1.1\r\nHost: t\r\n{headers}Content-Length: {length}\r\n\r\n");
    [head.as_bytes(), body].concat()
}

/// The head of a `POST` whose body of `length` bytes is not sent.
pub fn post_head(path: &str, headers: &str, length: u64) -> String {
    format!("POST {path} HTTP/1.1\r\nHost: t\r\n{headers}Content-Length: {length}\r\n\r\n")
}

pub fn gzip(plain: &[u8]) -> Vec<u8> {
    use std::io::Write as _;
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    encoder.write_all(plain).unwrap();
    encoder.finish().unwrap()
}

pub fn gunzip(packed: &[u8]) -> Vec<u8> {
    use std::io::Read as _;
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(packed).read_to_end(&mut plain).unwrap();
    plain
}
