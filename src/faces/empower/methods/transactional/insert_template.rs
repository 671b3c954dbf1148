//! Creates a template.

use super::template;
use crate::domain::template::Version;
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

const ARGS: [Arg; 10] = template::version_args(Need::Required);

pub static METHOD: Method = Method {
    name: "transactional.insertTemplate",
    echo: Echo::LowerCase,
    doc: "Creates a template of transactional messages, its live and its test version alike.",
    args: &ARGS,
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let mut version = Version { track_links: true, track_roi: true, ..Version::default() };
    template::change(call.args).apply(&mut version);
    let id = call.account.templates().insert(version).await?;
    let answer = Answer::plain(format!("Template ID {id} has been inserted."));
    Ok(answer.with("template_id", Tree::text(id)))
}
