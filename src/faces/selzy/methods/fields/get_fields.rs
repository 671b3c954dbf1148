//! Lists the fields.

use serde::Serialize;

use super::kind::Kind;
use crate::domain::DataField;
use crate::faces::selzy::{Answer, Call, Failure, Method};

pub static METHOD: Method = Method {
    name: "getFields",
    doc: "Every field with its type and its place on a contact's card.",
    args: &[],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Row {
    id: u16,
    name: String,
    #[serde(rename = "type")]
    kind: &'static str,
    is_visible: u8,
    view_pos: u32,
    public_name: String,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let fields = call.account.fields().all().await?;
    let rows: Vec<Row> = (1..).zip(&fields).map(|(place, field)| row(place, field)).collect();
    Answer::result(&rows)
}

fn row(place: u32, field: &DataField) -> Row {
    let card = &field.display.card;
    Row {
        id: field.id.0,
        name: field.label().to_owned(),
        kind: Kind::name_of(field),
        is_visible: u8::from(!card.is_hidden),
        view_pos: card.position.unwrap_or(place),
        public_name: card.public_name.clone().unwrap_or_else(|| field.label().to_owned()),
    }
}
