//! Settings: `lychgate.toml`, then `LYCHGATE_*` environment variables, then flags.
//!
//! One file per concern; each field's documentation becomes the documented example that
//! `lychgate config example` prints. An unknown key stops the start and names the nearest known
//! one. A leaf: nothing here knows the server, the domain or the store.

mod doctor;
mod dotdigital_rest;
mod dotdigital_soap;
mod empower;
mod error;
mod example;
mod fault;
mod files;
mod import;
mod journal;
mod limits;
mod load;
mod log;
mod outbox;
mod parity;
mod postgres;
mod route;
mod selzy;
mod server;
mod store;
mod tasks;
#[cfg(test)]
mod tests;
mod timeouts;
mod tls;
mod upstream;
mod which50;

pub use doctor::Doctor;
pub use dotdigital_rest::DotdigitalRest;
pub use dotdigital_soap::DotdigitalSoap;
pub use empower::Empower;
pub use error::ConfigError;
pub use example::example;
pub use fault::{Cut, Fault, Latency};
pub use files::Files;
pub use import::Import;
pub use journal::{Clients, Journal};
pub use limits::Limits;
pub use load::{from_text, load};
pub use log::{Log, LogFormat};
pub use outbox::Outbox;
pub use parity::Parity;
pub use postgres::{DatabaseTls, DatabaseUrl, Postgres};
pub use route::{AnswerBy, Route};
pub use selzy::Selzy;
pub use server::Server;
pub use store::{Engine, Store};
pub use tasks::Tasks;
pub use timeouts::Timeouts;
pub use tls::Tls;
pub use upstream::Upstream;
pub use which50::Which50;

use serde::{Deserialize, Serialize};

/// One setting, as the documented example shows it.
#[derive(Debug, Clone, Copy)]
pub struct Field {
    pub name: &'static str,
    pub doc: &'static str,
    /// A value as TOML, for a field whose default is absent; empty for none.
    pub example: &'static str,
}

/// A section of the config file. Derived.
pub trait Settings {
    /// What the section is about.
    const DOC: &'static str;
    /// Fields in the order of the example.
    const FIELDS: &'static [Field];
}

/// All settings.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct Config {
    pub server: Server,
    pub timeouts: Timeouts,
    pub tls: Tls,
    pub store: Store,
    pub postgres: Postgres,
    pub limits: Limits,
    pub import: Import,
    pub tasks: Tasks,
    pub files: Files,
    pub outbox: Outbox,
    pub doctor: Doctor,
    pub journal: Journal,
    pub clients: Clients,
    pub dotdigital_soap: DotdigitalSoap,
    pub dotdigital_rest: DotdigitalRest,
    pub empower: Empower,
    pub selzy: Selzy,
    pub which50: Which50,
    pub log: Log,
    pub upstream: Upstream,
    pub parity: Parity,
    pub route: Vec<Route>,
    pub fault: Vec<Fault>,
}

/// A section's name, story and fields.
#[derive(Debug, Clone, Copy)]
pub struct Section {
    pub name: &'static str,
    pub doc: &'static str,
    pub fields: &'static [Field],
    /// `[[name]]`: may stand any number of times, in an order that counts, and not in variables.
    pub repeated: bool,
}

const fn section<T: Settings>(name: &'static str) -> Section {
    Section { name, doc: T::DOC, fields: T::FIELDS, repeated: false }
}

/// A section that may stand any number of times. Each field needs an `example`.
const fn repeated<T: Settings>(name: &'static str) -> Section {
    Section { name, doc: T::DOC, fields: T::FIELDS, repeated: true }
}

/// Every section, in the order of the example.
pub const SECTIONS: &[Section] = &[
    section::<Server>("server"),
    section::<Timeouts>("timeouts"),
    section::<Tls>("tls"),
    section::<Store>("store"),
    section::<Postgres>("postgres"),
    section::<Limits>("limits"),
    section::<Import>("import"),
    section::<Tasks>("tasks"),
    section::<Files>("files"),
    section::<Outbox>("outbox"),
    section::<Doctor>("doctor"),
    section::<Journal>("journal"),
    section::<Clients>("clients"),
    section::<DotdigitalSoap>("dotdigital_soap"),
    section::<DotdigitalRest>("dotdigital_rest"),
    section::<Empower>("empower"),
    section::<Selzy>("selzy"),
    section::<Which50>("which50"),
    section::<Log>("log"),
    section::<Upstream>("upstream"),
    section::<Parity>("parity"),
    repeated::<Route>("route"),
    repeated::<Fault>("fault"),
];

impl Config {
    /// Refuses values that make no sense alone or together.
    pub fn check(&self) -> Result<(), ConfigError> {
        self.server.check()?;
        self.timeouts.check()?;
        self.tls.check()?;
        self.postgres.check()?;
        self.limits.check()?;
        self.import.check()?;
        self.tasks.check()?;
        self.files.check()?;
        self.outbox.check()?;
        self.doctor.check()?;
        self.journal.check()?;
        self.clients.check()?;
        self.dotdigital_soap.check()?;
        self.dotdigital_rest.check()?;
        self.empower.check()?;
        self.selzy.check()?;
        self.which50.check()?;
        self.upstream.check()?;
        self.parity.check()?;
        self.route.iter().try_for_each(Route::check)?;
        self.fault.iter().try_for_each(Fault::check)
    }
}
