//! The page for people who open the service's address with `?help`.

use std::fmt::Write as _;

use super::model::{Contract, Element, Message, Occurs, TypeKind};

const HEAD: &str = "<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n\
<meta name=\"viewport\" content=\"width=device-width\">\n<style>\n\
body { font-family: sans-serif; max-width: 60rem; margin: 2rem auto; padding: 0 1rem; }\n\
code { background: #eee; padding: 0 .2rem; }\n\
dt { font-weight: bold; margin-top: 1rem; }\n</style>\n";

/// Operations and types of a contract, with links to the machine's documents.
pub(super) fn page(contract: &Contract, address: &str) -> String {
    let name = escaped(&contract.name);
    let address = escaped(address);
    let doc = escaped(&contract.doc);
    let mut page = format!(
        "{HEAD}<title>{name}</title>\n</head>\n<body>\n<h1>{name}</h1>\n<p>{doc}</p>\n\
         <p>SOAP 1.1 and 1.2 at <code>{address}</code>. WSDL: \
         <a href=\"?singleWsdl\">one document</a>, <a href=\"?wsdl\">with schemas apart</a>. \
         Calls need HTTP Basic or a WS-Security <code>UsernameToken</code>.</p>\n\
         <h2>Operations</h2>\n<dl>\n"
    );
    for operation in &contract.operations {
        let name = escaped(&operation.name);
        let takes = parameters(&operation.request);
        let gives = parameters(&operation.response);
        let doc = escaped(&operation.doc);
        append(
            &mut page,
            format_args!(
                "<dt id=\"{name}\">{name}</dt>\n<dd>{doc} <br>Takes {takes}. Gives {gives}.</dd>\n"
            ),
        );
    }
    page.push_str("</dl>\n<h2>Types</h2>\n<dl>\n");
    for ty in &contract.types {
        let name = escaped(&ty.name.local);
        let content = match &ty.kind {
            TypeKind::Sequence(members) => list(members),
            TypeKind::Enumeration(names) => {
                let names: Vec<_> = names.iter().map(|(name, _)| escaped(name)).collect();
                format!("one of {}", names.join(", "))
            }
            TypeKind::Other => String::new(),
        };
        append(&mut page, format_args!("<dt>{name}</dt>\n<dd>{content}</dd>\n"));
    }
    page.push_str("</dl>\n</body>\n</html>\n");
    page
}

fn parameters(message: &Message) -> String {
    if message.members.is_empty() { "nothing".to_owned() } else { list(&message.members) }
}

fn list(members: &[Element]) -> String {
    let described = members.iter().map(|member| {
        let many = if member.max_occurs == Occurs::Unbounded { " (any number)" } else { "" };
        let (name, ty) = (escaped(&member.name), escaped(&member.ty.local));
        format!("<code>{name}</code>: {ty}{many}")
    });
    described.collect::<Vec<_>>().join(", ")
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

fn append(page: &mut String, line: std::fmt::Arguments<'_>) {
    // Writing to a string cannot fail.
    page.write_fmt(line).unwrap_or_default();
}
