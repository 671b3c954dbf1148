//! What the operator sees of tasks over HTTP: nothing personal, no name of a result file.

use http::StatusCode;
use serde_json::{Value, json};

use super::operator::{broken, json_reply, limit_of};
use super::reply::plain;
use crate::domain::jobs::{TaskId, TaskState, find_everywhere, list_everywhere};
use crate::domain::{AccountId, Context, Error, Refusal};
use crate::protocol::http::Reply;

/// The newest tasks of all accounts, imports among them; `?limit=` up to 1000.
pub async fn tasks(context: &Context, query: &str) -> Reply {
    let Some(limit) = limit_of(query) else {
        return plain(StatusCode::BAD_REQUEST, "limit is not a number.\n");
    };
    match list_everywhere(context, limit).await {
        Ok(found) => {
            let listed: Vec<Value> =
                found.iter().map(|(account, task)| described(*account, task)).collect();
            json_reply(StatusCode::OK, &json!({ "tasks": listed }))
        }
        Err(error) => broken("list tasks", &error),
    }
}

/// One task of an account.
pub async fn task(context: &Context, account: AccountId, id: TaskId) -> Reply {
    match find_everywhere(context, account, id).await {
        Ok(task) => json_reply(StatusCode::OK, &described(account, &task)),
        Err(Error::Refused(Refusal::TaskNotFound)) => {
            plain(StatusCode::NOT_FOUND, "There is no such task.\n")
        }
        Err(error) => broken("show a task", &error),
    }
}

fn described(account: AccountId, task: &TaskState) -> Value {
    json!({
        "account": account.0,
        "id": task.id.0,
        "type": task.task_type.name(),
        "status": task.status.name(),
        "accepted": task.accepted.to_string(),
        "started": task.started.map(|at| at.to_string()),
        "ended": task.ended.map(|at| at.to_string()),
        "done": task.done,
        "total": task.total,
        "output": task.output,
        "has_file": task.file.is_some(),
        "import": task.import.map(|import| import.to_string()),
    })
}
