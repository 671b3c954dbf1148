//! Spreadsheets: XLS and XLSX, the first visible sheet, each cell as a person would see it.
//!
//! A workbook is a packed file: a small one may unpack to anything. What it unpacks to is measured
//! before it is parsed, without keeping it.

use std::io::{self, Cursor, Read};
use std::ops::ControlFlow;

use calamine::{
    Data, DataRef, ExcelDateTime, Range, Reader as _, SheetType, SheetVisible, Xls, XlsOptions,
    Xlsx,
};

use super::rows::{MAX_COLUMNS, MAX_ROW_BYTES, Rows};

/// What an XLSX file may unpack to, in bytes. Ten times the largest upload is below this.
const MAX_UNPACKED_BYTES: u64 = 512 * 1024 * 1024;

/// What the parts of an XLSX file that stay in memory (its texts) may unpack to, in bytes.
const MAX_KEPT_BYTES: u64 = 48 * 1024 * 1024;

/// Longest stretch of XML without a `<`, in bytes: one cell holds at most 32,767 characters.
const MAX_TOKEN_BYTES: usize = 1024 * 1024;

/// Parts in an XLSX file; a workbook with a hundred sheets has a few hundred.
const MAX_PARTS: usize = 4_096;

/// Which kind of workbook a file is, by its first bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum Workbook {
    Xls,
    Xlsx,
}

/// The file is not a workbook that can be read.
#[derive(Debug, thiserror::Error)]
#[error("the workbook cannot be read: {0}")]
pub struct Unreadable(String);

impl Unreadable {
    fn because(why: impl Into<Box<dyn std::error::Error>>) -> Self {
        Self(why.into().to_string())
    }
}

/// Takes full batches of rows; breaks when no more are wanted.
pub type Give<'g> = dyn FnMut(Rows) -> ControlFlow<()> + 'g;

/// Reads the sheet's rows behind the first `skip` ones and gives them in batches, the last one
/// perhaps not full. Rows without any text are no rows.
pub fn read(
    file: &[u8],
    workbook: Workbook,
    skip: u64,
    give: &mut Give<'_>,
) -> Result<(), Unreadable> {
    let mut sheet = Collector { skip, ..Collector::new(give) };
    let flow = match workbook {
        Workbook::Xls => read_xls(file, &mut sheet)?,
        Workbook::Xlsx => read_xlsx(file, &mut sheet)?,
    };
    if flow.is_continue() {
        sheet.finish();
    }
    Ok(())
}

/// The sheet's first row.
pub fn header(file: &[u8], workbook: Workbook) -> Result<Option<Rows>, Unreadable> {
    let mut first = None;
    let mut give = |rows: Rows| {
        first = Some(rows);
        ControlFlow::Break(())
    };
    let mut sheet = Collector { batch_rows: 1, ..Collector::new(&mut give) };
    let flow = match workbook {
        Workbook::Xls => read_xls(file, &mut sheet)?,
        Workbook::Xlsx => read_xlsx(file, &mut sheet)?,
    };
    if flow.is_continue() {
        sheet.finish();
    }
    Ok(first)
}

/// Makes rows of cells that come in reading order.
struct Collector<'c, 'g> {
    rows: Rows,
    give: &'c mut Give<'g>,
    batch_rows: usize,
    skip: u64,
    row: Option<u32>,
    columns: usize,
    bytes: usize,
    overlong: bool,
}

impl<'c, 'g> Collector<'c, 'g> {
    fn new(give: &'c mut Give<'g>) -> Self {
        Self {
            rows: Rows::default(),
            give,
            batch_rows: usize::MAX,
            skip: 0,
            row: None,
            columns: 0,
            bytes: 0,
            overlong: false,
        }
    }

    fn cell(&mut self, row: u32, column: u32, text: &str) -> ControlFlow<()> {
        if text.is_empty() {
            return ControlFlow::Continue(());
        }
        if self.row != Some(row) {
            self.end_row()?;
            self.row = Some(row);
        }
        let column = usize::try_from(column).unwrap_or(usize::MAX);
        self.bytes = self.bytes.saturating_add(text.len());
        if column >= MAX_COLUMNS || self.bytes > MAX_ROW_BYTES {
            self.overlong = true;
            return ControlFlow::Continue(());
        }
        while self.columns < column {
            self.rows.push_field(b"");
            self.columns += 1;
        }
        if self.columns == column {
            self.rows.push_field(text.as_bytes());
            self.columns += 1;
        }
        ControlFlow::Continue(())
    }

    fn end_row(&mut self) -> ControlFlow<()> {
        if self.row.take().is_none() {
            return ControlFlow::Continue(());
        }
        let overlong = std::mem::take(&mut self.overlong);
        (self.columns, self.bytes) = (0, 0);
        if self.skip > 0 {
            self.skip -= 1;
            self.rows.drop_fields();
            return ControlFlow::Continue(());
        }
        self.rows.end_row(overlong);
        if self.rows.is_full() || self.rows.len() >= self.batch_rows {
            return (self.give)(std::mem::take(&mut self.rows));
        }
        ControlFlow::Continue(())
    }

    fn finish(&mut self) {
        if self.end_row().is_continue() && !self.rows.is_empty() {
            // The last rows: whether more are wanted makes no difference.
            let _last = (self.give)(std::mem::take(&mut self.rows));
        }
    }
}

fn read_xls(file: &[u8], sheet: &mut Collector<'_, '_>) -> Result<ControlFlow<()>, Unreadable> {
    let mut book = Xls::new_with_options(Cursor::new(file), XlsOptions::default())
        .map_err(Unreadable::because)?;
    let name = first_sheet(book.sheets_metadata())?;
    let range: Range<Data> = book.worksheet_range(&name).map_err(Unreadable::because)?;
    let (first_row, first_column) = range.start().unwrap_or_default();
    for (row, column, value) in range.used_cells() {
        let row = first_row.saturating_add(u32::try_from(row).unwrap_or(u32::MAX));
        let column = first_column.saturating_add(u32::try_from(column).unwrap_or(u32::MAX));
        if sheet.cell(row, column, &text_of(value)).is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn read_xlsx(file: &[u8], sheet: &mut Collector<'_, '_>) -> Result<ControlFlow<()>, Unreadable> {
    measure(file)?;
    let mut book: Xlsx<_> = calamine::open_workbook_from_rs(Cursor::new(file))
        .map_err(|error: calamine::XlsxError| Unreadable::because(error))?;
    let name = first_sheet(book.sheets_metadata())?;
    let mut cells = book.worksheet_cells_reader(&name).map_err(Unreadable::because)?;
    while let Some(cell) = cells.next_cell().map_err(Unreadable::because)? {
        let (row, column) = cell.get_position();
        let flow = match cell.get_value() {
            DataRef::SharedString(text) => sheet.cell(row, column, text),
            value => sheet.cell(row, column, &text_of(&value.clone().into())),
        };
        if flow.is_break() {
            return Ok(ControlFlow::Break(()));
        }
    }
    Ok(ControlFlow::Continue(()))
}

fn first_sheet(sheets: &[calamine::Sheet]) -> Result<String, Unreadable> {
    let of_cells = || sheets.iter().filter(|sheet| sheet.typ == SheetType::WorkSheet);
    let visible = of_cells().find(|sheet| sheet.visible == SheetVisible::Visible);
    let sheet = visible.or_else(|| of_cells().next());
    sheet.map(|sheet| sheet.name.clone()).ok_or_else(|| Unreadable::because("it has no sheet"))
}

/// Unpacks an XLSX file to nowhere and refuses one that is too large inside.
///
/// The sizes that the file claims are not believed, only used to refuse early.
fn measure(file: &[u8]) -> Result<(), Unreadable> {
    let mut parts = zip::ZipArchive::new(Cursor::new(file)).map_err(Unreadable::because)?;
    if parts.len() > MAX_PARTS {
        return Err(Unreadable::because("it has too many parts"));
    }
    let (mut unpacked, mut kept) = (0_u64, 0_u64);
    for index in 0..parts.len() {
        let part = parts.by_index(index).map_err(Unreadable::because)?;
        let name = part.name().map_err(Unreadable::because)?.into_owned();
        let is_sheet = name.contains("worksheets/");
        let bound = MAX_UNPACKED_BYTES.saturating_sub(unpacked).min(if is_sheet {
            u64::MAX
        } else {
            MAX_KEPT_BYTES.saturating_sub(kept)
        });
        if part.size() > bound {
            return Err(Unreadable::because("it is too large inside"));
        }
        let is_markup = is_sheet || !name.starts_with("xl/media/");
        let size = measure_part(part, bound, is_markup)?;
        unpacked += size;
        kept += if is_sheet { 0 } else { size };
    }
    Ok(())
}

fn measure_part(mut part: impl Read, bound: u64, is_markup: bool) -> Result<u64, Unreadable> {
    let mut buffer = vec![0; 64 * 1024];
    let (mut size, mut token) = (0_u64, 0_usize);
    loop {
        let read = match part.read(&mut buffer) {
            Ok(0) => return Ok(size),
            Ok(read) => read,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => continue,
            Err(error) => return Err(Unreadable::because(error)),
        };
        size += u64::try_from(read).unwrap_or(u64::MAX);
        let piece = buffer.get(..read).unwrap_or_default();
        token = match piece.iter().rposition(|byte| *byte == b'<') {
            Some(last) => read - last,
            None => token + read,
        };
        if size > bound || (is_markup && token > MAX_TOKEN_BYTES) {
            return Err(Unreadable::because("it is too large inside"));
        }
    }
}

/// A cell's value in the form that a person sees in the sheet.
fn text_of(value: &Data) -> String {
    match value {
        Data::Empty => String::new(),
        Data::String(text) | Data::DateTimeIso(text) | Data::DurationIso(text) => text.clone(),
        Data::Int(number) => number.to_string(),
        Data::Float(number) => number_text(*number),
        Data::Bool(true) => "TRUE".to_owned(),
        Data::Bool(false) => "FALSE".to_owned(),
        Data::DateTime(time) => time_text(time),
        Data::Error(error) => error.to_string(),
    }
}

/// Excel shows at most 15 digits; the rest of a binary fraction is noise to its users.
fn number_text(number: f64) -> String {
    let shown = format!("{number:.14e}").parse().unwrap_or(number);
    // Display writes no exponent and no needless zeros; `-0` is plain zero in a sheet.
    format!("{}", if shown == 0.0 { 0.0 } else { shown })
}

/// A date as ISO 8601 has it, with its time when it has one; a bare time or duration as h:mm:ss.
fn time_text(time: &ExcelDateTime) -> String {
    let serial = time.as_f64();
    if time.is_duration() || (0.0..1.0).contains(&serial) {
        return duration_text(serial);
    }
    let (year, month, day, hour, minute, second, _) = time.to_ymd_hms_milli();
    if (hour, minute, second) == (0, 0, 0) {
        return format!("{year:04}-{month:02}-{day:02}");
    }
    format!("{year:04}-{month:02}-{day:02} {hour:02}:{minute:02}:{second:02}")
}

fn duration_text(days: f64) -> String {
    const SECONDS_PER_DAY: f64 = 86_400.0;
    let seconds = (days * SECONDS_PER_DAY).round();
    let (hours, rest) = ((seconds / 3600.0).trunc(), seconds.abs() % 3600.0);
    format!("{hours:02}:{:02}:{:02}", (rest / 60.0).trunc(), rest % 60.0)
}
