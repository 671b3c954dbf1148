//! `system.*`: what XML-RPC libraries ask a server about itself, read from the methods' own
//! declarations. None of it needs credentials: it says nothing about any account.

use std::fmt::Write as _;

use super::super::method::{Kind, Method, Need};
use super::super::methods::{self, METHODS};
use crate::protocol::xmlrpc::{Fault, Value, code};

/// Calls others; answered by whoever can.
pub const MULTICALL: &str = "system.multicall";

/// One method of this server itself.
struct Own {
    name: &'static str,
    help: &'static str,
    /// The result's type, then those of the parameters.
    signature: &'static [&'static str],
}

static OWN: &[Own] = &[
    Own {
        name: "system.getCapabilities",
        help: "What this server speaks, each with the address and the version of its specification.",
        signature: &["struct"],
    },
    Own { name: "system.listMethods", help: "The names of all methods.", signature: &["array"] },
    Own {
        name: "system.methodHelp",
        help: "What a method does and takes.",
        signature: &["string", "string"],
    },
    Own {
        name: "system.methodSignature",
        help: "The types of a method's result and parameters.",
        signature: &["array", "string"],
    },
    Own {
        name: MULTICALL,
        help: "Makes several calls, each a struct of methodName and params. Answers for each an \
               array of its one result, or the struct of its fault.",
        signature: &["array", "array"],
    },
];

/// The methods of the server itself.
pub fn own_names() -> impl Iterator<Item = &'static str> {
    OWN.iter().map(|own| own.name)
}

/// The name of a method of the server itself.
pub fn find(name: &str) -> Option<&'static str> {
    OWN.iter().map(|own| own.name).find(|own| *own == name)
}

/// Answers every method that [`find`] finds but [`MULTICALL`].
pub fn answer(name: &'static str, params: &[Value]) -> Result<Value, Fault> {
    let takes_name = matches!(name, "system.methodHelp" | "system.methodSignature");
    let allowed = usize::from(takes_name);
    if params.len() > allowed {
        return Err(Fault::new(code::INVALID_PARAMS, format!("{name} takes {allowed} parameters")));
    }
    match name {
        "system.getCapabilities" => Ok(capabilities()),
        "system.methodHelp" => about(params, |own| own.help.into(), |method| help(method).into()),
        "system.methodSignature" => {
            about(params, |own| types([own.signature.to_vec()]), |method| types(signatures(method)))
        }
        _ => Ok(names()),
    }
}

fn names() -> Value {
    let own = OWN.iter().map(|own| own.name);
    Value::Array(METHODS.iter().map(|method| method.name).chain(own).map(Value::from).collect())
}

/// What is said of the method that the one parameter names.
fn about(
    params: &[Value],
    of_own: impl FnOnce(&Own) -> Value,
    of_method: impl FnOnce(&Method) -> Value,
) -> Result<Value, Fault> {
    let Some(name) = params.first().and_then(Value::as_str) else {
        return Err(Fault::new(code::INVALID_PARAMS, "The name of a method is missing"));
    };
    if let Some(own) = OWN.iter().find(|own| own.name == name) {
        return Ok(of_own(own));
    }
    methods::find(name).map(of_method).ok_or_else(super::unknown_method)
}

fn types(signatures: impl IntoIterator<Item = Vec<&'static str>>) -> Value {
    let array = |types: Vec<&'static str>| types.into_iter().map(Value::from).collect();
    Value::Array(signatures.into_iter().map(|types| Value::Array(array(types))).collect())
}

/// One struct with everything by name; everything by position.
fn signatures(method: &Method) -> [Vec<&'static str>; 2] {
    let by_position = method.args.iter().map(|arg| type_of(arg.kind));
    [vec!["struct", "struct"], std::iter::once("struct").chain(by_position).collect()]
}

fn type_of(kind: Kind) -> &'static str {
    match kind {
        Kind::Text | Kind::List => "string",
        Kind::Number => "int",
        Kind::Flag => "boolean",
        Kind::Date => "dateTime.iso8601",
        Kind::Nested => "struct",
    }
}

fn help(method: &Method) -> String {
    let mut help = method.doc.to_owned();
    for arg in method.args {
        let need = match arg.need {
            Need::Required => "required".to_owned(),
            Need::Optional => "optional".to_owned(),
            Need::OneOf(group) => format!("one of {group}"),
        };
        let kind = type_of(arg.kind);
        // Writing to a String cannot fail.
        write!(help, "\n{} ({kind}, {need}): {}", arg.name, arg.doc).unwrap_or_default();
    }
    help
}

fn capabilities() -> Value {
    let spec = |url: &str, version| {
        Value::fields([("specUrl", url.into()), ("specVersion", Value::Int(version))])
    };
    Value::fields([
        ("xmlrpc", spec("http://www.xmlrpc.com/spec", 1)),
        (
            "faults_interop",
            spec("http://xmlrpc-epi.sourceforge.net/specs/rfc.fault_codes.php", 20_010_516),
        ),
        ("system.multicall", spec("http://www.xmlrpc.com/discuss/msgReader$1208", 1)),
        ("introspection", spec("http://xmlrpc-c.sourceforge.net/xmlrpc-c/introspection.html", 1)),
        ("nil", spec("http://www.ontosys.com/xml-rpc/extensions.php", 20_010_518)),
    ])
}
