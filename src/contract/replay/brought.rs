//! Brings about what a case says was there before the call.

use std::error::Error;
use std::sync::Arc;

use bytes::Bytes;

use super::session::Session;
use super::world::World;
use crate::contract::case::{
    BadCase, Case, Disk, Given, GivenCampaign, GivenContact, GivenField, GivenImport, GivenKeep,
    GivenList, GivenRequest, GivenSegment, GivenSettings, GivenTable, Tasks,
};
use crate::domain::campaign::start_due;
use crate::domain::import::{
    DeclaredFormat, MergeOption, NewImport, Runner, SOAP_FILE_LIMIT_BYTES,
};
use crate::domain::jobs::{LoadTable, NewTask, NewUpload, Work};
use crate::domain::template::TemplateLine;
use crate::domain::{
    AccountSettings, BounceRules, Column, ColumnKind, DateFormat, Decimal, EmailAddress, Event,
    ExternalId, FieldKind, FieldName, FieldTest, FieldValue, ListId, ListPlace, NewContact,
    NewDataField, NewList, NewTable, NumberFormat, OptIn, Page, RefreshStatus, Rules, SegmentId,
    Separators, Visibility, run_segment_refreshes,
};

/// What was done, or why it could not be.
pub type Brought<T = ()> = Result<T, Box<dyn Error + Send + Sync>>;

/// Does what the case says was done before, in order. What calls answered is kept in the session.
pub async fn bring_about(session: &mut Session, case: &Case) -> Result<(), BadCase> {
    for (number, step) in case.told.given.iter().enumerate() {
        let done = take(session, case, step).await;
        done.map_err(|why| case.wrong(format_args!("[[given]] number {}: {why}", number + 1)))?;
    }
    Ok(())
}

async fn take(session: &mut Session, case: &Case, step: &Given) -> Brought {
    match step {
        Given::Call(text) => call(session, case, text).await.map(drop),
        Given::Keep(keep) => call_and_keep(session, case, keep).await,
        Given::Request(given) => request(session, case, given).await,
        other => make(session.world(), other).await,
    }
}

/// Makes what no call of a face makes.
async fn make(world: &World, step: &Given) -> Brought {
    match step {
        Given::Time(time) => world.clock.set(*time),
        Given::List(list) => create_list(world, list).await?,
        Given::Category(name) => {
            world.account().categories().create(name).await?;
        }
        Given::Table(table) => create_table(world, table).await?,
        Given::Field(field) => create_field(world, field).await?,
        Given::Contact(contact) => create_contact(world, contact).await?,
        Given::Event(event) => record_event(world, event.clone()).await?,
        Given::Template(template) => put_template(world, template.clone()).await?,
        Given::Settings(settings) => set(world, settings).await?,
        Given::Leave(leave) => {
            let list = list_named(world, &leave.list).await?;
            let contact = NewContact::new(EmailAddress::parse(&leave.email)?);
            world.account().contacts().unsubscribe_from_list(list, contact).await?;
        }
        Given::Import(import) => run_import(world, import).await?,
        Given::Segment(segment) => define_segment(world, segment).await?,
        Given::Campaign(campaign) => create_campaign(world, campaign).await?,
        Given::RefreshedSegment(id) => refresh_segment(world, SegmentId(*id)).await?,
        Given::FromAddress(address) => {
            let address = EmailAddress::parse(address)?;
            world.account().from_addresses().add(address).await?;
        }
        Given::File(file) => world.shelf.put(&file.name, &file.text),
        Given::Tasks(Tasks::Worked) => work(world).await?,
        Given::Disk(Disk::Full) => world.store.fill_up(),
        // Made by the session, which knows what calls have told.
        Given::Call(_) | Given::Keep(_) | Given::Request(_) => {}
    }
    Ok(())
}

fn visibility(text: &str) -> Brought<Visibility> {
    match text {
        "" | "Private" => Ok(Visibility::Private),
        "Public" => Ok(Visibility::Public),
        _ => Err(format!("`{text}` is no visibility").into()),
    }
}

async fn create_list(world: &World, list: &GivenList) -> Brought {
    let new = NewList { name: list.name.clone(), visibility: visibility(&list.visibility)? };
    let category = match &list.category {
        Some(name) => {
            let all = world.account().categories().all().await?;
            let found = all.iter().find(|category| category.name == *name);
            Some(found.ok_or_else(|| format!("no category `{name}` is given before"))?.id)
        }
        None => None,
    };
    let place = ListPlace { category, is_test: false };
    world.account().lists().create_at(new, place).await?;
    Ok(())
}

async fn create_table(world: &World, table: &GivenTable) -> Brought {
    let number = NumberFormat { decimals: 0, separators: Separators::Point };
    let column = |name: &String, kind| {
        let name = name.clone();
        Column { display_name: format!("The {name}"), name, kind }
    };
    let mut columns = vec![column(&table.text, ColumnKind::Text)];
    let date = ColumnKind::Date(DateFormat::YearMonthDay);
    columns.extend(table.date.iter().map(|name| column(name, date)));
    columns.extend(table.number.iter().map(|name| column(name, ColumnKind::Number(number))));
    let (name, display_name) = (table.name.clone(), format!("The {}", table.name));
    let new = NewTable { name, display_name, columns };
    let columns: Vec<&str> = columns_of(table).collect();
    world.account().relational_tables().create(new).await?;
    if table.rows.is_empty() {
        return Ok(());
    }
    let mut file = columns.join("\t");
    for row in &table.rows {
        file.push('\n');
        file.push_str(&row.join("\t"));
    }
    let file = Bytes::from(file);
    let order = LoadTable::of(world.account(), &table.name, b'\t', &file).await?;
    let upload = Some(NewUpload { file });
    let new = NewTask { upload, ..NewTask::new(Work::LoadTable(order), "given rows") };
    world.account().tasks().start(new).await?;
    work(world).await
}

/// The names of a table's columns, in their order.
fn columns_of(table: &GivenTable) -> impl Iterator<Item = &str> {
    std::iter::once(&table.text).chain(&table.date).chain(&table.number).map(String::as_str)
}

async fn list_named(world: &World, name: &str) -> Brought<ListId> {
    let lists = world.account().lists().page(Page::first()).await?;
    let found = lists.iter().find(|list| list.name == name);
    Ok(found.ok_or_else(|| format!("no list `{name}` is given before"))?.id)
}

fn value(value: &toml::Value) -> Brought<FieldValue> {
    Ok(match value {
        toml::Value::String(text) => FieldValue::Text(text.clone()),
        toml::Value::Integer(number) => FieldValue::Number(Decimal::from(*number)),
        toml::Value::Float(number) => {
            let number = Decimal::parse(&number.to_string());
            FieldValue::Number(number.ok_or("the number is too large")?)
        }
        toml::Value::Boolean(truth) => FieldValue::Boolean(*truth),
        toml::Value::Datetime(at) => FieldValue::Date(at.to_string().parse()?),
        toml::Value::Array(_) | toml::Value::Table(_) => {
            return Err("a data field has one value".into());
        }
    })
}

async fn create_field(world: &World, field: &GivenField) -> Brought {
    let kind = match field.kind.as_str() {
        "String" => FieldKind::Text,
        "Numeric" => FieldKind::Number,
        "Date" => FieldKind::Date,
        "Boolean" => FieldKind::Boolean,
        other => return Err(format!("`{other}` is no type of data field").into()),
    };
    let new = NewDataField {
        name: field.name.clone(),
        kind,
        visibility: visibility(&field.visibility)?,
        default: field.default.as_ref().map(value).transpose()?,
    };
    world.account().fields().create(new).await?;
    Ok(())
}

async fn create_contact(world: &World, contact: &GivenContact) -> Brought {
    let address = EmailAddress::parse(&contact.email)?;
    let fields = contact.fields.iter();
    let fields = fields.map(|(name, given)| Ok((name.clone(), Some(value(given)?))));
    let opt_in = match contact.opt_in.as_str() {
        "" => None,
        "Single" => Some(OptIn::Single),
        "Double" => Some(OptIn::Double),
        other => return Err(format!("`{other}` is no opt-in type of a given contact").into()),
    };
    let external_id = contact.external_id.as_deref().map(ExternalId::parse).transpose()?;
    let fields = fields.collect::<Brought<_>>()?;
    let new = NewContact { opt_in, external_id, fields, ..NewContact::new(address) };
    world.account().contacts().create(new.clone()).await?;
    for list in &contact.lists {
        let list = list_named(world, list).await?;
        world.account().contacts().add_to_list(list, new.clone()).await?;
    }
    Ok(())
}

async fn record_event(world: &World, mut event: serde_json::Value) -> Brought {
    let members = event.as_object_mut().ok_or("an event is a table")?;
    if members.get("type").is_some_and(|kind| kind != "suppress_global") {
        members.insert("account".to_owned(), world.account().id.0.to_string().into());
    }
    let event = Event::from_json(&event.to_string())?;
    world.context.events().record(&event).await?;
    Ok(())
}

async fn put_template(world: &World, mut template: serde_json::Value) -> Brought {
    let members = template.as_object_mut().ok_or("a template is a table")?;
    members.insert("account".to_owned(), world.account().id.0.to_string().into());
    let line = TemplateLine::from_json(&template.to_string())?;
    world.account().templates().put(line.id, line.template).await?;
    Ok(())
}

async fn set(world: &World, given: &GivenSettings) -> Brought {
    let usual = BounceRules::default();
    let bounce_rules = BounceRules {
        soft_bounces_in_a_row: given.soft_bounces_in_a_row.unwrap_or(usual.soft_bounces_in_a_row),
        invalid_days: given.invalid_days.unwrap_or(usual.invalid_days),
    };
    let settings = AccountSettings { external_id: given.external_id, bounce_rules };
    world.context.accounts().set_settings(world.account().id, settings).await?;
    Ok(())
}

async fn run_import(world: &World, import: &GivenImport) -> Brought {
    let list = match &import.list {
        Some(name) => Some(list_named(world, name).await?),
        None => None,
    };
    let new = NewImport {
        list,
        file: vec![import.file.clone().into()],
        format: DeclaredFormat::Csv,
        merge: MergeOption::Overwrite,
        limit_bytes: SOAP_FILE_LIMIT_BYTES,
    };
    world.account().imports().accept(new).await?;
    if import.unfinished { Ok(()) } else { work(world).await }
}

/// Starts the sends that are due, then works what there is to its end.
pub(super) async fn work(world: &World) -> Brought {
    start_due(&world.context).await?;
    Arc::new(Runner::new(Arc::clone(&world.context))).drain().await;
    Ok(())
}

async fn create_campaign(world: &World, campaign: &GivenCampaign) -> Brought {
    let mut lists = Vec::new();
    for name in &campaign.lists {
        lists.push(list_named(world, name).await?);
    }
    world.account().campaigns().create(&campaign.name, &lists, campaign.sent).await?;
    Ok(())
}

async fn define_segment(world: &World, segment: &GivenSegment) -> Brought {
    let rules = Rules::Field {
        name: FieldName::parse(&segment.field)?,
        test: FieldTest::Equals(FieldValue::Text(segment.equals.clone())),
    };
    world.account().segments().define(&segment.name, rules).await?;
    Ok(())
}

async fn refresh_segment(world: &World, id: SegmentId) -> Brought {
    let segments = world.account().segments();
    segments.refresh(id).await?;
    let finished = async {
        while segments.refresh_progress(id).await? != RefreshStatus::Finished {
            tokio::task::yield_now().await;
        }
        Ok(())
    };
    tokio::select! {
        finished = finished => finished,
        () = run_segment_refreshes(Arc::clone(&world.context)) => Ok(()),
    }
}

/// Makes a call of the case's face, with the right credentials, and answers the reply's text.
async fn call(session: &mut Session, case: &Case, text: &str) -> Brought<String> {
    let before = case.call_before(text)?;
    let answered = session.exchange(case, &before).await?;
    let said = String::from_utf8_lossy(&answered.response.body).into_owned();
    if said.contains("<error>") || said.contains("<fault>") {
        return Err(format!("the call failed: {said}").into());
    }
    Ok(said)
}

async fn call_and_keep(session: &mut Session, case: &Case, keep: &GivenKeep) -> Brought {
    let reply = call(session, case, &keep.call).await?;
    let Some(text) = kept_of_xml(&reply, &keep.name) else {
        return Err(format!("the reply has no `{}`: {reply}", keep.name).into());
    };
    session.names_mut().keep(&keep.name, text);
    Ok(())
}

/// Makes another request to the case's face and keeps what is to be kept of its reply.
async fn request(session: &mut Session, case: &Case, given: &GivenRequest) -> Brought {
    let before = case.request_before(given)?;
    let response = session.exchange(case, &before).await?.response;
    let said = String::from_utf8_lossy(&response.body);
    if !response.status.is_success() || said.starts_with("{\"error\"") {
        return Err(format!("the request failed: {} {said}", response.status).into());
    }
    let Some(member) = &given.keep else { return Ok(()) };
    let Some(kept) = kept_of_json(&response.body, member) else {
        return Err(format!("the reply has no `{member}`: {said}").into());
    };
    session.names_mut().keep(given.kept_as.as_ref().unwrap_or(member), &kept);
    Ok(())
}

/// The first member of this name in a JSON document, as text.
pub fn kept_of_json(body: &[u8], name: &str) -> Option<String> {
    let value: serde_json::Value = serde_json::from_slice(body).ok()?;
    member_of(&value, name)
}

/// The first member of this name at any depth, as text.
fn member_of(value: &serde_json::Value, name: &str) -> Option<String> {
    use serde_json::Value;
    match value {
        Value::Array(items) => items.iter().find_map(|item| member_of(item, name)),
        Value::Object(members) => match members.get(name) {
            Some(Value::String(text)) => Some(text.clone()),
            Some(found) if !found.is_array() && !found.is_object() => Some(found.to_string()),
            _ => members.values().find_map(|member| member_of(member, name)),
        },
        _ => None,
    }
}

/// The text of the first element of this name, or of the first member of it in XML-RPC.
pub fn kept_of_xml<'r>(reply: &'r str, name: &str) -> Option<&'r str> {
    let element = (format!("<{name}><![CDATA["), "]]>");
    let member = (format!("<name>{name}</name><value><string>"), "</string>");
    [element, member].iter().find_map(|(start, end)| {
        let (_, behind) = reply.split_once(start.as_str())?;
        behind.split_once(end).map(|(text, _)| text)
    })
}
