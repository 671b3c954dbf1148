//! What a row says by itself, before the store is asked: its address, its typed values.

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;

use super::columns::Columns;
use super::merge;
use super::rows::{Row, Rows};
use crate::domain::{
    Context, EmailAddress, EmailType, ExternalId, FieldId, FieldValue, OptIn, Phone,
};

/// Stored forms of contacts that lie together, in bytes.
const RECORDS_BYTES: usize = 64 * 1024;

/// Rows with what was read from them, entry by entry in the same order.
#[derive(Debug)]
pub struct Prepared {
    pub rows: Rows,
    pub entries: Vec<Entry>,
}

/// One row's contents.
#[derive(Debug)]
pub struct Entry {
    /// `None` when it is no address.
    pub address: Option<EmailAddress>,
    /// Under which the address is indexed; 0 when there is none.
    pub hash: u64,
    /// The first entry of this batch with the same address: its own index in most cases.
    pub first: usize,
    pub external_id: Option<ExternalId>,
    /// Something stands in the phone column that is no number. That refuses no row.
    pub invalid_phone: bool,
    /// Every value fits its field, and the row is neither too long nor wider than the header.
    pub fits: bool,
    /// The contact that the row makes when none has its address, as it is stored; `None` when it
    /// is too large for that.
    pub new_contact: Option<Bytes>,
}

/// What a row has in the phone column.
#[derive(Debug, Default, PartialEq, Eq)]
pub enum PhoneCell {
    /// The file has no such column.
    #[default]
    NoColumn,
    Empty,
    Invalid,
    Number(Phone),
}

impl PhoneCell {
    fn of(row: Row<'_>, columns: &Columns) -> Self {
        let Some(column) = columns.phone else { return Self::NoColumn };
        let cell = text(row.field(column)).trim();
        if cell.is_empty() {
            return Self::Empty;
        }
        Phone::judge(cell).map_or(Self::Invalid, Self::Number)
    }
}

/// What a row says of its contact.
#[derive(Debug, Default)]
pub struct Values {
    pub opt_in: Option<OptIn>,
    pub email_type: Option<EmailType>,
    pub external_id: Option<ExternalId>,
    pub phone: PhoneCell,
    /// The mapped columns; `None` is an empty cell.
    pub fields: Vec<(FieldId, Option<FieldValue>)>,
}

/// Reads every row of a batch, for the import of this number.
pub fn prepare(context: &Context, rows: Rows, columns: &Columns, import: u32) -> Prepared {
    let now = context.clock.now();
    let (record, records) = (Vec::new(), BytesMut::new());
    let mut reading = Reading { context, columns, import, now, record, records };
    let mut entries: Vec<Entry> = rows.iter().map(|row| reading.read(row)).collect();
    link_repeats(&mut entries);
    Prepared { rows, entries }
}

/// Whether a row's address is one. Allocates nothing.
pub fn has_address(row: Row<'_>, email: usize) -> bool {
    EmailAddress::judge(text(row.field(email))).is_some()
}

/// A batch as it is read.
struct Reading<'a> {
    context: &'a Context,
    columns: &'a Columns,
    import: u32,
    now: Timestamp,
    /// One contact's stored form.
    record: Vec<u8>,
    /// Where the stored forms of many lie together.
    records: BytesMut,
}

impl Reading<'_> {
    fn read(&mut self, row: Row<'_>) -> Entry {
        let columns = self.columns;
        let address = EmailAddress::parse(text(row.field(columns.header.email))).ok();
        let hash = address.as_ref().map_or(0, |address| self.context.hash(address.as_compared()));
        let invalid_phone = PhoneCell::of(row, columns) == PhoneCell::Invalid;
        let fits = !row.overlong && !is_wider(row, columns.header.cells.len());
        // A row without an address is refused for that, whatever its values are.
        let judged = address.as_ref().filter(|_| fits);
        let values = judged.and_then(|address| Some((address, values(row, columns)?)));
        let fits = fits && (address.is_none() || values.is_some());
        let (mut external_id, mut new_contact) = (None, None);
        if let Some((address, values)) = values {
            external_id.clone_from(&values.external_id);
            new_contact = self.encode(address, values);
        }
        Entry { address, hash, first: 0, external_id, invalid_phone, fits, new_contact }
    }

    fn encode(&mut self, address: &EmailAddress, values: Values) -> Option<Bytes> {
        let contact = merge::create(address, values, self.import, self.now);
        contact.encode_into(&mut self.record).ok()?;
        if self.records.capacity() < self.record.len() {
            self.records = BytesMut::with_capacity(RECORDS_BYTES.max(self.record.len()));
        }
        self.records.extend_from_slice(&self.record);
        Some(self.records.split().freeze())
    }
}

/// What a row says of its contact; `None` when a value does not fit its field.
pub fn values(row: Row<'_>, columns: &Columns) -> Option<Values> {
    let mut values = Values::default();
    values.fields.reserve_exact(columns.fields.len());
    for (column, field, kind) in &columns.fields {
        let value = FieldValue::parse(*kind, text(row.field(*column))).ok()?;
        values.fields.push((*field, value));
    }
    let external_id = columns.external_id.map(|column| text(row.field(column)).trim());
    if let Some(external_id) = external_id.filter(|id| !id.is_empty()) {
        values.external_id = Some(ExternalId::parse(external_id).ok()?);
    }
    values.phone = PhoneCell::of(row, columns);
    read_word(row, columns.opt_in, opt_in_of, &mut values.opt_in)?;
    read_word(row, columns.email_type, email_type_of, &mut values.email_type)?;
    columns.extras.fit(row).then_some(values)
}

/// A row with text behind the header's last column. Separators alone are no text.
fn is_wider(row: Row<'_>, columns: usize) -> bool {
    row.len() > columns && row.fields().skip(columns).any(|field| !field.trim_ascii().is_empty())
}

/// Reads a word's meaning unless the cell is empty; `None` for a word without one.
fn read_word<T>(
    row: Row<'_>,
    column: Option<usize>,
    meaning: fn(&str) -> Option<T>,
    to: &mut Option<T>,
) -> Option<()> {
    let cell = column.map(|column| text(row.field(column))).unwrap_or_default();
    let word: String = cell.chars().filter(char::is_ascii_alphanumeric).collect();
    if !word.is_empty() {
        *to = Some(meaning(&word.to_ascii_lowercase())?);
    }
    Some(())
}

fn opt_in_of(word: &str) -> Option<OptIn> {
    match word {
        "unknown" => Some(OptIn::Unknown),
        "single" => Some(OptIn::Single),
        "double" => Some(OptIn::Double),
        "verifieddouble" => Some(OptIn::VerifiedDouble),
        _ => None,
    }
}

fn email_type_of(word: &str) -> Option<EmailType> {
    match word {
        "html" | "h" => Some(EmailType::Html),
        "plaintext" | "plain" | "text" | "p" | "t" => Some(EmailType::PlainText),
        _ => None,
    }
}

/// The readers yield UTF-8 and cut it at ASCII characters only.
fn text(field: &[u8]) -> &str {
    std::str::from_utf8(field).unwrap_or_default()
}

/// Finds addresses that stand in the batch more than once.
///
/// The hash only brings equal addresses together; the addresses themselves are compared.
fn link_repeats(entries: &mut [Entry]) {
    let mut by_hash: Vec<(u64, usize)> = Vec::with_capacity(entries.len());
    for (index, entry) in entries.iter_mut().enumerate() {
        entry.first = index;
        if entry.address.is_some() {
            by_hash.push((entry.hash, index));
        }
    }
    by_hash.sort_unstable();
    for same in by_hash.chunk_by(|one, other| one.0 == other.0) {
        for (at, (_, index)) in same.iter().enumerate().skip(1) {
            let earlier = same.iter().take(at).map(|(_, earlier)| *earlier);
            let first = earlier.into_iter().find(|earlier| same_address(entries, *earlier, *index));
            if let (Some(first), Some(entry)) = (first, entries.get_mut(*index)) {
                entry.first = first;
            }
        }
    }
}

fn same_address(entries: &[Entry], one: usize, other: usize) -> bool {
    let address =
        |index: usize| entries.get(index)?.address.as_ref().map(EmailAddress::as_compared);
    address(one) == address(other)
}
