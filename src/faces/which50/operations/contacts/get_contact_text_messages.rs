//! `GET contacts/{contactId}/textmessages`.

use http::Method;

use crate::faces::which50::records::CONTACT_TEXT_MESSAGE;
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetContactTextMessages",
    method: Method::GET,
    path: "contacts/{contactId}/textmessages",
    doc: "The text messages to a contact: none, as none is sent here.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.contact().await?;
    Ok(Answer::Document(Document::Records(&CONTACT_TEXT_MESSAGE, Vec::new())))
}
