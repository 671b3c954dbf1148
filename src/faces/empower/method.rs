//! How a method is declared: once, for both dialects, their help and their tests.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use super::answer::{Answer, Failure};
use super::args::Args;
use crate::domain::{Account, Context};

/// One method. Dispatch, XML-RPC's introspection, the README's table, metrics and tests read this.
#[derive(Debug)]
pub struct Method {
    /// As documented; calls match it without regard to case.
    pub name: &'static str,
    pub echo: Echo,
    /// One sentence.
    pub doc: &'static str,
    /// In the documented order, which is the order of XML-RPC's positional parameters.
    pub args: &'static [Arg],
    /// Whether it may stand in a post with other calls.
    pub combinable: bool,
    /// Whether it can be answered PHP-serialized.
    pub php: bool,
    pub run: Run,
}

/// Answers a call whose required arguments are there.
pub type Run = for<'a> fn(Call<'a>) -> BoxFuture<'a, Result<Answer, Failure>>;

/// How the reply's `methodName` is spelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Echo {
    AsDocumented,
    /// A client compares it with exactly this.
    LowerCase,
}

impl Method {
    /// The reply's `methodName`.
    pub fn echoed(&self) -> String {
        match self.echo {
            Echo::AsDocumented => self.name.to_owned(),
            Echo::LowerCase => self.name.to_ascii_lowercase(),
        }
    }

    /// What is required and not there, in the documented order; of a group without any, all.
    pub fn missing(&self, args: &Args) -> Vec<&'static str> {
        let mut missing = Vec::new();
        for arg in self.args {
            let is_met = match arg.need {
                Need::Optional => true,
                Need::Required => args.has(arg.name),
                Need::OneOf(_) => self.group(arg.need).any(|one| args.has(one.name)),
            };
            if !is_met {
                missing.push(arg.name);
            }
        }
        missing
    }

    /// The arguments of which one at least is needed.
    fn group(&self, need: Need) -> impl Iterator<Item = &Arg> {
        self.args.iter().filter(move |arg| arg.need == need)
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

/// What an argument holds, as the vendor's tables name it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    Text,
    Number,
    /// `0` or `1`; `Y` and `N` are taken too.
    Flag,
    /// `YYYY-MM-DD` or `YYYY-MM-DD HH:MM:SS`, US Pacific.
    Date,
    /// A comma list.
    List,
    Nested,
}

/// Whether a call must have an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Need {
    Required,
    Optional,
    /// One at least of those that say the same; the words are for people.
    OneOf(&'static str),
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

    pub const fn date(name: &'static str, need: Need, doc: &'static str) -> Self {
        Self { name, kind: Kind::Date, need, doc }
    }

    pub const fn list(name: &'static str, need: Need, doc: &'static str) -> Self {
        Self { name, kind: Kind::List, need, doc }
    }

    pub const fn nested(name: &'static str, need: Need, doc: &'static str) -> Self {
        Self { name, kind: Kind::Nested, need, doc }
    }
}

/// How a call was written. The original's documents print one and its clients send the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// Root `api` with `authentication` and `data`.
    Api,
    /// Root `methodCall`, as the documents print it.
    Bare,
    XmlRpc,
}

/// One call on its way to its method.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Shared, so that rows which are read while the reply goes out can hold it.
    pub context: &'a Arc<Context>,
    pub account: Account<'a>,
    pub args: &'a Args,
    pub form: Form,
}
