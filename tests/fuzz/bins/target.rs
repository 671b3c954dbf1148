//! A fuzzer: the target that its name says. Every entry of `Cargo.toml` is this file.

#![no_main]

#[path = "../targets/mod.rs"]
mod targets;
#[path = "../../world/mod.rs"]
#[allow(dead_code)]
mod world;

libfuzzer_sys::fuzz_target!(|data: &[u8]| (targets::named(env!("CARGO_BIN_NAME")).run)(data));
