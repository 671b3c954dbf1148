//! `lychgate contract record` between real clients' calls and a second gateway as the upstream.

#[cfg(test)]
mod calls;
#[cfg(test)]
mod lives;
#[cfg(test)]
mod secrets;
#[cfg(test)]
#[expect(dead_code, reason = "every user of it needs another part")]
#[path = "../support/mod.rs"]
mod support;
#[cfg(test)]
mod ways_to_fail;

#[cfg(test)]
mod trial {
    use std::collections::BTreeMap;
    use std::path::{Path, PathBuf};

    use crate::support::{Caller, Server, lychgate};

    /// An upstream that is the same at every start.
    pub const SAME: [&str; 5] =
        ["--demo", "--frozen-time", "2026-04-01T12:00:00Z", "--id-seed", "7"];

    /// A recorder in front of an upstream.
    pub struct Trial {
        pub upstream: Server,
        pub recorder: Server,
        pub recording: PathBuf,
        pub folder: tempfile::TempDir,
    }

    /// What a recorder printed while it ran, and how it ended.
    pub struct Recorded {
        /// `<face>/<operation>/<case>`, in their order.
        pub cases: Vec<String>,
        pub end: serde_json::Value,
        pub code: Option<i32>,
    }

    impl Trial {
        pub fn start(more: &[&str]) -> Self {
            let folder = tempfile::tempdir().unwrap();
            let upstream = Server::start(&folder.path().join("data"), &SAME);
            let recording = folder.path().join("recording");
            let recorder = recorder(&upstream.url(), &recording, more);
            Self { upstream, recorder, recording, folder }
        }

        /// A caller of the recorder with the SOAP login of the upstream.
        pub fn caller(&self) -> Caller {
            let authority = self.recorder.authority();
            Caller { authority, ..Caller::of_demo(&self.upstream) }
        }

        /// The secrets by which the upstream knows its callers.
        pub fn credential(&self, face: &str, name: &str) -> String {
            self.upstream.ready[face][name].as_str().unwrap().to_owned()
        }

        /// Ends the recording; the upstream runs on.
        pub fn end(self) -> (Recorded, Ended) {
            let Self { upstream, recorder, recording, folder } = self;
            (recorded(recorder), Ended { upstream, recording, folder })
        }
    }

    /// What is left of a trial when its recorder has ended.
    pub struct Ended {
        pub upstream: Server,
        pub recording: PathBuf,
        pub folder: tempfile::TempDir,
    }

    pub fn recorder(upstream: &str, recording: &Path, more: &[&str]) -> Server {
        let fixed = ["contract", "record", "--upstream", upstream, "--output"];
        let place = [recording.to_str().unwrap(), "--listen", "127.0.0.1:0", "--ready-json"];
        Server::spawn(&[&fixed[..], &place, more].concat())
    }

    pub fn recorded(recorder: Server) -> Recorded {
        let (status, printed) = recorder.end();
        let lines: Vec<serde_json::Value> =
            printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
        let cases = lines.iter().filter_map(|line| line["case"].as_str()).map(str::to_owned);
        let end = lines.last().cloned().unwrap_or_default();
        Recorded { cases: cases.collect(), end, code: status.code() }
    }

    /// Every file below a folder, by its path from there.
    pub fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
        let mut found = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(at) = folders.pop() {
            for entry in std::fs::read_dir(at).unwrap() {
                let path = entry.unwrap().path();
                if path.is_dir() {
                    folders.push(path);
                } else {
                    let name = path.strip_prefix(folder).unwrap().to_owned();
                    found.insert(name, std::fs::read(path).unwrap());
                }
            }
        }
        found
    }

    /// Runs `contract verify` over a part of a recording, against a server that knows the caller.
    pub fn verify(part: &Path, url: &str, credentials: &[(&str, &str)]) -> (Option<i32>, String) {
        let mut command = lychgate(&["contract", "verify", part.to_str().unwrap()]);
        command.args(["--against", url]);
        for (name, text) in credentials {
            command.args([format!("--{name}"), (*text).to_owned()]);
        }
        let output = command.output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.code(), String::from_utf8_lossy(&said).into_owned())
    }
}
