//! `lychgate clients`: who calls what, so that one knows what may be switched off.

use anyhow::{Context as _, Result};
use clap::Args;
use http::Method;
use jiff::Timestamp;

use super::moment::moment;
use super::output;
use super::place::{ServerPlace, StorePlace};
use super::runtime::block_on;
use crate::contract::clients::{Asked, Row, Table, read};

/// Characters of a user agent in the table; `--json` has all that is kept.
const SHOWN_AGENT_CHARS: usize = 40;

/// Lists which client last called what: address, user agent, account and API user by operation.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lychgate clients
  lychgate clients --face dotdigital-soap --since 7d --server http://127.0.0.1:8080
  lychgate clients --unused-since 90d

Without --server the file beside the store is read, which a running server writes every 5 seconds.")]
pub struct Clients {
    /// Of this face, such as dotdigital-soap
    #[arg(long)]
    face: Option<String>,
    /// Of this operation, by its name on the wire
    #[arg(long)]
    operation: Option<String>,
    /// Those that called since this time (RFC 3339) or within so long: 90s, 10m, 2h, 7d
    #[arg(long, value_name = "TIME", value_parser = moment)]
    since: Option<Timestamp>,
    /// Those that have not called since this time, or for so long
    #[arg(long, value_name = "TIME", value_parser = moment)]
    unused_since: Option<Timestamp>,
    /// One JSON document for machines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    server: ServerPlace,
}

impl Clients {
    pub fn run(self) -> Result<()> {
        block_on(self.list())
    }

    async fn list(self) -> Result<()> {
        let table = if let Some(client) = self.server.client()? {
            let answer = client.call(Method::GET, "/_lychgate/clients", &[], "").await?;
            super::admin::read(answer.status, &answer.body)?
        } else {
            let data = self.store.settings()?.store.data;
            read(&data).with_context(|| format!("cannot read {}", data.display()))?
        };
        let Self { face, operation, since, unused_since, json, .. } = self;
        let table: Table = table.only(&Asked { face, operation, since, unused_since });
        if json {
            return output::line(serde_json::to_string(&table)?);
        }
        let headings = [
            "FACE",
            "OPERATION",
            "ACCOUNT",
            "API USER",
            "ADDRESS",
            "CALLS",
            "FIRST",
            "LAST",
            "STATUS",
            "USER AGENT",
        ];
        output::table(&headings, &table.clients.iter().map(cells).collect::<Vec<_>>())?;
        if table.dropped > 0 {
            output::line(format_args!("({} rows had to go: [clients] most)", table.dropped))?;
        }
        Ok(())
    }
}

fn cells(row: &Row) -> Vec<String> {
    let Row { client, calls } = row;
    let or_dash = |text: &str| if text.is_empty() { "-".to_owned() } else { text.to_owned() };
    let time = |at: Timestamp| at.strftime("%Y-%m-%d %H:%M:%S").to_string();
    let agent: String = client.user_agent.chars().take(SHOWN_AGENT_CHARS).collect();
    vec![
        client.face.clone().into_owned(),
        or_dash(&client.operation),
        client.account.map_or_else(|| "-".to_owned(), |account| account.to_string()),
        or_dash(client.user.as_deref().unwrap_or_default()),
        client.peer.to_string(),
        calls.calls.to_string(),
        time(calls.first),
        time(calls.last),
        calls.status.to_string(),
        or_dash(&agent),
    ]
}
