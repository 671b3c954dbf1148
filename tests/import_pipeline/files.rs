//! Files as programs write them: encodings, separators, workbooks, and hostile ones.

use std::io::{Cursor, Write as _};

use lychgate::domain::FieldKind;
use lychgate::domain::import::Status;
use zip::ZipWriter;
use zip::write::SimpleFileOptions;

use crate::support::{ENGINES, Engine, World, csv, file};

fn utf16(text: &str, bytes: fn(u16) -> [u8; 2]) -> Vec<u8> {
    std::iter::once(0xFEFF).chain(text.encode_utf16()).flat_map(bytes).collect()
}

#[tokio::test]
async fn every_encoding_and_separator_imports_the_same() {
    for engine in ENGINES {
        let world = World::over(engine).await;
        let mut number = 0_u32;
        let separators = [",", ";", "\t"];
        for (separator, line_end) in separators.iter().flat_map(|s| [(s, "\n"), (s, "\r\n")]) {
            let text =
                "Größe|Email|FIRSTNAME~9|m{n}@a.example|\"Zoë, the~\"\"first\"\"\"~~8|bad|Æ~";
            let text = text.replace('|', separator).replace('~', line_end);
            let windows = encoding_rs::WINDOWS_1252.encode(&text).0.into_owned();
            let files = [
                text.clone().into_bytes(),
                format!("\u{FEFF}{text}").into_bytes(),
                utf16(&text, u16::to_le_bytes),
                utf16(&text, u16::to_be_bytes),
                windows,
            ];
            for bytes in files {
                number += 1;
                let bytes = replace(&bytes, b"{n}", &number.to_string());
                let name = imported_name(&world, bytes, number).await;
                assert_eq!(name, format!("Zoë, the{line_end}\"first\""));
            }
        }
    }
}

/// Imports one of the files above; the name that its good row gave to its contact.
async fn imported_name(world: &World, bytes: Vec<u8>, number: u32) -> String {
    let ended = world.import(file(bytes, "csv")).await;
    let report = ended.counters;
    assert_eq!((report.new_contacts, report.invalid_entries), (1, 1));
    let faults = world.account().imports().faults(ended.id).await.unwrap().whole().await.unwrap();
    let expected = "\u{FEFF}Reason,email,größe,firstname\r\nInvalid Email,bad,8,Æ\r\n";
    assert_eq!(String::from_utf8_lossy(&faults), expected);
    world.value(&format!("m{number}@a.example"), "FIRSTNAME").await
}

/// Replaces `{n}`, in one byte a character or in two.
fn replace(file: &[u8], mark: &[u8], by: &str) -> Vec<u8> {
    let wide = |order: fn(u16) -> [u8; 2], text: &[u8]| -> Vec<u8> {
        text.iter().flat_map(|byte| order(u16::from(*byte))).collect()
    };
    let forms = [
        (mark.to_vec(), by.as_bytes().to_vec()),
        (wide(u16::to_le_bytes, mark), wide(u16::to_le_bytes, by.as_bytes())),
        (wide(u16::to_be_bytes, mark), wide(u16::to_be_bytes, by.as_bytes())),
    ];
    for (mark, by) in forms {
        if let Some(at) = file.windows(mark.len()).position(|window| window == mark) {
            return [&file[..at], &by, &file[at + mark.len()..]].concat();
        }
    }
    panic!("no mark in the file");
}

async fn workbook_world() -> World {
    let world = World::over(Engine::Memory).await;
    world.field("BORN", FieldKind::Date).await;
    world.field("POINTS", FieldKind::Number).await;
    world.field("MEMBER", FieldKind::Boolean).await;
    world.field("NOTE", FieldKind::Text).await;
    world
}

const WORKBOOK_FAULTS: &str = "\u{FEFF}Reason,email,name,born,points,member,note\r\n\
     Invalid Email,not an address,Bob,2001-12-31 23:59:58,-1500000,FALSE,\r\n";

/// Both workbooks hold the same second sheet behind a hidden one, with an empty row in it.
async fn workbook_imports_as_seen(bytes: Vec<u8>) {
    let world = workbook_world().await;
    let ended = world.import(file(bytes, "xls")).await;
    assert_eq!((ended.status, ended.rows_total), (Status::Finished, Some(2)));
    let faults = world.account().imports().faults(ended.id).await.unwrap().whole().await.unwrap();
    assert_eq!(String::from_utf8_lossy(&faults), WORKBOOK_FAULTS);
    let zoe = "zoe@example.com";
    assert!(world.value(zoe, "BORN").await.starts_with("1980-02-29T00:00:00"));
    assert_eq!(world.value(zoe, "POINTS").await, "0.3");
    assert_eq!(world.value(zoe, "MEMBER").await, "true");
    assert_eq!(world.value(zoe, "NOTE").await, "42");
}

#[tokio::test]
async fn an_xls_workbook_imports_as_a_person_sees_it() {
    workbook_imports_as_seen(include_bytes!("contacts.xls").to_vec()).await;
}

#[tokio::test]
async fn an_xlsx_workbook_imports_as_a_person_sees_it() {
    workbook_imports_as_seen(xlsx(SHEET)).await;
}

const SHEET: &str = "<row r=\"1\">\
    <c r=\"A1\" t=\"s\"><v>0</v></c><c r=\"B1\" t=\"inlineStr\"><is><t>EMAIL</t></is></c>\
    <c r=\"C1\" t=\"inlineStr\"><is><t>Born</t></is></c>\
    <c r=\"D1\" t=\"inlineStr\"><is><t>Points</t></is></c>\
    <c r=\"E1\" t=\"inlineStr\"><is><t>Member</t></is></c>\
    <c r=\"F1\" t=\"inlineStr\"><is><t>Note</t></is></c></row>\
    <row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>Zoë</t></is></c>\
    <c r=\"B2\" t=\"inlineStr\"><is><t>zoe@example.com</t></is></c>\
    <c r=\"C2\" s=\"1\"><v>29280</v></c><c r=\"D2\"><v>0.30000000000000004</v></c>\
    <c r=\"E2\" t=\"b\"><v>1</v></c><c r=\"F2\"><v>42</v></c></row>\
    <row r=\"3\"><c r=\"A3\" s=\"1\"/></row>\
    <row r=\"4\"><c r=\"A4\" t=\"inlineStr\"><is><t>Bob</t></is></c>\
    <c r=\"B4\" t=\"inlineStr\"><is><t>not an address</t></is></c>\
    <c r=\"C4\" s=\"2\"><v>37256.99997685185</v></c><c r=\"D4\"><v>-1500000</v></c>\
    <c r=\"E4\" t=\"b\"><v>0</v></c></row>";

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// A workbook with a hidden sheet and one with these rows.
fn xlsx(rows: &str) -> Vec<u8> {
    let relation = |id: &str, kind: &str, target: &str| {
        format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
    };
    let relations = |inner: &[String]| {
        format!("<Relationships xmlns=\"{PACKAGE}\">{}</Relationships>", inner.concat())
    };
    let sheet = |rows: &str| {
        format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{rows}</sheetData></worksheet>")
    };
    let parts = [
        ("_rels/.rels", relations(&[relation("r1", "officeDocument", "xl/workbook.xml")])),
        (
            "xl/workbook.xml",
            format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>\
                 <sheet name=\"Old\" sheetId=\"1\" state=\"hidden\" r:id=\"s1\"/>\
                 <sheet name=\"Contacts\" sheetId=\"2\" r:id=\"s2\"/></sheets></workbook>"
            ),
        ),
        (
            "xl/_rels/workbook.xml.rels",
            relations(&[
                relation("s1", "worksheet", "worksheets/sheet1.xml"),
                relation("s2", "worksheet", "worksheets/sheet2.xml"),
                relation("s3", "sharedStrings", "sharedStrings.xml"),
                relation("s4", "styles", "styles.xml"),
            ]),
        ),
        ("xl/worksheets/sheet1.xml", sheet("")),
        ("xl/worksheets/sheet2.xml", sheet(rows)),
        ("xl/sharedStrings.xml", format!("<sst xmlns=\"{MAIN}\"><si><t>Name</t></si></sst>")),
        (
            "xl/styles.xml",
            format!(
                "<styleSheet xmlns=\"{MAIN}\"><cellXfs><xf numFmtId=\"0\"/>\
                 <xf numFmtId=\"14\"/><xf numFmtId=\"22\"/></cellXfs></styleSheet>"
            ),
        ),
    ];
    let mut archive = ZipWriter::new(Cursor::new(Vec::new()));
    for (name, text) in parts {
        archive.start_file(name, SimpleFileOptions::default()).unwrap();
        archive.write_all(text.as_bytes()).unwrap();
    }
    archive.finish().unwrap().into_inner()
}

#[tokio::test]
async fn a_workbook_without_an_email_column_is_refused() {
    let world = World::over(Engine::Memory).await;
    let sheet = SHEET.replace("EMAIL", "Mail");
    let refused = world.accept(file(xlsx(&sheet), "xlsx")).await.unwrap_err();
    assert_eq!(refused.to_string(), lychgate::domain::Refusal::ImportNoEmailColumn.to_string());
}

#[tokio::test]
async fn a_workbook_that_unpacks_without_end_ends_as_invalid() {
    let world = World::over(Engine::Memory).await;
    let header = "<row r=\"1\"><c r=\"A1\" t=\"inlineStr\"><is><t>Email</t></is></c></row>";
    let one_cell = format!(
        "{header}<row r=\"2\"><c r=\"A2\" t=\"inlineStr\"><is><t>{}</t></is></c></row>",
        "x".repeat(4 * 1024 * 1024)
    );
    let bomb = xlsx(&one_cell);
    assert!(bomb.len() < 64 * 1024);
    let ended = world.import(file(bomb, "xlsx")).await;
    assert_eq!(ended.status, Status::InvalidFileFormat);
}

#[tokio::test]
async fn a_workbook_that_is_cut_short_ends_as_invalid() {
    let world = World::over(Engine::Memory).await;
    let whole = xlsx(SHEET);
    let old = include_bytes!("contacts.xls");
    for bytes in [&whole[..whole.len() / 2], &old[..old.len() / 2]] {
        let ended = world.import(file(bytes.to_vec(), "xlsx")).await;
        assert_eq!(ended.status, Status::InvalidFileFormat);
    }
}

#[tokio::test]
async fn an_overlong_row_is_refused_and_the_rest_is_imported() {
    let world = World::over(Engine::Memory).await;
    let text = format!(
        "Email,FIRSTNAME\nlong@a.example,\"{}\"\nwide@a.example{}\nann@a.example,Ann\n",
        "x".repeat(3_000_000),
        ",y".repeat(100_000),
    );
    let (report, faults) = world.import_csv(&text).await;
    assert_eq!((report.new_contacts, report.failures), (1, 2));
    assert_eq!(
        faults,
        "\u{FEFF}Reason,email,firstname\r\n\
         Failures,long@a.example,\r\nFailures,wide@a.example,y\r\n"
    );
    assert_eq!(world.value("ann@a.example", "FIRSTNAME").await, "Ann");
}

#[tokio::test]
async fn a_header_without_end_is_refused_at_once() {
    let world = World::over(Engine::Memory).await;
    for text in ["x".repeat(50_000_000), "Email,".repeat(1_000_000)] {
        let refused = world.accept(csv(&text)).await.unwrap_err();
        let expected = lychgate::domain::Refusal::ImportFormatUnsupported;
        assert_eq!(refused.to_string(), expected.to_string());
    }
}
