//! The form of `response_type=php`: what PHP's `serialize` gives for the list of items. All leaves
//! are strings, as the original's were.

use super::Encode;
use super::out::Out;
use crate::faces::empower::tree::{ITEM, Node};
use crate::protocol::php::Serializer;

/// Writes keys and values.
#[derive(Debug, Default)]
pub struct Php {
    php: Serializer,
    open: Vec<Array>,
}

#[derive(Debug)]
struct Array {
    /// The next anonymous key.
    next: i64,
    /// A list under a name: its members have that name in XML and none here.
    list: bool,
}

impl Php {
    /// Opens the outermost array, which has no key.
    pub fn begin(&mut self, out: &mut Out, members: u64) {
        self.open_array(members, false);
        self.hand_over(out);
    }

    pub fn end(&mut self, out: &mut Out) {
        self.close_array();
        self.hand_over(out);
    }

    /// Anonymous members are numbered from 0 in their array; so are those of a list under a name.
    fn key(&mut self, name: &str) {
        match self.open.last_mut() {
            Some(array) if array.list || name == ITEM => {
                self.php.int(array.next);
                array.next += 1;
            }
            _ => self.php.key(name),
        }
    }

    fn open_array(&mut self, members: u64, list: bool) {
        self.php.open_array(usize::try_from(members).unwrap_or(usize::MAX));
        self.open.push(Array { next: 0, list });
    }

    fn close_array(&mut self) {
        self.open.pop();
        self.php.close_array();
    }

    fn hand_over(&mut self, out: &mut Out) {
        out.push_bytes(&self.php.take());
    }
}

impl Encode for Php {
    const COUNTS: bool = true;
    const ATTRIBUTES: bool = false;

    fn text(&mut self, out: &mut Out, name: &str, text: &str) {
        self.key(name);
        self.php.text(text);
        self.hand_over(out);
    }

    fn open(&mut self, out: &mut Out, name: &str, _node: &Node, members: u64) {
        self.key(name);
        self.open_array(members, false);
        self.hand_over(out);
    }

    fn close(&mut self, out: &mut Out, _name: &str) {
        self.end(out);
    }

    fn open_list(&mut self, out: &mut Out, name: &str, count: u64) {
        if name != ITEM {
            self.key(name);
            self.open_array(count, true);
            self.hand_over(out);
        }
    }

    fn close_list(&mut self, out: &mut Out, name: &str) {
        if name != ITEM {
            self.end(out);
        }
    }
}
