//! Templates written down one to a line, for the operator who brings them along.

use serde::Deserialize;
use serde_json::{Map, Value};

use super::{NewTemplate, Purpose, Version, Welcome};
use crate::domain::ids::TemplateId;

/// One line: a template and where it goes.
pub struct TemplateLine {
    /// Name or number of the account.
    pub account: String,
    /// The id that programs know it by; without one it gets the next free id.
    pub id: Option<TemplateId>,
    pub template: NewTemplate,
}

/// A version as it is written down. An unknown member is an error: nothing is ignored.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VersionLine {
    subject: String,
    #[serde(default)]
    from_description: String,
    #[serde(default)]
    from_email: String,
    #[serde(default)]
    reply_email: String,
    #[serde(default)]
    html: String,
    #[serde(default)]
    plain: String,
    #[serde(default)]
    message_notes: String,
    #[serde(default)]
    bill_codes: String,
    #[serde(default = "yes")]
    track_links: bool,
    #[serde(default = "yes")]
    track_roi: bool,
    #[serde(default)]
    binding: String,
}

fn yes() -> bool {
    true
}

/// Why a line is no template. Says nothing of what stood in it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum LineError {
    #[error("the line is not a JSON object with `account`, `subject` and known members only")]
    Malformed,
}

impl std::fmt::Debug for TemplateLine {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("TemplateLine").field("id", &self.id).finish_non_exhaustive()
    }
}

impl TemplateLine {
    /// Reads one line of NDJSON, such as
    /// `{"account":"demo","id":1055589,"subject":"Order","html":"<p>{$name}</p>"}`.
    ///
    /// `active` (true), `welcome` (which makes it a welcome message) and `test` (a test version
    /// that is not the live one) are optional, as is everything of a version but its `subject`.
    pub fn from_json(line: &str) -> Result<Self, LineError> {
        read(line).map_err(|_| LineError::Malformed)
    }
}

fn read(line: &str) -> Result<TemplateLine, serde_json::Error> {
    let mut members: Map<String, Value> = serde_json::from_str(line)?;
    let mut take = |name: &str| members.remove(name).unwrap_or(Value::Null);
    let (account, id, active) = (take("account"), take("id"), take("active"));
    let (welcome, test) = (take("welcome"), take("test"));
    let live: VersionLine = serde_json::from_value(Value::Object(members))?;
    let live = live.into_version();
    let test: Option<VersionLine> = serde_json::from_value(test)?;
    let welcome: Option<Welcome> = serde_json::from_value(welcome)?;
    let template = NewTemplate {
        purpose: welcome.map_or(Purpose::Transactional, Purpose::Welcome),
        active: serde_json::from_value::<Option<bool>>(active)?.unwrap_or(true),
        test: test.map_or_else(|| live.clone(), VersionLine::into_version),
        live,
    };
    let id: Option<u32> = serde_json::from_value(id)?;
    Ok(TemplateLine { account: serde_json::from_value(account)?, id: id.map(TemplateId), template })
}

impl VersionLine {
    fn into_version(self) -> Version {
        Version {
            subject: self.subject,
            from_description: self.from_description,
            from_email: self.from_email,
            reply_email: self.reply_email,
            html: self.html,
            plain: self.plain,
            message_notes: self.message_notes,
            bill_codes: self.bill_codes,
            track_links: self.track_links,
            track_roi: self.track_roi,
            binding: self.binding,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_of_one_version_makes_two_equal_ones() {
        let line = r#"{"account":"acme","id":1055589,"subject":"Order","plain":"Hi {$name}"}"#;
        let TemplateLine { account, id, template: new } = TemplateLine::from_json(line).unwrap();
        assert_eq!((account.as_str(), id), ("acme", Some(TemplateId(1_055_589))));
        assert_eq!(new.live, new.test);
        assert_eq!((new.live.plain.as_str(), new.live.track_links), ("Hi {$name}", true));
        assert!(new.active);
        assert_eq!(new.purpose, Purpose::Transactional);
    }

    #[test]
    fn a_line_can_bring_a_welcome_message_with_a_test_version() {
        let line = r#"{"account":"7","subject":"Welcome","active":false,
            "welcome":{"trigger":"shop","default":true,"delay_hours":2},
            "test":{"subject":"Try"}}"#;
        let TemplateLine { account, id, template: new } = TemplateLine::from_json(line).unwrap();
        assert_eq!((account.as_str(), id), ("7", None));
        assert_eq!((new.test.subject.as_str(), new.active), ("Try", false));
        let welcome = Welcome { trigger: "shop".to_owned(), is_default: true, delay_hours: 2 };
        assert_eq!(new.purpose, Purpose::Welcome(welcome));
    }

    #[test]
    fn a_line_with_a_misspelled_member_is_refused() {
        for line in [
            r#"{"account":"acme","subject":"Order","pain":"x"}"#,
            r#"{"account":"acme"}"#,
            r#"{"subject":"Order"}"#,
            r#"{"account":"acme","subject":"Order","welcome":{"triger":"x"}}"#,
            r#"{"account":"acme","subject":"Order","test":{"subject":"x","y":1}}"#,
            "",
        ] {
            assert!(TemplateLine::from_json(line).is_err(), "{line}");
        }
    }
}
