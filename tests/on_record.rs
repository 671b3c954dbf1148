//! Every operation of every face is on record: its success, what it refuses, and nothing else.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lychgate::faces::dotdigital_rest::operations::all as rest_operations;
use lychgate::faces::dotdigital_soap::operations::OPERATIONS;
use lychgate::faces::empower::methods::METHODS;
use lychgate::faces::empower::{Method, Need};
use lychgate::faces::selzy::Need as SelzyNeed;
use lychgate::faces::selzy::methods::absent::METHODS as ABSENT;
use lychgate::faces::selzy::methods::all as selzy_methods;
use lychgate::faces::which50::operations::OPERATIONS as WHICH50;
use lychgate::protocol::soap::AnyOperation;

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn every_operation_has_a_fixture_and_every_fixture_an_operation() {
    let fixtures = root().join("xml-fixtures/dotdigital-soap");
    let mut shown = BTreeSet::new();
    for entry in fs::read_dir(fixtures).unwrap() {
        let folder = entry.unwrap().path();
        let cases = fs::read_dir(&folder).unwrap().filter(|case| {
            case.as_ref().is_ok_and(|case| case.path().join("request.xml").exists())
        });
        assert!(cases.count() > 0, "{} has no case", folder.display());
        shown.insert(folder.file_name().unwrap().to_str().unwrap().to_owned());
    }
    let operations: BTreeSet<String> =
        OPERATIONS.iter().map(AnyOperation::name).map(str::to_owned).collect();
    assert_eq!(operations, shown);
}

/// What fixtures of the Empower face show besides its methods.
const NO_METHOD: &str = "envelope";

/// The cases below a folder of fixtures, by operation.
fn operations_in(folder: &str) -> BTreeMap<String, Vec<PathBuf>> {
    let entries = |folder: &Path| -> Vec<PathBuf> {
        let entries = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.is_dir()).collect()
    };
    let operations = entries(&root().join("xml-fixtures").join(folder));
    let name = |path: &Path| path.file_name().unwrap().to_str().unwrap().to_owned();
    operations.into_iter().map(|path| (name(&path), entries(&path))).collect()
}

#[test]
fn every_fixture_of_a_method_is_named_after_one() {
    let methods: BTreeSet<&str> = METHODS.iter().map(|method| method.name).collect();
    for folder in ["empower", "xmlrpc"] {
        for operation in operations_in(folder).keys() {
            let is_own = folder == "xmlrpc" && operation.starts_with("system.");
            let is_known = is_own || operation == NO_METHOD || methods.contains(&**operation);
            assert!(is_known, "{folder}/{operation} is no method's documented name");
        }
    }
}

/// The codes that the vendor's pages and clients have for each method, besides 428, which every
/// method with a required argument has. `446` of rebuildTemplate is about the post, not the call.
const DOCUMENTED: &[(&str, &[u16])] = &[
    ("account.addCategory", &[120, 121]),
    ("account.updateCategory", &[121, 122, 123]),
    ("account.removeCategory", &[123]),
    ("account.addStaticSegment", &[110]),
    ("account.updateStaticSegment", &[114]),
    ("account.removeStaticSegment", &[114, 116]),
    ("account.getStaticSegments", &[170]),
    ("account.getDynamicSegments", &[170]),
    ("account.addCustomField", &[140]),
    ("account.removeCustomField", &[141, 150]),
    ("account.alterRelationalTableColumn", &[641, 642, 643, 644]),
    ("legacy.manage_subscriber", &[200, 201]),
    ("legacy.retrieve_active", &[201]),
    ("legacy.retrieve_unsub", &[201]),
    ("legacy.message_stats", &[201]),
    ("legacy.send_campaign", &[201, 202]),
    ("statistics.getMessageSubscriberData", &[101]),
    ("transactional.updateTemplate", &[429]),
    ("transactional.rebuildTemplate", &[203, 429, 444, 448]),
    ("transactional.listTemplates", &[204]),
    ("transactional.sendTest", &[429, 448]),
    ("transactional.sendTransaction", &[429, 448]),
    ("transactional.bouncedList", &[205, 429]),
    ("transactional.getMessageContactActivity", &[101]),
];

/// The replies on record below a folder of fixtures, by operation.
fn replies_in(folder: &str) -> BTreeMap<String, Vec<String>> {
    let reply = |case: &PathBuf| {
        let read = |name| fs::read(case.join(name)).ok();
        let files = ["response.xml", "response.json", "response.txt"];
        let bytes = files.into_iter().find_map(read);
        String::from_utf8(bytes.unwrap_or_else(|| panic!("{} is not blessed", case.display())))
    };
    let replies = |cases: &Vec<PathBuf>| cases.iter().map(|case| reply(case).unwrap()).collect();
    operations_in(folder).iter().map(|(name, cases)| (name.clone(), replies(cases))).collect()
}

/// What of a method no reply shows, in the words of the one dialect and of the other.
fn not_shown(method: &Method, replies: &[String]) -> Vec<String> {
    let says = |parts: &[String]| {
        replies.iter().any(|reply| parts.iter().any(|part| reply.contains(part.as_str())))
    };
    let mut missing = Vec::new();
    if !replies.iter().any(|reply| !reply.contains("<error>") && !reply.contains("<fault>")) {
        missing.push("a success".to_owned());
    }
    let has_required = method.args.iter().any(|arg| arg.need != Need::Optional);
    if has_required && !says(&["Missing variables".to_owned()]) {
        missing.push("missing arguments".to_owned());
    }
    let documented = DOCUMENTED.iter().find(|(name, _)| *name == method.name);
    for code in documented.map_or(&[][..], |(_, codes)| codes) {
        let forms = [
            format!("<responseCode><![CDATA[{code}]]></responseCode>"),
            format!("<name>responseCode</name><value><string>{code}</string>"),
            format!("<name>faultCode</name><value><int>{code}</int>"),
        ];
        if !says(&forms) {
            missing.push(format!("code {code}"));
        }
    }
    missing
}

#[test]
fn fixtures_show_each_method_in_both_dialects_with_its_codes_and_missing_arguments() {
    let mut missing = Vec::new();
    for folder in ["empower", "xmlrpc"] {
        let replies = replies_in(folder);
        for method in METHODS {
            let replies = replies.get(method.name).map_or(&[][..], Vec::as_slice);
            let what = not_shown(method, replies);
            if !what.is_empty() {
                missing.push(format!("{folder}/{}: {}", method.name, what.join(", ")));
            }
        }
    }
    assert!(missing.is_empty(), "no fixture shows\n{}", missing.join("\n"));
}

#[test]
fn every_documented_code_is_of_a_method() {
    for (name, _) in DOCUMENTED {
        assert!(METHODS.iter().any(|method| method.name == *name), "{name} is no method");
    }
}

/// What a case of a face that answers with statuses says of itself.
#[derive(Debug, serde::Deserialize)]
struct Told {
    #[serde(default = "ok")]
    status: u16,
}

fn ok() -> u16 {
    200
}

/// The statuses on record below a folder of fixtures, by operation.
fn statuses_in(folder: &str) -> BTreeMap<String, BTreeSet<u16>> {
    let status = |case: &PathBuf| {
        let text = fs::read_to_string(case.join("case.toml")).unwrap();
        toml::from_str::<Told>(&text).unwrap().status
    };
    let statuses = |cases: &Vec<PathBuf>| cases.iter().map(status).collect();
    operations_in(folder).iter().map(|(name, cases)| (name.clone(), statuses(cases))).collect()
}

/// Codes of the vendor's that an operation of the REST face is documented to answer, in the
/// contract or in its clients.
const REST_CODES: &[(&str, &[&str])] = &[
    ("CreateContact", &["ERROR_CONTACT_SUPPRESSED", "ERROR_PARAMETER_INVALID"]),
    ("GetContactById", &["ERROR_CONTACT_NOT_FOUND"]),
    ("GetContactByEmail", &["ERROR_CONTACT_NOT_FOUND"]),
    ("UpdateContact", &["ERROR_CONTACT_NOT_FOUND"]),
    ("DeleteContact", &["ERROR_CONTACT_NOT_FOUND"]),
    ("GetContacts", &["ERROR_PARAMETER_INVALID"]),
    ("CreateAddressBook", &["ERROR_ADDRESSBOOK_DUPLICATE"]),
    ("GetAddressBookById", &["ERROR_ADDRESSBOOK_NOT_FOUND"]),
    ("UpdateAddressBook", &["ERROR_ADDRESSBOOK_NOT_FOUND"]),
    ("DeleteAddressBook", &["ERROR_ADDRESSBOOK_NOT_FOUND"]),
    ("AddContactToAddressBook", &["ERROR_ADDRESSBOOK_NOT_FOUND"]),
    ("CreateDataField", &["ERROR_NON_UNIQUE_DATAFIELD"]),
    (
        "ImportContacts",
        &["file must be valid", "ERROR_MULTI_FILE_UPLOAD_NOT_ALLOWED", "ERROR_NO_EMAIL_COLUMN"],
    ),
    ("ImportContactsWithMergeOption", &["ERROR_PARAMETER_INVALID"]),
    ("ImportContactsToAddressBook", &["ERROR_ADDRESSBOOK_NOT_FOUND"]),
    ("GetContactImportProgress", &["ERROR_IMPORT_NOT_FOUND"]),
    ("GetContactImportReport", &["ERROR_IMPORT_REPORT_NOT_FOUND"]),
    ("GetContactImportReportFaults", &["ERROR_IMPORT_NOT_FOUND"]),
    ("RefreshSegment", &["ERROR_SEGMENT_NOT_FOUND"]),
];

#[test]
fn every_active_rest_operation_is_on_record_with_its_success_and_its_documented_codes() {
    let (statuses, replies) = (statuses_in("dotdigital-rest"), replies_in("dotdigital-rest"));
    let mut missing = Vec::new();
    for operation in rest_operations().filter(|operation| operation.run.is_some()) {
        let name = operation.name();
        let shown = statuses.get(name).cloned().unwrap_or_default();
        if !shown.contains(&operation.success.as_u16()) {
            missing.push(format!("{name}: {}", operation.success));
        }
        let codes = REST_CODES.iter().find(|(named, _)| *named == name);
        for code in codes.map_or(&[][..], |(_, codes)| codes) {
            let says = |replies: &Vec<String>| replies.iter().any(|reply| reply.contains(code));
            if !replies.get(name).is_some_and(says) {
                missing.push(format!("{name}: {code}"));
            }
        }
    }
    assert!(missing.is_empty(), "no fixture shows\n{}", missing.join("\n"));
}

#[test]
fn every_fixture_of_the_rest_face_is_named_after_an_operation() {
    let known: BTreeSet<&str> =
        rest_operations().map(lychgate::faces::dotdigital_rest::Operation::name).collect();
    for name in operations_in("dotdigital-rest").keys() {
        let is_known = name == NO_METHOD || known.contains(name.as_str());
        assert!(is_known, "dotdigital-rest/{name} is no operation's name");
    }
    for (name, _) in REST_CODES {
        assert!(known.contains(name), "{name} is no operation");
    }
}

#[test]
fn every_operation_of_which50_has_a_success_and_an_error_on_record_in_json_and_xml() {
    let on_record = operations_in("which50");
    let named: BTreeSet<&str> = WHICH50.iter().map(|operation| operation.name).collect();
    let shown: BTreeSet<&str> = on_record.keys().map(String::as_str).collect();
    assert_eq!(named, shown);
    let mut missing = Vec::new();
    for (operation, cases) in &on_record {
        let replies = |is_wanted: &dyn Fn(&Path, bool) -> bool| {
            cases.iter().any(|case| {
                let told = fs::read_to_string(case.join("case.toml")).unwrap();
                is_wanted(case, !told.contains("\nstatus = "))
            })
        };
        for name in ["response.json", "response.xml"] {
            let succeeds = replies(&|case, is_success| is_success && case.join(name).exists());
            // What succeeds without a body says nothing in either.
            let is_silent = replies(&|case, is_success| {
                let is_empty = |name| fs::read(case.join(name)).is_ok_and(|body| body.is_empty());
                is_success && is_empty("response.xml")
            });
            if !succeeds && !is_silent {
                missing.push(format!("{operation}: a success as {name}"));
            }
        }
        if !replies(&|_, is_success| !is_success) {
            missing.push(format!("{operation}: an error"));
        }
    }
    assert!(missing.is_empty(), "no fixture shows\n{}", missing.join("\n"));
}

#[test]
fn every_selzy_method_is_on_record_with_its_success_and_missing_arguments() {
    let replies = replies_in("selzy");
    // A folder's name cannot have the slash that some methods' names have.
    let folder = |name: &str| name.replace('/', ".");
    let mut missing = Vec::new();
    for method in selzy_methods() {
        let folder = folder(method.name);
        let replies = replies.get(&folder).map_or(&[][..], Vec::as_slice);
        let shows = |start: &str| replies.iter().any(|reply| reply.starts_with(start));
        let is_absent = ABSENT.iter().any(|absent| absent.name == method.name);
        if !is_absent && !shows("{\"result\"") {
            missing.push(format!("{folder}: a result"));
        }
        let has_required = method.args.iter().any(|arg| arg.need == SelzyNeed::Required);
        if has_required && !replies.iter().any(|reply| reply.contains("\"invalid_arg\"")) {
            missing.push(format!("{folder}: invalid_arg"));
        }
    }
    assert!(missing.is_empty(), "no fixture shows\n{}", missing.join("\n"));
    let known: BTreeSet<String> = selzy_methods().map(|method| folder(method.name)).collect();
    for name in replies.keys() {
        assert!(
            name == NO_METHOD || name == "files" || known.contains(name.as_str()),
            "selzy/{name}"
        );
    }
}
