//! Lists of messages.

use jiff::Timestamp;

use super::record::MessageRecord;
use super::{EmailMessage, EmailMessages};
use crate::domain::error::{Error, Result};
use crate::store::{KeyRange, Order, Record as _, Space, Table, tables};

/// Messages read in one scan; without their bodies, each has some hundred bytes.
const MESSAGES_AT_ONCE: usize = 200;

/// Which messages to list.
#[derive(Debug, Clone, Copy, Default)]
pub struct MessageFilter {
    /// Templates instead of messages for campaigns.
    pub templates: bool,
    /// Created then or later.
    pub from: Option<Timestamp>,
    /// Created then or earlier.
    pub until: Option<Timestamp>,
    /// So many that pass are left out at the beginning.
    pub offset: usize,
    pub limit: usize,
}

impl MessageFilter {
    fn passes(&self, record: &MessageRecord) -> bool {
        record.purpose.is_template() == self.templates
            && self.from.is_none_or(|from| record.created >= from)
            && self.until.is_none_or(|until| record.created <= until)
    }
}

impl EmailMessages<'_> {
    /// The messages that pass `filter`, in the order of their creation.
    pub async fn page(self, filter: MessageFilter) -> Result<Vec<EmailMessage>> {
        let broken = |error| Error::store("list messages", error);
        let account = self.account.id.0;
        let mut range = KeyRange::prefix(tables::account(account));
        // Behind the last number lie letters of confirmation.
        range.end = Some(tables::numbered(account, u32::MAX));
        let (mut skipped, mut page) = (0, Vec::new());
        while page.len() < filter.limit {
            let store = &self.account.context.store;
            let (table, order) = (Table::EmailMessage, Order::Ascending);
            let some = store.scan(Space::Main, table, range.clone(), order, MESSAGES_AT_ONCE);
            let some = some.await.map_err(broken)?;
            for (_, value) in &some {
                let record = MessageRecord::decode(value).map_err(broken)?;
                if !filter.passes(&record) {
                    continue;
                }
                skipped += 1;
                if skipped > filter.offset && page.len() < filter.limit {
                    page.push(record.seen());
                }
            }
            let Some((last, _)) = some.last().filter(|_| some.len() == MESSAGES_AT_ONCE) else {
                break;
            };
            range = range.after(last);
        }
        Ok(page)
    }
}
