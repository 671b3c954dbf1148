//! `GET contacts/{contactId}/emails`.

use http::Method;

use super::Names;
use crate::domain::activity::{Between, Of};
use crate::faces::which50::records::{CONTACT_EMAIL, contact_email};
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetContactEmails",
    method: Method::GET,
    path: "contacts/{contactId}/emails",
    doc: "The e-mails that were sent to a contact, the newest first.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (_, contact) = call.contact().await?;
    let activities = call.account.activities();
    let history = activities.history(&contact.address, Of::All, Between::default()).await?;
    let (mut names, mut records) = (Names::of(&call), Vec::new());
    for delivery in &history {
        let (id, name) = names.of_message(delivery.message).await?;
        records.push(contact_email(id, &name, delivery));
    }
    Ok(Answer::Document(Document::Records(&CONTACT_EMAIL, records)))
}
