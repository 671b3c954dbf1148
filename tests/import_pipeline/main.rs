//! Imports from the accepted file to counters, contacts and faults file, over each engine.

#[cfg(test)]
mod batched;
#[cfg(test)]
mod extras;
#[cfg(test)]
mod files;
#[cfg(test)]
mod intake;
#[cfg(test)]
mod merging;
#[cfg(test)]
mod reasons;
#[cfg(test)]
mod resuming;
#[cfg(test)]
mod retention;
#[cfg(test)]
mod statuses;
#[cfg(test)]
mod support;
