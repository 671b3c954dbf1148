//! Tries out the test version of a template.

use super::{sending, template};
use crate::domain::template::{Edition, Send};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Tree};

const ARGS: [Arg; 9] = {
    let [preference, name, subject, description, from, reply] = sending::MESSAGE;
    [
        sending::EMAIL,
        template::TEMPLATE_ID,
        preference,
        name,
        subject,
        description,
        from,
        reply,
        sending::CHECK_OPTOUT,
    ]
};

pub static METHOD: Method = Method {
    name: "transactional.sendTest",
    echo: Echo::LowerCase,
    doc: "Sends the test version of a template; other elements are its variables.",
    args: &ARGS,
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let send = Send { edition: Edition::Test, ..sending::read(call, &ARGS)? };
    call.account.templates().send(&send).await.map_err(sending::failed)?;
    let rebuilt = format!("Template ID {}-test cache has been rebuilt", send.template);
    Ok(Answer::plain(rebuilt)
        .and_text("Sent Transaction")
        .with("template_id", Tree::text(send.template))
        .with("email", Tree::text(send.address.as_given()))
        .with("contact_id", Tree::text("test")))
}
