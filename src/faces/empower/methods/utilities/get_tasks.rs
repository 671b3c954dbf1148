//! Lists the account's asynchronous tasks.

use jiff::Timestamp;

use crate::domain::jobs::{TaskFilter, TaskId, TaskState, TaskStatus, TaskType};
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Method, Need, Tree, pacific};

const OPTIONAL: Need = Need::Optional;

pub static METHOD: Method = Method {
    name: "utilities.getTasks",
    echo: Echo::AsDocumented,
    doc: "Lists asynchronous tasks and how far they are, the newest 1000 by start date.",
    args: &[
        Arg::list("task_id", OPTIONAL, "Only these."),
        Arg::text("status", OPTIONAL, "ALL, PENDING, PROCESSING, ERROR or COMPLETE."),
        Arg::text("type", OPTIONAL, "ALL or one type, such as EXPORT."),
        Arg::date("start_date", OPTIONAL, "Started on this day or later."),
        Arg::date("end_date", OPTIONAL, "Started on this day or earlier."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

/// Tasks of one reply, as documented.
const MOST_TASKS: usize = 1_000;

const BULK_DELETES: &[TaskType] =
    &[TaskType::DeleteContacts, TaskType::ClearLists, TaskType::RemoveMembers];

/// Types that are documented, and what is one here. Some are jobs of features that no method has.
const TYPES: [(&str, &[TaskType]); 12] = [
    ("BULK_DELETE", BULK_DELETES),
    ("COUPON_IMPORT", &[]),
    ("EXPORT", &[TaskType::ExportContacts, TaskType::ExportPeople]),
    ("EXPORT_MESSAGE_CONTACTS", &[TaskType::ExportActivity]),
    ("FILL_GROUP", &[]),
    ("GLOBALCOMMERCE_PROCESS_QUERY", &[]),
    ("GROUP_SPLIT", &[]),
    ("IMPORT", &[TaskType::Import, TaskType::LoadTable, TaskType::ImportInsights]),
    ("IMPORT_OPTOUT", &[]),
    ("OPTOUT_EXPORT", &[]),
    ("STATS_FILTER", &[TaskType::CountSegments]),
    ("SEND", &[TaskType::Send]),
];

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let filter = filter(call.args)?;
    let mut tasks = match &filter {
        Some(filter) => call.account.tasks().list(filter).await?,
        None => Vec::new(),
    };
    tasks.sort_by_key(|task| (run_date(task), task.id));
    let answer = Answer::plain(format!("{} tasks retrieved", tasks.len()));
    Ok(answer.with("task", Tree::items(tasks.into_iter().map(row).collect())))
}

/// `None` when nothing can pass.
fn filter(args: &Args) -> Result<Option<TaskFilter>, Failure> {
    let ids = args.ids("task_id")?.into_iter().map(TaskId).collect();
    let Some(types) = types(args)? else { return Ok(None) };
    let (from, before) = (args.time("start_date")?, args.time_after("end_date")?);
    Ok(Some(TaskFilter { ids, status: status(args)?, types, from, before, limit: MOST_TASKS }))
}

fn status(args: &Args) -> Result<Option<TaskStatus>, Failure> {
    let said = args.text("status").map(str::to_ascii_uppercase);
    let Some(said) = said.filter(|said| said != "ALL") else { return Ok(None) };
    let status = TaskStatus::ALL.into_iter().find(|status| word(*status) == said);
    status.map(Some).ok_or_else(|| Failure::invalid("status"))
}

/// `None` when no task here is of the type that is asked for.
fn types(args: &Args) -> Result<Option<Vec<TaskType>>, Failure> {
    let said = args.text("type").map(str::to_ascii_uppercase);
    let Some(said) = said.filter(|said| said != "ALL") else { return Ok(Some(Vec::new())) };
    let found = TYPES.iter().find(|(name, _)| *name == said);
    let (_, types) = found.ok_or_else(|| Failure::invalid("type"))?;
    Ok((!types.is_empty()).then(|| types.to_vec()))
}

fn word(status: TaskStatus) -> &'static str {
    match status {
        TaskStatus::Pending => "PENDING",
        TaskStatus::Processing => "PROCESSING",
        TaskStatus::Complete => "COMPLETE",
        TaskStatus::Failed => "ERROR",
    }
}

fn type_word(task_type: TaskType) -> &'static str {
    let found = TYPES.iter().find(|(_, types)| types.contains(&task_type));
    found.map(|(name, _)| *name).unwrap_or_default()
}

fn run_date(task: &TaskState) -> Timestamp {
    task.started.unwrap_or(task.accepted)
}

fn row(task: TaskState) -> Tree {
    let run_date = pacific::date_time(run_date(&task));
    let mut fields = vec![
        ("task_id", Tree::text(task.id)),
        ("type", Tree::text(type_word(task.task_type))),
        ("status", Tree::text(word(task.status))),
        ("description", Tree::Text(task.description.into())),
        ("run_date", Tree::Text(run_date.into())),
        ("output", Tree::Text(task.output.into())),
    ];
    if let Some(file) = task.file {
        fields.push(("task_response", Tree::fields(vec![("file_name", Tree::Text(file.into()))])));
    }
    Tree::fields(fields)
}
