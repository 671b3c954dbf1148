//! What runs beside the calls: jobs, segment refreshes, releases of campaigns, and dropping what has
//! had its days.

use std::io;
use std::sync::Arc;

use tokio::runtime::Runtime;
use tracing::error;

use crate::domain::campaign::run_releases;
use crate::domain::jobs::Runner;
use crate::domain::outbox::run_retention;
use crate::domain::{Context, run_segment_refreshes};
use crate::server::Tasks;

/// Starts the background work; it ends when `tasks` stop.
pub fn start(tasks: &Tasks, context: &Arc<Context>) -> io::Result<()> {
    start_jobs(tasks, context)?;
    // Dropping the work stops it: what is cut short begins anew at the next start.
    let (refreshed, stopping) = (Arc::clone(context), tasks.stopping());
    tasks.spawn("segment refreshes", async move {
        stopping.run_until_cancelled(run_segment_refreshes(refreshed)).await;
    });
    let (released, stopping) = (Arc::clone(context), tasks.stopping());
    tasks.spawn("campaign releases", async move {
        stopping.run_until_cancelled(run_releases(released)).await;
    });
    let (swept, stopping) = (Arc::clone(context), tasks.stopping());
    tasks.spawn("outbox retention", async move {
        stopping.run_until_cancelled(run_retention(swept)).await;
    });
    Ok(())
}

/// Jobs have threads of their own: calls never wait for one of theirs, and what each of the two
/// computes can be told apart.
fn start_jobs(tasks: &Tasks, context: &Arc<Context>) -> io::Result<()> {
    let mut threads = tokio::runtime::Builder::new_multi_thread();
    let runtime = threads.worker_threads(1).thread_name("jobs").enable_all().build()?;
    let runner = Arc::new(Runner::new(Arc::clone(context)));
    let work = runtime.spawn(runner.run(tasks.stopping()));
    let threads = JobThreads(Some(runtime));
    tasks.spawn("imports", async move {
        if work.await.is_err() {
            // `log_panics` has written where.
            error!("nobody works on jobs any more");
        }
        drop(threads);
    });
    Ok(())
}

/// Can be dropped on an async thread, which a runtime by itself cannot.
struct JobThreads(Option<Runtime>);

impl Drop for JobThreads {
    fn drop(&mut self) {
        if let Some(runtime) = self.0.take() {
            runtime.shutdown_background();
        }
    }
}
