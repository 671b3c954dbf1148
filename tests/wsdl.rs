//! Our WSDL: the golden files are what is served, and they agree with the vendor's own where those
//! are at hand.

#![expect(clippy::unwrap_used, clippy::print_stdout, reason = "a test may stop and say why")]

use std::path::PathBuf;

use lychgate::faces::dotdigital_soap::contract::{GOLDEN, GOLDEN_ADDRESS, agree_with, render};
use lychgate::faces::dotdigital_soap::edition::{YEAR_2013, YEAR_2014};
use lychgate::protocol::soap::Edition;
use lychgate::protocol::soap::wsdl::Form;

/// Names the folder with the vendor's files; without it, one beside the project.
const EVIDENCE: &str = "LYCHGATE_EVIDENCE";

fn project() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

fn genuine(folder: &str) -> Option<Vec<u8>> {
    let evidence = std::env::var_os(EVIDENCE).map(PathBuf::from);
    let evidence = evidence.unwrap_or_else(|| project().join("../shared/evidence"));
    let path = evidence.join("dotdigital-soap").join(folder).join("ApiService.wsdl");
    let read = std::fs::read(&path).ok();
    if read.is_none() {
        println!("skipped: there is no {}; set {EVIDENCE} to compare", path.display());
    }
    read
}

fn assert_agrees(edition: Edition, folder: &str, operations: usize) {
    let Some(genuine) = genuine(folder) else { return };
    let agreement = agree_with(edition, &genuine).unwrap();
    assert!(agreement.holds(), "{agreement}");
    assert_eq!(agreement.compared, operations, "{agreement}");
}

#[test]
fn the_contract_of_2014_agrees_with_the_vendors() {
    assert_agrees(YEAR_2014, "wsdl-2014-10-08", 42);
}

#[test]
fn the_contract_of_2013_agrees_with_the_vendors_but_for_what_is_meant() {
    assert_agrees(YEAR_2013, "wsdl-2013-02-15", 38);
}

#[test]
fn the_contracts_of_the_two_years_are_told_apart() {
    let Some(genuine) = genuine("wsdl-2014-10-08") else { return };
    let agreement = agree_with(YEAR_2013, &genuine).unwrap();
    assert!(!agreement.holds());
    let shown = agreement.to_string();
    assert!(shown.contains("GetContacts/request/select: minOccurs"), "{shown}");
    assert!(shown.contains("ResubscribeContact/response"), "{shown}");
}

#[test]
fn the_golden_files_are_what_is_served() {
    for (edition, name) in GOLDEN {
        let rendered = render(edition, Form::Single, GOLDEN_ADDRESS);
        let path = project().join("wsdl").join(name);
        let golden = std::fs::read_to_string(&path).unwrap_or_default();
        let place = rendered.lines().zip(golden.lines()).position(|(ours, golden)| ours != golden);
        assert!(
            rendered == golden,
            "{name} is not what is served (first at line {}); `lychgate wsdl render --golden wsdl` \
             writes it anew: review the difference",
            place.unwrap_or_default() + 1
        );
    }
}
