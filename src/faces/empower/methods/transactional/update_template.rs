//! Changes the test version of a template.

use super::template;
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

const ARGS: [Arg; 11] = {
    let [a, b, c, d, e, f, g, h, i, j] = template::version_args(Need::Optional);
    [template::TEMPLATE_ID, a, b, c, d, e, f, g, h, i, j]
};

pub static METHOD: Method = Method {
    name: "transactional.updateTemplate",
    echo: Echo::LowerCase,
    doc: "Changes the test version of a template; what is not given stays.",
    args: &ARGS,
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let id = template::id(call.args)?;
    call.account.templates().update(id, template::change(call.args)).await?;
    let answer = Answer::plain(format!("Template ID {id} has been updated."));
    Ok(answer.with("template_id", Tree::text(id)))
}
