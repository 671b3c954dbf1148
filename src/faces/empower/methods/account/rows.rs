//! How categories, segments, fields and tables stand in answers.

use std::sync::Arc;

use super::formats;
use crate::domain::{DataField, FieldValue, List, RelationalTable, Schema, Visibility};
use crate::faces::empower::contact_data::STANDARD;
use crate::faces::empower::{Answer, Args, Call, Failure, Tree};

/// An answer that says that nothing was done: what was given comes back under the names of
/// `responseData`, and is empty where nothing was.
pub fn not_taken(code: u16, text: &'static str, args: &Args, members: &[&'static str]) -> Answer {
    members.iter().fold(Answer::new(code, text), |answer, name| {
        answer.with(name, Tree::text(args.text(name).unwrap_or_default()))
    })
}

/// The id in an argument; `None` when it is no number, which is an id of nothing.
pub fn id(args: &Args, name: &str) -> Option<u32> {
    args.text(name)?.parse().ok()
}

pub fn flag(set: bool) -> Tree {
    Tree::text(u8::from(set))
}

/// A list as a static segment.
pub fn static_segment(list: &List, with_count: bool) -> Tree {
    let mut fields = vec![
        ("id", Tree::text(list.id)),
        ("name", Tree::text(&list.name)),
        ("category_id", Tree::text(list.category.map_or(0, |category| category.0))),
        ("display_on_survey", flag(list.visibility == Visibility::Public)),
        ("test_segment", flag(list.is_test)),
    ];
    if with_count {
        fields.push(("count", Tree::text(list.contacts)));
    }
    Tree::fields(fields)
}

/// The members of a custom field, in the order of the wire.
pub const FIELD: [&str; 7] =
    ["id", "name", "type", "format", "display_on_survey", "friendly_tag", "default_value"];

/// A data field as a custom field.
pub fn custom_field(field: &DataField) -> Vec<(&'static str, Tree)> {
    let tag = field.display.friendly_tag.as_deref().unwrap_or_default();
    let values = [
        Tree::text(field.id.0),
        Tree::text(field.label()),
        Tree::text(formats::field_type(field)),
        formats::field_format(field),
        flag(field.visibility == Visibility::Public),
        Tree::text(tag),
        field.default.as_ref().map_or_else(Tree::empty, value),
    ];
    FIELD.into_iter().zip(values).collect()
}

fn value(value: &FieldValue) -> Tree {
    match value {
        FieldValue::Text(text) => Tree::text(text),
        FieldValue::Number(number) => Tree::text(number),
        FieldValue::Boolean(is_set) => flag(*is_set),
        FieldValue::Date(at) => Tree::text(at.strftime("%Y-%m-%d")),
    }
}

/// The fields that are not standard ones, alphabetically by label.
pub fn custom_fields(schema: &Schema) -> Vec<&DataField> {
    let is_standard =
        |field: &&DataField| STANDARD.iter().any(|one| one.field == field.name.as_str());
    let mut fields: Vec<&DataField> =
        schema.fields().iter().filter(|field| !is_standard(field)).collect();
    fields.sort_by_cached_key(|field| (field.label().to_lowercase(), field.id));
    fields
}

/// The custom fields of the caller's account.
pub async fn schema(call: Call<'_>) -> Result<Arc<Schema>, Failure> {
    Ok(call.account.fields().schema().await?)
}

pub fn relational_table(table: &RelationalTable) -> Tree {
    let columns = table.columns.iter().map(|column| {
        let (kind, format) = formats::column_names(column.kind);
        Tree::fields(vec![
            ("column_name", Tree::text(&column.name)),
            ("display_name", Tree::text(&column.display_name)),
            ("type", Tree::text(kind)),
            ("format", Tree::text(format)),
        ])
    });
    Tree::fields(vec![
        ("table_id", Tree::text(table.id)),
        ("table_name", Tree::text(&table.name)),
        ("display_name", Tree::text(&table.display_name)),
        ("columns", Tree::items(columns.collect())),
    ])
}
