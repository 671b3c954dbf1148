//! The HTTP server alone, with a small face behind it, seen through raw sockets.

mod addresses;
mod bodies;
mod connections;
mod expect;
mod lifecycle;
mod malformed;
mod own_pages;
mod support;
mod timing;
mod tls;
