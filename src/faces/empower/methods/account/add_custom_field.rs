//! Adds a custom field.

use super::add_static_segment::shown;
use super::formats::{Unknown, field_form};
use super::rows::{FIELD, custom_field};
use crate::domain::{Error, FieldForm, NewCustomField, Refusal};
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.addCustomField",
    echo: Echo::AsDocumented,
    doc: "Adds a custom field.",
    args: &[
        Arg::text("name", Need::Required, "Unique in the account. 150 characters."),
        Arg::text("type", Need::Required, "date, string, number or zip_code."),
        Arg::text(
            "format",
            Need::Optional,
            "Of a date, for example MM/DD/YYYY; of a number, elements decimals (0-9) and \
             separators (for example 1,234,567.89). Both types need one.",
        ),
        Arg::flag("display_on_survey", "Show it on survey pages; not for a number."),
        Arg::text("friendly_tag", Need::Optional, "What stands for it in messages."),
        Arg::text("default_value", Need::Optional, "What a subscriber without a value has."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let kind = call.args.text("type").unwrap_or_default();
    let form = match field_form(kind, call.args.given("format")) {
        Ok(form) => form,
        Err(Unknown::Format) if !call.args.has("format") => {
            return Err(Failure::missing("format"));
        }
        Err(Unknown::Format) => return Ok(not_added(call.args, 143, "format is not valid")),
        Err(Unknown::Type) => return Ok(not_added(call.args, 142, "invalid type")),
    };
    match call.account.fields().create_custom(new_field(call.args, form)).await {
        Ok(made) => {
            let answer = Answer::new(140, "this custom field has been added");
            let members = custom_field(&made).into_iter();
            Ok(members.fold(answer, |answer, (name, tree)| answer.with(name, tree)))
        }
        Err(Error::Refused(refusal)) => refused(call.args, refusal),
        Err(error) => Err(error.into()),
    }
}

fn new_field(args: &Args, form: FieldForm) -> NewCustomField {
    let is_number = matches!(form, FieldForm::Number(_));
    NewCustomField {
        label: args.text("name").unwrap_or_default().to_owned(),
        form,
        visibility: shown(args.flag("display_on_survey") && !is_number),
        friendly_tag: args.text("friendly_tag").map(str::to_owned),
        default: args.text("default_value").map(str::to_owned),
    }
}

fn refused(args: &Args, refusal: Refusal) -> Result<Answer, Failure> {
    match refusal {
        Refusal::DataFieldInUse => Ok(not_added(args, 144, "field name already exists")),
        Refusal::DataFieldInvalid => Ok(not_added(args, 145, "invalid name or default_value")),
        Refusal::DataFieldLimit => {
            Ok(not_added(args, 146, "the account has too many custom fields"))
        }
        other => Err(other.into()),
    }
}

fn not_added(args: &Args, code: u16, why: &str) -> Answer {
    let answer = Answer::new(code, format!("action not taken, {why}"));
    FIELD.iter().fold(answer, |answer, name| {
        answer.with(name, Tree::text(args.text(name).unwrap_or_default()))
    })
}
