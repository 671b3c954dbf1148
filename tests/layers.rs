//! The structure holds: layers are read from the `use` lines, and every operation has a fixture.

#![cfg(test)]

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use lychgate::faces::dotdigital_soap::operations::OPERATIONS;
use lychgate::faces::empower::methods::METHODS;
use lychgate::faces::empower::{Method, Need};
use lychgate::faces::which50::operations::OPERATIONS as WHICH50;
use lychgate::protocol::soap::AnyOperation;

/// What each layer may name besides itself, as in `src/lib.rs`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("cli", &["config", "domain", "faces", "protocol", "server", "store"]),
    ("config", &[]),
    ("domain", &["store"]),
    ("faces", &["domain", "protocol"]),
    ("protocol", &[]),
    ("server", &["config", "domain", "faces", "protocol", "store"]),
    ("store", &[]),
];

/// Crates that belong behind one seam, and the folders which are that seam. The demo is a client:
/// it must not read our replies with the reader that it is there to show. yaserde writes our own
/// documents; its reader has no limits, so it must not come near what a client sent.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("sled", &["store/"]),
    ("quick_xml", &["protocol/xml/", "cli/demo/"]),
    ("yaserde", &["protocol/soap/wsdl/document/", "protocol/datacontract/"]),
];

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// Every source file, with its path below `src/`.
fn sources() -> Vec<(String, String)> {
    let src = root().join("src");
    let mut found = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let name = path.strip_prefix(&src).unwrap().to_str().unwrap().to_owned();
                found.push((name, fs::read_to_string(&path).unwrap()));
            }
        }
    }
    found.retain(|(name, _)| !name.starts_with("derive/"));
    found.sort();
    found
}

/// The module that a file is, such as `["faces", "dotdigital_soap", "fault"]`.
fn module_of(file: &str) -> Vec<String> {
    let mut segments: Vec<String> =
        file.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if segments.last().is_some_and(|last| last == "mod") {
        segments.pop();
    }
    segments
}

/// One path that a file names, resolved to segments below the crate's root.
#[derive(Debug, PartialEq, Eq)]
struct Named {
    line: usize,
    segments: Vec<String>,
}

/// The paths behind `crate::` anywhere in the code, and behind `use super::`.
fn named_paths(file: &str, text: &str) -> Vec<Named> {
    let mut named = Vec::new();
    for (index, line) in text.lines().enumerate() {
        let code = line.split("//").next().unwrap_or_default();
        let parts: Vec<&str> = code.split("crate::").collect();
        for (before, path) in parts.iter().zip(parts.iter().skip(1)) {
            if !before.ends_with(|c: char| c.is_alphanumeric() || c == '_') {
                named.push(Named { line: index + 1, segments: segments_of(path) });
            }
        }
        let is_nested = code.starts_with(' ');
        if let Some(path) = code.trim_start().strip_prefix("use super::") {
            named.push(Named { line: index + 1, segments: climb(file, is_nested, path) });
        }
    }
    named
}

/// The leading identifiers of a path's text.
fn segments_of(path: &str) -> Vec<String> {
    let ends_path = |c: char| !(c.is_alphanumeric() || c == '_' || c == ':');
    let path = path.split(ends_path).next().unwrap_or_default();
    path.split("::").filter(|segment| !segment.is_empty()).map(str::to_owned).collect()
}

/// Resolves what stands behind `use super::`; a `use` within a nested module begins one deeper.
fn climb(file: &str, is_nested: bool, path: &str) -> Vec<String> {
    let mut module = module_of(file);
    if is_nested {
        module.push("nested".to_owned());
    }
    module.pop();
    let mut rest = path;
    while let Some(shorter) = rest.strip_prefix("super::") {
        module.pop();
        rest = shorter;
    }
    module.extend(segments_of(rest));
    module
}

#[test]
fn every_layer_names_only_what_is_below_it() {
    let mut wrong = Vec::new();
    for (file, text) in sources() {
        let module = module_of(&file);
        let layer = module.first().unwrap().as_str();
        let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == layer) else {
            assert!(["lib", "main"].contains(&layer), "{file} is in no layer of the map");
            continue;
        };
        for named in named_paths(&file, &text) {
            let Some(target) = named.segments.first() else { continue };
            let is_layer = MAY_USE.iter().any(|(name, _)| name == target);
            if is_layer && target != layer && !allowed.contains(&target.as_str()) {
                wrong.push(format!("{file}:{} names {}", named.line, named.segments.join("::")));
            }
        }
    }
    assert!(wrong.is_empty(), "layers are broken:\n{}", wrong.join("\n"));
}

#[test]
fn no_face_names_another_face() {
    let faces: BTreeSet<String> = fs::read_dir(root().join("src/faces"))
        .unwrap()
        .map(|entry| entry.unwrap().path())
        .filter(|path| path.is_dir())
        .map(|path| path.file_name().unwrap().to_str().unwrap().to_owned())
        .collect();
    for (file, text) in sources() {
        let module = module_of(&file);
        let [layer, own, ..] = module.as_slice() else { continue };
        if layer != "faces" {
            continue;
        }
        for named in named_paths(&file, &text) {
            let [layer, other, ..] = named.segments.as_slice() else { continue };
            let is_foreign = layer == "faces" && faces.contains(other) && other != own;
            assert!(!is_foreign, "{file}:{} names the face {other}", named.line);
        }
    }
}

#[test]
fn an_engine_or_a_parser_is_named_behind_its_seam_only() {
    for (file, text) in sources() {
        for (name, seam) in ONLY_IN {
            let is_named = text.lines().any(|line| {
                let code = line.split("//").next().unwrap_or_default();
                code.contains(&format!("{name}::"))
            });
            let is_behind = seam.iter().any(|folder| file.starts_with(folder));
            assert!(!is_named || is_behind, "{file} names {name}; only {seam:?} may");
        }
    }
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
        let bytes = read("response.xml").or_else(|| read("response.txt"));
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

#[test]
fn the_reader_of_use_lines_sees_a_broken_layer() {
    let text = "use super::super::super::server::Tasks;\nlet x = crate::cli::run();\n";
    let named = named_paths("faces/dotdigital_soap/fault.rs", text);
    let targets: Vec<_> = named.iter().map(|named| named.segments.join("::")).collect();
    assert_eq!(targets, ["server::Tasks", "cli::run"]);
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs").exists());
}
