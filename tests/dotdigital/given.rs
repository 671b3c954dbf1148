//! Brings about what a case says was there before the call.

use std::sync::Arc;

use jiff::Timestamp;
use lychgate::domain::import::{
    DeclaredFormat, MergeOption, NewImport, Runner, SOAP_FILE_LIMIT_BYTES,
};
use lychgate::domain::{
    Account, AccountId, Clock, Context, Decimal, EmailAddress, Event, FieldKind, FieldName,
    FieldTest, FieldValue, Limits, ListId, NewContact, NewDataField, NewList, OptIn, Page,
    RefreshStatus, Rules, SegmentId, Visibility, run_segment_refreshes,
};

use super::case::{
    Given, GivenCampaign, GivenContact, GivenField, GivenImport, GivenList, GivenSegment,
};
use super::dotdigital::{ACCOUNT, World};

/// The one account.
pub fn account(world: &World) -> Account<'_> {
    world.context.account(AccountId(1))
}

/// Does these things in their order.
pub async fn bring_about(world: &mut World, given: &[Given]) {
    for step in given {
        match step {
            Given::Time(time) => set_time(world, *time).await,
            Given::List(list) => create_list(world, list).await,
            Given::Field(field) => create_field(world, field).await,
            Given::Contact(contact) => create_contact(world, contact).await,
            Given::Event(event) => record_event(world, event.clone()).await,
            Given::Leave(leave) => {
                let list = list_named(world, &leave.list).await;
                let contact = NewContact::new(EmailAddress::parse(&leave.email).unwrap());
                account(world).contacts().unsubscribe_from_list(list, contact).await.unwrap();
            }
            Given::Import(import) => run_import(world, import).await,
            Given::Segment(segment) => define_segment(world, segment).await,
            Given::Campaign(campaign) => create_campaign(world, campaign).await,
            Given::RefreshedSegment(id) => refresh_segment(world, SegmentId(*id)).await,
            Given::FromAddress(address) => {
                let address = EmailAddress::parse(address).unwrap();
                account(world).from_addresses().add(address).await.unwrap();
            }
        }
    }
}

/// Opens the domain anew over the same store at another time; its ids go on where they were.
pub async fn set_time(world: &mut World, time: Timestamp) {
    let idle = Context::open(
        Arc::clone(&world.context.store),
        Clock::Frozen(time),
        lychgate::domain::Ids::seeded(0),
        Limits::default(),
    );
    let opened = Arc::new(idle.await.unwrap());
    let before = Arc::try_unwrap(std::mem::replace(&mut world.context, opened));
    let Context { ids, .. } = before.expect("nothing works on the context between two steps");
    Arc::get_mut(&mut world.context).expect("the context is new").ids = ids;
}

fn visibility(text: &str) -> Visibility {
    match text {
        "" | "Private" => Visibility::Private,
        "Public" => Visibility::Public,
        _ => panic!("{text} is no visibility"),
    }
}

async fn create_list(world: &World, list: &GivenList) {
    let new = NewList { name: list.name.clone(), visibility: visibility(&list.visibility) };
    account(world).lists().create(new).await.unwrap();
}

async fn list_named(world: &World, name: &str) -> ListId {
    let lists = account(world).lists().page(Page::first()).await.unwrap();
    lists.iter().find(|list| list.name == name).expect("the list is given before").id
}

fn value(value: &toml::Value) -> FieldValue {
    match value {
        toml::Value::String(text) => FieldValue::Text(text.clone()),
        toml::Value::Integer(number) => FieldValue::Number(Decimal::from(*number)),
        toml::Value::Float(number) => {
            FieldValue::Number(Decimal::parse(&number.to_string()).unwrap())
        }
        toml::Value::Boolean(truth) => FieldValue::Boolean(*truth),
        toml::Value::Datetime(at) => FieldValue::Date(at.to_string().parse().unwrap()),
        toml::Value::Array(_) | toml::Value::Table(_) => panic!("a data field has one value"),
    }
}

async fn create_field(world: &World, field: &GivenField) {
    let kind = match field.kind.as_str() {
        "String" => FieldKind::Text,
        "Numeric" => FieldKind::Number,
        "Date" => FieldKind::Date,
        "Boolean" => FieldKind::Boolean,
        other => panic!("{other} is no type of data field"),
    };
    let new = NewDataField {
        name: field.name.clone(),
        kind,
        visibility: visibility(&field.visibility),
        default: field.default.as_ref().map(value),
    };
    account(world).fields().create(new).await.unwrap();
}

async fn create_contact(world: &World, contact: &GivenContact) {
    let address = EmailAddress::parse(&contact.email).unwrap();
    let fields = contact.fields.iter().map(|(name, given)| (name.clone(), Some(value(given))));
    let opt_in = match contact.opt_in.as_str() {
        "" => None,
        "Single" => Some(OptIn::Single),
        "Double" => Some(OptIn::Double),
        other => panic!("{other} is no opt-in type of a fixture"),
    };
    let new = NewContact { opt_in, fields: fields.collect(), ..NewContact::new(address) };
    account(world).contacts().create(new.clone()).await.unwrap();
    for list in &contact.lists {
        let list = list_named(world, list).await;
        account(world).contacts().add_to_list(list, new.clone()).await.unwrap();
    }
}

async fn record_event(world: &World, mut event: serde_json::Value) {
    let members = event.as_object_mut().expect("an event is a table");
    if members.get("type").is_some_and(|kind| kind != "suppress_global") {
        members.insert("account".to_owned(), ACCOUNT.into());
    }
    let event = Event::from_json(&event.to_string()).unwrap();
    world.context.events().record(&event).await.unwrap();
}

async fn run_import(world: &World, import: &GivenImport) {
    let list = match &import.list {
        Some(name) => Some(list_named(world, name).await),
        None => None,
    };
    let new = NewImport {
        list,
        file: import.file.clone().into(),
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: SOAP_FILE_LIMIT_BYTES,
    };
    account(world).imports().accept(new).await.unwrap();
    if !import.unfinished {
        Arc::new(Runner::new(Arc::clone(&world.context))).drain().await;
    }
}

async fn create_campaign(world: &World, campaign: &GivenCampaign) {
    let mut lists = Vec::new();
    for name in &campaign.lists {
        lists.push(list_named(world, name).await);
    }
    account(world).campaigns().create(&campaign.name, &lists, campaign.sent).await.unwrap();
}

async fn define_segment(world: &World, segment: &GivenSegment) {
    let rules = Rules::Field {
        name: FieldName::parse(&segment.field).unwrap(),
        test: FieldTest::Equals(FieldValue::Text(segment.equals.clone())),
    };
    account(world).segments().define(&segment.name, rules).await.unwrap();
}

async fn refresh_segment(world: &World, id: SegmentId) {
    let segments = account(world).segments();
    segments.refresh(id).await.unwrap();
    let finished = async {
        while segments.refresh_progress(id).await.unwrap() != RefreshStatus::Finished {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        () = finished => {}
        () = run_segment_refreshes(Arc::clone(&world.context)) => {}
    }
}
