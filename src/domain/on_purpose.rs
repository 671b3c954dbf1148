//! Faults on purpose: slow answers, refusals and cut connections, for testing how a client copes.
//!
//! Nothing of it happens unless it is [planned](OnPurpose::plan), once, at the start. A face asks
//! [`OnPurpose::strike`] when it knows the caller and the operation and has done nothing yet; whoever
//! passes a call on asks without the caller.

use std::collections::BTreeMap;
use std::sync::{Mutex, OnceLock, PoisonError};
use std::time::Duration;

use super::wildcard::is_like;
use super::{AccountId, Ids, Refusal};

/// Longest wait that is made up, in one plan and one call.
pub const LONGEST_WAIT: Duration = Duration::from_secs(600);

/// One planned fault. Each throws a die of its own.
#[derive(Debug, Clone, PartialEq)]
pub struct Plan {
    pub face: String,
    /// The operation's name, with `*` for any letters; all when `None`.
    pub operation: Option<String>,
    /// All accounts when `None`.
    pub account: Option<AccountId>,
    /// How likely it strikes a call that it fits: 1 always, 0 never.
    pub rate: f64,
    pub wait: Wait,
    pub error: Option<Meant>,
    pub cut: Option<Cut>,
}

/// The error that a call is answered with.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Meant {
    /// One of ours, which every face says in its own way.
    Refusal(Refusal),
    /// One that only the caller's API knows, by its code there.
    Code(&'static str),
    /// One of HTTP, as whatever stands in front of an API says it.
    Status(u16),
}

/// How long a call waits before anything is done.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Wait {
    pub fixed: Duration,
    /// On top of it.
    pub spread: Option<Spread>,
}

/// A wait that differs from call to call.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Spread {
    /// Every length between the two is as likely.
    Uniform { from: Duration, to: Duration },
    /// As networks are: half of the calls wait less than `median`, few wait many times of it.
    LogNormal { median: Duration, sigma: f64, most: Duration },
}

/// When the connection is cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Cut {
    /// Nothing was done.
    Before,
    /// The call was carried out, and its caller does not get to know.
    After,
}

/// A call that is struck.
#[derive(Debug, Clone, Copy)]
pub struct Struck<'a> {
    pub face: &'static str,
    pub operation: &'static str,
    /// `None` for a call that somebody else answers: nobody knows whose it is.
    pub account: Option<AccountId>,
    /// Where the dice come from.
    pub ids: &'a Ids,
}

/// How a call goes on.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// As if nothing were planned.
    Spared,
    Failed(Meant),
    Cut(Cut),
}

/// What is planned, and what of it happened.
#[derive(Debug, Default)]
pub struct OnPurpose {
    plans: OnceLock<Vec<Plan>>,
    /// By face, operation and kind.
    struck: Mutex<BTreeMap<(&'static str, &'static str, &'static str), u64>>,
}

impl OnPurpose {
    /// Sets what happens from now on. A second plan is none.
    pub fn plan(&self, plans: Vec<Plan>) {
        if !plans.is_empty() {
            self.plans.get_or_init(|| plans);
        }
    }

    /// Waits as planned and says how the call goes on. Of several plans that fit, the waits add up
    /// and the first that refuses or cuts decides.
    pub async fn strike(&self, call: Struck<'_>) -> Fate {
        let Some(plans) = self.plans.get() else { return Fate::Spared };
        let mut wait = Duration::ZERO;
        let mut fate = Fate::Spared;
        for plan in plans.iter().filter(|plan| plan.fits(&call)) {
            if die(call.ids) >= plan.rate {
                continue;
            }
            wait = wait.saturating_add(plan.wait.length(call.ids));
            fate = match (plan.cut, &plan.error) {
                (Some(cut), _) => Fate::Cut(cut),
                (None, Some(error)) => Fate::Failed(error.clone()),
                (None, None) => continue,
            };
            break;
        }
        if !wait.is_zero() {
            self.count(&call, "latency");
            tokio::time::sleep(wait.min(LONGEST_WAIT)).await;
        }
        match &fate {
            Fate::Spared => {}
            Fate::Failed(_) => self.count(&call, "error"),
            Fate::Cut(Cut::Before) => self.count(&call, "cut_before"),
            Fate::Cut(Cut::After) => self.count(&call, "cut_after"),
        }
        fate
    }

    /// How often which kind of fault struck which operation: face, operation, kind.
    pub fn counts(&self) -> Vec<([&'static str; 3], u64)> {
        let struck = self.struck.lock().unwrap_or_else(PoisonError::into_inner);
        struck
            .iter()
            .map(|((face, operation, kind), count)| ([*face, *operation, *kind], *count))
            .collect()
    }

    /// Labels come from closed sets, so the map is as small as the faces are.
    fn count(&self, call: &Struck<'_>, kind: &'static str) {
        let mut struck = self.struck.lock().unwrap_or_else(PoisonError::into_inner);
        let count = struck.entry((call.face, call.operation, kind)).or_insert(0);
        *count = count.saturating_add(1);
    }
}

impl Plan {
    fn fits(&self, call: &Struck<'_>) -> bool {
        self.face == call.face
            && self.account.is_none_or(|account| call.account == Some(account))
            && self.operation.as_deref().is_none_or(|pattern| is_like(pattern, call.operation))
    }
}

impl Wait {
    fn length(self, ids: &Ids) -> Duration {
        let spread = match self.spread {
            None => Duration::ZERO,
            Some(Spread::Uniform { from, to }) => {
                from.saturating_add(to.saturating_sub(from).mul_f64(die(ids)))
            }
            Some(Spread::LogNormal { median, sigma, most }) => {
                let seconds = median.as_secs_f64() * (sigma * normal(ids)).exp();
                Duration::try_from_secs_f64(seconds).unwrap_or(most).min(most)
            }
        };
        self.fixed.saturating_add(spread)
    }
}

/// At least 0 and less than 1.
fn die(ids: &Ids) -> f64 {
    let mut bytes = [0; 4];
    ids.fill(&mut bytes);
    f64::from(u32::from_be_bytes(bytes)) / (f64::from(u32::MAX) + 1.0)
}

/// A standard normal number, by Box and Muller.
fn normal(ids: &Ids) -> f64 {
    let radius = (-2.0 * (1.0 - die(ids)).ln()).sqrt();
    radius * (std::f64::consts::TAU * die(ids)).cos()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(rate: f64) -> Plan {
        Plan {
            face: "selzy".to_owned(),
            operation: None,
            account: None,
            rate,
            wait: Wait::default(),
            error: Some(Meant::Refusal(Refusal::Unavailable)),
            cut: None,
        }
    }

    fn call(ids: &Ids) -> Struck<'_> {
        Struck { face: "selzy", operation: "getLists", account: Some(AccountId(3)), ids }
    }

    async fn fates(on_purpose: &OnPurpose, seed: u64, calls: usize) -> Vec<Fate> {
        let ids = Ids::seeded(seed);
        let mut fates = Vec::new();
        for _ in 0..calls {
            fates.push(on_purpose.strike(call(&ids)).await);
        }
        fates
    }

    #[tokio::test]
    async fn without_a_plan_nothing_happens() {
        let on_purpose = OnPurpose::default();
        assert_eq!(fates(&on_purpose, 1, 3).await, vec![Fate::Spared; 3]);
        on_purpose.plan(vec![plan(0.0)]);
        assert_eq!(fates(&on_purpose, 1, 50).await, vec![Fate::Spared; 50]);
        assert!(on_purpose.counts().is_empty());
    }

    #[tokio::test]
    async fn a_rate_is_kept_and_a_seed_repeats_it() {
        let on_purpose = OnPurpose::default();
        on_purpose.plan(vec![plan(0.25)]);
        let first = fates(&on_purpose, 7, 2_000).await;
        let refused = first.iter().filter(|fate| **fate != Fate::Spared).count();
        assert!((430..570).contains(&refused), "{refused}");
        assert_eq!(fates(&on_purpose, 7, 2_000).await, first);
        let counted = u64::try_from(2 * refused).unwrap();
        assert_eq!(on_purpose.counts(), [(["selzy", "getLists", "error"], counted)]);
    }

    #[tokio::test]
    async fn other_faces_operations_and_accounts_are_spared() {
        for other in [
            Plan { face: "empower".to_owned(), ..plan(1.0) },
            Plan { operation: Some("set*".to_owned()), ..plan(1.0) },
            Plan { account: Some(AccountId(4)), ..plan(1.0) },
        ] {
            let on_purpose = OnPurpose::default();
            on_purpose.plan(vec![other]);
            assert_eq!(fates(&on_purpose, 1, 1).await, [Fate::Spared]);
        }
    }

    #[tokio::test]
    async fn a_cut_wins_over_a_refusal_and_the_first_plan_over_the_next() {
        let on_purpose = OnPurpose::default();
        on_purpose.plan(vec![Plan { cut: Some(Cut::After), ..plan(1.0) }, plan(1.0)]);
        assert_eq!(fates(&on_purpose, 1, 1).await, [Fate::Cut(Cut::After)]);
    }

    #[tokio::test]
    async fn waits_of_all_plans_add_up() {
        let on_purpose = OnPurpose::default();
        let wait = |fixed, spread| Plan {
            wait: Wait { fixed: Duration::from_millis(fixed), spread },
            error: None,
            ..plan(1.0)
        };
        let (from, to) = (Duration::from_millis(10), Duration::from_millis(20));
        on_purpose.plan(vec![wait(30, None), wait(0, Some(Spread::Uniform { from, to }))]);
        let begin = tokio::time::Instant::now();
        assert_eq!(fates(&on_purpose, 1, 1).await, [Fate::Spared]);
        assert!(begin.elapsed() >= Duration::from_millis(40));
        assert_eq!(on_purpose.counts(), [(["selzy", "getLists", "latency"], 1)]);
    }

    #[test]
    fn half_of_a_lognormal_wait_is_below_its_median_and_none_above_its_bound() {
        let ids = Ids::seeded(3);
        let (median, most) = (Duration::from_millis(100), Duration::from_secs(1));
        let wait = Wait {
            spread: Some(Spread::LogNormal { median, sigma: 1.0, most }),
            ..Wait::default()
        };
        let waits: Vec<Duration> = (0..2_000).map(|_| wait.length(&ids)).collect();
        let below = waits.iter().filter(|wait| **wait < median).count();
        assert!((900..1_100).contains(&below), "{below}");
        assert!(waits.iter().all(|wait| *wait <= most));
        assert!(waits.iter().any(|wait| *wait > median * 4));
    }
}
