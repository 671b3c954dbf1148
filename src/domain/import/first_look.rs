//! What a file is, found out while it comes in: its format from its beginning, its rows in passing.

use std::io::{self, Read};

use bytes::Bytes;

use super::DeclaredFormat;
use super::columns::Header;
use super::csv::CsvRows;
use super::format::{self, Format, HEADER_BYTES};
use super::rows::Rows;
use super::sheet::Workbook;
use super::survey::Survey;
use super::text::{Encoding, EncodingSoFar, Utf8};
use crate::domain::Refusal;

/// Rows that are parsed before they are counted.
const ROWS_AT_ONCE: usize = 1_024;

/// Looks at the parts of a file in their order. Its methods block.
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
    start_is_whole: bool,
    header: Result<Option<(u8, Header)>, Refusal>,
    /// With the encoding that the rows are read in; `None` once that is known to be wrong.
    counting: Option<(Encoding, Counting)>,
}

/// What a file turned out to be.
#[derive(Debug)]
pub enum Found {
    /// It is to be judged from all of it.
    Workbook(Workbook),
    Text {
        format: Format,
        header: Header,
        survey: Option<Survey>,
    },
    /// Neither text nor a workbook, or announced as Excel and none.
    Neither,
}

impl FirstLook {
    /// Looks at the next part. The first one is the whole file or [`HEADER_BYTES`] at least.
    pub fn push(&mut self, part: &Bytes, is_last: bool) {
        match &mut self.0 {
            None => self.0 = Some(Seen::first(part, is_last)),
            Some(Seen::Workbook(_)) => {}
            Some(Seen::Text(text)) => text.push(part, is_last),
        }
    }

    /// Nothing that is still to come makes rows of this file: it need not be kept.
    pub fn is_hopeless(&self) -> bool {
        match &self.0 {
            Some(Seen::Text(text)) => {
                !matches!(text.header, Ok(Some(_))) || text.encoding.so_far().is_none()
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

impl Seen {
    fn first(part: &Bytes, is_last: bool) -> Self {
        if let Some(workbook) = format::workbook(part) {
            return Self::Workbook(workbook);
        }
        let mut encoding = Encoding::begin(part);
        encoding.push(part);
        let start = format::start(part).to_vec();
        let start_is_whole = is_last && part.len() <= HEADER_BYTES;
        let so_far = if is_last { encoding.of_whole() } else { encoding.so_far() };
        let header =
            so_far.map_or(Ok(None), |so_far| format::text_header(&start, start_is_whole, so_far));
        let counting = match (so_far, &header) {
            (Some(encoding), Ok(Some((delimiter, header)))) => {
                let mut counting = Counting::new(encoding, *delimiter, header.email);
                counting.push(part, is_last).then_some((encoding, counting))
            }
            _ => None,
        };
        Self::Text(Box::new(Text { encoding, start, start_is_whole, header, counting }))
    }
}

impl Text {
    fn push(&mut self, part: &Bytes, is_last: bool) {
        self.encoding.push(part);
        let so_far = if is_last { self.encoding.of_whole() } else { self.encoding.so_far() };
        let counting = self.counting.take().filter(|(encoding, _)| Some(*encoding) == so_far);
        self.counting = counting.and_then(|(encoding, mut counting)| {
            counting.push(part, is_last).then_some((encoding, counting))
        });
    }

    fn finish(self, declared: DeclaredFormat) -> Result<Found, Refusal> {
        let Some(encoding) = self.encoding.of_whole() else { return Ok(Found::Neither) };
        let header = match &self.counting {
            Some(_) => self.header,
            // The header may have been read in an encoding that turned out to be another one.
            None => format::text_header(&self.start, self.start_is_whole, encoding),
        };
        let Some((delimiter, header)) = header? else {
            return format::no_header::<Found>(declared).map(|_| Found::Neither);
        };
        let survey = self.counting.map(|(_, counting)| counting.survey);
        Ok(Found::Text { format: Format::Csv { encoding, delimiter }, header, survey })
    }
}

/// Counts rows while their text comes in.
struct Counting {
    csv: CsvRows<Utf8<Feed>>,
    header_passed: bool,
    email: usize,
    survey: Survey,
}

impl Counting {
    fn new(encoding: Encoding, delimiter: u8, email: usize) -> Self {
        let csv = CsvRows::new(Utf8::new(Feed::default(), encoding), delimiter);
        Self { csv, header_passed: false, email, survey: Survey::default() }
    }

    /// Counts what is whole by now; false when the text cannot be read.
    fn push(&mut self, part: &Bytes, is_last: bool) -> bool {
        *self.csv.text().file() = Feed { part: part.clone(), is_last };
        match self.count() {
            Ok(()) => true,
            Err(error) => error.kind() == io::ErrorKind::WouldBlock,
        }
    }

    fn count(&mut self) -> io::Result<()> {
        let mut rows = Rows::default();
        let counted = self.fill(&mut rows);
        // What came before the text ran out is counted, too.
        self.add(&rows);
        counted
    }

    fn fill(&mut self, rows: &mut Rows) -> io::Result<()> {
        if !self.header_passed {
            self.header_passed = self.csv.skip(1)?;
        }
        while self.header_passed && self.csv.fill_at_most(rows, ROWS_AT_ONCE)? {
            self.add(&std::mem::take(rows));
        }
        Ok(())
    }

    fn add(&mut self, rows: &Rows) {
        // It wants all rows, whatever it says.
        let _more = self.survey.add(rows, self.email);
    }
}

impl std::fmt::Debug for Counting {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Counting").field("survey", &self.survey).finish_non_exhaustive()
    }
}

/// The part of the file at hand. Behind it the reader would have to wait, unless it is the last.
#[derive(Debug, Default)]
struct Feed {
    part: Bytes,
    is_last: bool,
}

impl Read for Feed {
    fn read(&mut self, to: &mut [u8]) -> io::Result<usize> {
        if self.part.is_empty() && !self.is_last && !to.is_empty() {
            return Err(io::ErrorKind::WouldBlock.into());
        }
        let mut from: &[u8] = &self.part;
        let size = from.read(to)?;
        self.part = self.part.slice(size..);
        Ok(size)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use DeclaredFormat::{Csv, Excel};

    /// Parts of a file whose first one is long enough, or the whole.
    fn look(parts: &[&[u8]], declared: DeclaredFormat) -> Result<Found, Refusal> {
        let mut look = FirstLook::default();
        for (number, part) in parts.iter().enumerate() {
            look.push(&Bytes::copy_from_slice(part), number + 1 == parts.len());
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
    fn a_file_in_one_part_is_what_inspecting_it_says() {
        let files: [&[u8]; 9] = [
            b"Email,A\na@b.example,1\n",
            b"\xEF\xBB\xBFEmail;A\n",
            b"Name\nx\n",
            b"",
            b"Email\nK\xF6ln\n",
            b"\xEF\xBB\xBFA,Email\nK\xF6ln\n",
            b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR",
            b"E\0m\0a\0i\0l\0\n\0",
            b"not an Excel file",
        ];
        for file in files {
            for declared in [Csv, Excel] {
                let whole = format::inspect(&Bytes::copy_from_slice(file), declared);
                assert_eq!(outcome(look(&[file], declared)), whole, "{file:?}");
            }
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
    fn the_encoding_of_a_later_part_decides_and_the_rows_are_left_to_the_worker() {
        let utf8 = Format::Csv { encoding: Encoding::Utf8, delimiter: b',' };
        let latin = Format::Csv { encoding: Encoding::Windows1252, delimiter: b',' };
        let first = long(b"");
        let Found::Text { format, survey, .. } = look(&[&first, "Köln".as_bytes()], Csv).unwrap()
        else {
            panic!("it is text");
        };
        assert_eq!(format, utf8);
        assert!(survey.is_some());
        let Found::Text { format, survey, .. } = look(&[&first, b"K\xF6ln"], Csv).unwrap() else {
            panic!("it is text");
        };
        assert_eq!((format, survey), (latin, None));
        assert!(matches!(look(&[&first, b"a\0"], Csv), Ok(Found::Neither)));
    }

    #[test]
    fn a_file_without_a_header_is_hopeless_from_its_first_part_on() {
        let mut look = FirstLook::default();
        look.push(&Bytes::from("Name\n".repeat(HEADER_BYTES)), false);
        assert!(look.is_hopeless());
        assert_eq!(look.finish(Csv).unwrap_err(), Refusal::ImportNoEmailColumn);
        let mut look = FirstLook::default();
        look.push(&Bytes::from("x".repeat(2 * HEADER_BYTES)), false);
        assert!(look.is_hopeless());
        assert_eq!(look.finish(Csv).unwrap_err(), Refusal::ImportFormatUnsupported);
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 16, ..ProptestConfig::default() })]

        #[test]
        fn rows_are_counted_as_in_the_whole_file(
            tail in prop::collection::vec(prop::sample::select(vec![
                &b"a@b.example"[..], b"\"", b",", b"\r", b"\n", b"\r\n", b" ", b"x", "\u{f6}".as_bytes(),
            ]), 0..60),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..5),
        ) {
            let file = long(&tail.concat());
            let rest = file.len() - HEADER_BYTES;
            let mut places: Vec<usize> =
                cuts.iter().map(|cut| HEADER_BYTES + cut.index(rest + 1)).collect();
            places.extend([0, file.len()]);
            places.sort_unstable();
            let parts: Vec<&[u8]> = places.windows(2).map(|pair| &file[pair[0]..pair[1]]).collect();
            let Found::Text { format, header, survey } = look(&parts, Csv).unwrap() else {
                panic!("it is text");
            };
            let whole = Survey::of_text(&Bytes::from(file.clone()), format, header.email);
            prop_assert_eq!(survey, whole);
        }
    }
}
