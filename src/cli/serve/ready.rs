//! What is said when the server is ready: for people, or one line of JSON for programs.

use anyhow::Result;
use serde_json::{Value, json};

use crate::cli::demo::Demo;
use crate::cli::output::Voice;

/// Everything a caller needs to begin.
#[derive(Debug)]
pub struct Ready {
    /// Scheme, host and port.
    pub address: String,
    /// Each face that is on: its name, and its path with a remark.
    pub faces: Vec<(&'static str, &'static str)>,
    /// The admin token, at the start that made it or when the environment gave it.
    pub token: Option<String>,
    pub demo: Option<Demo>,
}

impl Ready {
    /// One line: `address`, `admin_token` (null when an earlier start has shown it), and with a
    /// demo also `account`, `dotdigital`, `empower`, `selzy` and `which50`.
    pub fn json(&self) -> Value {
        let mut line = json!({ "address": self.address, "admin_token": self.token });
        if let (Some(demo), Some(line)) = (&self.demo, line.as_object_mut()) {
            line.insert("account".to_owned(), json!(demo.account.name));
            let login = json!({
                "user": demo.credential.login,
                "password": demo.credential.password,
            });
            line.insert("dotdigital".to_owned(), login.clone());
            let api_user = json!({
                "api_key": demo.api_user.api_key,
                "shared_secret": demo.api_user.shared_secret,
            });
            line.insert("empower".to_owned(), api_user);
            line.insert("selzy".to_owned(), json!({ "api_key": demo.token.token }));
            line.insert("which50".to_owned(), login);
        }
        line
    }

    pub fn tell(&self, voice: Voice) -> Result<()> {
        let version = env!("CARGO_PKG_VERSION");
        voice.line(format_args!("Lychgate {version} on {}", self.address))?;
        for (name, path) in &self.faces {
            voice.line(format_args!("  {name:<16} {}{path}", self.address))?;
        }
        match &self.token {
            Some(token) => {
                voice.line(format_args!("  admin token      {token} (shown this once)"))?;
            }
            None => voice.line("  admin token      as shown at the first start")?,
        }
        let Some(demo) = &self.demo else { return Ok(()) };
        voice.line(format_args!("\nAccount {}", demo.account.name))?;
        voice.line(format_args!("  user             {}", demo.credential.login))?;
        voice.line(format_args!("  password         {}", demo.credential.password))?;
        voice.line(format_args!("  api_key          {}", demo.api_user.api_key))?;
        voice.line(format_args!("  shared_secret    {}", demo.api_user.shared_secret))?;
        voice.line(format_args!("  Selzy's api_key  {}", demo.token.token))
    }
}
