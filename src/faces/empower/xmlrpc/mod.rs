//! The same methods for programs with an XML-RPC library.
//!
//! Python, PHP, Perl, Node and others post to `/RPC2`, or their `methodCall` with `params` to the
//! vendor's path. [`params`] makes arguments of what they send, [`write`] values of what is
//! answered, [`system`] tells about the methods. Key and secret come by HTTP Basic or in a struct.
//! A failure is a fault with HTTP 200: the vendor's code where there is one, otherwise one of the
//! interoperability specification.

mod params;
pub mod system;
#[cfg(test)]
mod tests;
mod write;

use std::sync::Arc;

use http::StatusCode;

use self::write::Outcome;
use super::answer::Failure;
use super::dispatch::{self, Session};
use super::method::{Form, Method};
use super::wire::out::{Opened, Written, streamed};
use super::{Empower, methods};
use crate::domain::Context;
use crate::protocol::http::{Head, Reply};
use crate::protocol::xml::{Limits, Reader, XmlError};
use crate::protocol::xmlrpc::{Call, Fault, ResponseWriter, Value, code};

/// As the specification has it; the declaration names the encoding too.
const XML: &str = "text/xml; charset=utf-8";

/// Name in metrics of a call that named no method of ours.
const OTHER: &str = "other";

/// Answers one document. Never fails: whatever goes wrong is a fault.
pub async fn answer(face: &Empower, context: &Arc<Context>, head: &Head, document: &str) -> Reply {
    let call = match read(document) {
        Ok(call) => call,
        Err(error) => return fault(StatusCode::OK, &error.into()),
    };
    let caller = Caller { face, context, head };
    if call.method == system::MULTICALL {
        return caller.multicall(call.params).await.for_operation(system::MULTICALL);
    }
    let operation = operation(&call.method);
    let outcome = caller.outcome(call, false).await;
    written(Written::begin(|out| write::response(out, outcome))).await.for_operation(operation)
}

/// A fault for a request in which no document can be found.
pub fn unreadable(error: &impl std::fmt::Display) -> Reply {
    fault(StatusCode::OK, &Fault::new(code::PARSE_ERROR, error.to_string()))
}

/// A fault for a call that could not be read, or whose answering panicked.
pub fn error(status: StatusCode, text: String) -> Reply {
    fault(status, &Fault::new(code::SYSTEM_ERROR, text))
}

/// A fault with a number of the vendor's.
pub fn failed(code: u16) -> Reply {
    fault(StatusCode::OK, &Fault::new(code.into(), super::fault::text_of(code).to_owned()))
}

fn fault(status: StatusCode, fault: &Fault) -> Reply {
    Reply::new(status, XML, ResponseWriter::fault(fault))
}

fn read(document: &str) -> Result<Call, XmlError> {
    let mut reader = Reader::new(document.trim_start(), Limits::default());
    if reader.root()?.local() != "methodCall" {
        return Err(reader.error(crate::protocol::xml::Problem::UnexpectedElement));
    }
    let call = Call::read(&mut reader)?;
    reader.finish()?;
    Ok(call)
}

/// The method that a document names.
pub fn operation_of(document: &str) -> Option<&'static str> {
    let call = read(document).ok()?;
    Some(operation(&call.method)).filter(|name| *name != OTHER)
}

fn operation(method: &str) -> &'static str {
    let own = || system::find(method);
    methods::find(method).map(|found| found.name).or_else(own).unwrap_or(OTHER)
}

fn unknown_method() -> Fault {
    Fault::new(code::METHOD_NOT_FOUND, "There is no such method; system.listMethods names all")
}

/// A vendor's failure as a fault: its code where there is one, and all that it says.
fn fault_of(failure: Failure) -> Fault {
    let ours =
        if failure.broken.is_some() { code::INTERNAL_ERROR } else { code::APPLICATION_ERROR };
    let code = failure.code.map_or(ours, i32::from);
    let data = failure.data.iter().map(|(name, value)| format!("; {name}: {value}"));
    let text = [failure.text.into_owned(), data.collect::<Vec<_>>().concat()].concat();
    Fault { code, text }
}

/// The reply as it is written; what fails before its first piece is a fault.
async fn written(written: Written) -> Reply {
    match written.opened().await {
        Ok(Opened::Whole(bytes)) => Reply::new(StatusCode::OK, XML, bytes),
        Ok(Opened::Long(first, rest)) => {
            Reply::streamed(StatusCode::OK, XML, streamed(first, rest))
        }
        Err(error) => {
            tracing::error!("a reply could not be begun: {error}");
            let text = "An internal error occurred while the reply was read";
            fault(StatusCode::OK, &Fault::new(code::INTERNAL_ERROR, text))
        }
    }
}

/// Who sent a document, and to which face.
#[derive(Debug, Clone, Copy)]
struct Caller<'a> {
    face: &'a Empower,
    context: &'a Arc<Context>,
    head: &'a Head,
}

impl Caller<'_> {
    /// What a call comes to; `in_company` when it is one of several in a multicall.
    async fn outcome(self, call: Call, in_company: bool) -> Outcome {
        if let Some(own) = system::find(&call.method) {
            return match system::answer(own, &call.params) {
                Ok(value) => Outcome::Value(value),
                Err(fault) => Outcome::Fault(fault),
            };
        }
        let Some(method) = methods::find(&call.method) else {
            return Outcome::Fault(unknown_method());
        };
        self.run(method, call.params, in_company).await.unwrap_or_else(Outcome::Fault)
    }

    async fn run(
        self,
        method: &'static Method,
        params: Vec<Value>,
        in_company: bool,
    ) -> Result<Outcome, Fault> {
        let said = params::read(params, method.args)?;
        let Self { context, head, .. } = self;
        let failed = |failure| fault_of(dispatch::logged(failure, method.name, head));
        let login = said.login.as_ref();
        let user = dispatch::authenticate(context, head, login).await.map_err(failed)?;
        let session = Session { context, user: &user, head };
        let ran = session.run(Some(method), &said.args, Form::XmlRpc, in_company).await;
        ran.map(|answer| Outcome::Answer(Box::new(answer))).map_err(failed)
    }

    /// Several calls in one; each has its own result or fault.
    async fn multicall(self, params: Vec<Value>) -> Reply {
        let calls = match self.calls(params) {
            Ok(calls) => calls,
            Err(refused) => return fault(StatusCode::OK, &refused),
        };
        let in_company = calls.len() > 1;
        let mut outcomes = Vec::with_capacity(calls.len());
        for call in calls {
            outcomes.push(match call {
                Ok(call) => self.outcome(call, in_company).await,
                Err(refused) => Outcome::Fault(refused),
            });
        }
        written(Written::begin(|out| write::responses(out, outcomes))).await
    }

    /// The calls that the one parameter of a multicall lists, each of them if it is one.
    fn calls(self, params: Vec<Value>) -> Result<Vec<Result<Call, Fault>>, Fault> {
        let invalid = |text: String| Fault::new(code::INVALID_PARAMS, text);
        let Ok([Value::Array(calls)]) = <[Value; 1]>::try_from(params) else {
            let text = "system.multicall takes one parameter, an array of structs";
            return Err(invalid(text.to_owned()));
        };
        let limit = self.face.settings.calls_per_multicall;
        if calls.len() > limit {
            return Err(invalid(format!("At most {limit} calls may stand in one multicall")));
        }
        Ok(calls.into_iter().map(listed_call).collect())
    }
}

/// A call as a multicall lists it: a struct of `methodName` and, unless it has none, `params`.
fn listed_call(value: Value) -> Result<Call, Fault> {
    let invalid = |text| Fault::new(code::INVALID_PARAMS, text);
    let Value::Struct(members) = value else {
        return Err(invalid("A call in a multicall is a struct"));
    };
    let mut call = Call { method: String::new(), params: Vec::new() };
    for (name, value) in members {
        match (name.as_str(), value) {
            ("methodName", Value::String(method)) => method.trim().clone_into(&mut call.method),
            ("params", Value::Array(params)) => call.params = params,
            ("params", Value::Nil) => {}
            _ => return Err(invalid("A call in a multicall has methodName and params")),
        }
    }
    if call.method == system::MULTICALL {
        return Err(invalid("A multicall cannot stand in a multicall"));
    }
    Ok(call)
}
