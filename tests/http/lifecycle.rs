//! Start and stop.

use std::sync::Arc;
use std::time::Duration;

use lychgate::server::{Server, ServerConfig, StartError};
use tokio::net::TcpStream;
use tokio::task::JoinSet;

use crate::support::{Trial, context, post, within};

#[tokio::test]
async fn a_stop_finishes_the_call_under_way_and_closes_idle_connections() {
    let trial = Trial::start().await;
    let address = trial.running.local_address();
    let mut idle = trial.connect().await;
    idle.send(post("/echo", "", b"hello")).await;
    idle.reply().await;
    let mut silent = trial.connect().await;
    let mut busy = trial.connect().await;
    busy.send(post("/slow", "", b"")).await;
    trial.face.slow_began.acquire().await.unwrap().forget();

    let mut stopping = JoinSet::new();
    stopping.spawn(trial.running.stop());
    idle.ends().await;
    silent.ends().await;
    within(refuses(address)).await;
    trial.face.slow_may_end.notify_one();
    let answer = busy.reply().await;
    assert_eq!(answer.text(), "slow but sure");
    assert!(answer.says_close());
    busy.ends().await;
    within(stopping.join_next()).await.unwrap().unwrap().unwrap();
}

pub async fn refuses(address: std::net::SocketAddr) {
    while TcpStream::connect(address).await.is_ok() {
        tokio::task::yield_now().await;
    }
}

#[tokio::test]
async fn a_stop_does_not_wait_for_ever() {
    let trial = Trial::with(|config| config.times.stop = Duration::from_millis(50)).await;
    let mut busy = trial.connect().await;
    busy.send(post("/slow", "", b"")).await;
    trial.face.slow_began.acquire().await.unwrap().forget();
    within(trial.running.stop()).await.unwrap();
}

#[tokio::test]
async fn background_tasks_end_after_the_calls() {
    let trial = Trial::start().await;
    let stopping = trial.running.tasks().stopping();
    let parked = Arc::new(tokio::sync::Notify::new());
    let signal = Arc::clone(&parked);
    trial.running.tasks().spawn("park", async move {
        stopping.cancelled().await;
        signal.notify_one();
    });
    trial.running.stop().await.unwrap();
    within(parked.notified()).await;
}

#[tokio::test]
async fn plain_http_beyond_this_machine_must_be_asked_for_by_name() {
    let everywhere = ServerConfig::plain(([0, 0, 0, 0], 0).into());
    let refused = Server::bind(everywhere.clone(), Vec::new(), context().await).await;
    assert!(matches!(refused, Err(StartError::PlainHttp { .. })));
    let mut asked = everywhere;
    asked.allow_plain_http = true;
    let running = Server::bind(asked, Vec::new(), context().await).await.unwrap();
    running.stop().await.unwrap();
}

#[tokio::test]
async fn a_port_in_use_is_named_in_the_error() {
    let trial = Trial::start().await;
    let address = trial.running.local_address();
    let second = Server::bind(ServerConfig::plain(address), Vec::new(), context().await).await;
    assert_eq!(second.unwrap_err().to_string(), format!("could not listen on {address}"));
}
