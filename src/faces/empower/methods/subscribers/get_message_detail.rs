//! What came of one message to one subscriber.

use jiff::Timestamp;

use crate::domain::activity::{Between, Bounce, Delivery, Of};
use crate::domain::subscriber::Who;
use crate::faces::empower::message_contact::MessageContact;
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Method, Need, Tree, pacific};

const WHICH: Need = Need::OneOf("message_detail_id or mes_cont_id");

pub static METHOD: Method = Method {
    name: "subscribers.getMessageDetail",
    echo: Echo::AsDocumented,
    doc: "What came of one message to one subscriber.",
    args: &[
        Arg::text("message_detail_id", WHICH, "YYYYMMDD-<mes_cont_id>, of the send on that day."),
        Arg::text("mes_cont_id", WHICH, "Of the last send."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let asked = Asked::read(call.args)?;
    let contacts = call.account.contacts();
    let known = contacts.whoever(&Who::Id(asked.name.contact)).await?;
    let of = Of::Message(asked.name.message);
    let address = &known.contact.address;
    let history = call.account.activities().history(address, of, Between::default()).await?;
    let delivery = history.iter().find(|delivery| asked.is_on_day(delivery.began));
    let delivery = delivery.ok_or_else(|| Failure::plain("There is no such message"))?;
    let data = answer(delivery)
        .with("mes_cont_id", Tree::text(asked.name))
        .with("email", Tree::text(address.as_given()));
    Ok(data)
}

/// Which send is asked for.
struct Asked {
    name: MessageContact,
    /// `YYYYMMDD`, US Pacific.
    day: Option<String>,
}

impl Asked {
    fn read(args: &Args) -> Result<Self, Failure> {
        if let Some(id) = args.text("message_detail_id") {
            let invalid = || Failure::invalid("message_detail_id");
            let (day, name) = id.split_once('-').ok_or_else(invalid)?;
            let name = name.parse().map_err(|_| invalid())?;
            return Ok(Self { name, day: Some(day.to_owned()) });
        }
        let name = args.text("mes_cont_id").unwrap_or_default();
        let name = name.parse().map_err(|_| Failure::invalid("mes_cont_id"))?;
        Ok(Self { name, day: None })
    }

    fn is_on_day(&self, began: Timestamp) -> bool {
        self.day.as_ref().is_none_or(|day| *day == pacific::date(began).replace('-', ""))
    }
}

fn answer(delivery: &Delivery) -> Answer {
    let mut answer = Answer::silent().with("datetime", time(delivery.began));
    if let Some(bounce) = &delivery.bounced {
        answer = answer.with("bounce", bounced(bounce));
    }
    if !delivery.opened.is_empty() {
        let opens = delivery.opened.iter().map(|at| moment(*at, None)).collect();
        answer = answer.with("opens", Tree::repeated("open", opens));
    }
    if !delivery.clicked.is_empty() {
        let clicks = delivery.clicked.iter().map(|(at, url)| moment(*at, url.as_deref()));
        answer = answer.with("clicks", Tree::repeated("click", clicks.collect()));
    }
    for (name, at) in [("complaint", delivery.complained), ("optout", delivery.opted_out)] {
        if let Some(at) = at {
            answer = answer.with(name, moment(at, None));
        }
    }
    answer
}

fn bounced(bounce: &Bounce) -> Tree {
    Tree::fields(vec![
        ("reason", Tree::text(bounce.reason.text())),
        ("response", Tree::text(bounce.said.as_deref().unwrap_or_default())),
        ("datetime", time(bounce.time)),
    ])
}

fn moment(at: Timestamp, url: Option<&str>) -> Tree {
    let tree = Tree::fields(vec![("datetime", time(at))]);
    match url {
        Some(url) => tree.with("url", Tree::text(url)),
        None => tree,
    }
}

fn time(at: Timestamp) -> Tree {
    Tree::text(pacific::date_time(at))
}

#[cfg(test)]
mod tests {
    use crate::faces::empower::tests::World;

    const NAME: &str = "subscribers.getMessageDetail";

    #[tokio::test]
    async fn a_message_is_told_of_with_what_came_of_it() {
        let world = World::new().await;
        world.ask("legacy.manage_subscriber", &[("email", "ann@b.example")]).await;
        for (kind, time) in [
            (r#""type":"opened","template_id":3"#, "2026-01-01T10:00:00Z"),
            (
                r#""type":"clicked","template_id":3,"url":"https://s.example/?a&b""#,
                "2026-01-01T10:01:00Z",
            ),
            (
                r#""type":"bounced","template_id":4,"reason":"550 5.1.1 user unknown""#,
                "2026-01-01T10:00:00Z",
            ),
        ] {
            world.event(&format!(r#"{kind},"email":"ann@b.example","time":"{time}""#)).await;
        }
        for which in [("message_detail_id", "20260101-2-3-1"), ("mes_cont_id", "2-3-1")] {
            let said = world.ask(NAME, &[which]).await;
            assert!(
                said.contains(
                    "<opens><open><datetime><![CDATA[2026-01-01 02:00:00]]></datetime></open>\
                     </opens><clicks><click><datetime><![CDATA[2026-01-01 02:01:00]]></datetime>\
                     <url><![CDATA[https://s.example/?a&b]]></url></click></clicks>"
                ),
                "{said}"
            );
        }
        let said = world.ask(NAME, &[("mes_cont_id", "2-4-1")]).await;
        assert!(
            said.contains("<bounce><reason><![CDATA[5-Invalid Recipient]]></reason>"),
            "{said}"
        );
        assert!(said.contains("<datetime><![CDATA[2026-01-01 02:00:00]]></datetime>"), "{said}");
    }

    #[tokio::test]
    async fn a_message_that_was_not_sent_is_an_error() {
        let world = World::new().await;
        world.ask("legacy.manage_subscriber", &[("email", "ann@b.example")]).await;
        for (which, expected) in [
            (("mes_cont_id", "2-3-1"), "There is no such message"),
            (("mes_cont_id", "2-3-9"), "there is no such contact"),
            (("mes_cont_id", "619"), "Invalid value for mes_cont_id"),
            (("message_detail_id", "20260101"), "Invalid value for message_detail_id"),
        ] {
            let said = world.ask(NAME, &[which]).await;
            assert!(said.contains(expected), "{which:?}: {said}");
        }
    }
}
