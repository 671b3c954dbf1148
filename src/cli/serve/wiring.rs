//! From settings to what the server is given.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};

use super::admin_token::AdminToken;
use crate::config::{Config, Engine};
use crate::domain::Clock;
use crate::domain::files::Files;
use crate::faces::Face;
use crate::faces::dotdigital_rest::{self, DotdigitalRest};
use crate::faces::dotdigital_soap::{self, DotdigitalSoap};
use crate::faces::empower::{self, Empower};
use crate::faces::selzy::{self, Selzy, SpamTraps};
use crate::faces::which50::{self, Which50};
use crate::server::files::FileSources;
use crate::server::{
    self, Bounds, Mount, Network, ServerConfig, Times, TlsFiles, Ways, self_signed,
};

/// Bytes that are read of a list of spam traps: as many addresses as one may have, each longer than
/// addresses are.
const MAX_TRAPS_BYTES: u64 = 32 * 1024 * 1024;

/// Where files beside the store go: the store's folder, or one that goes with the process.
#[derive(Debug)]
pub enum Folder {
    Kept(PathBuf),
    Passing(PathBuf),
}

impl Folder {
    pub fn of(config: &Config) -> Result<Self> {
        let make = |path: &Path| {
            std::fs::create_dir_all(path)
                .with_context(|| format!("cannot make the folder {}", path.display()))
        };
        if config.store.engine == Engine::Memory {
            let path = std::env::temp_dir().join(format!("lychgate-{}", std::process::id()));
            if config.tls.self_signed || config.journal.enabled {
                make(&path)?;
            }
            return Ok(Self::Passing(path));
        }
        make(&config.store.data)?;
        Ok(Self::Kept(config.store.data.clone()))
    }

    pub fn path(&self) -> &Path {
        match self {
            Self::Kept(path) | Self::Passing(path) => path,
        }
    }

    pub fn is_kept(&self) -> bool {
        matches!(self, Self::Kept(_))
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        if let Self::Passing(path) = self {
            // Without a self-signed certificate or a journal it was never made.
            drop(std::fs::remove_dir_all(path));
        }
    }
}

/// What the server is told, and the certificate that its own demo must trust.
pub fn server_config(
    config: &Config,
    token: &AdminToken,
    folder: &Path,
    clock: &Clock,
) -> Result<(ServerConfig, Option<PathBuf>)> {
    let tls = tls_files(config, folder, clock)?;
    let trusted = tls.as_ref().map(|files| files.certificate.clone());
    let server = ServerConfig {
        listen: config.server.listen,
        allow_plain_http: config.server.allow_plain_http,
        tls,
        public_url: config.server.public_url.clone(),
        trusted_proxies: trusted_proxies(config)?,
        admin_token: Some(server::AdminToken::of_sha256(token.sha256)),
        listeners: Vec::new(),
        client_troubles: None,
        journal: None,
        clients: None,
        ways: Ways::default(),
        parity: None,
        bounds: Bounds {
            connections: config.server.connections,
            head_bytes: config.server.head_bytes,
            bodies_bytes: config.server.bodies_bytes,
            drained_bytes: config.server.drained_bytes,
            gzip_from_bytes: config.server.gzip_from_bytes,
            ..Bounds::default()
        },
        times: times(config),
    };
    Ok((server, trusted))
}

fn tls_files(config: &Config, folder: &Path, clock: &Clock) -> Result<Option<TlsFiles>> {
    if let (Some(certificate), Some(key)) = (&config.tls.cert, &config.tls.key) {
        return Ok(Some(TlsFiles { certificate: certificate.clone(), key: key.clone() }));
    }
    if !config.tls.self_signed {
        return Ok(None);
    }
    Ok(Some(self_signed(folder, &self_signed_names(config), clock)?))
}

/// Host names and addresses that callers may use, as far as the settings know them.
fn self_signed_names(config: &Config) -> Vec<String> {
    let public = config.server.public_url.iter().filter_map(|url| {
        let authority = url.parse::<http::Uri>().ok()?.into_parts().authority?;
        Some(authority.host().trim_matches(['[', ']']).to_owned())
    });
    let listen = config.server.listen.ip();
    let listen = (!listen.is_unspecified()).then(|| listen.to_string());
    let soap = config.dotdigital_soap.hosts.iter().chain(&config.dotdigital_soap.hosts_2013);
    let dotdigital = soap.chain(&config.dotdigital_rest.hosts);
    let faces = dotdigital.chain(&config.empower.hosts).chain(&config.selzy.hosts);
    let faces = faces.chain(&config.which50.hosts);
    public.chain(listen).chain(faces.cloned()).collect()
}

fn trusted_proxies(config: &Config) -> Result<Vec<Network>> {
    let parse = |text: &String| {
        text.parse::<Network>().map_err(|_| {
            anyhow!("[server] trusted_proxies: `{text}` is neither an address nor a network")
        })
    };
    config.server.trusted_proxies.iter().map(parse).collect()
}

fn times(config: &Config) -> Times {
    let configured = &config.timeouts;
    let seconds = Duration::from_secs;
    Times {
        handshake: seconds(configured.handshake_seconds),
        first_byte: seconds(configured.first_byte_seconds),
        head: seconds(configured.head_seconds),
        idle: seconds(configured.idle_seconds),
        body_stall: seconds(configured.body_stall_seconds),
        body: seconds(configured.body_seconds),
        write_stall: seconds(configured.write_stall_seconds),
        stop: seconds(configured.stop_seconds),
        ..Times::default()
    }
}

/// Where files come from that callers name.
pub fn file_sources(config: &Config) -> Arc<dyn Files> {
    let files = &config.files;
    Arc::new(FileSources {
        inbox: files.inbox.clone(),
        fetch_hosts: files.fetch_hosts.clone(),
        limit_bytes: files.limit_bytes,
        timeout: Duration::from_secs(files.timeout_seconds),
        ca: None,
    })
}

/// The faces that are switched on, each on its host names.
pub fn mounts(config: &Config) -> Result<Vec<Mount>> {
    let dotdigital = dotdigital_soap(config).into_iter().chain(dotdigital_rest(config));
    Ok(dotdigital.chain(empower(config)).chain(selzy(config)?).chain(which50(config)).collect())
}

/// The faces that are switched on, for people: name, and path with a remark.
pub fn faces(config: &Config) -> Vec<(&'static str, &'static str)> {
    let mut faces = Vec::new();
    if config.dotdigital_soap.enabled {
        faces.push(("Dotdigital SOAP", "/v2/api.svc (?wsdl)"));
    }
    if config.dotdigital_rest.enabled {
        faces.push(("Dotdigital REST", "/v2/"));
    }
    if config.empower.enabled {
        faces.push(("Empower", "/api/xmlrpc/index.php"));
    }
    if config.empower.enabled && config.empower.xml_rpc {
        faces.push(("XML-RPC", "/RPC2"));
    }
    if config.which50.enabled {
        faces.push(("Which50", "/Which50API/"));
    }
    if config.selzy.enabled {
        faces.push(("Selzy", "/en/api/{method}"));
    }
    faces
}

fn dotdigital_soap(config: &Config) -> Option<Mount> {
    let soap = &config.dotdigital_soap;
    let face = DotdigitalSoap::new(dotdigital_soap::Settings {
        hosts_2013: soap.hosts_2013.clone(),
        file_bytes: soap.file_bytes,
    });
    soap.enabled.then(|| on_hosts(face, &soap.hosts))
}

fn dotdigital_rest(config: &Config) -> Option<Mount> {
    let rest = &config.dotdigital_rest;
    let face = DotdigitalRest::new(dotdigital_rest::Settings {
        body_bytes: rest.body_bytes,
        file_bytes: rest.file_bytes,
        calls_per_minute: Some(rest.calls_per_minute).filter(|limit| *limit > 0),
    });
    rest.enabled.then(|| on_hosts(face, &rest.hosts))
}

fn empower(config: &Config) -> Option<Mount> {
    let empower = &config.empower;
    let count = |bound: u32| usize::try_from(bound).unwrap_or(usize::MAX);
    let face = Empower::new(empower::Settings {
        body_bytes: empower.body_bytes,
        calls_per_post: count(empower.calls_per_post),
        xmlrpc: empower.xml_rpc,
        calls_per_multicall: count(empower.calls_per_multicall),
    });
    empower.enabled.then(|| on_hosts(face, &empower.hosts))
}

fn selzy(config: &Config) -> Result<Option<Mount>> {
    let selzy = &config.selzy;
    let face = Selzy::new(selzy::Settings {
        body_bytes: selzy.body_bytes,
        calls_per_minute: selzy.calls_per_minute,
        contact_limit: selzy.contact_limit,
        spam_traps: Arc::new(spam_traps(selzy.spam_traps.as_deref())?),
    });
    Ok(selzy.enabled.then(|| on_hosts(face, &selzy.hosts)))
}

/// The operator's list of spam traps; empty without a file.
fn spam_traps(file: Option<&Path>) -> Result<SpamTraps> {
    let Some(file) = file else { return Ok(SpamTraps::default()) };
    let read = || format!("[selzy] spam_traps: cannot read {}", file.display());
    let mut text = String::new();
    let opened = std::fs::File::open(file).with_context(read)?;
    let length = opened.take(MAX_TRAPS_BYTES).read_to_string(&mut text).with_context(read)?;
    if u64::try_from(length).is_ok_and(|length| length >= MAX_TRAPS_BYTES) {
        return Err(anyhow!("the file has {MAX_TRAPS_BYTES} bytes or more")).with_context(read);
    }
    SpamTraps::parse(&text).with_context(read)
}

fn which50(config: &Config) -> Option<Mount> {
    let which50 = &config.which50;
    let face = Which50::new(which50::Settings {
        body_bytes: which50.body_bytes,
        batch_contacts: which50.batch_contacts,
    });
    which50.enabled.then(|| on_hosts(face, &which50.hosts))
}

fn on_hosts(face: impl Face + 'static, hosts: &[String]) -> Mount {
    let hosts = hosts.iter().map(|host| host.to_ascii_lowercase()).collect();
    Mount { face: Arc::new(face), hosts }
}
