//! A commit: one transaction that locks what it writes and what it asks about.
//!
//! At READ COMMITTED each statement sees the newest of each row, and waits for whoever holds it.
//! A condition on a value takes a lock on its row, by changing it or by `for share`; a condition
//! that a key is empty puts a row there, which the primary key lets only one transaction do at a
//! time. So from the check until the commit nobody else changes what was checked or written, and
//! commits that touch the same keys are done one after the other, in the order of their answers.
//! Nothing is locked by ranges or by predicates, since the seam has no such conditions.
//!
//! Without conditions everything is sent at once: one round trip. With conditions the statements
//! are sent at once, and when the counts of rows say that all conditions held, `commit`: two.

use std::time::Duration;

use futures_util::future::BoxFuture;
use tokio::time::{Instant, sleep};
use tokio_postgres::Statement;

use super::changes::MARK;
use super::days;
use super::pipeline::in_order;
use super::plan::Plan;
use super::pool::{Lease, Pool};
use super::tickets::{FORGET, TAKE, Ticket, Tickets};
use super::trouble::Trouble;
use crate::store::seam::{Batch, Space, StoreError};

/// How often a transaction is tried that others get in the way of.
const ATTEMPTS: u32 = 10;

/// The pause behind the first attempt; it doubles with each, up to [`LONGEST_PAUSE`].
const FIRST_PAUSE: Duration = Duration::from_millis(2);
const LONGEST_PAUSE: Duration = Duration::from_millis(250);

/// How an attempt ended.
enum End {
    Done,
    Conflict,
    /// Nothing is done, and never will be by this attempt.
    Undone(Trouble),
    /// `commit` was sent and no answer came.
    Unknown,
}

pub async fn commit(pool: &Pool, tickets: &Tickets, batch: &Batch) -> Result<(), StoreError> {
    batch.ensure_value_sizes()?;
    let plan = Plan::of(batch)?;
    if plan.statements.is_empty() {
        return Ok(());
    }
    let (mut turn, begun) = (0, Instant::now());
    loop {
        let ticket = tickets.issue();
        let (trouble, may_run_again) = match attempt(pool, batch.space, &plan, &ticket).await {
            End::Done => return Ok(()),
            End::Conflict => return Err(StoreError::Conflict),
            End::Undone(trouble) => {
                let passes = trouble.is_lost_race() || trouble.is_lost_connection();
                (trouble, passes)
            }
            End::Unknown => {
                let deadline = Instant::now() + pool.statement();
                if ticket.was_done(pool, deadline).await? {
                    return Ok(());
                }
                (Trouble::Silent, true)
            }
        };
        let makes_day = trouble.is_absent_table() && batch.space != Space::Main;
        turn += 1;
        let is_late = turn == ATTEMPTS || begun.elapsed() > pool.statement();
        if is_late || !(makes_day || may_run_again) {
            return Err(trouble.at("commit"));
        }
        if makes_day {
            days::make(pool, batch.space, &plan.tables()).await?;
        } else {
            sleep(pause(turn)).await;
        }
    }
}

/// A random part of a pause that grows with each turn, so that who collided once does not again.
pub fn pause(turn: u32) -> Duration {
    let longest = FIRST_PAUSE.saturating_mul(1 << turn.min(10)).min(LONGEST_PAUSE);
    let mut random = [0; 2];
    // Without randomness the pause is the whole one.
    let part = getrandom::fill(&mut random).map_or(u16::MAX, |()| u16::from_be_bytes(random));
    longest * u32::from(part) / u32::from(u16::MAX)
}

async fn attempt(pool: &Pool, space: Space, plan: &Plan, ticket: &Ticket<'_>) -> End {
    let prepared = pool.in_time(async {
        let lease = pool.lease().await?;
        let prepared = Prepared::of(&lease, space, plan, ticket).await?;
        Ok((lease, prepared))
    });
    let (lease, prepared) = match prepared.await {
        Ok(ready) => ready,
        Err(trouble) => return End::Undone(trouble),
    };
    let end = if plan.has_conditions() {
        conditional(pool, &lease, plan, ticket, &prepared).await
    } else {
        unconditional(pool, &lease, plan, ticket, &prepared).await
    };
    if matches!(end, End::Done | End::Conflict) {
        lease.give_back();
    }
    end
}

/// The statements of a plan on one connection.
struct Prepared {
    take: Statement,
    forget: Option<(Statement, i64)>,
    statements: Vec<Statement>,
    mark: Option<Statement>,
}

impl Prepared {
    async fn of(
        lease: &Lease,
        space: Space,
        plan: &Plan,
        ticket: &Ticket<'_>,
    ) -> Result<Self, Trouble> {
        let take = lease.prepare_cached(TAKE).await?;
        let forget = match ticket.all_ended_below() {
            Some(number) => Some((lease.prepare_cached(FORGET).await?, number)),
            None => None,
        };
        let mut statements = Vec::with_capacity(plan.statements.len());
        for (table, kind) in plan.statements.keys() {
            statements.push(lease.prepare_cached(&kind.sql(space, *table)).await?);
        }
        let marks = !plan.marked.is_empty();
        let mark = if marks { Some(lease.prepare_cached(MARK).await?) } else { None };
        Ok(Self { take, forget, statements, mark })
    }
}

/// What a request answers: how many rows it found.
type Request<'r> = BoxFuture<'r, Result<u64, tokio_postgres::Error>>;

fn simple<'r>(lease: &'r Lease, sql: &'static str) -> Request<'r> {
    Box::pin(async move { lease.batch_execute(sql).await.map(|()| 0) })
}

/// The requests of a transaction up to its `commit`, and how many come before the plan's own.
fn requests<'r>(
    lease: &'r Lease,
    plan: &'r Plan,
    ticket: &'r Ticket<'_>,
    prepared: &'r Prepared,
) -> (Vec<Request<'r>>, usize) {
    let mut requests = vec![simple(lease, "begin read write")];
    if let Some((forget, below)) = &prepared.forget {
        requests
            .push(Box::pin(async move { lease.execute(forget, &[&ticket.gateway, below]).await }));
    }
    requests.push(Box::pin(async move {
        lease.execute(&prepared.take, &[&ticket.gateway, &ticket.number]).await
    }));
    let before = requests.len();
    for (((_, kind), rows), statement) in plan.statements.iter().zip(&prepared.statements) {
        requests.push(Box::pin(async move {
            let columns = rows.columns(*kind);
            lease.execute(statement, &columns.parameters()).await
        }));
    }
    if let Some(statement) = &prepared.mark {
        requests.push(Box::pin(async move {
            lease.execute(statement, &[&plan.mark, &plan.marked]).await
        }));
    }
    (requests, before)
}

async fn unconditional(
    pool: &Pool,
    lease: &Lease,
    plan: &Plan,
    ticket: &Ticket<'_>,
    prepared: &Prepared,
) -> End {
    let (mut requests, _) = requests(lease, plan, ticket, prepared);
    requests.push(simple(lease, "commit"));
    let answers = pool.in_time(async { Ok(in_order(requests).await) }).await;
    let Ok(answers) = answers else { return End::Unknown };
    // Behind a statement that failed, `commit` undoes the transaction.
    let failed = answers.into_iter().find_map(Result::err).map(Trouble::from);
    match failed {
        None => End::Done,
        Some(refused) if refused.is_refusal() => End::Undone(refused),
        Some(_) => End::Unknown,
    }
}

async fn conditional(
    pool: &Pool,
    lease: &Lease,
    plan: &Plan,
    ticket: &Ticket<'_>,
    prepared: &Prepared,
) -> End {
    let (requests, before) = requests(lease, plan, ticket, prepared);
    let answers = pool.in_time(async {
        let answers: Result<Vec<u64>, _> = in_order(requests).await.into_iter().collect();
        answers.map_err(Trouble::from)
    });
    let answers = match answers.await {
        Ok(answers) => answers,
        Err(trouble) => return End::Undone(trouble),
    };
    let held = plan
        .statements
        .iter()
        .zip(answers.into_iter().skip(before))
        .all(|(((_, kind), rows), found)| !kind.is_condition() || found == rows.count());
    let end = if held { "commit" } else { "rollback" };
    let ended = pool.in_time(async { Ok(lease.batch_execute(end).await?) }).await;
    match ended {
        Ok(()) if held => End::Done,
        Ok(()) => End::Conflict,
        // What was not committed is undone with its connection.
        Err(_) if !held => End::Conflict,
        Err(refused) if refused.is_lost_race() => End::Undone(refused),
        Err(_) => End::Unknown,
    }
}
