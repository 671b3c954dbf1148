//! What can be counted and timed, in one struct; label values come from closed sets only.

use std::sync::Arc;
use std::sync::atomic::AtomicU64;
use std::time::Duration;

use http::StatusCode;
use prometheus_client::collector::Collector;
use prometheus_client::encoding::text::encode;
use prometheus_client::encoding::{DescriptorEncoder, EncodeLabelSet, EncodeMetric as _};
use prometheus_client::metrics::MetricType;
use prometheus_client::metrics::counter::{ConstCounter, Counter};
use prometheus_client::metrics::family::Family;
use prometheus_client::metrics::gauge::{ConstGauge, Gauge};
use prometheus_client::metrics::histogram::Histogram;
use prometheus_client::registry::{Registry, Unit};

use super::config::ServerConfig;
use super::parity::Parity;
use crate::contract::clients::Clients;
use crate::contract::doctor::lint::Troubles;
use crate::contract::journal::Journal;
use crate::contract::parity::OUTCOMES;
use crate::domain::Context;

/// Upper bounds of the duration histogram, in seconds. Most calls are below a millisecond; a
/// password check takes tens, a large upload hundreds.
const DURATION_BUCKETS: [f64; 12] =
    [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0, 5.0, 30.0];

/// Why a connection ended before its time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Trouble {
    /// The TLS handshake failed.
    Handshake,
    /// A timeout of the connection's bytes.
    TimedOut,
    /// The request could not be understood, or the peer went away in the middle.
    Broken,
}

impl Trouble {
    fn label(self) -> &'static str {
        match self {
            Self::Handshake => "handshake",
            Self::TimedOut => "timed_out",
            Self::Broken => "broken",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct CallLabels {
    face: &'static str,
    operation: &'static str,
    status: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OperationLabels {
    face: &'static str,
    operation: &'static str,
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct TroubleLabels {
    reason: &'static str,
}

/// What became of a call that was not answered here.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Routed {
    /// By a recording.
    Recorded,
    /// No recording fits.
    Missed,
    /// By the upstream.
    Passed,
    /// The upstream did not answer.
    Unpassed,
}

impl Routed {
    fn label(self) -> &'static str {
        match self {
            Self::Recorded => "recorded",
            Self::Missed => "missed",
            Self::Passed => "passed",
            Self::Unpassed => "not_passed",
        }
    }
}

#[derive(Debug, Clone, PartialEq, Eq, Hash, EncodeLabelSet)]
struct RoutedLabels {
    face: &'static str,
    outcome: &'static str,
}

/// One finished call, as the metrics see it.
#[derive(Debug, Clone, Copy)]
pub struct Finished {
    pub face: &'static str,
    pub operation: &'static str,
    pub status: StatusCode,
    pub took: Duration,
    pub received_bytes: u64,
    pub sent_bytes: u64,
}

/// Everything that `/_lychgate/metrics` shows.
#[derive(Debug)]
pub struct Metrics {
    registry: Registry,
    calls: Family<CallLabels, Counter>,
    durations: Family<OperationLabels, Histogram>,
    troubles: Family<TroubleLabels, Counter>,
    routed: Family<RoutedLabels, Counter>,
    pub connections: Counter,
    pub connections_open: Gauge,
    pub calls_in_flight: Gauge,
    pub panics: Counter,
    received_bytes: Counter<u64, AtomicU64>,
    sent_bytes: Counter<u64, AtomicU64>,
}

impl Metrics {
    pub fn new(context: Arc<Context>, config: &ServerConfig) -> Self {
        let mut registry = Registry::with_prefix("lychgate");
        let make_histogram: fn() -> Histogram = duration_histogram;
        let durations = Family::new_with_constructor(make_histogram);
        let mut metrics = Self {
            calls: Family::default(),
            durations,
            troubles: Family::default(),
            routed: Family::default(),
            connections: Counter::default(),
            connections_open: Gauge::default(),
            calls_in_flight: Gauge::default(),
            panics: Counter::default(),
            received_bytes: Counter::default(),
            sent_bytes: Counter::default(),
            registry: Registry::default(),
        };
        metrics.register(&mut registry);
        registry.register_collector(Box::new(Imports { context: Arc::clone(&context) }));
        let faults = OnPurpose { context: Arc::clone(&context) };
        registry.register_collector(Box::new(faults));
        registry.register_collector(Box::new(Events { context }));
        if let Some(troubles) = config.client_troubles.clone() {
            registry.register_collector(Box::new(ClientTroubles { troubles }));
        }
        if let Some(parity) = config.parity.clone() {
            registry.register_collector(Box::new(Compared { parity }));
        }
        let ServerConfig { journal, clients, .. } = config;
        let kept = Kept { journal: journal.clone(), clients: clients.clone() };
        registry.register_collector(Box::new(kept));
        metrics.registry = registry;
        metrics
    }

    fn register(&self, registry: &mut Registry) {
        registry.register("calls", "Calls answered", self.calls.clone());
        registry.register_with_unit(
            "call_duration",
            "Time from the head of a call to its reply",
            Unit::Seconds,
            self.durations.clone(),
        );
        registry.register(
            "connection_troubles",
            "Connections that ended before their time",
            self.troubles.clone(),
        );
        registry.register(
            "routed",
            "Calls answered by recordings or an upstream",
            self.routed.clone(),
        );
        registry.register("connections", "Connections accepted", self.connections.clone());
        registry.register("connections_open", "Connections open", self.connections_open.clone());
        registry.register("calls_in_flight", "Calls under way", self.calls_in_flight.clone());
        registry.register("panics", "Calls that ended in a panic", self.panics.clone());
        registry.register_with_unit(
            "received",
            "Body bytes received, as they came over the wire",
            Unit::Bytes,
            self.received_bytes.clone(),
        );
        registry.register_with_unit(
            "sent",
            "Body bytes sent, before compression",
            Unit::Bytes,
            self.sent_bytes.clone(),
        );
    }

    pub fn finished(&self, call: &Finished) {
        let Finished { face, operation, status, took, received_bytes, sent_bytes } = *call;
        let labels = CallLabels { face, operation, status: status_class(status) };
        self.calls.get_or_create(&labels).inc();
        let labels = OperationLabels { face, operation };
        self.durations.get_or_create(&labels).observe(took.as_secs_f64());
        self.received_bytes.inc_by(received_bytes);
        self.sent_bytes.inc_by(sent_bytes);
    }

    pub fn routed(&self, face: &'static str, routed: Routed) {
        self.routed.get_or_create(&RoutedLabels { face, outcome: routed.label() }).inc();
    }

    pub fn trouble(&self, trouble: Trouble) {
        self.troubles.get_or_create(&TroubleLabels { reason: trouble.label() }).inc();
    }

    /// The text that Prometheus scrapes, in the `OpenMetrics` form.
    pub fn render(&self) -> String {
        let mut text = String::new();
        match encode(&mut text, &self.registry) {
            Ok(()) => text,
            // Writing into a String cannot fail; an empty page says so if it ever does.
            Err(std::fmt::Error) => String::new(),
        }
    }
}

fn duration_histogram() -> Histogram {
    Histogram::new(DURATION_BUCKETS)
}

fn status_class(status: StatusCode) -> &'static str {
    match status.as_u16() {
        ..200 => "1xx",
        200..300 => "2xx",
        300..400 => "3xx",
        400..500 => "4xx",
        500.. => "5xx",
    }
}

/// What the domain counts of imports and tasks, read at each scrape.
#[derive(Debug)]
struct Imports {
    context: Arc<Context>,
}

impl Collector for Imports {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let counts = self.context.job_activity.metrics();
        let running = i64::try_from(counts.running).unwrap_or(i64::MAX);
        let about = "Imports that are worked on now";
        let gauge = MetricType::Gauge;
        ConstGauge::new(running).encode(encoder.encode_descriptor(
            "imports_running",
            about,
            None,
            gauge,
        )?)?;
        let running = i64::try_from(counts.tasks.running).unwrap_or(i64::MAX);
        let about = "Tasks that are worked on now";
        let descriptor =
            encoder.encode_descriptor("tasks_running", about, None, MetricType::Gauge)?;
        ConstGauge::new(running).encode(descriptor)?;
        let rows = [
            ("accepted", counts.rows - counts.rows_refused.min(counts.rows)),
            ("refused", counts.rows_refused),
        ];
        family(&mut encoder, "import_rows", "Rows judged by imports", "outcome", &rows)?;
        let imports = [
            ("accepted", counts.accepted),
            ("finished", counts.finished),
            ("not_finished", counts.not_finished),
        ];
        family(&mut encoder, "imports", "Imports by what became of them", "step", &imports)?;
        let tasks = [
            ("started", counts.tasks.started),
            ("complete", counts.tasks.complete),
            ("failed", counts.tasks.failed),
        ];
        family(&mut encoder, "tasks", "Tasks by what became of them", "step", &tasks)
    }
}

/// What the domain counts of events from outside, read at each scrape.
#[derive(Debug)]
struct Events {
    context: Arc<Context>,
}

impl Collector for Events {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let [recorded, known, refused] = self.context.event_counts.now();
        let counts = [("accepted", recorded), ("duplicate", known), ("refused", refused)];
        family(&mut encoder, "events", "Events by what became of them", "outcome", &counts)
    }
}

/// What the doctor found in calls, read at each scrape.
#[derive(Debug)]
struct ClientTroubles {
    troubles: Arc<Troubles>,
}

impl Collector for ClientTroubles {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let about = "Calls in which something was found that makes clients fail";
        let counter = MetricType::Counter;
        let mut metric = encoder.encode_descriptor("client_troubles", about, None, counter)?;
        for (face, code, count) in self.troubles.now() {
            let labels = [("face", face), ("code", code)];
            ConstCounter::new(count).encode(metric.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

/// What the journal and the table of clients count, read at each scrape.
#[derive(Debug)]
struct Kept {
    journal: Option<Arc<Journal>>,
    clients: Option<Arc<Clients>>,
}

impl Collector for Kept {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        if let Some(journal) = &self.journal {
            let about = "Calls by what became of them in the journal";
            family(&mut encoder, "journal_entries", about, "outcome", &journal.counts())?;
        }
        let Some(clients) = &self.clients else { return Ok(()) };
        let about = "Rows of the table of clients that had to go";
        let kind = MetricType::Counter;
        let descriptor = encoder.encode_descriptor("clients_dropped", about, None, kind)?;
        ConstCounter::new(clients.dropped()).encode(descriptor)
    }
}

/// Comparisons with upstreams, read at each scrape.
#[derive(Debug)]
struct Compared {
    parity: Arc<Parity>,
}

impl Collector for Compared {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let about = "Calls compared with an upstream";
        let mut metric = encoder.encode_descriptor("parity", about, None, MetricType::Counter)?;
        for (face, operation, counts) in self.parity.ledger().totals() {
            for (outcome, count) in OUTCOMES.into_iter().zip(counts) {
                let labels = [("face", face), ("operation", operation), ("outcome", outcome)];
                ConstCounter::new(count).encode(metric.encode_family(&labels)?)?;
            }
        }
        Ok(())
    }
}

/// What went wrong on purpose; without such settings nothing is shown.
#[derive(Debug)]
struct OnPurpose {
    context: Arc<Context>,
}

impl Collector for OnPurpose {
    fn encode(&self, mut encoder: DescriptorEncoder<'_>) -> Result<(), std::fmt::Error> {
        let counts = self.context.on_purpose.counts();
        if counts.is_empty() {
            return Ok(());
        }
        let about = "Faults on purpose that struck a call";
        let mut metric =
            encoder.encode_descriptor("faults_on_purpose", about, None, MetricType::Counter)?;
        for ([face, operation, kind], count) in counts {
            let labels = [("face", face), ("operation", operation), ("kind", kind)];
            ConstCounter::new(count).encode(metric.encode_family(&labels)?)?;
        }
        Ok(())
    }
}

fn family(
    encoder: &mut DescriptorEncoder<'_>,
    name: &str,
    about: &str,
    label: &'static str,
    counts: &[(&'static str, u64)],
) -> Result<(), std::fmt::Error> {
    let mut metric = encoder.encode_descriptor(name, about, None, MetricType::Counter)?;
    for (value, count) in counts {
        ConstCounter::new(*count).encode(metric.encode_family(&[(label, *value)])?)?;
    }
    Ok(())
}
