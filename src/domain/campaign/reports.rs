//! Campaigns by what happened with them.

use jiff::Timestamp;

use super::{Campaign, CampaignKind, Campaigns};
use crate::domain::activity::{Between, Counts, Message};
use crate::domain::error::Result;
use crate::domain::ids::ListId;
use crate::domain::paging::{MAX_PAGE, Page};

impl Campaigns<'_> {
    /// A page of the campaigns that were ever sent to a list, the oldest first.
    /// [`Refusal::ListNotFound`](crate::domain::Refusal::ListNotFound).
    pub async fn sent_to(self, list: ListId, page: Page) -> Result<Vec<Campaign>> {
        self.account.lists().get(list).await?;
        let is_it = |one: &Campaign| one.sent.is_some() && one.lists.contains(&list);
        self.listing(page, is_it).await
    }

    /// A page of the sent campaigns with which something but their sending happened from `since`
    /// on, the oldest first.
    pub async fn active_since(self, since: Timestamp, page: Page) -> Result<Vec<Campaign>> {
        let mut found = Vec::new();
        let activities = self.account.activities();
        for campaign in self.all(|one| one.sent.is_some()).await? {
            if found.len() >= page.skip().saturating_add(page.select()) {
                break;
            }
            if activities.any_since(Message::Campaign(campaign.id), since).await? {
                found.push(campaign);
            }
        }
        Ok(page.of(found))
    }

    /// A page of the campaigns with which anything happened between two moments, with its counts;
    /// the oldest first.
    pub async fn metrics(self, between: Between, page: Page) -> Result<Vec<(Campaign, Counts)>> {
        let mut found = Vec::new();
        let activities = self.account.activities();
        for campaign in self.all(|one| one.sent.is_some()).await? {
            if found.len() >= page.skip().saturating_add(page.select()) {
                break;
            }
            let counts = activities.tally(Message::Campaign(campaign.id), between).await?;
            if counts != Counts::default() {
                found.push((campaign, counts));
            }
        }
        Ok(page.of(found))
    }

    /// What is sent to single recipients: direct messages, and campaigns for occasions.
    pub(in crate::domain) async fn transactional(self) -> Result<Vec<Message>> {
        let campaigns = self.all(|one| one.kind() == CampaignKind::Triggered).await?;
        let campaigns = campaigns.into_iter().map(|campaign| Message::Campaign(campaign.id));
        Ok([Message::Direct].into_iter().chain(campaigns).collect())
    }

    async fn all(self, wanted: impl Fn(&Campaign) -> bool) -> Result<Vec<Campaign>> {
        let mut all = Vec::new();
        loop {
            let skip = i32::try_from(all.len()).unwrap_or(i32::MAX);
            let some = self.listing(Page::new(i32::from(MAX_PAGE), skip)?, &wanted).await?;
            let is_last = some.len() < usize::from(MAX_PAGE);
            all.extend(some);
            if is_last {
                return Ok(all);
            }
        }
    }
}
