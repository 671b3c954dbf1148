//! `GET contacts/{contactId}/webforms`.

use http::Method;

use crate::faces::which50::records::CONTACT_WEB_FORM;
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetContactWebForms",
    method: Method::GET,
    path: "contacts/{contactId}/webforms",
    doc: "The web forms that a contact filled: none is kept as a form here.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.contact().await?;
    Ok(Answer::Document(Document::Records(&CONTACT_WEB_FORM, Vec::new())))
}
