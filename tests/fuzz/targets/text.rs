//! Small languages: templates, filters, addresses.

use jiff::Timestamp;
use jiff::tz::TimeZone;
use lychgate::domain::EmailAddress;
use lychgate::domain::template::smarty::{self, Surroundings, Value};
use lychgate::faces::which50::odata::{Filter, OrderBy};
use lychgate::protocol::datacontract::Value as Cell;

/// A template is rendered within its bounds, or refused.
pub fn smarty(data: &[u8]) {
    let Ok(template) = std::str::from_utf8(data) else { return };
    let mut surroundings = Surroundings::new(Timestamp::UNIX_EPOCH, TimeZone::UTC);
    surroundings.assign("name", Value::Text("J\u{f6} <jo@b.example>".into()));
    if let Ok(rendered) = smarty::render(template, &surroundings) {
        assert!(rendered.len() <= smarty::MAX_OUTPUT_BYTES);
    }
}

/// A filter holds or does not.
pub fn odata(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    if let Some(filter) = Filter::parse(text) {
        filter.holds(&|name| Cell::from(name));
    }
    drop(OrderBy::parse(text));
}

/// An address that is taken is taken again, as given and as compared, and stays one line.
pub fn address(data: &[u8]) {
    let Ok(text) = std::str::from_utf8(data) else { return };
    let Ok(address) = EmailAddress::parse(text) else { return };
    assert!(!address.as_given().contains(char::is_control), "{address:?}");
    let again = EmailAddress::parse(address.as_given()).expect("what was taken is taken");
    assert_eq!(again.as_compared(), address.as_compared());
    let compared = EmailAddress::parse(address.as_compared()).expect("what was compared is taken");
    assert_eq!(compared.as_compared(), address.as_compared());
}
