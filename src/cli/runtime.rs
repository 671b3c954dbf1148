//! The async runtimes of the commands.

use anyhow::{Context as _, Result};

/// Runs a command that has nothing to do at the same time, on the calling thread.
pub fn block_on<T>(work: impl Future<Output = Result<T>>) -> Result<T> {
    let runtime = tokio::runtime::Builder::new_current_thread()
        .enable_all()
        .build()
        .context("cannot start the runtime")?;
    runtime.block_on(work)
}
