//! Reads the file, lays the environment over it, and refuses what is not known.

use std::borrow::Cow;
use std::path::Path;

use toml::Spanned;
use toml::de::{DeTable, DeValue};
use toml::{Table, Value};

use super::{Config, ConfigError, SECTIONS, Section};

/// Environment variables that are not settings of the file.
const OTHER_VARIABLES: &[&str] = &["LYCHGATE_LOG", "LYCHGATE_ADMIN_TOKEN", "LYCHGATE_CONFIG"];

/// How alike two names must be for one to be named as the other's likely meaning, from 0 to 1.
const ALIKE: f64 = 0.6;

/// How alike an unknown variable must be to a known one to count as its misspelling. Higher than
/// [`ALIKE`]: other programs' variables may begin with `LYCHGATE_` too.
const MISSPELLED: f64 = 0.93;

/// Reads `file` when it is given, then `environment` as pairs of name and value.
pub fn load(
    file: Option<&Path>,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    let Some(path) = file else { return from_text("", "defaults", environment) };
    let text = std::fs::read_to_string(path)
        .map_err(|source| ConfigError::Unreadable { path: path.to_owned(), source })?;
    from_text(&text, &path.display().to_string(), environment)
}

/// Like [`load`], with the file's text at hand; `origin` names it in errors.
pub fn from_text(
    text: &str,
    origin: &str,
    environment: impl IntoIterator<Item = (String, String)>,
) -> Result<Config, ConfigError> {
    refuse_unknown_keys(text, origin)?;
    let malformed = |error: toml::de::Error, origin: &str| ConfigError::Malformed {
        origin: origin.to_owned(),
        message: error.to_string().trim_end().to_owned(),
    };
    // Typed first, so that an error shows its line in the file.
    toml::from_str::<Config>(text).map_err(|error| malformed(error, origin))?;
    let mut table = text.parse::<Table>().map_err(|error| malformed(error, origin))?;
    for (name, value) in environment {
        lay_variable(&mut table, &name, &value)?;
    }
    let config: Config = table.try_into().map_err(|error| malformed(error, "environment"))?;
    config.check()?;
    Ok(config)
}

fn refuse_unknown_keys(text: &str, origin: &str) -> Result<(), ConfigError> {
    // Text that is no TOML at all is reported by the typed reader, with its line.
    let Ok(document) = DeTable::parse(text) else { return Ok(()) };
    for (name, value) in document.get_ref() {
        let line = line_of(text, name.span().start);
        let Some(section) = section_named(name.get_ref()) else {
            return Err(ConfigError::UnknownSection {
                origin: origin.to_owned(),
                line,
                section: name.get_ref().to_string(),
                nearest: nearest(name.get_ref(), SECTIONS.iter().map(|one| one.name)),
            });
        };
        for key in keys_of(value.get_ref()) {
            refuse_unknown_key(section, key.get_ref()).map_err(|nearest| {
                ConfigError::UnknownKey {
                    origin: origin.to_owned(),
                    line: line_of(text, key.span().start),
                    section: section.name.to_owned(),
                    key: key.get_ref().to_string(),
                    nearest,
                }
            })?;
        }
    }
    Ok(())
}

/// The keys of a section, or of each of a section's tables.
fn keys_of<'v, 't>(
    value: &'v DeValue<'t>,
) -> Box<dyn Iterator<Item = &'v Spanned<Cow<'t, str>>> + 'v> {
    match value {
        DeValue::Table(keys) => Box::new(keys.keys()),
        DeValue::Array(tables) => Box::new(tables.iter().flat_map(|one| keys_of(one.get_ref()))),
        DeValue::String(_)
        | DeValue::Integer(_)
        | DeValue::Float(_)
        | DeValue::Boolean(_)
        | DeValue::Datetime(_) => Box::new(std::iter::empty()),
    }
}

/// The error is the nearest known key, with its section when it lives in another one.
fn refuse_unknown_key(section: &Section, key: &str) -> Result<(), Option<String>> {
    if section.fields.iter().any(|field| field.name == key) {
        return Ok(());
    }
    let here = nearest(key, section.fields.iter().map(|field| field.name));
    Err(here.or_else(|| {
        let elsewhere = SECTIONS.iter().flat_map(|other| {
            other.fields.iter().map(move |field| (format!("{}.{}", other.name, field.name), field))
        });
        elsewhere
            .max_by(|a, b| likeness(key, a.1.name).total_cmp(&likeness(key, b.1.name)))
            .and_then(|(path, field)| (likeness(key, field.name) >= ALIKE).then_some(path))
    }))
}

fn section_named(name: &str) -> Option<&'static Section> {
    SECTIONS.iter().find(|section| section.name == name)
}

fn likeness(a: &str, b: &str) -> f64 {
    strsim::jaro_winkler(a, b)
}

fn nearest<'a>(name: &str, known: impl Iterator<Item = &'a str>) -> Option<String> {
    known
        .map(|one| (likeness(name, one), one))
        .filter(|(alike, _)| *alike >= ALIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, one)| one.to_owned())
}

fn line_of(text: &str, offset: usize) -> usize {
    text.bytes().take(offset).filter(|byte| *byte == b'\n').count() + 1
}

/// The variable of a key: `LYCHGATE_SERVER_LISTEN` for `listen` in `[server]`.
pub(super) fn variable_of(section: &str, key: &str) -> String {
    format!("LYCHGATE_{section}_{key}").to_ascii_uppercase()
}

fn lay_variable(table: &mut Table, name: &str, value: &str) -> Result<(), ConfigError> {
    if !name.starts_with("LYCHGATE_") || OTHER_VARIABLES.contains(&name) {
        return Ok(());
    }
    let known = SECTIONS
        .iter()
        .filter(|section| !section.repeated)
        .flat_map(|section| section.fields.iter().map(move |field| (section.name, field.name)));
    let found = known.clone().find(|(section, key)| variable_of(section, key) == name);
    if let Some((section, key)) = found {
        let keys =
            table.entry(section).or_insert_with(|| Value::Table(Table::new())).as_table_mut();
        if let Some(keys) = keys {
            keys.insert(key.to_owned(), value_of(value));
        }
        return Ok(());
    }
    let names: Vec<String> = known.map(|(section, key)| variable_of(section, key)).collect();
    let is_meant_for_us =
        SECTIONS.iter().any(|section| name.starts_with(&variable_of(section.name, "")))
            || names.iter().any(|known| likeness(name, known) >= MISSPELLED);
    if !is_meant_for_us {
        return Ok(());
    }
    let nearest = nearest(name, names.iter().map(String::as_str));
    Err(ConfigError::UnknownVariable { name: name.to_owned(), nearest })
}

/// A variable's value as TOML where it is one (`true`, `25`, `["a"]`), else as text.
fn value_of(text: &str) -> Value {
    let as_toml = format!("value = {text}").parse::<Table>();
    match as_toml.ok().and_then(|mut table| table.remove("value")) {
        Some(
            value @ (Value::Boolean(_) | Value::Integer(_) | Value::Array(_) | Value::String(_)),
        ) => value,
        _ => Value::String(text.to_owned()),
    }
}
