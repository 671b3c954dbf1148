//! The comparison of contracts finds whatever can differ.

use lychgate::protocol::soap::wsdl::model::{Contract, Element, Message, Occurs, QName, TypeKind};
use lychgate::protocol::soap::wsdl::{self, Accepted, Difference, Form, Unreadable, What, agree};

use crate::service::{NEW, Parrot};

fn contract() -> Contract {
    Contract::of(&Parrot::default(), NEW)
}

/// The differences from a contract that was changed like this.
fn differences(change: impl FnOnce(&mut Contract)) -> Vec<(String, What)> {
    let mut theirs = contract();
    change(&mut theirs);
    let found = agree(&contract(), &theirs, &[]).unexplained;
    found.into_iter().map(|Difference { place, what, .. }| (place, what)).collect()
}

fn only(place: &str, what: What) -> Vec<(String, What)> {
    vec![(place.to_owned(), what)]
}

fn say(contract: &mut Contract) -> &mut Message {
    &mut contract.operations[0].request
}

fn kind<'c>(contract: &'c mut Contract, name: &str) -> &'c mut TypeKind {
    &mut contract.types.iter_mut().find(|ty| ty.name.local == name).unwrap().kind
}

#[test]
fn a_contract_agrees_with_itself() {
    let agreement = agree(&contract(), &contract(), &[]);
    assert!(agreement.holds());
    assert_eq!(agreement.compared, contract().operations.len());
}

#[test]
fn every_difference_of_a_member_is_found() {
    let differ = |change: fn(&mut Message)| differences(|theirs| change(say(theirs)));
    let at = "Say/request/times";
    assert_eq!(differ(|m| m.members[0].min_occurs = 0), only(at, What::MinOccurs));
    assert_eq!(differ(|m| m.members[0].nillable = true), only(at, What::Nillable));
    let unbounded = |m: &mut Message| m.members[0].max_occurs = Occurs::Unbounded;
    assert_eq!(differ(unbounded), only(at, What::MaxOccurs));
    assert_eq!(differ(|m| m.members[0].ty.local = "long".to_owned()), only(at, What::Type));
    assert_eq!(differ(|m| m.members.reverse()), only("Say/request", What::Order));
    assert_eq!(differ(|m| m.element.namespace.push('/')), only("Say/request", What::Name));
    let fewer = |m: &mut Message| drop(m.members.pop());
    assert_eq!(differ(fewer), only("Say/request/phrase", What::OnlyOurs));
    let more = |m: &mut Message| {
        m.members.push(Element { name: "volume".to_owned(), ..Element::default() });
    };
    assert_eq!(differ(more), only("Say/request/volume", What::OnlyTheirs));
}

#[test]
fn every_difference_of_a_type_is_found_however_deep() {
    let number = differences(|theirs| {
        let TypeKind::Enumeration(names) = kind(theirs, "Loudness") else { panic!("names") };
        names[0].1 = 7;
    });
    assert_eq!(number, only("Loudness/NotAvailableInThisVersion", What::Number));
    let order = differences(|theirs| {
        let TypeKind::Enumeration(names) = kind(theirs, "Loudness") else { panic!("names") };
        names.swap(1, 2);
    });
    assert_eq!(order, only("Loudness", What::Order));
    let item = differences(|theirs| {
        let TypeKind::Sequence(items) = kind(theirs, "ArrayOfPhrase") else { panic!("items") };
        items[0].max_occurs = Occurs::AtMost(1);
    });
    assert_eq!(item, only("ArrayOfPhrase/Phrase", What::MaxOccurs));
    let other = differences(|theirs| *kind(theirs, "Phrase") = TypeKind::Other);
    assert_eq!(other, only("Phrase", What::Type));
    let gone = differences(|theirs| {
        theirs.types.retain(|ty| ty.name != QName::new("urn:parrot", "Phrase"));
    });
    assert_eq!(gone, only("Phrase", What::OnlyOurs));
}

#[test]
fn differences_of_the_service_and_of_actions_are_found() {
    let action = differences(|theirs| theirs.operations[1].soap_action.push('x'));
    assert_eq!(action, only("Sing", What::SoapAction));
    let reply = differences(|theirs| theirs.operations[1].reply_action.push('x'));
    assert_eq!(reply, only("Sing", What::ReplyAction));
    assert_eq!(differences(|theirs| theirs.port.clear()), only("port", What::Name));
    let swapped = differences(|theirs| theirs.operations.swap(0, 1));
    assert_eq!(swapped, only("operations", What::Order));
    let missing = differences(|theirs| drop(theirs.operations.remove(0)));
    assert_eq!(missing, only("Say", What::OnlyOurs));
}

#[test]
fn an_accepted_difference_needs_its_entry_and_an_entry_its_difference() {
    let mut theirs = contract();
    say(&mut theirs).members[0].min_occurs = 0;
    let entry = |place| Accepted { place, what: What::MinOccurs, reason: "it is so" };
    assert!(agree(&contract(), &theirs, &[entry("Say/request/times")]).holds());
    assert!(agree(&contract(), &theirs, &[entry("Say/*")]).holds());
    assert!(!agree(&contract(), &theirs, &[entry("Sing/*")]).holds());
    let stale = agree(&contract(), &contract(), &[entry("Say/*")]);
    assert!(!stale.holds());
    assert!(stale.to_string().contains("stale: Say/*: minOccurs is accepted but agrees"));
}

#[test]
fn what_is_no_wsdl_in_one_file_is_not_read() {
    assert!(matches!(wsdl::read(b"<x/>"), Err(Unreadable::NotWsdl)));
    let doctype = b"<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><x>&a;</x>";
    assert!(matches!(wsdl::read(doctype), Err(Unreadable::Xml(_))));
    let split = contract().render(Form::Split, "http://here/");
    assert!(matches!(wsdl::read(split.as_bytes()), Err(Unreadable::NoElement { .. })));
    let large = vec![b' '; wsdl::read::MAX_WSDL_BYTES + 1];
    assert!(matches!(wsdl::read(&large), Err(Unreadable::TooLarge)));
}
