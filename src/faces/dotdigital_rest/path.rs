//! Which paths are this face's, and what their parts say.

use jiff::Timestamp;
use uuid::Uuid;

use super::failure::Failure;
use crate::domain::EmailAddress;
use crate::protocol::rest::{self, parse_date};

/// The first segment of every path.
const VERSION: &str = "v2";
/// What stands below it that is not this API, in lower case.
const SOAP_SERVICES: [&str; 2] = ["api.svc", "apiservice.svc"];

/// Whether a path is below `/v2` and not the SOAP service, in any letter case.
pub fn is_ours(path: &str) -> bool {
    let mut segments = path.trim_start_matches('/').split('/');
    let version = segments.next().unwrap_or_default();
    let next = segments.next().unwrap_or_default();
    let is_soap = SOAP_SERVICES.iter().any(|service| service.eq_ignore_ascii_case(next));
    version.eq_ignore_ascii_case(VERSION) && !is_soap
}

/// The values of a path's parameters.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PathArgs(pub(super) rest::PathArgs);

impl PathArgs {
    /// The text of a parameter; empty for a name that the template does not have.
    pub fn text(&self, name: &str) -> &str {
        self.0.text(name)
    }

    /// A whole number. The router lets digits through only, so what fails is beyond `i32`.
    pub fn number(&self, name: &'static str) -> Result<i32, Failure> {
        self.text(name).parse().map_err(|_| Failure::parameter(name))
    }

    /// A date in any form that clients send; see [`parse_date`].
    pub fn date(&self, name: &'static str) -> Result<Timestamp, Failure> {
        parse_date(self.text(name)).ok_or_else(|| Failure::parameter(name))
    }

    /// A GUID in any of its forms; `None` is for the operation to refuse as an unknown one.
    pub fn guid(&self, name: &str) -> Option<Uuid> {
        Uuid::try_parse(self.text(name).trim()).ok()
    }

    /// An e-mail address.
    pub fn address(&self, name: &str) -> Result<EmailAddress, Failure> {
        Ok(EmailAddress::parse(self.text(name))?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_api_is_below_v2_beside_the_soap_service() {
        for path in ["/v2/contacts", "/V2/contacts/", "/v2", "/v2/", "/v2/api.svcs"] {
            assert!(is_ours(path), "{path}");
        }
        for path in ["/", "/v2x/contacts", "/v2/api.svc", "/V2/Api.svc/mex", "/v2/ApiService.svc"] {
            assert!(!is_ours(path), "{path}");
        }
    }
}
