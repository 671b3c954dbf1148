//! Reads a `methodCall` and the values in it.

use super::date_time::DateTime;
use super::value::{Double, Value};
use crate::protocol::xml::{Content, Problem, Reader, XmlError};

/// What a caller asks for.
///
/// Debug shows the types of the parameters only.
#[derive(Debug, Clone, PartialEq)]
pub struct Call {
    /// As sent, without outer white space.
    pub method: String,
    /// Empty when `<params>` is empty or missing.
    pub params: Vec<Value>,
}

impl Call {
    /// Reads the call from a reader that has entered the root, `methodCall`.
    ///
    /// The children may stand in any order. Nesting and size are bounded by the reader: a value
    /// inside another takes three of its levels.
    pub fn read(xml: &mut Reader<'_>) -> Result<Self, XmlError> {
        let mut method = None;
        let mut params = None;
        while let Some(child) = xml.next_child()? {
            match child.local() {
                "methodName" if method.is_none() => {
                    method = Some(xml.value("method name", some_text)?);
                }
                "params" if params.is_none() => params = Some(read_params(xml)?),
                _ => return Err(xml.error(Problem::UnexpectedElement)),
            }
        }
        let method = method.ok_or_else(|| xml.error_in_left(Problem::Missing("methodName")))?;
        Ok(Self { method, params: params.unwrap_or_default() })
    }
}

fn some_text(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_owned())
}

fn read_params(xml: &mut Reader<'_>) -> Result<Vec<Value>, XmlError> {
    let mut params = Vec::new();
    while let Some(child) = xml.next_child()? {
        if child.local() != "param" {
            return Err(xml.error(Problem::UnexpectedElement));
        }
        params.push(read_only_value(xml)?);
    }
    Ok(params)
}

/// Leaves an element that holds exactly one `value`.
fn read_only_value(xml: &mut Reader<'_>) -> Result<Value, XmlError> {
    let value = match xml.next_child()? {
        Some(child) if child.local() == "value" => read_value(xml)?,
        Some(_) => return Err(xml.error(Problem::UnexpectedElement)),
        None => return Err(xml.error_in_left(Problem::Missing("value"))),
    };
    leave(xml)?;
    Ok(value)
}

/// Leaves an element that has nothing more in it.
fn leave(xml: &mut Reader<'_>) -> Result<(), XmlError> {
    match xml.next_child()? {
        None => Ok(()),
        Some(_) => Err(xml.error(Problem::UnexpectedElement)),
    }
}

/// Reads a `value` that has been entered, and leaves it. Without a type inside it is a string.
pub fn read_value(xml: &mut Reader<'_>) -> Result<Value, XmlError> {
    let kind = match xml.text_or_child()? {
        Content::Text(text) => return Ok(Value::String(text.into_owned())),
        Content::Child(kind) => kind,
    };
    let value = read_typed(xml, kind.local())?;
    leave(xml)?;
    Ok(value)
}

fn read_typed(xml: &mut Reader<'_>, kind: &str) -> Result<Value, XmlError> {
    match kind {
        "string" => xml.text().map(|text| Value::String(text.into_owned())),
        "int" | "i4" | "i1" | "i2" => xml.value("int", integer),
        "i8" | "biginteger" => xml.value("i8", |text| text.parse().ok().map(Value::I8)),
        "boolean" => xml.value("boolean", boolean),
        "double" | "float" | "bigdecimal" => {
            xml.value("double", |text| Double::parse(text).map(Value::Double))
        }
        "dateTime.iso8601" | "dateTime" => {
            xml.value("dateTime.iso8601", |text| DateTime::parse(text).map(Value::DateTime))
        }
        "base64" => xml.base64().map(Value::Base64),
        "struct" => read_struct(xml).map(Value::Struct),
        "array" => read_array(xml).map(Value::Array),
        "nil" => leave(xml).map(|()| Value::Nil),
        _ => Err(xml.error(Problem::UnexpectedElement)),
    }
}

/// Some libraries write wider numbers than `int` holds; nothing is lost by taking them.
fn integer(text: &str) -> Option<Value> {
    let number: i64 = text.parse().ok()?;
    Some(i32::try_from(number).map_or(Value::I8(number), Value::Int))
}

fn boolean(text: &str) -> Option<Value> {
    match text {
        "1" | "true" => Some(Value::Boolean(true)),
        "0" | "false" => Some(Value::Boolean(false)),
        _ => None,
    }
}

fn read_struct(xml: &mut Reader<'_>) -> Result<Vec<(String, Value)>, XmlError> {
    let mut members = Vec::new();
    while let Some(child) = xml.next_child()? {
        if child.local() != "member" {
            return Err(xml.error(Problem::UnexpectedElement));
        }
        members.push(read_member(xml)?);
    }
    Ok(members)
}

/// Name and value, in either order.
fn read_member(xml: &mut Reader<'_>) -> Result<(String, Value), XmlError> {
    let (mut name, mut value) = (None, None);
    while let Some(child) = xml.next_child()? {
        match child.local() {
            "name" if name.is_none() => name = Some(xml.text()?.into_owned()),
            "value" if value.is_none() => value = Some(read_value(xml)?),
            _ => return Err(xml.error(Problem::UnexpectedElement)),
        }
    }
    let name = name.ok_or_else(|| xml.error_in_left(Problem::Missing("name")))?;
    let value = value.ok_or_else(|| xml.error_in_left(Problem::Missing("value")))?;
    Ok((name, value))
}

/// An array without `data`, as some hand-written clients send an empty one, is empty.
fn read_array(xml: &mut Reader<'_>) -> Result<Vec<Value>, XmlError> {
    let mut items = Vec::new();
    match xml.next_child()? {
        None => return Ok(items),
        Some(child) if child.local() == "data" => {}
        Some(_) => return Err(xml.error(Problem::UnexpectedElement)),
    }
    while let Some(child) = xml.next_child()? {
        if child.local() != "value" {
            return Err(xml.error(Problem::UnexpectedElement));
        }
        items.push(read_value(xml)?);
    }
    leave(xml)?;
    Ok(items)
}
