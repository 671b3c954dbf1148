//! Answers the result file of a complete task.

use crate::faces::empower::exports::Export;
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "utilities.getFile",
    echo: Echo::AsDocumented,
    doc: "Answers the result file of a complete task: an XML document instead of a reply.",
    args: &[Arg::text("file", Need::Required, "The file_name that getTasks told.")],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let name = call.args.text("file").unwrap_or_default();
    let file = call.account.tasks().file(name).await?;
    Ok(Answer::file("text/xml; charset=UTF-8", Export::new(call.context, file)))
}
