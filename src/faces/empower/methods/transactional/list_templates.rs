//! Lists the templates.

use crate::domain::template::{Edition, Purpose, Template, Version};
use crate::faces::empower::methods::template_rows::TemplateRows;
use crate::faces::empower::{Answer, Call, Echo, Method, Tree};

pub static METHOD: Method = Method {
    name: "transactional.listTemplates",
    echo: Echo::LowerCase,
    doc: "Lists the templates of transactional messages with their test versions.",
    args: &[],
    combinable: true,
    php: true,
    run: |call| Box::pin(std::future::ready(Ok(list(call)))),
};

fn list(call: Call<'_>) -> Answer {
    let rows =
        TemplateRows::new(call, Edition::Test, |head| head.purpose == Purpose::Transactional, row);
    let answer = Answer::new(204, "List of transactional templates successfully returned");
    answer.rows_beside(rows)
}

fn row(template: Template) -> Tree {
    let Version { html, plain, .. } = template.version;
    let bodies =
        Tree::fields(vec![("html", Tree::Text(html.into())), ("plain", Tree::Text(plain.into()))]);
    Tree::fields(vec![
        ("template_id", Tree::text(template.head.id)),
        ("from_description", Tree::Text(template.version.from_description.into())),
        ("from_email", Tree::Text(template.version.from_email.into())),
        ("reply_email", Tree::Text(template.version.reply_email.into())),
        ("subject", Tree::Text(template.version.subject.into())),
        ("message_notes", Tree::Text(template.version.message_notes.into())),
        ("bill_codes", Tree::Text(template.version.bill_codes.into())),
        ("template_data", bodies),
        ("binding", Tree::Text(template.version.binding.into())),
    ])
}
