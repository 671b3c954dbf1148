//! Disks that are full, read-only or broken, and clocks that jump: every face says so in its own
//! words, what was acknowledged stays, and the server goes on or ends cleanly.

#[cfg(test)]
#[path = "../support/mod.rs"]
#[expect(dead_code, reason = "every user of it needs another part")]
mod support;

#[cfg(test)]
mod broken;
#[cfg(test)]
mod clock;
#[cfg(test)]
mod faces;
#[cfg(test)]
mod folder;
#[cfg(test)]
mod full;
#[cfg(test)]
mod mounted;
