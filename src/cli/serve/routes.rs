//! From `[[route]]` to the ways of the server.

use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use anyhow::{Context as _, Result, anyhow};
use tracing::info;

use crate::config::{AnswerBy, Config, Route as Wanted};
use crate::contract::compare::Pattern;
use crate::contract::parity::Yardstick;
use crate::contract::recorded::Shelf;
use crate::contract::upstream::{BadUpstream, PassGuard, Settings, Upstream};
use crate::domain::Context;
use crate::server::{Compared, Mount, Parity, Room, Route, ServerConfig, Way, Ways};

/// Gives the server its ways, and what compares with upstreams where a route asks for that.
pub fn follow(
    config: &Config,
    mounts: &[Mount],
    context: &Context,
    server: &mut ServerConfig,
) -> Result<()> {
    if config.route.is_empty() {
        return Ok(());
    }
    // Names first: they are cheaper to judge than folders are to read.
    let named: Vec<Route> = config.route.iter().map(|wanted| route(wanted, Way::Here)).collect();
    Ways::new(&named, mounts).context("[[route]]")?;
    let mut id = [0; 8];
    context.ids.fill(&mut id);
    let mut made = Made {
        config,
        mounts,
        guard: PassGuard::new(id),
        upstreams: Vec::new(),
        shelves: Vec::new(),
    };
    let mut routes = Vec::new();
    for wanted in &config.route {
        let way = made.way(wanted).with_context(|| told(wanted))?;
        routes.push(route(wanted, way));
    }
    server.ways = Ways::new(&routes, mounts).context("[[route]]")?;
    if routes.iter().any(|route| matches!(route.way, Way::Compare(_))) {
        let parity = Parity::new(server.ways.clone(), room(config), context.clock.now());
        server.parity = Some(Arc::new(parity));
    }
    Ok(())
}

fn route(wanted: &Wanted, way: Way) -> Route {
    Route { face: wanted.face.clone(), operation: wanted.operation.clone(), way }
}

fn told(wanted: &Wanted) -> String {
    let operation = wanted.operation.as_deref().map(|name| format!(" {name}")).unwrap_or_default();
    format!("[[route]] {}{operation}", wanted.face)
}

fn room(config: &Config) -> Room {
    Room {
        at_once: config.parity.at_once,
        waiting: config.parity.waiting,
        waiting_bytes: config.parity.waiting_bytes,
        body_bytes: config.parity.body_bytes,
    }
}

/// What routes share: an upstream by its URL, recordings by folder and face.
struct Made<'c> {
    config: &'c Config,
    mounts: &'c [Mount],
    guard: PassGuard,
    upstreams: Vec<(String, Arc<Upstream>)>,
    shelves: Vec<(PathBuf, &'static str, Vec<String>, Arc<Shelf>)>,
}

impl Made<'_> {
    fn way(&mut self, wanted: &Wanted) -> Result<Way> {
        Ok(match wanted.answer {
            AnswerBy::Here => Way::Here,
            AnswerBy::Recordings => Way::Recordings(self.shelf(wanted)?),
            AnswerBy::Upstream => Way::Upstream(self.upstream(wanted)?),
            AnswerBy::Compare => Way::Compare(Arc::new(Compared {
                upstream: self.upstream(wanted)?,
                yardstick: Yardstick::new(&ignored(wanted)?),
                writes: wanted.compare_writes,
            })),
        })
    }

    fn shelf(&mut self, wanted: &Wanted) -> Result<Arc<Shelf>> {
        let folder = wanted.recordings.as_deref().context("no folder of recordings")?;
        let mount = self.mounts.iter().find(|mount| mount.face.name() == wanted.face);
        let face = &mount.context("no such face")?.face;
        let known = self.shelves.iter().find(|(path, name, ignore, _)| {
            path == folder && *name == face.name() && *ignore == wanted.ignore
        });
        if let Some((.., shelf)) = known {
            return Ok(Arc::clone(shelf));
        }
        let shelf = Shelf::read(folder, Arc::clone(face), ignored(wanted)?)?;
        info!(recordings = shelf.len(), "{} is answered from {}", face.name(), folder.display());
        let shelf = Arc::new(shelf);
        let key = (folder.to_owned(), face.name(), wanted.ignore.clone());
        self.shelves.push((key.0, key.1, key.2, Arc::clone(&shelf)));
        Ok(shelf)
    }

    fn upstream(&mut self, wanted: &Wanted) -> Result<Arc<Upstream>> {
        let url = wanted.upstream.as_deref().context("no upstream")?;
        if let Some((_, upstream)) = self.upstreams.iter().find(|(known, _)| known == url) {
            return Ok(Arc::clone(upstream));
        }
        let config = &self.config.upstream;
        let settings = Settings {
            url: url.to_owned(),
            allowed_hosts: config.allowed_hosts.clone(),
            ca: config.ca.clone(),
            connect_timeout: Duration::from_secs(config.connect_seconds),
            reply_timeout: Duration::from_secs(config.reply_seconds),
            most_reply_bytes: config.reply_bytes,
            most_calls: config.calls,
        };
        let upstream = Upstream::new(&settings, self.guard.clone());
        let upstream = upstream.map_err(|error| match error {
            BadUpstream::NotAllowed { .. } => {
                anyhow!("{error}; name its host in [upstream] allowed_hosts")
            }
            BadUpstream::Place { .. } => error.into(),
        });
        let upstream = Arc::new(upstream?);
        self.upstreams.push((url.to_owned(), Arc::clone(&upstream)));
        Ok(upstream)
    }
}

fn ignored(wanted: &Wanted) -> Result<Vec<Pattern>> {
    let parse = |path: &String| path.parse::<Pattern>().with_context(|| format!("ignore `{path}`"));
    wanted.ignore.iter().map(parse).collect()
}
