//! Tells how far a task is, and where its file lies.

use uuid::Uuid;

use super::task::{Told, status};
use crate::domain::Refusal;
use crate::faces::selzy::files::Place;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "async/getTaskResult",
    doc: "How far a task is, and where its file lies.",
    args: &[Arg::text("task_uuid", Need::Required, "The task.")],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let text = call.args.required("task_uuid")?;
    let ticket = Uuid::try_parse(&text).map_err(|_| Failure::invalid("task_uuid"))?;
    let task = call.account.tasks().by_ticket(ticket).await?;
    if !task.task_type.is_export() {
        return Err(Refusal::TaskNotFound.into());
    }
    let file = task.file.map(|name| Place::of(call).export(&name));
    Answer::result(&Told {
        task_uuid: ticket.hyphenated().to_string(),
        status: status(task.status)?,
        task_type: file.is_some().then_some("file"),
        file_to_download: file,
    })
}
