//! `[[route]]`: who answers which calls.

use std::path::PathBuf;

use lychgate_derive::Settings;
use serde::{Deserialize, Serialize};

use super::ConfigError;

/// Who answers the calls of a face, or of some of its operations.
///
/// The first route that fits a call wins; a call that none fits is answered here.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, Settings)]
#[serde(deny_unknown_fields)]
pub struct Route {
    /// The face: dotdigital-soap, dotdigital-rest, empower, selzy or which50.
    #[setting(example = "\"dotdigital-soap\"")]
    pub face: String,
    /// The operation's name on the wire, with * for any letters. Without it: all calls of the face,
    /// also those that name no operation.
    #[setting(example = "\"GetContact*\"")]
    pub operation: Option<String>,
    /// here: by this gateway. recordings: as a recording has it. upstream: passed on. compare: by
    /// this gateway, and compared with the upstream's answer in the background.
    #[setting(example = "\"compare\"")]
    pub answer: AnswerBy,
    /// For recordings: the folder that holds them.
    #[setting(example = "\"recordings\"")]
    pub recordings: Option<PathBuf>,
    /// For upstream and compare: scheme, host and port to call. The path stays the caller's.
    #[setting(example = "\"https://api.dotmailer.com\"")]
    pub upstream: Option<String>,
    /// For recordings and compare: places that may differ, such as /Envelope/Body/*/token, with
    /// all that is below them. Of requests for recordings, of replies for compare.
    #[setting(example = "[\"/Envelope/Body/GetServerTimeResponse\"]")]
    #[serde(default)]
    pub ignore: Vec<String>,
    /// For compare: also pass on calls that change something, which then happen twice.
    #[setting(example = "false")]
    #[serde(default)]
    pub compare_writes: bool,
}

/// Who answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum AnswerBy {
    /// This gateway.
    Here,
    /// A recording.
    Recordings,
    /// The upstream.
    Upstream,
    /// This gateway; the upstream's answer is compared with its own.
    Compare,
}

impl Route {
    pub(super) fn check(&self) -> Result<(), ConfigError> {
        let asks_upstream = match self.answer {
            AnswerBy::Upstream | AnswerBy::Compare => true,
            AnswerBy::Here | AnswerBy::Recordings => false,
        };
        let invalid = |key, message: &str| Err(ConfigError::invalid("route", key, message));
        if self.face.is_empty() {
            return invalid("face", "name a face");
        }
        if self.answer == AnswerBy::Recordings && self.recordings.is_none() {
            return invalid("recordings", "is needed to answer from recordings");
        }
        if asks_upstream && self.upstream.is_none() {
            return invalid("upstream", "is needed to ask an upstream");
        }
        if !self.ignore.is_empty() && matches!(self.answer, AnswerBy::Here | AnswerBy::Upstream) {
            return invalid("ignore", "goes with answer = \"recordings\" or \"compare\" only");
        }
        if self.compare_writes && self.answer != AnswerBy::Compare {
            return invalid("compare_writes", "goes with answer = \"compare\" only");
        }
        Ok(())
    }
}
