//! From XML-RPC's parameters to the arguments of a method and the login of the caller.
//!
//! Three forms are taken: one struct with the arguments by name; the arguments by position, in the
//! documented order, `nil` for one that is left out; and by position behind a struct that holds
//! key and secret. A struct may hold `api_key` and `shared_secret` beside the arguments.
//!
//! Arguments are texts, as in the vendor's own dialect, so each type has one text: numbers in
//! decimal, `1` and `0` for booleans, `YYYY-MM-DD HH:MM:SS` in US Pacific time for dates (one with
//! an offset is moved there), base64 the UTF-8 text in it, an array of these a comma list.

use jiff::civil;

use super::super::args::{Args, Given};
use super::super::envelope::Login;
use super::super::method::Arg;
use super::super::pacific;
use crate::protocol::xmlrpc::{DateTime, Fault, Value, code};

/// Name of an array's member that is no text.
const MEMBER: &str = "item";

/// What a call's parameters say.
#[derive(Debug, Default)]
pub struct Said {
    /// Only where a struct names the key or the secret.
    pub login: Option<Login>,
    pub args: Args,
}

/// Reads the parameters of a method with these arguments.
pub fn read(params: Vec<Value>, known: &[Arg]) -> Result<Said, Fault> {
    let mut login = None;
    let mut members = Vec::new();
    let single = params.len() == 1;
    let mut params = params.into_iter().peekable();
    let holds_names = |first: &Value| match first {
        Value::Struct(members) => single || names_key(members),
        _ => false,
    };
    if let Some(Value::Struct(named)) = params.next_if(holds_names) {
        for (name, value) in named {
            if !is_login(&mut login, &name, &value) {
                push(&mut members, &name, value)?;
            }
        }
    }
    let mut names = known.iter().map(|arg| arg.name);
    for value in params {
        let Some(name) = names.next() else {
            return Err(invalid(format!("At most {} parameters are taken", known.len())));
        };
        push(&mut members, name, value)?;
    }
    Ok(Said { login, args: Args::new(members) })
}

fn names_key(members: &[(String, Value)]) -> bool {
    members.iter().any(|(name, _)| name.eq_ignore_ascii_case("api_key"))
}

/// Takes a member that is part of the login.
fn is_login(login: &mut Option<Login>, name: &str, value: &Value) -> bool {
    let is_key = name.eq_ignore_ascii_case("api_key");
    let is_secret = name.eq_ignore_ascii_case("shared_secret");
    if let (true, Value::String(text)) = (is_key || is_secret, value) {
        let login = login.get_or_insert_default();
        let part = if is_key { &mut login.api_key } else { &mut login.shared_secret };
        text.trim().clone_into(part);
    }
    is_key || is_secret
}

fn invalid(text: impl Into<String>) -> Fault {
    Fault::new(code::INVALID_PARAMS, text)
}

/// Adds an argument; `nil` adds none, an array of structs one for each.
fn push(members: &mut Vec<(String, Given)>, name: &str, value: Value) -> Result<(), Fault> {
    let mut add = |given| members.push((name.to_owned(), given));
    match value {
        Value::Nil => {}
        Value::Struct(inner) => add(nested(inner)?),
        Value::Array(items) if items.iter().all(is_text) => {
            let texts = items.into_iter().map(|item| text(name, item));
            add(Given::Text(texts.collect::<Result<Vec<_>, _>>()?.join(",")));
        }
        Value::Array(items) => {
            let mut inner = Vec::new();
            for item in items {
                push(&mut inner, MEMBER, item)?;
            }
            add(Given::Nested(inner));
        }
        scalar => add(Given::Text(text(name, scalar)?)),
    }
    Ok(())
}

/// The members of a struct; an array of structs in it is the same element several times, as in
/// the vendor's `columns` with its `column`s.
fn nested(members: Vec<(String, Value)>) -> Result<Given, Fault> {
    let mut inner = Vec::new();
    for (name, value) in members {
        match value {
            Value::Array(items) if !items.iter().all(is_text) => {
                for item in items {
                    push(&mut inner, &name, item)?;
                }
            }
            value => push(&mut inner, &name, value)?,
        }
    }
    Ok(Given::Nested(inner))
}

fn is_text(value: &Value) -> bool {
    !matches!(value, Value::Struct(_) | Value::Array(_) | Value::Nil)
}

/// The one text that a scalar has. Whoever calls it has seen to structs and arrays.
fn text(name: &str, value: Value) -> Result<String, Fault> {
    Ok(match value {
        Value::String(text) => text,
        Value::Int(number) => number.to_string(),
        Value::I8(number) => number.to_string(),
        Value::Boolean(truth) => u8::from(truth).to_string(),
        // `5.0` is how some libraries send a 5.
        Value::Double(number) => {
            let text = number.to_string();
            text.strip_suffix(".0").unwrap_or(&text).to_owned()
        }
        Value::DateTime(at) => date_time(at).ok_or_else(|| out_of_range(name))?,
        Value::Base64(bytes) => String::from_utf8(bytes)
            .map_err(|_| invalid(format!("The base64 of {name} is not UTF-8 text")))?,
        Value::Nil | Value::Struct(_) | Value::Array(_) => String::new(),
    })
}

fn out_of_range(name: &str) -> Fault {
    invalid(format!("The date of {name} is out of range"))
}

fn date_time(at: DateTime) -> Option<String> {
    let Some(offset) = at.offset else { return Some(civil_text(at.civil)) };
    offset.to_timestamp(at.civil).ok().map(pacific::date_time)
}

fn civil_text(at: civil::DateTime) -> String {
    at.strftime("%Y-%m-%d %H:%M:%S").to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::faces::empower::method::Need;
    use crate::protocol::xmlrpc::Double;

    const KNOWN: &[Arg] = &[
        Arg::text("email", Need::Optional, ""),
        Arg::number("template_id", Need::Optional, ""),
        Arg::date("start_date", Need::Optional, ""),
    ];

    fn said(params: Vec<Value>) -> Said {
        read(params, KNOWN).unwrap()
    }

    fn fields<const N: usize>(members: [(&str, Value); N]) -> Value {
        Value::fields(members)
    }

    #[test]
    fn a_struct_names_its_arguments_and_may_hold_the_login() {
        let said = said(vec![fields([
            ("API_KEY", Value::from(" k ")),
            ("email", Value::from("a@b.example")),
            ("shared_secret", Value::from("s")),
            ("template_id", Value::Int(7)),
        ])]);
        let login = said.login.unwrap();
        assert_eq!((login.api_key.as_str(), login.shared_secret.as_str()), ("k", "s"));
        assert_eq!(said.args.text("email"), Some("a@b.example"));
        assert_eq!(said.args.text("template_id"), Some("7"));
        assert_eq!(said.args.iter().count(), 2);
    }

    #[test]
    fn positions_are_the_documented_order_and_nil_leaves_one_out() {
        let said = said(vec![Value::Nil, Value::from("7")]);
        assert!(said.login.is_none());
        assert_eq!(said.args.text("email"), None);
        assert_eq!(said.args.text("template_id"), Some("7"));
    }

    #[test]
    fn positions_may_stand_behind_a_struct_with_the_login() {
        let login = fields([("api_key", Value::from("k")), ("shared_secret", Value::from("s"))]);
        let said = said(vec![login, Value::from("a@b.example")]);
        assert_eq!(said.login.unwrap().api_key, "k");
        assert_eq!(said.args.text("email"), Some("a@b.example"));
    }

    #[test]
    fn too_many_positions_are_refused() {
        let fault = read(vec![Value::Int(1); 4], KNOWN).unwrap_err();
        assert_eq!(fault.code, code::INVALID_PARAMS);
    }

    #[test]
    fn each_type_has_one_text() {
        let at = |text| Value::DateTime(DateTime::parse(text).unwrap());
        for (value, expected) in [
            (Value::I8(9_000_000_000), "9000000000"),
            (Value::Boolean(true), "1"),
            (Value::Double(Double::new(5.0).unwrap()), "5"),
            (Value::Double(Double::new(-0.5).unwrap()), "-0.5"),
            (Value::Base64("Zoë".into()), "Zoë"),
            (at("20170105T19:23:45"), "2017-01-05 19:23:45"),
            (at("20170705T19:23:45Z"), "2017-07-05 12:23:45"),
            (Value::Array(vec![Value::Int(1), Value::from("2")]), "1,2"),
        ] {
            let said = said(vec![fields([("email", value)])]);
            assert_eq!(said.args.raw("email"), Some(expected));
        }
        let fault = read(vec![Value::Base64(vec![0xff]), Value::Nil], KNOWN).unwrap_err();
        assert_eq!(fault.code, code::INVALID_PARAMS);
    }

    #[test]
    fn structs_within_are_elements_within() {
        let column = |name: &str| fields([("column_name", Value::from(name))]);
        let columns = fields([("column", Value::Array(vec![column("a"), column("b")]))]);
        let said = said(vec![fields([("columns", columns)])]);
        let columns = said.args.nested("columns").unwrap();
        let names: Vec<_> = columns.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["column", "column"]);
    }
}
