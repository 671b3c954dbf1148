//! Two gateways and how they are called.

use std::path::PathBuf;
use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

use crate::support::{Caller, Reply, Server, lychgate, run_well};

/// How long a gateway is dead before it is started again.
const DEAD_FOR: Duration = Duration::from_millis(500);

/// Seconds after which one takes over the jobs of the other.
const LEASE_SECONDS: &str = "3";

pub struct Pair {
    url: String,
    folders: [tempfile::TempDir; 2],
    gateways: [Mutex<Option<Server>>; 2],
    /// Host and port of each, as of its last start.
    authorities: [Mutex<String>; 2],
    login: (String, String),
    key: (String, String),
    lost: AtomicU64,
    unavailable: AtomicU64,
}

/// What came of a call.
pub enum Answer {
    Reply(Reply),
    /// Nobody was there: nothing has happened.
    NotSent,
    /// It may have been done or not.
    Lost,
}

impl Pair {
    /// Starts both over the database, which has the account `acme`.
    pub fn start(url: &str) -> Self {
        let said = run_well(&["account", "credential", "add", "acme", "--data", url]);
        let words: Vec<&str> = said.split_whitespace().collect();
        let login = (words[1].to_owned(), words[3].to_owned());
        let add = ["account", "credential", "add", "acme", "--face", "empower", "--data", url];
        let said = run_well(&add);
        let word = |name: &str| {
            let line = said.lines().find(|line| line.starts_with(name)).unwrap();
            line.split_whitespace().nth(1).unwrap().to_owned()
        };
        let pair = Self {
            url: url.to_owned(),
            folders: [(); 2].map(|()| tempfile::tempdir().unwrap()),
            gateways: [const { Mutex::new(None) }; 2],
            authorities: [const { Mutex::new(String::new()) }; 2],
            login,
            key: (word("api_key"), word("shared_secret")),
            lost: AtomicU64::new(0),
            unavailable: AtomicU64::new(0),
        };
        (0..2).for_each(|gateway| pair.start_one(gateway));
        pair
    }

    fn start_one(&self, gateway: usize) {
        let mut command = lychgate(&["serve", "--ready-json", "--listen", "127.0.0.1:0"]);
        command
            .env("LYCHGATE_LOG", std::env::var("LYCHGATE_LOG").unwrap_or("warn".to_owned()))
            .env("LYCHGATE_STORE_ENGINE", "postgres")
            .env("LYCHGATE_STORE_DATA", PathBuf::from(self.folders[gateway].path()))
            .env("LYCHGATE_POSTGRES_URL", &self.url)
            .env("LYCHGATE_TASKS_LEASE_SECONDS", LEASE_SECONDS);
        let server = Server::of(&mut command);
        *self.authorities[gateway].lock().unwrap() = server.authority();
        *self.gateways[gateway].lock().unwrap() = Some(server);
    }

    /// Kills one of the two after the other until then; returns how often.
    pub fn kill_again_and_again(&self, until: Instant, every: Duration) -> u64 {
        let mut kills = 0;
        loop {
            std::thread::sleep(every);
            if Instant::now() >= until {
                return kills;
            }
            let gateway = usize::try_from(kills % 2).unwrap();
            let server = self.gateways[gateway].lock().unwrap().take();
            server.unwrap().kill();
            kills += 1;
            std::thread::sleep(DEAD_FOR);
            self.start_one(gateway);
        }
    }

    /// Calls without an answer, and calls that were told to come again.
    pub fn counts(&self) -> (u64, u64) {
        (self.lost.load(Ordering::Relaxed), self.unavailable.load(Ordering::Relaxed))
    }

    /// Stops both in good order.
    pub fn stop(self) {
        for gateway in self.gateways {
            gateway.into_inner().unwrap().unwrap().stop();
        }
    }

    fn caller(&self, gateway: usize, (user, password): &(String, String)) -> Caller {
        Caller::new(&self.authorities[gateway].lock().unwrap(), user, password)
    }

    fn judge(&self, sent: std::io::Result<Reply>) -> Answer {
        match sent {
            Ok(reply) if reply.status == 503 || reply.body.contains("TEMPORARILYUNAVAILABLE") => {
                self.unavailable.fetch_add(1, Ordering::Relaxed);
                Answer::Lost
            }
            Ok(reply) => Answer::Reply(reply),
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionRefused => Answer::NotSent,
            Err(_) => {
                self.lost.fetch_add(1, Ordering::Relaxed);
                // What the gateway had sent to the database before it died is done by then.
                std::thread::sleep(Duration::from_secs(1));
                Answer::Lost
            }
        }
    }

    pub fn soap(&self, gateway: usize, operation: &str, members: &str) -> Answer {
        self.judge(self.caller(gateway, &self.login).call(operation, members))
    }

    pub fn rest(&self, gateway: usize, method: &str, path: &str, body: &str) -> Answer {
        let headers = "Accept: application/json\r\nContent-Type: application/json\r\n";
        let caller = self.caller(gateway, &self.login);
        self.judge(caller.send(method, path, headers, body.as_bytes()))
    }

    pub fn empower(&self, gateway: usize, method: &str, arguments: &str) -> Answer {
        let (api_key, secret) = &self.key;
        let document = format!(
            "<api><authentication><api_key>{api_key}</api_key>\
             <shared_secret>{secret}</shared_secret></authentication><data><methodCall>\
             <methodName>{method}</methodName>{arguments}</methodCall></data></api>"
        );
        let caller = self.caller(gateway, &self.key);
        let path = "/api/xmlrpc/index.php";
        self.judge(caller.send("POST", path, "Content-Type: text/xml\r\n", document.as_bytes()))
    }

    /// A SOAP call with a `UsernameToken`, its password as text.
    pub fn soap_with_token(&self, gateway: usize, nonce: &str, operation: &str) -> Answer {
        let (user, password) = &self.login;
        let wsse =
            "http://docs.oasis-open.org/wss/2004/01/oasis-200401-wss-wssecurity-secext-1.0.xsd";
        let body = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Header>\
             <o:Security xmlns:o=\"{wsse}\"><o:UsernameToken><o:Username>{user}</o:Username>\
             <o:Password>{password}</o:Password><o:Nonce>{nonce}</o:Nonce></o:UsernameToken>\
             </o:Security></s:Header><s:Body><{operation} xmlns=\"http://apiconnector.com/v2\"/>\
             </s:Body></s:Envelope>"
        );
        let headers = format!(
            "Content-Type: text/xml; charset=utf-8\r\n\
             SOAPAction: \"http://apiconnector.com/v2/ApiService/{operation}\"\r\n"
        );
        let caller = self.caller(gateway, &self.login);
        self.judge(caller.send("POST", "/v2/api.svc", &headers, body.as_bytes()))
    }
}
