//! `GET contacts/{contactId}/communications`.

use http::Method;

use super::interactions;
use crate::domain::activity::Of;
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "GetContactCommunications",
    method: Method::GET,
    path: "contacts/{contactId}/communications",
    doc: "What was sent to a contact and came of it, the newest first.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (_, contact) = call.contact().await?;
    interactions(&call, &contact, Of::All).await
}
