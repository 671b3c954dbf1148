//! Works the refresh jobs of segments.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::time::Duration;

use super::contact_record::ContactRecord;
use super::contact_store::Stored;
use super::context::Context;
use super::data_field::Schema;
use super::edit::Edit;
use super::error::{Error, Result};
use super::ids::{AccountId, ContactId, ListId, SegmentId};
use super::lease::{Duty, LOOK_EVERY};
use super::membership::Membership;
use super::rules::{Rules, Subject};
use super::segment::{RefreshStatus, Segment, Segments};
use crate::store::{Entry, KeyRange, Order, Space, Table, tables};

/// Jobs read at once.
const JOBS_AT_ONCE: usize = 100;
/// How long to wait after a failure of the store before the jobs are looked at again.
const PAUSE_AFTER_FAILURE: Duration = Duration::from_secs(5);

/// Works refresh jobs for as long as it is polled, those that an earlier process left behind first;
/// before them it ends removals of accounts and lists that an earlier process did not.
///
/// To stop, drop it: a job cut short is worked again from its beginning.
pub async fn run_segment_refreshes(context: Arc<Context>) {
    if let Err(error) = finish_deletions(&context).await {
        tracing::error!(?error, "could not end earlier deletions: {error}");
    }
    loop {
        match refresh_pending(&context).await {
            Ok(0) => tokio::select! {
                () = context.refresh_asked.notified() => {}
                () = tokio::time::sleep(LOOK_EVERY), if context.gateway.is_some() => {}
            },
            Ok(_) => {}
            Err(error) => {
                tracing::error!(?error, "segment refreshes pause: {error}");
                tokio::time::sleep(PAUSE_AFTER_FAILURE).await;
            }
        }
    }
}

async fn finish_deletions(context: &Context) -> Result<()> {
    context.accounts().finish_removals().await?;
    for account in context.accounts().list().await? {
        context.account(account.id).lists().finish_deletions().await?;
        context.account(account.id).preferences().finish_deletions().await?;
    }
    Ok(())
}

/// Works the jobs that are asked for now, but for those that other gateways work, and says how many
/// there were.
pub(super) async fn refresh_pending(context: &Context) -> Result<usize> {
    let range = KeyRange::prefix(tables::account(0));
    let found =
        context.store.scan(Space::Main, Table::Segment, range, Order::Ascending, JOBS_AT_ONCE);
    let found = found.await.map_err(|error| Error::store("read refresh jobs", error))?;
    let jobs: Vec<_> =
        found.iter().filter_map(|(key, _)| tables::pending_refresh_of(key)).collect();
    let mut worked = 0;
    for (account, segment) in &jobs {
        let account = AccountId(*account);
        let Some(claim) = context.claim(account, Duty::Refreshes).await? else { continue };
        let work = context.account(account).segments().work(SegmentId(*segment));
        let ended = tokio::select! {
            ended = work => ended,
            // Another gateway took it over.
            () = context.keep(claim.clone()) => Ok(()),
        };
        context.release(&claim).await;
        ended?;
        worked += 1;
    }
    Ok(worked)
}

impl<'a> Segments<'a> {
    async fn work(self, id: SegmentId) -> Result<()> {
        if !self.is_asked_for(id).await? {
            return Ok(());
        }
        let started = self.end_with(id, RefreshStatus::NotFinished, None).await;
        if matches!(started, Err(Error::Refused(_))) {
            // The account or the segment is gone, and so is the job's reason.
            return self.drop_job(id).await;
        }
        started?;
        let rules = self.record(id).await?.1.rules;
        match self.count(&rules).await {
            Ok(count) => self.end_with(id, RefreshStatus::Finished, Some(count)).await,
            Err(Error::Refused(refusal)) => Err(refusal.into()),
            Err(Error::Broken(broken)) => {
                tracing::error!(segment = id.0, error = ?broken, "a segment refresh failed: {broken}");
                self.end_with(id, RefreshStatus::Failed, None).await
            }
        }
    }

    /// Whether the job is still there: another gateway may have ended it since it was read.
    async fn is_asked_for(self, id: SegmentId) -> Result<bool> {
        let job = tables::pending_refresh(self.account.id.0, id.0);
        let store = &self.account.context.store;
        let found = store.get(Space::Main, Table::Segment, &job).await;
        Ok(found.map_err(|error| Error::store("read a refresh job", error))?.is_some())
    }

    async fn drop_job(self, id: SegmentId) -> Result<()> {
        let mut batch = crate::store::Batch::main();
        batch.delete(Table::Segment, tables::pending_refresh(self.account.id.0, id.0));
        crate::store::commit_durably(&*self.account.context.store, batch)
            .await
            .map_err(|error| Error::store("drop a refresh job", error))
    }

    /// Stores where the job stands; one that is not under way any more is taken off the jobs.
    async fn end_with(
        self,
        id: SegmentId,
        status: RefreshStatus,
        contacts: Option<u32>,
    ) -> Result<()> {
        self.account
            .change("refresh a segment", |edit| self.end_once(edit, id, status, contacts))
            .await
    }

    async fn end_once(
        self,
        mut edit: Edit<'a>,
        id: SegmentId,
        status: RefreshStatus,
        contacts: Option<u32>,
    ) -> Result<(Edit<'a>, ())> {
        let (stored, mut record) = self.record(id).await?;
        record.status = status;
        if let Some(contacts) = contacts {
            record.contacts = contacts;
            record.refreshed = Some(self.account.context.clock.now());
        }
        edit.batch.expect(Table::Segment, stored.0, Some(stored.1));
        self.put(&mut edit.batch, id, &record)?;
        if status != RefreshStatus::NotFinished {
            let job = tables::pending_refresh(self.account.id.0, id.0);
            edit.batch.delete(Table::Segment, job);
        }
        Ok((edit, ()))
    }

    /// How many contacts match, read block by block.
    async fn count(self, rules: &Rules) -> Result<u32> {
        let schema = self.account.fields().schema().await?;
        let store = &*self.account.context.store;
        let mut walk = tables::contacts(self.account.id.0).walk();
        let mut count: u32 = 0;
        loop {
            let entries = walk.next_entries(store).await.map_err(broken)?;
            let Some(entries) = entries else { return Ok(count) };
            let found = self.matching(rules, &schema, &entries).await?.len();
            count = count.saturating_add(u32::try_from(found).unwrap_or(u32::MAX));
            tokio::task::yield_now().await;
        }
    }

    /// Counts a segment at once and stores the count as a refresh does.
    pub(super) async fn count_now(self, id: SegmentId) -> Result<Segment> {
        let rules = self.record(id).await?.1.rules;
        let count = self.count(&rules).await?;
        self.end_with(id, RefreshStatus::Finished, Some(count)).await?;
        self.get(id).await
    }

    /// Those of some stored contacts whom the rules describe.
    pub(super) async fn matching(
        self,
        rules: &Rules,
        schema: &Schema,
        entries: &[Entry],
    ) -> Result<Vec<Stored>> {
        let with_suppressed = rules.name_a_status();
        let lists = self.memberships(rules, entries).await?;
        let mut found = Vec::new();
        for (number, (key, value)) in entries.iter().enumerate() {
            let record = ContactRecord::decode(value).map_err(broken)?;
            let in_list = in_list(&lists, number, &record);
            let Some(id) = tables::contact_of_entry(key).map(ContactId) else { continue };
            let subject = Subject { id, record: &record, schema, in_list: &in_list };
            let counts =
                !record.transactional_only && (with_suppressed || !record.status.suppresses());
            if counts && rules.match_contact(subject) {
                found.push((id, record));
            }
        }
        Ok(found)
    }

    /// For each list that the rules name, who of a block's contacts is subscribed to it.
    async fn memberships(
        self,
        rules: &Rules,
        entries: &[Entry],
    ) -> Result<BTreeMap<ListId, Vec<bool>>> {
        let ids: Vec<ContactId> = entries
            .iter()
            .filter_map(|(key, _)| tables::contact_of_entry(key).map(ContactId))
            .collect();
        let mut lists = BTreeMap::new();
        for list in rules.lists() {
            let members = self.account.contact_store().members(list, &ids).await?;
            let active = members.into_iter().map(|one| one.is_some_and(Membership::is_active));
            lists.insert(list, active.collect());
        }
        Ok(lists)
    }
}

fn in_list(
    lists: &BTreeMap<ListId, Vec<bool>>,
    number: usize,
    record: &ContactRecord,
) -> BTreeMap<ListId, bool> {
    let is_member = |(list, members): (&ListId, &Vec<bool>)| match *list {
        super::list::ALL_CONTACTS => (*list, record.is_listed()),
        list => (list, members.get(number).copied().unwrap_or(false)),
    };
    lists.iter().map(is_member).collect()
}

fn broken(error: crate::store::StoreError) -> Error {
    Error::store("count a segment", error)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::testing::{account, contact, context, list, refusal, with_field};
    use crate::domain::{
        Account, ContactStatus, Decimal, FieldKind, FieldName, FieldTest, FieldValue, NewDataField,
        Page, Refusal, Visibility,
    };

    fn field(name: &str, test: FieldTest) -> Rules {
        Rules::Field { name: FieldName::parse(name).unwrap(), test }
    }

    fn text(text: &str) -> FieldValue {
        FieldValue::Text(text.to_owned())
    }

    async fn counted(account: Account<'_>, rules: Rules) -> u32 {
        let segment = account.segments().define("Some", rules).await.unwrap();
        account.segments().refresh(segment.id).await.unwrap();
        refresh_pending(account.context).await.unwrap();
        let progress = account.segments().refresh_progress(segment.id).await.unwrap();
        assert_eq!(progress, RefreshStatus::Finished);
        let segments = account.segments().page(Page::first()).await.unwrap();
        segments.iter().find(|one| one.id == segment.id).unwrap().contacts
    }

    #[tokio::test]
    async fn each_kind_of_rule_counts_whom_it_describes() {
        let context = context().await;
        let account = account(&context, "one").await;
        let news = list(account, "News").await;
        let contacts = account.contacts();
        let age = NewDataField {
            name: "AGE".to_owned(),
            kind: FieldKind::Number,
            visibility: Visibility::Private,
            default: None,
        };
        account.fields().create(age).await.unwrap();
        contacts.create(with_field("a@b.example", "FIRSTNAME", "Ann")).await.unwrap();
        contacts.create(with_field("a@b.example", "AGE", "40")).await.unwrap();
        contacts.create(with_field("b@b.example", "FIRSTNAME", "ANNA")).await.unwrap();
        contacts.add_to_list(news, with_field("c@b.example", "AGE", "39.5")).await.unwrap();
        contacts.create(with_field("d@b.example", "FIRSTNAME", "Ann")).await.unwrap();
        contacts.unsubscribe(contact("d@b.example")).await.unwrap();
        let number = |text: &str| FieldValue::Number(Decimal::parse(text).unwrap());
        let ann = || field("FIRSTNAME", FieldTest::Equals(text("ann")));
        let status = || Rules::Status(ContactStatus::Unsubscribed);
        for (rules, count) in [
            (Rules::All(vec![]), 3),
            (Rules::Any(vec![]), 0),
            (field("FIRSTNAME", FieldTest::IsSet), 2),
            (ann(), 1),
            (field("FIRSTNAME", FieldTest::Contains("nN".to_owned())), 2),
            (field("AGE", FieldTest::Greater(number("39.5"))), 1),
            (field("AGE", FieldTest::Less(number("40.0"))), 1),
            (field("AGE", FieldTest::Less(text("99"))), 0),
            (Rules::InList(news), 1),
            (Rules::InList(crate::domain::list::ALL_CONTACTS), 3),
            (status(), 1),
            (Rules::All(vec![ann(), status()]), 1),
            (Rules::Any(vec![Rules::InList(news), ann()]), 2),
        ] {
            assert_eq!(counted(account, rules.clone()).await, count, "{rules:?}");
        }
    }

    #[tokio::test]
    async fn rules_over_what_does_not_exist_are_refused() {
        let context = context().await;
        let segments = account(&context, "one").await.segments();
        let unknown = segments.define("x", field("SHOE", FieldTest::IsSet)).await;
        assert_eq!(refusal(unknown), Refusal::DataFieldNotFound);
        let unknown = segments.define("x", Rules::InList(ListId(9))).await;
        assert_eq!(refusal(unknown), Refusal::ListNotFound);
        assert_eq!(refusal(segments.refresh(SegmentId(9)).await), Refusal::SegmentNotFound);
        let progress = segments.refresh_progress(SegmentId(9)).await;
        assert_eq!(refusal(progress), Refusal::SegmentNotFound);
    }

    #[tokio::test]
    async fn a_job_that_an_earlier_process_left_is_worked_by_the_runner() {
        let context = Arc::new(context().await);
        let account = account(&context, "one").await;
        account.contacts().create(contact("a@b.example")).await.unwrap();
        let segment = account.segments().define("All", Rules::All(vec![])).await.unwrap();
        account.segments().refresh(segment.id).await.unwrap();
        account.segments().end_with(segment.id, RefreshStatus::NotFinished, None).await.unwrap();
        let asked = account.segments().refresh(segment.id).await.unwrap();
        assert_eq!(asked, RefreshStatus::NotFinished, "it is not started twice");
        let worked = async {
            while account.segments().refresh_progress(segment.id).await.unwrap()
                != RefreshStatus::Finished
            {
                tokio::task::yield_now().await;
            }
        };
        tokio::select! {
            () = run_segment_refreshes(Arc::clone(&context)) => {}
            () = worked => {}
        }
        let segments = account.segments().page(Page::first()).await.unwrap();
        assert_eq!(segments.first().unwrap().contacts, 1);
    }
}
