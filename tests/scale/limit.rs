//! The busiest hour, second by second, under a load that grows until a queue does not end.

use super::account::{Account, Placement, accounts};
use super::random::Random;
use super::world::{
    CALL_SECONDS, COMMIT_SECONDS, COMMIT_SECONDS_OF_ONE, CONTACTS, DAY_SECONDS, PEAK, Resource,
    World,
};

/// The first load: calls that change something, of a contact in a day.
const FIRST_LOAD: f64 = 0.001;
/// From one load to the next: first to find about where, then to find it.
const STRIDE: f64 = 2.0;
const STEP: f64 = 1.04;
/// A queue grows without bound when it keeps more than this share of what came in the second half.
const KEPT: f64 = 0.02;

/// Busy for this share of the time is busy all the time.
const ALWAYS: f64 = 0.99;

/// Whether a queue of which so many are kept of so many that came grows without bound; a few calls
/// come and go.
fn grows(kept: f64, came: f64) -> bool {
    kept > (KEPT * came).max(4.0 * came.sqrt()).max(8.0)
}

/// The least load at which a queue grows without bound, and what it waits for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Limit {
    pub resource: Resource,
    /// Calls that change something, of each contact in a day.
    pub calls_of_contact: f64,
    /// Of all accounts in a second of the busiest hour.
    pub calls_a_second: f64,
    /// How busy each kind of resource was at the most, as a share of its time.
    pub busy: Busy,
}

#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Busy {
    pub turn: f64,
    pub shard: f64,
    pub gateways: f64,
}

pub fn first_limit(world: &World) -> Limit {
    let accounts = accounts(world);
    let hour = |load: f64| Hour::new(world, &accounts, load).run();
    let mut load = FIRST_LOAD;
    while hour(load * STRIDE).is_none() {
        load *= STRIDE;
    }
    loop {
        if let Some((resource, busy)) = hour(load) {
            let calls_a_second = load * CONTACTS * PEAK / DAY_SECONDS;
            return Limit { resource, calls_of_contact: load, calls_a_second, busy };
        }
        load *= STEP;
    }
}

/// Prints the limit of `world`, and the next ones when each is lifted in turn.
pub fn ladder(world: &World) {
    println!(
        "| what | first to be full | calls of a contact in a day | calls a second, busiest hour | busiest turn, shard, gateways |"
    );
    println!("| --- | --- | --- | --- | --- |");
    let (shards, gateways) = (world.shards, world.gateways);
    let short = World { turn_seconds: COMMIT_SECONDS_OF_ONE, ..world.clone() };
    let none = World { turn_seconds: 0.0, ..world.clone() };
    let placed = World { placement: Placement::LargestFirst, ..none.clone() };
    let more = World { shards: shards * 4, gateways: gateways * 4, ..placed.clone() };
    let equal = World { tail: f64::INFINITY, ..placed.clone() };
    for (what, world) in [
        ("as it is".to_owned(), world.clone()),
        (
            format!("{} shards, {} gateways", shards * 4, gateways * 4),
            World { shards: shards * 4, gateways: gateways * 4, ..world.clone() },
        ),
        ("a turn as short as a commit".to_owned(), short),
        ("no turns".to_owned(), none.clone()),
        ("no turns, largest accounts placed first".to_owned(), placed),
        ("the same, four times the shards and gateways".to_owned(), more),
        ("the same as placed, all accounts equal".to_owned(), equal),
        (
            "no turns, a quarter of the gateways".to_owned(),
            World { gateways: gateways.div_ceil(4), ..none },
        ),
    ] {
        let limit = first_limit(&world);
        let Limit { resource, calls_of_contact, calls_a_second, busy } = limit;
        println!(
            "| {what} | {resource:?} | {calls_of_contact:.3} | {calls_a_second:.0} | {:.0} %, {:.0} %, {:.0} % |",
            busy.turn * 100.0,
            busy.shard * 100.0,
            busy.gateways * 100.0,
        );
    }
}

/// The state of one hour under one load.
struct Hour<'a> {
    world: &'a World,
    accounts: &'a [Account],
    random: Random,
    /// Calls a second that come in, by account, and `exp` of it negated.
    rates: Vec<(f64, f64)>,
    waiting: Vec<f64>,
    /// What each account may do in this second, before shards and gateways are asked.
    wanted: Vec<f64>,
    busy_turns: Vec<f64>,
    busy_shards: Vec<f64>,
    busy_gateways: f64,
}

impl<'a> Hour<'a> {
    fn new(world: &'a World, accounts: &'a [Account], load: f64) -> Self {
        let rate = |account: &Account| {
            let rate = account.contacts * load * PEAK / DAY_SECONDS;
            (rate, (-rate).exp())
        };
        Self {
            world,
            accounts,
            random: Random::of(world.seed, 1, 0),
            rates: accounts.iter().map(rate).collect(),
            waiting: vec![0.0; accounts.len()],
            wanted: vec![0.0; accounts.len()],
            busy_turns: vec![0.0; accounts.len()],
            busy_shards: vec![0.0; world.shards],
            busy_gateways: 0.0,
        }
    }

    /// Runs the hour; says what was too slow, if anything.
    fn run(mut self) -> Option<(Resource, Busy)> {
        let half = self.world.simulated_seconds / 2;
        (0..half).for_each(|_| self.second());
        let before = self.waiting.clone();
        self.busy_turns.fill(0.0);
        self.busy_shards.fill(0.0);
        self.busy_gateways = 0.0;
        (half..self.world.simulated_seconds).for_each(|_| self.second());

        self.too_slow(&before, f64::from(self.world.simulated_seconds - half))
    }

    /// Whose queue has grown in these last seconds, since `before`: of all, of a shard or of an
    /// account. Where a shard or the gateways are not busy all the time, it is not for their sake.
    fn too_slow(&self, before: &[f64], seconds: f64) -> Option<(Resource, Busy)> {
        let mut kept_on_shard = vec![0.0; self.world.shards];
        let mut came_to_shard = vec![0.0; self.world.shards];
        let mut of_account = false;
        for (place, account) in self.accounts.iter().enumerate() {
            let came = self.rates[place].0 * seconds;
            let kept = self.waiting[place] - before[place];
            kept_on_shard[account.shard] += kept;
            came_to_shard[account.shard] += came;
            of_account |= grows(kept, came);
        }
        let most = |times: &[f64]| times.iter().copied().fold(0.0, f64::max) / seconds;
        let busy = Busy {
            turn: most(&self.busy_turns),
            shard: most(&self.busy_shards),
            gateways: self.busy_gateways / seconds,
        };
        let of_gateways = grows(kept_on_shard.iter().sum(), came_to_shard.iter().sum());
        let of_shard = |shard: usize| {
            grows(kept_on_shard[shard], came_to_shard[shard])
                && self.busy_shards[shard] > ALWAYS * seconds
        };
        if of_gateways && busy.gateways > ALWAYS {
            return Some((Resource::Gateway, busy));
        }
        if (0..self.world.shards).any(of_shard) {
            return Some((Resource::Shard, busy));
        }
        (of_account && busy.turn > ALWAYS).then_some((Resource::Turn, busy))
    }

    fn second(&mut self) {
        let mut of_shard = vec![0.0; self.world.shards];
        for (place, account) in self.accounts.iter().enumerate() {
            self.waiting[place] += arrivals(&mut self.random, self.rates[place]);
            let turns = if self.world.turn_seconds > 0.0 {
                1.0 / self.world.turn_seconds
            } else {
                f64::INFINITY
            };
            self.wanted[place] = self.waiting[place].min(turns);
            of_shard[account.shard] += self.wanted[place] * COMMIT_SECONDS;
        }
        // A database and the gateways share their time evenly among the calls that ask for it.
        let shares: Vec<f64> = of_shard.iter().map(|asked| (1.0 / asked).min(1.0)).collect();
        let calls: f64 = of_shard.iter().map(|asked| asked.min(1.0) / COMMIT_SECONDS).sum();
        let asked = calls * CALL_SECONDS / f64::from(self.world.gateways);
        let share = (1.0 / asked).min(1.0);
        self.busy_gateways += asked.min(1.0);
        for (busy, asked) in self.busy_shards.iter_mut().zip(&of_shard) {
            *busy += (asked * share).min(1.0);
        }
        for (place, account) in self.accounts.iter().enumerate() {
            let done = self.wanted[place] * shares[account.shard] * share;
            self.waiting[place] = (self.waiting[place] - done).max(0.0);
            self.busy_turns[place] += done * self.world.turn_seconds;
        }
    }
}

/// How many calls come in within a second, by Poisson's law; as the normal law has it when many do.
fn arrivals(random: &mut Random, (rate, none): (f64, f64)) -> f64 {
    if rate > 30.0 {
        let normal: f64 = (0..12).map(|_| random.unit()).sum::<f64>() - 6.0;
        return (rate + normal * rate.sqrt()).round().max(0.0);
    }
    let mut came = 0.0;
    let mut left = random.unit();
    while left > none {
        left *= random.unit();
        came += 1.0;
    }
    came
}

trait Unit {
    /// From 0 to below 1.
    fn unit(&mut self) -> f64;
}

impl Unit for Random {
    fn unit(&mut self) -> f64 {
        f64::from(u32::try_from(self.below(1 << 32)).unwrap()) / f64::from(u32::MAX)
    }
}
