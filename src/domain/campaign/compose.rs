//! Campaigns as stored things: written, changed, copied, listed, deleted.

use super::mailing::KEY_BYTES;
use super::{Campaign, Campaigns, NewMailing};
use crate::domain::edit::Edit;
use crate::domain::error::{Broken, Error, Refusal, Result};
use crate::domain::ids::CampaignId;
use crate::domain::long_text::TextRef;
use crate::domain::paging::Page;
use crate::store::{KeyRange, Order, Record as _, Space, Table, tables};

/// Campaigns read together.
const CAMPAIGNS_AT_ONCE: usize = 200;

/// A campaign with its bodies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    pub campaign: Campaign,
    /// Empty for a campaign without a mailing.
    pub html: String,
    pub plain: String,
}

impl<'a> Campaigns<'a> {
    /// Stores a campaign that is for nobody yet; `audience` and `release` of `new` are not looked
    /// at. [`Refusal::TextTooLong`], [`Refusal::ParameterInvalid`].
    pub async fn compose(self, new: &NewMailing) -> Result<Written> {
        new.ensure_storable()?;
        let new =
            &NewMailing { audience: super::Audience::default(), release: None, ..new.clone() };
        let random = self.random();
        let composed = self.account.change("compose a campaign", async |mut edit| {
            let campaign = self.put_draft(&mut edit, new, random)?;
            Ok((edit, campaign))
        });
        let campaign = composed.await?;
        Ok(Written { campaign, html: new.html.clone(), plain: new.plain.clone() })
    }

    /// A campaign with its bodies.
    pub async fn written(self, id: CampaignId) -> Result<Written> {
        let broken = |error| Error::store("read a campaign's bodies", error);
        // Once more when the bodies were replaced between the two reads.
        for _ in 0..3 {
            let campaign = self.get(id).await?;
            let Some(mailing) = &campaign.mailing else {
                return Ok(Written { campaign, html: String::new(), plain: String::new() });
            };
            let html = mailing.html.read(self.account).await.map_err(broken)?;
            let plain = mailing.plain.read(self.account).await.map_err(broken)?;
            if let (Some(html), Some(plain)) = (html, plain) {
                return Ok(Written { campaign, html, plain });
            }
        }
        Err(Broken::new("read a campaign's bodies", "they are missing").into())
    }

    /// Puts another content in the place of a campaign's. [`Refusal::CampaignNotFound`],
    /// [`Refusal::CampaignReadOnly`] for one that was sent or is to be, and as
    /// [`Campaigns::compose`].
    pub async fn rewrite(self, id: CampaignId, new: &NewMailing) -> Result<Written> {
        new.ensure_storable()?;
        let rewritten =
            self.account.change("change a campaign", |edit| self.rewrite_once(edit, id, new));
        let campaign = rewritten.await?;
        Ok(Written { campaign, html: new.html.clone(), plain: new.plain.clone() })
    }

    async fn rewrite_once(
        self,
        mut edit: Edit<'a>,
        id: CampaignId,
        new: &NewMailing,
    ) -> Result<(Edit<'a>, Campaign)> {
        let (stored, mut campaign) = self.stored(id).await?;
        if !campaign.is_open() {
            return Err(Refusal::CampaignReadOnly.into());
        }
        let now = self.account.context.clock.now();
        let mut mailing = campaign.mailing.take().ok_or(Refusal::CampaignReadOnly)?;
        mailing.html.delete(self.account, &mut edit.batch);
        mailing.plain.delete(self.account, &mut edit.batch);
        let html = TextRef::write(&mut edit, &new.html);
        let plain = TextRef::write(&mut edit, &new.plain);
        mailing.rewrite(new, (html, plain), now);
        let name = if new.name.is_empty() { &new.subject } else { &new.name };
        campaign.name.clone_from(name);
        campaign.mailing = Some(mailing);
        self.replace(&mut edit.batch, stored, &campaign)?;
        Ok((edit, campaign))
    }

    /// A new campaign with the content of another, called `name`.
    pub async fn copy(self, id: CampaignId, name: &str) -> Result<Written> {
        let Written { campaign, html, plain } = self.written(id).await?;
        let mailing = campaign.mailing.ok_or(Refusal::CampaignReadOnly)?;
        let new = NewMailing {
            name: name.to_owned(),
            subject: mailing.subject,
            from_description: mailing.from_description,
            from_email: mailing.from_email,
            reply_email: mailing.reply_email,
            html,
            plain,
            message_notes: mailing.message_notes,
            bill_codes: mailing.bill_codes,
            group: mailing.group,
            track_links: mailing.track_links,
            audience: super::Audience::default(),
            release: None,
            kind: mailing.kind,
            replies: mailing.replies,
            custom_reply_email: mailing.custom_reply_email,
            tags: mailing.tags,
            placeholders: mailing.placeholders,
            message: mailing.message,
        };
        self.compose(&new).await
    }

    /// Takes a campaign away, and what it says. What happened to its messages stays with those who
    /// got them. [`Refusal::CampaignReadOnly`] for one that is being sent, or is to be.
    pub async fn delete(self, id: CampaignId) -> Result<()> {
        self.account.change("delete a campaign", |edit| self.delete_once(edit, id)).await
    }

    async fn delete_once(self, mut edit: Edit<'a>, id: CampaignId) -> Result<(Edit<'a>, ())> {
        let (stored, campaign) = self.stored(id).await?;
        let now = self.account.context.clock.now();
        let waits = campaign.scheduled(now).is_some();
        if waits || campaign.progress(now) == super::Progress::Sending {
            return Err(Refusal::CampaignReadOnly.into());
        }
        if let Some(mailing) = &campaign.mailing {
            mailing.html.delete(self.account, &mut edit.batch);
            mailing.plain.delete(self.account, &mut edit.batch);
        }
        let key = tables::numbered(self.account.id.0, id.0);
        edit.batch.expect(Table::Campaign, key.clone(), Some(stored));
        edit.batch.delete(Table::Campaign, key);
        Ok((edit, ()))
    }

    /// A page of the campaigns that `wanted` says, the oldest first.
    pub async fn listing(
        self,
        page: Page,
        wanted: impl Fn(&Campaign) -> bool,
    ) -> Result<Vec<Campaign>> {
        let broken = |error| Error::store("list campaigns", error);
        let mut range = KeyRange::prefix(tables::account(self.account.id.0));
        let (mut found, mut skip) = (Vec::new(), page.skip());
        let store = &self.account.context.store;
        while found.len() < page.select() {
            let (table, order) = (Table::Campaign, Order::Ascending);
            let some = store.scan(Space::Main, table, range.clone(), order, CAMPAIGNS_AT_ONCE);
            let some = some.await.map_err(broken)?;
            let Some((last, _)) = some.last() else { break };
            range = range.after(last);
            for (_, value) in &some {
                let campaign = Campaign::decode(value).map_err(broken)?;
                if !wanted(&campaign) || found.len() >= page.select() {
                    continue;
                }
                if skip > 0 {
                    skip -= 1;
                } else {
                    found.push(campaign);
                }
            }
        }
        Ok(found)
    }

    pub(super) fn random(self) -> [u8; KEY_BYTES] {
        let mut random = [0; KEY_BYTES];
        self.account.context.ids.fill(&mut random);
        random
    }
}
