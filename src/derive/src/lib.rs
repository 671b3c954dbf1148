//! Derive macros of Lychgate.

mod record;
mod settings;

use proc_macro::TokenStream;
use syn::{DeriveInput, Error, parse_macro_input};

/// Names and documentation of a config section's fields, for the example and for error messages.
#[proc_macro_derive(Settings, attributes(setting))]
pub fn derive_settings(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    settings::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}

/// Reader, writer and shape of a wire record from one declaration.
///
/// On the type: `#[xml(name = "WireName", ns = PATH_TO_A_CONST)]`. On each field:
/// `#[xml(name = "WireName")]`, with `required` for `minOccurs="1"` and `since = 2014` for a
/// member that older editions of the service do not know. On a variant, where wanted:
/// `#[xml(name = "WireName", value = -1)]`; by default the name is the variant's and the number
/// is one more than that of the variant before.
#[proc_macro_derive(XmlRecord, attributes(xml))]
pub fn derive_xml_record(input: TokenStream) -> TokenStream {
    let input = parse_macro_input!(input as DeriveInput);
    record::derive(&input).unwrap_or_else(Error::into_compile_error).into()
}
