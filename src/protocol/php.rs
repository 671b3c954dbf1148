//! PHP's `serialize()`: what programs in PHP take back with `unserialize()`.
//!
//! Lengths of strings are in bytes, and the number of an array's elements stands before them, so
//! a writer that streams must know the count beforehand.

/// Writes serialized values into a buffer that can be handed over piece by piece.
///
/// A document is one value: a scalar, or [`open_array`](Self::open_array), as many keys with their
/// values as announced, and [`close_array`](Self::close_array). The writer does not count them;
/// `unserialize` answers `false` for a count that is wrong.
#[derive(Default)]
pub struct Serializer {
    out: Vec<u8>,
}

/// Without the content: it holds personal data.
impl std::fmt::Debug for Serializer {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Serializer").field("pending_bytes", &self.out.len()).finish()
    }
}

impl Serializer {
    pub fn new() -> Self {
        Self::default()
    }

    /// A string, or a string key.
    pub fn text(&mut self, text: &str) {
        self.bytes(text.as_bytes());
    }

    /// A string of any bytes, which is what PHP means by a string.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.push(&format!("s:{}:\"", bytes.len()));
        self.out.extend_from_slice(bytes);
        self.push("\";");
    }

    /// An integer, or an integer key.
    pub fn int(&mut self, number: i64) {
        self.push(&format!("i:{number};"));
    }

    /// A key as PHP keeps it: text that is an integer in its shortest form becomes one.
    pub fn key(&mut self, key: &str) {
        match key.parse::<i64>() {
            Ok(number) if number.to_string() == key => self.int(number),
            _ => self.text(key),
        }
    }

    pub fn boolean(&mut self, truth: bool) {
        self.push(if truth { "b:1;" } else { "b:0;" });
    }

    pub fn null(&mut self) {
        self.push("N;");
    }

    /// Begins an array of so many elements, each a key and a value.
    pub fn open_array(&mut self, count: usize) {
        self.push(&format!("a:{count}:{{"));
    }

    pub fn close_array(&mut self) {
        self.push("}");
    }

    /// Hands over what is written so far.
    pub fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.out)
    }

    /// Bytes written and not handed over yet.
    pub fn pending_bytes(&self) -> usize {
        self.out.len()
    }

    /// The rest of the document.
    pub fn finish(self) -> Vec<u8> {
        self.out
    }

    fn push(&mut self, text: &str) {
        self.out.extend_from_slice(text.as_bytes());
    }
}

#[cfg(test)]
mod tests {
    use super::Serializer;

    fn written(write: impl FnOnce(&mut Serializer)) -> String {
        let mut php = Serializer::new();
        write(&mut php);
        String::from_utf8(php.finish()).unwrap()
    }

    #[test]
    fn a_strings_length_is_in_bytes() {
        assert_eq!(written(|php| php.text("Zoë \"x\"")), "s:8:\"Zoë \"x\"\";");
        assert_eq!(written(|php| php.text("")), "s:0:\"\";");
    }

    #[test]
    fn scalars_are_written_as_php_writes_them() {
        assert_eq!(written(|php| php.int(-7)), "i:-7;");
        assert_eq!(written(|php| php.boolean(true)), "b:1;");
        assert_eq!(written(|php| php.boolean(false)), "b:0;");
        assert_eq!(written(Serializer::null), "N;");
    }

    #[test]
    fn a_key_that_php_would_keep_as_an_integer_is_one() {
        assert_eq!(written(|php| php.key("12")), "i:12;");
        assert_eq!(written(|php| php.key("-3")), "i:-3;");
        for text in ["012", "1.5", "-0", "+1", " 1", "", "9223372036854775808", "id"] {
            assert_eq!(written(|php| php.key(text)), format!("s:{}:\"{text}\";", text.len()));
        }
    }

    #[test]
    fn an_array_says_its_count_before_its_elements() {
        let text = written(|php| {
            php.open_array(1);
            php.int(0);
            php.open_array(2);
            php.key("methodName");
            php.text("transactional.bouncedlist");
            php.key("responseNum");
            php.text("1");
            php.close_array();
            php.close_array();
        });
        assert_eq!(
            text,
            "a:1:{i:0;a:2:{s:10:\"methodName\";s:25:\"transactional.bouncedlist\";\
             s:11:\"responseNum\";s:1:\"1\";}}"
        );
    }

    #[test]
    fn pieces_taken_on_the_way_join_to_the_whole() {
        let mut php = Serializer::new();
        php.open_array(1);
        let mut whole = php.take();
        php.int(0);
        php.text("x");
        php.close_array();
        assert_eq!(php.pending_bytes(), 13);
        whole.extend(php.finish());
        assert_eq!(whole, b"a:1:{i:0;s:1:\"x\";}");
    }
}
