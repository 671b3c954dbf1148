//! Many clients that call as fast as they are answered.

use std::net::SocketAddr;
use std::time::{Duration, Instant};

use anyhow::Result;
use bytes::Bytes;
use futures_util::future::try_join_all;
use tokio::task::JoinSet;

use super::connection::Connection;
use super::process::{Cpu, Spent};

/// What one server gets.
#[derive(Debug, Clone)]
pub struct Load {
    pub address: SocketAddr,
    pub wire: Bytes,
    pub connections: usize,
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
    /// Calls for at least `time`; every call that was begun is finished and counted.
    pub async fn round(&self, time: Duration) -> Result<Round> {
        // The first one alone: what a server makes for all, it makes once.
        let mut ready = vec![self.ready().await?];
        ready.extend(try_join_all((1..self.connections).map(|_| self.ready())).await?);
        let before = self.process.map(Cpu::of).transpose()?;
        let begun = Instant::now();
        let mut clients = JoinSet::new();
        for connection in ready {
            clients.spawn(calls_until(connection, self.wire.clone(), begun + time));
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
        latencies.sort_unstable();
        Ok(Round { took, latencies, spent })
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
) -> Result<Vec<Duration>> {
    let mut latencies = Vec::new();
    let mut begun = Instant::now();
    while begun < end {
        connection.call(&wire).await?;
        let now = Instant::now();
        latencies.push(now - begun);
        begun = now;
    }
    Ok(latencies)
}
