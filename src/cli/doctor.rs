//! `lychgate doctor`: why a client fails, from one captured exchange.

use std::io::Read as _;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

use anyhow::{Context as _, Result, bail};
use clap::Args;
use http::header::CONTENT_LENGTH;
use serde::Serialize;

use super::journal::Source;
use super::output;
use super::place::{ServerPlace, StorePlace};
use super::runtime::block_on;
use super::serve::journal_folder;
use crate::contract::case::{self, StandIns};
use crate::contract::doctor::input::{self, Input};
use crate::contract::doctor::{self, Case, Diagnosis, Known};
use crate::contract::{Exchange, Request};

/// Largest file that is read, in bytes.
const MOST_FILE_BYTES: u64 = 256 * 1024 * 1024;

/// Says in plain words why a client fails and what to change.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lychgate doctor exchange.http
  lychgate doctor traffic.har --json
  lychgate doctor server.log
  lychgate doctor --journal 5b1d0f6e0000002a --server http://127.0.0.1:8080
  lychgate doctor --explain unknown-member

FILE holds a call and its reply as HTTP messages one behind the other (several of one client may
follow), a HAR archive or an entry of one, or lines of the server's log about failed TLS handshakes.
It may also be a folder of recorded cases.

Exits with 0 when nothing is wrong, 1 when something is, 2 when the file cannot be read.")]
pub struct Doctor {
    /// File or folder to look at; `-` reads standard input
    #[arg(required_unless_present_any = ["explain", "journal"])]
    file: Option<PathBuf>,
    /// Look at this call of the journal, by its request id
    #[arg(long, value_name = "ID", conflicts_with = "file")]
    journal: Option<String>,
    /// Print the page of one code
    #[arg(long, value_name = "CODE", conflicts_with_all = ["file", "journal"])]
    explain: Option<String>,
    /// Address by which the client came, such as <https://api.example.org>
    #[arg(long, value_name = "URL")]
    base_url: Option<String>,
    /// One JSON document for machines
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    store: StorePlace,
    #[command(flatten)]
    server: ServerPlace,
}

/// How it ended, as the exit code says it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Found {
    Nothing,
    Something,
}

/// A call and what is wrong with it.
struct Looked {
    name: String,
    found: Vec<Diagnosis>,
}

/// One call, as `--json` has it.
#[derive(Serialize)]
struct Told {
    /// Place in the file, or the case's folder.
    call: String,
    diagnoses: Vec<ToldDiagnosis>,
}

#[derive(Serialize)]
struct ToldDiagnosis {
    code: &'static str,
    severity: &'static str,
    title: &'static str,
    why: String,
    change: Vec<ToldAdvice>,
    page: String,
}

#[derive(Serialize)]
struct ToldAdvice {
    who: &'static str,
    text: &'static str,
}

impl Doctor {
    /// Never an error: what cannot be read has an exit code of its own.
    pub fn run(&self) -> ExitCode {
        match self.examine() {
            Ok(Found::Nothing) => ExitCode::SUCCESS,
            Ok(Found::Something) => ExitCode::from(1),
            Err(error) => {
                output::error(&error);
                ExitCode::from(2)
            }
        }
    }

    fn examine(&self) -> Result<Found> {
        if let Some(code) = &self.explain {
            let Some(ailment) = doctor::ailment(code) else { bail!("there is no code `{code}`") };
            output::bytes(ailment.page().as_bytes())?;
            return Ok(Found::Nothing);
        }
        if let Some(id) = &self.journal {
            return self.tell(vec![self.of_journal(id)?]);
        }
        let file = self.file.as_deref().context("no file is named")?;
        if file.is_dir() {
            return self.tell(self.of_cases(file)?);
        }
        let text = contents(file)?;
        let read = input::read(&text);
        match read.with_context(|| format!("cannot diagnose {}", file.display()))? {
            Input::Exchanges(exchanges) => {
                let exchanges: Vec<_> = exchanges.into_iter().map(with_credentials).collect();
                self.tell(self.of_exchanges(&exchanges))
            }
            Input::Handshakes(handshakes) => {
                let found = handshakes.iter().map(doctor::diagnose_handshake);
                self.tell(numbered("handshake", found))
            }
        }
    }

    /// One call as the journal keeps it: of a running server, or in the folder of its journal.
    fn of_journal(&self, id: &str) -> Result<Looked> {
        let source = if let Some(client) = self.server.client()? {
            Source::Server(Box::new(client))
        } else {
            let config = self.store.settings()?;
            Source::Folder(journal_folder(&config, &config.store.data))
        };
        let Some(entry) = block_on(source.find(id))? else { bail!("the journal has no call {id}") };
        if entry.ended.is_cut() {
            bail!("call {id} was cut on purpose and got no reply: there is nothing to diagnose");
        }
        let Some(exchange) = entry.exchange() else {
            let why = entry.left_out.as_deref().unwrap_or("nobody knows why");
            bail!("the journal kept nothing of the messages of call {id}: {why}");
        };
        let exchange = with_credentials(exchange);
        let known = Known {
            at: Some(entry.at),
            base_url: Some(entry.base_url.clone().into_owned()),
            sent_bytes: Some(entry.sent_bytes),
            without_bodies: entry.left_out.is_some(),
            is_answered_challenge: true,
            ..Known::default()
        };
        let found = doctor::diagnose(&Case { exchange: &exchange, before: &[], known });
        Ok(Looked { name: format!("call {id}"), found })
    }

    /// Recorded cases, each by itself.
    fn of_cases(&self, folder: &Path) -> Result<Vec<Looked>> {
        let cases = case::read_all(folder)?;
        let nobody = of_nobody();
        let looked = cases.into_iter().filter_map(|case| {
            let (at, name) = (Some(case.now()), case.id());
            let request = nobody.fill_request(&case.request)?;
            let mut response = case.response?;
            response.body = nobody.fill(&response.body).into();
            let exchange = Exchange { request, response };
            let known = Known {
                at,
                base_url: self.base_url.clone(),
                without_reply_head: !case.has_reply_head,
                ..Known::default()
            };
            let found = doctor::diagnose(&Case { exchange: &exchange, before: &[], known });
            Some(Looked { name, found })
        });
        Ok(looked.collect())
    }

    /// The calls of one client, in their order.
    fn of_exchanges(&self, exchanges: &[Exchange]) -> Vec<Looked> {
        let known = Known { base_url: self.base_url.clone(), ..Known::default() };
        numbered("call", doctor::diagnose_all(exchanges, &known).into_iter())
    }

    fn tell(&self, calls: Vec<Looked>) -> Result<Found> {
        let is_healthy = calls.iter().all(|looked| looked.found.is_empty());
        if self.json {
            let told: Vec<Told> = calls.into_iter().map(Told::of).collect();
            output::line(serde_json::to_string_pretty(&told)?)?;
        } else {
            for_people(&calls)?;
        }
        Ok(if is_healthy { Found::Nothing } else { Found::Something })
    }
}

/// What stands in the place of credentials and ids that a recording leaves out.
fn of_nobody() -> StandIns {
    let mut nobody = StandIns::default();
    for name in ["login", "password", "api_key", "shared_secret"] {
        nobody.keep(name, "nobody");
    }
    // Base64 of 6 and of 20 bytes.
    nobody.keep("nonce", "bm9ib2R5");
    nobody.keep("password_digest", "bm9ib2R5bm9ib2R5bm9ib2R5bm8=");
    nobody.keep("import", "00000000-0000-0000-0000-000000000000");
    nobody
}

/// A call from the journal, with somebody's credentials where its own were taken out: what stands in
/// their place is no base64 and would be taken for damage. Any other call stays as it is.
fn with_credentials(exchange: Exchange) -> Exchange {
    let Exchange { request, response } = exchange;
    let nobody = of_nobody();
    let is_bare = ["login", "password", "nonce"].iter().all(|name| !is_named(&request, name));
    let filled = if is_bare { None } else { nobody.fill_request(&request) };
    let Some(mut filled) = filled else { return Exchange { request, response } };
    if !request.headers.contains_key(CONTENT_LENGTH) {
        filled.headers.remove(CONTENT_LENGTH);
    }
    Exchange { request: filled, response }
}

/// Whether the request names a credential that nobody gave.
fn is_named(request: &Request, name: &str) -> bool {
    StandIns::default().is_wanting(request, name)
}

fn numbered(what: &str, found: impl ExactSizeIterator<Item = Vec<Diagnosis>>) -> Vec<Looked> {
    let total = found.len();
    let name = |at: usize| {
        if total == 1 { what.to_owned() } else { format!("{what} {} of {total}", at + 1) }
    };
    found.enumerate().map(|(at, found)| Looked { name: name(at), found }).collect()
}

fn contents(file: &Path) -> Result<Vec<u8>> {
    let mut text = Vec::new();
    let mut take =
        |from: &mut dyn std::io::Read| from.take(MOST_FILE_BYTES + 1).read_to_end(&mut text);
    let read = if file == Path::new("-") {
        take(&mut std::io::stdin().lock())
    } else {
        std::fs::File::open(file).and_then(|mut open| take(&mut open))
    };
    read.with_context(|| format!("cannot read {}", file.display()))?;
    if u64::try_from(text.len()).unwrap_or(u64::MAX) > MOST_FILE_BYTES {
        bail!("{} is larger than {MOST_FILE_BYTES} bytes", file.display());
    }
    Ok(text)
}

fn for_people(calls: &[Looked]) -> Result<()> {
    for Looked { name, found } in calls {
        if calls.len() > 1 && !found.is_empty() {
            output::line(format_args!("In {name}:\n"))?;
        }
        found.iter().try_for_each(one_for_people)?;
    }
    if calls.iter().all(|looked| looked.found.is_empty()) {
        output::line("Nothing is wrong that is known here.")?;
    }
    Ok(())
}

fn one_for_people(diagnosis: &Diagnosis) -> Result<()> {
    output::line(format_args!("{} ({})", diagnosis.title, diagnosis.severity.words()))?;
    output::line(format_args!("  code    {}", diagnosis.code))?;
    output::line(format_args!("  seen    {}", diagnosis.why))?;
    for advice in &diagnosis.change {
        output::line(format_args!("  change  {}: {}", advice.who, advice.text))?;
    }
    output::line(format_args!("  page    {}\n", diagnosis.page))
}

impl Told {
    fn of(looked: Looked) -> Self {
        let diagnoses = looked.found.into_iter().map(|diagnosis| ToldDiagnosis {
            code: diagnosis.code,
            severity: diagnosis.severity.words(),
            title: diagnosis.title,
            why: diagnosis.why,
            change: diagnosis
                .change
                .into_iter()
                .map(|advice| ToldAdvice { who: advice.who, text: advice.text })
                .collect(),
            page: diagnosis.page,
        });
        Self { call: looked.name, diagnoses: diagnoses.collect() }
    }
}
