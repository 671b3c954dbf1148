//! Where a text has numbers that a server made up: behind a name that says so.
//!
//! `<addressBookId>6`, `"list_ids":[6]`, `&contact_id=6` and `/address-books/6` all say whose id
//! the 6 is. A bare `id` is one of what the operation is about. Texts are looked through as they
//! stand, whatever they are written in, so what is found can be replaced in its place.

use std::collections::BTreeMap;
use std::ops::Range;

/// What ids are of. A word on the left is spelled in lower case without `_` and `-`; those with one
/// word on the right share their numbers.
const THINGS: [(&str, &str); 26] = [
    ("addressbook", "list"),
    ("contactlist", "list"),
    ("list", "list"),
    ("group", "list"),
    ("contact", "contact"),
    ("subscriber", "contact"),
    ("person", "contact"),
    ("emailmessage", "message"),
    ("message", "message"),
    ("campaign", "campaign"),
    ("journey", "campaign"),
    ("template", "template"),
    ("datafield", "field"),
    ("field", "field"),
    ("segment", "segment"),
    ("import", "import"),
    ("job", "import"),
    ("task", "task"),
    ("send", "send"),
    ("category", "category"),
    ("categories", "category"),
    ("tag", "tag"),
    ("table", "table"),
    ("webhook", "webhook"),
    ("event", "event"),
    ("email", "email"),
];

/// Elements and types that stand between a name and its value.
const WRAPPERS: [&str; 16] = [
    "int", "i4", "i8", "long", "integer", "string", "value", "member", "name", "array", "data",
    "struct", "i", "s", "item", "anytype",
];

/// Digits of the longest number that is an id.
const MOST_DIGITS: usize = 19;

/// What stands in a text where ids may be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    pub at: Range<usize>,
    /// Whose id the number is; `None` for any word that is no number behind such a name.
    pub of: Option<String>,
}

/// Whose id stands behind this name; `None` for names that say nothing of ids.
pub fn thing(name: &str, operation: &str) -> Option<String> {
    let plain = plain(name);
    let stem = plain.strip_suffix("ids").or_else(|| plain.strip_suffix("id"))?;
    if stem.is_empty() {
        return Some(subject(operation));
    }
    let is_parted = ["Id", "Ids", "ID", "IDs", "_id", "_ids", "-id"];
    match known(stem) {
        Some(thing) => Some(thing.to_owned()),
        None => is_parted.iter().any(|end| name.ends_with(end)).then(|| stem.to_owned()),
    }
}

/// Whether a name is only around values, and the one above it says what they are.
pub fn is_wrapper(name: &str) -> bool {
    WRAPPERS.contains(&name.to_ascii_lowercase().as_str())
}

fn plain(name: &str) -> String {
    name.chars().filter(|c| !matches!(c, '_' | '-' | '.')).map(|c| c.to_ascii_lowercase()).collect()
}

/// The thing that a word ends with, one or more of it: an `emaillist` is a list.
fn known(word: &str) -> Option<&'static str> {
    let one = word.strip_suffix('s').unwrap_or(word);
    let is_end = |(spelled, _): &&(&str, &str)| one.ends_with(spelled) || word.ends_with(spelled);
    let fitting = THINGS.iter().filter(is_end);
    fitting.max_by_key(|(spelled, _)| spelled.len()).map(|(_, thing)| *thing)
}

/// What an operation is about: the first thing in its name, the longest of several there.
fn subject(operation: &str) -> String {
    let last = operation.rsplit('.').next().unwrap_or_default();
    // `listTemplates` lists: that is no list.
    let lists = last.strip_prefix("list").filter(|rest| rest.starts_with(char::is_uppercase));
    let name = plain(lists.unwrap_or(last));
    let places = THINGS.iter().filter_map(|(spelled, thing)| {
        Some((name.find(spelled)?, std::cmp::Reverse(spelled.len()), *thing))
    });
    places.min().map_or(name.clone(), |(.., thing)| thing.to_owned())
}

/// Every word of a body or of a header's value, in its order.
pub fn in_text(text: &[u8], operation: &str) -> Vec<Token> {
    let mut scan = Scan {
        text,
        operation,
        at: 0,
        name: Range::default(),
        position: Range::default(),
        columns: BTreeMap::new(),
        found: Vec::new(),
    };
    scan.all();
    scan.found
}

/// Every word of a path with its query.
pub fn in_target(target: &str, operation: &str) -> Vec<Token> {
    let end = target.find('?').unwrap_or(target.len());
    let mut found = Vec::new();
    let mut start = 0;
    let mut before = "";
    for part in target.get(..end).unwrap_or_default().split('/') {
        let at = start..start + part.len();
        start = at.end + 1;
        let of = if is_number(part.as_bytes()) {
            known(&plain(before)).map_or_else(|| Some(subject(operation)), |it| Some(it.to_owned()))
        } else {
            before = part;
            None
        };
        found.push(Token { at, of });
    }
    let query = in_text(target.get(end..).unwrap_or_default().as_bytes(), operation);
    found.extend(query.into_iter().map(|Token { at, of }| {
        let at = at.start + end..at.end + end;
        Token { at, of }
    }));
    found
}

/// A number from 1 without signs.
pub fn is_number(text: &[u8]) -> bool {
    (1..=MOST_DIGITS).contains(&text.len())
        && text.iter().all(u8::is_ascii_digit)
        && text.iter().any(|digit| *digit != b'0')
}

struct Scan<'t> {
    text: &'t [u8],
    operation: &'t str,
    at: usize,
    /// The nearest name before.
    name: Range<usize>,
    /// The last position behind it, as in `data[0][1]`.
    position: Range<usize>,
    /// What `field_names[1]` said of the values in `data[0][1]`.
    columns: BTreeMap<&'t [u8], Range<usize>>,
    found: Vec<Token>,
}

impl<'t> Scan<'t> {
    fn all(&mut self) {
        while let Some(byte) = self.byte(0) {
            match byte {
                b'<' => self.tag(),
                b'%' if self.is_escape() => self.at += 3,
                _ if is_word(byte) => self.word(),
                _ => self.at += 1,
            }
        }
    }

    fn byte(&self, ahead: usize) -> Option<u8> {
        self.text.get(self.at + ahead).copied()
    }

    /// `%5B` is a bracket, not a word.
    fn is_escape(&self) -> bool {
        let digits = [self.byte(1), self.byte(2)];
        digits.iter().flatten().filter(|byte| byte.is_ascii_hexdigit()).count() == digits.len()
    }

    fn words_end(&self) -> usize {
        let rest = self.text.get(self.at..).unwrap_or_default();
        self.at + rest.iter().take_while(|byte| is_word(**byte)).count()
    }

    /// An opening tag gives the name of what follows; its attributes have their own.
    fn tag(&mut self) {
        self.at += 1;
        match self.byte(0) {
            Some(b'/' | b'?') => return self.pass(b'>'),
            Some(b'!') => {
                let is_text =
                    self.text.get(self.at..).is_some_and(|at| at.starts_with(b"![CDATA["));
                return if is_text { self.at += "![CDATA[".len() } else { self.pass(b'>') };
            }
            _ => {}
        }
        let element = self.local_name();
        while let Some(byte) = self.byte(0) {
            match byte {
                b'>' => {
                    self.at += 1;
                    break;
                }
                b'"' | b'\'' => self.attribute(byte),
                _ if is_word(byte) => self.name = self.local_name(),
                _ => self.at += 1,
            }
        }
        self.take_name(element);
    }

    /// The part of a name behind its prefix.
    fn local_name(&mut self) -> Range<usize> {
        loop {
            let name = self.at..self.words_end();
            self.at = name.end;
            if self.byte(0) != Some(b':') || name.is_empty() {
                return name;
            }
            self.at += 1;
        }
    }

    /// The value of an attribute, of which all is the id or nothing.
    fn attribute(&mut self, quote: u8) {
        self.at += 1;
        let start = self.at;
        self.pass(quote);
        let value = start..self.at.saturating_sub(1).max(start);
        let of = self.text.get(value.clone()).filter(|text| is_number(text));
        let of = of.and_then(|_| self.thing_named());
        self.found.push(Token { at: value, of });
    }

    /// Goes on behind the next of these.
    fn pass(&mut self, end: u8) {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let length = rest.iter().position(|byte| *byte == end).map_or(rest.len(), |at| at + 1);
        self.at += length;
    }

    fn word(&mut self) {
        let word = self.at..self.words_end();
        self.at = word.end;
        let text = self.bytes_of(&word);
        if !is_number(text) && text.iter().any(|byte| !byte.is_ascii_digit()) {
            if self.bytes_of(&self.name) == b"field_names" {
                self.columns.insert(self.bytes_of(&self.position), word.clone());
            }
            self.take_name(word.clone());
        } else if self.is_position(&word) {
            self.position = word.clone();
        } else if is_number(text) {
            let of = self.thing_named();
            self.found.push(Token { at: word, of });
            return;
        }
        self.found.push(Token { at: word, of: None });
    }

    /// A place in a list (`ids[1]=`), or a length (`s:7:"list_id"`).
    fn is_position(&self, word: &Range<usize>) -> bool {
        let behind = self.text.get(word.end..).unwrap_or_default();
        let is_index = behind.strip_prefix(b"]").or_else(|| behind.strip_prefix(b"%5D"));
        let goes_on = |rest: &[u8]| matches!(rest.first(), Some(b'=' | b'[' | b'%'));
        is_index.is_some_and(goes_on) || behind.starts_with(b":")
    }

    fn take_name(&mut self, name: Range<usize>) {
        let has_position = matches!(self.text.get(name.end), Some(b'[' | b'%'));
        let is_name = |text: &str| !text.is_empty() && (has_position || !is_wrapper(text));
        if std::str::from_utf8(self.bytes_of(&name)).is_ok_and(is_name) {
            self.name = name;
            self.position = Range::default();
        }
    }

    fn bytes_of(&self, range: &Range<usize>) -> &'t [u8] {
        self.text.get(range.clone()).unwrap_or_default()
    }

    fn thing_named(&self) -> Option<String> {
        let name = match self.bytes_of(&self.name) {
            b"data" => self.bytes_of(self.columns.get(self.bytes_of(&self.position))?),
            name => name,
        };
        thing(std::str::from_utf8(name).ok()?, self.operation)
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | b'.') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ids(text: &str, operation: &str) -> Vec<String> {
        let tokens = in_text(text.as_bytes(), operation);
        let of = |token: Token| Some(format!("{} {}", token.of?, text.get(token.at)?));
        tokens.into_iter().filter_map(of).collect()
    }

    #[test]
    fn a_number_is_the_id_of_what_its_name_says() {
        for (text, operation, expected) in [
            ("<a:addressBookId>6</a:addressBookId><count>6</count>", "X", &["list 6"][..]),
            ("<Contact><Id>6</Id><Email>7</Email></Contact>", "CreateContact", &["contact 6"]),
            ("<b id=\"6\" size=\"7\">8</b>", "GetAddressBooksForContact", &["list 6"]),
            (
                "{\"id\":6,\"contacts\":5,\"list_ids\":[7,8]}",
                "createCampaign",
                &["campaign 6", "list 7", "list 8"],
            ),
            ("list_ids%5B1%5D=6&contact_ids[2]=7&overwrite=2", "x", &["list 6", "contact 7"]),
            ("<member><name>list_id</name><value><int>6</int></value></member>", "x", &["list 6"]),
            ("a:1:{s:7:\"list_id\";i:6;s:5:\"title\";}", "x", &["list 6"]),
            (
                "field_names[0]=email&field_names%5B1%5D=email_list_ids&data[0][0]=7&data[0][1]=6",
                "x",
                &["list 6"],
            ),
            ("name=\"task_id\"\r\n\r\n6\r\n", "x", &["task 6"]),
            ("<valid>1</valid><orderId>6</orderId>", "x", &["order 6"]),
            ("<id><![CDATA[6]]></id>", "transactional.listTemplates", &["template 6"]),
            ("<Id>0</Id><id>2026-04-01</id><id>6.5</id>", "x", &[]),
        ] {
            assert_eq!(ids(text, operation), expected, "{text}");
        }
    }

    #[test]
    fn a_path_says_whose_id_a_part_of_it_is() {
        let target = "/v2/address-books/6/contacts/7?select=8&list_id=9";
        let ids: Vec<_> = in_target(target, "x")
            .into_iter()
            .filter_map(|token| Some(format!("{} {}", token.of?, target.get(token.at)?)))
            .collect();
        assert_eq!(ids, ["list 6", "contact 7", "list 9"]);
    }
}
