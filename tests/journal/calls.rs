//! A server over an account with a login, and commands that look at it.

use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use serde_json::Value;

use crate::support::{Caller, Reply, Server, lychgate, run_well};

/// What a caller says of themselves.
pub const AGENT: &str = "Old Client/1.0 (unit test)";
/// No test waits for longer.
const PATIENCE: Duration = Duration::from_secs(30);

pub struct Trial {
    pub folder: tempfile::TempDir,
    pub user: String,
    pub password: String,
    pub server: Option<Server>,
    token: String,
}

impl Trial {
    /// A server with these arguments over a store with one account.
    pub fn start(arguments: &[&str]) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().to_str().unwrap();
        run_well(&["account", "add", "acme", "--data", data]);
        let printed = run_well(&["account", "credential", "add", "acme", "--data", data]);
        let words: Vec<&str> = printed.split_whitespace().collect();
        let (user, password) = (words[1].to_owned(), words[3].to_owned());
        let server = Server::start(folder.path(), arguments);
        let token = server.text("admin_token");
        Self { folder, user, password, server: Some(server), token }
    }

    pub fn again(&mut self, arguments: &[&str]) {
        self.server = Some(Server::start(self.folder.path(), arguments));
    }

    pub fn stop(&mut self) {
        self.server.take().unwrap().stop();
    }

    pub fn kill(&mut self) {
        self.server.take().unwrap().kill();
    }

    pub fn server(&self) -> &Server {
        self.server.as_ref().unwrap()
    }

    pub fn journal(&self) -> PathBuf {
        self.folder.path().join("journal")
    }

    pub fn call(&self, operation: &str, members: &str) -> Reply {
        self.call_as(&self.password, AGENT, operation, members)
    }

    pub fn call_as(&self, password: &str, agent: &str, operation: &str, members: &str) -> Reply {
        let caller = Caller::new(&self.server().authority(), &self.user, password);
        let body = format!(
            "<s:Envelope xmlns:s=\"http://schemas.xmlsoap.org/soap/envelope/\"><s:Body>\
             <{operation} xmlns=\"http://apiconnector.com/v2\">{members}</{operation}>\
             </s:Body></s:Envelope>"
        );
        let headers = format!(
            "Content-Type: text/xml; charset=utf-8\r\nUser-Agent: {agent}\r\n\
             SOAPAction: \"http://apiconnector.com/v2/ApiService/{operation}\"\r\n"
        );
        caller.send("POST", "/v2/api.svc", &headers, body.as_bytes()).unwrap()
    }

    /// Runs a command on the folder, which must succeed.
    pub fn told(&self, arguments: &[&str]) -> String {
        let data = self.folder.path().to_str().unwrap();
        run_well(&[arguments, &["--data", data]].concat())
    }

    /// Runs a command on the server's admin API, which must succeed.
    pub fn told_by_server(&self, arguments: &[&str]) -> String {
        let url = self.server().url();
        let mut command = lychgate(&[arguments, &["--server", &url]].concat());
        let output = command.env("LYCHGATE_ADMIN_TOKEN", &self.token).output().unwrap();
        let error = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{arguments:?}: {error}");
        String::from_utf8(output.stdout).unwrap()
    }

    /// All entries, once there are so many.
    pub fn entries(&self, count: usize) -> Vec<Value> {
        let begun = Instant::now();
        loop {
            let told = self.told(&["journal", "export"]);
            let entries: Vec<Value> =
                told.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
            if entries.len() >= count {
                assert_eq!(entries.len(), count);
                return entries;
            }
            assert!(begun.elapsed() < PATIENCE, "{} entries of {count}", entries.len());
            std::thread::sleep(Duration::from_millis(20));
        }
    }
}

/// Name and content of every file below `folder`.
pub fn files(folder: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if let Ok(content) = std::fs::read(&path) {
            found.push((path, content));
        }
    }
    found
}
