//! `kill -9` at random moments during imports and single calls.
//!
//! After every kill the server starts over the same store. In the end every acknowledged write
//! is there, no contact is there twice, every acknowledged import is finished with the counts of
//! its file, and `store check` finds nothing.

#[cfg(test)]
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

#[cfg(test)]
mod load;

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::load::Load;
    use super::support::random::Random;
    use super::support::{Caller, Server, run_well};

    const KILLS: u32 = 100;
    /// Longest time between a start and its kill, in milliseconds.
    const MAX_LIFE_MS: u64 = 600;

    #[test]
    fn whatever_was_acknowledged_survives_a_hundred_kills() {
        let seed = std::env::var("CRASH_SEED").ok().and_then(|text| text.parse().ok());
        let seed = seed.unwrap_or_else(|| u64::from(std::process::id()));
        println!("CRASH_SEED={seed}");
        let mut random = Random(seed);
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("data");
        let began = Instant::now();

        let first = Server::start(&data, &["--demo"]);
        let demo = Caller::of_demo(&first);
        first.stop();
        let mut load = Load::new(demo.authorization);
        for round in 0..KILLS {
            let server = Server::start(&data, &[]);
            let life = Duration::from_millis(random.below(MAX_LIFE_MS));
            load.run_until_killed(server, life, round);
            if round % 25 == 24 {
                run_well(&["store", "check", "--data", data.to_str().unwrap()]);
            }
        }
        println!("{KILLS} kills in {:.1?}; {}", began.elapsed(), load.summary());
        load.ensure_it_says_something();

        let server = Server::start(&data, &[]);
        load.verify(&server);
        server.stop();
        run_well(&["store", "check", "--data", data.to_str().unwrap()]);
    }
}
