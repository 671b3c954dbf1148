//! Deletes the subscribers of a file, or opts them out.

use crate::domain::jobs::{DeleteContacts, NewTask, NewUpload, TaskId, Work};
use crate::faces::empower::named_file::{
    DATA_URL, FILENAME, FTP_SERVER, FTP_USER_NAME, FTP_USER_PASS, SERVER_FOLDER, SFTP, Trouble,
    fetch,
};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "legacy.delete_subscribers",
    echo: Echo::AsDocumented,
    doc: "Starts a task that deletes the subscribers of a file, or opts them out.",
    args: &[
        Arg::text("reply_email", Need::Required, "Not written to."),
        Arg::flag("optout", "Y: opt out instead of deleting."),
        DATA_URL,
        FTP_SERVER,
        SFTP,
        FTP_USER_NAME,
        FTP_USER_PASS,
        FILENAME,
        SERVER_FOLDER,
    ],
    combinable: false,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    match start(&call).await {
        Ok(task) => Ok(Answer::silent().legacy_done().with("job_id", Tree::text(task))),
        Err(trouble) => trouble.legacy(),
    }
}

async fn start(call: &Call<'_>) -> Result<TaskId, Trouble> {
    let fetched = fetch(call).await?;
    let opt_out = call.args.flag("optout");
    let order = DeleteContacts::of(&fetched.file, opt_out)?;
    let description = if opt_out { "Opt out subscribers" } else { "Delete subscribers" };
    let upload = Some(NewUpload { file: fetched.file.clone() });
    let new = NewTask { upload, ..NewTask::new(Work::DeleteContacts(order), description) };
    Ok(call.account.tasks().start(new).await?)
}
