//! The demo: a real import through the server's own SOAP socket, as a program of 2014 would do it.

pub mod soap;
