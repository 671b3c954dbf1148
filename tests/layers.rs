//! The structure holds: layers are read from the `use` lines.

#![cfg(test)]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// What each layer may name besides itself, as in `src/lib.rs`.
const MAY_USE: &[(&str, &[&str])] = &[
    ("cli", &["config", "contract", "domain", "faces", "protocol", "server", "store"]),
    ("config", &[]),
    ("contract", &["domain", "faces", "protocol", "store"]),
    ("domain", &["store"]),
    ("faces", &["domain", "protocol"]),
    ("protocol", &[]),
    ("server", &["config", "contract", "domain", "faces", "protocol", "store"]),
    ("store", &[]),
];

/// Crates that belong behind one seam, and the folders which are that seam. The demo is a client:
/// it must not read our replies with the reader that it is there to show. yaserde writes our own
/// documents; its reader has no limits, so it must not come near what a client sent.
const ONLY_IN: &[(&str, &[&str])] = &[
    ("sled", &["store/"]),
    ("tokio_postgres", &["store/postgres/", "cli/postgres.rs"]),
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
    let is_of_a_member = |name: &str| name.starts_with("derive/") || name.starts_with("barrier/");
    found.retain(|(name, _)| !is_of_a_member(name));
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
fn the_reader_of_use_lines_sees_a_broken_layer() {
    let text = "use super::super::super::server::Tasks;\nlet x = crate::cli::run();\n";
    let named = named_paths("faces/dotdigital_soap/fault.rs", text);
    let targets: Vec<_> = named.iter().map(|named| named.segments.join("::")).collect();
    assert_eq!(targets, ["server::Tasks", "cli::run"]);
    assert!(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs").exists());
}
