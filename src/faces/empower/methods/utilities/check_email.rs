//! Judges an address.

use crate::domain::EmailAddress;
use crate::domain::address::is_domain_name;
use crate::faces::empower::{Answer, Arg, Call, Echo, Method, Need, Tree};

pub static METHOD: Method = Method {
    name: "utilities.checkEmail",
    echo: Echo::LowerCase,
    doc: "Judges an address, or its domain alone, by its form.",
    args: &[
        Arg::text("email", Need::Required, "The address; with domain_only its domain will do."),
        Arg::flag("domain_only", "Judge the domain alone."),
        Arg::flag("mx_check", "Taken, but no name server is asked."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(std::future::ready(Ok(run(call)))),
};

fn run(call: Call<'_>) -> Answer {
    let email = call.args.text("email").unwrap_or_default();
    let valid = if call.args.flag("domain_only") {
        let (_, domain) = email.rsplit_once('@').unwrap_or(("", email));
        is_domain_name(&domain.to_lowercase())
    } else {
        EmailAddress::parse(email).is_ok()
    };
    let answer = Answer::plain(if valid { "Valid" } else { "Invalid" });
    answer.with("valid", Tree::text(u8::from(valid))).with("email", Tree::text(email))
}

#[cfg(test)]
mod tests {
    use crate::faces::empower::tests::World;

    #[tokio::test]
    async fn an_address_or_its_domain_alone_is_judged_by_its_form() {
        let world = World::new().await;
        for (email, domain_only, valid) in [
            ("ann@b.example", "", "1"),
            ("ann@b.example", "1", "1"),
            ("B.Example", "1", "1"),
            ("B.Example", "0", "0"),
            ("an n@b.example", "0", "0"),
            ("an n@b.example", "1", "1"),
            ("ann@b..example", "1", "0"),
            ("ann@", "1", "0"),
        ] {
            let args = [("email", email), ("domain_only", domain_only), ("mx_check", "1")];
            let said = world.ask("utilities.checkEmail", &args).await;
            let expected = format!("<valid><![CDATA[{valid}]]></valid><email><![CDATA[{email}]]>");
            assert!(said.contains(&expected), "{email} {domain_only}: {said}");
        }
    }
}
