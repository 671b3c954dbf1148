//! Adds, updates, opts out or removes one subscriber.

use crate::domain::subscriber::{
    Edited, FieldRef, Intent, ListEdit, NewValue, Outcome, SubscriberEdit,
};
use crate::domain::template::smarty::Value;
use crate::domain::{EmailAddress, EmailType, Error, ExternalId, FieldId, ListId};
use crate::faces::empower::contact_data::{STANDARD, value_text};
use crate::faces::empower::pacific;
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Given, Method, Need, Tree};

const WHO: Need = Need::OneOf("email or external_id");
const OPTIONAL: Need = Need::Optional;

pub static METHOD: Method = Method {
    name: "legacy.manage_subscriber",
    echo: Echo::AsDocumented,
    doc: "Adds, updates, opts out or removes one subscriber.",
    args: &[
        Arg::text("email", WHO, "Whom it is about."),
        Arg::text(
            "external_id",
            WHO,
            "Whom it is about; with email both must match. 64 characters.",
        ),
        Arg::text("newemail", OPTIONAL, "The address from now on."),
        Arg::text("new_external_id", OPTIONAL, "The external id from now on."),
        Arg::text("firstname", OPTIONAL, "First name."),
        Arg::text("lastname", OPTIONAL, "Last name."),
        Arg::text("address", OPTIONAL, "Street and number."),
        Arg::text("city", OPTIONAL, "City."),
        Arg::text("state", OPTIONAL, "State."),
        Arg::text("postal_code", OPTIONAL, "Postal code."),
        Arg::text("country", OPTIONAL, "Country."),
        Arg::text("phone_hm", OPTIONAL, "Telephone at home."),
        Arg::text("phone_wk", OPTIONAL, "Telephone at work."),
        Arg::text("fax", OPTIONAL, "Fax."),
        Arg::text("email_type", OPTIONAL, "HTML or text; a first letter H or T counts."),
        Arg::text("welcome_trigger", OPTIONAL, "Id of the welcome message for who is new."),
        Arg::flag("doi", "Who is new is to confirm the subscription first."),
        Arg::text("welcomeletter", OPTIONAL, "As welcome_trigger."),
        Arg::text("custval<ID>", OPTIONAL, "Value of the custom field with this id."),
        Arg::list("grp", OPTIONAL, "Ids of static segments to join."),
        Arg::list("grpreplace", OPTIONAL, "Ids of the only static segments to be in."),
        Arg::list("grpremove", OPTIONAL, "Ids of static segments to leave."),
        Arg::text(
            "signup_page",
            OPTIONAL,
            "Where the subscriber signed up; kept with the profile.",
        ),
        Arg::text("subscriber_ip", OPTIONAL, "From which address; kept with the profile."),
        Arg::text("select", OPTIONAL, "Refer-a-friend program; not acted on."),
        Arg::nested("refer", OPTIONAL, "Addresses of friends; not acted on."),
        Arg::nested("name", OPTIONAL, "Names of friends; not acted on."),
        Arg::nested("personalized_message", OPTIONAL, "Words to friends; not acted on."),
        Arg::text("ref", OPTIONAL, "Refer-a-friend; not acted on."),
        Arg::text("fmid", OPTIONAL, "Refer-a-friend; not acted on."),
        Arg::flag("remove", "Delete the subscriber; an opt-out is kept."),
        Arg::flag("optout", "Unsubscribe."),
        Arg::flag("check_optout", "Refuse who opted out, rather than subscribe again."),
        Arg::text("message_hash", OPTIONAL, "Refer-a-friend; not acted on."),
        Arg::text(
            "channel_source",
            OPTIONAL,
            "Where the subscriber came from; kept with the profile.",
        ),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

/// A value that clears its field.
const NULL: &str = "::null::";

/// Kept with the profile: the record of a consent.
const KEPT: [(&str, &str); 3] = [
    ("signup_page", "SIGNUP_PAGE"),
    ("subscriber_ip", "SUBSCRIBER_IP"),
    ("channel_source", "CHANNEL_SOURCE"),
];

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let edit = edit_of(call.args)?;
    let edited =
        call.account.contacts().manage(&edit).await.map_err(|error| failed(error.into()))?;
    if edited.passed_over > 0 {
        let count = edited.passed_over;
        tracing::info!("a subscriber's edit named {count} segments or fields that do not exist");
    }
    welcome(&call, &edited).await?;
    Ok(answer(&edited))
}

/// Puts the welcome message that is asked for into the outbox of who is new or came back. One
/// that the account does not have, or may not send, does not undo the subscription.
async fn welcome(call: &Call<'_>, edited: &Edited) -> Result<(), Failure> {
    const ON: [&str; 4] = ["1", "y", "yes", "true"];
    let asked = call.args.text("welcome_trigger").or(call.args.text("welcomeletter"));
    let Some(trigger) = asked.filter(|asked| edited.is_welcome && !is_no(asked)) else {
        return Ok(());
    };
    // A mere yes is the default message.
    let trigger = Some(trigger).filter(|one| !ON.iter().any(|on| one.eq_ignore_ascii_case(on)));
    let contact = &edited.contact;
    let variables = contact.fields.iter().filter_map(|(name, value)| {
        let text = value_text(value.as_ref()?);
        Some((name.as_str().to_ascii_lowercase(), Value::Text(text.into())))
    });
    let variables = variables.collect();
    let templates = call.account.templates();
    let zone = pacific::zone().clone();
    match templates.send_welcome(&contact.address, trigger, variables, zone).await {
        Ok(_) => Ok(()),
        Err(Error::Refused(refusal)) => {
            tracing::warn!("a welcome message could not be made: {refusal}");
            Ok(())
        }
        Err(error) => Err(error.into()),
    }
}

fn is_no(text: &str) -> bool {
    const NO: [&str; 4] = ["0", "n", "no", "false"];
    NO.iter().any(|no| text.eq_ignore_ascii_case(no))
}

fn answer(edited: &Edited) -> Answer {
    let (code, status, text) = match edited.outcome {
        Outcome::Added => (201, 1, "User has been added"),
        Outcome::Updated => (200, 2, "User has been updated"),
        Outcome::Removed => (200, 2, "User has been removed"),
    };
    Answer::new(code, text).with("status", Tree::text(status)).with("message", Tree::text(text))
}

/// Clients look for `error`, for a `status` other than 1 and 2, and show `message`.
fn failed(failure: Failure) -> Failure {
    let message = failure.text.to_string();
    failure.with("status", "0").with("message", message)
}

fn edit_of(args: &Args) -> Result<SubscriberEdit, Failure> {
    read_edit(args).map_err(failed)
}

fn read_edit(args: &Args) -> Result<SubscriberEdit, Failure> {
    Ok(SubscriberEdit {
        address: parsed(args.text("email"), EmailAddress::parse)?,
        external_id: parsed(args.text("external_id"), ExternalId::parse)?,
        new_address: parsed(args.text("newemail"), EmailAddress::parse)?,
        new_external_id: parsed(args.text("new_external_id"), ExternalId::parse)?,
        email_type: args.text("email_type").and_then(email_type),
        values: values(args),
        lists: ListEdit {
            join: lists(args, "grp")?,
            leave: lists(args, "grpremove")?,
            only: args.has("grpreplace").then(|| lists(args, "grpreplace")).transpose()?,
        },
        intent: intent(args),
    })
}

fn parsed<T, E: Into<Failure>>(
    text: Option<&str>,
    parse: impl Fn(&str) -> Result<T, E>,
) -> Result<Option<T>, Failure> {
    text.map(parse).transpose().map_err(Into::into)
}

fn lists(args: &Args, name: &'static str) -> Result<Vec<ListId>, Failure> {
    Ok(args.ids(name)?.into_iter().map(ListId).collect())
}

fn intent(args: &Args) -> Intent {
    if args.flag("remove") {
        return Intent::Remove;
    }
    if args.flag("optout") {
        return Intent::OptOut;
    }
    // Some clients send the id of the message that asks for the confirmation.
    let confirm = args.text("doi").is_some_and(|doi| !is_no(doi));
    Intent::Subscribe { confirm, heed_opt_out: args.flag("check_optout") }
}

fn email_type(text: &str) -> Option<EmailType> {
    match text.bytes().next()?.to_ascii_lowercase() {
        b'h' => Some(EmailType::Html),
        b't' | b'p' => Some(EmailType::PlainText),
        _ => None,
    }
}

/// Empty elements say nothing, since some clients send every element they know; `::null::` clears.
fn values(args: &Args) -> Vec<(FieldRef, NewValue)> {
    let made = STANDARD.iter().map(|standard| (standard.wire, standard.field)).chain(KEPT);
    let made = made.filter_map(|(wire, field)| Some((FieldRef::Made(field), args.text(wire)?)));
    let custom = args.iter().filter_map(|(name, given)| {
        let Given::Text(text) = given else { return None };
        Some((FieldRef::Existing(custom_field(name)?), text.trim()))
    });
    let value = |text: &str| match text {
        NULL => NewValue::Clear,
        text => NewValue::Text(text.to_owned()),
    };
    made.chain(custom)
        .filter(|(_, text)| !text.is_empty())
        .map(|(field, text)| (field, value(text)))
        .collect()
}

/// The field that `custval{ID}` names.
fn custom_field(name: &str) -> Option<FieldId> {
    let (word, id) = name.split_at_checked("custval".len())?;
    let id = id.parse().ok().filter(|_| word.eq_ignore_ascii_case("custval"))?;
    Some(FieldId(id))
}

#[cfg(test)]
mod tests {
    use crate::faces::empower::tests::World;

    const NAME: &str = "legacy.manage_subscriber";

    fn code(said: &str) -> &str {
        let (_, rest) = said.split_once("<responseCode><![CDATA[").unwrap_or_default();
        rest.split_once("]]>").unwrap_or_default().0
    }

    #[tokio::test]
    async fn a_new_subscriber_is_201_with_status_1_and_a_known_one_200_with_status_2() {
        let world = World::new().await;
        let ann = [("email", "ann@b.example"), ("firstname", "Ann"), ("phone_hm", "1")];
        let said = world.ask(NAME, &ann).await;
        let expected = "<responseCode><![CDATA[201]]></responseCode>\
             <responseText><![CDATA[User has been added]]></responseText><responseData>\
             <status><![CDATA[1]]></status><message><![CDATA[User has been added]]></message>\
             </responseData>";
        assert!(said.contains(expected), "{said}");
        let said = world.ask(NAME, &ann).await;
        assert!(said.contains("<status><![CDATA[2]]></status>"), "{said}");
        assert_eq!(code(&said), "200");
    }

    #[tokio::test]
    async fn every_argument_reaches_the_subscriber() {
        let world = World::new().await;
        let news = world.list("News").await;
        let shop = world.list("Shop").await;
        let age = world.number_field("AGE").await;
        let groups = format!("{news} , {shop},");
        let custom = format!("CUSTVAL{age}");
        let said = world
            .ask(
                NAME,
                &[
                    ("email", " ann@b.example "),
                    ("external_id", "A-1"),
                    ("lastname", "Bell"),
                    ("address", "1 High St"),
                    ("postal_code", "BA1"),
                    ("fax", ""),
                    ("email_type", "text"),
                    (&custom, "42"),
                    ("custval9999", "nowhere"),
                    ("custvalue", "no field"),
                    ("grp", &groups),
                    ("signup_page", "https://shop.example/join"),
                ],
            )
            .await;
        assert_eq!(code(&said), "201", "{said}");
        let ann = world.contact("ann@b.example").await;
        assert_eq!(ann.external_id.unwrap().as_str(), "A-1");
        assert_eq!(ann.email_type, crate::domain::EmailType::PlainText);
        let set: Vec<_> = ann.fields.iter().filter(|(_, value)| value.is_some()).collect();
        let names: Vec<_> = set.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["LASTNAME", "POSTCODE", "AGE", "ADDRESS", "SIGNUP_PAGE"]);
        assert_eq!(world.lists_of(ann.id).await, [1, news, shop]);

        let changes = [
            ("external_id", "A-1"),
            ("newemail", "anna@b.example"),
            ("address", "::null::"),
            ("grpreplace", &*shop.to_string()),
        ];
        assert_eq!(code(&world.ask(NAME, &changes).await), "200");
        let ann = world.contact("anna@b.example").await;
        let set = ann.fields.iter().filter(|(_, value)| value.is_some()).count();
        assert_eq!(set, 4, "the address is cleared, what was not named stays");
        assert_eq!(world.lists_of(ann.id).await, [1, shop]);
    }

    #[tokio::test]
    async fn an_opt_out_is_undone_unless_it_is_to_be_heeded() {
        let world = World::new().await;
        let email = ("email", "ann@b.example");
        for (more, code_expected) in [
            (("firstname", "Ann"), "201"),
            (("optout", "Y"), "200"),
            (("check_optout", "1"), ""),
            (("optout", "0"), "200"),
            (("check_optout", "1"), "200"),
            (("remove", "1"), "200"),
            (("remove", "1"), ""),
        ] {
            let said = world.ask(NAME, &[email, more]).await;
            assert_eq!(code(&said), code_expected, "{more:?}: {said}");
            assert_eq!(said.contains("<error>"), code_expected.is_empty(), "{said}");
        }
    }

    #[tokio::test]
    async fn a_failure_has_error_a_status_and_a_message() {
        let world = World::new().await;
        let said = world.ask(NAME, &[("email", "nobody")]).await;
        assert!(said.contains("<error><![CDATA[1]]></error>"), "{said}");
        assert!(said.contains("<status><![CDATA[0]]></status>"), "{said}");
        assert!(said.contains("<message><![CDATA[the e-mail address is not valid"), "{said}");
        let said = world.ask(NAME, &[("firstname", "Ann")]).await;
        assert!(said.contains("<missing_vars><![CDATA[email, external_id]]>"), "{said}");
    }

    #[tokio::test]
    async fn the_welcome_message_that_is_asked_for_goes_to_who_is_new() {
        let world = World::new().await;
        let line = r#"{"account":"one","subject":"Hi {$firstname}","plain":"Welcome",
            "welcome":{"trigger":"shop"}}"#;
        let line = line.replace('\n', "");
        let new = crate::domain::template::TemplateLine::from_json(&line);
        world.account().templates().put(None, new.unwrap().template).await.unwrap();
        let ann = [("email", "ann@b.example"), ("firstname", "Ann")];
        for (more, count) in [
            (vec![("email", "bob@b.example")], 0),
            (vec![("email", "cyd@b.example"), ("welcome_trigger", "other")], 0),
            (vec![("email", "dan@b.example"), ("welcome_trigger", "shop"), ("doi", "1")], 0),
            ([&ann[..], &[("welcome_trigger", "shop")]].concat(), 1),
            ([&ann[..], &[("welcome_trigger", "shop")]].concat(), 1),
        ] {
            world.ask(NAME, &more).await;
            let page = world.account().outbox().page(None, 10).await.unwrap();
            assert_eq!(page.len(), count, "{more:?}");
        }
        let page = world.account().outbox().page(None, 10).await.unwrap();
        assert_eq!(page[0].1.subject, "Hi Ann");
    }

    #[tokio::test]
    async fn who_is_asked_to_confirm_is_pending() {
        let world = World::new().await;
        world.ask(NAME, &[("email", "ann@b.example"), ("doi", "1")]).await;
        let ann = world.contact("ann@b.example").await;
        assert_eq!(ann.status, crate::domain::ContactStatus::PendingOptIn);
        world.ask(NAME, &[("email", "bob@b.example"), ("doi", "0")]).await;
        let bob = world.contact("bob@b.example").await;
        assert_eq!(bob.status, crate::domain::ContactStatus::Subscribed);
    }
}
