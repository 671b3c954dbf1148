//! Lists, their fields and contacts, and contacts that are made or changed.

mod changed;
pub mod get_contact_list;
pub mod get_contact_lists;
pub mod get_field;
pub mod get_fields;
pub mod get_list_contacts;
pub mod get_list_journeys;
pub mod patch_contact;
pub mod post_contact;
pub mod post_contact_form;
pub mod put_contact;

use crate::domain::List;
use crate::faces::which50::odata::{Filter, OrderBy, compare};
use crate::faces::which50::{Call, Failure};
use crate::protocol::datacontract::Value;

/// The lists that the options of the query ask for.
fn listed(call: &Call<'_>, mut lists: Vec<List>) -> Result<Vec<List>, Failure> {
    if let Some(filter) = call.option("$filter") {
        let unread = || Failure::malformed("$filter cannot be read.");
        let filter = Filter::parse(&filter).ok_or_else(unread)?;
        lists.retain(|list| filter.holds(&|name| value(list, name)));
    }
    if let Some(order) = call.option("$orderby") {
        let unread = || Failure::malformed("$orderby cannot be read.");
        let order = OrderBy::parse(&order).ok_or_else(unread)?;
        order.sort_by(&mut lists, |name, one, other| {
            let order = compare(&value(one, name), &value(other, name));
            order.unwrap_or(std::cmp::Ordering::Equal)
        });
    }
    let place = |number: u32| usize::try_from(number).unwrap_or(usize::MAX);
    let skip = call.number("$skip")?.map_or(0, place);
    let top = call.number("$top")?.map_or(usize::MAX, place);
    Ok(lists.into_iter().skip(skip).take(top).collect())
}

fn value(list: &List, name: &str) -> Value {
    match name.to_ascii_lowercase().as_str() {
        "id" => list.id.0.into(),
        "name" => list.name.as_str().into(),
        "count" => list.contacts.into(),
        _ => Value::Null,
    }
}
