//! `lychgate wsdl`.

use std::path::Path;

use crate::support::{run, run_well};

#[test]
fn the_rendered_wsdl_is_the_golden_one_and_agrees_with_itself() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ours.wsdl");
    let golden = Path::new(env!("CARGO_MANIFEST_DIR")).join("wsdl/dotdigital-soap-2014.wsdl");
    let rendered = run_well(&["wsdl", "render"]);
    assert_eq!(rendered, std::fs::read_to_string(golden).unwrap());
    std::fs::write(&file, &rendered).unwrap();
    run_well(&["wsdl", "agree", file.to_str().unwrap()]);
}

#[test]
fn an_edition_does_not_agree_with_the_other() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("ours.wsdl");
    std::fs::write(&file, run_well(&["wsdl", "render", "--edition", "2013"])).unwrap();
    let output = run(&["wsdl", "agree", file.to_str().unwrap(), "--edition", "2014"]);
    let said = String::from_utf8(output.stdout).unwrap();
    assert!(!output.status.success());
    assert!(said.contains("GetContacts/request/select"), "{said}");
}

#[test]
fn a_file_that_is_no_wsdl_is_refused() {
    let output = run(&["wsdl", "agree", concat!(env!("CARGO_MANIFEST_DIR"), "/Cargo.toml")]);
    assert!(!output.status.success());
    assert!(String::from_utf8(output.stderr).unwrap().contains("Cargo.toml"));
}
