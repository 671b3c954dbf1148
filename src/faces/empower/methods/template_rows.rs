//! Templates as rows that are read while they are written: their bodies may be large.

use std::collections::VecDeque;
use std::sync::Arc;

use futures_util::future::BoxFuture;

use crate::domain::template::{Edition, Template, TemplateHead};
use crate::domain::{Account, AccountId, Context, Error, Refusal, Result, TemplateId};
use crate::faces::empower::{Call, Rows, Tree};

/// Templates looked through at once, without their bodies.
const HEADS_AT_ONCE: usize = 100;

/// The templates that `wanted` says, one at a time.
#[derive(Debug)]
pub struct TemplateRows {
    context: Arc<Context>,
    account: AccountId,
    edition: Edition,
    wanted: fn(&TemplateHead) -> bool,
    row: fn(Template) -> Tree,
    /// Looked through, but not read yet.
    heads: VecDeque<TemplateHead>,
    after: TemplateId,
}

impl TemplateRows {
    pub fn new(
        call: Call<'_>,
        edition: Edition,
        wanted: fn(&TemplateHead) -> bool,
        row: fn(Template) -> Tree,
    ) -> Self {
        Self {
            context: Arc::clone(call.context),
            account: call.account.id,
            edition,
            wanted,
            row,
            heads: VecDeque::new(),
            after: TemplateId(0),
        }
    }

    /// Reads on among the heads; false at the end.
    async fn look(&mut self) -> Result<bool> {
        let account = self.context.account(self.account);
        let (next, heads) = page(account, self.after, self.wanted).await?;
        self.heads = heads;
        let Some(next) = next else { return Ok(false) };
        self.after = next;
        Ok(true)
    }

    async fn next_row(&mut self) -> Result<Option<Tree>> {
        loop {
            let Some(head) = self.heads.pop_front() else {
                if self.look().await? {
                    continue;
                }
                return Ok(None);
            };
            let account = self.context.account(self.account);
            match account.templates().get(head.id, self.edition).await {
                Ok(template) => return Ok(Some((self.row)(template))),
                Err(Error::Refused(Refusal::TemplateNotFound)) => {}
                Err(error) => return Err(error),
            }
        }
    }
}

/// The next heads that are wanted, and the last one that was looked at.
async fn page(
    account: Account<'_>,
    after: TemplateId,
    wanted: fn(&TemplateHead) -> bool,
) -> Result<(Option<TemplateId>, VecDeque<TemplateHead>)> {
    let heads = account.templates().page(after, HEADS_AT_ONCE).await?;
    let last = heads.last().map(|head| head.id);
    Ok((last, heads.into_iter().filter(wanted).collect()))
}

impl Rows for TemplateRows {
    fn next(&mut self) -> BoxFuture<'_, Result<Vec<Tree>>> {
        Box::pin(async move { Ok(self.next_row().await?.into_iter().collect()) })
    }

    fn count(&mut self) -> BoxFuture<'_, Result<u64>> {
        Box::pin(async move {
            let account = self.context.account(self.account);
            let (mut count, mut after) = (0, TemplateId(0));
            loop {
                let (next, heads) = page(account, after, self.wanted).await?;
                let Some(next) = next else { return Ok(count) };
                after = next;
                count += u64::try_from(heads.len()).unwrap_or(u64::MAX);
            }
        })
    }
}
