//! Every error has its documented form, with HTTP 200.

use super::{Keys, Trial, call, envelope};

const VALID: &str = "<email>jdoe@example.com</email>";

fn cdata(name: &str, text: &str) -> String {
    format!("<{name}><![CDATA[{text}]]></{name}>")
}

/// The reply that is one failed item, about no call when `method` is empty.
fn failed(method: &str, text: &str, data: &str, completed: usize) -> String {
    let method = if method.is_empty() {
        String::new()
    } else {
        format!("<methodName>{method}</methodName>")
    };
    format!(
        "<?xml version=\"1.0\"?><methodResponse><item>{method}{}{}<responseData>{data}</responseData>\
         {}{}{}</item></methodResponse>",
        cdata("error", "1"),
        cdata("responseText", text),
        cdata("responseNum", "1"),
        cdata("totalRequests", "1"),
        cdata("totalCompleted", &completed.to_string()),
    )
}

fn code(code: &str) -> String {
    cdata("responseCode", code)
}

#[test]
fn who_shows_no_key_or_a_wrong_one_is_not_authenticated() {
    let (trial, [keys]) = Trial::start([&[]]);
    let call = call("utilities.checkEmail", VALID);
    let wrong = Keys { secret: "0123456789abcdef".to_owned(), ..keys };
    let nobody = Keys { key: String::new(), secret: String::new() };
    let expected = failed("", "Could not authenticate", &code("445"), 0);
    assert_eq!(trial.post(&envelope(&wrong, "", &call)), expected);
    assert_eq!(trial.post(&envelope(&nobody, "", &call)), expected);
    assert_eq!(trial.post(&format!("<api><data>{call}</data></api>")), expected);
    assert_eq!(trial.post(&call), expected);
}

#[test]
fn a_key_is_held_to_its_whitelist_and_to_its_methods() {
    let (trial, [elsewhere, custom, here]) = Trial::start([
        &["--allow", "192.0.2.7"],
        &["--access", "custom", "--method", "legacy.manage_subscriber"],
        &["--allow", "192.0.2.1-192.0.2.9", "--allow", "127.0.0.0/8"],
    ]);
    let call = call("utilities.checkEmail", VALID);
    let text = "Invalid Request IP: Please add request_ip to the API Whitelist in your account. \
                (Account -> Edit Account: API Tab)";
    let expected = failed("", text, &cdata("request_ip", "127.0.0.1"), 0);
    assert_eq!(trial.post(&envelope(&elsewhere, "", &call)), expected);
    let expected = failed("utilities.checkemail", "Could not authenticate", &code("445"), 0);
    assert_eq!(trial.post(&envelope(&custom, "", &call)), expected);
    let said = trial.post(&envelope(&here, "", &call));
    assert!(!said.contains("<error>"), "{said}");
}

#[test]
fn all_missing_variables_are_named() {
    let (trial, [keys]) = Trial::start([&[]]);
    let said = trial.post(&envelope(&keys, "", &call("utilities.checkEmail", "<email> </email>")));
    let data = [cdata("missing_vars", "email"), code("428")].concat();
    assert_eq!(said, failed("utilities.checkemail", "Missing variables", &data, 0));
}

#[test]
fn an_unknown_method_is_an_incorrect_action() {
    let (trial, [keys]) = Trial::start([&[]]);
    let said = trial.post(&envelope(&keys, "", &call("no.such", "")));
    assert_eq!(said, failed("no.such", "Incorrect Action Specified", "", 0));
}

#[test]
fn a_request_without_a_document_or_without_a_call_is_told_so() {
    let (trial, [keys]) = Trial::start([&[]]);
    let expected = failed("", "No XML data passed", &code("446"), 0);
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(trial.send("POST", "", form, b""), expected);
    assert_eq!(trial.send("POST", "", form, b"date=1"), expected);
    assert_eq!(trial.send("GET", "", "", b""), expected);
    assert_eq!(trial.post(&envelope(&keys, "", "")), expected);
    let cut_short = trial.post("<api><authentication>");
    assert!(cut_short.contains(&code("446")), "{cut_short}");
    assert!(cut_short.contains("Invalid XML data passed"), "{cut_short}");
}

#[test]
fn a_failing_call_stops_the_rest_unless_told_otherwise() {
    let (trial, [keys]) = Trial::start([&[]]);
    let good = call("utilities.checkEmail", VALID);
    let calls = [good.as_str(), &call("no.such", ""), &good].concat();
    let halted = trial.post(&envelope(&keys, "", &calls));
    assert_eq!(halted.matches("<item>").count(), 2, "{halted}");
    assert!(halted.contains(&cdata("totalRequests", "3")), "{halted}");
    assert!(halted.contains(&cdata("totalCompleted", "1")), "{halted}");
    let on = trial.post(&envelope(&keys, "<no_halt>1</no_halt>", &calls));
    assert_eq!(on.matches("<item>").count(), 3, "{on}");
    assert!(on.contains(&cdata("responseNum", "3")), "{on}");
}

#[test]
fn errors_come_serialized_to_who_asks_for_php() {
    let (trial, [keys]) = Trial::start([&[]]);
    let more = "<response_type>php</response_type>";
    let said = trial.post(&envelope(&keys, more, &call("no.such", "")));
    assert_eq!(
        said,
        "a:1:{i:0;a:7:{s:10:\"methodName\";s:7:\"no.such\";s:5:\"error\";s:1:\"1\";\
         s:12:\"responseText\";s:26:\"Incorrect Action Specified\";s:12:\"responseData\";a:0:{}\
         s:11:\"responseNum\";s:1:\"1\";s:13:\"totalRequests\";s:1:\"1\";\
         s:14:\"totalCompleted\";s:1:\"0\";}}"
    );
}
