//! Lists the categories.

use super::page;
use crate::faces::empower::{Answer, Call, Echo, Failure, Method, Tree};

pub static METHOD: Method = Method {
    name: "account.getCategories",
    echo: Echo::AsDocumented,
    doc: "Lists the categories alphabetically.",
    args: &[page::LIMIT, page::OFFSET],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let mut categories = call.account.categories().all().await?;
    categories.sort_by_cached_key(|category| category.name.to_lowercase());
    let rows = page::of(categories, call.args)?.into_iter().map(|category| {
        Tree::fields(vec![("id", Tree::text(category.id)), ("name", Tree::text(category.name))])
    });
    let answer = Answer::new(170, "Displaying all categories");
    Ok(answer.with("categories", Tree::items(rows.collect())))
}
