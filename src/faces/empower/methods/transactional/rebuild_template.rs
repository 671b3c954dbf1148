//! Makes a template's test version the live one.

use super::template;
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "transactional.rebuildTemplate",
    echo: Echo::LowerCase,
    doc: "Makes a template's test version the live one.",
    args: &[
        template::TEMPLATE_ID,
        Arg::text("binding", Need::Optional, "Name of the group of sender addresses."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = template::id(call.args)?;
    call.account.templates().rebuild(id, call.args.text("binding")).await?;
    let answer = Answer::new(203, format!("Template ID {id} cache has been rebuilt"));
    Ok(answer.with("template_id", Tree::text(id)))
}
