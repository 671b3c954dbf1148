//! The gateway under test: the release binary with logins, over a store on disk that has in it what
//! the cases ask for.

use std::fmt::Write as _;
use std::net::SocketAddr;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use super::affinity;
use super::call::Call;
use super::case::{Case, Kind};
use super::support::{Caller, Server, lychgate, run_well, text};

const SOAP_PATH: &str = "/v2/api.svc";
const EMPOWER_PATH: &str = "/api/xmlrpc/index.php";
const XMLRPC_PATH: &str = "/RPC2";
const TEMPLATE: u32 = 1_055_589;
const BOUNCES: usize = 50;
/// Bytes of an envelope around a file.
const ENVELOPE_BYTES: usize = 350;
/// Bytes of a refused row in a faults file.
const FAULT_BYTES: usize = 63;

/// Bounds that are meant for small machines give way. An import with most rows invalid is rejected
/// before a row of it is imported: what is measured is the call that takes the file in, not the
/// import behind it.
const CONFIG: &str = "\
[import]
active_per_account = 100
watchdog_invalid_percent = 50
watchdog_min_rows = 1
[dotdigital_soap]
file_bytes = 64000000
";

/// A running gateway.
pub struct Gateway {
    server: Server,
    caller: Caller,
    keys: Keys,
}

/// What opens the Empower face.
#[derive(Clone)]
struct Keys {
    api_key: String,
    shared_secret: String,
}

/// A store with an account and its logins, while no gateway runs over it.
pub struct Store {
    data: String,
    config: String,
    user: String,
    password: String,
    keys: Keys,
}

impl Store {
    /// Makes one in `folder`.
    pub fn make(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder)?;
        let (data, config) = (folder.join("data"), folder.join("lychgate.toml"));
        std::fs::write(&config, CONFIG)?;
        let data = data.to_str().context("the folder has a name in UTF-8")?.to_owned();
        let config = config.to_str().context("the folder has a name in UTF-8")?.to_owned();
        run_well(&["account", "add", "bench", "--data", &data]);
        let login = run_well(&["account", "credential", "add", "bench", "--data", &data]);
        let login: Vec<&str> = login.split_whitespace().collect();
        let [_, user, _, password, ..] = login[..] else { bail!("no login in {login:?}") };
        let (user, password) = (user.to_owned(), password.to_owned());
        let add = ["account", "credential", "add", "bench", "--face", "empower", "--data", &data];
        let keys = Keys::of(&run_well(&add))?;
        Ok(Self { data, config, user, password, keys })
    }

    /// Starts a gateway over it, on the core of servers.
    pub fn start(&self, arguments: &[&str]) -> Result<Gateway> {
        let config = ["--config", &self.config];
        let start = || Ok(Server::start(self.data.as_ref(), &[&config, arguments].concat()));
        let server = affinity::serving(start)?;
        let caller = Caller::new(&server.authority(), &self.user, &self.password);
        Ok(Gateway { server, caller, keys: self.keys.clone() })
    }
}

impl Gateway {
    /// Starts one over a store of its own in `folder`, with bounces in it.
    pub fn start(folder: &Path, arguments: &[&str]) -> Result<Self> {
        let gateway = Store::make(folder)?.start(arguments)?;
        gateway.bring_in_bounces(folder)?;
        Ok(gateway)
    }

    pub fn caller(&self) -> &Caller {
        &self.caller
    }

    pub fn address(&self) -> Result<SocketAddr> {
        self.server.authority().parse().context("the gateway tells its address")
    }

    pub fn id(&self) -> u32 {
        self.server.id()
    }

    pub fn stop(self) {
        self.server.stop();
    }

    pub fn kill(self) {
        self.server.kill();
    }

    /// The call of a case, after what it asks for was made.
    pub fn call(&self, case: &Case) -> Result<Call> {
        Ok(match case.kind {
            Kind::Faults { reply_bytes } => {
                let id = self.refused(rows_of_faults(reply_bytes))?;
                let members = format!("<importId>{id}</importId>");
                self.soap("GetContactImportReportFaults", &members, "FaultsResult>77u/")
            }
            Kind::Import { request_bytes } => {
                let file = file_of(request_bytes.saturating_sub(ENVELOPE_BYTES) / 4 * 3);
                self.soap("ImportContacts", &members_of(&file), ":Status>NotFinished<")
            }
            Kind::Contact => {
                self.refused(1)?;
                let members = format!("<email>{}</email>", address(0));
                self.soap("GetContactByEmail", &members, ":Email>contact0000000000@")
            }
            Kind::Bounces => self.bounces(),
            Kind::XmlRpc => self.bounces_by_xmlrpc(),
        })
    }

    fn soap(&self, operation: &str, members: &str, expected: &'static str) -> Call {
        let body = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <{operation} xmlns=\"http://apiconnector.com/v2\">{members}</{operation}>\
             </s:Body></s:Envelope>"
        );
        let headers = format!(
            "Authorization: {}\r\nContent-Type: text/xml; charset=utf-8\r\n\
             SOAPAction: \"http://apiconnector.com/v2/ApiService/{operation}\"\r\n",
            self.caller.authorization
        );
        Call { path: SOAP_PATH, headers, body: body.into(), expected }
    }

    fn bounces(&self) -> Call {
        let Keys { api_key, shared_secret } = &self.keys;
        let body = format!(
            "<api><authentication><api_key>{api_key}</api_key>\
             <shared_secret>{shared_secret}</shared_secret><response_type>xml</response_type>\
             </authentication><data><methodCall>\
             <methodName>transactional.bouncedList</methodName>\
             <template_id>{TEMPLATE}</template_id></methodCall></data></api>"
        );
        let headers = "Content-Type: text/xml\r\n".to_owned();
        Call { path: EMPOWER_PATH, headers, body: body.into(), expected: "<flagged_invalid>" }
    }

    fn bounces_by_xmlrpc(&self) -> Call {
        let Keys { api_key, shared_secret } = &self.keys;
        let login = STANDARD.encode(format!("{api_key}:{shared_secret}"));
        let body = format!(
            "<?xml version=\"1.0\"?><methodCall>\
             <methodName>transactional.bouncedList</methodName><params><param><value><struct>\
             <member><name>template_id</name><value><int>{TEMPLATE}</int></value></member>\
             </struct></value></param></params></methodCall>"
        );
        let headers = format!("Authorization: Basic {login}\r\nContent-Type: text/xml\r\n");
        Call { path: XMLRPC_PATH, headers, body: body.into(), expected: "<name>flagged_invalid<" }
    }

    /// Imports so many valid rows and as many invalid ones; returns the import's id.
    fn refused(&self, rows: usize) -> Result<String> {
        let mut file = "Email,FIRSTNAME,LASTNAME\r\n".to_owned();
        (0..rows).for_each(|row| file.push_str(&pair_of_rows(row)));
        let started = self.caller.call_well("ImportContacts", &members_of(&file));
        let id = text(&started, "Id").to_owned();
        let members = format!("<importId>{id}</importId>");
        loop {
            let progress = self.caller.call_well("GetContactImportProgress", &members);
            match text(&progress, "Status") {
                "NotFinished" => std::thread::sleep(Duration::from_millis(20)),
                "Finished" => return Ok(id),
                status => bail!("the import ended as {status}"),
            }
        }
    }

    /// Makes the template and its bounces through the running server.
    fn bring_in_bounces(&self, folder: &Path) -> Result<()> {
        let mut bounces = String::new();
        for number in 0..BOUNCES {
            writeln!(
                bounces,
                "{{\"id\":\"{number}\",\"account\":\"bench\",\"type\":\"bounced\",\
                 \"email\":\"bounced{number:05}@bench.example\",\"template_id\":{TEMPLATE},\
                 \"reason\":\"550 5.1.1 user unknown\",\
                 \"time\":\"2026-01-02T03:04:{number:02}Z\"}}"
            )?;
        }
        let template =
            format!("{{\"account\":\"bench\",\"id\":{TEMPLATE},\"subject\":\"Order\"}}\n");
        let (token, url) = (self.server.text("admin_token"), self.server.url());
        for (command, lines) in [("template", template), ("events", bounces)] {
            let file = folder.join(command);
            std::fs::write(&file, lines)?;
            let file = file.to_str().context("the folder has a name in UTF-8")?;
            let mut import = lychgate(&[command, "import", file, "--server", &url]);
            let output = import.env("LYCHGATE_ADMIN_TOKEN", &token).output()?;
            let error = String::from_utf8_lossy(&output.stderr);
            ensure!(output.status.success(), "{command} import: {error}");
        }
        Ok(())
    }
}

impl Keys {
    fn of(printed: &str) -> Result<Self> {
        let word = |name: &str| {
            let line = printed.lines().find(|line| line.starts_with(name))?;
            line.split_whitespace().nth(1).map(str::to_owned)
        };
        let api_key = word("api_key").context("no key was printed")?;
        Ok(Self { api_key, shared_secret: word("shared_secret").context("no secret was printed")? })
    }
}

fn rows_of_faults(reply_bytes: usize) -> usize {
    reply_bytes.saturating_sub(ENVELOPE_BYTES) / 4 * 3 / FAULT_BYTES
}

/// The members of an import call that carries this file.
pub fn members_of(file: &str) -> String {
    let data = STANDARD.encode(file);
    format!("<data>{data}</data><dataType>csv</dataType>")
}

/// An address of its own for each row.
pub fn address(row: usize) -> String {
    // Scattered like real addresses, not sorted.
    let scattered = row.wrapping_mul(2_654_435_761) % 4_294_967_291;
    format!("contact{scattered:010}@bench.example")
}

/// A row with an address and one without.
fn pair_of_rows(row: usize) -> String {
    let address = address(row);
    let invalid = address.replace('@', ".");
    format!("{address},First{row},Last{row}\r\n{invalid},First{row},Last{row}\r\n")
}

/// A CSV of so many bytes, in which most rows have no valid address.
fn file_of(bytes: usize) -> String {
    let mut file = "Email,FIRSTNAME,LASTNAME\r\nnobody,Nobody,Nobody\r\n".to_owned();
    for row in 0.. {
        let pair = pair_of_rows(row);
        if file.len() + pair.len() > bytes {
            break;
        }
        file.push_str(&pair);
    }
    file
}
