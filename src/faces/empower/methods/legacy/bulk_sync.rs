//! Adds and updates subscribers from a file.

use std::collections::BTreeMap;

use crate::domain::import::{
    DeclaredFormat, EXTERNAL_ID, FILE_LIMIT_BYTES, MergeOption, NewImport, Wording,
};
use crate::faces::empower::contact_data::{STANDARD, is_custom};
use crate::faces::empower::named_file::{
    DATA_URL, FILENAME, FTP_SERVER, FTP_USER_NAME, FTP_USER_PASS, SERVER_FOLDER, SFTP, Trouble,
    fetch,
};
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "legacy.bulk_sync",
    echo: Echo::AsDocumented,
    doc: "Starts an import that adds and updates the subscribers of a delimited file.",
    args: &[
        Arg::text("reply_email", Need::Required, "Not written to."),
        Arg::text("file_type", Need::Required, "Not looked at: the file tells what it is."),
        Arg::text("number", Need::Required, "Kept with the task."),
        Arg::text("source", Need::Required, "Kept with the task."),
        FTP_SERVER,
        FTP_USER_NAME,
        FTP_USER_PASS,
        FILENAME,
        DATA_URL,
        SFTP,
        SERVER_FOLDER,
    ],
    combinable: false,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    match start(&call).await {
        Ok(task) => Ok(Answer::silent().legacy_done().with("task_id", Tree::text(task))),
        Err(trouble) => trouble.legacy(),
    }
}

async fn start(call: &Call<'_>) -> Result<u32, Trouble> {
    let fetched = fetch(call).await?;
    let new = NewImport {
        list: None,
        file: vec![fetched.file.clone()],
        format: DeclaredFormat::Csv,
        // "Only fields in the file change": an empty cell is one of them.
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES,
    };
    let wording = wording(call).await?;
    Ok(call.account.imports().accept_worded(new, wording).await?.number)
}

/// What the headings of the wire stand for.
async fn wording(call: &Call<'_>) -> Result<Wording, Trouble> {
    let said = |name: &str| call.args.text(name).unwrap_or_default().to_owned();
    let standard = STANDARD.iter().map(|one| (one.wire.to_owned(), one.field.to_owned()));
    let mut aliases: BTreeMap<String, String> = standard.collect();
    aliases.insert("external_id".to_owned(), EXTERNAL_ID.to_owned());
    aliases.insert("epref".to_owned(), "EmailType".to_owned());
    let schema = call.account.fields().schema().await?;
    for field in schema.fields().iter().filter(|field| is_custom(field)) {
        aliases.insert(format!("custval{}", field.id.0), field.name.as_str().to_owned());
    }
    Ok(Wording {
        description: format!("Bulk sync: {} {}", said("source"), said("number")),
        aliases,
        made: STANDARD.iter().map(|one| one.field).collect(),
        ..Wording::default()
    })
}
