//! `[[fault]]`: what goes wrong on purpose.

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Longest wait that may be asked for, in milliseconds: ten minutes.
const MOST_MS: u64 = 600_000;
/// Above it a lognormal wait is its bound or nothing.
const MOST_SIGMA: f64 = 10.0;

/// A fault on purpose, for testing how a client copes. Without such sections nothing goes wrong.
///
/// It strikes after the caller is known and before anything is done. Of several that strike a call,
/// the waits add up and the first error or cut decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Settings)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The face: dotdigital-soap, dotdigital-rest, empower, selzy or which50.
    #[setting(example = "\"dotdigital-soap\"")]
    pub face: String,
    /// The operation's name on the wire, with * for any letters. Without it: every operation.
    #[setting(example = "\"GetContact*\"")]
    pub operation: Option<String>,
    /// The account, by name or number. Without it: every account.
    #[setting(example = "\"shop\"")]
    pub account: Option<String>,
    /// How likely a call is struck: 1 every call, 0.01 one in a hundred.
    #[setting(example = "0.01")]
    #[serde(default = "always")]
    pub rate: f64,
    /// Milliseconds that a struck call waits.
    #[setting(example = "200")]
    #[serde(default)]
    pub latency_ms: u64,
    /// A wait that differs from call to call, on top of it: uniform with `from_ms` and `to_ms`, or
    /// lognormal with `median_ms`, sigma and `most_ms`.
    #[setting(
        example = "{ distribution = \"lognormal\", median_ms = 80, sigma = 0.7, most_ms = 5000 }"
    )]
    pub latency: Option<Latency>,
    /// One of the vendor's own errors: a code of the face's, or the name of a refusal, such as
    /// unavailable. See docs/contract/faults.md.
    #[setting(example = "\"ERROR_SYSTEM_SERVICETEMPORARILYUNAVAILABLE\"")]
    pub error: Option<String>,
    /// The connection is cut without a reply: before the operation runs, or after. Wins over error.
    #[setting(example = "\"after\"")]
    pub cut: Option<Cut>,
}

/// A distribution of waits.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
#[serde(tag = "distribution", rename_all = "lowercase", deny_unknown_fields)]
pub enum Latency {
    /// Every length between the two is as likely.
    Uniform { from_ms: u64, to_ms: u64 },
    /// Half of the calls wait less than the median, few many times of it.
    LogNormal { median_ms: u64, sigma: f64, most_ms: u64 },
}

/// When the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Cut {
    /// Nothing is done.
    Before,
    /// The operation has run.
    After,
}

/// Numbers are checked to be finite when the settings are.
impl Eq for Fault {}

fn always() -> f64 {
    1.0
}

impl Fault {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let invalid = |key, message: &str| Err(ConfigError::invalid("fault", key, message));
        if !(0.0..=1.0).contains(&self.rate) {
            return invalid("rate", "lies between 0 and 1");
        }
        if self.latency_ms > MOST_MS {
            return invalid("latency_ms", "is at most 600000");
        }
        let is_fine = match self.latency {
            None => true,
            Some(Latency::Uniform { from_ms, to_ms }) => from_ms <= to_ms && to_ms <= MOST_MS,
            Some(Latency::LogNormal { median_ms, sigma, most_ms }) => {
                (0.0..=MOST_SIGMA).contains(&sigma) && median_ms <= most_ms && most_ms <= MOST_MS
            }
        };
        if !is_fine {
            let message = "has its smaller number first, none above 600000, and sigma up to 10";
            return invalid("latency", message);
        }
        let does_something = self.latency_ms > 0
            || self.latency.is_some()
            || self.error.is_some()
            || self.cut.is_some();
        if does_something {
            return Ok(());
        }
        invalid("error", "or another of latency_ms, latency and cut is needed")
    }
}
