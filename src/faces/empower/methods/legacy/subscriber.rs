//! What the wire calls the standard fields of a subscriber.

/// A standard field: its name on the wire, and the data field that holds it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standard {
    pub wire: &'static str,
    pub field: &'static str,
}

const fn standard(wire: &'static str, field: &'static str) -> Standard {
    Standard { wire, field }
}

/// In the order of the wire. The account gets those that it has not when they are first written.
pub static STANDARD: [Standard; 10] = [
    standard("firstname", "FIRSTNAME"),
    standard("lastname", "LASTNAME"),
    standard("address", "ADDRESS"),
    standard("city", "CITY"),
    standard("state", "STATE"),
    standard("postal_code", "POSTCODE"),
    standard("country", "COUNTRY"),
    standard("phone_hm", "PHONE_HM"),
    standard("phone_wk", "PHONE_WK"),
    standard("fax", "FAX"),
];

/// What a field holds that holds nothing; also a value that says so.
pub const NULL: &str = "::null::";
