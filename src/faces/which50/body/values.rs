//! The values of one contact.

use super::{json, member, syntax, text_of, with_xml};
use crate::faces::which50::call::Call;
use crate::faces::which50::failure::Failure;
use crate::faces::which50::records::{DTO, SHARED};
use crate::protocol::datacontract::{Syntax, read_dictionary};
use crate::protocol::form::{text, urlencoded};
use crate::protocol::rest::{MediaType, Tree};
use crate::protocol::xml::{Reader, XmlError};

/// Values of one contact.
const MOST_VALUES: usize = 1_000;

/// Values by name, in the order in which they were sent; `None` clears one.
pub type Sent = Vec<(String, Option<String>)>;

/// The values of a `Contact` in the body; with `forms` also those of a form.
pub fn read_values(call: &Call<'_>, forms: bool) -> Result<Sent, Failure> {
    if forms && is_form(call) {
        return form(call);
    }
    match syntax(call)? {
        Syntax::Json => {
            let tree = json(call)?;
            let values = member(&tree, "Values").unwrap_or(&Tree::Null);
            match (values, &tree) {
                (Tree::Record(values), _) => bounded(values.iter().map(of_json).collect()),
                // A form in JSON is the values themselves.
                (Tree::Null, Tree::Record(values)) if forms => {
                    bounded(values.iter().map(of_json).collect())
                }
                (Tree::Null, Tree::Record(_)) => Ok(Vec::new()),
                _ => Err(Failure::malformed("The body is not a Contact.")),
            }
        }
        Syntax::Xml => bounded(with_xml(call, |xml| {
            if xml.root()?.is(DTO, "Contact") { contact(xml).map(Some) } else { Ok(None) }
        })?),
    }
}

/// The values of the contact whose element was entered last.
pub(super) fn contact(xml: &mut Reader<'_>) -> Result<Sent, XmlError> {
    let mut values = Vec::new();
    if xml.is_nil() {
        xml.skip()?;
        return Ok(values);
    }
    while let Some(name) = xml.next_child()? {
        if name.is(SHARED, "Values") {
            read_dictionary(xml, |name, value| values.push((name, value)))?;
        } else {
            xml.skip()?;
        }
    }
    Ok(values)
}

fn of_json((name, value): &(String, Tree)) -> (String, Option<String>) {
    (name.clone(), text_of(value))
}

fn bounded(values: Sent) -> Result<Sent, Failure> {
    if values.len() > MOST_VALUES {
        return Err(Failure::malformed(format!("A contact has at most {MOST_VALUES} values.")));
    }
    Ok(values)
}

fn is_form(call: &Call<'_>) -> bool {
    let media_type = call.head.header("content-type").map(MediaType::parse);
    media_type.is_some_and(|sent| {
        sent.essence().eq_ignore_ascii_case("application/x-www-form-urlencoded")
    })
}

fn form(call: &Call<'_>) -> Result<Sent, Failure> {
    let fields = urlencoded::read(call.body, MOST_VALUES);
    let fields = fields.map_err(|_| Failure::malformed("The form has too many fields."))?;
    let value = |bytes: &[u8]| Some(text::read(bytes).into_owned());
    Ok(fields.iter().map(|field| (field.name.clone(), value(&field.value))).collect())
}
