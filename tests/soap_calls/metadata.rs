//! The WSDL in its forms, as clients fetch it before their first call.

use http::Method;
use lychgate::protocol::soap::wsdl::model::{Occurs, QName, TypeKind};
use lychgate::protocol::soap::wsdl::{self, Contract, Form};
use lychgate::protocol::soap::{self, Edition};
use lychgate::protocol::xml::{Limits, Reader};

use crate::service::{Answer, NEW, NOW, OLD, Parrot, head};

async fn get(path: &str) -> Answer {
    let head = head(Method::GET, path, &[("accept", "text/html,application/xml")]);
    let reply = soap::admit(&Parrot::default(), &NOW.parse().unwrap(), &head, 1_000).await;
    reply.unwrap().into()
}

fn contract(edition: Edition) -> Contract {
    Contract::of(&Parrot::default(), edition)
}

fn assert_well_formed(document: &str) {
    let mut xml = Reader::new(document, Limits::default());
    xml.root().unwrap();
    xml.skip().unwrap();
    xml.finish().unwrap();
}

#[tokio::test]
async fn a_bare_get_without_credentials_is_answered_with_everything_in_one_document() {
    let bare = get("/v1/Parrot.svc").await;
    assert_eq!((bare.status, bare.content_type.as_str()), (200, "text/xml; charset=utf-8"));
    assert!(bare.body.starts_with("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<wsdl:definitions"));
    assert!(
        bare.body.contains("<soap:address location=\"http://127.0.0.1:8080/v1/Parrot.svc\" />")
    );
    assert_eq!(bare.body, get("/v1/Parrot.svc?singleWsdl").await.body);
    assert_well_formed(&bare.body);
}

#[tokio::test]
async fn the_split_form_imports_schemas_that_can_be_fetched() {
    let split = get("/Parrot.svc?wsdl").await;
    assert_well_formed(&split.body);
    assert!(!split.body.contains("xs:complexType"));
    for index in 0..4 {
        let location = format!("http://127.0.0.1:8080/Parrot.svc?xsd=xsd{index}");
        assert!(split.body.contains(&format!("schemaLocation=\"{location}\"")), "{}", split.body);
        let schema = get(&format!("/Parrot.svc?xsd=xsd{index}")).await;
        assert_eq!(schema.status, 200);
        assert_well_formed(&schema.body);
    }
    assert_eq!(get("/Parrot.svc?xsd=xsd4").await.status, 404);
    assert_eq!(get("/Parrot.svc?xsd=..").await.status, 404);
}

#[tokio::test]
async fn what_is_rendered_reads_back_as_the_same_contract() {
    for edition in [NEW, OLD] {
        let mut ours = contract(edition);
        let read = wsdl::read(ours.render(Form::Single, "https://here/Parrot.svc").as_bytes());
        let mut read = read.unwrap();
        // WCF's own schema stands in every document, whether a type of it is used or not.
        read.types.retain(|ty| ty.kind != TypeKind::Other);
        ours.doc.clear();
        ours.operations.iter_mut().for_each(|operation| operation.doc.clear());
        assert_eq!(ours, read);
    }
}

#[test]
fn types_stand_in_the_order_in_which_operations_reach_them() {
    let contract = contract(NEW);
    let names: Vec<_> = contract.types.iter().map(|ty| ty.name.local.as_str()).collect();
    assert_eq!(names, ["Phrase", "Loudness", "ArrayOfPhrase", "ArrayOfint"]);
    let array = contract.ty(&QName::new("urn:parrot", "ArrayOfPhrase")).unwrap();
    let TypeKind::Sequence(items) = &array.kind else { panic!("a sequence") };
    assert_eq!(items[0].max_occurs, Occurs::Unbounded);
    assert!(items[0].nillable);
}

#[test]
fn an_edition_lists_its_own_operations_and_occurrences() {
    let (new, old) = (contract(NEW), contract(OLD));
    assert!(new.operation("Retired").is_none() && old.operation("Retired").is_some());
    let min_occurs =
        |contract: &Contract| contract.operation("Say").unwrap().request.members[0].min_occurs;
    assert_eq!((min_occurs(&new), min_occurs(&old)), (1, 0));
    let result = |c: &Contract| c.operation("Fly").unwrap().response.members[0].ty.local.clone();
    assert_eq!((result(&new).as_str(), result(&old).as_str()), ("Phrase", "Loudness"));
}

#[test]
fn the_policy_is_told_over_tls_only() {
    let contract = contract(NEW);
    let secure = contract.render(Form::Single, "https://here/Parrot.svc");
    assert!(secure.contains("<sp:HttpsToken RequireClientCertificate=\"false\" />"));
    assert!(secure.contains(" URI=\"#Secure_Parrot_policy\" />"));
    assert_well_formed(&secure);
    let plain = contract.render(Form::Single, "http://here/Parrot.svc");
    assert!(!plain.contains("wsp:") && !plain.contains("sp:HttpsToken"));
}

#[tokio::test]
async fn the_help_page_lists_operations_and_types_for_people() {
    let help = get("/Parrot.svc?help").await;
    assert_eq!(help.content_type, "text/html; charset=utf-8");
    for text in ["Says a phrase.", "<code>times</code>: int", "one of NotAvailableInThisVersion"] {
        assert!(help.body.contains(text), "{}", help.body);
    }
}

#[tokio::test]
async fn an_address_is_escaped_wherever_it_stands() {
    let path = "/a\"<&b.svc";
    for query in ["", "?wsdl", "?xsd=xsd0", "?help"] {
        let body = get(&format!("{path}{query}")).await.body;
        assert!(!body.contains("\"<&b"), "{body}");
    }
}

#[test]
fn what_no_document_may_contain_is_left_out_of_an_address() {
    for form in [Form::Single, Form::Split] {
        let document = contract(NEW).render(form, "http://h\u{1}er\u{ffff}e/Parrot.svc");
        assert!(document.contains("location=\"http://here/Parrot.svc\""), "{document}");
        assert_well_formed(&document);
    }
}
