//! Answers `GET`: the WSDL in its forms, the schemas, the help page. No credentials are needed,
//! since clients fetch these before they have any.

use http::StatusCode;

use super::help;
use super::model::Contract;
use super::render::Form;
use crate::protocol::http::{Head, Reply};
use crate::protocol::soap::service::Service;

/// Name of these pages among the operations, in metrics and logs.
pub const METADATA: &str = "metadata";

const XML: &str = "text/xml; charset=utf-8";
const HTML: &str = "text/html; charset=utf-8";

/// What a `GET` asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Asked {
    Wsdl(Form),
    Schema(usize),
    Help,
    /// A schema whose number is none.
    Nothing,
}

/// Answers a `GET` or `HEAD` of the service's address.
pub fn serve<S: Service>(service: &S, head: &Head) -> Reply {
    let contract = Contract::of(service, service.edition(head));
    let address = format!("{}{}", head.base_url, head.path);
    match asked(&head.query) {
        Asked::Wsdl(form) => Reply::new(StatusCode::OK, XML, contract.render(form, &address)),
        Asked::Help => Reply::new(StatusCode::OK, HTML, help::page(&contract, &address)),
        Asked::Schema(index) => match contract.render_schema(index, &address) {
            Some(schema) => Reply::new(StatusCode::OK, XML, schema),
            None => not_found(),
        },
        Asked::Nothing => not_found(),
    }
    .for_operation(METADATA)
}

fn not_found() -> Reply {
    Reply::new(StatusCode::NOT_FOUND, "text/plain; charset=utf-8", "There is no such schema.\n")
}

/// The first parameter that means something decides; anything else is a bare `GET`.
fn asked(query: &str) -> Asked {
    let mut asked = query.split('&').filter_map(|parameter| {
        let (name, value) = parameter.split_once('=').unwrap_or((parameter, ""));
        match name.to_ascii_lowercase().as_str() {
            "wsdl" => Some(Asked::Wsdl(Form::Split)),
            "singlewsdl" => Some(Asked::Wsdl(Form::Single)),
            "xsd" => Some(schema(value)),
            "help" => Some(Asked::Help),
            _ => None,
        }
    });
    asked.next().unwrap_or(Asked::Wsdl(Form::Single))
}

fn schema(value: &str) -> Asked {
    let number = value.to_ascii_lowercase();
    let number = number.strip_prefix("xsd").and_then(|number| number.parse().ok());
    number.map_or(Asked::Nothing, Asked::Schema)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_asks_for_a_document_in_any_case() {
        assert_eq!(asked(""), Asked::Wsdl(Form::Single));
        assert_eq!(asked("wsdl"), Asked::Wsdl(Form::Split));
        assert_eq!(asked("WSDL="), Asked::Wsdl(Form::Split));
        assert_eq!(asked("singleWsdl"), Asked::Wsdl(Form::Single));
        assert_eq!(asked("xsd=xsd3"), Asked::Schema(3));
        assert_eq!(asked("xsd=3"), Asked::Nothing);
        assert_eq!(asked("_=1&help"), Asked::Help);
        assert_eq!(asked("_=1"), Asked::Wsdl(Form::Single));
    }
}
