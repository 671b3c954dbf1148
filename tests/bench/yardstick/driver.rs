//! Many clients that call as fast as they are answered.

use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::AtomicUsize;
use std::sync::atomic::Ordering::Relaxed;
use std::time::{Duration, Instant};

use anyhow::Result;
use bytes::Bytes;
use futures_util::future::try_join_all;
use tokio::task::JoinSet;

use super::connection::Connection;
use super::process::{Cpu, Spent};

/// How long what goes on behind the calls of a round may take.
const SETTLE_PATIENCE: Duration = Duration::from_secs(20);
const SETTLE_POLL: Duration = Duration::from_millis(20);
/// CPU time in that while below which a server rests.
const RESTING: Duration = Duration::from_micros(300);

/// What one server gets.
#[derive(Debug, Clone)]
pub struct Load {
    pub address: SocketAddr,
    pub wire: Bytes,
    pub connections: usize,
    /// Calls in a round at most.
    pub burst: usize,
    /// The server's process, when it is one of ours.
    pub process: Option<u32>,
}

/// What came of it in one round.
#[derive(Debug)]
pub struct Round {
    pub took: Duration,
    /// Of each call, sorted.
    pub latencies: Vec<Duration>,
    pub spent: Option<Spent>,
}

impl Load {
    /// Calls for at least `time`, or up to the burst; every call that was begun is finished and
    /// counted. When this returns, so is what the server does behind them.
    pub async fn round(&self, time: Duration) -> Result<Round> {
        // The first one alone: what a server makes for all, it makes once.
        let mut ready = vec![self.ready().await?];
        ready.extend(try_join_all((1..self.connections).map(|_| self.ready())).await?);
        let before = self.process.map(Cpu::of).transpose()?;
        let begun = Instant::now();
        let mut clients = JoinSet::new();
        let left = Arc::new(AtomicUsize::new(self.burst));
        for connection in ready {
            let (wire, left) = (self.wire.clone(), Arc::clone(&left));
            clients.spawn(calls_until(connection, wire, begun + time, left));
        }
        let mut latencies = Vec::new();
        while let Some(client) = clients.join_next().await {
            latencies.extend(client??);
        }
        let took = begun.elapsed();
        let spent = match (self.process, before) {
            (Some(process), Some(before)) => Some(Cpu::of(process)?.since(&before)),
            _ => None,
        };
        self.settle().await?;
        latencies.sort_unstable();
        Ok(Round { took, latencies, spent })
    }

    /// Waits until the server rests.
    async fn settle(&self) -> Result<()> {
        let Some(process) = self.process else { return Ok(()) };
        let begun = Instant::now();
        while begun.elapsed() < SETTLE_PATIENCE {
            let before = Cpu::of(process)?;
            tokio::time::sleep(SETTLE_POLL).await;
            if Cpu::of(process)?.since(&before).all() < RESTING {
                break;
            }
        }
        Ok(())
    }

    /// A connection that was used once: what a server makes for it is made.
    async fn ready(&self) -> Result<Connection> {
        let mut connection = Connection::open(self.address).await?;
        connection.call(&self.wire).await?;
        Ok(connection)
    }
}

async fn calls_until(
    mut connection: Connection,
    wire: Bytes,
    end: Instant,
    left: Arc<AtomicUsize>,
) -> Result<Vec<Duration>> {
    let may_call = || left.fetch_update(Relaxed, Relaxed, |left| left.checked_sub(1)).is_ok();
    let mut latencies = Vec::new();
    let mut begun = Instant::now();
    while begun < end && may_call() {
        connection.call(&wire).await?;
        let now = Instant::now();
        latencies.push(now - begun);
        begun = now;
    }
    Ok(latencies)
}
