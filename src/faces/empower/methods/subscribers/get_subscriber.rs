//! One subscriber with the messages of the last days.

use jiff::{SignedDuration, Timestamp};

use crate::domain::activity::{Between, Delivery, Message, Of};
use crate::domain::bounce::Invalid;
use crate::domain::subscriber::{Known, Who};
use crate::domain::{ContactId, ContactStatus, EmailAddress, ExternalId, Refusal};
use crate::faces::empower::message_contact::MessageContact;
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Method, Need, Tree, pacific};

const WHO: Need = Need::OneOf("contact_id, email or external_id");

pub static METHOD: Method = Method {
    name: "subscribers.getSubscriber",
    echo: Echo::AsDocumented,
    doc: "One subscriber with the messages of the last days.",
    args: &[
        Arg::number("contact_id", WHO, "Who, by id."),
        Arg::text("email", WHO, "Who, by address."),
        Arg::text("external_id", WHO, "Who, by external id."),
        Arg::number("message_history_days_prior", Need::Optional, "1 to 90 days; 30."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

const DAYS: &str = "message_history_days_prior";
const DEFAULT_DAYS: u8 = 30;
const MOST_DAYS: u8 = 90;

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let who = who(call.args)?;
    let from = first_time(&call)?;
    let known = call.account.contacts().whoever(&who).await?;
    let between = Between { from: Some(from), before: None };
    let address = &known.contact.address;
    let history = call.account.activities().history(address, Of::All, between).await?;
    Ok(answer(&known, &history))
}

fn who(args: &Args) -> Result<Who, Failure> {
    if let Some(id) = args.number("contact_id")? {
        return Ok(Who::Id(ContactId(id)));
    }
    if let Some(email) = args.text("email") {
        return Ok(Who::Address(EmailAddress::parse(email)?));
    }
    let external_id = args.text("external_id").ok_or(Refusal::ContactMissing)?;
    Ok(Who::ExternalId(ExternalId::parse(external_id)?))
}

fn first_time(call: &Call<'_>) -> Result<Timestamp, Failure> {
    let days: u8 = call.args.number(DAYS)?.unwrap_or(DEFAULT_DAYS);
    if !(1..=MOST_DAYS).contains(&days) {
        return Err(Failure::invalid(DAYS));
    }
    let now = call.context.clock.now();
    Ok(now.checked_sub(SignedDuration::from_hours(24 * i64::from(days))).unwrap_or(now))
}

fn answer(known: &Known, history: &[Delivery]) -> Answer {
    let contact = &known.contact;
    let external_id = contact.external_id.as_ref().map_or("", ExternalId::as_str);
    let messages = history.iter().map(|delivery| message(delivery, contact.id)).collect();
    Answer::silent()
        .with("contact_id", Tree::text(contact.id))
        .with("email", Tree::text(contact.address.as_given()))
        .with("external_id", Tree::text(external_id))
        .with("status", Tree::text(status(known)))
        .with("flagged_invalid", Tree::text(known.invalid.number()))
        .with("optin_date", Tree::text(pacific::date(contact.created)))
        .with("messages", Tree::items(messages))
}

fn status(known: &Known) -> &'static str {
    if known.invalid == Invalid::TransactionalOnly {
        return "transactional only";
    }
    match known.contact.status {
        ContactStatus::Subscribed
        | ContactStatus::SoftBounced
        | ContactStatus::HardBounced
        | ContactStatus::MailBlocked
        | ContactStatus::NotAllowed
        | ContactStatus::NoMxRecord => "active",
        ContactStatus::PendingOptIn => "pending",
        ContactStatus::Unsubscribed
        | ContactStatus::IspComplained
        | ContactStatus::DirectComplaint => "unsubscribed",
        ContactStatus::Deleted => "deleted",
        ContactStatus::SharedSuppression
        | ContactStatus::Suppressed
        | ContactStatus::DomainSuppression => "suppressed",
    }
}

fn message(delivery: &Delivery, contact: ContactId) -> Tree {
    let name = MessageContact { message: delivery.message, contact };
    let day = pacific::date(delivery.began).replace('-', "");
    let id = match delivery.message {
        Message::Campaign(id) => ("mess_id", Tree::text(id.0)),
        Message::Template(id) => ("template_id", Tree::text(id.0)),
        // What another API sent has no template.
        Message::Direct => ("template_id", Tree::text(0)),
    };
    Tree::fields(vec![
        ("message_detail_id", Tree::text(format!("{day}-{name}"))),
        ("mes_cont_id", Tree::text(name)),
        id,
        ("datetime", Tree::text(pacific::date_time(delivery.began))),
    ])
}

#[cfg(test)]
mod tests {
    use crate::faces::empower::tests::World;

    const NAME: &str = "subscribers.getSubscriber";

    #[tokio::test]
    async fn a_subscriber_is_told_of_with_the_messages_of_the_last_days() {
        let world = World::new().await;
        let ann = [("email", "ann@b.example"), ("external_id", "A-1")];
        world.ask("legacy.manage_subscriber", &ann).await;
        for (kind, time) in [
            (r#""type":"delivered","template_id":3"#, "2026-01-01T10:00:00Z"),
            (r#""type":"opened","campaign_id":4"#, "2025-12-20T10:00:00Z"),
        ] {
            world.event(&format!(r#"{kind},"email":"ann@b.example","time":"{time}""#)).await;
        }
        for who in [("contact_id", "1"), ann[0], ann[1]] {
            let said = world.ask(NAME, &[who, ("message_history_days_prior", "5")]).await;
            assert!(
                said.contains(
                    "<responseData><contact_id><![CDATA[1]]></contact_id>\
                     <email><![CDATA[ann@b.example]]></email>\
                     <external_id><![CDATA[A-1]]></external_id>\
                     <status><![CDATA[active]]></status>\
                     <flagged_invalid><![CDATA[0]]></flagged_invalid>\
                     <optin_date><![CDATA[2026-01-02]]></optin_date><messages><item>\
                     <message_detail_id><![CDATA[20260101-2-3-1]]></message_detail_id>\
                     <mes_cont_id><![CDATA[2-3-1]]></mes_cont_id>\
                     <template_id><![CDATA[3]]></template_id>\
                     <datetime><![CDATA[2026-01-01 02:00:00]]></datetime></item></messages>"
                ),
                "{said}"
            );
        }
        let said = world.ask(NAME, &[ann[0]]).await;
        assert!(said.contains("<mes_cont_id><![CDATA[1-4-1]]></mes_cont_id>"), "{said}");
    }

    #[tokio::test]
    async fn nobody_and_a_number_of_days_out_of_range_are_errors() {
        let world = World::new().await;
        let said = world.ask(NAME, &[("email", "ann@b.example")]).await;
        assert!(said.contains("there is no such contact"), "{said}");
        let days = [("contact_id", "1"), ("message_history_days_prior", "91")];
        let said = world.ask(NAME, &days).await;
        assert!(said.contains("Invalid value for message_history_days_prior"), "{said}");
    }
}
