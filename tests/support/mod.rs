//! The real binary in a folder of its own, and a caller of its SOAP face over a plain socket.

pub mod random;

use std::io::{BufRead as _, BufReader, Read as _, Write as _};
use std::net::TcpStream;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Output, Stdio};
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

/// How long a call may take before the test gives up on it.
const PATIENCE: Duration = Duration::from_secs(60);

/// The program under test with nothing of the caller's settings. `TESTED_LYCHGATE` names another
/// build of it, such as the optimized one.
pub fn lychgate(arguments: &[&str]) -> Command {
    let built = || env!("CARGO_BIN_EXE_lychgate").into();
    let mut command = Command::new(std::env::var_os("TESTED_LYCHGATE").unwrap_or_else(built));
    for (name, _) in std::env::vars().filter(|(name, _)| name.starts_with("LYCHGATE_")) {
        command.env_remove(name);
    }
    command.args(arguments);
    command
}

/// Runs the program to its end.
pub fn run(arguments: &[&str]) -> Output {
    lychgate(arguments).output().unwrap()
}

/// Runs the program, which must succeed, and returns what it printed.
pub fn run_well(arguments: &[&str]) -> String {
    let output = run(arguments);
    let error = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "lychgate {arguments:?}: {error}");
    String::from_utf8(output.stdout).unwrap()
}

/// A running `lychgate serve`, or another command that serves and says when it is ready.
pub struct Server {
    process: Child,
    /// The line that `--ready-json` prints.
    pub ready: serde_json::Value,
    lines: BufReader<std::process::ChildStdout>,
}

impl Server {
    /// Starts on a free port over the store in `data`, and waits until it is ready.
    pub fn start(data: &Path, more: &[&str]) -> Self {
        let data = data.to_str().unwrap();
        let fixed = ["serve", "--ready-json", "--listen", "127.0.0.1:0", "--data", data];
        Self::spawn(&[&fixed, more].concat())
    }

    /// Starts with these arguments, one of them `--ready-json`, and waits until it is ready.
    pub fn spawn(arguments: &[&str]) -> Self {
        Self::of(lychgate(arguments).env("LYCHGATE_LOG", "warn"))
    }

    /// As [`Server::spawn`], with what else the caller has told the command.
    pub fn of(command: &mut Command) -> Self {
        let mut process = command.stdout(Stdio::piped()).spawn().unwrap();
        let mut lines = BufReader::new(process.stdout.take().unwrap());
        let mut line = String::new();
        lines.read_line(&mut line).unwrap();
        let ready = serde_json::from_str(&line).unwrap_or_else(|error| {
            drop(process.kill());
            panic!("no ready line but {line:?}: {error}")
        });
        Self { process, ready, lines }
    }

    pub fn text(&self, name: &str) -> String {
        self.ready[name].as_str().unwrap().to_owned()
    }

    pub fn url(&self) -> String {
        self.text("address").trim_end_matches('/').to_owned()
    }

    /// Number of the process.
    pub fn id(&self) -> u32 {
        self.process.id()
    }

    /// Host and port.
    pub fn authority(&self) -> String {
        self.url().split("//").nth(1).unwrap().to_owned()
    }

    /// `kill -9`.
    pub fn kill(mut self) {
        self.process.kill().unwrap();
        self.process.wait().unwrap();
    }

    /// The next line that it prints; waits for it.
    pub fn line(&mut self) -> String {
        let mut line = String::new();
        self.lines.read_line(&mut line).unwrap();
        line
    }

    /// Asks it to stop; it must do so without an error. Returns what else it had printed.
    pub fn stop(self) -> String {
        let (status, rest) = self.end();
        assert!(status.success(), "the server ended with {status}");
        rest
    }

    /// Asks it to stop, and returns how it did so and what else it had printed.
    pub fn end(mut self) -> (ExitStatus, String) {
        let asked = Command::new("kill").arg(self.process.id().to_string()).status().unwrap();
        assert!(asked.success());
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        (self.process.wait().unwrap(), rest)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        // Already gone after `kill` and `stop`.
        drop(self.process.kill());
        drop(self.process.wait());
    }
}

/// Makes an account in a new store; user and password of a login to it.
pub fn new_login(data: &Path) -> (String, String) {
    let data = data.to_str().unwrap();
    run_well(&["account", "add", "acme", "--data", data]);
    let printed = run_well(&["account", "credential", "add", "acme", "--data", data]);
    let words: Vec<&str> = printed.split_whitespace().collect();
    (words[1].to_owned(), words[3].to_owned())
}

/// A caller of the SOAP face with a login.
#[derive(Clone)]
pub struct Caller {
    pub authority: String,
    pub authorization: String,
}

/// Status and body of a reply that arrived whole.
pub struct Reply {
    pub status: u16,
    pub body: String,
}

impl Caller {
    pub fn new(authority: &str, user: &str, password: &str) -> Self {
        let login = STANDARD.encode(format!("{user}:{password}"));
        Self { authority: authority.to_owned(), authorization: format!("Basic {login}") }
    }

    /// The caller with the demo account's login.
    pub fn of_demo(server: &Server) -> Self {
        let login = &server.ready["dotdigital"];
        let part = |name: &str| login[name].as_str().unwrap().to_owned();
        Self::new(&server.authority(), &part("user"), &part("password"))
    }

    /// One call on one connection; an error when no whole reply came back.
    pub fn call(&self, operation: &str, members: &str) -> std::io::Result<Reply> {
        let body = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <{operation} xmlns=\"http://apiconnector.com/v2\">{members}</{operation}>\
             </s:Body></s:Envelope>"
        );
        let headers = format!(
            "Content-Type: text/xml; charset=utf-8\r\n\
             SOAPAction: \"http://apiconnector.com/v2/ApiService/{operation}\"\r\n"
        );
        self.send("POST", "/v2/api.svc", &headers, body.as_bytes())
    }

    /// Like [`Self::call`] for a call that must succeed.
    pub fn call_well(&self, operation: &str, members: &str) -> String {
        let reply = self.call(operation, members).unwrap();
        assert_eq!(reply.status, 200, "{operation}: {}", reply.body);
        reply.body
    }

    pub fn send(
        &self,
        method: &str,
        path: &str,
        headers: &str,
        body: &[u8],
    ) -> std::io::Result<Reply> {
        let mut socket = TcpStream::connect(&self.authority)?;
        socket.set_read_timeout(Some(PATIENCE))?;
        socket.set_write_timeout(Some(PATIENCE))?;
        let head = format!(
            "{method} {path} HTTP/1.1\r\nHost: {}\r\nAuthorization: {}\r\nConnection: close\r\n\
             {headers}Content-Length: {}\r\n\r\n",
            self.authority,
            self.authorization,
            body.len()
        );
        socket.write_all(head.as_bytes())?;
        socket.write_all(body)?;
        let mut raw = Vec::new();
        socket.read_to_end(&mut raw)?;
        whole_reply(&raw).ok_or_else(|| std::io::ErrorKind::UnexpectedEof.into())
    }
}

fn whole_reply(raw: &[u8]) -> Option<Reply> {
    let text = std::str::from_utf8(raw).ok()?;
    let (head, body) = text.split_once("\r\n\r\n")?;
    let header = |wanted: &str| {
        head.lines().find_map(|line| {
            let (name, value) = line.split_once(':')?;
            name.eq_ignore_ascii_case(wanted).then(|| value.trim())
        })
    };
    let status = head.split(' ').nth(1)?.parse().ok()?;
    if header("transfer-encoding") == Some("chunked") {
        return unchunked(body).map(|body| Reply { status, body });
    }
    let length: usize = header("content-length")?.parse().ok()?;
    (body.len() == length).then(|| Reply { status, body: body.to_owned() })
}

/// A body that came in chunks, when its last one is there.
fn unchunked(mut rest: &str) -> Option<String> {
    let mut body = String::new();
    loop {
        let (size, chunk) = rest.split_once("\r\n")?;
        let size = usize::from_str_radix(size, 16).ok()?;
        if size == 0 {
            return (chunk == "\r\n").then_some(body);
        }
        let (chunk, behind) = chunk.split_at_checked(size)?;
        body.push_str(chunk);
        rest = behind.strip_prefix("\r\n")?;
    }
}

/// The texts of all elements of this local name.
pub fn texts<'a>(document: &'a str, name: &str) -> Vec<&'a str> {
    let tags = document.split('<').skip(1).filter_map(|piece| piece.split_once('>'));
    let named = tags.filter(|(tag, _)| {
        let local = tag.split([' ', '/']).next().unwrap_or_default();
        local.rsplit(':').next() == Some(name) && !tag.ends_with('/')
    });
    named.map(|(_, content)| content).collect()
}

/// The text of the first element of this local name.
pub fn text<'a>(document: &'a str, name: &str) -> &'a str {
    texts(document, name).first().unwrap_or_else(|| panic!("no {name} in {document}"))
}
