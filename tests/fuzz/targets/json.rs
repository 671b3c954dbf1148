//! JSON of the two faces that read it.

use lychgate::protocol::rest::{Bounds, Tree, read_json, read_xml};

/// A document that is read, written and read again says the same.
pub fn document(data: &[u8]) {
    if data.first() == Some(&b'<') {
        drop(read_xml(data, None, Bounds::default()));
        return;
    }
    let Ok(tree) = read_json(data, Bounds::default()) else { return };
    let mut written = String::new();
    write(&tree, &mut written);
    let again = read_json(written.as_bytes(), Bounds::default());
    assert!(again.is_ok_and(|again| again == tree), "{written}");
}

fn write(tree: &Tree, out: &mut String) {
    match tree {
        Tree::Null => out.push_str("null"),
        Tree::Boolean(truth) => out.push_str(if *truth { "true" } else { "false" }),
        Tree::Number(number) => out.push_str(&number.to_string()),
        Tree::Text(text) => out.push_str(&serde_json::Value::from(text.as_str()).to_string()),
        Tree::List(items) => {
            out.push('[');
            for (number, item) in items.iter().enumerate() {
                out.push_str(if number > 0 { "," } else { "" });
                write(item, out);
            }
            out.push(']');
        }
        Tree::Record(members) => {
            out.push('{');
            for (number, (name, value)) in members.iter().enumerate() {
                out.push_str(if number > 0 { "," } else { "" });
                out.push_str(&serde_json::Value::from(name.as_str()).to_string());
                out.push(':');
                write(value, out);
            }
            out.push('}');
        }
        Tree::Element(_) => panic!("JSON has no elements"),
    }
}
