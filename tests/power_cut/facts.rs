//! What callers were told, and whether a store still has it.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use lychgate::domain::import::{Runner, Status};
use lychgate::domain::template::Edition;
use lychgate::domain::{
    Account, AccountId, Clock, ContactId, ContactStatus, Context, EmailAddress, FieldValue, Ids,
    ImportId, Limits, ListId, Page, TemplateId,
};
use lychgate::store::{SledOptions, SledStore, check};

/// Rows of one import's file: enough to take several syncs, few enough to be done in a moment.
pub const ROWS: u32 = 1_500;
/// Every so many rows one has no valid address.
pub const INVALID_EVERY: u32 = 100;

/// Something that was acknowledged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fact {
    /// The server has said that it is ready: the account and its logins are there.
    Ready,
    Contact {
        address: String,
        id: u32,
    },
    /// The contact's first name is this version, or a later one.
    Named {
        address: String,
        version: u32,
    },
    Unsubscribed {
        address: String,
    },
    Deleted {
        address: String,
    },
    List {
        id: u32,
        name: String,
    },
    Member {
        list: u32,
        address: String,
    },
    /// Everybody leaves the list, now or by and by.
    Emptied {
        list: u32,
    },
    /// The template's text is this version, or a later one.
    Template {
        id: u32,
        version: u32,
    },
    /// The file of rows with this tag is taken; of an earlier one with the same tag all rows are
    /// known.
    Import {
        id: String,
        tag: String,
        is_first: bool,
    },
}

pub fn row_address(tag: &str, row: u32) -> String {
    format!("row-{row}@{tag}.example")
}

/// A text that no part of another version could be taken for.
pub fn template_text(version: u32) -> String {
    format!("<p>version {version}</p>\n").repeat(1_000)
}

fn valid_rows() -> u32 {
    ROWS - ROWS / INVALID_EVERY
}

/// Opens the store in `folder`, lets everything that waits come to its end, and looks for `facts`.
/// Where nothing was ever acknowledged it is enough that a store opens.
pub async fn verify(folder: &Path, facts: &[Fact]) {
    let store = SledStore::open(folder, SledOptions::default()).unwrap();
    let store = Arc::new(store);
    let context = Context::open(store, Clock::System, Ids::random(), Limits::default());
    let context = Arc::new(context.await.unwrap());
    Arc::new(Runner::new(Arc::clone(&context))).drain().await;
    if facts.contains(&Fact::Ready) {
        let account = Verified { account: context.account(AccountId(1)) };
        for fact in latest(facts) {
            account.ensure(&fact).await;
        }
    }
    let findings = lychgate::domain::check::check(&context).await.unwrap();
    assert!(findings.is_empty(), "{findings:?}");
    let mut problems = Vec::new();
    check::check(&*context.store, &mut |problem| problems.push(problem)).await.unwrap();
    assert_eq!(problems, []);
    context.store.close().await.unwrap();
}

/// Of versions only the last that was acknowledged.
fn latest(facts: &[Fact]) -> Vec<Fact> {
    let mut last = BTreeMap::new();
    let mut others = Vec::new();
    for fact in facts {
        match fact {
            Fact::Named { address, .. } => {
                last.insert(address.clone(), fact.clone());
            }
            Fact::Template { id, .. } => {
                last.insert(format!("template {id}"), fact.clone());
            }
            other => others.push(other.clone()),
        }
    }
    others.extend(last.into_values());
    others
}

struct Verified<'a> {
    account: Account<'a>,
}

impl Verified<'_> {
    async fn ensure(&self, fact: &Fact) {
        let account = self.account;
        match fact {
            Fact::Ready => {}
            Fact::Contact { address, id } => {
                let found = self.contact(address).await.map(|(id, _)| id);
                assert_eq!(found, Some(ContactId(*id)), "{address}");
            }
            Fact::Named { address, version } => self.ensure_named(address, *version).await,
            Fact::Unsubscribed { address } => {
                let status = self.contact(address).await.map(|(_, status)| status);
                assert_eq!(status, Some(ContactStatus::Unsubscribed), "{address}");
            }
            Fact::Deleted { address } => {
                let status = self.contact(address).await.map(|(_, status)| status);
                assert!(
                    matches!(status, None | Some(ContactStatus::Deleted)),
                    "{address} was deleted and is {status:?}"
                );
            }
            Fact::List { id, name } => {
                let list = account.lists().get(ListId(*id)).await;
                assert_eq!(list.map(|list| list.name).ok().as_ref(), Some(name), "list {id}");
            }
            Fact::Member { list, address } => {
                let (id, _) = self.contact(address).await.unwrap();
                let lists = account.lists().for_contact(id, Page::first()).await.unwrap();
                assert!(lists.iter().any(|one| one.id == ListId(*list)), "{address} in {list}");
            }
            Fact::Emptied { list } => {
                assert_eq!(account.lists().contact_count(ListId(*list)).await.unwrap(), 0);
            }
            Fact::Template { id, version } => self.ensure_template(*id, *version).await,
            Fact::Import { id, tag, is_first } => self.ensure_import(id, tag, *is_first).await,
        }
    }

    async fn contact(&self, address: &str) -> Option<(ContactId, ContactStatus)> {
        let address = EmailAddress::parse(address).unwrap();
        let contact = self.account.contacts().get_by_address(&address).await.ok()?;
        Some((contact.id, contact.status))
    }

    async fn first_name(&self, address: &str) -> String {
        let parsed = EmailAddress::parse(address).unwrap();
        let contact = self.account.contacts().get_by_address(&parsed).await.unwrap();
        let value = contact.fields.into_iter().find(|(name, _)| name.as_str() == "FIRSTNAME");
        match value.and_then(|(_, value)| value) {
            Some(FieldValue::Text(text)) => text,
            other => panic!("{address} has the first name {other:?}"),
        }
    }

    async fn ensure_named(&self, address: &str, version: u32) {
        let found = version_in(&self.first_name(address).await);
        assert!(found >= version, "{address}: {version} was acknowledged, {found} is there");
    }

    async fn ensure_template(&self, id: u32, version: u32) {
        let template = self.account.templates().get(TemplateId(id), Edition::Test).await.unwrap();
        let html = template.version.html;
        let found = version_in(html.lines().next().unwrap().trim_end_matches("</p>"));
        assert!(found >= version, "template {id}: {version} was acknowledged, {found} is there");
        let is_whole = html.trim_end() == template_text(found).trim_end();
        assert!(is_whole, "template {id} is of several versions");
    }

    async fn ensure_import(&self, id: &str, tag: &str, is_first: bool) {
        let imports = self.account.imports();
        let id = ImportId(id.parse().unwrap());
        let state = imports.progress(id).await.unwrap();
        assert_eq!(state.status, Status::Finished, "import {id}");
        let report = imports.report(id).await.unwrap();
        let counts = (report.new_contacts, report.updated_contacts, report.invalid_entries);
        let rows = valid_rows();
        let (new, updated) = if is_first { (rows, 0) } else { (0, rows) };
        assert_eq!(counts, (new, updated, ROWS / INVALID_EVERY), "{tag}, first: {is_first}");
        let is_valid = |row: &u32| !row.is_multiple_of(INVALID_EVERY);
        for row in (0..ROWS).filter(is_valid).step_by(97) {
            assert!(self.contact(&row_address(tag, row)).await.is_some(), "{tag} row {row}");
        }
    }
}

/// The number behind the last blank.
fn version_in(text: &str) -> u32 {
    text.rsplit(' ').next().unwrap().parse().unwrap()
}
