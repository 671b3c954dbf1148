use super::{Call, DateTime, Double, Fault, ResponseWriter, Value, code, read_value};
use crate::protocol::xml::{Limits, Reader, XmlError};

fn value(inside: &str) -> Result<Value, XmlError> {
    let document = format!("<value>{inside}</value>");
    let mut reader = Reader::new(&document, Limits::default());
    reader.root()?;
    let value = read_value(&mut reader)?;
    reader.finish()?;
    Ok(value)
}

fn call(document: &str) -> Result<Call, XmlError> {
    let mut reader = Reader::new(document, Limits::default());
    reader.root()?;
    let call = Call::read(&mut reader)?;
    reader.finish()?;
    Ok(call)
}

fn date_time(text: &str) -> String {
    DateTime::parse(text).map_or_else(|| "refused".to_owned(), |at| at.to_string())
}

#[test]
fn every_type_of_the_specification_is_read() {
    assert_eq!(value("<i4>-12</i4>").unwrap(), Value::Int(-12));
    assert_eq!(value("<int>+7</int>").unwrap(), Value::Int(7));
    assert_eq!(value("<boolean>1</boolean>").unwrap(), Value::Boolean(true));
    assert_eq!(value("<string>a b</string>").unwrap(), Value::from("a b"));
    assert_eq!(value("<double>-12.214</double>").unwrap(), double(-12.214));
    assert_eq!(value("<base64>eW91\r\n IGNh\n</base64>").unwrap(), Value::Base64(b"you ca".into()));
    assert_eq!(value("<array><data/></array>").unwrap(), Value::Array(vec![]));
    assert_eq!(value("<struct/>").unwrap(), Value::Struct(vec![]));
    let at = DateTime::new(jiff::civil::datetime(1998, 7, 17, 14, 8, 55, 0));
    let read = value("<dateTime.iso8601>19980717T14:08:55</dateTime.iso8601>").unwrap();
    assert_eq!(read, Value::DateTime(at));
}

fn double(number: f64) -> Value {
    Value::Double(Double::new(number).unwrap())
}

#[test]
fn the_extensions_are_read_with_and_without_a_namespace() {
    let apache = "xmlns:ex='http://ws.apache.org/xmlrpc/namespaces/extensions'";
    assert_eq!(value("<nil/>").unwrap(), Value::Nil);
    assert_eq!(value(&format!("<ex:nil {apache}/>")).unwrap(), Value::Nil);
    assert_eq!(value("<i8>9000000000</i8>").unwrap(), Value::I8(9_000_000_000));
    assert_eq!(value(&format!("<ex:i8 {apache}>5</ex:i8>")).unwrap(), Value::I8(5));
    assert_eq!(value("<int>9000000000</int>").unwrap(), Value::I8(9_000_000_000));
}

#[test]
fn a_value_without_a_type_is_a_string_with_its_white_space() {
    assert_eq!(value(" a\tb ").unwrap(), Value::from(" a\tb "));
    assert_eq!(value("").unwrap(), Value::from(""));
    assert_eq!(value("<![CDATA[<int>]]>&amp;").unwrap(), Value::from("<int>&"));
}

#[test]
fn white_space_around_a_type_does_not_count_and_within_a_string_it_does() {
    assert_eq!(value("\n  <int> 5\n</int> \n").unwrap(), Value::Int(5));
    assert_eq!(value("\n  <string> 5 </string>\n").unwrap(), Value::from(" 5 "));
}

#[test]
fn a_struct_keeps_its_order_and_the_last_of_equal_names_counts() {
    let members = "<member><name>b</name><value>1</value></member>\
         <member><value><int>2</int></value><name>a</name></member>\
         <member><name>b</name><value>3</value></member>";
    let read = value(&format!("<struct>{members}</struct>")).unwrap();
    let Value::Struct(members) = &read else { panic!("{read:?}") };
    let names: Vec<_> = members.iter().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["b", "a", "b"]);
    assert_eq!(read.member("b"), Some(&Value::from("3")));
    assert_eq!(read.member("c"), None);
}

#[test]
fn what_no_type_allows_is_refused_without_being_repeated() {
    for inside in [
        "secret<int>1</int>",
        "<int>1</int>secret",
        "<int>secret</int>",
        "<int/>",
        "<int>1</int><int>2</int>",
        "<double>nan</double>",
        "<double>1e999</double>",
        "<double>inf</double>",
        "<boolean>2</boolean>",
        "<i8>9223372036854775808</i8>",
        "<base64>secret!</base64>",
        "<nil>secret</nil>",
        "<dateTime.iso8601>20261301T00:00:00</dateTime.iso8601>",
        "<array><value>1</value></array>",
        "<array><data>secret</data></array>",
        "<struct><member><name>a</name></member></struct>",
        "<struct><member><value>a</value></member></struct>",
        "<strange>1</strange>",
    ] {
        let error = value(inside).expect_err(inside);
        assert!(!error.to_string().contains("secret"), "{error}");
        assert_eq!(Fault::from(error).code, code::INVALID_REQUEST, "{inside}");
    }
}

#[test]
fn a_call_is_read_with_and_without_parameters() {
    let read = call("<methodCall> <methodName> system.listMethods </methodName></methodCall>");
    assert_eq!(read.unwrap(), Call { method: "system.listMethods".into(), params: vec![] });
    let read = call(
        "<?xml version=\"1.0\"?>\n<methodCall><params>\n<param><value><i4>41</i4></value></param>\
         <param><value>x</value></param></params><methodName>a.b</methodName></methodCall>\n",
    );
    let params = vec![Value::Int(41), Value::from("x")];
    assert_eq!(read.unwrap(), Call { method: "a.b".into(), params });
}

#[test]
fn a_document_that_is_no_call_is_refused_with_the_code_that_says_so() {
    let codes = [
        ("<methodCall><params/></methodCall>", code::INVALID_REQUEST),
        ("<methodCall><methodName> </methodName></methodCall>", code::INVALID_REQUEST),
        ("<methodCall><methodName>a</methodName><b/></methodCall>", code::INVALID_REQUEST),
        ("<methodCall><methodName>a</methodName>", code::PARSE_ERROR),
        ("<methodCall><methodName>&nope;</methodName></methodCall>", code::PARSE_ERROR),
        ("", code::PARSE_ERROR),
    ];
    for (document, expected) in codes {
        let error = call(document).expect_err(document);
        assert_eq!(Fault::from(error).code, expected, "{document}");
    }
}

#[test]
fn values_nested_beyond_the_readers_depth_are_refused() {
    let open = "<value><array><data>".repeat(5_000);
    let error = call(&format!("<methodCall><methodName>a</methodName><params><param>{open}"));
    assert_eq!(Fault::from(error.unwrap_err()).code, code::PARSE_ERROR);
}

#[test]
fn dates_are_read_in_many_forms_and_written_in_one() {
    for (text, written) in [
        ("19980717T14:08:55", "19980717T14:08:55"),
        ("1998-07-17T14:08:55", "19980717T14:08:55"),
        ("19980717 140855", "19980717T14:08:55"),
        ("19980717T14:08", "19980717T14:08:00"),
        ("1998-07-17", "19980717T00:00:00"),
        ("19980717T14:08:55.250", "19980717T14:08:55.25"),
        ("19980717T14:08:55,000000000999", "19980717T14:08:55"),
        ("19980717T14:08:55Z", "19980717T14:08:55Z"),
        ("19980717T14:08:55+0530", "19980717T14:08:55+05:30"),
        ("19980717T14:08:55-08", "19980717T14:08:55-08:00"),
        ("19980717T14:08:55+00:00", "19980717T14:08:55Z"),
    ] {
        assert_eq!(date_time(text), written, "{text}");
    }
    for text in ["", "1998", "19980717T", "19980717T25:00:00", "19980717T14:08:55+", "ääääää"]
    {
        assert_eq!(date_time(text), "refused", "{text}");
    }
}

#[test]
fn doubles_are_written_without_an_exponent_and_with_a_period() {
    let text = |number| Double::new(number).unwrap().to_string();
    assert_eq!(text(0.0), "0.0");
    assert_eq!(text(-12.214), "-12.214");
    assert_eq!(text(1e21), "1000000000000000000000.0");
    assert_eq!(text(1e-7), "0.0000001");
    assert_eq!(Double::new(f64::NAN), None);
    assert_eq!(Double::new(f64::NEG_INFINITY), None);
}

#[test]
fn characters_that_xml_forbids_are_left_out_of_strings() {
    let written = String::from_utf8(ResponseWriter::answer(&Value::from("a\0b\u{1f}\u{fffe}c")));
    assert!(written.unwrap().contains("<string>abc</string>"));
}

#[test]
fn a_fault_is_a_struct_of_code_and_text() {
    let fault = Fault::new(code::METHOD_NOT_FOUND, "no <such> method");
    assert_eq!(
        String::from_utf8(ResponseWriter::fault(&fault)).unwrap(),
        "<?xml version=\"1.0\" encoding=\"utf-8\"?><methodResponse><fault><value><struct>\
         <member><name>faultCode</name><value><int>-32601</int></value></member>\
         <member><name>faultString</name><value><string>no &lt;such&gt; method</string></value>\
         </member></struct></value></fault></methodResponse>"
    );
}

#[test]
fn an_answer_written_in_pieces_is_the_same_as_one_written_whole() {
    let items = [Value::Int(1), Value::from("two"), Value::Nil];
    let whole = ResponseWriter::answer(&Value::fields([
        ("items", Value::Array(items.to_vec())),
        ("text", Value::from("")),
    ]));
    let mut response = ResponseWriter::new();
    let mut pieces = response.take();
    response.open_struct();
    response.open_member("items");
    response.open_array();
    for item in &items {
        response.value(item);
        pieces.extend(response.take());
        assert_eq!(response.pending_bytes(), 0);
    }
    response.close_array();
    response.close_member();
    response.open_member("text");
    response.text("");
    response.close_member();
    response.close_struct();
    pieces.extend(response.finish());
    assert_eq!(String::from_utf8(pieces).unwrap(), String::from_utf8(whole).unwrap());
}

#[test]
fn debug_output_shows_types_and_no_content() {
    let call = Call { method: "a".into(), params: vec![Value::from("jdoe@example.com")] };
    assert_eq!(format!("{call:?}"), "Call { method: \"a\", params: [string] }");
}
