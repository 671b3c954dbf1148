//! The real binary over one folder, through its starts and ends.

use std::fs::{self, File, OpenOptions};
use std::path::PathBuf;
use std::time::{Duration, Instant};

use serde_json::Value;
use tempfile::TempDir;

use super::faces::{Logins, basic};
use super::process::Holdings;
use super::support::{Caller, Server, lychgate, run_well};

/// The operator's token.
pub const ADMIN_TOKEN: &str = "soak-admin-token-0123456789abcdef";
/// How long imports may take to end when nobody calls any more.
const IMPORTS_END: Duration = Duration::from_secs(120);
/// How long threads and memory may take to be given back.
const SETTLES: Duration = Duration::from_secs(25);

/// A folder with a store, and a log of all servers over it.
#[derive(Debug)]
pub struct Place {
    folder: TempDir,
}

impl Place {
    /// With so many accounts in it, and some more configuration.
    pub fn new(accounts: usize, more: &str) -> (Self, Vec<Logins>) {
        let place = Self { folder: tempfile::tempdir().unwrap() };
        let config = format!("[store]\ndata = {:?}\n{more}", place.data());
        fs::write(place.config(), config).unwrap();
        let logins = (1..=accounts).map(|number| place.account(&format!("soak-{number}")));
        let logins = logins.collect();
        (place, logins)
    }

    fn data(&self) -> String {
        self.folder.path().join("data").to_str().unwrap().to_owned()
    }

    fn config(&self) -> PathBuf {
        self.folder.path().join("lychgate.toml")
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log.txt")
    }

    fn account(&self, name: &str) -> Logins {
        let data = self.data();
        run_well(&["account", "add", name, "--data", &data]);
        let add = |face: &str| {
            let printed =
                run_well(&["account", "credential", "add", name, "--face", face, "--data", &data]);
            let words: Vec<String> = printed.split_whitespace().map(str::to_owned).collect();
            (words[1].clone(), words[3].clone())
        };
        let (user, password) = add("dotdigital");
        let (api_key, shared_secret) = add("empower");
        let (selzy_key, _) = add("selzy");
        let basic = basic(&user, &password);
        Logins { account: name.to_owned(), basic, api_key, shared_secret, selzy_key }
    }

    pub fn start(&self) -> Server {
        let config = self.config();
        let arguments = ["serve", "--ready-json", "--listen", "127.0.0.1:0", "--config"];
        let mut command = lychgate(&[&arguments[..], &[config.to_str().unwrap()]].concat());
        let log: File = OpenOptions::new().create(true).append(true).open(self.log()).unwrap();
        command.env("LYCHGATE_ADMIN_TOKEN", ADMIN_TOKEN).env("LYCHGATE_LOG", "warn").stderr(log);
        Server::of(&mut command)
    }

    /// The store is sound, and no server had anything to complain of.
    pub fn ensure_clean(&self) {
        run_well(&["store", "check", "--data", &self.data()]);
        let log = fs::read_to_string(self.log()).unwrap();
        let bad = log.lines().find(|line| line.contains("ERROR") || line.contains("panicked"));
        assert_eq!(bad, None, "the log has an error");
    }

    pub fn store_bytes(&self) -> u64 {
        bytes_below(&self.folder.path().join("data"))
    }
}

fn bytes_below(folder: &std::path::Path) -> u64 {
    let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap());
    let size = |entry: fs::DirEntry| match entry.metadata().unwrap() {
        found if found.is_dir() => bytes_below(&entry.path()),
        found => found.len(),
    };
    entries.map(size).sum()
}

/// Waits until no import is under way, whoever it belongs to.
pub fn wait_for_imports(server: &Server) {
    let authorization = format!("Bearer {ADMIN_TOKEN}");
    let operator = Caller { authority: server.authority(), authorization };
    let began = Instant::now();
    loop {
        let reply = operator.send("GET", "/_lychgate/imports?limit=1000", "", b"").unwrap();
        let said: Value = serde_json::from_str(&reply.body).unwrap();
        let imports = said["imports"].as_array().unwrap();
        let Some(open) = imports.iter().find(|import| import["ended"].is_null()) else { return };
        assert!(began.elapsed() < IMPORTS_END, "an import does not end: {open}");
        std::thread::sleep(Duration::from_millis(100));
    }
}

/// What the server holds when nobody calls: as soon as it is no more than `bound`, or after a while.
pub fn holdings_within(server: &Server, bound: Holdings) -> Holdings {
    let began = Instant::now();
    loop {
        let now = Holdings::of(server.id());
        if now.is_within(bound) || began.elapsed() > SETTLES {
            return now;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
}
