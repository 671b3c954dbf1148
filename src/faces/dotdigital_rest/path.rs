//! Which paths are this face's, and what their parts say.

use jiff::Timestamp;
use uuid::Uuid;

use super::failure::Failure;
use crate::domain::EmailAddress;
use crate::protocol::form::urlencoded::decoded;
use crate::protocol::rest::parse_date;

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

/// The segments of a path, decoded one by one; empty ones, such as behind a trailing slash, do not
/// count. A `+` is itself: in a path it never meant a blank.
pub fn segments(path: &str) -> Vec<String> {
    let segments = path.split('/').filter(|segment| !segment.is_empty());
    let decode = |segment: &str| {
        let plain = segment.replace('+', "%2B");
        String::from_utf8_lossy(&decoded(plain.as_bytes())).into_owned()
    };
    segments.map(decode).collect()
}

/// The values of a path's parameters, in the order of the template. `Debug` shows the names only.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct PathArgs(pub(super) Vec<(&'static str, String)>);

impl PathArgs {
    /// The text of a parameter; empty for a name that the template does not have.
    pub fn text(&self, name: &str) -> &str {
        let mut args = self.0.iter();
        args.find(|(known, _)| *known == name).map_or("", |(_, value)| value.as_str())
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

impl std::fmt::Debug for PathArgs {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_list().entries(self.0.iter().map(|(name, _)| name)).finish()
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

    #[test]
    fn segments_are_decoded_one_by_one() {
        let found = segments("/v2/contacts/a+b%40x.org%2F1//%zz/");
        assert_eq!(found, ["v2", "contacts", "a+b@x.org/1", "%zz"]);
        assert_eq!(segments("/%ff"), ["\u{fffd}"]);
    }
}
