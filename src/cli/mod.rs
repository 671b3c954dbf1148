//! The command line: one file per command, and the only place that prints.
//!
//! Every command loads the settings (file, environment, flags), does one thing and exits non-zero
//! when it fails. While a server runs it holds the store's lock; commands that can then go through
//! its admin API do so with `--server`.

pub mod http_client;

mod account;
mod account_settings;
mod admin;
mod clients;
mod config;
mod contract;
mod credential;
mod demo;
mod doctor;
mod events;
mod from_address;
mod import;
mod journal;
mod logging;
mod moment;
mod ndjson;
mod outbox;
mod output;
mod parity;
mod place;
mod postgres;
mod runtime;
mod serve;
mod store;
mod task;
mod template;
mod wsdl;

use std::process::ExitCode;

use clap::{Parser, Subcommand};

/// Speaks retired e-mail-marketing APIs exactly as they were on the wire, over one store.
#[derive(Debug, Parser)]
#[command(
    name = "lychgate",
    version,
    after_help = "Example:\n  lychgate serve --demo --ephemeral\n\n\
                  Lychgate is not affiliated with any vendor whose API it speaks."
)]
struct Lychgate {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Serves the faces until it is asked to stop.
    Serve(Box<serve::Serve>),
    /// Adds, lists and removes accounts and their credentials.
    #[command(subcommand, after_help = "Example:\n  lychgate account add acme")]
    Account(account::Command),
    /// Lists, shows and watches imports.
    #[command(subcommand, after_help = "Example:\n  lychgate import list")]
    Import(import::Command),
    /// Lists and shows tasks: exports, bulk deletes and other long work, imports among them.
    #[command(subcommand, after_help = "Example:\n  lychgate task list")]
    Task(task::Command),
    /// Records bounces, complaints and suppressions.
    #[command(subcommand, after_help = "Example:\n  lychgate events import bounces.ndjson")]
    Events(events::Command),
    /// Brings templates along and lists them.
    #[command(
        subcommand,
        after_help = "Example:\n  lychgate template import templates.ndjson --account acme"
    )]
    Template(template::Command),
    /// Lists, shows and exports messages that would have been sent.
    #[command(subcommand, after_help = "Example:\n  lychgate outbox list acme")]
    Outbox(outbox::Command),
    /// Lists, shows and exports the calls that a journal keeps.
    #[command(subcommand, after_help = "Example:\n  lychgate journal tail -f")]
    Journal(journal::Command),
    /// Lists which client last called what.
    Clients(clients::Clients),
    /// Shows how alike a running server and the upstream behind it answer.
    Parity(parity::Parity),
    /// Checks, copies, exports and imports a store that no server has open.
    #[command(subcommand, after_help = "Example:\n  lychgate store check")]
    Store(store::Command),
    /// Writes and compares the WSDL of the Dotdigital SOAP face.
    #[command(subcommand, after_help = "Example:\n  lychgate wsdl agree ApiService.wsdl")]
    Wsdl(wsdl::Command),
    /// Records, verifies and compares calls and their replies.
    #[command(subcommand, after_help = "Example:\n  lychgate contract verify xml-fixtures")]
    Contract(contract::Command),
    /// Says in plain words why a client fails and what to change.
    Doctor(doctor::Doctor),
    /// Checks a config file or prints a documented one.
    #[command(subcommand, after_help = "Example:\n  lychgate config check lychgate.toml")]
    Config(config::Command),
}

/// Runs the program with the process's arguments.
pub fn main() -> ExitCode {
    let done = match Lychgate::parse().command {
        Command::Serve(serve) => serve.run(),
        Command::Account(command) => command.run(),
        Command::Import(command) => command.run(),
        Command::Task(command) => command.run(),
        Command::Events(command) => command.run(),
        Command::Template(command) => command.run(),
        Command::Outbox(command) => command.run(),
        Command::Journal(command) => command.run(),
        Command::Clients(clients) => clients.run(),
        Command::Parity(command) => command.run(),
        Command::Store(command) => command.run(),
        Command::Wsdl(command) => command.run(),
        Command::Contract(command) => return command.run(),
        Command::Doctor(doctor) => return doctor.run(),
        Command::Config(command) => command.run(),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            output::error(&error);
            ExitCode::FAILURE
        }
    }
}
