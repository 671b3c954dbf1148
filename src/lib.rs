//! Lychgate speaks retired e-mail-marketing APIs exactly as they were on the wire, over one store.
//!
//! The layers, outermost first; each sees only what is below it (`tests/layers.rs` holds this):
//!
//! - [`cli`]: one file per command, the only place that prints.
//! - [`server`]: HTTP and nothing about mail: listener, TLS, bodies, routing, metrics, tasks.
//! - [`contract`]: calls and replies as they were: kept, compared, explained.
//! - [`faces`]: one folder per vendor API; turns wire calls into domain calls and back.
//! - [`domain`]: what the gateway does, in no vendor's words: contacts, lists, imports, accounts.
//! - [`store`]: ordered bytes with atomic, conditional commits, and the engines behind that seam.
//! - [`protocol`] and [`config`]: leaves. XML, SOAP and WSDL without any vendor; settings.

// The derived code of wire records names this crate, also inside it.
extern crate self as lychgate;

/// An import frees millions of small values of mixed age. The system's allocator kept twice of what
/// was in use after a million rows (480 MiB), this one little more (240 MiB). Its settings are in
/// `.cargo/config.toml`: one arena, and freed pages go back within a second.
#[global_allocator]
static ALLOCATOR: tikv_jemallocator::Jemalloc = tikv_jemallocator::Jemalloc;

pub mod cli;
pub mod config;
pub mod contract;
pub mod domain;
pub mod faces;
pub mod protocol;
pub mod server;
pub mod store;
