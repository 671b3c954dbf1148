//! The real binary with every face, the journal and the doctor on, and what the kernel says of it.

use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use tempfile::TempDir;

use super::case::Form;
use super::support::{Server, lychgate};
use super::wire::{Reply, exchange};

/// Short times for slow callers, small bounds for large files, and no limit of calls.
const CONFIG: &str = "
[timeouts]
first_byte_seconds = 1
head_seconds = 1
idle_seconds = 2
body_stall_seconds = 1
body_seconds = 3

[import]
active_per_account = 1000

[files]
fetch_hosts = [\"localhost\"]
";

/// The file in the gateway's folder that its log goes to.
const LOG: &str = "log.txt";

/// A running gateway and the credentials of its demo.
pub struct Gateway {
    server: Server,
    pub authority: String,
    /// `Authorization` of the login that both Dotdigital faces and Which50 take.
    pub basic: String,
    pub user: String,
    pub password: String,
    pub api_key: String,
    pub shared_secret: String,
    pub selzy_key: String,
    pub admin_token: String,
    pub folder: TempDir,
    /// Lines that the demo has written about its own import, before the first message came.
    log_began: usize,
}

/// What a process has used so far.
#[derive(Debug, Clone, Copy)]
pub struct Usage {
    pub cpu: Duration,
    pub resident_bytes: u64,
}

impl Gateway {
    pub fn start() -> Self {
        Self::in_folder(tempfile::tempdir().unwrap())
    }

    /// Over the store in the folder's `data`, if there is one.
    pub fn in_folder(folder: TempDir) -> Self {
        let inbox = folder.path().join("inbox");
        fs::create_dir(&inbox).unwrap();
        fs::write(folder.path().join("secret.csv"), "Email\nsecret@outside.example\n").unwrap();
        let config = folder.path().join("lychgate.toml");
        let data = folder.path().join("data");
        let text = format!(
            "{CONFIG}inbox = {:?}\n\n[store]\ndata = {:?}\n",
            inbox.to_str().unwrap(),
            data.to_str().unwrap()
        );
        fs::write(&config, text).unwrap();
        let arguments = ["serve", "--demo", "--journal", "--ready-json", "--listen", "127.0.0.1:0"];
        let arguments = [&arguments[..], &["--config", config.to_str().unwrap()]].concat();
        let mut command = lychgate(&arguments);
        // What is freed goes back to the kernel at once, so that each peak is its message's own.
        command.env("_RJEM_MALLOC_CONF", "dirty_decay_ms:0,muzzy_decay_ms:0");
        let log = fs::File::create(folder.path().join(LOG)).unwrap();
        command.env("LYCHGATE_LOG", "info").stderr(log);
        let server = Server::of(&mut command);
        let part =
            |section: &str, name: &str| server.ready[section][name].as_str().unwrap().to_owned();
        let (user, password) = (part("dotdigital", "user"), part("dotdigital", "password"));
        Self {
            authority: server.authority(),
            basic: format!("Basic {}", STANDARD.encode(format!("{user}:{password}"))),
            user,
            password,
            api_key: part("empower", "api_key"),
            shared_secret: part("empower", "shared_secret"),
            selzy_key: part("selzy", "api_key"),
            admin_token: server.text("admin_token"),
            log_began: fs::read_to_string(folder.path().join(LOG)).unwrap().lines().count(),
            server,
            folder,
        }
    }

    /// CPU time of all threads, and memory now.
    pub fn usage(&self) -> Usage {
        let threads = fs::read_dir(self.proc("task")).unwrap();
        let nanoseconds = threads.filter_map(|thread| {
            // A thread may end meanwhile.
            let counted = fs::read_to_string(thread.ok()?.path().join("schedstat")).ok()?;
            counted.split(' ').next()?.parse::<u64>().ok()
        });
        let cpu = Duration::from_nanos(nanoseconds.sum());
        Usage { cpu, resident_bytes: self.status("VmRSS:") }
    }

    /// Forgets the peak of memory so far.
    pub fn forget_peak(&self) {
        fs::write(self.proc("clear_refs"), "5").unwrap();
    }

    /// The peak of memory since then.
    pub fn peak_bytes(&self) -> u64 {
        self.status("VmHWM:")
    }

    fn status(&self, name: &str) -> u64 {
        let status = fs::read_to_string(self.proc("status")).unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix(name)).unwrap();
        line.trim().trim_end_matches(" kB").parse::<u64>().unwrap() * 1024
    }

    fn proc(&self, name: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}", self.server.id())).join(name)
    }

    /// Whatever was sent, the log holds no credential of those who sent it, and no line of theirs.
    pub fn assert_log_is_clean(&self) {
        let log = fs::read_to_string(self.folder.path().join(LOG)).unwrap();
        assert!(log.contains("answered"), "nothing was logged");
        let made_up = log.lines().skip(self.log_began).find(|line| !line.starts_with("20"));
        assert_eq!(made_up, None, "the log has a line that does not begin with a time");
        let secrets = [
            &self.basic,
            &self.password,
            &self.api_key,
            &self.shared_secret,
            &self.selzy_key,
            &self.admin_token,
        ];
        for secret in secrets {
            assert!(!log.contains(secret.as_str()), "the log holds a credential");
        }
    }

    /// Asks each face for something small that it must answer.
    pub fn still_answers(&self, door: Form) -> Result<(), String> {
        let (wire, says) = match door {
            Form::Soap11 | Form::Soap12 | Form::Http => (
                self.soap(Form::Soap11, envelope(Form::Soap11, "", SERVER_TIME)),
                "GetServerTimeResult",
            ),
            Form::RestJson | Form::RestXml => (get("/v2/server-time", &self.basic), "20"),
            Form::Empower => (
                empower(
                    "text/xml",
                    self.api("utilities.checkEmail", "<email>a@b.example</email>").as_bytes(),
                ),
                "Valid",
            ),
            Form::XmlRpc => (self.xml_rpc(CHECK_EMAIL.as_bytes()), "Valid"),
            Form::Which50Json | Form::Which50Xml => {
                (get("/Which50API/contactLists", &self.basic), "Newsletter")
            }
            Form::Selzy => (self.selzy("getLists", "", b""), "\"result\""),
        };
        let reply =
            exchange(&self.authority, &wire, false).ok_or("the next call was not answered")?;
        let fits = reply.status == 200 && reply.text().contains(says);
        fits.then_some(()).ok_or_else(|| format!("the next call was answered {reply}"))
    }

    /// A SOAP call to the edition of 2014, without a `SOAPAction`.
    pub fn soap(&self, form: Form, body: impl AsRef<[u8]>) -> Vec<u8> {
        self.soap_to("api.example.org", form, body)
    }

    /// A SOAP call to whatever edition `host` stands for.
    pub fn soap_to(&self, host: &str, form: Form, body: impl AsRef<[u8]>) -> Vec<u8> {
        let content_type = if form == Form::Soap12 {
            "application/soap+xml; charset=utf-8"
        } else {
            "text/xml; charset=utf-8\r\nSOAPAction: \"\""
        };
        let headers = format!("Authorization: {}\r\nContent-Type: {content_type}\r\n", self.basic);
        request_to(host, "POST", "/v2/api.svc", &headers, body.as_ref())
    }

    /// A call of the REST face; `content_type` decides in which form it answers.
    pub fn rest(&self, path: &str, content_type: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
        post(path, content_type, &self.basic, body)
    }

    pub fn which50(&self, path: &str, content_type: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
        post(&format!("/Which50API{path}"), content_type, &self.basic, body)
    }

    /// An `api` document with one call.
    pub fn api(&self, method: &str, arguments: &str) -> String {
        format!(
            "<api>{}<data><methodCall><methodName>{method}</methodName>{arguments}</methodCall>\
             </data></api>",
            self.authentication()
        )
    }

    pub fn authentication(&self) -> String {
        format!(
            "<authentication><api_key>{}</api_key><shared_secret>{}</shared_secret>\
             </authentication>",
            self.api_key, self.shared_secret
        )
    }

    pub fn xml_rpc(&self, body: impl AsRef<[u8]>) -> Vec<u8> {
        let pair = STANDARD.encode(format!("{}:{}", self.api_key, self.shared_secret));
        post("/RPC2", "text/xml", &format!("Basic {pair}"), body)
    }

    pub fn selzy(&self, method: &str, query: &str, form: impl AsRef<[u8]>) -> Vec<u8> {
        let key = &self.selzy_key;
        let path = format!("/en/api/{method}?format=json&api_key={key}{query}");
        post(&path, "application/x-www-form-urlencoded", "", form)
    }

    /// Sends and returns the reply, which must come.
    pub fn ask(&self, wire: &[u8]) -> Result<Reply, String> {
        exchange(&self.authority, wire, false).ok_or_else(|| "no answer came".to_owned())
    }
}

pub const SERVER_TIME: &str = "<GetServerTime xmlns=\"http://apiconnector.com/v2\"/>";

pub const CHECK_EMAIL: &str = "<methodCall><methodName>utilities.checkEmail</methodName><params>\
     <param><value>a@b.example</value></param></params></methodCall>";

pub const SOAP11: &str = "http://schemas.xmlsoap.org/soap/envelope/";
pub const SOAP12: &str = "http://www.w3.org/2003/05/soap-envelope";

/// An envelope of the form's SOAP version.
pub fn envelope(form: Form, header: &str, body: &str) -> String {
    let namespace = if form == Form::Soap12 { SOAP12 } else { SOAP11 };
    format!("<s:Envelope xmlns:s=\"{namespace}\">{header}<s:Body>{body}</s:Body></s:Envelope>")
}

pub fn request(method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    request_to("api.example.org", method, target, headers, body)
}

fn request_to(host: &str, method: &str, target: &str, headers: &str, body: &[u8]) -> Vec<u8> {
    let length = if method == "GET" && body.is_empty() {
        String::new()
    } else {
        format!("Content-Length: {}\r\n", body.len())
    };
    let head = format!("{method} {target} HTTP/1.1\r\nHost: {host}\r\n{headers}{length}\r\n");
    [head.as_bytes(), body].concat()
}

pub fn get(path: &str, authorization: &str) -> Vec<u8> {
    request("GET", path, &format!("Authorization: {authorization}\r\n"), b"")
}

fn post(path: &str, content_type: &str, authorization: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    let mut headers = format!("Content-Type: {content_type}\r\n");
    if !authorization.is_empty() {
        headers.extend(["Authorization: ", authorization, "\r\n"]);
    }
    request("POST", path, &headers, body.as_ref())
}

/// A post to the Empower face; who calls stands in its document.
pub fn empower(content_type: &str, body: impl AsRef<[u8]>) -> Vec<u8> {
    post("/api/xmlrpc/index.php", content_type, "", body)
}
