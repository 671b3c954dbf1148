//! What runs beside the calls: jobs, segment refreshes, releases of campaigns, and dropping what has
//! had its days.

use std::sync::Arc;

use crate::domain::campaign::run_releases;
use crate::domain::jobs::Runner;
use crate::domain::outbox::run_retention;
use crate::domain::{Context, run_segment_refreshes};
use crate::server::Tasks;

/// Starts the background work; it ends when `tasks` stop.
pub fn start(tasks: &Tasks, context: &Arc<Context>) {
    let runner = Arc::new(Runner::new(Arc::clone(context)));
    tasks.spawn("imports", runner.run(tasks.stopping()));
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
}
