//! Parsers of comma-separated text, used again and again.
//!
//! Making one builds its tables, which takes as long as parsing some ten thousand bytes: more than
//! most files have. A copy of a made one never ends (csv-core 0.1.13); one that is reset does.

use std::sync::{Mutex, PoisonError};

use csv_core::{ReadRecordResult, Reader, ReaderBuilder};

/// Parsers that wait for use at most, half a KiB each.
const MOST_WAITING: usize = 32;

static WAITING: Mutex<Vec<(u8, Reader)>> = Mutex::new(Vec::new());

/// A parser, which goes to the waiting ones in the end.
#[derive(Debug)]
pub struct Parser {
    delimiter: u8,
    reader: Reader,
}

impl Parser {
    pub fn of(delimiter: u8) -> Self {
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        let found = waiting.iter().position(|(separates, _)| *separates == delimiter);
        let found = found.map(|place| waiting.swap_remove(place).1);
        drop(waiting);
        let make = || ReaderBuilder::new().delimiter(delimiter).build();
        Self { delimiter, reader: found.unwrap_or_else(make) }
    }

    /// As csv-core's: the outcome, and how much was read, written and ended.
    pub fn read_record(
        &mut self,
        input: &[u8],
        output: &mut [u8],
        ends: &mut [usize],
    ) -> (ReadRecordResult, usize, usize, usize) {
        self.reader.read_record(input, output, ends)
    }
}

impl Drop for Parser {
    fn drop(&mut self) {
        let mut reader = std::mem::take(&mut self.reader);
        reader.reset();
        let mut waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner);
        if waiting.len() < MOST_WAITING {
            waiting.push((self.delimiter, reader));
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_parser_that_was_left_within_a_quoted_field_begins_anew() {
        for _ in 0..3 {
            let (mut row, mut ends) = ([0; 64], [0; 8]);
            let mut parser = Parser::of(b'\x01');
            let (result, ..) = parser.read_record(b"a\x01b,\"c\"\nd", &mut row, &mut ends);
            assert_eq!(result, ReadRecordResult::Record);
            assert_eq!((&row[..6], &ends[..2]), (&b"ab,\"c\""[..], &[1, 6][..]));
            parser.read_record(b"\"open", &mut row, &mut ends);
        }
    }
}
