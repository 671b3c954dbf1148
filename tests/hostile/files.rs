//! Files that are imported: text that is no table, sheets that are bombs, cells that are code.
//!
//! A file is accepted, worked on in the background and judged by its import's end. What it costs
//! is counted up to there.

use std::time::{Duration, Instant};

use super::case::{Case, Expected, Form, refused};
use super::gateway::{Gateway, get};
use super::make::{archive, each, gzip, multipart, utf16le};
use super::sheets::{self, Sheet};
use super::wire::Reply;

/// An import that is not at its end by then hangs.
const PATIENCE: Duration = Duration::from_secs(120);

/// What becomes of a file.
pub enum End {
    /// It is refused at once, and this is said.
    Refused(&'static str),
    /// It is accepted, and its import ends so.
    As(&'static str),
    /// Its import finishes with this in its report.
    Counted(&'static str),
    /// Its import finishes, and its faults file says this.
    Faulted(&'static str),
}

/// A file: what it is called, what it is, why, its name, its bytes, its end.
pub type Row = (&'static str, &'static str, &'static str, Vec<u8>, End);

pub fn cases(gateway: &Gateway) -> Vec<Case> {
    let mut cases: Vec<Case> = texts().into_iter().map(|row| of_row(gateway, row)).collect();
    cases.extend(large(gateway));
    cases
}

pub fn sheet_cases(gateway: &Gateway) -> Vec<Case> {
    let rows = sheets::rows().into_iter().chain(foreign());
    let mut cases: Vec<Case> = rows.map(|row| of_row(gateway, row)).collect();
    // A bomb is measured, and measuring is unpacking: at some 100 MB a second without optimization.
    for (name, row) in sheets::bombs() {
        let case = of_row(gateway, row);
        let (cpu, bytes) = (Duration::from_secs(30), case.most_bytes);
        cases.push(Case { name: name.to_owned(), ..case.costing(cpu, bytes) });
    }
    cases
}

fn of_row(gateway: &Gateway, (name, why, file_name, file, end): Row) -> Case {
    let head = format!(
        "Content-Disposition: form-data; name=\"file\"; filename=\"{file_name}\"\r\n\
         Content-Type: application/octet-stream"
    );
    let body = multipart("b", &[(&head, &file)]);
    let wire = gateway.rest("/v2/contacts/import", "multipart/form-data; boundary=b", body);
    let expected = match end {
        End::Refused(says) => refused(Form::RestJson, 400, says),
        _ => Expected::Answered { status: 202, says: "\"id\":" },
    };
    let case = Case::new(name, why, Form::RestJson, wire, expected);
    // Accepting writes to the disk, and the work goes through the store.
    let (cpu, bytes) = (case.most_cpu * 4, case.most_bytes + (16 << 20));
    let case = case.costing(cpu, bytes);
    match end {
        End::Refused(_) => case,
        End::As(status) => case.then(move |gateway, reply| ended(gateway, reply, status).map(drop)),
        End::Counted(says) => case.then(move |gateway, reply| {
            let id = ended(gateway, reply, "Finished")?;
            told(gateway, &format!("/v2/contacts/import/{id}/report"), says)
        }),
        End::Faulted(says) => case.then(move |gateway, reply| {
            let id = ended(gateway, reply, "Finished")?;
            told(gateway, &format!("/v2/contacts/import/{id}/report-faults"), says)
        }),
    }
}

/// Waits for the import's end, which must be `status`, and returns its id.
fn ended(gateway: &Gateway, reply: &Reply, status: &str) -> Result<String, String> {
    let member = |reply: &Reply, name: &str| {
        let value: serde_json::Value = serde_json::from_slice(&reply.body).unwrap_or_default();
        value[name].as_str().map(str::to_owned).ok_or_else(|| format!("no {name} in {reply}"))
    };
    let id = member(reply, "id")?;
    let began = Instant::now();
    loop {
        let progress = gateway.ask(&get(&format!("/v2/contacts/import/{id}"), &gateway.basic))?;
        match member(&progress, "status")? {
            now if now == status => return Ok(id),
            now if now != "NotFinished" => return Err(format!("the import ended as {now}")),
            _ if began.elapsed() > PATIENCE => return Err("the import hangs".to_owned()),
            _ => std::thread::sleep(Duration::from_millis(20)),
        }
    }
}

fn told(gateway: &Gateway, path: &str, says: &str) -> Result<(), String> {
    let reply = gateway.ask(&get(path, &gateway.basic))?;
    let fits = reply.status == 200 && reply.text().contains(says);
    fits.then_some(()).ok_or_else(|| format!("{path} does not say {says:?}: {reply}"))
}

/// A file of text with this in its rows.
fn csv(text: impl AsRef<str>) -> Vec<u8> {
    text.as_ref().as_bytes().to_vec()
}

fn texts() -> Vec<Row> {
    use End::{As, Counted, Faulted, Refused};
    let no_column = || Refused("ERROR_");
    vec![
        ("nothing", "has no rows", "a.csv", Vec::new(), no_column()),
        ("a header alone", "has no rows", "a.csv", csv("Email\n"), Counted("\"newContacts\":0")),
        ("no column of addresses", "is about nobody", "a.csv", csv("a,b\n1,2\n"), no_column()),
        (
            "NULs",
            "cut texts short in programs in C",
            "a.csv",
            csv("Email\na\0@b.example\n"),
            As("InvalidFileFormat"),
        ),
        (
            "2,000 columns",
            "is wider than any table",
            "a.csv",
            csv(format!("Email{}\n", each(2_000, |n| format!(",C{n}")))),
            no_column(),
        ),
        (
            "a header of a megabyte",
            "is kept until its end",
            "a.csv",
            csv(format!("Email,{}\n", "x".repeat(1 << 20))),
            no_column(),
        ),
        (
            "a header in quotes that do not end",
            "is kept until its end",
            "a.csv",
            csv(format!("Email,\"{}", "x\n".repeat(1 << 19))),
            no_column(),
        ),
        (
            "a column twice",
            "is read by one and written by another",
            "a.csv",
            csv("Email,Email,FIRSTNAME,FIRSTNAME\nt@b.example,u@b.example,A,B\n"),
            Counted("\"newContacts\":1"),
        ),
        (
            "a million columns in a row",
            "is a row of that length",
            "a.csv",
            csv(format!("Email\nc@b.example{}\n", ",".repeat(1_000_000))),
            Counted("\"failures\":1"),
        ),
        (
            "quotes that do not end",
            "swallow the rest of the file",
            "a.csv",
            csv(format!("Email,FIRSTNAME\nq@b.example,\"{}", "x\n".repeat(300_000))),
            Counted("\"failures\":1"),
        ),
        (
            "a quote in the middle",
            "begins a text, or does not",
            "a.csv",
            csv("Email,FIRSTNAME\nm@b.example,a\"b\n"),
            Counted("\"newContacts\":1"),
        ),
        (
            "a quote at the end",
            "begins a text that is empty",
            "a.csv",
            csv("Email,FIRSTNAME\ne@b.example,\""),
            Counted("\"newContacts\":1"),
        ),
        (
            "a megabyte of quotes",
            "is counted in pairs",
            "a.csv",
            csv(format!("Email,FIRSTNAME\np@b.example,{}\n", "\"".repeat(1 << 20))),
            Counted("\"failures\":1"),
        ),
        (
            "a million empty lines",
            "is a million rows of nothing",
            "a.csv",
            csv(format!("Email\n{}l@b.example\n", "\n".repeat(1_000_000))),
            Counted("\"newContacts\":1"),
        ),
        (
            "100,000 rows of nothing",
            "is refused row by row",
            "a.csv",
            csv(format!("Email,FIRSTNAME\n{}", ",x\n".repeat(100_000))),
            As("RejectedByWatchdog"),
        ),
        (
            "an address of 10 KB",
            "is a key of the store",
            "a.csv",
            csv(format!("Email\n{}@b.example\n", "a".repeat(10_000))),
            Counted("\"invalidEntries\":1"),
        ),
        (
            "an address with a line feed",
            "adds a header to a letter",
            "a.csv",
            csv("Email\n\"a@b.example\r\nBcc: c@d.example\"\n"),
            Counted("\"invalidEntries\":1"),
        ),
        (
            "an address with markup",
            "runs a script in a page",
            "a.csv",
            csv("Email\n<script>@b.example\n"),
            Counted("\"invalidEntries\":1"),
        ),
        (
            "one address 100,000 times",
            "is looked for 100,000 times",
            "a.csv",
            csv(format!("Email\n{}", "same@b.example\n".repeat(100_000))),
            Counted("\"duplicateEmails\":99999"),
        ),
        (
            "a formula",
            "runs a program in a spreadsheet; what was given is given back",
            "a.csv",
            csv("Email,FIRSTNAME\n=cmd|' /C calc'!A0,x\n"),
            Faulted("Invalid Email,=cmd|' /C calc'!A0,x"),
        ),
        (
            "a formula in quotes",
            "runs a program in a spreadsheet; what was given is given back",
            "a.csv",
            csv("Email,FIRSTNAME\n\"=HYPERLINK(\"\"http://a.example\"\",\"\"b\"\")\",x\n"),
            Faulted("=HYPERLINK"),
        ),
        (
            "a mark twice",
            "has a character before its header",
            "a.csv",
            csv("\u{feff}\u{feff}Email\nd@b.example\n"),
            Counted("\"newContacts\":1"),
        ),
        (
            "utf-16 of odd length",
            "is half a unit",
            "a.csv",
            [b"\xff\xfe".to_vec(), utf16le("Email\no@b.example\n"), vec![0]].concat(),
            Counted("\"newContacts\":1"),
        ),
        (
            "half a surrogate pair",
            "is half a character",
            "a.csv",
            [b"\xff\xfe".to_vec(), utf16le("Email\nh@b.example\n"), vec![0x3d, 0xd8]].concat(),
            Counted("\"invalidEntries\":1"),
        ),
        (
            "bytes of no encoding",
            "are letters of some",
            "a.csv",
            [&b"Email,FIRSTNAME\nn@b.example,\xff\xfe\x81\n"[..]].concat(),
            Counted("\"newContacts\":1"),
        ),
        (
            "a separator of its own",
            "is no table",
            "a.csv",
            csv("Email\u{1}FIRSTNAME\ns@b.example\u{1}x\n"),
            no_column(),
        ),
    ]
}

/// Files that say to be something else.
fn foreign() -> Vec<Row> {
    use End::{As, Refused};
    let ole = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0xff; 8_192]].concat();
    let zeros = [b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(), vec![0; 8_192]].concat();
    let mut circle = zeros.clone();
    // A directory and an allocation table that lead to themselves.
    circle[24..26].copy_from_slice(&[0x3e, 0]);
    circle[26..28].copy_from_slice(&[3, 0]);
    circle[28..30].copy_from_slice(&[0xfe, 0xff]);
    circle[30..32].copy_from_slice(&[9, 0]);
    circle[32..34].copy_from_slice(&[6, 0]);
    circle[44..48].copy_from_slice(&[1, 0, 0, 0]);
    let mut huge = circle.clone();
    huge[44..48].copy_from_slice(&[0xff; 4]);
    huge[72..76].copy_from_slice(&[0xff, 0xff, 0xff, 0x7f]);
    vec![
        (
            "a program",
            "is no table",
            "a.csv",
            b"MZ\x90\0\x03\0\0\0".to_vec(),
            As("InvalidFileFormat"),
        ),
        (
            "a gzip archive as text",
            "is no table",
            "a.csv",
            gzip(b"Email\na@b.example\n"),
            As("InvalidFileFormat"),
        ),
        (
            "an archive as text",
            "is a sheet by its bytes",
            "a.csv",
            archive(&[("a.csv", b"Email\n")]),
            As("InvalidFileFormat"),
        ),
        (
            "text as a sheet",
            "is text by its bytes",
            "a.xlsx",
            b"Email\nx@b.example\n".to_vec(),
            As("Finished"),
        ),
        ("an XLS of ones", "has sizes that overflow", "a.xls", ole, As("InvalidFileFormat")),
        ("an XLS of zeros", "has sectors of no size", "a.xls", zeros, As("InvalidFileFormat")),
        (
            "an XLS that leads to itself",
            "is walked for ever",
            "a.xls",
            circle,
            As("InvalidFileFormat"),
        ),
        (
            "an XLS of two thousand million sectors",
            "is set aside",
            "a.xls",
            huge,
            As("InvalidFileFormat"),
        ),
        (
            "an XLS cut short",
            "lost its end",
            "a.xls",
            b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1".to_vec(),
            As("InvalidFileFormat"),
        ),
        (
            "a sheet cut short",
            "lost its directory",
            "a.xlsx",
            {
                let whole = Sheet::default().file();
                whole[..whole.len() / 2].to_vec()
            },
            As("InvalidFileFormat"),
        ),
        (
            "a program's extension",
            "is run by whoever opens it",
            "a.exe",
            b"Email\na@b.example\n".to_vec(),
            Refused("ERROR_"),
        ),
    ]
}

/// A row of 48 MB: it goes through in pieces, and nobody keeps it.
fn large(gateway: &Gateway) -> Vec<Case> {
    let field = [&b"Email,FIRSTNAME\nlong@b.example,"[..], &vec![b'x'; 48_000_000], b"\n"].concat();
    let row = (
        "a field of 48 MB",
        "is kept until its end",
        "a.csv",
        field,
        End::Counted("\"failures\":1"),
    );
    vec![of_row(gateway, row).costing(Duration::from_secs(40), 64 << 20)]
}
