//! From a request to its reply: who calls, which method, with what.

use std::sync::Arc;

use tracing::error;

use super::answer::{Answer, Code, Failure};
use super::method::{Call, Method};
use super::{Selzy, body, methods, path};
use crate::domain::{Context, Refusal};
use crate::faces::{Face as _, on_purpose};
use crate::protocol::http::{Head, HttpCall, Reply};

/// Longest method name that a reply repeats, in characters.
const ECHOED_CHARS: usize = 64;

/// Name in metrics of a call that named no method of ours.
const OTHER: &str = "other";

pub async fn answer(face: &Selzy, context: &Arc<Context>, call: &HttpCall) -> Reply {
    let name = path::method(&call.head.path).unwrap_or_default();
    let method = methods::find(&name);
    let operation = method.map_or(OTHER, |method| method.name);
    match run(face, context, call, method.ok_or(&*name)).await {
        Ok(answer) => answer.reply(),
        Err(failure) => logged(failure, operation, &call.head).reply(),
    }
    .for_operation(operation)
}

async fn run(
    face: &Selzy,
    context: &Arc<Context>,
    call: &HttpCall,
    method: Result<&'static Method, &str>,
) -> Result<Answer, Failure> {
    let args = body::args(call, face.bounds()).await?;
    let head = &call.head;
    let key = args.text("api_key").unwrap_or_default();
    let id = context.accounts().authenticate_token(&key, head.peer).await?;
    head.caller.recognize(id.0, || context.accounts().token_name(&key));
    let account = context.account(id);
    account.count_call();
    let limit = face.settings.calls_per_minute;
    if limit > 0 {
        let rate = account.count_call_of_key(&key, limit);
        let admitted = rate.admit(context.clock.now());
        admitted.map_err(|seconds| Refusal::TooManyCalls { seconds })?;
    }
    let method = method.map_err(unknown)?;
    on_purpose::strike(context, head, face.name(), id, method.name).await?;
    if let Some(name) = method.missing(&args) {
        return Err(Failure::missing(name));
    }
    let settings = &face.settings;
    let (args, base_url, peer) = (&args, head.base_url.as_str(), head.peer);
    (method.run)(Call { context, account, args, settings, base_url, peer }).await
}

fn unknown(name: &str) -> Failure {
    let name: String = name.chars().take(ECHOED_CHARS).collect();
    Failure::new(Code::UnknownMethod, format!("Unknown method '{name}'"))
}

/// The failure with what is ours about it written to the log, where it is handled.
fn logged(failure: Failure, operation: &'static str, head: &Head) -> Failure {
    let Some(broken) = &failure.broken else { return failure };
    let cause = &broken.source;
    error!(operation, cause, "call {} failed: {broken}", head.request_id);
    let text = format!("An internal error occurred in call {}", head.request_id);
    Failure { text: text.into(), ..failure }
}
