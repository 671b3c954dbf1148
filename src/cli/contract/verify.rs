//! `lychgate contract verify`.

use std::collections::BTreeMap;
use std::num::NonZero;
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use clap::Args;

use super::Found;
use crate::cli::output::{self, Voice};
use crate::contract::case::{Case, DIALECTS, StandIns, is_credential, read_all};
use crate::contract::upstream::{PassGuard, Settings};
use crate::contract::verify::{
    Manner, Options, Report, Server, Target, Verdict, junit, people, verify,
};
use crate::domain::Ids;

/// Makes recorded calls anew and judges whether they are answered as on record.
///
/// Ends with 0 when all are, with 1 when one is not, and with 2 when the cases could not be run.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lychgate contract verify xml-fixtures
  lychgate contract verify recording --filter GetContacts --junit report.xml
  lychgate contract verify recording --against https://api.example.org --login ann --password …
  lychgate contract verify recording --update")]
pub struct Verify {
    /// Folder of the recording, of a face or an operation within it, or of one case
    #[arg(value_name = "DIR")]
    folder: PathBuf,
    /// Ask this running server instead of fresh gateways within the process
    #[arg(long, value_name = "URL")]
    against: Option<String>,
    #[command(flatten)]
    credentials: Credentials,
    /// Compare byte for byte instead of by meaning
    #[arg(long)]
    exact: bool,
    /// Put the replies that differ on record, and say which; for a review before they are committed
    #[arg(long, conflicts_with = "against")]
    update: bool,
    /// Only the cases with this in `<face>/<operation>/<case>`
    #[arg(long, value_name = "TEXT")]
    filter: Option<String>,
    /// Write a report in the XML of `JUnit` to this file
    #[arg(long, value_name = "FILE")]
    junit: Option<PathBuf>,
    /// Write a report in JSON to this file; `-` for standard output
    #[arg(long, value_name = "FILE")]
    json: Option<PathBuf>,
    /// Cases at the same time [default: one for each processor]
    #[arg(long, value_name = "N")]
    jobs: Option<NonZero<usize>>,
}

/// What a running server knows the caller by.
#[derive(Debug, Args)]
struct Credentials {
    /// Trust this certificate (PEM) instead of the system's
    #[arg(long, value_name = "FILE", requires = "against")]
    ca: Option<PathBuf>,
    /// Stands for `{login}`
    #[arg(long, value_name = "NAME", env = "LYCHGATE_VERIFY_LOGIN", hide_env_values = true)]
    login: Option<String>,
    /// Stands for `{password}`; better given in the environment
    #[arg(long, value_name = "TEXT", env = "LYCHGATE_VERIFY_PASSWORD", hide_env_values = true)]
    password: Option<String>,
    /// Stands for `{api_key}`
    #[arg(long, value_name = "KEY", env = "LYCHGATE_VERIFY_API_KEY", hide_env_values = true)]
    api_key: Option<String>,
    /// Stands for `{shared_secret}`; better given in the environment
    #[arg(
        long,
        value_name = "TEXT",
        env = "LYCHGATE_VERIFY_SHARED_SECRET",
        hide_env_values = true
    )]
    shared_secret: Option<String>,
    /// Stands for a further one, such as `login_2=ann`, or for one of a face alone, such as
    /// `selzy/api_key=…`
    #[arg(long, value_name = "[FACE/]NAME=TEXT", requires = "against")]
    credential: Vec<String>,
}

impl Credentials {
    /// A login serves where a key is asked for and the other way round: a face knows one pair.
    fn stand_ins(&self) -> StandIns {
        let mut known = StandIns::default();
        let user = [&self.login, &self.api_key];
        let secret = [&self.password, &self.shared_secret];
        for (name, given) in [
            ("login", user),
            ("api_key", [user[1], user[0]]),
            ("password", secret),
            ("shared_secret", [secret[1], secret[0]]),
        ] {
            if let Some(text) = given.into_iter().flatten().next() {
                known.keep(name, text);
            }
        }
        known
    }

    /// Adds the further ones to what all faces are told, or one alone.
    fn further(&self, all: &mut StandIns) -> Result<BTreeMap<String, StandIns>> {
        let mut of_face: BTreeMap<String, StandIns> = BTreeMap::new();
        for pair in &self.credential {
            let (name, text) = pair.split_once('=').unwrap_or_default();
            let (face, name) = name.split_once('/').unwrap_or(("", name));
            let is_face = face.is_empty() || DIALECTS.iter().any(|known| known.folder == face);
            if !is_credential(name) || !is_face {
                bail!(
                    "--credential is such as login_2=TEXT or selzy/api_key=TEXT, with login, \
                     password, api_key or shared_secret"
                );
            }
            match face {
                "" => all.keep(name, text),
                _ => of_face.entry(face.to_owned()).or_default().keep(name, text),
            }
        }
        Ok(of_face)
    }
}

impl Verify {
    pub fn run(&self) -> Result<Found> {
        let cases = read_all(&self.folder)?;
        let wants = |case: &Case| match &self.filter {
            Some(text) => case.id().contains(text),
            None => true,
        };
        let wanted = cases.iter().filter(|case| wants(case)).count();
        if wanted == 0 {
            bail!("no case has `{}` in its name", self.filter.as_deref().unwrap_or_default());
        }
        let options = self.options()?;
        let bar = output::progress(u64::try_from(wanted).unwrap_or(u64::MAX), "cases");
        let report = verify(&cases, &options, &wants, &|_| bar.inc(1))?;
        bar.finish_and_clear();
        self.tell(&report)?;
        if !report.has_judged() {
            bail!("no case could be judged");
        }
        Ok(if report.is_green() { Found::Nothing } else { Found::Differences })
    }

    fn options(&self) -> Result<Options> {
        let target = match &self.against {
            None => Target::Fresh,
            Some(url) => Target::Server(self.server(url)?),
        };
        let processors = || std::thread::available_parallelism().unwrap_or(NonZero::<usize>::MIN);
        Ok(Options {
            target,
            manner: if self.exact { Manner::Exact } else { Manner::Meaning },
            update: self.update,
            jobs: self.jobs.unwrap_or_else(processors),
        })
    }

    fn server(&self, url: &str) -> Result<Server> {
        let mut settings = Settings::of(url);
        settings.ca.clone_from(&self.credentials.ca);
        let mut id = [0; 8];
        Ids::random().fill(&mut id);
        let mut credentials = self.credentials.stand_ins();
        let of_face = self.credentials.further(&mut credentials)?;
        Ok(Server { settings, guard: PassGuard::new(id), credentials, of_face })
    }

    fn tell(&self, report: &Report) -> Result<()> {
        if let Some(file) = &self.junit {
            write(file, &junit(report))?;
        }
        let mut voice = Voice::Result;
        if let Some(file) = &self.json {
            let text = serde_json::to_string_pretty(report).context("cannot form the report")?;
            if file == Path::new("-") {
                output::line(text)?;
                voice = Voice::Aside;
            } else {
                write(file, text.as_bytes())?;
            }
        }
        voice.line(people(report, output::paint(voice)).trim_end())?;
        let rewritten = report.cases.iter().filter_map(|case| match case.verdict {
            Verdict::Rewritten { .. } => Some(case.folder.display()),
            _ => None,
        });
        for folder in rewritten {
            voice.line(format_args!("wrote {folder}"))?;
        }
        Ok(())
    }
}

fn write(file: &Path, bytes: &[u8]) -> Result<()> {
    std::fs::write(file, bytes).with_context(|| format!("cannot write {}", file.display()))
}
