//! From a call to its reply: who is calling, and what for.

use std::sync::Arc;

use http::StatusCode;
use tracing::error;

use super::call::Call;
use super::failure::Failure;
use super::operation::Operation;
use super::path::{PathArgs, segments};
use super::route::{Route, find};
use super::{NAME, Settings, wire};
use crate::domain::{AccountId, Context};
use crate::faces::{basic_login, on_purpose};
use crate::protocol::form::urlencoded;
use crate::protocol::http::{Head, HttpCall, Reply};
use crate::protocol::rest::web_api;

/// Parameters of a query: some options, and fields to match by.
const MOST_PARAMETERS: usize = 300;

/// Judges the head: credentials first, then method and path. `None` to read the body.
pub async fn admit(context: &Context, head: &Head) -> Option<Reply> {
    if let Err(failure) = caller(context, head).await {
        return Some(failed(head, "", failure));
    }
    match find(&head.method, &head.path) {
        Route::Found(..) => None,
        Route::OtherMethod(methods) => Some(other_method(head, &methods)),
        Route::Unknown => Some(failed(head, "", no_resource(head))),
    }
}

/// Answers a call that was admitted.
pub async fn answer(settings: &Settings, context: &Arc<Context>, call: &HttpCall) -> Reply {
    let head = &*call.head;
    let (operation, path) = match find(&head.method, &head.path) {
        Route::Found(operation, path) => (operation, path),
        Route::OtherMethod(methods) => return other_method(head, &methods),
        Route::Unknown => return failed(head, "", no_resource(head)),
    };
    match run(settings, context, call, (operation, path)).await {
        Ok(reply) => reply.for_operation(operation.name),
        Err(failure) => failed(head, operation.name, failure),
    }
}

async fn run(
    settings: &Settings,
    context: &Arc<Context>,
    call: &HttpCall,
    (operation, path): (&'static Operation, PathArgs),
) -> Result<Reply, Failure> {
    let head = &*call.head;
    let caller = caller(context, head).await?;
    context.account(caller).count_call();
    tracing::Span::current().record("account", caller.0);
    on_purpose::strike(context, head, NAME, caller, operation.name).await?;
    let query = urlencoded::read(head.query.as_bytes(), MOST_PARAMETERS)
        .map_err(|_| Failure::malformed("The query string has too many parameters."))?;
    let account = context.account(caller);
    let call = Call { context, account, settings, head, path, query, body: &call.body };
    Ok(wire::reply(head, (operation.run)(call).await?))
}

/// Who is calling: by Basic, with a login of the account, or by a token as bearer.
async fn caller(context: &Context, head: &Head) -> Result<AccountId, Failure> {
    let accounts = context.accounts();
    if let Some(token) = bearer(head) {
        let account = accounts.authenticate_token(token, head.peer).await?;
        head.caller.recognize(account.0, || accounts.token_name(token));
        return Ok(account);
    }
    basic_login::account(context, head).await?.ok_or_else(Failure::denied)
}

fn bearer(head: &Head) -> Option<&str> {
    let (scheme, token) = head.header("authorization")?.trim().split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then_some(token.trim())
}

/// Logs what is ours to mend and writes the failure in the caller's syntax.
fn failed(head: &Head, operation: &'static str, failure: Failure) -> Reply {
    let failure = match &failure.broken {
        Some(broken) => {
            let cause = &broken.source;
            error!(operation, cause, "call {} failed: {broken}", head.request_id);
            Failure::internal(&head.request_id)
        }
        None => failure,
    };
    wire::failure(head, &failure).for_operation(operation)
}

fn no_resource(head: &Head) -> Failure {
    let controller = segments(&head.path).into_iter().next().unwrap_or_default();
    let detail = format!("No type was found that matches the controller named '{controller}'.");
    Failure::new(StatusCode::NOT_FOUND, web_api::no_resource(head)).with_detail(detail)
}

fn other_method(head: &Head, methods: &[&str]) -> Reply {
    let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, web_api::other_method(head));
    web_api::allowing(failed(head, "", failure), methods)
}
