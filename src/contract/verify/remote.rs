//! A running server, ours or a vendor's.

use std::collections::BTreeMap;

use super::judge::Reply;
use crate::contract::case::{BadCase, Case, Given, GivenKeep, GivenRequest, StandIns};
use crate::contract::replay::{Renewal, kept_of_json, kept_of_xml};
use crate::contract::upstream::{PassGuard, Settings, Upstream};
use crate::contract::{Request, Response};
use crate::domain::{Clock, Ids};

/// How a running server is reached, and as whom.
#[derive(Debug)]
pub struct Server {
    pub settings: Settings,
    pub guard: PassGuard,
    /// The credentials of the run, by the names of their stand-ins.
    pub credentials: StandIns,
    /// Those of one face alone, by its folder; they go before the others.
    pub of_face: BTreeMap<String, StandIns>,
}

/// One run's calls to a server.
#[derive(Debug)]
pub struct Remote<'s> {
    server: &'s Server,
    upstream: Upstream,
    names: StandIns,
}

/// Why a case, or a thing that it begins with, was not asked for.
#[derive(Debug)]
enum Stopped {
    /// It cannot be asked of a server.
    Unfit(String),
    Bad(BadCase),
}

impl From<BadCase> for Stopped {
    fn from(error: BadCase) -> Self {
        Self::Bad(error)
    }
}

impl Server {
    fn credentials_for(&self, face: &str) -> StandIns {
        let mut all = self.credentials.clone();
        if let Some(own) = self.of_face.get(face) {
            all.take(own.clone());
        }
        all
    }

    pub(super) fn session(&self, case: &Case) -> Result<Remote<'_>, BadCase> {
        let upstream = Upstream::new(&self.settings, self.guard.clone());
        let upstream = upstream.map_err(|error| case.wrong(error))?;
        Ok(Remote { server: self, upstream, names: StandIns::default() })
    }
}

impl Remote<'_> {
    /// What the case is answered; the inner error says why it cannot be asked of a server.
    pub async fn run(
        &mut self,
        case: &Case,
        request: &Request,
    ) -> Result<Result<Reply, String>, BadCase> {
        let asked = async {
            fits(case)?;
            for (number, given) in case.told.given.iter().enumerate() {
                self.bring_about(case, number + 1, given).await?;
            }
            self.exchange(case, request).await
        };
        match asked.await {
            Ok(response) => {
                let stand_ins = self.server.credentials_for(&case.face);
                Ok(Ok(Reply { response, stand_ins }))
            }
            Err(Stopped::Unfit(why)) => Ok(Err(why)),
            Err(Stopped::Bad(error)) => Err(error),
        }
    }

    async fn bring_about(
        &mut self,
        case: &Case,
        number: usize,
        given: &Given,
    ) -> Result<(), Stopped> {
        match given {
            Given::Call(text) => self.call(case, number, text).await.map(drop),
            Given::Keep(GivenKeep { call, name }) => {
                let said = self.call(case, number, call).await?;
                let kept = kept_of_xml(&said, name);
                let kept =
                    kept.ok_or_else(|| failed(case, number, "the reply has no such text"))?;
                self.names.keep(name, kept);
                Ok(())
            }
            Given::Request(given) => self.request(case, number, given).await,
            _ => Err(Stopped::Unfit(format!(
                "[[given]] number {number} can only be made in a gateway within the process"
            ))),
        }
    }

    async fn call(&mut self, case: &Case, number: usize, text: &str) -> Result<String, Stopped> {
        let response = self.exchange(case, &case.call_before(text)?).await?;
        let said = String::from_utf8_lossy(&response.body).into_owned();
        if !response.status.is_success() || said.contains("<error>") || said.contains("<fault>") {
            return Err(failed(case, number, "the call failed"));
        }
        Ok(said)
    }

    async fn request(
        &mut self,
        case: &Case,
        number: usize,
        given: &GivenRequest,
    ) -> Result<(), Stopped> {
        let response = self.exchange(case, &case.request_before(given)?).await?;
        if !response.status.is_success() || response.body.starts_with(b"{\"error\"") {
            let what = format!("the request was answered {}", response.status);
            return Err(failed(case, number, &what));
        }
        let Some(member) = &given.keep else { return Ok(()) };
        let kept = kept_of_json(&response.body, member);
        let kept = kept.ok_or_else(|| failed(case, number, "the reply has no such member"))?;
        self.names.keep(given.kept_as.as_ref().unwrap_or(member), &kept);
        Ok(())
    }

    async fn exchange(&self, case: &Case, request: &Request) -> Result<Response, Stopped> {
        let mut names = self.names.clone();
        names.take(self.server.credentials_for(&case.face));
        if names.is_wanting(request, "import") {
            let why = "{import} is known in a gateway within the process alone";
            return Err(Stopped::Unfit(why.to_owned()));
        }
        let missing: Vec<String> = names.missing_for(request).into_iter().collect();
        if !missing.is_empty() {
            let why = format!("the run has no {}", missing.join(" and no "));
            return Err(Stopped::Unfit(why));
        }
        let mut nonce = [0; 16];
        Ids::random().fill(&mut nonce);
        let by = Clock::System.now().duration_since(case.now());
        let renewal = Renewal { by, password: names.get("password"), nonce };
        let renewed = renewal.request(request);
        let sent = names.fill_request(renewed.as_ref().unwrap_or(request));
        let sent = sent.ok_or_else(|| case.wrong("what a stand-in stands for fits nowhere"))?;
        let response = self.upstream.pass(&sent).await;
        Ok(response.map_err(|error| case.wrong(error))?)
    }
}

/// What of a case no server can be told.
fn fits(case: &Case) -> Result<(), Stopped> {
    let why = if case.told.api_user.is_some() {
        "a key that may do less is made in a gateway within the process alone"
    } else if case.told.request.peer.is_some() {
        "the caller's address can be chosen in a gateway within the process alone"
    } else if case.told.request.names_host() {
        "the host is the server's own"
    } else {
        return Ok(());
    };
    Err(Stopped::Unfit(why.to_owned()))
}

fn failed(case: &Case, number: usize, what: &str) -> Stopped {
    Stopped::Bad(case.wrong(format_args!("[[given]] number {number}: {what}")))
}
