//! Renames a category.

use super::add_category::{NAME_EXISTS, NAME_INVALID, category_not_taken};
use super::rows::id;
use crate::domain::{CategoryId, Error, Refusal};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.updateCategory",
    echo: Echo::AsDocumented,
    doc: "Renames a category.",
    args: &[
        Arg::number("category_id", Need::Required, "The category."),
        Arg::text("category_name", Need::Required, "Unique in the account. 150 characters."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let name = call.args.text("category_name").unwrap_or_default();
    let category = CategoryId(id(call.args, "category_id").unwrap_or_default());
    match call.account.categories().rename(category, name).await {
        Ok(renamed) => {
            let answer = Answer::new(122, "category has been updated");
            let answer = answer.with("category_id", Tree::text(renamed.id));
            Ok(answer.with("category_name", Tree::text(renamed.name)))
        }
        Err(Error::Refused(Refusal::CategoryNameInUse)) => {
            Ok(category_not_taken(call, 121, NAME_EXISTS))
        }
        Err(Error::Refused(Refusal::CategoryNotFound)) => {
            Ok(category_not_taken(call, 123, ID_INVALID))
        }
        Err(Error::Refused(Refusal::CategoryInvalid)) => {
            Ok(category_not_taken(call, 126, NAME_INVALID))
        }
        Err(error) => Err(error.into()),
    }
}

pub const ID_INVALID: &str = "action not taken, invalid category_id";
