//! An account over a fresh store, and short ways to import into it.

use std::sync::Arc;

use bytes::Bytes;
use jiff::Timestamp;
use lychgate::domain::data_field::{NewDataField, Visibility};
use lychgate::domain::import::{
    DeclaredFormat, FILE_LIMIT_BYTES, ImportState, MergeOption, NewImport, Report, Runner,
};
use lychgate::domain::list::NewList;
use lychgate::domain::{
    Account, AccountId, Clock, Contact, Context, EmailAddress, Event, FieldKind, FieldValue, Ids,
    Limits, ListId, NewAccount, Result,
};
use lychgate::store::{MemoryStore, SledOptions, SledStore, Store};
use tempfile::TempDir;
use tokio_util::sync::CancellationToken;

/// What the frozen clock shows.
pub const NOW: &str = "2014-10-08T12:00:00Z";

#[derive(Debug, Clone, Copy)]
pub enum Engine {
    Memory,
    Sled,
}

pub const ENGINES: [Engine; 2] = [Engine::Memory, Engine::Sled];

/// One account over a store of its own.
pub struct World {
    pub context: Arc<Context>,
    pub id: AccountId,
    /// Of the store, unless that is in memory.
    pub folder: TempDir,
}

pub fn at(time: &str) -> Clock {
    Clock::Frozen(time.parse::<Timestamp>().unwrap())
}

impl World {
    pub async fn over(engine: Engine) -> Self {
        Self::with_limits(engine, Limits::default()).await
    }

    pub async fn with_limits(engine: Engine, limits: Limits) -> Self {
        let folder = tempfile::tempdir().unwrap();
        let store: Arc<dyn Store> = match engine {
            Engine::Memory => Arc::new(MemoryStore::new()),
            Engine::Sled => {
                Arc::new(SledStore::open(folder.path(), SledOptions::default()).unwrap())
            }
        };
        let context = Context::open(store, at(NOW), Ids::seeded(1), limits).await.unwrap();
        let context = Arc::new(context);
        let new = NewAccount { name: "first".to_owned(), ..NewAccount::default() };
        let id = context.accounts().add(new).await.unwrap().id;
        Self { context, id, folder }
    }

    /// The same store at another time.
    pub async fn at(&self, time: &str) -> Arc<Context> {
        let store = Arc::clone(&self.context.store);
        let limits = self.context.limits.clone();
        Arc::new(Context::open(store, at(time), Ids::seeded(2), limits).await.unwrap())
    }

    pub fn account(&self) -> Account<'_> {
        self.context.account(self.id)
    }

    pub async fn accept(&self, new: NewImport) -> Result<ImportState> {
        self.account().imports().accept(new).await
    }

    /// Works until every import has ended.
    pub async fn drain(&self) {
        Arc::new(Runner::new(Arc::clone(&self.context))).drain().await;
    }

    /// Lets the worker side run until it has nothing else to do than to wait.
    pub async fn stop_at_once(&self) {
        let stop = CancellationToken::new();
        let runner = Arc::new(Runner::new(Arc::clone(&self.context))).run(stop.clone());
        let stopping = async {
            tokio::task::yield_now().await;
            stop.cancel();
        };
        tokio::join!(runner, stopping);
    }

    /// Imports a file to its end.
    pub async fn import(&self, new: NewImport) -> ImportState {
        let accepted = self.accept(new).await.unwrap();
        self.drain().await;
        self.account().imports().progress(accepted.id).await.unwrap()
    }

    /// Imports a CSV text that must finish: its counters and its faults file.
    pub async fn import_csv(&self, text: &str) -> (Report, String) {
        let ended = self.import(csv(text)).await;
        let imports = self.account().imports();
        let report = imports.report(ended.id).await.unwrap();
        let faults = imports.faults(ended.id).await.unwrap().whole().await.unwrap();
        (report, String::from_utf8(faults.to_vec()).unwrap())
    }

    /// Records an event of a kind such as `complained` or, with a bounce's class, `bounced hard`.
    pub async fn event(&self, kind: &str, subject: &str, address: &str) {
        let account = self.id;
        let kind = match kind.split_once(' ') {
            Some((kind, class)) => format!(r#""type":"{kind}","class":"{class}""#),
            None => format!(r#""type":"{kind}""#),
        };
        let line = format!(r#"{{"account":"{account}",{kind},"{subject}":"{address}"}}"#);
        let event = Event::from_json(&line).unwrap();
        self.context.events().record(&event).await.unwrap();
    }

    pub async fn list(&self, name: &str) -> ListId {
        let new = NewList { name: name.to_owned(), visibility: Visibility::Private };
        self.account().lists().create(new).await.unwrap().id
    }

    pub async fn field(&self, name: &str, kind: FieldKind) {
        let visibility = Visibility::Private;
        let new = NewDataField { name: name.to_owned(), kind, visibility, default: None };
        self.account().fields().create(new).await.unwrap();
    }

    pub async fn contact(&self, address: &str) -> Contact {
        let address = EmailAddress::parse(address).unwrap();
        self.account().contacts().get_by_address(&address).await.unwrap()
    }

    /// The value of a contact's field as text; empty when there is none.
    pub async fn value(&self, address: &str, field: &str) -> String {
        let contact = self.contact(address).await;
        let value = contact.fields.into_iter().find(|(name, _)| name.as_str() == field);
        match value.unwrap_or_else(|| panic!("no field {field}")).1 {
            None => String::new(),
            Some(FieldValue::Text(text)) => text,
            Some(FieldValue::Number(number)) => number.to_string(),
            Some(FieldValue::Date(date)) => date.to_string(),
            Some(FieldValue::Boolean(flag)) => flag.to_string(),
        }
    }
}

pub fn file(bytes: impl Into<Bytes>, declared: &str) -> NewImport {
    NewImport {
        list: None,
        file: vec![bytes.into()],
        format: DeclaredFormat::from_text(declared),
        merge: MergeOption::Overwrite,
        limit_bytes: FILE_LIMIT_BYTES,
    }
}

pub fn csv(text: &str) -> NewImport {
    file(text.to_owned(), "csv")
}

/// A CSV of `count` good rows whose addresses count from `first`.
pub fn rows(first: u32, count: u32) -> String {
    let rows = (first..first + count).map(|n| format!("contact-{n}@example.com,Name {n}\n"));
    std::iter::once("Email,FIRSTNAME\n".to_owned()).chain(rows).collect()
}
