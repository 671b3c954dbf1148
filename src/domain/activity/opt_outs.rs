//! Who opted out or complained, when, and through which message.

use jiff::Timestamp;

use super::{Activities, Between, Message, Of, What};
use crate::domain::address::EmailAddress;
use crate::domain::contact::ContactStatus;
use crate::domain::contact_record::{ContactRecord, Head};
use crate::domain::context::Account;
use crate::domain::error::{Error, Result};
use crate::store::{Walk, tables};

/// A contact who opted out of the account or complained.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OptOut {
    pub address: EmailAddress,
    pub since: Timestamp,
    pub method: OptOutMethod,
    /// The message through which it came, if it came through one.
    pub message: Option<Message>,
}

/// How somebody opted out.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OptOutMethod {
    Complaint,
    /// As whoever reported it said.
    Reported(String),
    /// By a message, nobody said how.
    Message,
    /// By a call or by the operator.
    System,
}

/// A walk over an account's opt-outs in order of contact; holds a few blocks at most.
#[derive(Debug)]
pub struct OptOuts {
    walk: Walk,
    between: Between,
    message: Option<Message>,
}

impl OptOuts {
    /// The next opt-outs, at most a block of contacts; `None` at the end.
    pub async fn next_some(&mut self, account: Account<'_>) -> Result<Option<Vec<OptOut>>> {
        let broken = |error| Error::store("list opt-outs", error);
        loop {
            let entries = self.walk.next_entries(&*account.context.store).await.map_err(broken)?;
            let Some(entries) = entries else { return Ok(None) };
            let mut some = Vec::new();
            for (_, value) in entries {
                if is_opt_out(ContactRecord::head_of(&value).map_err(broken)?) {
                    let record = ContactRecord::decode(&value).map_err(broken)?;
                    some.extend(account.activities().judged_opt_out(record, self).await?);
                }
            }
            if !some.is_empty() {
                return Ok(Some(some));
            }
        }
    }
}

impl Activities<'_> {
    /// Who opted out in some time and, if one is given, through a message.
    pub fn opt_outs(self, between: Between, message: Option<Message>) -> OptOuts {
        OptOuts { walk: tables::contacts(self.account.id.0).walk(), between, message }
    }

    /// The opt-out of one address, under the same conditions.
    pub async fn opt_out_of(
        self,
        address: &EmailAddress,
        between: Between,
        message: Option<Message>,
    ) -> Result<Option<OptOut>> {
        let found = self.account.contact_store().find(address).await?;
        let Some((_, record)) = found.filter(|(_, record)| is_opt_out(record.head())) else {
            return Ok(None);
        };
        self.judged_opt_out(record, &self.opt_outs(between, message)).await
    }

    async fn judged_opt_out(
        self,
        record: ContactRecord,
        wanted: &OptOuts,
    ) -> Result<Option<OptOut>> {
        let since = record.status_since;
        if !wanted.between.contains(since) {
            return Ok(None);
        }
        let complained = record.status != ContactStatus::Unsubscribed;
        let address = EmailAddress::stored(record.address);
        let (how, message) = self.cause(&address, complained).await?;
        if wanted.message.is_some() && wanted.message != message {
            return Ok(None);
        }
        let method = match (complained, how, message) {
            (true, ..) => OptOutMethod::Complaint,
            (false, Some(how), _) => OptOutMethod::Reported(how),
            (false, None, Some(_)) => OptOutMethod::Message,
            (false, None, None) => OptOutMethod::System,
        };
        Ok(Some(OptOut { address, since, method, message }))
    }

    /// How, and through which message, an address opted out or complained last.
    async fn cause(
        self,
        address: &EmailAddress,
        complained: bool,
    ) -> Result<(Option<String>, Option<Message>)> {
        let mut last: Option<(Timestamp, Option<String>, Option<Message>)> = None;
        let mut reading = self.of_address(address, Of::All, Between::default());
        while let Some(some) = reading.next_some(self.account).await? {
            for activity in some {
                let how = match activity.what {
                    What::Complained if complained => None,
                    What::Unsubscribed { how } if !complained => how,
                    _ => continue,
                };
                if last.as_ref().is_none_or(|(time, ..)| activity.time >= *time) {
                    last = Some((activity.time, how, activity.message));
                }
            }
        }
        Ok(last.map_or((None, None), |(_, how, message)| (how, message)))
    }
}

fn is_opt_out(head: Head) -> bool {
    let is_out = matches!(
        head.status,
        ContactStatus::Unsubscribed | ContactStatus::IspComplained | ContactStatus::DirectComplaint
    );
    is_out && !head.transactional_only
}
