//! An account's templates: reading, creating, changing, rebuilding.

use super::record::{TemplateRecord, VersionRecord};
use super::{
    Edition, NewTemplate, Purpose, Template, TemplateHead, Version, VersionChange, Welcome,
    ensure_binding,
};
use crate::domain::context::Account;
use crate::domain::edit::Edit;
use crate::domain::error::{Broken, Error, Refusal, Result};
use crate::domain::ids::TemplateId;
use crate::store::{KeyRange, Order, Record, Space, StoreError, Table, tables};

/// How often a template is read anew when its bodies were replaced in between.
const READS: usize = 8;

/// Templates looked through at once, without their bodies: at most 400 KiB.
const HEADS_AT_ONCE: usize = 100;

/// An account's templates.
#[derive(Debug, Clone, Copy)]
pub struct Templates<'a> {
    pub(super) account: Account<'a>,
}

impl<'a> Account<'a> {
    pub fn templates(self) -> Templates<'a> {
        Templates { account: self }
    }
}

impl<'a> Templates<'a> {
    /// Whether there is such a template, transactional or welcome, active or not.
    pub async fn exists(self, id: TemplateId) -> Result<bool> {
        let key = tables::numbered(self.account.id.0, id.0);
        let read = async { Ok(self.stored(id).await?.is_some()) };
        Ok(*self.account.context.remembered(Table::Template, &key, read).await?)
    }

    /// The template without its versions. [`Refusal::TemplateNotFound`].
    pub async fn head(self, id: TemplateId) -> Result<TemplateHead> {
        let (_, record) = self.stored(id).await?.ok_or(Refusal::TemplateNotFound)?;
        Ok(record.head(id))
    }

    /// The template with one of its versions. [`Refusal::TemplateNotFound`].
    pub async fn get(self, id: TemplateId, edition: Edition) -> Result<Template> {
        for _ in 0..READS {
            let (_, record) = self.stored(id).await?.ok_or(Refusal::TemplateNotFound)?;
            let head = record.head(id);
            let version = record.version(edition).clone().read(self.account).await;
            if let Some(version) = version.map_err(|error| Error::store(READING, error))? {
                return Ok(Template { head, version });
            }
        }
        Err(Broken::new(READING, "its bodies are missing").into())
    }

    /// At most `limit` templates with ids above `after`, ascending, without their versions.
    pub async fn page(self, after: TemplateId, limit: usize) -> Result<Vec<TemplateHead>> {
        let broken = |error| Error::store("list templates", error);
        let range = KeyRange::prefix(tables::account(self.account.id.0))
            .after(&tables::numbered(self.account.id.0, after.0));
        let store = &self.account.context.store;
        let found = store.scan(Space::Main, Table::Template, range, Order::Ascending, limit).await;
        let head = |(key, value): &crate::store::Entry| {
            let id = key.last_chunk().copied().map(u32::from_be_bytes);
            let id = id.ok_or_else(|| StoreError::Damaged { what: "a template's key".into() })?;
            Ok(TemplateRecord::decode(value)?.head(TemplateId(id)))
        };
        found.map_err(broken)?.iter().map(head).collect::<Result<_, _>>().map_err(broken)
    }

    /// The active welcome message for `trigger`, which may be its id, or the default one for none.
    pub async fn welcome(self, trigger: Option<&str>) -> Result<Option<TemplateId>> {
        let fits = |id: TemplateId, welcome: &Welcome| match trigger {
            Some(trigger) => {
                let is_id = trigger.parse() == Ok(id.0);
                is_id || (!trigger.is_empty() && welcome.trigger == trigger)
            }
            None => welcome.is_default,
        };
        let mut after = TemplateId(0);
        loop {
            let heads = self.page(after, HEADS_AT_ONCE).await?;
            let Some(last) = heads.last() else { return Ok(None) };
            after = last.id;
            let found = heads.iter().find(|head| match &head.purpose {
                Purpose::Welcome(welcome) => head.active && fits(head.id, welcome),
                Purpose::Transactional => false,
            });
            if let Some(found) = found {
                return Ok(Some(found.id));
            }
        }
    }

    /// Creates a transactional template, both versions alike, under the next free id.
    pub async fn insert(self, version: Version) -> Result<TemplateId> {
        self.put(None, NewTemplate::transactional(version)).await
    }

    /// Puts `new` under `id`, in the place of what is there; without an id under the next free one.
    ///
    /// [`Refusal::ParameterInvalid`], [`Refusal::TextTooLong`] or [`Refusal::BindingInvalid`] when
    /// it cannot be stored.
    pub async fn put(self, id: Option<TemplateId>, new: NewTemplate) -> Result<TemplateId> {
        new.live.ensure_storable()?;
        new.test.ensure_storable()?;
        if let Purpose::Welcome(welcome) = &new.purpose
            && welcome.trigger.chars().nth(super::MAX_SHORT_CHARS).is_some()
        {
            return Err(Refusal::ParameterInvalid { parameter: "trigger" }.into());
        }
        // The wire's ids are signed, and none is 0.
        if id.is_some_and(|id| id.0 == 0 || i32::try_from(id.0).is_err()) {
            return Err(Refusal::ParameterInvalid { parameter: "id" }.into());
        }
        self.account.change("write a template", |edit| self.put_once(edit, id, &new)).await
    }

    async fn put_once(
        self,
        mut edit: Edit<'a>,
        id: Option<TemplateId>,
        new: &NewTemplate,
    ) -> Result<(Edit<'a>, TemplateId)> {
        let id = id.unwrap_or_else(|| TemplateId(edit.next_template()));
        edit.template_taken(id.0);
        let stored = self.stored(id).await?;
        let now = self.account.context.clock.now();
        let live = VersionRecord::write(&mut edit, &new.live);
        let test = if new.live == new.test {
            live.clone()
        } else {
            VersionRecord::write(&mut edit, &new.test)
        };
        let record = TemplateRecord {
            welcome: match &new.purpose {
                Purpose::Transactional => None,
                Purpose::Welcome(welcome) => Some(welcome.clone()),
            },
            active: new.active,
            live,
            test,
            created: stored.as_ref().map_or(now, |(_, old)| old.created),
            modified: now,
        };
        self.replace(&mut edit, id, stored.as_ref(), &record)?;
        Ok((edit, id))
    }

    /// Changes the test version. [`Refusal::TemplateNotFound`].
    pub async fn update(self, id: TemplateId, change: VersionChange) -> Result<()> {
        self.account
            .change("update a template", |edit| self.update_once(edit, id, change.clone()))
            .await
    }

    async fn update_once(
        self,
        mut edit: Edit<'a>,
        id: TemplateId,
        change: VersionChange,
    ) -> Result<(Edit<'a>, ())> {
        let stored = self.stored(id).await?.ok_or(Refusal::TemplateNotFound)?;
        let before = self.get(id, Edition::Test).await?.version;
        let mut after = before.clone();
        change.apply(&mut after);
        after.ensure_storable()?;
        let mut record = stored.1.clone();
        record.test = VersionRecord::rewrite(&mut edit, &stored.1.test, &before, &after);
        record.modified = self.account.context.clock.now();
        self.replace(&mut edit, id, Some(&stored), &record)?;
        Ok((edit, ()))
    }

    /// Makes the test version the live one; `binding`, when given, becomes that of both.
    ///
    /// [`Refusal::TemplateNotFound`], [`Refusal::TemplateInactive`], [`Refusal::BindingInvalid`].
    pub async fn rebuild(self, id: TemplateId, binding: Option<&str>) -> Result<()> {
        self.account.change("rebuild a template", |edit| self.rebuild_once(edit, id, binding)).await
    }

    async fn rebuild_once(
        self,
        mut edit: Edit<'a>,
        id: TemplateId,
        binding: Option<&str>,
    ) -> Result<(Edit<'a>, ())> {
        let stored = self.stored(id).await?.ok_or(Refusal::TemplateNotFound)?;
        let mut record = stored.1.clone();
        if !record.active {
            return Err(Refusal::TemplateInactive.into());
        }
        if let Some(binding) = binding {
            ensure_binding(binding)?;
            binding.clone_into(&mut record.test.binding);
        }
        record.live = record.test.clone();
        record.modified = self.account.context.clock.now();
        self.replace(&mut edit, id, Some(&stored), &record)?;
        Ok((edit, ()))
    }

    /// Puts `record` in the place of `stored`, whose other bodies go with it.
    fn replace(
        self,
        edit: &mut Edit<'_>,
        id: TemplateId,
        stored: Option<&(bytes::Bytes, TemplateRecord)>,
        record: &TemplateRecord,
    ) -> Result<()> {
        let key = tables::numbered(self.account.id.0, id.0);
        let value = record.encode().map_err(|error| Error::store("write a template", error))?;
        let before = stored.map(|(bytes, _)| bytes.clone());
        edit.batch.expect(Table::Template, key.clone(), before);
        edit.batch.put(Table::Template, key, value);
        if let Some((_, old)) = stored {
            old.delete_texts_not_in(record, self.account, &mut edit.batch);
        }
        Ok(())
    }

    async fn stored(self, id: TemplateId) -> Result<Option<(bytes::Bytes, TemplateRecord)>> {
        let broken = |error| Error::store(READING, error);
        let key = tables::numbered(self.account.id.0, id.0);
        let stored = self.account.context.store.get(Space::Main, Table::Template, &key);
        let Some(stored) = stored.await.map_err(broken)? else { return Ok(None) };
        let record = TemplateRecord::decode(&stored).map_err(broken)?;
        Ok(Some((stored, record)))
    }
}

const READING: &str = "read a template";

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::Context;
    use crate::domain::long_text::MAX_TEXT_BYTES;
    use crate::domain::testing::{account, context, refusal};

    fn version(subject: &str) -> Version {
        Version {
            subject: subject.to_owned(),
            html: format!("<p>{subject}</p>").repeat(2_000),
            plain: subject.to_owned(),
            ..Version::default()
        }
    }

    fn change(subject: &str) -> VersionChange {
        VersionChange {
            subject: Some(subject.to_owned()),
            html: Some(format!("<p>{subject}</p>")),
            ..VersionChange::default()
        }
    }

    async fn subject(templates: Templates<'_>, id: TemplateId, edition: Edition) -> String {
        templates.get(id, edition).await.unwrap().version.subject
    }

    async fn text_pieces(context: &Context) -> usize {
        let all = KeyRange::all();
        let found = context.store.scan(Space::Main, Table::Text, all, Order::Ascending, 10_000);
        found.await.unwrap().len()
    }

    #[tokio::test]
    async fn a_new_template_has_two_equal_versions_and_ids_ascend() {
        let context = context().await;
        let templates = account(&context, "one").await.templates();
        let first = templates.insert(version("Hello")).await.unwrap();
        let second = templates.insert(version("Bye")).await.unwrap();
        assert!(second > first);
        for edition in [Edition::Live, Edition::Test] {
            assert_eq!(templates.get(first, edition).await.unwrap().version, version("Hello"));
        }
        let ids: Vec<_> = templates.page(TemplateId(0), 10).await.unwrap();
        assert_eq!(ids.iter().map(|head| head.id).collect::<Vec<_>>(), [first, second]);
        assert_eq!(templates.page(first, 10).await.unwrap().len(), 1);
    }

    #[tokio::test]
    async fn an_update_changes_the_test_version_until_it_is_rebuilt() {
        let context = context().await;
        let templates = account(&context, "one").await.templates();
        let id = templates.insert(version("Old")).await.unwrap();
        templates.update(id, change("New")).await.unwrap();
        assert_eq!(subject(templates, id, Edition::Live).await, "Old");
        assert_eq!(subject(templates, id, Edition::Test).await, "New");
        assert_eq!(templates.get(id, Edition::Test).await.unwrap().version.plain, "Old");
        templates.rebuild(id, Some("echo")).await.unwrap();
        let live = templates.get(id, Edition::Live).await.unwrap().version;
        assert_eq!((live.subject.as_str(), live.binding.as_str()), ("New", "echo"));
        assert_eq!(live.html, "<p>New</p>");
    }

    #[tokio::test]
    async fn replaced_bodies_leave_nothing_behind() {
        let context = context().await;
        let templates = account(&context, "one").await.templates();
        let id =
            templates.put(Some(TemplateId(1_055_589)), NewTemplate::transactional(version("One")));
        let id = id.await.unwrap();
        let pieces = text_pieces(&context).await;
        for round in 0..3 {
            templates.update(id, change(&format!("Round {round}"))).await.unwrap();
            templates.rebuild(id, None).await.unwrap();
        }
        assert!(text_pieces(&context).await < pieces);
        templates.put(Some(id), NewTemplate::transactional(version("One"))).await.unwrap();
        assert_eq!(text_pieces(&context).await, pieces);
        assert!(templates.insert(version("Next")).await.unwrap() > id);
    }

    #[tokio::test]
    async fn what_is_unknown_inactive_or_misnamed_is_refused() {
        let context = context().await;
        let templates = account(&context, "one").await.templates();
        let unknown = TemplateId(7);
        assert!(!templates.exists(unknown).await.unwrap());
        assert_eq!(refusal(templates.rebuild(unknown, None).await), Refusal::TemplateNotFound);
        assert_eq!(
            refusal(templates.update(unknown, change("x")).await),
            Refusal::TemplateNotFound
        );
        let id = templates.insert(version("Hello")).await.unwrap();
        assert_eq!(refusal(templates.rebuild(id, Some("a b")).await), Refusal::BindingInvalid);
        let idle = NewTemplate { active: false, ..NewTemplate::transactional(version("Idle")) };
        let idle = templates.put(None, idle).await.unwrap();
        assert_eq!(refusal(templates.rebuild(idle, None).await), Refusal::TemplateInactive);
    }

    #[tokio::test]
    async fn texts_that_are_too_long_are_refused_and_the_longest_is_kept() {
        let context = context().await;
        let templates = account(&context, "one").await.templates();
        let body = |bytes: usize| Version { html: "x".repeat(bytes), ..Version::default() };
        let id = templates.insert(body(MAX_TEXT_BYTES)).await.unwrap();
        let read = templates.get(id, Edition::Live).await.unwrap().version.html;
        assert_eq!(read.len(), MAX_TEXT_BYTES);
        let refused = refusal(templates.insert(body(MAX_TEXT_BYTES + 1)).await);
        assert_eq!(refused, Refusal::TextTooLong { limit_bytes: MAX_TEXT_BYTES });
        let subject = refusal(templates.insert(version(&"x".repeat(501))).await);
        assert_eq!(subject, Refusal::ParameterInvalid { parameter: "subject" });
    }

    #[tokio::test]
    async fn a_welcome_message_is_found_by_its_trigger_or_as_the_default() {
        let context = context().await;
        let templates = account(&context, "one").await.templates();
        let welcome = |trigger: &str, is_default| NewTemplate {
            purpose: Purpose::Welcome(Welcome {
                trigger: trigger.to_owned(),
                is_default,
                delay_hours: 0,
            }),
            ..NewTemplate::transactional(version("Welcome"))
        };
        templates.insert(version("Order")).await.unwrap();
        let shop = templates.put(None, welcome("shop", false)).await.unwrap();
        let usual = templates.put(None, welcome("", true)).await.unwrap();
        assert_eq!(templates.welcome(Some("shop")).await.unwrap(), Some(shop));
        assert_eq!(templates.welcome(None).await.unwrap(), Some(usual));
        assert_eq!(templates.welcome(Some(&usual.to_string())).await.unwrap(), Some(usual));
        assert_eq!(templates.welcome(Some("club")).await.unwrap(), None);
        assert_eq!(templates.welcome(Some("")).await.unwrap(), None);
    }

    #[tokio::test]
    async fn templates_belong_to_one_account() {
        let context = context().await;
        let (one, other) = (account(&context, "one").await, account(&context, "other").await);
        let id = one.templates().insert(version("Mine")).await.unwrap();
        assert!(!other.templates().exists(id).await.unwrap());
        assert!(other.templates().page(TemplateId(0), 10).await.unwrap().is_empty());
    }
}
