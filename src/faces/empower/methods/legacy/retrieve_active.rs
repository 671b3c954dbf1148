//! Profiles of active subscribers, at once or as a task.

use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::domain::activity::Message;
use crate::domain::jobs::{ExportContacts, NewTask, Work};
use crate::domain::search::{Search, Sought};
use crate::domain::{
    CampaignId, ContactId, Context, EmailAddress, ExternalId, FieldName, FieldTest, FieldValue,
    ListId, Result, Rules,
};
use crate::faces::empower::contact_data::{Layout, STANDARD, asked_validity};
use crate::faces::empower::{Answer, Arg, Args, Call, Echo, Failure, Method, Need, Rows, Tree};

const OPTIONAL: Need = Need::Optional;

pub static METHOD: Method = Method {
    name: "legacy.retrieve_active",
    echo: Echo::AsDocumented,
    doc: "Profiles of active subscribers, at once or as a task.",
    args: &[
        Arg::text("email", OPTIONAL, "The subscriber with this address."),
        Arg::text("external_id", OPTIONAL, "The subscriber with this external id."),
        Arg::text("firstname", OPTIONAL, "First name; ::null:: for none, as in what follows."),
        Arg::text("lastname", OPTIONAL, "Last name."),
        Arg::text("city", OPTIONAL, "City."),
        Arg::text("state", OPTIONAL, "State."),
        Arg::text("postal_code", OPTIONAL, "Postal code."),
        Arg::text("country", OPTIONAL, "Country."),
        Arg::text("phone_hm", OPTIONAL, "Telephone at home."),
        Arg::text("phone_wk", OPTIONAL, "Telephone at work."),
        Arg::text("fax", OPTIONAL, "Fax."),
        Arg::flag("asynchronous", "Start a task and answer its id."),
        Arg::flag("basic", "Tell name, status and opt-in date."),
        Arg::flag("extended", "Tell postal address and telephone numbers."),
        Arg::flag("custom_fields", "Tell custom fields."),
        Arg::flag("return_groups", "Tell static segments."),
        Arg::list("groups", OPTIONAL, "Ids of static segments; in one of them at least."),
        Arg::flag("valid", "Only those whose address does not bounce."),
        Arg::text("bounce_status", OPTIONAL, "valid, invalid or all."),
        Arg::date("date_joined_start", OPTIONAL, "Joined then or later."),
        Arg::date("date_joined_end", OPTIONAL, "Joined then or earlier."),
        Arg::number("limit_rows", OPTIONAL, "Most subscribers to answer."),
        Arg::number("limit_offset", OPTIONAL, "Subscribers to pass over first."),
        Arg::number("max", OPTIONAL, "As limit_rows."),
        Arg::number("offset", OPTIONAL, "As limit_offset."),
        Arg::text("link_id_clicked", OPTIONAL, "Links have no ids here: nobody is found."),
        Arg::number("mess_id_opened", OPTIONAL, "Who opened this campaign's message."),
        Arg::date("optin_date", OPTIONAL, "Joined on this day, or at this second."),
    ],
    combinable: true,
    php: true,
    run: |call| Box::pin(run(call)),
};

/// A value that asks for subscribers without one.
const NULL: &str = "::null::";

/// Subscribers that a task names one by one: its record stays within a store's largest value.
const MOST_NAMED: usize = 8_000;

/// The fields that can be asked for.
const FIELDS: [&str; 9] = [
    "firstname",
    "lastname",
    "city",
    "state",
    "postal_code",
    "country",
    "phone_hm",
    "phone_wk",
    "fax",
];

async fn run(call: Call<'_>) -> Result<Answer, Failure> {
    let args = call.args;
    let layout = Layout::asked(args);
    let rules = rules(&call).await?;
    let among = among(&call).await?;
    if args.flag("asynchronous") {
        return start(&call, rules, among, layout).await;
    }
    let sought = Sought {
        rules,
        among,
        skip: number(args, "limit_offset", "offset")?.unwrap_or(0),
        most: number(args, "limit_rows", "max")?.unwrap_or(usize::MAX),
        with_lists: layout.groups,
    };
    let search = call.account.contacts().search(sought).await?;
    let rows = Subscribers { context: Arc::clone(call.context), search, layout };
    Ok(Answer::coded(201).with("manifest", Tree::rows_named("contact_data", rows)))
}

/// The first of two names that says a number.
fn number(args: &Args, name: &'static str, other: &'static str) -> Result<Option<usize>, Failure> {
    Ok(args.number(name)?.or(args.number(other)?))
}

async fn start(
    call: &Call<'_>,
    rules: Rules,
    among: Option<Vec<ContactId>>,
    layout: Layout,
) -> Result<Answer, Failure> {
    if among.as_ref().is_some_and(|among| among.len() > MOST_NAMED) {
        let text = "Too many subscribers opened this message for a task; leave asynchronous out";
        return Err(Failure::plain(text));
    }
    let among = among.map(|among| Rules::Among(among.into_iter().collect()));
    let rules = Rules::All(std::iter::once(rules).chain(among).collect());
    let work = Work::ExportContacts(ExportContacts::new(rules));
    let task = NewTask { layout: layout.words(), ..NewTask::new(work, METHOD.name) };
    let id = call.account.tasks().start(task).await?;
    Ok(Answer::coded(201).with("task_id", Tree::text(id)))
}

/// Everything that is asked, but for what happened to messages.
async fn rules(call: &Call<'_>) -> Result<Rules, Failure> {
    let args = call.args;
    let mut all = vec![Rules::active()];
    all.extend(who(args)?);
    all.extend(FIELDS.iter().filter_map(|wire| field(wire, args.text(wire)?)));
    if args.has("groups") {
        let groups = args.ids("groups")?.into_iter().map(ListId);
        all.push(one_of(groups.map(Rules::InList).collect()));
    }
    let settings = call.account.settings().await?;
    let valid = Rules::valid(&settings, call.context.clock.now());
    match asked_validity(args)? {
        Some(true) => all.push(valid),
        Some(false) => all.push(Rules::Not(Box::new(valid))),
        None => {}
    }
    all.extend(args.time("date_joined_start")?.map(Rules::CreatedFrom));
    all.extend(args.time_after("date_joined_end")?.map(Rules::CreatedBefore));
    all.extend(args.time("optin_date")?.map(Rules::CreatedFrom));
    all.extend(args.time_after("optin_date")?.map(Rules::CreatedBefore));
    Ok(Rules::All(all))
}

/// A single rule stands for itself, so that a search can look where it points.
fn one_of(mut rules: Vec<Rules>) -> Rules {
    match rules.pop() {
        Some(only) if rules.is_empty() => only,
        last => {
            rules.extend(last);
            Rules::Any(rules)
        }
    }
}

fn who(args: &Args) -> Result<Vec<Rules>, Failure> {
    let mut who = Vec::new();
    match args.text("email") {
        // Everybody has an address.
        Some(NULL) => who.push(Rules::Any(Vec::new())),
        // What is no address is nobody's.
        Some(email) => who.push(match EmailAddress::parse(email) {
            Ok(address) => Rules::Address(address.as_compared().to_owned()),
            Err(_) => Rules::Any(Vec::new()),
        }),
        None => {}
    }
    match args.text("external_id") {
        Some(NULL) => who.push(Rules::NoExternalId),
        Some(id) => who.push(Rules::ExternalId(ExternalId::parse(id)?)),
        None => {}
    }
    if args.has("link_id_clicked") {
        who.push(Rules::Any(Vec::new()));
    }
    Ok(who)
}

fn field(wire: &str, asked: &str) -> Option<Rules> {
    let standard = STANDARD.iter().find(|standard| standard.wire == wire)?;
    let name = FieldName::parse(standard.field).ok()?;
    if asked == NULL {
        let is_set = Rules::Field { name, test: FieldTest::IsSet };
        return Some(Rules::Not(Box::new(is_set)));
    }
    let test = FieldTest::Equals(FieldValue::Text(asked.to_owned()));
    Some(Rules::Field { name, test })
}

/// Who did what is asked for with messages; `None` is everybody.
async fn among(call: &Call<'_>) -> Result<Option<Vec<ContactId>>, Failure> {
    let Some(message) = call.args.number("mess_id_opened")? else { return Ok(None) };
    let message = Message::Campaign(CampaignId(message));
    Ok(Some(call.account.activities().who_opened(message).await?))
}

/// Subscribers, read while they are written.
#[derive(Debug)]
struct Subscribers {
    context: Arc<Context>,
    search: Search,
    layout: Layout,
}

impl Rows for Subscribers {
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Tree>>> {
        Box::pin(async move {
            let found = self.search.next(&self.context).await?;
            let schema = self.search.schema();
            Ok(found.iter().map(|found| self.layout.found(found, schema)).collect())
        })
    }

    fn count(&mut self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(self.search.count(&self.context))
    }
}

#[cfg(test)]
mod tests {
    use crate::faces::empower::tests::World;

    const NAME: &str = "legacy.retrieve_active";

    async fn filled() -> World {
        let world = World::new().await;
        let news = world.list("News").await.to_string();
        let shoe = world.number_field("SHOE").await;
        let shoe = format!("custval{shoe}");
        let add = async |args: &[(&str, &str)]| {
            let said = world.ask("legacy.manage_subscriber", args).await;
            assert!(said.contains("User has been added"), "{said}");
        };
        add(&[("email", "ann@b.example"), ("city", "Bath"), ("grp", &news), (&shoe, "42")]).await;
        add(&[("email", "bob@b.example"), ("firstname", "Bob"), ("external_id", "B-1")]).await;
        add(&[("email", "cyd@b.example"), ("city", "Bonn"), ("grp", &news)]).await;
        world.ask("legacy.manage_subscriber", &[("email", "cyd@b.example"), ("optout", "1")]).await;
        add(&[("email", "dan@b.example"), ("city", "Bath")]).await;
        let line = r#"{"account":"one","type":"bounced","class":"hard","email":"dan@b.example"}"#;
        let event = crate::domain::Event::from_json(line).unwrap();
        world.context.events().record(&event).await.unwrap();
        world
    }

    /// First letters of the addresses that were found.
    fn found(said: &str) -> String {
        let parts = said.split("<contact_data><email><![CDATA[").skip(1);
        parts.filter_map(|part| part.chars().next()).collect()
    }

    #[tokio::test]
    async fn every_filter_narrows_down_whom_it_finds() {
        let world = filled().await;
        for (args, expected) in [
            (&[][..], "abd"),
            (&[("email", "ANN@b.example")], "a"),
            (&[("email", "cyd@b.example")], ""),
            (&[("email", "no address")], ""),
            (&[("external_id", "B-1")], "b"),
            (&[("external_id", "B-1"), ("email", "ann@b.example")], ""),
            (&[("external_id", "::null::")], "ad"),
            (&[("city", "bath")], "ad"),
            (&[("city", "::null::")], "b"),
            (&[("fax", "::null::")], "abd"),
            (&[("groups", "3")], "a"),
            (&[("groups", "3, 99")], "a"),
            (&[("groups", "99")], ""),
            (&[("valid", "1")], "ab"),
            (&[("bounce_status", "valid")], "ab"),
            (&[("bounce_status", "invalid")], "d"),
            (&[("date_joined_start", "2026-01-02")], "abd"),
            (&[("date_joined_start", "2026-01-03")], ""),
            (&[("date_joined_end", "2026-01-02")], "abd"),
            (&[("date_joined_end", "2026-01-01")], ""),
            (&[("optin_date", "2026-01-02")], "abd"),
            (&[("optin_date", "2026-01-01")], ""),
            (&[("limit_rows", "2")], "ab"),
            (&[("max", "1"), ("offset", "1")], "b"),
            (&[("limit_rows", "2"), ("limit_offset", "2")], "d"),
            (&[("link_id_clicked", "7")], ""),
            (&[("mess_id_opened", "7")], ""),
        ] {
            let said = world.ask(NAME, args).await;
            assert_eq!(found(&said), expected, "{args:?}: {said}");
            assert!(said.contains("<responseCode><![CDATA[201]]>"), "{said}");
        }
        let said = world.ask(NAME, &[("bounce_status", "odd")]).await;
        assert!(said.contains("Invalid value for bounce_status"), "{said}");
    }

    #[tokio::test]
    async fn a_subscriber_is_told_of_as_much_as_is_asked_for() {
        let world = filled().await;
        let email = ("email", "ann@b.example");
        let basic = world.ask(NAME, &[email, ("basic", "1")]).await;
        assert!(
            basic.contains(
                "<responseData><manifest><contact_data><email><![CDATA[ann@b.example]]></email>\
                 <firstname></firstname><lastname></lastname>\
                 <status><![CDATA[active]]></status><bounce_status><![CDATA[valid]]>\
                 </bounce_status><optin_date><![CDATA[2026-01-02]]></optin_date></contact_data>\
                 </manifest></responseData>"
            ),
            "{basic}"
        );
        let extended = world.ask(NAME, &[email, ("extended", "1")]).await;
        assert!(extended.contains("<city><![CDATA[Bath]]></city>"), "{extended}");
        assert!(!extended.contains("firstname"), "{extended}");
        let more = [email, ("custom_fields", "1"), ("return_groups", "1")];
        let more = world.ask(NAME, &more).await;
        assert!(more.contains("<custval6><![CDATA[42]]></custval6>"), "{more}");
        assert!(more.contains("<groups><item><![CDATA[3]]></item></groups>"), "{more}");
        assert!(more.contains("<firstname>") && more.contains("<city>"), "{more}");
    }

    #[tokio::test]
    async fn nobody_is_a_manifest_without_contact_data() {
        let said = World::new().await.ask(NAME, &[]).await;
        assert!(said.contains("<responseData><manifest></manifest></responseData>"), "{said}");
    }

    #[tokio::test]
    async fn asked_to_be_asynchronous_it_answers_a_task() {
        let world = filled().await;
        let said = world.ask(NAME, &[("asynchronous", "1"), ("city", "Bath")]).await;
        assert!(said.contains("<task_id><![CDATA[1]]></task_id>"), "{said}");
    }
}
