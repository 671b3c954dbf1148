//! `#[derive(XmlRecord)]`: what the macro of this name says at the crate root.

use proc_macro2::TokenStream as Tokens;
use quote::{format_ident, quote};
use syn::meta::ParseNestedMeta;
use syn::{
    Attribute, Data, DeriveInput, Error, Expr, ExprLit, Field, Fields, Ident, Lit, LitInt, LitStr,
    Meta, Path, Result, Token, Variant,
};

/// What `#[xml(…)]` says about a type, a field or a variant.
#[derive(Default)]
struct Options {
    name: Option<LitStr>,
    namespace: Option<Path>,
    required: bool,
    since: Option<LitInt>,
    value: Option<i32>,
}

/// The keys that may stand in one place.
type Keys = &'static [&'static str];

impl Options {
    fn of(attributes: &[Attribute], keys: Keys) -> Result<Self> {
        let mut options = Self::default();
        for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("xml")) {
            attribute.parse_nested_meta(|meta| options.take(&meta, keys))?;
        }
        Ok(options)
    }

    fn take(&mut self, meta: &ParseNestedMeta<'_>, keys: Keys) -> Result<()> {
        let key = meta.path.get_ident().map(Ident::to_string).unwrap_or_default();
        if !keys.contains(&key.as_str()) {
            return Err(meta.error(format!("expected one of: {}", keys.join(", "))));
        }
        match key.as_str() {
            "name" => self.name = Some(meta.value()?.parse()?),
            "ns" => self.namespace = Some(meta.value()?.parse()?),
            "required" => self.required = true,
            "since" => self.since = Some(meta.value()?.parse()?),
            _ => self.value = Some(signed(meta)?),
        }
        Ok(())
    }
}

fn signed(meta: &ParseNestedMeta<'_>) -> Result<i32> {
    let value = meta.value()?;
    let minus = value.parse::<Option<Token![-]>>()?.is_some();
    let number = value.parse::<LitInt>()?.base10_parse::<i32>()?;
    Ok(if minus { -number } else { number })
}

/// The doc comment, its lines joined by spaces.
fn doc(attributes: &[Attribute]) -> String {
    let mut lines = Vec::new();
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident("doc")) {
        if let Meta::NameValue(pair) = &attribute.meta
            && let Expr::Lit(ExprLit { lit: Lit::Str(line), .. }) = &pair.value
        {
            lines.push(line.value().trim().to_owned());
        }
    }
    lines.join(" ").trim().to_owned()
}

pub fn derive(input: &DeriveInput) -> Result<Tokens> {
    if !input.generics.params.is_empty() {
        return Err(Error::new_spanned(&input.generics, "a wire record has no parameters"));
    }
    let options = Options::of(&input.attrs, &["name", "ns"])?;
    let missing = "a wire record needs #[xml(name = \"…\", ns = …)]";
    let (Some(name), Some(namespace)) = (&options.name, &options.namespace) else {
        return Err(Error::new_spanned(&input.ident, missing));
    };
    let (kind, contract, body) = match &input.data {
        Data::Struct(data) => expand_struct(&data.fields, namespace)?,
        Data::Enum(data) => expand_enum(&input.ident, data.variants.iter(), name)?,
        Data::Union(_) => return Err(Error::new_spanned(&input.ident, "a union has no wire form")),
    };
    let (ident, doc) = (&input.ident, doc(&input.attrs));
    let Body { read, absent, write, extra } = body;
    Ok(quote! {
        const _: () = {
            use ::lychgate::protocol::xml as wire;

            #[automatically_derived]
            impl wire::XmlValue for #ident {
                const TYPE: wire::TypeRef =
                    wire::TypeRef::Named(<Self as wire::XmlRecord>::shape);
                const CONTRACT: ::core::option::Option<&'static str> = #contract;

                fn read(
                    xml: &mut wire::Reader<'_>,
                ) -> ::core::result::Result<Self, wire::XmlError> {
                    #read
                }

                fn absent() -> ::core::option::Option<Self> {
                    #absent
                }

                fn write(&self, xml: &mut wire::Writer) {
                    #write
                }
            }

            #[automatically_derived]
            impl wire::XmlRecord for #ident {
                const NAME: &'static str = #name;
                const NAMESPACE: &'static str = #namespace;

                fn shape() -> &'static wire::Shape {
                    static SHAPE: wire::Shape = wire::Shape {
                        name: #name,
                        namespace: #namespace,
                        doc: #doc,
                        kind: #kind,
                    };
                    &SHAPE
                }
            }

            #extra
        };
    })
}

struct Body {
    read: Tokens,
    absent: Tokens,
    write: Tokens,
    extra: Tokens,
}

/// Kind, contract and body of a sequence.
fn expand_struct(fields: &Fields, namespace: &Path) -> Result<(Tokens, Tokens, Body)> {
    let (mut members, mut writes) = (Vec::new(), Vec::new());
    let (mut names, mut idents) = (Vec::new(), Vec::new());
    for field in fields {
        let Some(ident) = &field.ident else {
            return Err(Error::new_spanned(field, "the fields of a wire record have names"));
        };
        let options = Options::of(&field.attrs, &["name", "required", "since"])?;
        let Some(name) = options.name else {
            return Err(Error::new_spanned(ident, "say the wire's name: #[xml(name = \"…\")]"));
        };
        if names.iter().any(|other: &LitStr| other.value() == name.value()) {
            return Err(Error::new_spanned(&name, "two members have this name"));
        }
        let since = options.since.unwrap_or_else(|| LitInt::new("0", name.span()));
        members.push(member(field, &name, options.required, &since));
        writes.push(quote! {
            if #since <= xml.edition() {
                wire::write_member(xml, #namespace, #name, &self.#ident);
            }
        });
        names.push(name);
        idents.push(ident);
    }
    // Named apart from the other names of the body: a field may be called `xml`.
    let found: Vec<_> = idents.iter().map(|ident| format_ident!("found_{ident}")).collect();
    let read = quote! {
        #(let mut #found = ::core::option::Option::None;)*
        while let ::core::option::Option::Some(name) = xml.next_child()? {
            match name.within(#namespace) {
                #(::core::option::Option::Some(#names) => {
                    #found = ::core::option::Option::Some(wire::read_value(xml)?);
                })*
                _ => xml.skip()?,
            }
        }
        ::core::result::Result::Ok(Self {
            #(#idents: wire::found_or_absent(xml, #found, #names)?,)*
        })
    };
    let write = quote! {
        // A record without members writes nothing.
        let _ = &xml;
        #(#writes)*
    };
    let absent = quote!(::core::option::Option::None);
    let contract = quote!(::core::option::Option::Some(#namespace));
    let kind = quote!(wire::Kind::Sequence(&[#(#members),*]));
    Ok((kind, contract, Body { read, absent, write, extra: Tokens::new() }))
}

fn member(field: &Field, name: &LitStr, required: bool, since: &LitInt) -> Tokens {
    let (ty, doc) = (&field.ty, doc(&field.attrs));
    quote! {
        wire::Member {
            name: #name,
            ty: <#ty as wire::XmlValue>::TYPE,
            required: #required,
            since: #since,
            nillable: <#ty as wire::XmlValue>::NILLABLE,
            doc: #doc,
        }
    }
}

/// Kind, contract and body of an enumeration.
fn expand_enum<'v>(
    ident: &Ident,
    variants: impl Iterator<Item = &'v Variant>,
    type_name: &LitStr,
) -> Result<(Tokens, Tokens, Body)> {
    let (mut entries, mut names, mut idents) = (Vec::new(), Vec::new(), Vec::new());
    let mut absent = quote!(::core::option::Option::None);
    let mut next = 0;
    for variant in variants {
        if !matches!(variant.fields, Fields::Unit) {
            return Err(Error::new_spanned(variant, "the variants of a wire enum are plain"));
        }
        let options = Options::of(&variant.attrs, &["name", "value"])?;
        let variant_ident = &variant.ident;
        let own_name = LitStr::new(&variant_ident.to_string(), variant_ident.span());
        let name = options.name.unwrap_or(own_name);
        let (value, doc) = (options.value.unwrap_or(next), doc(&variant.attrs));
        next = value + 1;
        if value == 0 {
            absent = quote!(::core::option::Option::Some(Self::#variant_ident));
        }
        entries.push(quote!(wire::EnumName { name: #name, value: #value, doc: #doc }));
        names.push(name);
        idents.push(variant_ident);
    }
    let read = quote! {
        let text = xml.text()?;
        match <Self as wire::XmlEnum>::from_wire_name(wire::trim(&text)) {
            ::core::option::Option::Some(value) => ::core::result::Result::Ok(value),
            ::core::option::Option::None => ::core::result::Result::Err(
                xml.error_in_left(wire::Problem::NotInEnumeration(#type_name)),
            ),
        }
    };
    let write = quote!(xml.text(wire::XmlEnum::wire_name(*self)););
    let extra = quote! {
        #[automatically_derived]
        impl wire::XmlEnum for #ident {
            const ALL: &'static [Self] = &[#(Self::#idents),*];

            fn wire_name(self) -> &'static str {
                match self {
                    #(Self::#idents => #names,)*
                }
            }
        }
    };
    let contract = quote!(::core::option::Option::None);
    let kind = quote!(wire::Kind::Enumeration(&[#(#entries),*]));
    Ok((kind, contract, Body { read, absent, write, extra }))
}
