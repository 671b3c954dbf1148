//! The two editions of the contract: what a proxy from 2013 and one from 2014 expect to read.
//!
//! Between February 2013 and October 2014 the vendor changed the result of four operations. A
//! program generated before that cannot read the new form, so the edition follows the address
//! which the program was generated with: the old host name, or a path that says `2013`. Requests
//! did not change between the two.

use crate::protocol::http::Head;
use crate::protocol::soap::Edition;

/// Resubscribe answers a plain enumeration, unsubscribe answers nothing.
pub const YEAR_2013: Edition = Edition(2013);
/// Resubscribe and unsubscribe answer records. What everybody gets who does not ask otherwise.
pub const YEAR_2014: Edition = Edition(2014);

/// Listed in both editions, in one form.
pub const BOTH: &[Edition] = &[YEAR_2013, YEAR_2014];
/// Listed in 2013 only: retired, or a result that changed later.
pub const ONLY_2013: &[Edition] = &[YEAR_2013];
/// Listed in 2014 only: new, or a result that was another before.
pub const ONLY_2014: &[Edition] = &[YEAR_2014];

/// The host names under which the service was published in 2013.
pub const HOSTS_2013: [&str; 2] = ["apiconnector.com", "www.apiconnector.com"];

/// The first path segment that asks for the 2013 edition on any host.
const SEGMENT_2013: &str = "2013";

/// The edition of a call: 2013 by host name or by path, otherwise 2014.
pub fn of(head: &Head, hosts_2013: &[String]) -> Edition {
    let by_host = hosts_2013.iter().any(|host| host.eq_ignore_ascii_case(&head.host));
    if by_host || first_segment(&head.path) == SEGMENT_2013 { YEAR_2013 } else { YEAR_2014 }
}

fn first_segment(path: &str) -> &str {
    path.trim_start_matches('/').split('/').next().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use http::{HeaderMap, Method};

    use super::*;

    fn edition(host: &str, path: &str) -> Edition {
        let head = Head {
            method: Method::POST,
            path: path.to_owned(),
            query: String::new(),
            headers: HeaderMap::new(),
            peer: [127, 0, 0, 1].into(),
            base_url: format!("https://{host}"),
            host: host.to_owned(),
            request_id: String::new(),
            caller: crate::protocol::http::CallerSlot::default(),
        };
        of(&head, &HOSTS_2013.map(str::to_owned))
    }

    #[test]
    fn a_caller_gets_2014_unless_it_asks_otherwise() {
        assert_eq!(edition("api.example.org", "/v2/api.svc"), YEAR_2014);
        assert_eq!(edition("api.dotmailer.com", "/v2/Api.svc"), YEAR_2014);
    }

    #[test]
    fn the_hosts_of_2013_keep_their_edition() {
        assert_eq!(edition("apiconnector.com", "/v2/Api.svc"), YEAR_2013);
        assert_eq!(edition("WWW.apiconnector.com", "/v2/Api.svc"), YEAR_2013);
        assert_eq!(edition("notapiconnector.com", "/v2/Api.svc"), YEAR_2014);
    }

    #[test]
    fn a_path_below_2013_asks_for_that_edition_on_any_host() {
        assert_eq!(edition("127.0.0.1", "/2013/v2/api.svc"), YEAR_2013);
        assert_eq!(edition("127.0.0.1", "/20130/v2/api.svc"), YEAR_2014);
    }
}
