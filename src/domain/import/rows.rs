//! Rows of a file, packed: one text for many rows, no allocation per field.

/// Rows read before they are judged and committed together.
///
/// More rows a commit leave fewer runs of new addresses to merge; fewer keep memory and the work
/// lost at a kill small. Measured with `cargo bench --bench lychgate-bench -- --cases rows`.
pub const BATCH_ROWS: usize = 16 * 1024;

/// Text of one batch, in bytes; a batch of wide rows ends early.
pub const BATCH_BYTES: usize = 2 * 1024 * 1024;

/// Longest row that is kept, in bytes of UTF-8. A longer one is refused as a failure.
pub const MAX_ROW_BYTES: usize = 256 * 1024;

/// Most columns of a file. Excel's own limit is 16,384; an account has at most some hundred fields.
pub const MAX_COLUMNS: usize = 1_024;

/// A number of rows in file order. Every field is a slice of one text.
#[derive(Debug, Default)]
pub struct Rows {
    text: Vec<u8>,
    /// Where each field ends in `text`; it begins where the one before ends.
    ends: Vec<u32>,
    row_ends: Vec<RowEnd>,
}

#[derive(Debug, Clone, Copy)]
struct RowEnd {
    /// Number of fields of this row and all before it.
    fields: u32,
    overlong: bool,
}

/// One row: its fields in file order.
#[derive(Debug, Clone, Copy)]
pub struct Row<'a> {
    text: &'a [u8],
    start: u32,
    ends: &'a [u32],
    /// The row was longer than [`MAX_ROW_BYTES`] or [`MAX_COLUMNS`]; what is here is its beginning.
    pub overlong: bool,
}

impl Rows {
    pub fn len(&self) -> usize {
        self.row_ends.len()
    }

    pub fn is_empty(&self) -> bool {
        self.row_ends.is_empty()
    }

    pub fn is_full(&self) -> bool {
        self.row_ends.len() >= BATCH_ROWS || self.text.len() >= BATCH_BYTES
    }

    /// Adds a field to the row under construction.
    pub fn push_field(&mut self, field: &[u8]) {
        self.text.extend_from_slice(field);
        self.ends.push(offset(self.text.len()));
    }

    /// Adds a whole row: `ends` are the field ends within `text`.
    pub fn push_row(&mut self, text: &[u8], ends: &[usize], overlong: bool) {
        let base = self.text.len();
        self.text.extend_from_slice(text);
        self.ends.extend(ends.iter().map(|end| offset(base + end)));
        self.end_row(overlong);
    }

    pub fn end_row(&mut self, overlong: bool) {
        self.row_ends.push(RowEnd { fields: offset(self.ends.len()), overlong });
    }

    /// Drops the fields of the row under construction.
    pub fn drop_fields(&mut self) {
        let kept = self.row_ends.last().map_or(0, |row| index_of(row.fields));
        self.ends.truncate(kept);
        self.text.truncate(self.ends.last().map_or(0, |end| index_of(*end)));
    }

    /// The row at `index`, counted from 0.
    pub fn row(&self, index: usize) -> Option<Row<'_>> {
        let RowEnd { fields, overlong } = *self.row_ends.get(index)?;
        let before = index.checked_sub(1).and_then(|before| self.row_ends.get(before));
        let first = before.map_or(0, |row| row.fields);
        let ends = self.ends.get(index_of(first)..index_of(fields))?;
        let start = match first {
            0 => 0,
            _ => self.ends.get(index_of(first - 1)).copied()?,
        };
        Some(Row { text: &self.text, start, ends, overlong })
    }

    pub fn iter(&self) -> impl Iterator<Item = Row<'_>> {
        (0..self.len()).map_while(|index| self.row(index))
    }
}

impl<'a> Row<'a> {
    /// How many fields it has.
    pub fn columns(&self) -> usize {
        self.ends.len()
    }

    /// The field at `column`; empty when the row is shorter.
    pub fn field(&self, column: usize) -> &'a [u8] {
        let Some(end) = self.ends.get(column) else { return &[] };
        let start = match column.checked_sub(1) {
            Some(before) => self.ends.get(before).copied().unwrap_or(self.start),
            None => self.start,
        };
        self.text.get(index_of(start)..index_of(*end)).unwrap_or_default()
    }

    pub fn fields(&self) -> impl Iterator<Item = &'a [u8]> {
        let row = *self;
        (0..self.columns()).map(move |column| row.field(column))
    }
}

/// A position in a batch. A batch is bounded far below 4 GiB.
fn offset(position: usize) -> u32 {
    u32::try_from(position).unwrap_or(u32::MAX)
}

fn index_of(position: u32) -> usize {
    usize::try_from(position).unwrap_or(usize::MAX)
}
