//! Whether a call is the one that was recorded.

use http::header::CONTENT_TYPE;

use super::Question;
use crate::contract::Response;
use crate::contract::compare::{Content, Difference, Rules, What, compare};
use crate::protocol::rest::choose;

/// From so many bytes on, a body is only compared with those of about its size: comparing it with
/// every recording would take too long.
const LONG_BODY_BYTES: usize = 64 * 1024;

/// Differences that are looked for.
pub const MOST_DIFFERENCES: usize = 20;

/// All that differs, in the order: head, body, the kind of answer.
pub fn differences(
    recorded: &Question,
    response: &Response,
    asked: &Question,
    rules: &Rules,
) -> Vec<Difference> {
    let mut all = compare(head(recorded), head(asked), rules, None);
    all.extend(bodies(recorded, asked, rules));
    all.extend(unwanted_answer(response, asked));
    all
}

fn head(question: &Question) -> Content<'_> {
    Content { media_type: "application/json", bytes: &question.head }
}

fn body(question: &Question) -> Content<'_> {
    Content { media_type: &question.content_type, bytes: &question.body }
}

fn bodies(recorded: &Question, asked: &Question, rules: &Rules) -> Vec<Difference> {
    let (shorter, longer) = if recorded.body.len() < asked.body.len() {
        (recorded.body.len(), asked.body.len())
    } else {
        (asked.body.len(), recorded.body.len())
    };
    if longer > LONG_BODY_BYTES && longer / 2 > shorter {
        return vec![at("/", What::Value)];
    }
    compare(body(recorded), body(asked), rules, None)
}

/// The recorded answer is of a kind that the caller does not take, such as XML for JSON.
fn unwanted_answer(response: &Response, asked: &Question) -> Option<Difference> {
    let accept = asked.accept.as_deref()?;
    let kind = response.headers.get(CONTENT_TYPE)?.to_str().ok()?;
    let kind = kind.split(';').next().unwrap_or_default().trim();
    choose(accept, &[kind]).is_none().then(|| at("/accept", What::Kind))
}

fn at(path: &str, what: What) -> Difference {
    Difference { path: path.to_owned(), what, expected: None, found: None }
}
