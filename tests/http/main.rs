//! The HTTP server alone, with a small face behind it, seen through raw sockets.

#![expect(
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "a test fails by panicking, in what its tests share, too"
)]

mod addresses;
mod arriving;
mod bodies;
mod connections;
mod expect;
mod heard;
mod lifecycle;
mod malformed;
mod own_pages;
mod streams;
mod support;
mod timing;
mod tls;
