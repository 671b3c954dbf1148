//! Makes the calls of a recording anew and judges whether they are answered as on record.
//!
//! [`verify`] asks fresh gateways within the process, or any running server, several at a time.
//! Calls of a sequence are made one after the other to the same one. Replies are compared by
//! meaning, or byte for byte. What cannot be asked of a server is skipped and says why: nothing
//! is green that was not compared. The [`Report`] is read by people ([`people`]), by CI
//! ([`junit()`]) and by programs (it is `Serialize`).

mod ids;
mod judge;
mod junit;
mod learned;
mod people;
mod remote;
mod report;
mod runs;
mod times;

use std::collections::BTreeMap;
use std::num::NonZero;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use jiff::Timestamp;

pub use judge::Manner;
pub use junit::junit;
pub use people::people;
pub use remote::Server;
pub use report::{Counts, Judged, Report, Verdict};

use self::judge::Reply;
use self::learned::Learned;
use self::remote::Remote;
use self::runs::{Run, Step, runs};
use self::times::Spans;
use super::Request;
use super::case::{BadCase, Case, rewrite_response};
use super::compare::Difference;
use super::replay::{Session, known_operations};
use crate::domain::Clock;
use crate::faces::short_name;

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

/// How long one run waits in all for a server to end what earlier calls have started.
const WORK: Duration = Duration::from_secs(15);
/// Between two looks.
const LOOK_AGAIN: Duration = Duration::from_millis(250);

/// Cases are verified one after the other by this part of the work.
struct Worker<'v> {
    cases: &'v [Case],
    options: &'v Options,
    /// Whether an operation's calls change nothing, by the folder of its face and its own.
    only_read: BTreeMap<(String, String), bool>,
}

/// What earlier calls of a run have told.
#[derive(Clone, Default)]
struct Known {
    learned: Learned,
    spans: Option<Spans>,
}

/// A case in its run.
#[derive(Clone, Copy)]
struct Place<'v, 'r> {
    case: &'v Case,
    /// What follows.
    later: &'r [Step],
}

/// A call that was answered.
struct Tried {
    reply: Reply,
    differences: Vec<Difference>,
    known: Known,
}

/// Why there is no reply to judge.
enum Unasked {
    Unfit(String),
    Bad(BadCase),
}

impl From<BadCase> for Unasked {
    fn from(error: BadCase) -> Self {
        Self::Bad(error)
    }
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
    let worker = Worker { cases, options, only_read: only_read() };
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

/// As folders are called: `xmlrpc` beside `empower`, operations by their short names.
fn only_read() -> BTreeMap<(String, String), bool> {
    let all = known_operations().into_iter().flat_map(|((face, operation), only_reads)| {
        let other = (face == "empower").then_some("xmlrpc");
        let name = short_name(operation).replace('/', ".");
        let faces = [Some(face), other].into_iter().flatten();
        faces.map(move |face| ((face.to_owned(), name.clone()), only_reads))
    });
    all.collect()
}

/// Whoever answers the calls of one run.
enum Asked<'v> {
    Fresh(Box<Session>),
    Server(Box<Remote<'v>>, Duration),
}

impl Asked<'_> {
    /// Lets go on what earlier calls have started. False where nothing can come of it.
    async fn work(&mut self, case: &Case) -> Result<bool, BadCase> {
        match self {
            Self::Fresh(session) => session.work(case).await.map(|()| true),
            Self::Server(_, left) if left.is_zero() => Ok(false),
            Self::Server(_, left) => {
                *left = left.saturating_sub(LOOK_AGAIN);
                tokio::time::sleep(LOOK_AGAIN).await;
                Ok(true)
            }
        }
    }

    /// The time by which the reply to the case was made.
    fn now(&self, case: &Case) -> Timestamp {
        match self {
            Self::Fresh(_) => case.now(),
            Self::Server(..) => Clock::System.now(),
        }
    }
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
        let mut known = Known::default();
        let mut rest = run.steps.as_slice();
        while let Some((step, later)) = rest.split_first() {
            rest = later;
            let Some(case) = self.cases.get(step.at) else { continue };
            let began = Instant::now();
            let verdict = self.step(&mut asked, &mut known, Place { case, later }).await;
            if step.is_wanted {
                judged.push((step.at, Judged::new(case, verdict, began.elapsed())));
            }
        }
        judged
    }

    async fn step(
        &self,
        asked: &mut Option<Asked<'v>>,
        known: &mut Known,
        place: Place<'v, '_>,
    ) -> Verdict {
        let case = place.case;
        let tried = match self.asked_to_the_end(asked, known, place).await {
            Ok(tried) => tried,
            Err(Unasked::Unfit(why)) => return Verdict::Skipped { why },
            Err(Unasked::Bad(error)) => return Verdict::Broken { why: error.what },
        };
        let Tried { reply, differences, known: newly } = tried;
        *known = newly;
        if differences.is_empty() {
            return Verdict::Green;
        }
        if !self.options.update {
            return Verdict::Red { differences };
        }
        let mut response = reply.to_be_recorded(case);
        response.body = known.learned.put_back(&response.body, &case.operation).into();
        match rewrite_response(case, &response) {
            Ok(()) => Verdict::Rewritten { differences },
            Err(error) => Verdict::Broken { why: error.to_string() },
        }
    }

    /// Asks, and where work in the background may be behind a reply that differs, asks again.
    ///
    /// When that work ended nobody has recorded, only what a call said of it. So a call that reads
    /// may find it as it was or done; a server, whose work goes on by itself, may be as far as the
    /// same call found it later on record. Before a call that may change something it is done.
    async fn asked_to_the_end(
        &self,
        asked: &mut Option<Asked<'v>>,
        known: &Known,
        place: Place<'v, '_>,
    ) -> Result<Tried, Unasked> {
        let case = place.case;
        if asked.is_none() {
            *asked = Some(match &self.options.target {
                Target::Fresh => Asked::Fresh(Box::new(Session::begin(case).await?)),
                Target::Server(server) => Asked::Server(Box::new(server.session(case)?), WORK),
            });
        }
        let Some(asked) = asked else { return Err(case.wrong("nobody is asked").into()) };
        let in_sequence = case.told.sequence.is_some();
        // Of a call that names no operation nobody knows.
        let only_reads = self.only_read.get(&(case.face.clone(), case.operation.clone())).copied();
        let is_fresh = matches!(asked, Asked::Fresh(_));
        if in_sequence && only_reads == Some(false) && is_fresh {
            asked.work(case).await?;
        }
        let mut tried = self.tried(asked, known, case).await?;
        while in_sequence && only_reads == Some(true) && !tried.differences.is_empty() {
            let ahead = if is_fresh { None } else { self.ahead(asked, known, place, &tried.reply) };
            if let Some(known) = ahead {
                return Ok(Tried { differences: Vec::new(), known, ..tried });
            }
            let may_have_changed = asked.work(case).await?;
            if !may_have_changed {
                break;
            }
            tried = self.tried(asked, known, case).await?;
            if is_fresh {
                break;
            }
        }
        Ok(tried)
    }

    /// What is known where the reply is what the same call was answered later on record.
    fn ahead(
        &self,
        asked: &Asked<'v>,
        known: &Known,
        Place { case, later }: Place<'v, '_>,
        reply: &Reply,
    ) -> Option<Known> {
        let is_same = |other: &&Case| {
            let (one, other) = (&case.request, &other.request);
            (&one.method, &one.target, &one.body) == (&other.method, &other.target, &other.body)
        };
        let later = later.iter().filter_map(|step| self.cases.get(step.at)).filter(is_same);
        let now = asked.now(case);
        later
            .map(|later| self.judged(later, reply, known.clone(), (now, now)))
            .find_map(|(differences, known)| differences.is_empty().then_some(known))
    }

    async fn tried(
        &self,
        asked: &mut Asked<'v>,
        known: &Known,
        case: &Case,
    ) -> Result<Tried, Unasked> {
        let request = known.learned.request(&case.request, &case.operation);
        let before = asked.now(case);
        let reply = Self::reply(asked, case, &request).await?;
        let (differences, known) =
            self.judged(case, &reply, known.clone(), (before, asked.now(case)));
        Ok(Tried { reply, differences, known })
    }

    /// What differs from a case, and what is known by it. The call began and ended `during`.
    fn judged(
        &self,
        case: &Case,
        reply: &Reply,
        mut known: Known,
        during: (Timestamp, Timestamp),
    ) -> (Vec<Difference>, Known) {
        let manner = self.options.manner;
        let mut differences = judge::differences(case, reply, manner, &known.learned);
        if manner == Manner::Meaning && case.told.sequence.is_some() {
            let spans = known.spans.get_or_insert_with(|| Spans::new(case.now(), during.0));
            spans.extend(case.now(), during.1);
            differences.retain(|difference| !spans.explain(difference));
            differences = known.learned.learn(differences, &case.operation);
            if let Some(recorded) = &case.response {
                let found = &reply.response.body;
                known.learned.keep_same(&recorded.body, found, &case.operation);
            }
        }
        (differences, known)
    }

    /// What the case is answered.
    async fn reply(
        asked: &mut Asked<'v>,
        case: &Case,
        request: &Request,
    ) -> Result<Reply, Unasked> {
        match asked {
            Asked::Fresh(session) => {
                let answered = session.run_with(case, request).await?;
                let stand_ins = session.stand_ins_of_replies(case);
                Ok(Reply { response: answered.response, stand_ins })
            }
            Asked::Server(remote, _) => remote.run(case, request).await?.map_err(Unasked::Unfit),
        }
    }
}

#[cfg(test)]
mod tests;
