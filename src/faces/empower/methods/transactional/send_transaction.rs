//! Sends a template to one address.

use super::{sending, template};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

const ARGS: [Arg; 11] = {
    let [preference, name, subject, description, from, reply] = sending::MESSAGE;
    [
        sending::EMAIL,
        Arg::text("external_id", Need::Optional, "The recipient's; must match. 64 characters."),
        template::TEMPLATE_ID,
        preference,
        name,
        subject,
        description,
        from,
        reply,
        sending::CHECK_OPTOUT,
        Arg::flag("contact_add", "Subscribe the recipient to marketing messages."),
    ]
};

pub static METHOD: Method = Method {
    name: "transactional.sendTransaction",
    echo: Echo::LowerCase,
    doc: "Sends the live version of a template; other elements are its variables.",
    args: &ARGS,
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let send = sending::read(call, &ARGS)?;
    let sent = call.account.templates().send(&send).await.map_err(sending::failed)?;
    let contact = sent.contact.map_or_else(Tree::empty, Tree::text);
    Ok(Answer::new(201, "Sent Transaction")
        .with("template_id", Tree::text(send.template))
        .with("email", Tree::text(send.address.as_given()))
        .with("contact_id", contact))
}
