//! `GET contacts/{contactId}/journeys`.

use http::Method;

use std::collections::BTreeSet;

use crate::domain::activity::{Between, Message, Of};
use crate::faces::which50::operations::journeys::{answered, existing};
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "GetContactJourneys",
    method: Method::GET,
    path: "contacts/{contactId}/journeys",
    doc: "The journeys that wrote to a contact.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (_, contact) = call.contact().await?;
    let activities = call.account.activities();
    let history = activities.history(&contact.address, Of::All, Between::default()).await?;
    let ids: BTreeSet<_> = history
        .iter()
        .filter_map(|delivery| match delivery.message {
            Message::Campaign(id) => Some(id),
            Message::Template(_) | Message::Direct => None,
        })
        .collect();
    let campaigns = existing(&call, ids).await?;
    answered(&call, campaigns).await
}
