//! XML that is a trap, or no XML: each file of `xml-fixtures/hostile/xml` to each face that reads XML.
//!
//! In a file `<call>` stands for the outer elements of a call of that face.

use std::fs;
use std::path::{Path, PathBuf};

use super::case::{Case, Expected, Form, answered, refused};
use super::gateway::{Gateway, SOAP11, SOAP12, empower};

/// A file, why it is hostile, and what its refusal says where faces say what is wrong.
type Row = (&'static str, &'static str, &'static str);

/// No refusal of the document: it is read as if it were whole, and its call is answered.
const TAKEN: &str = "taken";
/// What is wrong first depends on what the call has in this place.
const ANY: &str = "";

const DOCTYPE: &str = "a document type declaration is not allowed";
const ENTITY: &str = "only the five predefined entities are known";
const MALFORMED: &str = "the document is not well-formed";
const TRUNCATED: &str = "the document ends too early";
const TRAILING: &str = "something follows the end of the document";
const DECLARATION: &str = "a namespace declaration is not allowed";

const ROWS: &[Row] = &[
    ("external-entity-file", "reads a file of the server into the reply", DOCTYPE),
    ("external-entity-http", "makes the server call the cloud's metadata service", DOCTYPE),
    ("external-entity-php", "reads source code through a PHP stream filter", DOCTYPE),
    ("parameter-entity", "fetches a DTD of the attacker's", DOCTYPE),
    ("blind-exfiltration", "sends a file away in a URL without any reply", DOCTYPE),
    ("external-dtd", "fetches a DTD before the document is read", DOCTYPE),
    ("public-dtd", "reads a DTD from the disk by a public name", DOCTYPE),
    ("entity-laughs", "expands to a gigabyte", DOCTYPE),
    ("entity-parameter-laughs", "expands declarations without end", DOCTYPE),
    ("entity-recursive", "expands for ever", DOCTYPE),
    ("entity-in-attribute", "expands within attributes", DOCTYPE),
    ("attribute-defaults", "adds attributes that nobody sent", DOCTYPE),
    ("notation", "names a program as the reader of an entity", DOCTYPE),
    ("doctype-in-small-letters", "slips past a filter that looks for <!DOCTYPE", DOCTYPE),
    ("doctype-behind-comment", "slips past a filter that looks at the beginning", DOCTYPE),
    ("doctype-within-element", "slips past a check of the prolog", DOCTYPE),
    ("doctype-unclosed", "keeps a reader looking for the end of the DTD", DOCTYPE),
    ("entity-undeclared", "may be resolved by a reader that has a catalog", ENTITY),
    ("reference-to-nul", "cuts texts short in programs in C", TAKEN),
    ("reference-to-surrogate", "is half a character", MALFORMED),
    ("reference-beyond-unicode", "is no character", MALFORMED),
    ("reference-that-overflows", "is `A` in 64 bits and no character otherwise", MALFORMED),
    ("reference-unclosed", "is read by some and refused by others", MALFORMED),
    ("ampersand-alone", "is read by some and refused by others", MALFORMED),
    ("less-in-attribute", "is markup to a filter and a value to a reader", MALFORMED),
    (
        "attribute-twice",
        "is checked by its first value and used by its second",
        "an attribute occurs twice",
    ),
    ("attribute-twice-by-prefix", "has one name by two prefixes", "an attribute occurs twice"),
    ("attribute-unquoted", "is HTML", MALFORMED),
    ("prefix-undeclared", "has no namespace, or anybody's", "a namespace prefix is not declared"),
    ("prefix-xmlns-declared", "declares what may not be declared", DECLARATION),
    ("prefix-xml-redeclared", "moves xml:lang into another namespace", DECLARATION),
    ("prefix-undone", "undoes a prefix, which only XML 1.1 can", DECLARATION),
    ("tags-crossed", "closes what is not open", ANY),
    ("end-without-start", "closes what is not open", MALFORMED),
    ("two-roots", "hides a second document behind the first", TRAILING),
    ("text-behind-root", "hides something behind the document", TRAILING),
    ("declaration-twice", "changes the encoding half-way", TAKEN),
    ("comment-with-two-dashes", "ends early for some readers", TAKEN),
    ("cdata-end-in-text", "ends a section that was not begun", TAKEN),
    ("cdata-unclosed", "hides the rest of the document", TRUNCATED),
    ("comment-unclosed", "hides the rest of the document", TRUNCATED),
    ("instruction-unclosed", "hides the rest of the document", TRUNCATED),
    ("name-begins-with-digit", "is no name", "a name is not a valid XML name"),
    ("colon-alone", "is a prefix without a name", "a name is not a valid XML name"),
];

/// The faces that read XML.
pub const DOORS: [Form; 6] =
    [Form::Soap11, Form::Soap12, Form::RestXml, Form::Empower, Form::XmlRpc, Form::Which50Xml];

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    assert_files_are_listed();
    let each = ROWS.iter().flat_map(|row| DOORS.map(|door| case(gateway, row, door)));
    each.chain(soap_files(gateway)).collect()
}

fn case(gateway: &Gateway, (file, why, problem): &Row, door: Form) -> Case {
    let document = within(gateway, door, &read("xml", file));
    let wire = post(gateway, door, document.as_bytes());
    let expected = if *problem == TAKEN { taken(door) } else { problem_in(door, problem) };
    Case::new(format!("{file} to {door:?}"), why, door, wire, expected)
}

/// How a face says that a document is not one that it reads.
pub fn problem_in(door: Form, problem: &'static str) -> Expected {
    match door {
        Form::RestXml => refused(door, 400, "Error: ERROR_MALFORMED_REQUEST"),
        Form::Which50Xml => refused(door, 400, "The request is invalid."),
        Form::Empower | Form::XmlRpc => refused(door, 200, problem),
        _ => refused(door, 500, problem),
    }
}

/// What the call is answered when its text is `a` or so, which is no address.
fn taken(door: Form) -> Expected {
    match door {
        Form::RestXml => refused(door, 400, "Email is not a valid email address."),
        Form::Empower | Form::XmlRpc => answered("Invalid"),
        Form::Which50Xml => answered("<ImportJob "),
        _ => refused(door, 500, "Email is not a valid email address."),
    }
}

/// Puts the outer elements of a call in the place of `<call>`.
pub fn within(gateway: &Gateway, door: Form, document: &str) -> String {
    let (head, tail) = outer(gateway, door);
    document.replace("<call>", &head).replace("</call>", &tail)
}

/// What stands around one text of a call that the face answers.
fn outer(gateway: &Gateway, door: Form) -> (String, String) {
    let whole = match door {
        Form::Soap11 | Form::Soap12 => {
            let namespace = if door == Form::Soap12 { SOAP12 } else { SOAP11 };
            format!(
                "<s:Envelope xmlns:s=\"{namespace}\"><s:Body><GetContactByEmail \
                 xmlns=\"http://apiconnector.com/v2\"><email>|</email></GetContactByEmail></s:Body>\
                 </s:Envelope>"
            )
        }
        Form::RestXml => "<ApiContact><Email>|</Email></ApiContact>".to_owned(),
        Form::Empower => gateway.api("utilities.checkEmail", "<email>|</email>"),
        Form::XmlRpc => "<methodCall><methodName>utilities.checkEmail</methodName><params><param>\
                         <value>|</value></param></params></methodCall>"
            .to_owned(),
        _ => "<ImportJobCreateRequest xmlns=\"http://schemas.datacontract.org/2004/07/\
              W50API.Controllers\"><FieldNames xmlns:a=\"http://schemas.microsoft.com/2003/10/\
              Serialization/Arrays\"><a:string>|</a:string></FieldNames></ImportJobCreateRequest>"
            .to_owned(),
    };
    let (head, tail) = whole.split_once('|').unwrap();
    (head.to_owned(), tail.to_owned())
}

/// Posts a document to where the face reads XML.
pub fn post(gateway: &Gateway, door: Form, document: &[u8]) -> Vec<u8> {
    match door {
        Form::Soap11 | Form::Soap12 => gateway.soap(door, document),
        Form::RestXml => gateway.rest("/v2/contacts", "application/xml", document),
        Form::Empower => empower("text/xml", document),
        Form::XmlRpc => gateway.xml_rpc(document),
        _ => gateway.which50("/contactLists/3/import", "application/xml", document),
    }
}

/// Each file of `xml-fixtures/hostile/soap`: why, and what its fault says.
const SOAP_FILES: &[Row] = &[
    ("doctype", "has a document type", "document type"),
    ("entity-bomb", "expands to gigabytes", "document type"),
    ("external-entity", "reads a file", "document type"),
    ("unknown-entity", "uses what is not declared", "entities"),
    ("cut-short", "lost its end on the way", "ends too early"),
    ("invalid-utf8", "is no text", "not valid in their encoding"),
    ("base64-rubbish", "decodes to whatever a lenient decoder makes of it", "base64"),
    ("base64-of-nothing", "imports nothing", "ERROR_"),
    ("unknown-guid", "guesses at another's import", "Error: ERROR_IMPORT_NOT_FOUND"),
    ("malformed-guid", "is no id", "guid"),
    ("wrong-enum", "is a number that no name has", "ApiContactOptInTypes"),
    ("missing-member", "leaves out what decides", "Type"),
    ("wrong-number", "is beyond 32 bits", "xs:int"),
    ("wrong-date", "is a day that no calendar has", "xs:dateTime"),
    ("wrong-namespace", "is somebody else's operation of the same name", "ContractFilter mismatch"),
    ("no-namespace", "is nobody's envelope", "The request is not a SOAP envelope"),
    ("undeclared-prefix", "has no namespace", "prefix"),
    ("not-xml", "is no document", "not well-formed"),
    ("empty", "is nothing", "document is empty"),
];

fn soap_files(gateway: &Gateway) -> Vec<Case> {
    let of = |(file, why, says): &Row| {
        let body = fs::read(folder("soap").join(file).with_extension("xml")).unwrap();
        let wire = gateway.soap(Form::Soap11, body);
        Case::new(format!("soap/{file}"), why, Form::Soap11, wire, refused(Form::Soap11, 500, says))
    };
    let mut cases: Vec<Case> = SOAP_FILES.iter().map(of).collect();
    // Programs give ids to stylesheets and schemas; nobody follows them here.
    let odd = "<?xml version=\"1.0\"?><?xml-stylesheet href=\"http://attacker.example/x.xsl\" \
               type=\"text/xsl\"?><call>ann@b.example</call>";
    let body = within(gateway, Form::Soap11, odd);
    let why = "asks for a style sheet of the attacker's";
    let expected = refused(Form::Soap11, 500, "ERROR_CONTACT_NOT_FOUND");
    let wire = gateway.soap(Form::Soap11, body);
    cases.push(Case::new("a style sheet is passed over", why, Form::Soap11, wire, expected));
    let schema = within(gateway, Form::XmlRpc, "<call>a@b.example</call>").replace(
        "<methodCall>",
        "<methodCall xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" \
         xsi:schemaLocation=\"urn:a http://attacker.example/x.xsd\">",
    );
    let why = "asks for a schema of the attacker's";
    let wire = gateway.xml_rpc(schema);
    cases.push(Case::new("a schema is passed over", why, Form::XmlRpc, wire, answered("Valid")));
    let include = "<call><xi:include xmlns:xi=\"http://www.w3.org/2001/XInclude\" \
                   href=\"file:///etc/passwd\" parse=\"text\"/></call>";
    for door in [Form::Soap11, Form::RestXml, Form::Empower, Form::XmlRpc, Form::Which50Xml] {
        let wire = post(gateway, door, within(gateway, door, include).as_bytes());
        let why = "includes a file where XInclude is understood";
        let expected = match door {
            Form::Empower => answered("<email></email>"),
            Form::RestXml => refused(door, 400, "email is not valid. ERROR_PARAMETER_INVALID"),
            Form::Which50Xml => refused(door, 417, "the data field is not valid"),
            _ => problem_in(door, "an element stands where only text may be"),
        };
        cases.push(Case::new(format!("xinclude to {door:?}"), why, door, wire, expected));
    }
    cases
}

fn read(folder_name: &str, file: &str) -> String {
    fs::read_to_string(folder(folder_name).join(file).with_extension("xml")).unwrap()
}

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("xml-fixtures/hostile").join(name)
}

fn assert_files_are_listed() {
    for (name, rows) in [("xml", ROWS), ("soap", SOAP_FILES)] {
        for entry in fs::read_dir(folder(name)).unwrap() {
            let path = entry.unwrap().path();
            let file = path.file_stem().unwrap().to_str().unwrap();
            assert!(rows.iter().any(|(listed, ..)| *listed == file), "{file} is sent to nobody");
        }
    }
}
