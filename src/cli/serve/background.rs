//! What runs beside the calls: imports, segment refreshes, and dropping what has had its days.

use std::sync::Arc;

use crate::domain::jobs::Runner;
use crate::domain::{Context, run_segment_refreshes};
use crate::server::Tasks;

/// Starts the background work; it ends when `tasks` stop.
pub fn start(tasks: &Tasks, context: &Arc<Context>) {
    let runner = Arc::new(Runner::new(Arc::clone(context)));
    tasks.spawn("imports", runner.run(tasks.stopping()));
    let (context, stopping) = (Arc::clone(context), tasks.stopping());
    tasks.spawn("segment refreshes", async move {
        // Dropping the work stops it: a refresh that is cut short begins anew at the next start.
        stopping.run_until_cancelled(run_segment_refreshes(context)).await;
    });
}
