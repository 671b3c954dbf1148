//! Renames or moves a static segment.

use super::add_static_segment::{category, not_done, shown};
use super::rows::id;
use crate::domain::{Error, ListChange, ListId};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.updateStaticSegment",
    echo: Echo::AsDocumented,
    doc: "Renames a static segment, moves it, or changes what it is for.",
    args: &[
        Arg::number("id", Need::Required, "The segment."),
        Arg::text("name", Need::Optional, "Its name from now on. 150 characters."),
        Arg::number("category_id", Need::Optional, "Its category from now on; 0 for none."),
        Arg::flag("display_on_survey", "Show it on survey pages, or not any more."),
        Arg::flag("test_segment", "It is for test sends, or not any more."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let list = ListId(id(call.args, "id").unwrap_or_default());
    let change = ListChange {
        name: call.args.text("name").map(str::to_owned),
        visibility: call.args.choice("display_on_survey").map(shown),
        category: category(call.args),
        is_test: call.args.choice("test_segment"),
    };
    match call.account.lists().revise(list, &change).await {
        Ok(revised) => {
            let answer = Answer::new(112, "this static segment has been updated");
            Ok(answer.with("id", Tree::text(revised.id)))
        }
        Err(Error::Refused(refusal)) => not_done(call.args, refusal),
        Err(error) => Err(error.into()),
    }
}
