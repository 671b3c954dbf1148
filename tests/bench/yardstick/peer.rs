//! Other servers, named on the command line.

use std::net::{SocketAddr, TcpListener, TcpStream, ToSocketAddrs as _};
use std::process::{Child, Command, Stdio};
use std::str::FromStr;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use http::Uri;

/// How long a started peer may take until its port is open.
const PATIENCE: Duration = Duration::from_secs(30);

/// A server to measure beside ours.
#[derive(Debug, Clone)]
pub struct Peer {
    pub name: String,
    at: At,
}

#[derive(Debug, Clone)]
enum At {
    /// It runs already; its CPU time is not known.
    Url(Uri),
    /// With `{port}` for the port that it shall listen on.
    Command(String),
}

impl FromStr for Peer {
    type Err = anyhow::Error;

    fn from_str(text: &str) -> Result<Self> {
        let (name, at) = text.split_once('=').context("a peer is NAME=URL or NAME=COMMAND")?;
        let at = if at.starts_with("http://") {
            At::Url(at.parse()?)
        } else {
            ensure!(at.contains("{port}"), "the command of a peer needs {{port}}");
            At::Command(at.to_owned())
        };
        Ok(Self { name: name.to_owned(), at })
    }
}

/// A peer that can be called.
#[derive(Debug)]
pub struct Running {
    pub name: String,
    pub address: SocketAddr,
    /// Where all calls go; `None` for a path of its own for each case.
    pub path: Option<String>,
    process: Option<Child>,
}

impl Running {
    /// Starts what has to be started.
    pub fn start(peer: &Peer) -> Result<Self> {
        let name = peer.name.clone();
        match &peer.at {
            At::Url(url) => {
                let host = url.host().context("the URL of a peer has a host")?;
                let mut found = (host, url.port_u16().unwrap_or(80)).to_socket_addrs()?;
                let address = found.next().with_context(|| format!("{host} is not found"))?;
                let path = Some(url.path().to_owned()).filter(|path| path != "/");
                Ok(Self { name, address, path, process: None })
            }
            At::Command(command) => {
                let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
                let command = command.replace("{port}", &address.port().to_string());
                // `exec`, so that the process is the server and not a shell above it.
                let process = Command::new("sh")
                    .args(["-c", &format!("exec {command}")])
                    .stdout(Stdio::null())
                    .spawn()
                    .with_context(|| format!("cannot start {name}"))?;
                let running = Self { name, address, path: None, process: Some(process) };
                running.wait_for_port()?;
                Ok(running)
            }
        }
    }

    fn wait_for_port(&self) -> Result<()> {
        let begun = Instant::now();
        while TcpStream::connect(self.address).is_err() {
            if begun.elapsed() > PATIENCE {
                bail!("{} does not listen on {}", self.name, self.address);
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Ok(())
    }

    pub fn id(&self) -> Option<u32> {
        self.process.as_ref().map(Child::id)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        if let Some(process) = &mut self.process {
            // It may have ended by itself.
            drop(process.kill());
            drop(process.wait());
        }
    }
}
