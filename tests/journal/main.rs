//! The journal and the table of clients of the real binary: over the folder, over the admin API.

#[cfg(test)]
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

#[cfg(test)]
mod calls;
#[cfg(test)]
mod clients;
#[cfg(test)]
mod journal;
