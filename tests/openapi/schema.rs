//! Holds JSON against schemas of OpenAPI 3.0.

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Map, Value};

/// Which way a document goes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// Exactly as the schema says.
    Reply,
    /// As the vendor reads it: names in any letter case, enumerations by place too, null as absent.
    Request,
}

/// The vendor's document.
#[derive(Debug)]
pub struct OpenApi(Value);

/// What a schema says of the members of an object.
#[derive(Default)]
struct Members<'a> {
    known: BTreeMap<&'a str, &'a Value>,
    required: Vec<&'a str>,
    /// Whether others may stand beside them.
    closed: bool,
}

impl OpenApi {
    pub fn new(document: Value) -> Self {
        Self(document)
    }

    /// The operation of this id, its path and its method.
    pub fn operation(&self, id: &str) -> Option<(&str, &str, &Value)> {
        let paths = self.0["paths"].as_object()?;
        let mut all = paths.iter().flat_map(|(path, methods)| {
            let methods = methods.as_object().into_iter().flatten();
            methods.map(move |(method, operation)| (path.as_str(), method.as_str(), operation))
        });
        all.find(|(_, _, operation)| operation["operationId"] == id)
    }

    /// How many operations there are.
    pub fn count(&self) -> usize {
        let paths = self.0["paths"].as_object().into_iter().flatten();
        paths.map(|(_, methods)| methods.as_object().map_or(0, Map::len)).sum()
    }

    fn resolved<'a>(&'a self, schema: &'a Value, place: &mut String) -> &'a Value {
        let Some(reference) = schema["$ref"].as_str() else { return schema };
        let name = reference.rsplit('/').next().unwrap_or_default();
        *place = name.to_owned();
        let found = &self.0["components"]["schemas"][name];
        self.resolved(found, place)
    }

    /// Adds to `differences` what of `value` is not as `schema` says. `place` is where it stands:
    /// the nearest named schema and what is below it.
    pub fn judge(
        &self,
        value: &Value,
        schema: &Value,
        place: &str,
        way: Way,
        differences: &mut Vec<String>,
    ) {
        let mut named = place.to_owned();
        let is_nullable = schema["nullable"] == true;
        let schema = self.resolved(schema, &mut named);
        if value.is_null() {
            let may = is_nullable || schema["nullable"] == true || way == Way::Request;
            // A schema that says nothing takes everything.
            let says = schema.as_object().is_some_and(|schema| !schema.is_empty());
            if says && !may {
                differences.push(format!("{place}: null"));
            }
            return;
        }
        let place = if value.is_object() { named } else { place.to_owned() };
        if let Some(choices) = schema["oneOf"].as_array() {
            let fits = |choice: &Value| {
                let mut found = Vec::new();
                self.judge(value, choice, &place, way, &mut found);
                found
            };
            let mut found: Vec<Vec<String>> = choices.iter().map(fits).collect();
            if found.iter().all(|differences| !differences.is_empty()) {
                differences.append(&mut found.swap_remove(0));
            }
            return;
        }
        if let Some(words) = schema["enum"].as_array() {
            return judge_word(value, words, &place, way, differences);
        }
        if schema["allOf"].is_array() || schema["properties"].is_object() {
            return self.judge_object(value, schema, &place, way, differences);
        }
        let fits = match schema["type"].as_str() {
            Some("array") => {
                let Some(items) = value.as_array() else {
                    return differences.push(format!("{place}: no list"));
                };
                for item in items {
                    self.judge(item, &schema["items"], &place, way, differences);
                }
                return;
            }
            Some("object") => value.is_object(),
            Some("boolean") => value.is_boolean(),
            Some("integer") => value
                .as_i64()
                .is_some_and(|whole| schema["format"] != "int32" || i32::try_from(whole).is_ok()),
            Some("number") => value.is_number(),
            Some("string") => value.as_str().is_some_and(|text| is_text(text, schema, way)),
            _ => true,
        };
        if !fits {
            let kind = schema["format"].as_str().or(schema["type"].as_str()).unwrap_or_default();
            differences.push(format!("{place}: no {kind}"));
        }
    }

    fn judge_object(
        &self,
        value: &Value,
        schema: &Value,
        place: &str,
        way: Way,
        differences: &mut Vec<String>,
    ) {
        let Some(given) = value.as_object() else {
            return differences.push(format!("{place}: no object"));
        };
        let mut members = Members::default();
        self.add_members(schema, &mut members);
        let is_called = |given: &str, known: &str| match way {
            Way::Reply => given == known,
            Way::Request => given.eq_ignore_ascii_case(known),
        };
        for required in &members.required {
            if !given.keys().any(|name| is_called(name, required)) {
                differences.push(format!("{place}.{required}: missing"));
            }
        }
        for (name, value) in given {
            match members.known.iter().find(|(known, _)| is_called(name, known)) {
                Some((known, schema)) => {
                    self.judge(value, schema, &format!("{place}.{known}"), way, differences);
                }
                None if members.closed => differences.push(format!("{place}.{name}: unknown")),
                None => {}
            }
        }
    }

    /// The members of all parts of a schema together: each part of an `allOf` would otherwise
    /// refuse the members of the others.
    fn add_members<'a>(&'a self, schema: &'a Value, members: &mut Members<'a>) {
        let schema = self.resolved(schema, &mut String::new());
        for part in schema["allOf"].as_array().into_iter().flatten() {
            self.add_members(part, members);
        }
        let known = schema["properties"].as_object().into_iter().flatten();
        members.known.extend(known.map(|(name, schema)| (name.as_str(), schema)));
        let required = schema["required"].as_array().into_iter().flatten();
        members.required.extend(required.filter_map(Value::as_str));
        members.closed |= schema["additionalProperties"] == false;
    }
}

fn judge_word(
    value: &Value,
    words: &[Value],
    place: &str,
    way: Way,
    differences: &mut Vec<String>,
) {
    let text = value.as_str().unwrap_or_default();
    let by_place = value.as_u64().or(text.parse().ok()).and_then(|at| usize::try_from(at).ok());
    let fits = match way {
        Way::Reply => words.contains(value),
        Way::Request => {
            by_place.is_some_and(|at| at < words.len())
                || words
                    .iter()
                    .any(|word| word.as_str().unwrap_or_default().eq_ignore_ascii_case(text))
        }
    };
    if !fits {
        differences.push(format!("{place}: none of its words"));
    }
}

fn is_text(text: &str, schema: &Value, way: Way) -> bool {
    let length = |bound: &str| schema[bound].as_u64().and_then(|chars| usize::try_from(chars).ok());
    let chars = text.chars().count();
    let fits_length = length("minLength").is_none_or(|least| chars >= least)
        && length("maxLength").is_none_or(|most| chars <= most);
    let has_form = match schema["format"].as_str() {
        // Callers leave the offset out, or the time.
        Some("date-time") if way == Way::Request => text.parse::<jiff::civil::Date>().is_ok(),
        Some("date-time") => text.parse::<jiff::Timestamp>().is_ok(),
        Some("guid") => uuid::Uuid::parse_str(text).is_ok(),
        Some("byte") => STANDARD.decode(text).is_ok(),
        _ => true,
    };
    fits_length && has_form
}
