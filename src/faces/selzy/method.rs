//! How a method is declared: once, for dispatch, the README's table, metrics and tests.

use std::net::IpAddr;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::Settings;
use super::answer::{Answer, Failure};
use super::args::Args;
use crate::domain::{Account, Context};

/// One method.
#[derive(Debug)]
pub struct Method {
    /// As documented; calls match it without regard to case.
    pub name: &'static str,
    /// One sentence.
    pub doc: &'static str,
    /// In the documented order, without `api_key`.
    pub args: &'static [Arg],
    pub run: Run,
}

/// Answers a call whose required arguments are there.
pub type Run = for<'a> fn(Call<'a>) -> BoxFuture<'a, Result<Answer, Failure>>;

impl Method {
    /// The first argument that is required and not there.
    pub fn missing(&self, args: &Args) -> Option<&'static str> {
        let missing = |arg: &&Arg| arg.need == Need::Required && !args.has(arg.name);
        self.args.iter().find(missing).map(|arg| arg.name)
    }
}

/// One argument of a method.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Arg {
    /// The wire's name.
    pub name: &'static str,
    pub kind: Kind,
    pub need: Need,
    /// Meaning, unit and limits in a few words.
    pub doc: &'static str,
}

/// What an argument holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    /// `0` or `1`.
    Flag,
    /// `YYYY-MM-DD hh:mm:ss`, shorter where its doc says so; UTC.
    Time,
    /// A comma list, or brackets.
    List,
    /// Values by name, in brackets.
    Members,
    /// Lists by number, in brackets.
    Rows,
}

/// Whether a call must have an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Required,
    Optional,
}

impl Arg {
    pub const fn text(name: &'static str, need: Need, doc: &'static str) -> Self {
        Self { name, kind: Kind::Text, need, doc }
    }

    pub const fn number(name: &'static str, need: Need, doc: &'static str) -> Self {
        Self { name, kind: Kind::Number, need, doc }
    }

    pub const fn flag(name: &'static str, doc: &'static str) -> Self {
        Self { name, kind: Kind::Flag, need: Need::Optional, doc }
    }

    pub const fn time(name: &'static str, need: Need, doc: &'static str) -> Self {
        Self { name, kind: Kind::Time, need, doc }
    }

    pub const fn list(name: &'static str, need: Need, doc: &'static str) -> Self {
        Self { name, kind: Kind::List, need, doc }
    }

    pub const fn members(name: &'static str, need: Need, doc: &'static str) -> Self {
        Self { name, kind: Kind::Members, need, doc }
    }

    pub const fn rows(name: &'static str, need: Need, doc: &'static str) -> Self {
        Self { name, kind: Kind::Rows, need, doc }
    }
}

/// One call on its way to its method.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Shared, so that what is read while a reply goes out can hold it.
    pub context: &'a Arc<Context>,
    pub account: Account<'a>,
    pub args: &'a Args,
    pub settings: &'a Settings,
    /// Where the caller reaches this server; see [`Head::base_url`](crate::protocol::http::Head).
    pub base_url: &'a str,
    pub peer: IpAddr,
}
