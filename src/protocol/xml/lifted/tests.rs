use proptest::prelude::*;

use super::*;
use crate::protocol::xml::Octets;

fn base64(bytes: usize) -> String {
    let mut text = Vec::new();
    let bytes: Vec<u8> = (0..bytes).map(|n| u8::try_from(n % 251).unwrap()).collect();
    encode(&bytes, &mut text);
    String::from_utf8(text).unwrap()
}

fn arrived(document: &[u8], cuts: &[usize]) -> (Bytes, Vec<Lifted>) {
    let mut arrival = Arrival::of(document.len());
    let mut from = 0;
    for cut in cuts.iter().copied().chain([document.len()]) {
        arrival.push(&document[from..cut.max(from)]);
        from = cut.max(from);
    }
    arrival.finish()
}

/// How the members of the root are read.
#[derive(Debug, Clone, Copy)]
enum Way {
    Octets,
    Base64,
    Text,
    Skip,
    Children,
}

const WAYS: [Way; 5] = [Way::Octets, Way::Base64, Way::Text, Way::Skip, Way::Children];

/// Names and values.
type Members = Vec<(String, Vec<u8>)>;

/// Everything that is to be seen of a document, errors with their places.
fn seen(document: &Document<'_>, way: Way) -> Result<Members, (String, u64)> {
    let mut reader = document.reader(Limits::default());
    let mut read = || {
        let mut members = Vec::new();
        reader.root()?;
        while let Some(name) = reader.next_child()? {
            let value = match way {
                Way::Octets => reader.octets()?.0.concat(),
                Way::Base64 => reader.base64()?,
                Way::Text => reader.text()?.into_owned().into_bytes(),
                Way::Skip => reader.skip().map(|()| Vec::new())?,
                Way::Children => {
                    while reader.next_child()?.is_some() {
                        reader.skip()?;
                    }
                    Vec::new()
                }
            };
            members.push((name.local().to_owned(), value));
        }
        reader.finish().map(|()| members)
    };
    read().map_err(|error: XmlError| (error.to_string(), error.offset()))
}

fn assert_same(document: &[u8], cuts: &[usize]) -> usize {
    let (around, lifted) = arrived(document, cuts);
    assert_eq!(put_back(&around, &lifted), document);
    let whole = Document::decode(document, &[], None);
    let cut = Document::decode(&around, &lifted, None);
    match (whole, cut) {
        (Ok(whole), Ok(cut)) => {
            for way in WAYS {
                assert_eq!(seen(&cut, way), seen(&whole, way), "{way:?}");
            }
        }
        (Err(whole), Err(cut)) => assert_eq!(cut.to_string(), whole.to_string()),
        (whole, cut) => panic!("{} and {}", whole.is_ok(), cut.is_ok()),
    }
    lifted.len()
}

/// As MIME has it.
fn in_lines(text: &str) -> String {
    let mut lines = Vec::new();
    for line in text.as_bytes().chunks(76) {
        lines.extend_from_slice(line);
        lines.extend_from_slice(b"\r\n");
    }
    String::from_utf8(lines).unwrap()
}

#[test]
fn a_file_is_decoded_as_it_comes_and_not_kept_as_text() {
    let text = base64(1_000_001);
    let document = format!("<r><id>7</id><data>{text}</data><type>csv</type></r>");
    let mut arrival = Arrival::default();
    let mut most = 0;
    for chunk in document.as_bytes().chunks(50_000) {
        arrival.push(chunk);
        most = most.max(arrival.held_bytes());
    }
    assert!(most < 1_150_000, "{most}");
    let (around, lifted) = arrival.finish();
    assert_eq!(around, "<r><id>7</id><data></data><type>csv</type></r>");
    let [one] = &lifted[..] else { panic!("{lifted:?}") };
    assert_eq!(one.chunks.iter().map(Bytes::len).sum::<usize>(), 1_000_001);
    assert!(one.chunks.iter().rev().skip(1).all(|chunk| chunk.len() == LIFTED_CHUNK_BYTES));
    assert!(!format!("{lifted:?} {around:?}").contains(text.get(..20).unwrap()));
}

#[test]
fn texts_of_every_day_are_left_alone() {
    let document = format!("<r><a>{}</a></r>", "x".repeat(LEAST_BYTES - 1));
    assert_eq!(assert_same(document.as_bytes(), &[]), 0);
}

#[test]
fn what_surrounds_a_long_text_changes_nothing() {
    let text = base64(60_000);
    let near = text.get(..text.len() - 8).unwrap();
    let documents = [
        format!("<r><d>{text}</d></r>"),
        format!("<r><d>{text}</d><e/><d>{text}</d></r>"),
        format!("<r><d/>{text}</r>"),
        format!("<r>{text}</r>"),
        format!("<r><d>a>{text}</d></r>"),
        format!("<r><d>{text}<b/></d></r>"),
        format!("<r><d>{text}</d"),
        format!("<r><d>{text}<"),
        format!("<r><d>{text}"),
        format!("<r><d>{text}</e></r>"),
        format!("<r><d><!-- >{text}</d> --></d></r>"),
        format!("<r><d><![CDATA[>{text}]]></d></r>"),
        format!("<r><d><![CDATA[>{text}</]]></d></r>"),
        format!("<r><d a='>{text}</'/></r>"),
        format!("<r><d a='>{text}'>{text}</d></r>"),
        format!("<r><?pi >{text}</?></r>"),
        format!("<r><d>{text}&#43;</d></r>"),
        format!("<r><d>{text}QQ==</d></r>"),
        format!("<r><d>{near}QR==</d></r>"),
        format!("<r><d>{near}QQ==</d></r>"),
        format!("<r><d>{near}QQ=</d></r>"),
        format!("<r><d>{near}*</d></r>"),
        format!("<r><d>{near}\u{e9}</d></r>"),
        format!("<r><d>{near}\n</d></r>"),
        format!("<r><d>\n{text}</d></r>"),
        format!("<r><d>{}</d></r>", in_lines(&text)),
        format!("<r><d>{}</d></r>", "these are words ".repeat(4_000)),
        format!("\u{feff}<r><d>{text}</d></r>"),
        format!("\u{feff}\u{feff}<r><d>{text}</d></r>"),
        format!("<?xml version='1.0' encoding='iso-8859-1'?><r><d>{text}</d></r>"),
        format!("<?xml version='1.0' encoding='klingon'?><r><d>{text}</d></r>"),
        text.clone(),
    ];
    for document in documents {
        for cut in [16_000, 20_001, 65_536, 79_990] {
            let cut = cut.min(document.len());
            assert_same(document.as_bytes(), &[cut]);
        }
        assert_same(document.as_bytes(), &[]);
        let many: Vec<usize> = (0..document.len()).step_by(4_097).collect();
        assert_same(document.as_bytes(), &many);
    }
}

#[test]
fn other_encodings_are_read_as_before() {
    let document = format!("<r><d>{}</d></r>", base64(60_000));
    let utf16: Vec<u8> = document.encode_utf16().flat_map(u16::to_le_bytes).collect();
    assert_eq!(assert_same(&utf16, &[]), 0);
    let latin =
        [b"<?xml version='1.0' encoding='iso-8859-1'?>", document.as_bytes(), b"<!--\xE9-->"];
    assert_eq!(assert_same(&latin.concat(), &[]), 1);
    let broken = [document.as_bytes(), b"<!--\xE9-->"].concat();
    assert_eq!(assert_same(&broken, &[]), 1);
}

#[test]
fn a_limit_on_text_holds_for_what_was_lifted() {
    let document = format!("<r><d>{}</d></r>", base64(60_000));
    let (around, lifted) = arrived(document.as_bytes(), &[]);
    let limits = Limits { text_bytes: 70_000, ..Limits::default() };
    let document = Document::decode(&around, &lifted, None).unwrap();
    let read = |way: fn(&mut Reader<'_>) -> Result<(), XmlError>| {
        let mut reader = document.reader(limits);
        reader.root().unwrap();
        reader.next_child().unwrap();
        way(&mut reader).unwrap_err().to_string()
    };
    let texts = [
        read(|reader| reader.octets().map(|_: Octets| ())),
        read(|reader| reader.base64().map(drop)),
        read(|reader| reader.text().map(drop)),
    ];
    assert!(texts.iter().all(|text| *text == texts[0] && text.contains("70000")), "{texts:?}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 64, ..ProptestConfig::default() })]

    #[test]
    fn a_document_cut_anywhere_is_the_document_that_was_sent(
        parts in prop::collection::vec(prop::sample::select(vec![
            "<d>", "</d>", "<e/>", "<", ">", "&amp;", "A", "=", "==", "AAAA", "\n", "<!--", "-->",
            "<![CDATA[", "]]>", "long", "longer",
        ]), 1..12),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
    ) {
        let (long, longer) = (base64(13_000), base64(52_001));
        let parts = parts.into_iter().map(|part| match part {
            "long" => &*long,
            "longer" => &*longer,
            part => part,
        });
        let document = format!("<r><d>{}</d></r>", parts.collect::<String>());
        let mut cuts: Vec<usize> = cuts.iter().map(|cut| cut.index(document.len())).collect();
        cuts.sort_unstable();
        assert_same(document.as_bytes(), &cuts);
    }
}
