//! Why a client fails, in plain words, from one captured exchange.
//!
//! [`diagnose`] looks at a call and its reply and answers what is wrong with them and what to
//! change, for the client stack that made the call. It reads nothing else, changes nothing and
//! answers the same for the same bytes. Each thing it can say is an [`Ailment`]: a code, how bad it
//! is, a look at the exchange, and a page below `docs/doctor/` with what to change. [`AILMENTS`]
//! lists all. [`input`] reads exchanges from files.

mod ailment;
mod ailments;
mod client;
mod document;
pub mod input;
mod misfit;
mod names;
mod seen;
pub mod tls;

pub use self::ailment::{Advice, Ailment, Diagnosis, Severity};
pub use self::ailments::AILMENTS;
pub use self::client::Stack;
pub use self::seen::{Case, Known};

use self::document::decoded;
use self::seen::Seen;

/// Largest body that is looked into, in bytes. Of a longer one only the size and the head count.
pub const MOST_BODY_BYTES: usize = 64 * 1024 * 1024;

/// Looks at one exchange, for everything on the list. A healthy exchange has no diagnosis.
///
/// The worst come first. Takes time and memory in proportion to the two bodies, which count up to
/// [`MOST_BODY_BYTES`] each.
pub fn diagnose(case: &Case<'_>) -> Vec<Diagnosis> {
    let sent = decoded(&case.exchange.request.headers, &case.exchange.request.body);
    let answered = decoded(&case.exchange.response.headers, &case.exchange.response.body);
    let seen = Seen::new(case, &sent, &answered);
    let mut found: Vec<Diagnosis> =
        AILMENTS.iter().filter_map(|ailment| ailment.diagnose(&seen)).collect();
    found.sort_by_key(|diagnosis| diagnosis.severity);
    found
}

/// Looks at one handshake that failed.
pub fn diagnose_handshake(handshake: &tls::Handshake) -> Vec<Diagnosis> {
    AILMENTS.iter().filter_map(|ailment| ailment.diagnose_handshake(handshake)).collect()
}

/// The ailment of a code.
pub fn ailment(code: &str) -> Option<&'static Ailment> {
    AILMENTS.iter().copied().find(|ailment| ailment.code == code)
}
