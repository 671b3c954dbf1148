//! Adds a category of static segments.

use super::rows::not_taken;
use crate::domain::{Error, Refusal};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.addCategory",
    echo: Echo::AsDocumented,
    doc: "Adds a category: static segments that survey pages show together.",
    args: &[Arg::text("category_name", Need::Required, "Unique in the account. 150 characters.")],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let name = call.args.text("category_name").unwrap_or_default();
    let not_added = |code, text| {
        let answer = Answer::new(code, text).with("category_id", Tree::text(0));
        Ok(answer.with("category_name", Tree::text(name)))
    };
    match call.account.categories().create(name).await {
        Ok(made) => {
            let answer = Answer::new(120, "category has been added");
            let answer = answer.with("category_id", Tree::text(made.id));
            Ok(answer.with("category_name", Tree::text(made.name)))
        }
        Err(Error::Refused(Refusal::CategoryNameInUse)) => not_added(121, NAME_EXISTS),
        Err(Error::Refused(Refusal::CategoryInvalid)) => not_added(126, NAME_INVALID),
        Err(error) => Err(error.into()),
    }
}

pub const NAME_EXISTS: &str = "action not taken, category name already exists";
pub const NAME_INVALID: &str = "action not taken, invalid category_name";

/// `responseData` of the methods about one category.
pub fn category_not_taken(call: Call<'_>, code: u16, text: &'static str) -> Answer {
    not_taken(code, text, call.args, &["category_id", "category_name"])
}
