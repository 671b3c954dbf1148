//! One commit as it lies in the log: a head, then its writes without their conditions.
//!
//! ```text
//! head    number of the commit (8), life (4), bytes of the writes (4), CRC-32 of the writes (4),
//!         link (4)
//! writes  for each: table (1), key length (4), value length (4, all ones for a deletion), key, value
//! ```
//!
//! Numbers have their highest byte first. The link is the CRC-32 of what stands before it in the
//! head, continued from the link of the record before. So a record holds only behind the very one
//! that it was written behind: what an earlier use of the file, or a process before a cut, left at
//! this place is not taken for one. The life is a random number of each process that opens the log,
//! so that no record is that of another one, whatever it holds.

use bytes::{BufMut as _, Bytes};

use crate::store::seam::{StoreError, Table, Write};

const HEAD_BYTES: usize = 24;
/// Bytes of a head that its link covers.
const LINKED_BYTES: usize = 20;
/// Bytes of a write beside its key and value.
const WRITE_BYTES: usize = 9;
/// A length that stands for a deletion: no value is that long.
const DELETED: u32 = u32::MAX;

/// The writes of a commit that is to be logged.
#[derive(Debug)]
pub struct Body {
    /// With room for the head in front.
    record: Vec<u8>,
    sum: u32,
}

impl Body {
    pub fn of(writes: &[Write]) -> Result<Self, StoreError> {
        let bytes = HEAD_BYTES + writes.iter().map(encoded_bytes).sum::<usize>();
        length(bytes)?;
        let mut record = Vec::with_capacity(bytes);
        record.resize(HEAD_BYTES, 0);
        for write in writes {
            encode(&mut record, write)?;
        }
        let sum = crc32fast::hash(record.get(HEAD_BYTES..).unwrap_or_default());
        Ok(Self { record, sum })
    }

    /// The record of commit `number` of `life`, behind the one with the link `link`, which becomes
    /// its own.
    pub fn sealed(self, number: u64, life: u32, link: &mut u32) -> Vec<u8> {
        let Self { mut record, sum } = self;
        let bytes = u32::try_from(record.len() - HEAD_BYTES).unwrap_or(DELETED);
        let mut head = Vec::with_capacity(HEAD_BYTES);
        head.put_u64(number);
        head.put_u32(life);
        head.put_u32(bytes);
        head.put_u32(sum);
        *link = linked(*link, &head);
        head.put_u32(*link);
        if let Some(place) = record.get_mut(..HEAD_BYTES) {
            place.copy_from_slice(&head);
        }
        record
    }
}

fn linked(before: u32, head: &[u8]) -> u32 {
    let mut sum = crc32fast::Hasher::new_with_initial(before);
    sum.update(head);
    sum.finalize()
}

fn encoded_bytes(write: &Write) -> usize {
    match write {
        Write::Put { key, value, .. } => WRITE_BYTES + key.len() + value.len(),
        Write::Delete { key, .. } => WRITE_BYTES + key.len(),
    }
}

fn encode(out: &mut Vec<u8>, write: &Write) -> Result<(), StoreError> {
    let (table, key, value) = match write {
        Write::Put { table, key, value } => (table, key, Some(value)),
        Write::Delete { table, key } => (table, key, None),
    };
    out.put_u8(table.byte());
    out.put_u32(length(key.len())?);
    out.put_u32(value.map_or(Ok(DELETED), |value| length(value.len()))?);
    out.extend_from_slice(key);
    out.extend_from_slice(value.map_or(&[], |value| value));
    Ok(())
}

fn length(bytes: usize) -> Result<u32, StoreError> {
    let length = u32::try_from(bytes).ok().filter(|length| *length != DELETED);
    length.ok_or(StoreError::ValueTooLarge { bytes })
}

/// A commit that was logged.
#[derive(Debug, PartialEq, Eq)]
pub struct Record {
    pub number: u64,
    pub writes: Vec<Write>,
}

/// Takes commit `number` off the front of `rest`, when it is there whole and behind the record with
/// the link `link`, which becomes its own. Else both are left as they are.
pub fn take(rest: &mut Bytes, number: u64, link: &mut u32) -> Option<Record> {
    let (head, behind) = rest.split_first_chunk::<HEAD_BYTES>()?;
    let (of_number, rest_of_head) = head.split_first_chunk::<8>()?;
    let (_life, rest_of_head) = rest_of_head.split_first_chunk::<4>()?;
    let (of_bytes, sums) = rest_of_head.split_first_chunk::<4>()?;
    let (of_writes, of_link) = sums.split_first_chunk::<4>()?;
    let own = linked(*link, head.get(..LINKED_BYTES)?);
    if u64::from_be_bytes(*of_number) != number || *of_link != own.to_be_bytes() {
        return None;
    }
    let bytes = usize::try_from(u32::from_be_bytes(*of_bytes)).ok()?;
    if crc32fast::hash(behind.get(..bytes)?) != u32::from_be_bytes(*of_writes) {
        return None;
    }
    let mut body = rest.slice(HEAD_BYTES..HEAD_BYTES + bytes);
    let mut writes = Vec::new();
    while !body.is_empty() {
        writes.push(decode(&mut body)?);
    }
    *rest = rest.slice(HEAD_BYTES + bytes..);
    *link = own;
    Some(Record { number, writes })
}

fn decode(body: &mut Bytes) -> Option<Write> {
    let (front, _) = body.split_first_chunk::<WRITE_BYTES>()?;
    let (table, lengths) = front.split_first()?;
    let table = Table::from_byte(*table)?;
    let (of_key, of_value) = lengths.split_first_chunk::<4>()?;
    let key_bytes = usize::try_from(u32::from_be_bytes(*of_key)).ok()?;
    let value_bytes = u32::from_be_bytes(of_value.try_into().ok()?);
    let key_end = WRITE_BYTES.checked_add(key_bytes).filter(|end| *end <= body.len())?;
    let key = body.slice(WRITE_BYTES..key_end);
    *body = body.slice(key_end..);
    if value_bytes == DELETED {
        return Some(Write::Delete { table, key });
    }
    let value_bytes = usize::try_from(value_bytes).ok().filter(|bytes| *bytes <= body.len())?;
    let value = body.split_to(value_bytes);
    Some(Write::Put { table, key, value })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn writes(number: u8) -> Vec<Write> {
        let key = || Bytes::from(vec![number, 0, 255]);
        vec![
            Write::Put { table: Table::Contact, key: key(), value: vec![number; 300].into() },
            Write::Delete { table: Table::List, key: key() },
            Write::Put { table: Table::Meta, key: Bytes::new(), value: Bytes::new() },
        ]
    }

    fn log(numbers: std::ops::RangeInclusive<u8>, mut link: u32) -> Vec<u8> {
        let sealed =
            |number: u8| Body::of(&writes(number)).unwrap().sealed(number.into(), 5, &mut link);
        numbers.flat_map(sealed).collect()
    }

    fn read(log: Vec<u8>, first: u64, mut link: u32) -> Vec<Record> {
        let mut rest = Bytes::from(log);
        (first..).map_while(|number| take(&mut rest, number, &mut link)).collect()
    }

    #[test]
    fn records_come_back_in_order_up_to_the_first_that_is_not_whole() {
        let whole = log(1..=3, 7);
        let found = read(whole.clone(), 1, 7);
        assert_eq!(found.len(), 3);
        assert!(found.iter().zip(1..).all(|(one, at)| one.writes == writes(at)));
        for cut in 0..whole.len() {
            assert!(read(whole[..cut].to_vec(), 1, 7).len() < 3);
            let mut torn = whole.clone();
            torn[cut] ^= 1;
            assert!(read(torn, 1, 7).len() < 3, "byte {cut}");
        }
    }

    #[test]
    fn a_record_holds_only_behind_the_one_it_was_written_behind() {
        assert_eq!(read(log(1..=3, 7), 1, 8), []);
        assert_eq!(read(log(1..=3, 7), 2, 7), []);
        let (first, mut other) = (log(1..=1, 7), log(1..=2, 9));
        other.splice(..first.len(), first);
        assert_eq!(read(other, 1, 7).len(), 1, "the second is of another life");
    }
}
