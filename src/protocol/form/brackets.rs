//! PHP's bracket forms: `data[0][1]=x`, `tags[]=a`, `fields[email]=b`, read into an ordered tree.
//!
//! [`Branch::take`] puts pairs into the tree in the order of the wire. The tree itself is ordered by
//! key, numbers before names, so that a form means the same in whatever order its pairs come:
//! rows and cells may be missing, and their numbers say where they stand. As in PHP a later value
//! replaces an earlier one of the same name, `[]` is the number behind the largest, and a name
//! whose bracket is not closed is a plain name. Only sizes are refused.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::fmt::{Debug, Formatter};

use bytes::Bytes;

use super::{Field, Fields, text};

/// How large a bracket form may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bounds {
    /// Pairs in one tree, those that were replaced included.
    pub pairs: usize,
    /// Branches in one tree, those that were replaced included. An empty one takes some 800 bytes,
    /// so that without this bound a name of 190 bytes would take 50 KB.
    pub branches: usize,
    /// Brackets behind one name.
    pub depth: usize,
    /// Bytes of one name with its brackets, and so of each key.
    pub name_bytes: usize,
}

impl Default for Bounds {
    /// 500 rows of 60 columns are 30,000 pairs and 501 branches; PHP's own `max_input_vars` is 1,000 unless set
    /// higher, its `max_input_nesting_level` 64. The longest name that a client sends is a field's
    /// of some hundred bytes.
    fn default() -> Self {
        Self { pairs: 60_000, branches: 10_000, depth: 64, name_bytes: 1_024 }
    }
}

/// What a tree has taken so far.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Taken {
    pairs: usize,
    branches: usize,
}

/// Which bound a form breaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum BracketError {
    #[error("there are more than {most} arguments")]
    TooManyPairs { most: usize },
    #[error("there are more than {most} lists of arguments")]
    TooManyBranches { most: usize },
    #[error("an argument is nested deeper than {most} levels")]
    TooDeep { most: usize },
    #[error("an argument's name is longer than {most} bytes")]
    NameTooLong { most: usize },
}

/// What stands between two brackets.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Key {
    /// A decimal number without leading zeros; `[]` becomes one.
    Index(u32),
    Name(String),
}

impl Debug for Key {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.write_str("Key")
    }
}

impl Key {
    fn of(text: &str) -> Self {
        let is_plain = text == "0" || !text.starts_with('0') && !text.starts_with('+');
        match text.parse() {
            Ok(index) if is_plain => Self::Index(index),
            _ => Self::Name(text.to_owned()),
        }
    }

    /// As it stood between the brackets.
    pub fn text(&self) -> Cow<'_, str> {
        match self {
            Self::Index(index) => Cow::Owned(index.to_string()),
            Self::Name(name) => Cow::Borrowed(name),
        }
    }
}

/// A value, or what is behind brackets. `Debug` shows nothing of what was sent.
#[derive(Clone, PartialEq, Eq)]
pub enum Tree {
    /// As it came: a text, or a file's bytes.
    Value(Bytes),
    Branch(Branch),
}

impl Tree {
    /// A value as text.
    pub fn text(&self) -> Option<Cow<'_, str>> {
        match self {
            Self::Value(value) => Some(text::read(value)),
            Self::Branch(_) => None,
        }
    }

    pub fn branch(&self) -> Option<&Branch> {
        match self {
            Self::Branch(branch) => Some(branch),
            Self::Value(_) => None,
        }
    }
}

/// Trees by key: numbers ascending, then names.
#[derive(Clone, Default, PartialEq, Eq)]
pub struct Branch {
    members: BTreeMap<Key, Tree>,
}

impl Branch {
    /// Puts the pairs of a form into the tree; a later one replaces what it names. `taken` counts
    /// everything that the tree takes.
    pub fn take(
        &mut self,
        fields: &Fields,
        taken: &mut Taken,
        bounds: Bounds,
    ) -> Result<(), BracketError> {
        for Field { name, value } in fields {
            taken.pairs += 1;
            if taken.pairs > bounds.pairs {
                return Err(BracketError::TooManyPairs { most: bounds.pairs });
            }
            if name.len() > bounds.name_bytes {
                return Err(BracketError::NameTooLong { most: bounds.name_bytes });
            }
            self.put(name, value, &mut taken.branches, bounds)?;
        }
        Ok(())
    }

    /// One pair. A name without anything in front of its first bracket is none, as in PHP.
    fn put(
        &mut self,
        name: &str,
        value: &Bytes,
        branches: &mut usize,
        bounds: Bounds,
    ) -> Result<(), BracketError> {
        let (first, mut rest) = first_key(name);
        if first.is_empty() {
            return Ok(());
        }
        let mut slot = self.slot(Key::of(&first));
        let mut depth = 0;
        while let Some((inner, after)) = next_key(rest) {
            depth += 1;
            if depth > bounds.depth {
                return Err(BracketError::TooDeep { most: bounds.depth });
            }
            if matches!(slot, Tree::Value(_)) {
                *branches += 1;
                if *branches > bounds.branches {
                    return Err(BracketError::TooManyBranches { most: bounds.branches });
                }
                *slot = Tree::Branch(Self::default());
            }
            let Tree::Branch(branch) = slot else { return Ok(()) };
            let key = if inner.is_empty() { branch.next_index() } else { Key::of(inner) };
            slot = branch.slot(key);
            rest = after;
        }
        *slot = Tree::Value(value.clone());
        Ok(())
    }

    fn slot(&mut self, key: Key) -> &mut Tree {
        match self.members.entry(key) {
            Entry::Occupied(taken) => taken.into_mut(),
            Entry::Vacant(free) => free.insert(Tree::Value(Bytes::new())),
        }
    }

    /// Behind the largest number; names do not count.
    fn next_index(&self) -> Key {
        let mut indexes = self.members.range(..=Key::Index(u32::MAX));
        match indexes.next_back() {
            Some((Key::Index(last), _)) => Key::Index(last.saturating_add(1)),
            _ => Key::Index(0),
        }
    }

    pub fn get(&self, name: &str) -> Option<&Tree> {
        self.members.get(&Key::of(name))
    }

    /// What stands under a key.
    pub fn at(&self, key: &Key) -> Option<&Tree> {
        self.members.get(key)
    }

    pub fn iter(&self) -> impl Iterator<Item = (&Key, &Tree)> {
        self.members.iter()
    }

    pub fn len(&self) -> usize {
        self.members.len()
    }

    pub fn is_empty(&self) -> bool {
        self.members.is_empty()
    }
}

impl Debug for Tree {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Value(value) => write!(f, "Value({} bytes)", value.len()),
            Self::Branch(branch) => branch.fmt(f),
        }
    }
}

impl Debug for Branch {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        write!(f, "Branch({})", self.members.len())
    }
}

/// What stands in front of the first bracket that is closed, and the rest.
fn first_key(name: &str) -> (Cow<'_, str>, &str) {
    let name = name.trim_start_matches(' ');
    match name.split_once('[') {
        Some((first, rest)) if rest.contains(']') => {
            let at = first.len();
            (Cow::Borrowed(first), name.get(at..).unwrap_or_default())
        }
        _ => (Cow::Borrowed(name), ""),
    }
}

/// The key between the brackets that `rest` begins with, and what follows them. Whatever else
/// stands behind a closing bracket means nothing.
fn next_key(rest: &str) -> Option<(&str, &str)> {
    let (inner, after) = rest.strip_prefix('[')?.split_once(']')?;
    Some((inner.trim_matches([' ', '\t', '\r', '\n']), after))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::protocol::form::urlencoded;

    fn read(form: &str) -> Result<Branch, BracketError> {
        let mut branch = Branch::default();
        let fields = urlencoded::read(form.as_bytes(), usize::MAX).unwrap();
        branch.take(&fields, &mut Taken::default(), Bounds::default()).map(|()| branch)
    }

    /// The tree as text: `{0=a,name={0=b}}`.
    fn shown(branch: &Branch) -> String {
        let member = |(key, tree): (&Key, &Tree)| match tree {
            Tree::Value(value) => format!("{}={}", key.text(), text::read(value)),
            Tree::Branch(inner) => format!("{}={}", key.text(), shown(inner)),
        };
        format!("{{{}}}", branch.iter().map(member).collect::<Vec<_>>().join(","))
    }

    fn reads(form: &str) -> String {
        shown(&read(form).unwrap())
    }

    #[test]
    fn rows_and_cells_stand_where_their_numbers_say() {
        assert_eq!(
            reads("d[1][1]=d&d[0][2]=b&d[0][0]=a&d[1][0]=c"),
            "{d={0={0=a,2=b},1={0=c,1=d}}}"
        );
        assert_eq!(reads("d[10]=x&d[9]=y"), "{d={9=y,10=x}}");
    }

    #[test]
    fn brackets_are_read_in_every_spelling() {
        for form in
            ["f%5B0%5D%5Ba%5D=1", "f%5b0%5d%5ba%5d=1", "f[0][a]=1", "f%5B0][a%5d=1", "f[ 0 ][a]=1"]
        {
            assert_eq!(reads(form), "{f={0={a=1}}}", "{form}");
        }
    }

    #[test]
    fn empty_brackets_count_on_from_the_largest_number() {
        assert_eq!(reads("f[]=a&f[]=b"), "{f={0=a,1=b}}");
        assert_eq!(reads("f[4]=a&f[x]=n&f[]=b&f[][]=c"), "{f={4=a,5=b,6={0=c},x=n}}");
    }

    #[test]
    fn the_last_of_one_name_wins_whatever_it_is() {
        assert_eq!(reads("a=1&a=2"), "{a=2}");
        assert_eq!(reads("a=1&a[b]=2"), "{a={b=2}}");
        assert_eq!(reads("a[b]=2&a[c]=3&a=1"), "{a=1}");
        assert_eq!(reads("a[b]=2&a[b]=3"), "{a={b=3}}");
    }

    #[test]
    fn a_name_that_is_not_quite_bracketed_is_read_as_php_reads_it() {
        assert_eq!(reads("a[b=1&%20c=2&[d]=3&=4&e]=5"), "{a[b=1,c=2,e]=5}");
        assert_eq!(reads("a[b]c=1&d[e]x[f]=2&g[01]=3&g[1]=4"), "{a={b=1},d={e=2},g={1=4,01=3}}");
    }

    #[test]
    fn each_bound_refuses() {
        let one = |bounds: Bounds, form: &str| {
            let fields = urlencoded::read(form.as_bytes(), 100).unwrap();
            Branch::default().take(&fields, &mut Taken::default(), bounds)
        };
        let bounds = Bounds { pairs: 2, branches: 3, depth: 2, name_bytes: 8 };
        assert_eq!(one(bounds, "a=1&a=2"), Ok(()));
        assert_eq!(one(bounds, "a=1&a=2&a=3"), Err(BracketError::TooManyPairs { most: 2 }));
        assert_eq!(one(bounds, "a[][]=1"), Ok(()));
        assert_eq!(one(bounds, "a[][][]=1"), Err(BracketError::TooDeep { most: 2 }));
        assert_eq!(one(bounds, "a[][]=1&b[]=1"), Ok(()));
        let lists = Err(BracketError::TooManyBranches { most: 3 });
        assert_eq!(one(bounds, "a[][]=1&b[][]=1"), lists);
        assert_eq!(one(bounds, "a[12345]=1"), Ok(()));
        assert_eq!(one(bounds, "a[123456]=1"), Err(BracketError::NameTooLong { most: 8 }));
    }

    #[test]
    fn five_hundred_rows_of_sixty_columns_fit() {
        let cell = |at: usize| format!("data%5B{}%5D%5B{}%5D=x", at / 60, at % 60);
        let form: Vec<String> = (0..30_000).map(cell).collect();
        let tree = read(&form.join("&")).unwrap();
        let rows = tree.get("data").and_then(Tree::branch).unwrap();
        assert_eq!(rows.len(), 500);
        assert!(rows.iter().all(|(_, row)| row.branch().unwrap().len() == 60));
    }

    fn keys() -> impl Strategy<Value = Key> {
        prop_oneof![
            any::<u32>().prop_map(Key::Index),
            (0_u32..4).prop_map(Key::Index),
            "[a-zA-Z_%&=+. ]?[a-z%&=+\u{e9}]{1,6}".prop_map(|name| Key::of(name.trim())),
        ]
    }

    fn trees() -> impl Strategy<Value = Tree> {
        let leaf = prop::collection::vec(any::<u8>(), 0..8).prop_map(|b| Tree::Value(b.into()));
        leaf.prop_recursive(4, 40, 5, |inner| {
            let members = prop::collection::btree_map(keys(), inner, 1..5);
            members.prop_map(|members| Tree::Branch(Branch { members }))
        })
    }

    /// Every leaf with the keys that lead to it.
    fn leaves(branch: &Branch, path: &[String], found: &mut Vec<(Vec<String>, Bytes)>) {
        for (key, tree) in branch.iter() {
            let path = [path, &[key.text().into_owned()]].concat();
            match tree {
                Tree::Value(value) => found.push((path, value.clone())),
                Tree::Branch(inner) => leaves(inner, &path, found),
            }
        }
    }

    fn encoded(text: &[u8], spelling: u8) -> String {
        text.iter()
            .map(|byte| match spelling {
                0 => format!("%{byte:02X}"),
                1 => format!("%{byte:02x}"),
                _ if byte.is_ascii_alphanumeric() => char::from(*byte).to_string(),
                _ => format!("%{byte:02X}"),
            })
            .collect()
    }

    fn pair(path: &[String], value: &[u8], spelling: u8) -> String {
        let (open, close) = match spelling {
            0 => ("%5B", "%5D"),
            1 => ("%5b", "%5d"),
            2 => ("[", "%5D"),
            _ => ("[", "]"),
        };
        let mut pair = encoded(path[0].as_bytes(), spelling);
        for key in &path[1..] {
            pair.extend([open, &encoded(key.as_bytes(), spelling), close]);
        }
        format!("{pair}={}", encoded(value, spelling))
    }

    proptest! {
        #[test]
        fn any_tree_written_in_any_order_and_spelling_reads_back(
            members in prop::collection::btree_map(keys(), trees(), 1..5),
            order in prop::collection::vec(any::<u32>(), 200),
            spellings in prop::collection::vec(0_u8..4, 200),
        ) {
            let tree = Branch { members };
            let mut found = Vec::new();
            leaves(&tree, &[], &mut found);
            let written = found.iter().zip(order.iter().cycle()).zip(spellings.iter().cycle());
            let mut pairs: Vec<(u32, String)> = written
                .map(|(((path, value), at), spelling)| (*at, pair(path, value, *spelling)))
                .collect();
            pairs.sort();
            let form: Vec<String> = pairs.into_iter().map(|(_, pair)| pair).collect();
            prop_assert_eq!(shown(&read(&form.join("&")).unwrap()), shown(&tree));
        }

        #[test]
        fn whatever_is_sent_is_read_without_a_panic(
            form in "([ab01=&%5BD]|\\[|\\]){0,80}", bytes in prop::collection::vec(any::<u8>(), 0..200)
        ) {
            for form in [form.as_bytes(), &bytes] {
                let fields = urlencoded::read(form, usize::MAX).unwrap();
                let mut taken = Taken::default();
                let read = Branch::default().take(&fields, &mut taken, Bounds { depth: 3, ..Bounds::default() });
                prop_assert!(read.is_ok() || taken.pairs > 0);
            }
        }
    }
}
