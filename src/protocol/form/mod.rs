//! Forms: `application/x-www-form-urlencoded`, `multipart/form-data`, and query strings.
//!
//! Faces whose clients post forms call [`urlencoded::read`] or [`multipart::read`] on a body that is
//! in memory already and get [`Fields`]: names and values in the order they came, repeats included.
//! A value stays bytes, since it may be a document with a charset of its own; [`Fields::text`] reads
//! it as text. What real clients get wrong is read as they meant it; only sizes are refused.

pub mod brackets;
pub mod multipart;
mod parameter;
pub mod text;
pub mod urlencoded;

use std::borrow::Cow;
use std::fmt::{Debug, Formatter};

use bytes::Bytes;

pub use self::parameter::parameter;

/// One name and its value.
#[derive(Clone, PartialEq, Eq)]
pub struct Field {
    pub name: String,
    pub value: Bytes,
}

impl Debug for Field {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "Field({} bytes)", self.value.len())
    }
}

/// The fields of a form, in order. `Debug` shows how many, not what they say.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Fields(Vec<Field>);

impl Fields {
    /// The first value of that name, as it came after decoding.
    pub fn get(&self, name: &str) -> Option<&Bytes> {
        self.0.iter().find(|field| field.name == name).map(|field| &field.value)
    }

    /// The first value of that name as text; see [`text::read`].
    pub fn text(&self, name: &str) -> Option<Cow<'_, str>> {
        self.get(name).map(|value| text::read(value))
    }

    pub fn iter(&self) -> std::slice::Iter<'_, Field> {
        self.0.iter()
    }

    pub fn len(&self) -> usize {
        self.0.len()
    }

    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Takes one more field, unless there are `most_fields` already.
    fn push(&mut self, field: Field, most_fields: usize) -> Result<(), FormError> {
        if self.0.len() >= most_fields {
            return Err(FormError::TooManyFields { most_fields });
        }
        self.0.push(field);
        Ok(())
    }
}

impl<'a> IntoIterator for &'a Fields {
    type Item = &'a Field;
    type IntoIter = std::slice::Iter<'a, Field>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}

impl<N: Into<String>, V: Into<Bytes>> FromIterator<(N, V)> for Fields {
    fn from_iter<I: IntoIterator<Item = (N, V)>>(fields: I) -> Self {
        let field = |(name, value): (N, V)| Field { name: name.into(), value: value.into() };
        Self(fields.into_iter().map(field).collect())
    }
}

impl Debug for Fields {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "Fields({})", self.0.len())
    }
}

/// Why a body cannot be read as a form.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum FormError {
    #[error("the form has more than {most_fields} fields")]
    TooManyFields { most_fields: usize },
    #[error("the Content-Type has no boundary")]
    NoBoundary,
    #[error("the head of a part is longer than {most_bytes} bytes")]
    PartHeadTooLong { most_bytes: usize },
}
