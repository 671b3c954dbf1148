//! What the columns of an import are.

use crate::domain::{FieldId, FieldKind, data_field::Schema};
use crate::faces::selzy::{Code, Failure};
use crate::protocol::form::brackets::{Branch, Key};

/// Most columns that are no system fields, as documented.
pub const MAX_USER_FIELDS: usize = 50;

/// One column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Column {
    Delete,
    Tags,
    Mail(Part),
    Mobile(Part),
    Field {
        id: FieldId,
        kind: FieldKind,
        name: String,
    },
    /// The vendor's own and never to be imported: columns of its exports, and of older versions.
    Ignored,
}

/// What a column says of an address or a phone number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Part {
    Itself,
    Status,
    Availability,
    Lists,
    SubscribeTimes,
    UnsubscribedLists,
    ExcludedLists,
}

/// What stands behind `email` or `phone` in a column's name.
const PARTS: [(&str, Part); 7] = [
    ("", Part::Itself),
    ("_status", Part::Status),
    ("_availability", Part::Availability),
    ("_list_ids", Part::Lists),
    ("_subscribe_times", Part::SubscribeTimes),
    ("_unsubscribed_list_ids", Part::UnsubscribedLists),
    ("_excluded_list_ids", Part::ExcludedLists),
];

const IGNORED: [&str; 10] = [
    "id",
    "email_add_time",
    "email_request_ip",
    "email_confirm_time",
    "email_confirm_ip",
    "email_last_delivered_at",
    "email_last_read_at",
    "email_last_clicked_at",
    "phone_add_time",
    "phone_request_ip",
];

/// The columns by their place in a row.
#[derive(Debug)]
pub struct Columns {
    columns: Vec<(Key, Column)>,
}

impl Columns {
    /// From `field_names`. Without `email` and `phone`, with a name that nobody knows, and with
    /// too many user fields they are refused.
    pub fn read(names: &Branch, schema: &Schema) -> Result<Self, Failure> {
        let mut columns = Vec::with_capacity(names.len());
        for (key, name) in names.iter() {
            let name = name.text().ok_or_else(|| Failure::invalid("field_names"))?;
            columns.push((key.clone(), column(name.trim(), schema)?));
        }
        let columns = Self { columns };
        if !columns.has(&Column::Mail(Part::Itself)) && !columns.has(&Column::Mobile(Part::Itself))
        {
            let text = "There must be at least the 'email' or 'phone' field in field_names";
            return Err(Failure::new(Code::InvalidArg, text));
        }
        let is_field = |column: &&(Key, Column)| matches!(column.1, Column::Field { .. });
        if columns.columns.iter().filter(is_field).count() > MAX_USER_FIELDS {
            let text = format!("There are more than {MAX_USER_FIELDS} user fields in field_names");
            return Err(Failure::new(Code::InvalidArg, text));
        }
        Ok(columns)
    }

    pub fn has(&self, wanted: &Column) -> bool {
        self.columns.iter().any(|(_, column)| column == wanted)
    }

    /// The cells of a row that are there, each with its column.
    pub fn cells<'a>(&'a self, row: &'a Branch) -> impl Iterator<Item = (&'a Column, String)> {
        let cell = |(key, column): &'a (Key, Column)| {
            let text = row.at(key)?.text()?.into_owned();
            Some((column, text))
        };
        self.columns.iter().filter_map(cell)
    }
}

fn column(name: &str, schema: &Schema) -> Result<Column, Failure> {
    match name {
        "delete" => return Ok(Column::Delete),
        "tags" => return Ok(Column::Tags),
        name if IGNORED.contains(&name) => return Ok(Column::Ignored),
        _ => {}
    }
    let part = |prefix: &str| {
        let rest = name.strip_prefix(prefix)?;
        PARTS.iter().find(|(suffix, _)| *suffix == rest).map(|(_, part)| *part)
    };
    if let Some(part) = part("email") {
        return Ok(Column::Mail(part));
    }
    if let Some(part) = part("phone") {
        return Ok(Column::Mobile(part));
    }
    let field = schema
        .labeled(name)
        .ok_or_else(|| Failure::new(Code::InvalidArg, format!("There is no field '{name}'")))?;
    Ok(Column::Field { id: field.id, kind: field.kind, name: name.to_owned() })
}
