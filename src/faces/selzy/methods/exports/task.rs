//! What is told of a task.

use serde::Serialize;

use crate::domain::jobs::{NewTask, TaskStatus, Work};
use crate::faces::selzy::{Answer, Args, Call, Code, Failure};

/// A task as it is told.
#[derive(Debug, Serialize)]
pub struct Told {
    pub task_uuid: String,
    pub status: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub task_type: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub file_to_download: Option<String>,
}

/// The wire's word; a task that failed is a failure.
pub fn status(status: TaskStatus) -> Result<&'static str, Failure> {
    match status {
        TaskStatus::Pending => Ok("new"),
        TaskStatus::Processing => Ok("processing"),
        TaskStatus::Complete => Ok("completed"),
        TaskStatus::Failed => Err(Failure::new(Code::Unspecified, "The task failed")),
    }
}

/// Starts a task whose file is laid out as `layout` says.
pub async fn start(call: Call<'_>, work: Work, layout: String) -> Result<Answer, Failure> {
    let tasks = call.account.tasks();
    let new = NewTask { layout, ..NewTask::new(work, "Export for Selzy") };
    let id = tasks.start(new).await?;
    let ticket = tasks.ticket(id).await?.hyphenated().to_string();
    let told = Told { task_uuid: ticket, status: "new", task_type: None, file_to_download: None };
    Ok(warned(Answer::result(&told)?, call.args))
}

/// With a word about an address that nobody calls.
fn warned(answer: Answer, args: &Args) -> Answer {
    if !args.has("notify_url") {
        return answer;
    }
    answer.warning("notify_url is not called: ask async/getTaskResult")
}
