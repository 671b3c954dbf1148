//! Why the settings cannot be used.

use std::path::PathBuf;

#[derive(Debug, thiserror::Error)]
pub enum ConfigError {
    #[error("cannot read {}", path.display())]
    Unreadable {
        path: PathBuf,
        #[source]
        source: std::io::Error,
    },
    /// The text is not TOML, or a value has the wrong type. The message shows the line.
    #[error("{origin}: {message}")]
    Malformed { origin: String, message: String },
    #[error("{origin}: line {line}: unknown section `{section}`{}", nearest_note(nearest.as_deref()))]
    UnknownSection { origin: String, line: usize, section: String, nearest: Option<String> },
    #[error("{origin}: line {line}: unknown key `{key}` in [{section}]{}", nearest_note(nearest.as_deref()))]
    UnknownKey {
        origin: String,
        line: usize,
        section: String,
        key: String,
        nearest: Option<String>,
    },
    #[error("environment: unknown variable {name}{}", nearest_note(nearest.as_deref()))]
    UnknownVariable { name: String, nearest: Option<String> },
    #[error("[{section}] {key}: {message}")]
    Invalid { section: &'static str, key: &'static str, message: String },
}

impl ConfigError {
    pub(super) fn invalid(
        section: &'static str,
        key: &'static str,
        message: impl Into<String>,
    ) -> Self {
        Self::Invalid { section, key, message: message.into() }
    }
}

fn nearest_note(nearest: Option<&str>) -> String {
    nearest.map(|name| format!("; the nearest known one is `{name}`")).unwrap_or_default()
}

/// Refuses a zero where nothing would work with it.
pub(super) fn ensure_positive(
    section: &'static str,
    key: &'static str,
    value: u64,
) -> Result<(), ConfigError> {
    if value == 0 {
        return Err(ConfigError::invalid(section, key, "must be larger than zero"));
    }
    Ok(())
}
