//! Wire formats without any vendor in them: HTTP messages, XML, SOAP and WSDL, XML-RPC, PHP's
//! serialized values, compressed bodies, data contracts of .NET.
//!
//! A leaf: nothing here knows contacts, accounts or the store.

pub mod basic;
pub mod coding;
pub mod datacontract;
pub mod form;
pub mod http;
pub mod php;
pub mod rest;
pub mod soap;
pub mod upload;
pub mod xml;
pub mod xmlrpc;
