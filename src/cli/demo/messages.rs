//! A transactional message and what became of it, for the faces that ask about bounces.

use anyhow::Result;
use serde_json::json;

use crate::domain::template::{NewTemplate, Version};
use crate::domain::{Account, Context, EmailAddress, Event, EventError, NewContact, TemplateId};

/// The template of the vendor's own example.
const TEMPLATE: TemplateId = TemplateId(1_055_589);

/// Who is a subscriber, among those whose message bounced.
const READERS: [&str; 3] =
    ["away@people.example", "moved@people.example", "full.mailbox@people.example"];

/// Class of the bounce, who it is, and what the mail server said.
const BOUNCES: [(&str, &str, &str); 5] = [
    ("hard", "jdoe@example.com", "550 5.1.1 user unknown"),
    ("hard", "moved@people.example", "550 5.1.6 mailbox has moved"),
    ("soft", "full.mailbox@people.example", "452 4.2.2 mailbox full"),
    ("soft", "away@people.example", "421 4.4.7 delivery time expired"),
    ("block", "spam-trap@import.example", "554 5.7.1 blocked by our policy"),
];

/// Puts the template and its readers into the demo's account, then lets the messages bounce.
pub async fn fill(context: &Context, account: Account<'_>, name: &str) -> Result<()> {
    let new = NewTemplate::transactional(receipt());
    account.templates().put(Some(TEMPLATE), new).await?;
    for reader in READERS {
        account.contacts().create(NewContact::new(EmailAddress::parse(reader)?)).await?;
    }
    context.events().record_many(&bounces(name)?).await?;
    Ok(())
}

fn receipt() -> Version {
    Version {
        subject: "Your order {$order_id}".to_owned(),
        from_description: "Demo shop".to_owned(),
        from_email: "orders@demo.example".to_owned(),
        reply_email: "help@demo.example".to_owned(),
        html: "<p>Dear {$firstname|default:'customer'}, thank you for order {$order_id}.</p>"
            .to_owned(),
        plain: "Dear {$firstname|default:'customer'}, thank you for order {$order_id}.\n"
            .to_owned(),
        ..Version::default()
    }
}

fn bounces(account: &str) -> Result<Vec<Event>, EventError> {
    let event = |(class, email, reason): (&str, &str, &str)| {
        let line = json!({
            "account": account,
            "type": "bounced",
            "class": class,
            "email": email,
            "template_id": TEMPLATE.0,
            "reason": reason,
        });
        Event::from_json(&line.to_string())
    };
    BOUNCES.into_iter().map(event).collect()
}
