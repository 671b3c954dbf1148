//! A barrier where sled asks for none.
//!
//! On Linux sled 0.34 takes what it wrote for durable after `sync_file_range`, which starts the
//! writes but neither flushes the disk's own cache nor makes the file's length durable. It then
//! frees the segments that the new data replaces and writes over them: a power cut in that moment
//! loses both. A sync of ours behind a flush comes too late for what sled does by itself, between
//! two flushes. Elsewhere than on Linux sled calls `fsync`.
//!
//! A program that links this crate has a `sync_file_range` of its own, which is `fdatasync`. It is
//! in C, as no Rust of the project is unsafe. `tests/power_cut` fails where it is not in force.
