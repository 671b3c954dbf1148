//! Lists the addresses that messages may be from.

use serde::Serialize;

use crate::domain::Page;
use crate::faces::selzy::{Answer, Arg, Call, Failure, Method, Need};

pub static METHOD: Method = Method {
    name: "getCheckedEmail",
    doc: "The addresses that the operator lets messages be from.",
    args: &[
        Arg::text("login", Need::Optional, "Not looked at: the key says whose they are."),
        Arg::text("email", Need::Optional, "Only this address."),
    ],
    run: |call| Box::pin(run(call)),
};

#[derive(Serialize)]
struct Row {
    email: String,
    name: String,
    is_checked: bool,
}

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let only = call.args.text("email");
    let all = call.account.from_addresses().page(Page::first()).await?.into_iter();
    let addresses = all.map(|one| one.address.as_given().to_owned());
    let meant =
        |address: &String| only.as_ref().is_none_or(|only| only.eq_ignore_ascii_case(address));
    let rows: Vec<Row> = addresses
        .filter(meant)
        .map(|email| Row { email, name: String::new(), is_checked: true })
        .collect();
    Answer::result(&rows)
}
