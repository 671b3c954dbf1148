//! The service's WSDL in each edition, and how it may differ from the vendor's own.

use super::DotdigitalSoap;
use super::edition::{YEAR_2013, YEAR_2014};
use crate::protocol::soap::Edition;
use crate::protocol::soap::wsdl::{self, Accepted, Agreement, Contract, Form, Unreadable, What};

/// The address in the golden files, whoever serves them.
pub const GOLDEN_ADDRESS: &str = "https://lychgate.example/v2/api.svc";

/// The golden files below `wsdl/`: exactly what is served, in the single-file form.
pub const GOLDEN: [(Edition, &str); 2] =
    [(YEAR_2014, "dotdigital-soap-2014.wsdl"), (YEAR_2013, "dotdigital-soap-2013.wsdl")];

/// One record serves both editions, and its shape is that of 2014. `minOccurs` binds what a
/// client must send, and reading asks for neither; what is sent back always has every member.
const OCCURS_AS_IN_2014: &str =
    "the record's occurrence is that of 2014; requests are read and results written alike";

/// Meant differences from the WSDL of 2013-02-15.
const ACCEPTED_2013: [Accepted; 5] = [
    Accepted { place: "ApiAccount/Properties", what: What::MinOccurs, reason: OCCURS_AS_IN_2014 },
    Accepted { place: "ApiContact/Email", what: What::MinOccurs, reason: OCCURS_AS_IN_2014 },
    Accepted {
        place: "ApiContactResubscription/PreferredLocale",
        what: What::MinOccurs,
        reason: OCCURS_AS_IN_2014,
    },
    Accepted {
        place: "ApiContactResubscription/ReturnUrlToUseIfChallenged",
        what: What::MinOccurs,
        reason: OCCURS_AS_IN_2014,
    },
    Accepted {
        place: "GetContactStatusByEmail",
        what: What::OnlyOurs,
        reason: "listed in January 2013 and withdrawn before February; old proxies still call it",
    },
];

/// The contract of an edition.
pub fn contract(edition: Edition) -> Contract {
    Contract::of(&DotdigitalSoap::default(), edition)
}

/// The WSDL of an edition, as callers at `address` get it.
pub fn render(edition: Edition, form: Form, address: &str) -> String {
    contract(edition).render(form, address)
}

/// What is meant to differ from the vendor's WSDL of an edition.
pub fn accepted(edition: Edition) -> &'static [Accepted] {
    if edition == YEAR_2013 { &ACCEPTED_2013 } else { &[] }
}

/// Compares an edition with a genuine WSDL.
pub fn agree_with(edition: Edition, genuine: &[u8]) -> Result<Agreement, Unreadable> {
    let theirs = wsdl::read(genuine)?;
    Ok(wsdl::agree(&contract(edition), &theirs, accepted(edition)))
}
