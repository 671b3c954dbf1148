//! Judges an address.

use crate::domain::EmailAddress;
use crate::faces::empower::{Answer, Arg, Call, Echo, Failure, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "utilities.checkEmail",
    echo: Echo::LowerCase,
    doc: "Judges an address, or its domain alone.",
    args: &[
        Arg::text("email", Need::Required, "The address."),
        Arg::flag("domain_only", "Judge the domain alone."),
        Arg::flag("mx_check", "Also ask whether the domain takes mail."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(std::future::ready(run(call))),
};

fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let email = call.args.text("email").unwrap_or_default();
    let valid = EmailAddress::parse(email).is_ok();
    let answer = Answer::plain(if valid { "Valid" } else { "Invalid" });
    Ok(answer.with("valid", Tree::text(u8::from(valid))).with("email", Tree::text(email)))
}
