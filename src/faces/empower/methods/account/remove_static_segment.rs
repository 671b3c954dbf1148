//! Removes a static segment; its members stay subscribers.

use super::add_static_segment::not_done;
use super::rows::id;
use crate::domain::{Error, ListId};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.removeStaticSegment",
    echo: Echo::AsDocumented,
    doc: "Removes a static segment; its members stay subscribers.",
    args: &[Arg::number("id", Need::Required, "The segment.")],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = ListId(id(call.args, "id").unwrap_or_default());
    match call.account.lists().delete(list).await {
        Ok(()) => {
            let answer = Answer::new(116, "this static segment has been removed");
            Ok(answer.with("id", Tree::text(list)))
        }
        Err(Error::Refused(refusal)) => not_done(call.args, refusal),
        Err(error) => Err(error.into()),
    }
}
