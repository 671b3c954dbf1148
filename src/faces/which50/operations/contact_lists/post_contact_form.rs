//! `POST contactLists/contactForm`.

use http::Method;

use super::changed::{Changed, list_of_form};
use crate::faces::which50::{Answer, Call, Failure, Operation};

pub static OPERATION: Operation = Operation {
    name: "PostContactForm",
    method: Method::POST,
    path: "contactLists/contactForm",
    doc: "Makes or changes a contact from a web form; answered without a body.",
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let (list, values) = list_of_form(&call)?;
    let list = call.account.lists().get(list).await;
    let list = list.map_err(|error| Failure::from(error).of_form())?;
    let Changed { like, change, .. } = Changed::of(&call, values).await?;
    call.account.contacts().put_in_list(list.id, like.as_ref(), change).await?;
    Ok(Answer::Empty)
}
