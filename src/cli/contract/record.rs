//! `lychgate contract record`: passes calls on to an upstream and keeps both sides on disk.

use std::collections::BTreeSet;
use std::net::SocketAddr;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow, bail};
use clap::Args;
use serde_json::json;

use super::Found;
use crate::cli::config::ConfigFile;
use crate::cli::output::{self, Voice};
use crate::cli::place::{limits_of, open};
use crate::cli::serve::{AdminToken, wiring};
use crate::cli::{logging, runtime};
use crate::config::{Config, Engine, Log};
use crate::contract::Listener;
use crate::contract::record::{Desk, Kept, Recorder, Report, Settings, Told, names};
use crate::contract::redact::Options;
use crate::contract::upstream::{self, PassGuard, Upstream};
use crate::domain::nearest::{meant, nearest};
use crate::domain::{Clock, Context, Ids};
use crate::faces::short_name;
use crate::server::way::{Route, Way, Ways};
use crate::server::{Mount, Running, Server, Signals, Wish, log_panics};

/// What is logged unless told otherwise: a line for each case is said anyway.
const FILTER: &str = "warn";

/// Passes calls on to an upstream and keeps calls and replies as cases, without credentials.
///
/// Clients call this program instead of the upstream, with the credentials of the upstream. Ends
/// with Ctrl-C or SIGTERM; then every secret that was seen is looked for once more in all that was
/// written. Ends with 0, with 1 when one was found (its case is deleted then), and with 2 when the
/// recording could not begin or was not looked through.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lychgate contract record --upstream https://r1-api.dotdigital.com -o recording
  lychgate contract record --upstream https://api.example.org -o recording \
--listen 127.0.0.1:8080 --face dotdigital-soap --filter 'GetContact*' --redact-emails
  lychgate contract verify recording")]
pub struct Record {
    #[command(flatten)]
    config: ConfigFile,
    /// Where calls are passed to: scheme, host and port, and a path prefix if it has one
    #[arg(long, value_name = "URL")]
    upstream: String,
    /// Folder of the recording; made when it is not there, and cases are added to those in it
    #[arg(short, long, value_name = "DIR")]
    output: PathBuf,
    /// Address and port that clients call; port 0 takes a free one [default: 127.0.0.1:8080]
    #[arg(long, value_name = "ADDR")]
    listen: Option<SocketAddr>,
    /// Record calls of this face only; may be given several times [default: all faces]
    #[arg(long = "face", value_name = "NAME")]
    faces: Vec<String>,
    /// Call only this host, or host:port; may be given several times [default: the upstream's own]
    #[arg(
        long = "allow-host",
        value_name = "HOST",
        env = "LYCHGATE_ALLOW_HOST",
        value_delimiter = ','
    )]
    allowed_hosts: Vec<String>,
    /// Trust this certificate (PEM) instead of the system's
    #[arg(long, value_name = "FILE")]
    ca: Option<PathBuf>,
    /// Seconds after which a call is given up
    #[arg(long, value_name = "SECONDS", default_value_t = 120)]
    timeout: u64,
    /// Replace e-mail addresses, the same by the same
    #[arg(long)]
    redact_emails: bool,
    /// Replace names and phone numbers of people, where a field says that it holds one
    #[arg(long)]
    redact_names: bool,
    /// A further field whose content is a secret; may be given several times
    #[arg(long = "secret-field", value_name = "NAME")]
    secret_fields: Vec<String>,
    /// Record this operation only, with * for any letters; may be given several times
    #[arg(long = "filter", value_name = "OPERATION")]
    operations: Vec<String>,
    /// Print JSON: a line when ready, one for each call on record, and one at the end
    #[arg(long)]
    ready_json: bool,
}

/// A recording under way.
struct Session {
    running: Running,
    desk: Arc<Desk>,
    writing: tokio::task::JoinHandle<Report>,
}

impl Record {
    /// Records until it is asked to stop.
    pub fn run(self) -> Result<Found> {
        let mut config = self.config.load()?;
        if let Some(listen) = self.listen {
            config.server.listen = listen;
        }
        // Nothing of ours answers, so nothing is stored.
        config.store.engine = Engine::Memory;
        if config.log == Log::default() {
            FILTER.clone_into(&mut config.log.filter);
        }
        config.check()?;
        logging::start(&config.log)?;
        runtime::block_on(self.record(&config))
    }

    async fn record(self, config: &Config) -> Result<Found> {
        // Early, so that a signal during the start ends the recording in good order.
        let mut signals = Signals::listen().context("cannot listen for signals")?;
        let folder = wiring::Folder::of(config)?;
        let session = self.start(config, &folder).await?;
        while signals.next().await == Wish::Reload {
            session.running.reload_certificate();
        }
        session.running.stop().await.context("cannot stop")?;
        session.desk.close().await;
        let report = session.writing.await.map_err(|_| {
            anyhow!(
                "the recording broke off and could not be looked through: do not trust {}",
                self.output.display()
            )
        })?;
        self.tell_end(&report)?;
        Ok(if report.is_clean() { Found::Nothing } else { Found::Secrets })
    }

    async fn start(&self, config: &Config, folder: &wiring::Folder) -> Result<Session> {
        let ids = Ids::random();
        let upstream = Arc::new(self.upstream(&ids)?);
        let token = AdminToken::fresh(&ids);
        let (mut server, _) = wiring::server_config(config, &token, folder.path(), &Clock::System)?;
        let mounts = wiring::mounts(config)?;
        let recorder = Recorder::open(self.settings(&mounts, &upstream, &ids)?)?;
        let (desk, writing) = Desk::open(recorder, said_by(self.ready_json));
        let listener: Arc<dyn Listener> = desk.clone();
        server.listeners.push(listener);
        server.ways = passing_all(&mounts, &upstream)?;
        let store = open(config).await?;
        let context = Context::open(store, Clock::System, ids, limits_of(config)).await;
        let context = Arc::new(context.context("cannot begin")?);
        log_panics();
        let running = Server::bind(server, mounts, context).await?;
        let session = Session { running, desk, writing };
        // An unknown name, or our own address, shows now and not at the first call.
        if let Err(error) = upstream.find().await {
            session.running.stop().await.context("cannot stop")?;
            session.desk.close().await;
            bail!("{}: {error}", upstream.origin());
        }
        self.tell_start(&session.running.url(), config)?;
        Ok(session)
    }

    fn upstream(&self, ids: &Ids) -> Result<Upstream> {
        let mut settings = upstream::Settings::of(&self.upstream);
        if !self.allowed_hosts.is_empty() {
            settings.allowed_hosts.clone_from(&self.allowed_hosts);
        }
        settings.ca.clone_from(&self.ca);
        settings.reply_timeout = Duration::from_secs(self.timeout);
        let mut guard = [0; 8];
        ids.fill(&mut guard);
        Ok(Upstream::new(&settings, PassGuard::new(guard))?)
    }

    /// A pattern that names nothing would record nothing, and nobody would know why.
    fn ensure_known_operations(&self, mounts: &[Mount]) -> Result<()> {
        let is_wanted =
            |face: &str| self.faces.is_empty() || self.faces.iter().any(|it| it == face);
        let wanted = mounts.iter().filter(|mount| is_wanted(mount.face.name()));
        let known: Vec<&str> =
            wanted.flat_map(|mount| mount.face.operations()).map(|known| known.name).collect();
        let is_unknown = |pattern: &&String| !known.iter().any(|name| names(pattern, name));
        let Some(pattern) = self.operations.iter().find(is_unknown) else { return Ok(()) };
        let nearest = nearest(short_name(pattern), known.into_iter().map(short_name));
        bail!("--filter: no operation is named `{pattern}`{}", meant(nearest))
    }

    fn settings(&self, mounts: &[Mount], upstream: &Upstream, ids: &Ids) -> Result<Settings> {
        let names: Vec<&str> = mounts.iter().map(|mount| mount.face.name()).collect();
        if let Some(unknown) = self.faces.iter().find(|face| !names.contains(&face.as_str())) {
            bail!("there is no face `{unknown}`; there are {}", names.join(", "));
        }
        self.ensure_known_operations(mounts)?;
        let reads = mounts.iter().flat_map(|mount| {
            let face = mount.face.name();
            let operations = mount.face.operations().into_iter();
            operations.filter(|operation| operation.only_reads).map(move |read| (face, read.name))
        });
        let mut key = [0; 32];
        ids.fill(&mut key);
        Ok(Settings {
            folder: self.output.clone(),
            redaction: Options {
                emails: self.redact_emails,
                names: self.redact_names,
                secret_fields: self.secret_fields.clone(),
                ..Options::default()
            },
            faces: self.faces.iter().cloned().collect(),
            operations: self.operations.clone(),
            reads: reads.collect::<BTreeSet<_>>(),
            upstream: upstream.origin(),
            began: Clock::System.now(),
            key,
        })
    }

    fn tell_start(&self, address: &str, config: &Config) -> Result<()> {
        let folder = self.output.display();
        if self.ready_json {
            let upstream = &self.upstream;
            let folder = folder.to_string();
            return output::line(
                json!({ "address": address, "upstream": upstream, "folder": folder }),
            );
        }
        output::line(format_args!("Recording {} into {folder}", self.upstream))?;
        output::line(format_args!("Clients call {address} instead of {}:", self.upstream))?;
        for (name, path) in wiring::faces(config) {
            output::line(format_args!("  {name:<16} {address}{path}"))?;
        }
        output::line("\nCtrl-C ends the recording.")
    }

    fn tell_end(&self, report: &Report) -> Result<()> {
        let Report { cases, again, refused, secrets, cleared } = report;
        let left: Vec<_> = cleared.left.iter().map(|path| path.display().to_string()).collect();
        if self.ready_json {
            return output::line(json!({
                "cases": cases,
                "again": again,
                "refused": refused,
                "secrets": secrets,
                "files_checked": cleared.files,
                "deleted": cleared.deleted,
                "left": left,
            }));
        }
        output::line(format_args!(
            "\n{cases} calls are on record in {}, {again} were there already, {refused} could not be \
             recorded.",
            self.output.display()
        ))?;
        for case in &cleared.deleted {
            Voice::Aside.line(format_args!("DELETED {case}: a secret was in it"))?;
        }
        for path in &left {
            Voice::Aside.line(format_args!("A SECRET may be in {path}, which is left as it is"))?;
        }
        if report.is_clean() {
            let files = cleared.files;
            output::line(format_args!("None of {secrets} secrets seen is in its {files} files."))?;
        }
        Ok(())
    }
}

/// Every call of every face goes to the upstream.
fn passing_all(mounts: &[Mount], upstream: &Arc<Upstream>) -> Result<Ways> {
    let to_upstream = |mount: &Mount| Route {
        face: mount.face.name().to_owned(),
        operation: None,
        way: Way::Upstream(Arc::clone(upstream)),
    };
    let routes: Vec<Route> = mounts.iter().map(to_upstream).collect();
    Ok(Ways::new(&routes, mounts)?)
}

/// Says what became of each call.
fn said_by(json: bool) -> Told {
    Box::new(move |heard, kept| {
        let operation = Some(heard.facts.operation).filter(|name| !name.is_empty());
        let operation = operation.unwrap_or("a call without operation");
        let said = match kept {
            Kept::Case(case) if json => {
                output::line(json!({ "case": case.id, "status": case.status }))
            }
            Kept::Case(case) => output::line(format_args!("  {} {}", case.status, case.id)),
            Kept::Refused(why) if json => {
                output::line(json!({ "refused": operation, "why": why.to_string() }))
            }
            Kept::Refused(why) => {
                Voice::Aside.line(format_args!("  not recorded: {operation}: {why}"))
            }
            Kept::Again | Kept::PassedOver => Ok(()),
        };
        // A closed output is no reason to stop recording.
        drop(said);
    })
}
