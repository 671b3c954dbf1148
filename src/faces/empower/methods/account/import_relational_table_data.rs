//! Replaces the rows of a relational table by those of a file.

use crate::domain::jobs::{LoadTable, NewTask, NewUpload, TaskId, Work};
use crate::faces::empower::named_file::{
    DATA_URL, FILENAME, FTP_SERVER, FTP_USER_NAME, FTP_USER_PASS, SERVER_FOLDER, SFTP, Trouble,
    fetch,
};
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "account.importRelationalTableData",
    echo: Echo::AsDocumented,
    doc: "Starts a task that replaces all rows of a relational table by those of a text file.",
    args: &[
        Arg::text("table_name", Need::Required, "The table."),
        Arg::text("delimiter", Need::Required, "One ASCII character, its code, or its name."),
        DATA_URL,
        FTP_SERVER,
        SFTP,
        FTP_USER_NAME,
        FTP_USER_PASS,
        FILENAME,
        SERVER_FOLDER,
        Arg::text("notify_email", Need::Optional, "Not written to."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let delimiter = delimiter(call.args).ok_or_else(|| Failure::invalid("delimiter"))?;
    let task = start(&call, delimiter).await.map_err(Trouble::failure)?;
    Ok(Answer::new(101, "Task has been queued").with("task_id", Tree::text(task)))
}

async fn start(call: &Call<'_>, delimiter: u8) -> Result<TaskId, Trouble> {
    let table = call.args.text("table_name").unwrap_or_default();
    // Before a file is fetched for nothing.
    call.account.relational_tables().named(table).await?;
    let fetched = fetch(call).await?;
    let order = LoadTable::of(call.account, table, delimiter, &fetched.file).await?;
    let upload = Some(NewUpload { file: fetched.file.clone() });
    let description = format!("Load of relational table {}", order.table);
    let new = NewTask { upload, ..NewTask::new(Work::LoadTable(order), description) };
    Ok(call.account.tasks().start(new).await?)
}

/// A character that stands for itself, a word, or a character's code. No file is delimited by
/// digits, so a digit is a code.
fn delimiter(args: &Args) -> Option<u8> {
    let raw = args.raw("delimiter")?;
    let said = if raw.len() == 1 { raw } else { raw.trim() };
    let code = match said.to_ascii_lowercase().as_str() {
        "comma" => b',',
        "tab" | "\\t" => b'\t',
        "pipe" => b'|',
        "semicolon" => b';',
        "colon" => b':',
        "space" => b' ',
        other => match (other.parse::<u8>(), other.as_bytes()) {
            (Ok(code), _) => code,
            (Err(_), [only]) => *only,
            _ => return None,
        },
    };
    let is_separator = code == b'\t' || code.is_ascii_punctuation() || code == b' ';
    (is_separator && code != b'"').then_some(code)
}
