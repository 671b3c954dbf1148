//! One comparison under way: where it is, what the rules say there, what was found to differ.

use super::path::{Path, Step};
use super::pattern::Pattern;
use super::placeholder::{Expressions, Placeholder, placeholder};
use super::rules::Rules;
use super::schema::Schema;
use super::show;
use super::value::Simple;
use super::{Difference, What};

/// Documents inside texts inside documents: deeper ones are compared as text.
const MOST_EMBEDDED: usize = 4;

/// What it costs to ask one pattern about a place.
const WORK_PER_PATTERN: usize = 4;

/// Walks down two documents at once.
pub(super) struct Walk<'r> {
    rules: &'r Rules,
    schema: Option<&'r dyn Schema>,
    path: Path,
    /// For each rule of `ignore`, whether it met something.
    used: Vec<bool>,
    differences: Vec<Difference>,
    /// Differences beyond the ones kept.
    more: usize,
    /// A trial is under way: nothing is noted but whether there is a difference.
    trial: bool,
    differs: bool,
    /// Steps that may still be made, so that no pair of documents costs too much.
    work: usize,
    gave_up: bool,
    embedded: usize,
    expressions: Expressions,
}

impl<'r> Walk<'r> {
    pub(super) fn new(rules: &'r Rules, schema: Option<&'r dyn Schema>, work: usize) -> Self {
        Self {
            rules,
            schema,
            path: Path::default(),
            used: vec![false; rules.ignore.len()],
            differences: Vec::new(),
            more: 0,
            trial: false,
            differs: false,
            work,
            gave_up: false,
            embedded: 0,
            expressions: Expressions::default(),
        }
    }

    pub(super) fn rules(&self) -> &'r Rules {
        self.rules
    }

    pub(super) fn schema(&self) -> Option<&'r dyn Schema> {
        self.schema
    }

    /// Goes one step down for as long as `at` runs.
    pub(super) fn within<T>(&mut self, step: Step<'_>, at: impl FnOnce(&mut Self) -> T) -> T {
        self.path.push(step);
        let answer = at(self);
        self.path.pop();
        answer
    }

    /// Goes down to the `position`-th of several of one name; `alone` when there is one.
    pub(super) fn within_nth<T>(
        &mut self,
        step: Step<'_>,
        position: usize,
        alone: bool,
        at: impl FnOnce(&mut Self) -> T,
    ) -> T {
        self.within(step, |walk| walk.within(Step::Index { position, alone }, at))
    }

    /// Whether a rule passes over what is here, with everything below. Every place is asked about
    /// once before it is looked into.
    pub(super) fn is_ignored(&mut self) -> bool {
        let rules = self.rules.ignore.len();
        if rules > 0 && !self.spend(rules.saturating_mul(WORK_PER_PATTERN)) {
            return false;
        }
        let mut ignored = false;
        for (pattern, used) in self.rules.ignore.iter().zip(&mut self.used) {
            if pattern.matches(&self.path) {
                *used = true;
                ignored = true;
            }
        }
        ignored
    }

    /// Whether what is below here may stand in any order.
    pub(super) fn is_unordered(&self) -> bool {
        self.rules.unordered.iter().any(|pattern| pattern.matches(&self.path))
    }

    /// The type that the rules give the value here.
    pub(super) fn ruled_type(&self) -> Option<Simple> {
        let named = self.rules.types.iter().find(|(pattern, _)| pattern.matches(&self.path));
        named.map(|(_, simple)| *simple)
    }

    /// The type that the schema gives the value here by the names that lead to it.
    pub(super) fn type_by_names(&self) -> Option<Simple> {
        self.schema?.by_names(&self.path.names()?)
    }

    /// Notes that the documents differ here. Texts are shortened to where they differ.
    pub(super) fn differ(&mut self, what: What, expected: Option<&str>, found: Option<&str>) {
        self.differs = true;
        if self.trial {
            return;
        }
        if self.differences.len() >= self.rules.most.max(1) {
            self.more += 1;
            return;
        }
        let (expected, found) = show::shortened(expected, found);
        self.differences.push(Difference { path: self.path.to_string(), what, expected, found });
    }

    /// Whether nothing that follows can change the outcome: a trial has failed, or work ran out.
    pub(super) fn is_settled(&self) -> bool {
        self.gave_up || (self.trial && self.differs)
    }

    /// Takes so much from the work that is left; `false` when there is not enough, which is
    /// reported once: a comparison that was not finished never says "equal".
    pub(super) fn spend(&mut self, work: usize) -> bool {
        match self.work.checked_sub(work) {
            Some(left) if !self.gave_up => {
                self.work = left;
                true
            }
            _ if self.gave_up => false,
            _ => {
                self.gave_up = true;
                let trial = std::mem::take(&mut self.trial);
                self.differ(What::TooMuch, None, None);
                self.trial = trial;
                false
            }
        }
    }

    /// The work that is left.
    pub(super) fn work_left(&self) -> usize {
        self.work
    }

    /// Whether a comparison finds no difference; nothing is reported.
    pub(super) fn is_same(&mut self, compare: impl FnOnce(&mut Self)) -> bool {
        let before = (self.trial, self.differs);
        (self.trial, self.differs) = (true, false);
        compare(self);
        let same = !self.differs && !self.gave_up;
        (self.trial, self.differs) = before;
        same
    }

    /// Whether this is a trial, in which it is enough to know that there is a difference.
    pub(super) fn is_trial(&self) -> bool {
        self.trial
    }

    /// If the expected text is a placeholder, judges by it and says so. `found` is `None` for what
    /// has no text of its own, such as an object, which only `ignore` stands for.
    pub(super) fn by_placeholder(&mut self, expected: &str, found: Option<&str>) -> bool {
        let Some(placeholder) = placeholder(expected) else { return false };
        let fits = match found {
            Some(found) => self.expressions.fits(placeholder, found),
            None if placeholder == Placeholder::Ignore => Ok(true),
            None => Ok(false),
        };
        match fits {
            Ok(true) => {}
            Ok(false) => self.differ(What::Placeholder, Some(expected), found),
            Err(why) => self.differ(What::BadPlaceholder, Some(expected), Some(why)),
        }
        true
    }

    /// Whether an expected text stands for anything at all, elements and members included.
    pub(super) fn stands_for_anything(expected: &str) -> bool {
        placeholder(expected) == Some(Placeholder::Ignore)
    }

    /// Compares two texts: by placeholder, as `same` says, or by the documents that both spell.
    pub(super) fn value(
        &mut self,
        expected: &str,
        found: &str,
        same: impl FnOnce(&str, &str) -> bool,
    ) {
        if self.by_placeholder(expected, Some(found)) || same(expected, found) {
            return;
        }
        if !self.by_embedded(expected, found) {
            self.differ(What::Value, Some(expected), Some(found));
        }
    }

    /// Compares two texts as the XML or JSON that both spell; `false` when they do not.
    fn by_embedded(&mut self, expected: &str, found: &str) -> bool {
        self.inside("text()", |walk| super::embedded(expected, found, walk))
    }

    /// Goes into a document that is spelled inside a value, unless rules or depth forbid it; says
    /// whether `compare` took the two for documents.
    pub(super) fn inside(
        &mut self,
        into: &'static str,
        compare: impl FnOnce(&mut Self) -> bool,
    ) -> bool {
        if !self.rules.embedded || self.embedded >= MOST_EMBEDDED {
            return false;
        }
        self.embedded += 1;
        let compared = self.within(Step::Into(into), compare);
        self.embedded -= 1;
        compared
    }

    /// Everything that was found, in the order of the expected document.
    pub(super) fn finish(mut self) -> Vec<Difference> {
        if self.more > 0 {
            let found = Some(self.more.to_string());
            let path = "/".to_owned();
            self.differences.push(Difference { path, what: What::More, expected: None, found });
        }
        if self.rules.report_unused {
            let unused = self.rules.ignore.iter().zip(&self.used).filter(|(_, used)| !**used);
            let unused = unused.map(|(pattern, _)| unused_rule(pattern));
            self.differences.extend(unused);
        }
        self.differences
    }
}

fn unused_rule(pattern: &Pattern) -> Difference {
    Difference { path: pattern.to_string(), what: What::UnusedRule, expected: None, found: None }
}
