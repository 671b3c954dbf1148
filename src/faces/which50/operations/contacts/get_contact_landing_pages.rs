//! `GET contacts/{contactId}/landingpages`.

use http::Method;

use crate::faces::which50::records::CONTACT_LANDING_PAGE;
use crate::faces::which50::{Answer, Call, Failure, Operation};
use crate::protocol::datacontract::Document;

pub static OPERATION: Operation = Operation {
    name: "GetContactLandingPages",
    method: Method::GET,
    path: "contacts/{contactId}/landingpages",
    doc: "The landing pages that a contact saw: none, as there are none here.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    call.contact().await?;
    Ok(Answer::Document(Document::Records(&CONTACT_LANDING_PAGE, Vec::new())))
}
