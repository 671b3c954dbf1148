//! What a file is, found out while it comes in: its format from its beginning, its encoding from all
//! of it.

use super::DeclaredFormat;
use super::columns::Header;
use super::format::{self, Format, HEADER_BYTES};
use super::sheet::Workbook;
use super::text::{Encoding, EncodingSoFar};
use crate::domain::Refusal;

/// Looks at the parts of a file in their order.
#[derive(Debug, Default)]
pub struct FirstLook(Option<Seen>);

/// What the parts so far have shown.
#[derive(Debug)]
enum Seen {
    /// By its first bytes; only the whole file says more.
    Workbook(Workbook),
    Text(Box<Text>),
}

/// A text file so far.
#[derive(Debug)]
struct Text {
    encoding: EncodingSoFar,
    /// The bytes in which the header is looked for.
    start: Vec<u8>,
    /// What they showed, and the encoding they were read in; `None` while more of them is needed.
    header: Option<(Option<Encoding>, FoundHeader)>,
    start_is_whole: bool,
}

/// The separator and the header.
type FoundHeader = Result<Option<(u8, Header)>, Refusal>;

/// What a file turned out to be.
#[derive(Debug)]
pub enum Found {
    /// It is to be judged from all of it.
    Workbook(Workbook),
    Text {
        format: Format,
        header: Header,
    },
    /// Neither text nor a workbook, or announced as Excel and none.
    Neither,
}

impl FirstLook {
    /// Looks at the next part. The first one is the whole file or some KiB of it.
    pub fn push(&mut self, part: &[u8], is_last: bool) {
        let seen = self.0.get_or_insert_with(|| match format::workbook(part) {
            Some(workbook) => Seen::Workbook(workbook),
            None => Seen::Text(Box::new(Text::begin(part))),
        });
        if let Seen::Text(text) = seen {
            text.push(part, is_last);
        }
    }

    /// Nothing that is still to come makes rows of this file: it need not be kept.
    pub fn is_hopeless(&self) -> bool {
        match &self.0 {
            Some(Seen::Text(text)) => {
                let header = text.header.as_ref().map(|(_, header)| header);
                header.is_some_and(|header| !matches!(header, Ok(Some(_))))
                    || text.encoding.so_far().is_none()
            }
            _ => false,
        }
    }

    /// What the file is that ends here; refuses as [`format::inspect`].
    pub fn finish(self, declared: DeclaredFormat) -> Result<Found, Refusal> {
        match self.0 {
            Some(Seen::Workbook(workbook)) => Ok(Found::Workbook(workbook)),
            Some(Seen::Text(text)) => text.finish(declared),
            None => Err(Refusal::ImportNoEmailColumn),
        }
    }
}

impl Text {
    fn begin(first: &[u8]) -> Self {
        let encoding = Encoding::begin(first);
        Self { encoding, start: Vec::new(), header: None, start_is_whole: false }
    }

    fn push(&mut self, part: &[u8], is_last: bool) {
        self.encoding.push(part);
        if self.header.is_some() {
            return;
        }
        let encoding = if is_last { self.encoding.of_whole() } else { self.encoding.so_far() };
        // Nearly always the header ends early in the first part.
        let short = format::short_start(part);
        if self.start.is_empty()
            && let Some(found) =
                encoding.and_then(|encoding| format::header_within(short, encoding))
        {
            self.start = short.to_vec();
            self.header = Some((encoding, Ok(Some(found))));
            return;
        }
        let missing = HEADER_BYTES.saturating_sub(self.start.len());
        self.start.extend_from_slice(part.get(..missing).unwrap_or(part));
        if is_last || part.len() > missing {
            self.start_is_whole = part.len() <= missing;
            let header = encoding.map_or(Ok(None), |encoding| {
                format::text_header(&self.start, self.start_is_whole, encoding)
            });
            self.header = Some((encoding, header));
        }
    }

    fn finish(self, declared: DeclaredFormat) -> Result<Found, Refusal> {
        let Some(encoding) = self.encoding.of_whole() else { return Ok(Found::Neither) };
        let header = match self.header {
            Some((read_as, header)) if read_as == Some(encoding) => header,
            _ => header_read_as(&self.start, self.start_is_whole, encoding),
        };
        let Some((delimiter, header)) = header? else {
            return format::no_header::<Found>(declared).map(|_| Found::Neither);
        };
        Ok(Found::Text { format: Format::Csv { encoding, delimiter }, header })
    }
}

/// The header in an encoding that turned out to be another one.
fn header_read_as(start: &[u8], is_whole: bool, encoding: Encoding) -> FoundHeader {
    let within = format::header_within(start, encoding);
    let longest = || format::text_header(start, is_whole, encoding);
    within.map_or_else(longest, |found| Ok(Some(found)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use DeclaredFormat::{Csv, Excel};

    /// A first part.
    const LEAST_BYTES: usize = 4 * 1024;

    fn look(parts: &[&[u8]], declared: DeclaredFormat) -> Result<Found, Refusal> {
        let mut look = FirstLook::default();
        for (number, part) in parts.iter().enumerate() {
            look.push(part, number + 1 == parts.len());
        }
        look.finish(declared)
    }

    fn outcome(found: Result<Found, Refusal>) -> Result<Option<Format>, Refusal> {
        found.map(|found| match found {
            Found::Text { format, .. } => Some(format),
            Found::Workbook(workbook) => Some(Format::Workbook(workbook)),
            Found::Neither => None,
        })
    }

    #[test]
    fn the_bytes_say_what_a_file_is() {
        let csv = |encoding, delimiter| Ok(Some(Format::Csv { encoding, delimiter }));
        let refused = Err(Refusal::ImportNoEmailColumn);
        let files: [(&[u8], _, _); 9] = [
            (b"Email,A\na@b.example,1\n", csv(Encoding::Utf8, b','), None),
            (b"\xEF\xBB\xBFEmail;A\n", csv(Encoding::Utf8Marked, b';'), None),
            (b"Name\nx\n", refused.clone(), Some(Ok(None))),
            (b"", refused.clone(), Some(Ok(None))),
            (b"Email\nK\xF6ln\n", csv(Encoding::Windows1252, b','), None),
            (b"\xEF\xBB\xBFA,Email\nK\xF6ln\n", csv(Encoding::Windows1252, b','), None),
            (b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", Ok(None), None),
            (b"E\0m\0a\0i\0l\0\n\0", csv(Encoding::Utf16Le, b','), None),
            (b"not an Excel file", refused, Some(Ok(None))),
        ];
        for (file, as_csv, as_excel) in files {
            assert_eq!(outcome(look(&[file], Csv)), as_csv, "{file:?}");
            assert_eq!(outcome(look(&[file], Excel)), as_excel.unwrap_or(as_csv), "{file:?}");
        }
    }

    fn long(rest: &[u8]) -> Vec<u8> {
        let mut file = b"Name,Email\r\n".to_vec();
        while file.len() < HEADER_BYTES {
            file.extend_from_slice(
                b"\"a \"\"quoted\"\" one\",a@b.example\r\n\"two\nlines\",none\n",
            );
        }
        file.extend_from_slice(rest);
        file
    }

    #[test]
    fn the_encoding_of_a_later_part_decides() {
        let first = long(b"");
        let encoding = |last: &[u8]| match look(&[&first, last], Csv).unwrap() {
            Found::Text { format: Format::Csv { encoding, .. }, .. } => Some(encoding),
            _ => None,
        };
        assert_eq!(encoding("Köln".as_bytes()), Some(Encoding::Utf8));
        assert_eq!(encoding(b"K\xF6ln"), Some(Encoding::Windows1252));
        assert_eq!(encoding(b"a\0"), None);
    }

    #[test]
    fn a_header_is_the_same_whether_it_ends_early_or_late() {
        let cell = "x".repeat(20_000);
        for header in [
            "Email,A".to_owned(),
            "A;Email".to_owned(),
            "\"two\nlines\",Email".to_owned(),
            format!("{cell},Email"),
            format!("\"{cell}\n\",Email,B"),
        ] {
            let file = format!("{header}\nx,y\n{}", "a@b.example;z,1\n".repeat(2_000));
            let Found::Text { header: found, .. } = look(&[file.as_bytes()], Csv).unwrap() else {
                panic!("it is text");
            };
            let alone = format!("{header}\n");
            let Found::Text { header, .. } = look(&[alone.as_bytes()], Csv).unwrap() else {
                panic!("it is text");
            };
            assert_eq!(format!("{found:?}"), format!("{header:?}"));
        }
    }

    #[test]
    fn a_file_without_a_header_is_hopeless_from_its_first_part_on() {
        let mut look = FirstLook::default();
        look.push("Name\n".repeat(HEADER_BYTES).as_bytes(), false);
        assert!(look.is_hopeless());
        assert_eq!(look.finish(Csv).unwrap_err(), Refusal::ImportNoEmailColumn);
        let mut look = FirstLook::default();
        look.push("x".repeat(2 * HEADER_BYTES).as_bytes(), false);
        assert!(look.is_hopeless());
        assert_eq!(look.finish(Csv).unwrap_err(), Refusal::ImportFormatUnsupported);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

        #[test]
        fn a_file_cut_anywhere_is_what_it_is_in_one_part(
            tail in prop::collection::vec(prop::sample::select(vec![
                &b"a@b.example"[..], b"\"", b",", b"\r\n", b"\0", b"x", b"\xF6", "\u{f6}".as_bytes(),
                "\u{1F600}".as_bytes(),
            ]), 0..20),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        ) {
            let file = long(&tail.concat());
            let rest = file.len() - LEAST_BYTES;
            let mut places: Vec<usize> =
                cuts.iter().map(|cut| LEAST_BYTES + cut.index(rest + 1)).collect();
            places.extend([0, file.len()]);
            places.sort_unstable();
            let parts: Vec<&[u8]> = places.windows(2).map(|pair| &file[pair[0]..pair[1]]).collect();
            prop_assert_eq!(outcome(look(&parts, Csv)), outcome(look(&[&file], Csv)));
        }
    }
}
