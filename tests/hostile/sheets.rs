//! XLSX files by hand: archives that unpack to more, lie, or lead out of themselves.

use std::fmt::Write as _;

use super::files::{End, Row};
use super::make::{archive, each};

const MAIN: &str = "http://schemas.openxmlformats.org/spreadsheetml/2006/main";
const OFFICE: &str = "http://schemas.openxmlformats.org/officeDocument/2006/relationships";
const PACKAGE: &str = "http://schemas.openxmlformats.org/package/2006/relationships";

/// A workbook with one sheet, of which any part may be another.
pub struct Sheet {
    workbook: String,
    relations: String,
    cells: String,
    texts: String,
    more: Vec<(String, Vec<u8>)>,
}

impl Default for Sheet {
    fn default() -> Self {
        let relation = |id: &str, kind: &str, target: &str| {
            format!("<Relationship Id=\"{id}\" Type=\"{OFFICE}/{kind}\" Target=\"{target}\"/>")
        };
        Self {
            workbook: format!(
                "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>\
                 <sheet name=\"Contacts\" sheetId=\"1\" r:id=\"s1\"/></sheets></workbook>"
            ),
            relations: format!(
                "<Relationships xmlns=\"{PACKAGE}\">{}{}</Relationships>",
                relation("s1", "worksheet", "worksheets/sheet1.xml"),
                relation("s2", "sharedStrings", "sharedStrings.xml")
            ),
            cells: worksheet(&rows_of(&["Email", "sheet@b.example"])),
            texts: format!("<sst xmlns=\"{MAIN}\"><si><t>Email</t></si></sst>"),
            more: Vec::new(),
        }
    }
}

fn worksheet(inside: &str) -> String {
    format!("<worksheet xmlns=\"{MAIN}\"><sheetData>{inside}</sheetData></worksheet>")
}

fn text_cell(at: &str, text: &str) -> String {
    format!("<c r=\"{at}\" t=\"inlineStr\"><is><t>{text}</t></is></c>")
}

/// Rows of one cell each.
fn rows_of(texts: &[&str]) -> String {
    let row = |(n, text): (usize, &&str)| {
        format!("<row r=\"{}\">{}</row>", n + 1, text_cell(&format!("A{}", n + 1), text))
    };
    texts.iter().enumerate().map(row).collect()
}

impl Sheet {
    /// With these rows behind the header.
    fn of(rows: &str) -> Self {
        let header = rows_of(&["Email"]);
        Self { cells: worksheet(&format!("{header}{rows}")), ..Self::default() }
    }

    pub fn file(&self) -> Vec<u8> {
        let root = format!(
            "<Relationships xmlns=\"{PACKAGE}\"><Relationship Id=\"r1\" \
             Type=\"{OFFICE}/officeDocument\" Target=\"xl/workbook.xml\"/></Relationships>"
        );
        let mut parts: Vec<(&str, &[u8])> = vec![
            ("_rels/.rels", root.as_bytes()),
            ("xl/workbook.xml", self.workbook.as_bytes()),
            ("xl/_rels/workbook.xml.rels", self.relations.as_bytes()),
            ("xl/worksheets/sheet1.xml", self.cells.as_bytes()),
            ("xl/sharedStrings.xml", self.texts.as_bytes()),
        ];
        parts.extend(self.more.iter().map(|(name, content)| (name.as_str(), content.as_slice())));
        archive(&parts)
    }
}

const DTD: &str = "<!DOCTYPE x [<!ENTITY xxe SYSTEM \"file:///etc/passwd\"><!ENTITY a \"aaaaaaaaaa\">\
                   <!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;\">]>";

pub fn rows() -> Vec<Row> {
    let one = || End::Counted("\"newContacts\":1");
    let no_sheet = || End::As("InvalidFileFormat");
    let cell = |cell: &str| Sheet::of(&format!("<row r=\"2\">{cell}</row>")).file();
    let with = |change: fn(&mut Sheet)| {
        let mut sheet = Sheet::default();
        change(&mut sheet);
        sheet.file()
    };
    let file = "a.xlsx";
    vec![
        (
            "a sheet as it should be",
            "shows that the others fail for their own reason",
            file,
            Sheet::default().file(),
            one(),
        ),
        (
            "an entity in a cell",
            "reads a file of the server into a contact",
            file,
            with(|sheet| {
                sheet.cells = format!("{DTD}{}", worksheet(&rows_of(&["Email", "&xxe;"])));
            }),
            no_sheet(),
        ),
        (
            "an entity in the texts",
            "reads a file of the server into a contact",
            file,
            with(|sheet| {
                sheet.texts = format!("{DTD}<sst xmlns=\"{MAIN}\"><si><t>&xxe;&b;</t></si></sst>");
            }),
            no_sheet(),
        ),
        (
            "an entity in the workbook",
            "reads a file of the server",
            file,
            with(|sheet| {
                sheet.workbook = format!("{DTD}{}", sheet.workbook.replace("Contacts", "&xxe;"));
            }),
            no_sheet(),
        ),
        (
            "a relation to a file of the server",
            "reads it as a sheet",
            file,
            with(|sheet| {
                sheet.relations =
                    sheet.relations.replace("worksheets/sheet1.xml", "file:///etc/passwd");
            }),
            no_sheet(),
        ),
        (
            "a relation out of the archive",
            "reads a file of the server",
            file,
            with(|sheet| {
                sheet.relations =
                    sheet.relations.replace("worksheets/sheet1.xml", "../../../../etc/passwd");
            }),
            no_sheet(),
        ),
        (
            "a relation to another server",
            "fetches it",
            file,
            with(|sheet| {
                sheet.relations = sheet.relations.replace(
                    "Target=\"worksheets/sheet1.xml\"",
                    "Target=\"http://169.254.169.254/\" TargetMode=\"External\"",
                );
            }),
            no_sheet(),
        ),
        (
            "parts with the names of other folders",
            "is unpacked over them",
            file,
            with(|sheet| {
                sheet.more =
                    ["../../evil", "/etc/cron.d/evil", "..\\..\\evil", "C:\\evil", "xl/../../evil"]
                        .map(|name| (name.to_owned(), b"evil".to_vec()))
                        .into();
            }),
            End::Counted("\"updatedContacts\":1"),
        ),
        (
            "5,000 parts",
            "is walked for each",
            file,
            with(|sheet| {
                sheet.more = (0..5_000).map(|n| (format!("xl/media/{n}"), Vec::new())).collect();
            }),
            no_sheet(),
        ),
        (
            "a sheet that says it is huge",
            "is set aside",
            file,
            with(|sheet| {
                sheet.cells = sheet
                    .cells
                    .replace("<sheetData>", "<dimension ref=\"A1:XFD1048576\"/><sheetData>");
            }),
            End::Counted("\"updatedContacts\":1"),
        ),
        (
            "a sheet that says it is beyond measure",
            "overflows",
            file,
            with(|sheet| {
                sheet.cells = sheet.cells.replace(
                    "<sheetData>",
                    "<dimension ref=\"A1:ZZZZZZZ99999999999\"/><sheetData>",
                );
            }),
            no_sheet(),
        ),
        (
            "a cell far to the right",
            "is a row of that length",
            file,
            cell(&text_cell("XFD2", "x")),
            End::Counted("\"newContacts\":0"),
        ),
        (
            "a cell far below",
            "is a million rows",
            file,
            cell(&text_cell("A1048576", "far@b.example")),
            one(),
        ),
        (
            "a cell beyond all columns",
            "overflows",
            file,
            cell(&text_cell("ZZZZZZZZ2", "x")),
            no_sheet(),
        ),
        (
            "a cell beyond all rows",
            "overflows",
            file,
            cell(&text_cell("A99999999999", "x")),
            no_sheet(),
        ),
        ("a cell of no place", "is anywhere", file, cell(&text_cell("!", "x")), no_sheet()),
        (
            "a cell of row nought",
            "is before the first",
            file,
            cell(&text_cell("A0", "x")),
            no_sheet(),
        ),
        (
            "a text that is not there",
            "is beyond the end of the texts",
            file,
            cell("<c r=\"A2\" t=\"s\"><v>99999999999</v></c>"),
            no_sheet(),
        ),
        (
            "a text of a negative number",
            "is before the first",
            file,
            cell("<c r=\"A2\" t=\"s\"><v>-1</v></c>"),
            End::Counted("\"newContacts\":0"),
        ),
        (
            "a number beyond measure",
            "is infinite",
            file,
            cell("<c r=\"A2\"><v>1e999</v></c>"),
            End::Counted("\"newContacts\":0"),
        ),
        (
            "a number that is none",
            "is compared with nothing",
            file,
            cell("<c r=\"A2\"><v>NaN</v></c>"),
            End::Counted("\"newContacts\":0"),
        ),
        (
            "a date before all calendars",
            "overflows",
            file,
            cell("<c r=\"A2\" s=\"1\"><v>-99999999999</v></c>"),
            End::Counted("\"newContacts\":0"),
        ),
        (
            "a formula",
            "runs a program; the value beside it is what counts",
            file,
            cell("<c r=\"A2\" t=\"str\"><f>cmd|' /C calc'!A0</f><v>formula@b.example</v></c>"),
            one(),
        ),
        (
            "an error for a value",
            "is no text",
            file,
            cell("<c r=\"A2\" t=\"e\"><v>#REF!</v></c>"),
            End::Counted("\"newContacts\":0"),
        ),
        (
            "a text of two megabytes",
            "is longer than a cell",
            file,
            cell(&text_cell("A2", &"x".repeat(2 << 20))),
            no_sheet(),
        ),
        (
            "100,000 levels in a cell",
            "overflows the stack",
            file,
            cell(&text_cell("A2", &"<r>".repeat(100_000))),
            End::Counted("\"newContacts\":0"),
        ),
        (
            "100,000 cells in a row",
            "is wider than any table",
            file,
            cell(&each(100_000, |_| text_cell("B2", "x"))),
            End::Counted(""),
        ),
        (
            "no sheet at all",
            "has nothing to read",
            file,
            with(|sheet| {
                sheet.workbook = format!("<workbook xmlns=\"{MAIN}\"><sheets/></workbook>");
            }),
            no_sheet(),
        ),
        (
            "10,000 sheets",
            "is a list of that length",
            file,
            with(|sheet| {
                let mut sheets = String::new();
                for n in 0..10_000 {
                    write!(sheets, "<sheet name=\"S{n}\" sheetId=\"{n}\" r:id=\"s1\"/>").unwrap();
                }
                sheet.workbook = format!(
                    "<workbook xmlns=\"{MAIN}\" xmlns:r=\"{OFFICE}\"><sheets>{sheets}</sheets></workbook>"
                );
            }),
            End::Counted("\"updatedContacts\":1"),
        ),
        (
            "a sheet that ends within a tag",
            "lost its end",
            file,
            with(|sheet| {
                sheet.cells.truncate(sheet.cells.len() - 20);
            }),
            no_sheet(),
        ),
        (
            "a workbook that is no XML",
            "is nothing",
            file,
            with(|sheet| sheet.workbook = "{}".to_owned()),
            no_sheet(),
        ),
        (
            "an archive without a workbook",
            "is no sheet",
            file,
            archive(&[("a.txt", b"a")]),
            no_sheet(),
        ),
        ("an archive of nothing", "is no sheet", file, archive(&[]), no_sheet()),
        (
            "an archive whose directory lies",
            "has a size that is not its part's",
            file,
            lying(),
            no_sheet(),
        ),
    ]
}

/// A directory that says that a part has four bytes.
fn lying() -> Vec<u8> {
    let mut file = Sheet::default().file();
    let mut at = 0;
    while let Some(next) = file[at..].windows(4).position(|window| window == b"PK\x01\x02") {
        at += next;
        file[at + 24..at + 28].copy_from_slice(&[4, 0, 0, 0]);
        at += 4;
    }
    file
}

/// Files of less than a megabyte that unpack to hundreds.
pub fn bombs() -> Vec<(&'static str, Row)> {
    let sheet = |change: &dyn Fn(&mut Sheet)| {
        let mut sheet = Sheet::default();
        change(&mut sheet);
        sheet.file()
    };
    let why = "unpacks to more than the memory";
    let blank = |bytes: usize| format!("{}<a>{}</a>", "<?xml version=\"1.0\"?>", " ".repeat(bytes));
    let of_rows = "<row/>".repeat(100 << 20);
    let in_cells = sheet(&|sheet| sheet.cells = worksheet(&of_rows));
    let in_texts = sheet(&|sheet| sheet.texts = blank(60 << 20));
    let in_media =
        sheet(&|sheet| sheet.more = vec![("xl/media/a.png".to_owned(), vec![0; 60 << 20])]);
    let in_many = sheet(&|sheet| {
        sheet.more = (0..50)
            .map(|n| (format!("xl/a{n}.xml"), "<a/>".repeat(1 << 18).into_bytes()))
            .collect();
    });
    let refused = || End::As("InvalidFileFormat");
    vec![
        ("a sheet of 600 MB", ("a bomb of rows", why, "a.xlsx", in_cells, refused())),
        ("texts of 60 MB", ("a bomb of texts", why, "a.xlsx", in_texts, refused())),
        ("a picture of 60 MB", ("a bomb of pictures", why, "a.xlsx", in_media, refused())),
        ("fifty parts of a megabyte", ("a bomb of parts", why, "a.xlsx", in_many, refused())),
    ]
}
