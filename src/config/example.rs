//! The documented example: every key with its meaning and its default.

use toml::{Table, Value};

use super::load::variable_of;
use super::{Config, Field, SECTIONS, Section};

/// A complete `lychgate.toml` in which every key stands with its default.
///
/// Keys without a default are commented out, and so are sections that may stand any number of
/// times. Loading the text gives [`Config::default`].
pub fn example() -> String {
    let defaults = Table::try_from(Config::default()).unwrap_or_default();
    let mut text = String::from(
        "# Settings of Lychgate. Every key stands here with its default; delete what you keep.\n\
         # Environment variables win over this file: LYCHGATE_SERVER_LISTEN is `listen` in [server].\n\
         # Flags win over both.\n",
    );
    for section in SECTIONS {
        if section.repeated {
            any_number(&mut text, section);
            continue;
        }
        let keys = defaults.get(section.name).and_then(Value::as_table);
        text.push('\n');
        comment(&mut text, section.doc);
        push(&mut text, format_args!("[{}]\n", section.name));
        for field in section.fields {
            let value = keys.and_then(|keys| keys.get(field.name));
            setting(&mut text, section.name, field, value);
        }
    }
    text
}

fn any_number(text: &mut String, section: &Section) {
    text.push('\n');
    comment(text, section.doc);
    push(text, format_args!("# May stand any number of times. Not settable by the environment.\n"));
    push(text, format_args!("# [[{}]]\n", section.name));
    for field in section.fields {
        comment(text, field.doc);
        push(text, format_args!("# {} = {}\n", field.name, field.example));
    }
}

fn setting(text: &mut String, section: &str, field: &Field, value: Option<&Value>) {
    comment(text, field.doc);
    push(text, format_args!("# Environment: {}\n", variable_of(section, field.name)));
    match value {
        Some(value) => push(text, format_args!("{} = {value}\n", field.name)),
        None => push(text, format_args!("# {} = {}\n", field.name, field.example)),
    }
}

fn comment(text: &mut String, doc: &str) {
    for line in doc.lines() {
        push(text, format_args!("{}\n", format!("# {line}").trim_end()));
    }
}

fn push(text: &mut String, arguments: std::fmt::Arguments<'_>) {
    text.push_str(&arguments.to_string());
}
