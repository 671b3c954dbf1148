//! What a row says by itself, before the store is asked: its address, its typed values.

use bytes::{Bytes, BytesMut};
use jiff::Timestamp;

use super::columns::Columns;
use super::merge;
use super::rows::{Row, Rows};
use crate::domain::value::ReadValue;
use crate::domain::{
    Account, Context, EmailAddress, EmailType, ExternalId, FieldId, FieldValue, OptIn, Phone,
};

/// Stored forms of contacts that lie together, in bytes.
const RECORDS_BYTES: usize = 64 * 1024;

/// Rows with what was read from them, row by row in the same order.
#[derive(Debug)]
pub struct Prepared {
    pub rows: Rows,
    pub entries: Vec<Entry>,
    pub contents: Vec<Contents>,
}

/// What is judged of one row.
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
}

/// What a row has in the phone column.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
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

/// As what the values of one row are at hand. A guess makes the choice; any will do.
#[derive(Debug, Default)]
pub enum Contents {
    /// They are to be read from the row.
    #[default]
    InRow,
    /// For a contact that is there already.
    Values(Values),
    /// The contact that the row makes when none has its address, as it is stored.
    NewContact(Bytes),
}

/// What a row says of its contact; its values as they were read or as they are kept.
#[derive(Debug)]
pub struct Values<V = FieldValue> {
    pub opt_in: Option<OptIn>,
    pub email_type: Option<EmailType>,
    pub external_id: Option<ExternalId>,
    pub phone: PhoneCell,
    /// The mapped columns, ascending by field; `None` is an empty cell.
    pub fields: Vec<(FieldId, Option<V>)>,
}

/// Reads every row of a batch, for the import of this number into `account`.
pub fn prepare(account: Account<'_>, rows: Rows, columns: &Columns, import: u32) -> Prepared {
    let context = account.context;
    let mut entries: Vec<Entry> =
        rows.iter().map(|row| Entry::new(context, row.field(columns.header.email))).collect();
    let hashes = entries.iter().map(|entry| entry.hash);
    let known = context.known_addresses.guess(account.id, hashes);
    let mut reading = Reading::new(columns, import, context.clock.now());
    let read = rows.iter().zip(&mut entries).zip(known);
    let contents = read.map(|((row, entry), known)| reading.read(row, entry, known)).collect();
    link_repeats(&mut entries);
    Prepared { rows, entries, contents }
}

/// Whether a row's address is one. Allocates nothing.
pub fn has_address(row: Row<'_>, email: usize) -> bool {
    EmailAddress::judge(text(row.field(email))).is_some()
}

impl Entry {
    /// As far as the address alone tells.
    fn new(context: &Context, address: &[u8]) -> Self {
        let address = EmailAddress::parse(text(address)).ok();
        let hash = address.as_ref().map_or(0, |address| context.hash(address.as_compared()));
        let (external_id, invalid_phone) = (None, false);
        Self { address, hash, first: 0, external_id, invalid_phone, fits: false }
    }

    /// The address as it is compared.
    pub fn compared(&self) -> Option<&str> {
        self.address.as_ref().map(EmailAddress::as_compared)
    }
}

/// A batch as it is read.
struct Reading<'a> {
    columns: &'a Columns,
    import: u32,
    now: Timestamp,
    /// Of one row.
    values: Values<ReadValue<'a>>,
    /// One contact's stored form.
    record: Vec<u8>,
    /// Where the stored forms of many lie together.
    records: BytesMut,
}

impl<'a> Reading<'a> {
    fn new(columns: &'a Columns, import: u32, now: Timestamp) -> Self {
        let (values, record, records) = (Values::none(), Vec::new(), BytesMut::new());
        Self { columns, import, now, values, record, records }
    }

    /// Reads a row's values, of a contact that the account has or not.
    fn read(&mut self, row: Row<'a>, entry: &mut Entry, known: bool) -> Contents {
        entry.invalid_phone = PhoneCell::of(row, self.columns) == PhoneCell::Invalid;
        entry.fits = !row.overlong && !is_wider(row, self.columns.header.cells.len());
        // A row without an address is refused for that, whatever its values are.
        let Some(address) = entry.address.as_ref().filter(|_| entry.fits) else {
            return Contents::InRow;
        };
        if self.values.read(row, self.columns).is_none() {
            entry.fits = false;
            return Contents::InRow;
        }
        entry.external_id.clone_from(&self.values.external_id);
        if known || self.values.name_identities() {
            return Contents::Values(self.values.kept());
        }
        self.encode(address).map_or(Contents::InRow, Contents::NewContact)
    }

    fn encode(&mut self, address: &EmailAddress) -> Option<Bytes> {
        merge::encode_new(address, &self.values, (self.import, self.now), &mut self.record).ok()?;
        if self.records.capacity() < self.record.len() {
            self.records = BytesMut::with_capacity(RECORDS_BYTES.max(self.record.len()));
        }
        self.records.extend_from_slice(&self.record);
        Some(self.records.split().freeze())
    }
}

impl<'a> Values<ReadValue<'a>> {
    fn none() -> Self {
        let (opt_in, email_type, external_id) = (None, None, None);
        Self { opt_in, email_type, external_id, phone: PhoneCell::NoColumn, fields: Vec::new() }
    }

    /// Reads a row in the place of what was read before; `None` when a value does not fit its
    /// field.
    fn read(&mut self, row: Row<'a>, columns: &Columns) -> Option<()> {
        self.fields.clear();
        for (column, field, kind) in &columns.fields {
            let value = ReadValue::parse(*kind, text(row.field(*column))).ok()?;
            self.fields.push((*field, value));
        }
        let external_id = columns.external_id.map(|column| text(row.field(column)).trim());
        let external_id = external_id.filter(|id| !id.is_empty()).map(ExternalId::parse);
        self.external_id = external_id.transpose().ok()?;
        self.phone = PhoneCell::of(row, columns);
        self.opt_in = read_word(row, columns.opt_in, opt_in_of).ok()?;
        self.email_type = read_word(row, columns.email_type, email_type_of).ok()?;
        columns.extras.fit(row).then_some(())
    }

    /// Whether a contact of these is more than [`merge::encode_new`] writes.
    fn name_identities(&self) -> bool {
        self.external_id.is_some() || matches!(self.phone, PhoneCell::Number(_))
    }

    /// What is to be kept longer than the row.
    pub fn kept(&self) -> Values {
        let kept = |(field, value): &(FieldId, Option<ReadValue<'a>>)| {
            (*field, value.map(FieldValue::from))
        };
        Values {
            opt_in: self.opt_in,
            email_type: self.email_type,
            external_id: self.external_id.clone(),
            phone: self.phone.clone(),
            fields: self.fields.iter().map(kept).collect(),
        }
    }
}

/// What a row says of its contact; `None` when a value does not fit its field.
pub fn values(row: Row<'_>, columns: &Columns) -> Option<Values> {
    let mut values = Values::none();
    values.read(row, columns)?;
    Some(values.kept())
}

/// A row with text behind the header's last column. Separators alone are no text.
fn is_wider(row: Row<'_>, columns: usize) -> bool {
    row.columns() > columns
        && row.fields().skip(columns).any(|field| !field.trim_ascii().is_empty())
}

/// A word that means nothing in its column.
struct NoMeaning;

/// A word's meaning, nothing for an empty cell.
fn read_word<T>(
    row: Row<'_>,
    column: Option<usize>,
    meaning: fn(&str) -> Option<T>,
) -> Result<Option<T>, NoMeaning> {
    let cell = column.map(|column| text(row.field(column))).unwrap_or_default();
    let word: String = cell.chars().filter(char::is_ascii_alphanumeric).collect();
    if word.is_empty() {
        return Ok(None);
    }
    meaning(&word.to_ascii_lowercase()).map(Some).ok_or(NoMeaning)
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
fn link_repeats(entries: &mut [Entry]) {
    // An open table of first entries by hash, half empty at least.
    let mut firsts: Vec<Option<u32>> = vec![None; entries.len().saturating_mul(2)];
    for index in 0..entries.len() {
        let first = first_with_address(entries, &mut firsts, index);
        if let Some(entry) = entries.get_mut(index) {
            entry.first = first.unwrap_or(index);
        }
    }
}

/// The earlier entry with the address of the one at `index`; that one becomes the first if there is
/// none.
fn first_with_address(
    entries: &[Entry],
    firsts: &mut [Option<u32>],
    index: usize,
) -> Option<usize> {
    let entry = entries.get(index).filter(|entry| entry.address.is_some())?;
    let begin = usize::try_from(entry.hash).ok()?.checked_rem(firsts.len())?;
    let (wrapped, from) = firsts.split_at_mut(begin);
    for place in from.iter_mut().chain(wrapped) {
        let Some(first) = place.and_then(|first| usize::try_from(first).ok()) else {
            *place = u32::try_from(index).ok();
            return None;
        };
        // The hash only brings equal addresses together; the addresses themselves are compared.
        let has_it =
            |first: &Entry| first.hash == entry.hash && first.compared() == entry.compared();
        if entries.get(first).is_some_and(has_it) {
            return Some(first);
        }
    }
    None
}
