//! Removes a category that is empty.

use super::rows::{id, not_taken};
use super::update_category::ID_INVALID;
use crate::domain::{CategoryId, Error, Refusal};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.removeCategory",
    echo: Echo::AsDocumented,
    doc: "Removes a category that no static segment is in.",
    args: &[Arg::number("category_id", Need::Required, "The category.")],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let category = CategoryId(id(call.args, "category_id").unwrap_or_default());
    let not_removed = |code, text| Ok(not_taken(code, text, call.args, &["category_id"]));
    match call.account.categories().remove(category).await {
        Ok(()) => {
            let answer = Answer::new(124, "category has been removed");
            Ok(answer.with("category_id", Tree::text(category)))
        }
        Err(Error::Refused(Refusal::CategoryNotFound)) => not_removed(123, ID_INVALID),
        Err(Error::Refused(Refusal::CategoryInUse)) => {
            not_removed(125, "action not taken, category is not empty")
        }
        Err(error) => Err(error.into()),
    }
}
