//! Documents that are deep, wide or long, to each face that reads XML or JSON, and torn ones.

use std::time::Duration;

use super::case::{Case, Expected, Form, answered, refused};
use super::documents::{DOORS, post, problem_in, within};
use super::gateway::{Gateway, empower};
use super::make::each;

/// What is too large, why, and what is said of it where faces say what is wrong.
type Row = (&'static str, &'static str, &'static str, fn() -> String);

/// What is wrong first depends on what the call has in this place: most have no elements there.
const ANY: &str = "";

const ROWS: &[Row] = &[
    ("100,000 levels", "overflows the stack of a reader that calls itself", ANY, || {
        format!("<call>{}{}</call>", "<a>".repeat(100_000), "</a>".repeat(100_000))
    }),
    ("100,000 levels unclosed", "overflows the stack", ANY, || {
        format!("<call>{}", "<a>".repeat(100_000))
    }),
    ("100,000 attributes", "is compared each with each", "more than 256 attributes", || {
        format!("<call><a{}/></call>", each(100_000, |n| format!(" a{n}=\"\"")))
    }),
    (
        "10,000 prefixes on one element",
        "is looked up by walking",
        "more than 200 namespace",
        || format!("<call><a{}/></call>", each(10_000, |n| format!(" xmlns:p{n}=\"urn:{n}\""))),
    ),
    ("10,000 prefixes on the way down", "is kept for every level", ANY, || {
        let element = format!("<a{}>", each(10, |n| format!(" xmlns:p{n}=\"urn:{n}\"")));
        format!("<call>{}</call>", element.repeat(1_000))
    }),
    (
        "a name of a megabyte",
        "is copied wherever it is named",
        "more than 1000 bytes of a name",
        || format!("<call><{}/></call>", "n".repeat(1 << 20)),
    ),
    ("an attribute's name of a megabyte", "is copied", "more than 1000 bytes of a name", || {
        format!("<call><a {}=\"\"/></call>", "n".repeat(1 << 20))
    }),
    ("a prefix of a megabyte", "is copied", "more than 1000 bytes of a name", || {
        format!("<call><a xmlns:{}=\"urn:a\"/></call>", "n".repeat(1 << 20))
    }),
];

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let mut cases: Vec<Case> =
        ROWS.iter().flat_map(|row| DOORS.map(|door| of_row(gateway, row, door))).collect();
    cases.extend(taken(gateway));
    cases.extend(wide(gateway));
    cases.extend(torn(gateway));
    cases.extend(in_headers(gateway));
    cases
}

fn of_row(gateway: &Gateway, (name, why, problem, make): &Row, door: Form) -> Case {
    let wire = post(gateway, door, within(gateway, door, &make()).as_bytes());
    Case::new(format!("{name} to {door:?}"), why, door, wire, problem_in(door, problem))
}

/// What is long and no more than that: it is read in one pass and copied nowhere.
fn taken(gateway: &Gateway) -> Vec<Case> {
    let rows: [(&str, &str, String); 5] = [
        ("a comment of 8 MB", "keeps a reader busy", format!("<!--{}-->", "c".repeat(8 << 20))),
        ("an instruction of 8 MB", "keeps a reader busy", format!("<?a {}?>", "c".repeat(8 << 20))),
        ("100,000 comments", "is an event each", "<!--c-->".repeat(100_000)),
        ("100,000 sections", "joins texts again and again", "<![CDATA[]]>".repeat(100_000)),
        ("100,000 references", "grows a text letter by letter", "&#32;".repeat(100_000)),
    ];
    let of = |(name, why, inside): (&str, &'static str, String)| {
        let document = format!("<call>a@b.example{inside}</call>");
        let body = within(gateway, Form::Empower, &document);
        let wire = empower("text/xml", body);
        Case::new(format!("{name} to Empower"), why, Form::Empower, wire, answered("Valid"))
    };
    rows.map(of).into()
}

/// More elements than any document has.
fn wide(gateway: &Gateway) -> Vec<Case> {
    let wide = format!("<call>{}</call>", "<a/>".repeat(400_000));
    let doors = [Form::Soap11, Form::RestXml, Form::Empower, Form::XmlRpc];
    let mut cases: Vec<Case> = doors
        .map(|door| {
            let wire = post(gateway, door, within(gateway, door, &wide).as_bytes());
            let expected = match door {
                Form::Empower => refused(door, 200, "more than 200000 elements"),
                Form::RestXml => refused(door, 400, "email is not valid"),
                _ => problem_in(door, ANY),
            };
            let why = "makes a tree of a million nodes";
            let case =
                Case::new(format!("400,000 elements to {door:?}"), why, door, wire, expected);
            case.costing(Duration::from_secs(1), 64 << 20)
        })
        .into();
    let members = "<member><name>a</name><value/></member>".repeat(100_000);
    let call = format!(
        "<methodCall><methodName>utilities.checkEmail</methodName><params><param><value><struct>\
         {members}</struct></value></param></params></methodCall>"
    );
    let expected = refused(Form::XmlRpc, 200, "more than 200000 elements");
    let why = "makes a struct of 100,000 members of one name";
    cases.push(Case::new("100,000 members", why, Form::XmlRpc, gateway.xml_rpc(call), expected));
    let calls =
        "<methodCall><methodName>utilities.checkEmail</methodName></methodCall>".repeat(5_000);
    let document = format!("<api>{}<data>{calls}</data></api>", gateway.authentication());
    let expected = refused(Form::Empower, 200, "Too many method calls: at most 100");
    let why = "asks for 5,000 calls in one post";
    let wire = empower("text/xml", document);
    cases.push(Case::new("5,000 calls in one post", why, Form::Empower, wire, expected));
    let inner = "<value><struct><member><name>methodName</name><value>utilities.checkEmail</value>\
                 </member><member><name>params</name><value><array><data/></array></value></member>\
                 </struct></value>";
    let call = format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>{}\
         </data></array></value></param></params></methodCall>",
        inner.repeat(5_000)
    );
    let expected = refused(Form::XmlRpc, 200, "");
    let why = "asks for 5,000 calls in one";
    cases.push(Case::new(
        "a multicall of 5,000",
        why,
        Form::XmlRpc,
        gateway.xml_rpc(call),
        expected,
    ));
    let nested = (0..20).fold(String::new(), |inner, _| {
        format!(
            "<value><struct><member><name>methodName</name><value>system.multicall</value></member>\
             <member><name>params</name><value><array><data>{inner}</data></array></value></member>\
             </struct></value>"
        )
    });
    let call = format!(
        "<methodCall><methodName>system.multicall</methodName><params><param><value><array><data>\
         {nested}</data></array></value></param></params></methodCall>"
    );
    let expected = refused(Form::XmlRpc, 200, "levels");
    let why = "calls system.multicall within itself";
    cases.push(Case::new(
        "a multicall of multicalls",
        why,
        Form::XmlRpc,
        gateway.xml_rpc(call),
        expected,
    ));
    cases
}

/// A document that ends anywhere: within a tag, a name, a value, a reference, a section, an end.
fn torn(gateway: &Gateway) -> Vec<Case> {
    let mut cases = Vec::new();
    for door in DOORS {
        let whole =
            within(gateway, door, "<?xml version=\"1.0\"?><call>a&amp;<![CDATA[b]]></call>");
        for tenth in 1..10 {
            let cut = whole.get(..whole.len() * tenth / 10).unwrap();
            let wire = post(gateway, door, cut.as_bytes());
            let name = format!("torn at {tenth} of 10 to {door:?}");
            let why = "lost its end, and half a call must not be done";
            let expected: Expected = match door {
                Form::RestXml => refused(door, 400, "Error: ERROR_MALFORMED_REQUEST"),
                _ => problem_in(door, ANY),
            };
            cases.push(Case::new(name, why, door, wire, expected));
        }
    }
    cases
}

/// The same within a SOAP header, which is read before anybody is known.
fn in_headers(gateway: &Gateway) -> Vec<Case> {
    let deep = format!("{}{}", "<a>".repeat(100_000), "</a>".repeat(100_000));
    let blocks = "<a xmlns=\"urn:a\" s:mustUnderstand=\"1\"/>".repeat(100_000);
    let long = "x".repeat(1 << 20);
    let action =
        format!("<a:Action xmlns:a=\"http://www.w3.org/2005/08/addressing\">{long}</a:Action>");
    let id = format!(
        "<a:MessageID xmlns:a=\"http://www.w3.org/2005/08/addressing\">{long}</a:MessageID>"
    );
    let rows: [(&str, &str, String, &str); 4] = [
        ("100,000 levels in a header", "overflows the stack", deep, "more than 64 levels"),
        ("100,000 header blocks", "is told each by name", blocks, "MustUnderstand"),
        ("an action of a megabyte", "is repeated in the reply", action, ""),
        ("a message id of a megabyte", "is repeated in the reply", id, ""),
    ];
    let of = |(name, why, header, says): (&str, &'static str, String, &'static str)| {
        let header = format!("<s:Header>{header}</s:Header>");
        let body = super::gateway::envelope(Form::Soap11, &header, "<x xmlns=\"urn:none\"/>");
        let wire = gateway.soap(Form::Soap11, body);
        Case::new(name, why, Form::Soap11, wire, refused(Form::Soap11, 500, says))
    };
    rows.map(of).into()
}
