//! Creating, changing and deleting preferences and categories.

use super::record::{PreferenceRecord, Stored};
use super::{
    Branch, MAX_NAME_CHARS, MAX_PREFERENCES, NewPreference, PlaceAmong, Preference, PreferenceKind,
    Preferences, tree,
};
use crate::domain::edit::Edit;
use crate::domain::error::{Error, Refusal, Result};
use crate::domain::ids::PreferenceId;
use crate::store::{Batch, Table, tables};

/// Blocks of choices deleted in one batch: about 1 MiB.
const CHOICE_BLOCKS_AT_ONCE: usize = 256;

impl<'a> Preferences<'a> {
    /// Creates a preference or a category. [`Refusal::PreferenceInvalid`] without names, for a
    /// category within a category, and past [`MAX_PREFERENCES`]; [`Refusal::PreferenceNotFound`]
    /// when the category is not there.
    pub async fn create(self, new: NewPreference) -> Result<Branch> {
        let new = checked(&new)?;
        self.account.change("create a preference", |edit| self.create_once(edit, &new)).await
    }

    async fn create_once(
        self,
        mut edit: Edit<'a>,
        new: &NewPreference,
    ) -> Result<(Edit<'a>, Branch)> {
        let stored = self.stored().await?;
        if stored.len() >= MAX_PREFERENCES {
            return Err(Refusal::PreferenceInvalid.into());
        }
        let is_category = new.kind.unwrap_or(PreferenceKind::Category) == PreferenceKind::Category;
        let category = new.category.flatten();
        self.ensure_category(&mut edit.batch, &stored, is_category, category)?;
        let now = self.account.context.clock.now();
        let mut record = PreferenceRecord {
            public_name: new.public_name.clone(),
            private_name: new.private_name.clone(),
            is_category,
            order: 0,
            is_public: new.is_public.unwrap_or(true),
            category,
            created: now,
            modified: now,
            leaving: false,
        };
        let id = edit.next_preference();
        let place = new.place.unwrap_or(PlaceAmong::Bottom);
        record.order = self.make_room(&mut edit.batch, &stored, (id, category), place)?;
        self.insert(&mut edit.batch, id, &record)?;
        Ok((edit, Branch { preference: record.seen(id), children: Vec::new() }))
    }

    /// Changes a preference or a category; refused as in [`Preferences::create`], and when one
    /// would become the other.
    pub async fn update(self, id: PreferenceId, new: NewPreference) -> Result<Branch> {
        let new = checked(&new)?;
        self.account.change("update a preference", |edit| self.update_once(edit, id, &new)).await
    }

    async fn update_once(
        self,
        mut edit: Edit<'a>,
        id: PreferenceId,
        new: &NewPreference,
    ) -> Result<(Edit<'a>, Branch)> {
        let stored = self.stored().await?;
        let old = stored.iter().find(|one| one.id == id).ok_or(Refusal::PreferenceNotFound)?;
        let mut record = old.record.clone();
        let is_category = new.kind.map(|kind| kind == PreferenceKind::Category);
        if is_category.is_some_and(|is_category| is_category != record.is_category) {
            return Err(Refusal::PreferenceInvalid.into());
        }
        let category = new.category.unwrap_or(record.category);
        self.ensure_category(&mut edit.batch, &stored, record.is_category, category)?;
        let moves = category != record.category;
        let place = new.place.or(moves.then_some(PlaceAmong::Bottom));
        if let Some(place) = place {
            record.order = self.make_room(&mut edit.batch, &stored, (id, category), place)?;
        }
        if moves {
            self.close_gap(&mut edit.batch, &stored, &[id], record.category)?;
        }
        record.public_name.clone_from(&new.public_name);
        record.private_name.clone_from(&new.private_name);
        record.is_public = new.is_public.unwrap_or(record.is_public);
        record.category = category;
        record.modified = self.account.context.clock.now();
        self.replace(&mut edit.batch, old, &record)?;
        let children = children_of(stored, id);
        Ok((edit, Branch { preference: record.seen(id), children }))
    }

    /// Deletes a preference with what contacts chose of it, or a category with its preferences.
    pub async fn delete(self, id: PreferenceId) -> Result<()> {
        self.account.change("delete a preference", |edit| self.hide(edit, id)).await?;
        self.finish_deletions().await
    }

    /// Hides the preference and, for a category, what is in it.
    async fn hide(self, mut edit: Edit<'a>, id: PreferenceId) -> Result<(Edit<'a>, ())> {
        let stored = self.stored().await?;
        let is_meant = |one: &&Stored| one.id == id || one.record.category == Some(id);
        let meant: Vec<&Stored> = stored.iter().filter(is_meant).collect();
        let found = meant.iter().find(|one| one.id == id).ok_or(Refusal::PreferenceNotFound)?;
        for one in &meant {
            let record = PreferenceRecord { leaving: true, ..one.record.clone() };
            self.replace(&mut edit.batch, one, &record)?;
        }
        let ids: Vec<PreferenceId> = meant.iter().map(|one| one.id).collect();
        self.close_gap(&mut edit.batch, &stored, &ids, found.record.category)?;
        Ok((edit, ()))
    }

    /// Deletes what is hidden, by this or by an earlier process.
    pub(in crate::domain) async fn finish_deletions(self) -> Result<()> {
        for one in self.stored_and_leaving().await? {
            while one.record.leaving
                && self
                    .account
                    .change("delete a preference", |edit| self.delete_part(edit, one.id))
                    .await?
            {}
        }
        Ok(())
    }

    /// Deletes some of the choices of a hidden preference, at last its record; says whether there
    /// is more.
    async fn delete_part(self, mut edit: Edit<'a>, id: PreferenceId) -> Result<(Edit<'a>, bool)> {
        let store = &*self.account.context.store;
        let more = tables::choices(self.account.id.0, id.0)
            .delete_last_blocks(store, &mut edit.batch, CHOICE_BLOCKS_AT_ONCE)
            .await
            .map_err(|error| Error::store("delete choices", error))?;
        if !more {
            edit.batch.delete(Table::Preference, self.key(id));
        }
        Ok((edit, more))
    }

    /// Refuses a category that is none, and one for a category; what is written with `batch`
    /// relies on it.
    fn ensure_category(
        self,
        batch: &mut Batch,
        stored: &[Stored],
        is_category: bool,
        category: Option<PreferenceId>,
    ) -> Result<(), Refusal> {
        let Some(category) = category else { return Ok(()) };
        let found = stored.iter().find(|one| one.id == category);
        let found = found.ok_or(Refusal::PreferenceNotFound)?;
        if is_category || !found.record.is_category {
            return Err(Refusal::PreferenceInvalid);
        }
        self.hold(batch, found);
        Ok(())
    }

    /// Moves those who stand in a category from `place` on, but for `id`, who is to stand there;
    /// says which place that is.
    fn make_room(
        self,
        batch: &mut Batch,
        stored: &[Stored],
        (id, category): (PreferenceId, Option<PreferenceId>),
        place: PlaceAmong,
    ) -> Result<u32> {
        let siblings = siblings(stored, &[id], category);
        let end = u32::try_from(siblings.len()).unwrap_or(u32::MAX);
        let at = match place {
            PlaceAmong::Top => 0,
            PlaceAmong::Bottom => end,
            PlaceAmong::At(at) => at.min(end),
        };
        let places = (0..).map(|place| if place < at { place } else { place + 1 });
        self.renumber(batch, siblings, places)?;
        Ok(at)
    }

    /// Lets those who stay in a category move up when `gone` are not among them any more.
    fn close_gap(
        self,
        batch: &mut Batch,
        stored: &[Stored],
        gone: &[PreferenceId],
        category: Option<PreferenceId>,
    ) -> Result<()> {
        self.renumber(batch, siblings(stored, gone, category), 0..)
    }

    fn renumber(
        self,
        batch: &mut Batch,
        siblings: Vec<&Stored>,
        places: impl Iterator<Item = u32>,
    ) -> Result<()> {
        for (sibling, order) in siblings.into_iter().zip(places) {
            if sibling.record.order != order {
                let record = PreferenceRecord { order, ..sibling.record.clone() };
                self.replace(batch, sibling, &record)?;
            }
        }
        Ok(())
    }
}

/// Who stands in a category, but for `without`, in the order of their places.
fn siblings<'s>(
    stored: &'s [Stored],
    without: &[PreferenceId],
    category: Option<PreferenceId>,
) -> Vec<&'s Stored> {
    let within = |one: &&Stored| one.record.category == category && !without.contains(&one.id);
    let mut siblings: Vec<&Stored> = stored.iter().filter(within).collect();
    siblings.sort_by_key(|one| (one.record.order, one.id));
    siblings
}

fn children_of(stored: Vec<Stored>, id: PreferenceId) -> Vec<Preference> {
    let branch = tree(stored).into_iter().find(|branch| branch.preference.id == id);
    branch.map(|branch| branch.children).unwrap_or_default()
}

/// Trims the names and judges them: neither blank, without control characters, not too long.
fn checked(new: &NewPreference) -> Result<NewPreference, Refusal> {
    let name = |name: &str| {
        let name = name.trim();
        let fits = (1..=MAX_NAME_CHARS).contains(&name.chars().count())
            && !name.chars().any(char::is_control);
        if fits { Ok(name.to_owned()) } else { Err(Refusal::PreferenceInvalid) }
    };
    let (public_name, private_name) = (name(&new.public_name)?, name(&new.private_name)?);
    Ok(NewPreference { public_name, private_name, ..new.clone() })
}
