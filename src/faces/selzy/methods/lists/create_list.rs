//! Creates a list.

use serde::Serialize;

use crate::domain::{NewList, Visibility};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "createList",
    doc: "Creates a list under a title that no other list has.",
    args: &[
        Arg::text("title", Need::Required, "At most 128 characters."),
        Arg::text(
            "before_subscribe_url",
            Need::Optional,
            "Read, not kept: no form is served here.",
        ),
        Arg::text("after_subscribe_url", Need::Optional, "Read, not kept: no form is served here."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Created {
    id: u32,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let new = NewList { name: call.args.required("title")?, visibility: Visibility::Private };
    let list = call.account.lists().create(new).await?;
    Answer::result(&Created { id: list.id.0 })
}
