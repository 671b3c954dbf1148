//! Adds a static segment.

use super::rows::{id, not_taken};
use crate::domain::{CategoryId, Error, ListPlace, NewList, Refusal, Visibility};
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.addStaticSegment",
    echo: Echo::AsDocumented,
    doc: "Adds a static segment.",
    args: &[
        Arg::text("name", Need::Required, "Unique in its category. 150 characters."),
        Arg::number("category_id", Need::Optional, "Its category; none when left out."),
        Arg::flag("display_on_survey", "Show it on survey pages."),
        Arg::flag("test_segment", "It is for test sends."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let new = NewList {
        name: call.args.text("name").unwrap_or_default().to_owned(),
        visibility: shown(call.args.flag("display_on_survey")),
    };
    let category = category(call.args).flatten();
    let place = ListPlace { category, is_test: call.args.flag("test_segment") };
    match call.account.lists().create_at(new, place).await {
        Ok(made) => {
            let answer = Answer::new(110, "This static segment has been added");
            Ok(answer.with("id", Tree::text(made.id)))
        }
        Err(Error::Refused(refusal)) => not_done(call.args, refusal),
        Err(error) => Err(error.into()),
    }
}

/// What the call says of a category: nothing, none (`0`), or one. What is no number is nobody's.
pub fn category(args: &Args) -> Option<Option<CategoryId>> {
    args.text("category_id")?;
    match id(args, "category_id") {
        Some(0) => Some(None),
        Some(number) => Some(Some(CategoryId(number))),
        None => Some(Some(CategoryId(0))),
    }
}

pub fn shown(on_survey: bool) -> Visibility {
    if on_survey { Visibility::Public } else { Visibility::Private }
}

/// The answer to what cannot be done with a static segment.
pub fn not_done(args: &Args, refusal: Refusal) -> Result<Answer, Failure> {
    let (code, text) = match refusal {
        Refusal::ListNameInUse => (111, "action not taken, segment name already exists"),
        Refusal::CategoryNotFound => (113, "action not taken, invalid category_id"),
        Refusal::ListNotFound | Refusal::ListNotWritable => {
            (114, "action not taken, invalid segment id")
        }
        Refusal::ListInUse => (115, "action not taken, the segment is in use"),
        Refusal::ListInvalid => (117, "action not taken, invalid segment name"),
        Refusal::ListLimit => (118, "action not taken, the account has too many segments"),
        other => return Err(other.into()),
    };
    Ok(not_taken(code, text, args, &["id"]))
}
