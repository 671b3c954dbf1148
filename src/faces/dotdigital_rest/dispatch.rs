//! From a call to its reply: who is calling, how often, what for.

use std::sync::{Arc, Mutex};

use http::StatusCode;
use http::header::{HeaderName, HeaderValue, RETRY_AFTER};
use tracing::error;

use super::answer::Answer;
use super::call::{Call, Given, Query};
use super::failure::Failure;
use super::operation::{Body, Operation};
use super::path::PathArgs;
use super::route::{Route, find};
use super::{DotdigitalRest, wire};
use crate::domain::{AccountId, CallRate, Context, Error, Refusal};
use crate::faces::{Face as _, basic_login, on_purpose};
use crate::protocol::form::urlencoded;
use crate::protocol::http::{BodyReader, Head, HttpCall, Reply};
use crate::protocol::rest::web_api;

/// Parameters of a query.
const MOST_PARAMETERS: usize = 100;

const RATE_LIMIT: HeaderName = HeaderName::from_static("x-ratelimit-limit");
const RATE_REMAINING: HeaderName = HeaderName::from_static("x-ratelimit-remaining");
const RATE_RESET: HeaderName = HeaderName::from_static("x-ratelimit-reset");
const RATE_SCOPE: HeaderName = HeaderName::from_static("x-ratelimit-scope");
/// The one tier that there is here, by the vendor's name for the lowest.
const SCOPE: HeaderValue = HeaderValue::from_static("lowCallRate");

/// Judges the head: credentials first, then the caller's rate, then method and path. Answers what
/// the operation wants of the body, or the reply to a call that none is asked for.
pub async fn admit(face: &DotdigitalRest, context: &Context, head: &Head) -> Result<Body, Reply> {
    let caller = caller(context, head).await.map_err(|failure| failed(head, "", failure))?;
    let account = context.account(caller);
    if let Some(limit) = face.settings.calls_per_minute {
        let rate = account.count_call_within(limit);
        if let Err(seconds) = rate.admit(context.clock.now()) {
            let refusal = Refusal::TooManyCalls { seconds };
            let mut reply = with_rate(failed(head, "", refusal.into()), rate);
            reply.headers.insert(RETRY_AFTER, seconds.into());
            return Err(reply);
        }
    }
    match find(&head.method, &head.path) {
        Route::Found(operation, _) => Ok(operation.body),
        Route::OtherMethod(methods) => Err(other_method(head, &methods)),
        Route::Unknown => Err(failed(head, "", no_resource(head))),
    }
}

/// Answers a call that was admitted, with its body.
pub async fn answer(face: &DotdigitalRest, context: &Arc<Context>, call: &HttpCall) -> Reply {
    respond(face, context, &call.head, Given::Whole(&call.body)).await
}

/// Answers a call that was admitted, whose body is still to come.
pub async fn answer_streamed<'a>(
    face: &'a DotdigitalRest,
    context: &'a Arc<Context>,
    head: &'a Head,
    body: BodyReader<'a>,
) -> Reply {
    respond(face, context, head, Given::Stream(Mutex::new(Some(body)))).await
}

async fn respond<'a>(
    face: &'a DotdigitalRest,
    context: &'a Arc<Context>,
    head: &'a Head,
    body: Given<'a>,
) -> Reply {
    let (operation, path) = match find(&head.method, &head.path) {
        Route::Found(operation, path) => (operation, path),
        Route::OtherMethod(methods) => return other_method(head, &methods),
        Route::Unknown => return failed(head, "", no_resource(head)),
    };
    let caller = match caller(context, head).await {
        Ok(caller) => caller,
        Err(failure) => return failed(head, operation.id, failure),
    };
    context.account(caller).count_call();
    tracing::Span::current().record("account", caller.0);
    let answered = match run(face, context, head, (operation, path), caller, body).await {
        Ok(answer) => wire::reply(head, operation, answer),
        Err(failure) => Err(failure),
    };
    let reply = answered.unwrap_or_else(|failure| failed(head, operation.id, failure));
    let reply = reply.for_operation(operation.id);
    match face.settings.calls_per_minute {
        Some(limit) => with_rate(reply, context.account(caller).call_rate(limit)),
        None => reply,
    }
}

async fn run<'a>(
    face: &'a DotdigitalRest,
    context: &'a Arc<Context>,
    head: &'a Head,
    (operation, path): (&'static Operation, PathArgs),
    caller: AccountId,
    body: Given<'a>,
) -> Result<Answer, Failure> {
    let run = operation.run.ok_or_else(Failure::inactive)?;
    on_purpose::strike(context, head, face.name(), caller, operation.id).await?;
    let query = urlencoded::read(head.query.as_bytes(), MOST_PARAMETERS)
        .map_err(|_| Failure::malformed())?;
    let settings = &face.settings;
    run(Call { context, settings, head, path, query: Query(query), caller, body }).await
}

/// Who is calling. Whatever is wrong with the credentials, the answer is the same.
async fn caller(context: &Context, head: &Head) -> Result<AccountId, Failure> {
    match basic_login::account(context, head).await {
        Ok(Some(account)) => Ok(account),
        Ok(None)
        | Err(Error::Refused(Refusal::LoginInvalid | Refusal::AddressNotWhitelisted { .. })) => {
            Err(Failure::denied())
        }
        Err(error) => Err(error.into()),
    }
}

/// Logs what is ours to mend and writes the failure in the caller's form.
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
    Failure::new(StatusCode::NOT_FOUND, web_api::no_resource(head))
}

fn other_method(head: &Head, methods: &[&str]) -> Reply {
    let failure = Failure::new(StatusCode::METHOD_NOT_ALLOWED, web_api::other_method(head));
    web_api::allowing(failed(head, "", failure), methods)
}

fn with_rate(mut reply: Reply, rate: CallRate) -> Reply {
    let headers = &mut reply.headers;
    headers.insert(RATE_LIMIT, rate.limit.into());
    headers.insert(RATE_REMAINING, rate.remaining.into());
    headers.insert(RATE_RESET, rate.reset.as_second().into());
    headers.insert(RATE_SCOPE, SCOPE);
    reply
}
