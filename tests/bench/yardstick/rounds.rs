//! Servers in turn, round by round, case by case.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use bytes::Bytes;

use super::affinity;
use super::call::Call;
use super::case::{Case, Target};
use super::connection::Connection;
use super::driver::{Load, Round};
use super::floor::Floor;
use super::gateway::Gateway;
use super::numbers::{Spread, count, float, median, per_mille};
use super::options::Options;
use super::peer::Running;
use super::process;

/// A case with what came of it.
#[derive(Debug)]
pub struct Measured {
    pub case: &'static Case,
    pub request_bytes: usize,
    pub reply_bytes: usize,
    pub servers: Vec<Figures>,
}

/// What one server did in a case.
#[derive(Debug)]
pub struct Figures {
    pub name: String,
    pub calls_per_second: f64,
    pub p50_ms: f64,
    pub p99_ms: f64,
    pub p999_ms: f64,
    /// CPU time, where the process is known.
    pub spent: Option<PerCall>,
    /// CPU time of a call as a multiple of the floor's in the same round.
    pub multiple: Option<Spread>,
    pub peak_mebibytes: Option<f64>,
}

/// CPU time of a call in microseconds.
#[derive(Debug, Clone, Copy)]
pub struct PerCall {
    pub call: f64,
    /// Spent on the disk for it, and for what goes on behind it.
    pub disk: f64,
    /// Spent behind it.
    pub jobs: f64,
}

/// The name of what the targets are about.
pub const GATEWAY: &str = "lychgate";
const FLOOR: &str = "floor";

impl Figures {
    /// Shows progress.
    fn tell(&self) {
        let call = self.spent.map_or(f64::NAN, |spent| spent.call);
        let multiple = self.multiple.map_or(f64::NAN, |multiple| multiple.median);
        eprintln!("  {}: {call:.1} µs of CPU a call, {multiple:.2} × floor", self.name);
    }
}

impl Measured {
    /// Whether the target holds; `None` when it was not measured.
    pub fn holds(&self) -> Option<bool> {
        let ours = self.servers.iter().find(|server| server.name == GATEWAY)?;
        Some(match self.case.target {
            Target::Multiple(most) => ours.multiple?.median <= most,
            Target::P99Millis(most) => ours.p99_ms <= most,
        })
    }

    pub fn is_missed(&self) -> bool {
        self.holds() == Some(false)
    }
}

/// Everything that is called.
struct Field {
    floor: Floor,
    gateways: Vec<(String, Gateway)>,
    peers: Vec<Running>,
}

/// One of them, ready for a case.
struct Entry {
    name: String,
    load: Load,
    rounds: Vec<Round>,
}

pub fn measure(options: &Options, folder: &Path) -> Result<Vec<Measured>> {
    let field = Field::start(options, folder)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
    let mut measured = Vec::new();
    for case in options.cases() {
        eprintln!("{}: {} rounds", case.about, options.rounds());
        let one = runtime.block_on(field.measure(case, options));
        let one = one.with_context(|| format!("case {}", case.name))?;
        one.servers.iter().for_each(Figures::tell);
        measured.push(one);
    }
    field.stop();
    Ok(measured)
}

impl Field {
    fn start(options: &Options, folder: &Path) -> Result<Self> {
        let floor = affinity::serving(|| Floor::start(folder))?;
        let start = |name: &str, more: &[&str]| -> Result<_> {
            Ok((name.to_owned(), Gateway::start(&folder.join(name), more)?))
        };
        let mut gateways = vec![start(GATEWAY, &[])?];
        if !options.no_journal {
            gateways.push(start("lychgate, journal on", &["--journal"])?);
        }
        let start = |peer| affinity::serving(|| Running::start(peer));
        let peers = options.peers.iter().map(start).collect::<Result<_>>()?;
        Ok(Self { floor, gateways, peers })
    }

    fn stop(self) {
        self.gateways.into_iter().for_each(|(_, gateway)| gateway.stop());
    }

    async fn measure(&self, case: &'static Case, options: &Options) -> Result<Measured> {
        let (mut entries, request_bytes, reply_bytes) = self.entries(case).await?;
        for entry in &entries {
            if let Some(id) = entry.load.process {
                process::forget_peak(id)?;
            }
        }
        let servers = entries.len();
        for round in 0..options.rounds() {
            // Whoever comes first in a round may find the machine in another state than the last.
            for turn in 0..servers {
                let Some(entry) = entries.get_mut((round + turn) % servers) else { continue };
                let one = entry.load.round(options.round_time()).await;
                entry.rounds.push(one.with_context(|| entry.name.clone())?);
            }
        }
        let servers =
            entries.iter().map(|entry| entry.result(entries.first())).collect::<Result<_>>()?;
        Ok(Measured { case, request_bytes, reply_bytes, servers })
    }

    /// The floor first; then the gateways, each with a reply that was looked at; then the peers.
    async fn entries(&self, case: &'static Case) -> Result<(Vec<Entry>, usize, usize)> {
        let path = format!("/{}", case.name);
        let mut calls = Vec::new();
        for (name, gateway) in &self.gateways {
            let call = gateway.call(case)?;
            let address = gateway.address()?;
            let wire = call.wire(&address.to_string(), call.path);
            let entry = Entry::new(name, address, wire, case, Some(gateway.id()));
            let reply = entry.expect(&call).await.with_context(|| name.clone())?;
            calls.push((entry, call, reply));
        }
        let (_, call, reply) = calls.first().context("a gateway is measured")?;
        let (request_bytes, reply_bytes) = (call.body.len(), reply.len());
        self.floor.answer(case.name, reply)?;
        let wire = call.wire(&self.floor.address.to_string(), &path);
        let mut entries =
            vec![Entry::new(FLOOR, self.floor.address, wire, case, Some(self.floor.id()))];
        let peers: Vec<Entry> = self
            .peers
            .iter()
            .map(|peer| {
                let path = peer.path.as_deref().unwrap_or(&path);
                let wire = call.wire(&peer.address.to_string(), path);
                Entry::new(&peer.name, peer.address, wire, case, peer.id())
            })
            .collect();
        entries.extend(calls.into_iter().map(|(entry, _, _)| entry));
        entries.extend(peers);
        Ok((entries, request_bytes, reply_bytes))
    }
}

impl Entry {
    fn new(
        name: &str,
        address: std::net::SocketAddr,
        wire: Bytes,
        case: &Case,
        process: Option<u32>,
    ) -> Self {
        let load = Load {
            address,
            wire,
            connections: case.connections,
            burst: if name == FLOOR { usize::MAX } else { case.burst },
            process,
        };
        Self { name: name.to_owned(), load, rounds: Vec::new() }
    }

    /// The reply to one call, which must be the right one.
    async fn expect(&self, call: &Call) -> Result<Vec<u8>> {
        let reply = Connection::open(self.load.address).await?.fetch(&self.load.wire).await?;
        let text = std::str::from_utf8(&reply)?;
        let begin: String = text.chars().take(2_000).collect();
        ensure!(text.contains(call.expected), "no {} in {begin}", call.expected);
        Ok(reply)
    }

    /// Medians over the rounds; `floor` was measured in the same ones.
    fn result(&self, floor: Option<&Self>) -> Result<Figures> {
        let rounds = &self.rounds;
        let rate = |round: &Round| count(&round.latencies) / round.took.as_secs_f64();
        let millis = |share| {
            let of_round = |round: &Round| per_mille(&round.latencies, share).as_secs_f64() * 1e3;
            median(rounds.iter().map(of_round))
        };
        let pairs = floor.into_iter().flat_map(|floor| rounds.iter().zip(&floor.rounds));
        let multiples = pairs
            .filter_map(|(ours, least)| Some(PerCall::of(ours)?.call / PerCall::of(least)?.call));
        let peak = |id| process::mebibytes(id, "VmHWM");
        Ok(Figures {
            name: self.name.clone(),
            calls_per_second: median(rounds.iter().map(rate)),
            p50_ms: millis(500),
            p99_ms: millis(990),
            p999_ms: millis(999),
            spent: PerCall::median(rounds),
            // A round may be too short for a call.
            multiple: Spread::of(multiples.filter(|multiple| multiple.is_finite())),
            peak_mebibytes: self.load.process.map(peak).transpose()?,
        })
    }
}

impl PerCall {
    fn of(round: &Round) -> Option<Self> {
        let spent = round.spent?;
        let each = |time: std::time::Duration| {
            float(u64::try_from(time.as_nanos()).unwrap_or(u64::MAX))
                / 1e3
                / count(&round.latencies)
        };
        Some(Self { call: each(spent.calls), disk: each(spent.disk), jobs: each(spent.jobs) })
    }

    fn median(rounds: &[Round]) -> Option<Self> {
        let all: Option<Vec<Self>> = rounds.iter().map(Self::of).collect();
        let all = all?;
        let of = |part: fn(&Self) -> f64| median(all.iter().map(part));
        Some(Self { call: of(|one| one.call), disk: of(|one| one.disk), jobs: of(|one| one.jobs) })
    }
}
