//! `#[derive(Settings)]`: the names and documentation of a config section's fields.

use proc_macro2::TokenStream;
use quote::quote;
use syn::{Attribute, Data, DeriveInput, Error, Expr, Field, Fields, Lit, LitStr, Meta};

/// Implements `crate::config::Settings` for a struct with named fields.
///
/// `#[setting(example = "…")]` gives the value that the documented example shows for a field
/// whose default is absent.
pub fn derive(input: &DeriveInput) -> Result<TokenStream, Error> {
    let Data::Struct(data) = &input.data else {
        return Err(Error::new_spanned(input, "Settings is for structs"));
    };
    let Fields::Named(fields) = &data.fields else {
        return Err(Error::new_spanned(input, "Settings needs named fields"));
    };
    let name = &input.ident;
    let doc = doc_of(&input.attrs);
    let entries = fields.named.iter().map(entry).collect::<Result<Vec<_>, _>>()?;
    Ok(quote! {
        impl crate::config::Settings for #name {
            const DOC: &'static str = #doc;
            const FIELDS: &'static [crate::config::Field] = &[#(#entries),*];
        }
    })
}

fn entry(field: &Field) -> Result<TokenStream, Error> {
    let Some(ident) = &field.ident else {
        return Err(Error::new_spanned(field, "Settings needs named fields"));
    };
    let name = ident.to_string();
    let doc = doc_of(&field.attrs);
    if doc.is_empty() {
        return Err(Error::new_spanned(field, "a setting needs a doc comment"));
    }
    let example = example_of(&field.attrs)?;
    Ok(quote! { crate::config::Field { name: #name, doc: #doc, example: #example } })
}

fn example_of(attributes: &[Attribute]) -> Result<String, Error> {
    let mut example = String::new();
    for attribute in attributes.iter().filter(|one| one.path().is_ident("setting")) {
        attribute.parse_nested_meta(|meta| {
            if !meta.path.is_ident("example") {
                return Err(meta.error("only `example` is known here"));
            }
            example = meta.value()?.parse::<LitStr>()?.value();
            Ok(())
        })?;
    }
    Ok(example)
}

/// The doc comment's lines, without the leading space of each.
fn doc_of(attributes: &[Attribute]) -> String {
    let lines = attributes.iter().filter_map(|attribute| {
        let Meta::NameValue(pair) = &attribute.meta else { return None };
        let Expr::Lit(literal) = &pair.value else { return None };
        let Lit::Str(text) = &literal.lit else { return None };
        pair.path.is_ident("doc").then(|| {
            let line = text.value();
            line.strip_prefix(' ').unwrap_or(&line).to_owned()
        })
    });
    lines.collect::<Vec<_>>().join("\n")
}
