//! A file to import, of whose every row it is known what must become of it.

use std::fmt::Write as _;

/// Every so many rows there is one without an address and one that is there already.
const BAD_EVERY: u32 = 997;

/// How many there are of each kind of bad rows.
pub fn bad(rows: u32) -> u32 {
    rows.div_ceil(BAD_EVERY)
}

/// A file with so many good rows, and the file of faults that must come of it. `name` tells its
/// addresses from those of other files.
pub fn file(rows: u32, name: &str) -> (String, String) {
    let mut file = "Email,FIRSTNAME\n".to_owned();
    let mut faults = "\u{FEFF}Reason,email,firstname\r\n".to_owned();
    for row in 0..rows {
        let address = format!("{row}-{name}@import.example");
        writeln!(file, "r{address},Name").unwrap();
        if row % BAD_EVERY == 0 {
            write!(file, "bad {row},x\nR{address},again\n").unwrap();
            write!(faults, "Invalid Email,bad {row},x\r\n").unwrap();
            write!(faults, "Duplicate,R{address},again\r\n").unwrap();
        }
    }
    (file, faults)
}
