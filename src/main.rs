//! The `lychgate` program. Everything is in the library; see `lib.rs` for the map.

fn main() {}
