//! Accepting connections, up to the cap.

use std::sync::Arc;
use std::time::Duration;

use tokio::net::TcpListener;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;
use tracing::{debug, warn};

use super::{Mood, Shared, connection};

/// Pause after an accept that failed for want of file descriptors or memory.
const EXHAUSTED_PAUSE: Duration = Duration::from_millis(50);

/// Accepts until `stopping`; each connection runs in `connections`.
pub async fn accept(
    shared: Arc<Shared>,
    listener: TcpListener,
    stopping: CancellationToken,
    connections: TaskTracker,
) {
    let most = usize::try_from(shared.config.bounds.connections.max(1)).unwrap_or(1);
    let places = Arc::new(Semaphore::new(most.min(Semaphore::MAX_PERMITS)));
    let ended = stopping.run_until_cancelled(async {
        loop {
            let (socket, peer) = match listener.accept().await {
                Ok(accepted) => accepted,
                Err(error) => {
                    pause_after(&error).await;
                    continue;
                }
            };
            if let Err(error) = socket.set_nodelay(true) {
                debug!("a new connection is gone already: {error}");
                continue;
            }
            let place = free_place(&shared, &places).await;
            let serving = connection::serve(Arc::clone(&shared), socket, peer);
            connections.spawn(async move {
                serving.await;
                drop(place);
            });
        }
    });
    let _: Option<std::convert::Infallible> = ended.await;
}

/// At the cap, kept-alive connections are asked to close after their call; the newcomer waits, and
/// those behind it in the kernel's queue.
async fn free_place(shared: &Shared, places: &Arc<Semaphore>) -> Option<OwnedSemaphorePermit> {
    if let Ok(place) = Arc::clone(places).try_acquire_owned() {
        return Some(place);
    }
    shared.feel(Mood::Crowded);
    let place = Arc::clone(places).acquire_owned().await.ok();
    shared.feel(Mood::Open);
    place
}

async fn pause_after(error: &std::io::Error) {
    use std::io::ErrorKind::{ConnectionAborted, ConnectionReset, Interrupted};
    if matches!(error.kind(), ConnectionAborted | ConnectionReset | Interrupted) {
        return;
    }
    warn!("could not accept a connection: {error}");
    tokio::time::sleep(EXHAUSTED_PAUSE).await;
}
