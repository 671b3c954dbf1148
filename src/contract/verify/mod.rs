//! Makes the calls of a recording anew and judges whether they are answered as on record.
//!
//! [`verify`] asks fresh gateways within the process, or any running server, several at a time.
//! Calls of a sequence are made one after the other to the same one. Replies are compared by
//! meaning, or byte for byte. What cannot be asked of a server is skipped and says why: nothing
//! is green that was not compared. The [`Report`] is read by people ([`people`]), by CI
//! ([`junit()`]) and by programs (it is `Serialize`).

mod judge;
mod junit;
mod learned;
mod people;
mod remote;
mod report;
mod runs;

use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;

pub use judge::Manner;
pub use junit::junit;
pub use people::people;
pub use remote::Server;
pub use report::{Counts, Judged, Report, Verdict};

use self::judge::Reply;
use self::learned::Learned;
use self::remote::Remote;
use self::runs::{Run, runs};
use super::Request;
use super::case::{BadCase, Case, rewrite_response};
use super::replay::Session;

/// Who is asked.
#[derive(Debug)]
pub enum Target {
    /// A fresh gateway within the process for each run.
    Fresh,
    Server(Server),
}

/// How a recording is verified.
#[derive(Debug)]
pub struct Options {
    pub target: Target,
    pub manner: Manner,
    /// Puts the replies that differ on record. Only for replies of fresh gateways: those of others
    /// may carry what must not reach the disk.
    pub update: bool,
    /// Runs at the same time.
    pub jobs: NonZero<usize>,
}

/// Cases are verified one after the other by this part of the work.
struct Worker<'v> {
    cases: &'v [Case],
    options: &'v Options,
}

/// Verifies the cases that `wants` to be; the others are only asked where a later call needs them.
///
/// `done` is told of each verdict as it falls, from several threads. Fails where the work cannot be
/// begun at all; what goes wrong with a case is its verdict.
pub fn verify(
    cases: &[Case],
    options: &Options,
    wants: &dyn Fn(&Case) -> bool,
    done: &(dyn Fn(&Judged) + Sync),
) -> Result<Report, BadCase> {
    let began = Instant::now();
    let runs = runs(cases, wants)?;
    let next = AtomicUsize::new(0);
    let judged = Mutex::new(Vec::new());
    let worker = Worker { cases, options };
    let work = || {
        while let Some(run) = runs.get(next.fetch_add(1, Ordering::Relaxed)) {
            let of_run = worker.run(run);
            for (_, judged) in &of_run {
                done(judged);
            }
            judged.lock().unwrap_or_else(PoisonError::into_inner).extend(of_run);
        }
    };
    let threads = options.jobs.get().min(runs.len());
    std::thread::scope(|scope| {
        for _ in 0..threads {
            scope.spawn(work);
        }
    });
    let mut judged = judged.into_inner().unwrap_or_else(PoisonError::into_inner);
    judged.sort_by_key(|(at, _)| *at);
    let judged = judged.into_iter().map(|(_, judged)| judged).collect();
    Ok(Report::new(judged, began.elapsed()))
}

/// Whoever answers the calls of one run.
enum Asked<'v> {
    Fresh(Box<Session>),
    Server(Box<Remote<'v>>),
}

impl<'v> Worker<'v> {
    /// The verdicts of a run's wanted cases, by their places.
    fn run(&self, run: &Run) -> Vec<(usize, Judged)> {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
        match runtime {
            Ok(runtime) => runtime.block_on(self.run_in_order(run)),
            Err(error) => {
                let why = format!("no runtime: {error}");
                let cases = run.wanted().filter_map(|at| Some((at, self.cases.get(at)?)));
                cases.map(|(at, case)| (at, Judged::broken(case, &why))).collect()
            }
        }
    }

    async fn run_in_order(&self, run: &Run) -> Vec<(usize, Judged)> {
        let mut judged = Vec::new();
        let mut asked = None;
        let mut learned = Learned::default();
        for step in &run.steps {
            let Some(case) = self.cases.get(step.at) else { continue };
            let began = Instant::now();
            let verdict = self.step(&mut asked, &mut learned, case).await;
            if step.is_wanted {
                judged.push((step.at, Judged::new(case, verdict, began.elapsed())));
            }
        }
        judged
    }

    async fn step(
        &self,
        asked: &mut Option<Asked<'v>>,
        learned: &mut Learned,
        case: &Case,
    ) -> Verdict {
        let reply = match self.reply(asked, case, &learned.request(&case.request)).await {
            Ok(Ok(reply)) => reply,
            Ok(Err(why)) => return Verdict::Skipped { why },
            Err(error) => return Verdict::Broken { why: error.what },
        };
        let manner = self.options.manner;
        let mut differences = judge::differences(case, &reply, manner, learned);
        if manner == Manner::Meaning && case.told.sequence.is_some() {
            differences = learned.learn(differences);
        }
        if differences.is_empty() {
            return Verdict::Green;
        }
        if !self.options.update {
            return Verdict::Red { differences };
        }
        match rewrite_response(case, &reply.to_be_recorded(case)) {
            Ok(()) => Verdict::Rewritten { differences },
            Err(error) => Verdict::Broken { why: error.to_string() },
        }
    }

    /// What the case is answered; the inner error says why it cannot be asked there.
    async fn reply(
        &self,
        asked: &mut Option<Asked<'v>>,
        case: &Case,
        request: &Request,
    ) -> Result<Result<Reply, String>, BadCase> {
        if asked.is_none() {
            *asked = Some(match &self.options.target {
                Target::Fresh => Asked::Fresh(Box::new(Session::begin(case).await?)),
                Target::Server(server) => Asked::Server(Box::new(server.session(case)?)),
            });
        }
        match asked {
            Some(Asked::Fresh(session)) => {
                let answered = session.run_with(case, request).await?;
                let stand_ins = session.stand_ins_of_replies(case);
                Ok(Ok(Reply { response: answered.response, stand_ins }))
            }
            Some(Asked::Server(remote)) => remote.run(case, request).await,
            None => Err(case.wrong("nobody is asked")),
        }
    }
}

#[cfg(test)]
mod tests;
