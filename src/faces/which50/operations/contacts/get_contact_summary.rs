//! `GET contacts/{contactId}/summary`.

use http::Method;

use crate::domain::activity::{Between, Of};
use crate::faces::which50::{Answer, Call, Failure, Operation, records};

pub static OPERATION: Operation = Operation {
    name: "GetContactSummary",
    method: Method::GET,
    path: "contacts/{contactId}/summary",
    doc: "What was sent to a contact and came of it, in numbers.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (list, contact) = call.contact().await?;
    let activities = call.account.activities();
    let history = activities.history(&contact.address, Of::All, Between::default()).await?;
    Ok(Answer::record(records::contact_summary(call.account, list, &contact, &history)))
}
