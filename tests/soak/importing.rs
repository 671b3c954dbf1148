//! The imports of a client: one at a time, followed to its end.

use std::sync::atomic::Ordering;
use std::thread::sleep;
use std::time::Duration;

use serde_json::{Value, json};

use super::client::{Client, NAMES, Watch};
use super::faces::json as rest;
use super::imports::{self, Import, WAYS, Way};
use super::model::Standing;
use super::support::random::Random;
use super::wire::Manner;

/// Most rows of a file.
const ROWS: usize = 60;
/// How often one who waits asks how far it is.
const AGAIN: Duration = Duration::from_millis(20);

impl Client<'_> {
    pub fn start_import(&mut self, random: &mut Random) {
        let way = *random.pick(&WAYS);
        let list = *random.pick(&self.lists);
        let (from, count) = (random.index(self.slots.len()), 1 + random.index(ROWS));
        if self.import.is_some() {
            return;
        }
        let mut import =
            Import { way, list, rows: Vec::new(), holds: Vec::new(), id: String::new() };
        for index in (0..self.slots.len()).cycle().skip(from).take(count.min(self.slots.len())) {
            let slot = &self.slots[index];
            let Some(person) = slot.certain() else { continue };
            // Selzy's imports update also who has left.
            if way == Way::Selzy
                && matches!(person.standing, Standing::Unsubscribed | Standing::HardBounced)
            {
                continue;
            }
            let first = format!("{} {}", random.pick(&NAMES), self.step);
            let (row, after) = imports::row(person, &slot.address, &first, list);
            import.rows.push(row);
            import.holds.push((index, after));
        }
        import.spoil(random);
        if import.rows.is_empty() {
            return;
        }
        if way == Way::Which50 {
            let path = format!("/Which50API/contactLists/{list}/import");
            let fields = json!({ "FieldNames": ["Email", "FirstName"] });
            let request = rest(self.logins, "POST", &path, &fields);
            let Some(reply) = self.make(&request, Manner::Kept) else { return };
            let said: Value = serde_json::from_str(&reply.body).unwrap_or_default();
            if reply.status != 200 || !said["Id"].is_u64() {
                self.fail("no import is made", &reply.body, &request);
            }
            import.id = said["Id"].to_string();
        }
        let request = import.upload(self.logins);
        // A file that is torn off is no import.
        let manner = if random.once_in(8) { Manner::GoneWithinRequest } else { Manner::Kept };
        let answered = self.make(&request, manner);
        if manner == Manner::GoneWithinRequest {
            return;
        }
        for (index, after) in &import.holds {
            let slot = &mut self.slots[*index];
            slot.remember(format!("{}: {:?} import", self.step, import.way));
            slot.people.push(after.clone());
            slot.is_held = true;
        }
        // Without an answer the addresses stay in doubt until all imports have ended.
        let Some(reply) = answered else { return };
        match import.accepted(&reply) {
            Err(why) => {
                self.fail(&why, &format!("{} {}", reply.status, reply.body), &request);
            }
            Ok(true) => self.finish(import),
            Ok(false) => self.import = Some(import),
        }
    }

    pub fn follow_import(&mut self, random: &mut Random) {
        let Some(import) = self.import.take() else { return };
        let request = import.progress(self.logins, random);
        let Some(reply) = self.make(&request, Manner::Kept) else {
            self.import = Some(import);
            return;
        };
        match import.is_ended(&reply) {
            Err(why) => self.fail(&why, &format!("{} {}", reply.status, reply.body), &request),
            Ok(false) => self.import = Some(import),
            Ok(true) => {
                if import.way != Way::Which50 {
                    self.ensure_reported(&import, random);
                }
                self.finish(import);
            }
        }
    }

    fn ensure_reported(&mut self, import: &Import, random: &mut Random) {
        let request = import.report(self.logins, random);
        let reply = self.ask(&request);
        if let Err(why) = import.judge_report(&reply) {
            self.fail(&why, &format!("{}\n{import:?}", reply.body), &request);
        }
        let request = import.faults_file(self.logins, random);
        let reply = self.ask(&request);
        if let Err(why) = import.judge_faults_file(&reply) {
            self.fail(&why, &reply.body, &request);
        }
    }

    fn finish(&mut self, import: Import) {
        self.imported += import.rows.len();
        *self.tally.entry(format!("{:?} import", import.way)).or_default() += 1;
        for (index, after) in import.holds {
            self.slots[index].remember(format!("{}: import ended", self.step));
            self.slots[index].set(after);
        }
    }

    /// Whether an import of its own is under way.
    pub fn wait_for_import(&mut self) {
        let _watch = Watch(&self.common.failed);
        let mut random = Random::of(self.common.seed, self.number, u64::MAX);
        while self.import.is_some() && !self.common.failed.load(Ordering::Relaxed) {
            self.follow_import(&mut random);
            sleep(AGAIN);
        }
        self.line.hang_up();
    }
}
