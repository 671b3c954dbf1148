//! Writes text and markup as many clients would, by turns.

use std::fmt::Write as _;

/// A document being written. Its seed picks quotes, references, CDATA, comments, white space.
pub struct Pen {
    pub out: String,
    /// Of a xorshift generator; never zero.
    state: u64,
}

impl Pen {
    pub fn new(seed: u64) -> Self {
        Self { out: String::new(), state: seed | 1 }
    }

    fn next(&mut self) -> u64 {
        self.state ^= self.state << 13;
        self.state ^= self.state >> 7;
        self.state ^= self.state << 17;
        self.state
    }

    pub fn one_in(&mut self, count: u64) -> bool {
        self.next().is_multiple_of(count)
    }

    pub fn below(&mut self, count: usize) -> usize {
        usize::try_from(self.next() % 1_000_003).unwrap() % count
    }

    pub fn space(&mut self) {
        let space = ["", "", " ", "\n  ", "\t", "\r\n"][self.below(6)];
        self.out.push_str(space);
    }

    /// White space, comments and instructions, as may stand between elements.
    pub fn gap(&mut self) {
        self.space();
        if self.one_in(8) {
            self.out.push_str("<!-- <not> &this; -->");
        }
        if self.one_in(16) {
            self.out.push_str("<?nor this?>");
        }
    }

    pub fn attribute(&mut self, name: &str, value: &str) {
        let quote = if self.one_in(2) { '\'' } else { '"' };
        let spaces = if self.one_in(4) { " = " } else { "=" };
        write!(self.out, " {name}{spaces}{quote}{value}{quote}").unwrap();
    }

    pub fn text(&mut self, text: &str) {
        let mut in_section = false;
        for c in text.chars() {
            if self.one_in(20) && !in_section {
                self.out.push_str("<!---->");
            }
            if in_section && (self.one_in(3) || matches!(c, ']' | '>' | '\r')) {
                self.out.push_str("]]>");
                in_section = false;
            } else if !in_section && self.one_in(10) && !matches!(c, ']' | '>' | '\r') {
                self.out.push_str("<![CDATA[");
                in_section = true;
            }
            if in_section { self.out.push(c) } else { self.character(c) }
        }
        if in_section {
            self.out.push_str("]]>");
        }
    }

    fn character(&mut self, c: char) {
        let code = u32::from(c);
        match c {
            '<' => self.out.push_str("&lt;"),
            '&' => self.out.push_str("&amp;"),
            '>' => self.out.push_str("&gt;"),
            '\r' => self.out.push_str("&#xD;"),
            _ if self.one_in(10) => write!(self.out, "&#{code};").unwrap(),
            _ if self.one_in(10) => write!(self.out, "&#x{code:X};").unwrap(),
            '\n' if self.one_in(3) => self.out.push_str("\r\n"),
            _ => self.out.push(c),
        }
    }

    pub fn broken(&mut self, text: &str) {
        for c in text.chars() {
            if self.one_in(6) {
                self.space();
            }
            self.out.push(c);
        }
    }
}
