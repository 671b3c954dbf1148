//! Lists static segments and categories.

use crate::domain::{Category, Choice, List, Visibility};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Kind, Method, Need, Tree};

const WHAT: &str = "return_group_data or return_category_data";

pub static METHOD: Method = Method {
    name: "legacy.retrieve_segment",
    echo: Echo::AsDocumented,
    doc: "Lists the static segments, the categories, or both.",
    args: &[
        one_of("return_group_data", "1: list the segments."),
        one_of("return_category_data", "1: list the categories."),
    ],
    combinable: false,
    php: true,
    run: |call| Box::pin(run(call)),
};

const fn one_of(name: &'static str, doc: &'static str) -> Arg {
    Arg { name, kind: Kind::Flag, need: Need::OneOf(WHAT), doc }
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (groups, categories) =
        (call.args.flag("return_group_data"), call.args.flag("return_category_data"));
    if !groups && !categories {
        return Err(Failure::missing("return_group_data, return_category_data"));
    }
    let mut manifest = Vec::new();
    if groups {
        let mut lists = call.account.lists().alphabetical().await?;
        lists.sort_by_key(|list| list.id);
        let rows = (1_u32..).zip(&lists).map(|(order, list)| group(order, list)).collect();
        manifest.push(("group_data", Tree::repeated("group_information", rows)));
    }
    if categories {
        let all = call.account.categories().all().await?;
        let rows = all.iter().map(category).collect();
        manifest.push(("category_data", Tree::repeated("category_information", rows)));
    }
    Ok(Answer::silent().with("manifest", Tree::fields(manifest)))
}

/// `order` counts the segments in the order of their making.
fn group(order: u32, list: &List) -> Tree {
    Tree::fields(vec![
        ("group_name", Tree::text(&list.name)),
        ("group_id", Tree::text(list.id)),
        ("group_order", Tree::text(order)),
        ("group_hidden", Tree::text(u8::from(list.visibility == Visibility::Private))),
        ("category_id", Tree::text(list.category.map_or(0, |category| category.0))),
    ])
}

fn category(category: &Category) -> Tree {
    let choice = match category.choice {
        Choice::Any => "checkbox",
    };
    Tree::fields(vec![
        ("category_name", Tree::text(&category.name)),
        ("category_id", Tree::text(category.id)),
        ("category_type", Tree::text(choice)),
        ("category_order", Tree::text(category.order)),
    ])
}
