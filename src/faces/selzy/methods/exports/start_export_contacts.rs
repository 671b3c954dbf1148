//! Starts an export of contacts.

use super::columns::Columns;
use super::{filter, task};
use crate::domain::jobs::{ExportPeople, Work};
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "async/exportContacts",
    doc: "Starts an export of contacts into a CSV file.",
    args: &[
        Arg::text("notify_url", Need::Optional, "Taken; nothing is called."),
        filter::LIST_ID,
        filter::FIELD_NAMES,
        filter::EMAIL,
        filter::PHONE,
        filter::TAG,
        filter::EMAIL_STATUS,
        filter::PHONE_STATUS,
    ],
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let filter = filter::read(call).await?;
    let columns = Columns::named(call.account, &call.args.list("field_names")).await?;
    let work = Work::ExportPeople(ExportPeople::new(filter, columns.wanted()));
    task::start(call, work, columns.layout()).await
}
