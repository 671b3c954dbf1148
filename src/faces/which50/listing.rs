//! Contacts, written while they are read: whoever asks for a million of them holds none here.

use std::sync::Arc;

use bytes::Bytes;
use futures_util::Stream;
use futures_util::stream::try_unfold;

use super::fields::selected;
use super::odata::{Filter, OrderBy};
use super::records::{self, CONTACT};
use crate::domain::activity::Reading;
use crate::domain::search::{Search, Sought};
use crate::domain::{
    Account, AccountId, Contact, ContactId, Context, Error, ListId, Rules, Schema,
};
use crate::protocol::datacontract::{Record, RecordStream, Syntax};
use crate::protocol::http::BodyBroken;

/// Where contacts come from.
#[derive(Debug)]
pub enum Source {
    Search(Box<Search>),
    /// Those to whom a message was sent, or with whom anything else of it is known to have happened;
    /// each once.
    Reached(Box<Reading>, Seen),
}

/// Contacts that were met before: a bit for each id, so that a journey to a million contacts needs
/// 128 KiB.
#[derive(Debug, Default)]
pub struct Seen(Vec<u64>);

impl Seen {
    /// Whether this is the first time that a contact is met.
    fn is_new(&mut self, contact: ContactId) -> bool {
        let Ok(id) = usize::try_from(contact.0) else { return false };
        let (place, bit) = (id / 64, 1_u64 << (id % 64));
        if self.0.len() <= place {
            self.0.resize(place + 1, 0);
        }
        let Some(bits) = self.0.get_mut(place) else { return false };
        let is_new = *bits & bit == 0;
        *bits |= bit;
        is_new
    }
}

/// What of the contacts is asked for, by the options of the query.
#[derive(Debug, Default)]
pub struct Wanted {
    pub select: Option<String>,
    pub filter: Option<Filter>,
    pub order_by: Option<OrderBy>,
    pub skip: usize,
    pub top: Option<usize>,
}

/// A listing of contacts as it is read.
#[derive(Debug)]
pub struct Listing {
    context: Arc<Context>,
    account: AccountId,
    /// Of which list the ids are.
    list: ListId,
    schema: Arc<Schema>,
    source: Source,
    wanted: Wanted,
}

impl Listing {
    pub fn new(
        (context, account): (Arc<Context>, AccountId),
        list: ListId,
        schema: Arc<Schema>,
        source: Source,
        wanted: Wanted,
    ) -> Self {
        Self { context, account, list, schema, source, wanted }
    }

    /// The document, in pieces.
    pub fn stream(
        self,
        syntax: Syntax,
    ) -> impl Stream<Item = Result<Bytes, BodyBroken>> + Send + 'static {
        let out = RecordStream::new(&CONTACT, syntax);
        try_unfold(Some((self, out)), |state| async move {
            let Some((mut listing, mut out)) = state else { return Ok(None) };
            match listing.next().await.map_err(broken)? {
                Some(records) => Ok(Some((Bytes::from(out.some(records)), Some((listing, out))))),
                None => Ok(Some((Bytes::from(out.end()), None))),
            }
        })
    }

    /// The next contacts, none of a block that holds nobody who is wanted; `None` at the end.
    async fn next(&mut self) -> Result<Option<Vec<Record>>, Error> {
        if self.wanted.top == Some(0) {
            return Ok(None);
        }
        let context = Arc::clone(&self.context);
        let account = context.account(self.account);
        let Some(some) = self.source.next(account, &context).await? else { return Ok(None) };
        let schema = &self.schema;
        let (select, filter) = (self.wanted.select.as_deref(), self.wanted.filter.as_ref());
        let fits = |contact: &Contact| filter.is_none_or(|filter| filter.passes(schema, contact));
        let mut some: Vec<Contact> = some.into_iter().filter(fits).collect();
        let skipped = self.wanted.skip.min(some.len());
        some.drain(..skipped);
        self.wanted.skip -= skipped;
        if let Some(left) = &mut self.wanted.top {
            some.truncate(*left);
            *left -= some.len();
        }
        let fields = selected(schema, select);
        let record = |one: &Contact| records::contact(account, self.list, one, &fields, Vec::new());
        Ok(Some(some.iter().map(record).collect()))
    }

    /// Everybody who is wanted, in the order that is asked for; `None` when they are more than
    /// `most`, too many to be held and sorted.
    pub async fn ordered(mut self, most: usize) -> Result<Option<Vec<Record>>, Error> {
        let context = Arc::clone(&self.context);
        let account = context.account(self.account);
        let Some(order) = self.wanted.order_by.take() else { return Ok(None) };
        let mut all: Vec<Contact> = Vec::new();
        while let Some(some) = self.source.next(account, &context).await? {
            let filter = self.wanted.filter.as_ref();
            let schema = &self.schema;
            all.extend(
                some.into_iter()
                    .filter(|contact| filter.is_none_or(|filter| filter.passes(schema, contact))),
            );
            if all.len() > most {
                return Ok(None);
            }
        }
        order.sort(&self.schema, &mut all);
        let fields = selected(&self.schema, self.wanted.select.as_deref());
        let top = self.wanted.top.unwrap_or(usize::MAX);
        let page = all.iter().skip(self.wanted.skip).take(top);
        let record = |one: &Contact| records::contact(account, self.list, one, &fields, Vec::new());
        Ok(Some(page.map(record).collect()))
    }
}

impl Source {
    async fn next(
        &mut self,
        account: Account<'_>,
        context: &Context,
    ) -> Result<Option<Vec<Contact>>, Error> {
        match self {
            Self::Search(search) => {
                let some = search.next(context).await?;
                let contacts = some.into_iter().map(|found| found.contact).collect::<Vec<_>>();
                Ok((!contacts.is_empty()).then_some(contacts))
            }
            Self::Reached(reading, seen) => {
                let Some(some) = reading.next_some(account).await? else { return Ok(None) };
                let met = some.into_iter().filter_map(|activity| activity.contact);
                let among = Some(met.filter(|contact| seen.is_new(*contact)).collect());
                let everybody = Sought::new(Rules::All(Vec::new()));
                let mut search = account.contacts().search(Sought { among, ..everybody }).await?;
                let mut contacts = Vec::new();
                loop {
                    let some = search.next(context).await?;
                    if some.is_empty() {
                        return Ok(Some(contacts));
                    }
                    contacts.extend(some.into_iter().map(|found| found.contact));
                }
            }
        }
    }
}

fn broken(error: Error) -> BodyBroken {
    BodyBroken::because(error)
}
