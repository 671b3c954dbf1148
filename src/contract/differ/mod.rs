//! Any two files, messages or folders of recordings, compared by what they mean.
//!
//! [`differ`] finds out what two paths are: documents, HTTP messages (`.http`), or folders, whose
//! files are compared one by one. It reads; it writes nothing.

mod message;
#[cfg(test)]
mod tests;

use std::collections::BTreeSet;
use std::fmt::{Debug, Formatter};
use std::fs;
use std::io::Read as _;
use std::path::{Path, PathBuf};

use serde::Deserialize;

use super::compare::{
    BadDescription, Content, Declarations, Difference, Rules, Schema, What, compare, schema_of,
};

/// Largest file that is compared.
const MOST_FILE_BYTES: u64 = 256 << 20;
/// Stands for standard input.
const STANDARD_INPUT: &str = "-";
/// Files of one folder, with those in the folders below it.
const MOST_FILES: usize = 100_000;
/// Folders inside one another; recordings have three.
const MOST_DEPTH: usize = 16;

/// How two things are compared.
#[derive(Default)]
pub struct Options {
    pub rules: Rules,
    /// What both documents are, as a `Content-Type`; else their names and first bytes tell.
    pub media_type: Option<String>,
    /// The face whose types are known, as its folder is called; else the folder above tells.
    pub face: Option<String>,
    /// The types that a service's own WSDL or schemas declare; before those of a face.
    pub declarations: Option<Declarations>,
    /// Parts of a message's head that may differ: `status`, `method`, `target`, `header NAME`.
    pub passed_over: BTreeSet<String>,
}

/// Without the rules: they name what is in documents.
impl Debug for Options {
    fn fmt(&self, f: &mut Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Options").field("media_type", &self.media_type).finish_non_exhaustive()
    }
}

/// Two files, and how they differ.
#[derive(Debug, PartialEq, Eq)]
pub struct Compared {
    /// The path below both folders; empty when two files were named.
    pub name: String,
    pub differences: Vec<Difference>,
}

/// Why two things cannot be compared.
#[derive(Debug, thiserror::Error)]
pub enum NotComparable {
    #[error("cannot read {}", path.display())]
    Read { path: PathBuf, source: std::io::Error },
    #[error("{} is larger than {MOST_FILE_BYTES} bytes", path.display())]
    TooLarge { path: PathBuf },
    #[error("{} and {} are not of one kind: a folder and a file", one.display(), other.display())]
    Kinds { one: PathBuf, other: PathBuf },
    #[error("{} is no HTTP message: {why}", path.display())]
    NoMessage { path: PathBuf, why: String },
    #[error("{} is a call and {} is a reply", call.display(), reply.display())]
    Sides { call: PathBuf, reply: PathBuf },
    #[error("{}: {why}", path.display())]
    Told { path: PathBuf, why: String },
    #[error("{} has more than {MOST_FILES} files, or folders deeper than {MOST_DEPTH}", path.display())]
    TooMany { path: PathBuf },
    #[error("standard input can only be one of the two")]
    OneInput,
    #[error("neither folder has a file in it")]
    Nothing,
    #[error("no types are known of the face `{face}`")]
    Face { face: String },
    #[error("{} says no types", path.display())]
    Description { path: PathBuf, source: BadDescription },
}

/// The types that WSDLs and schemas declare together.
pub fn declarations(files: &[PathBuf]) -> Result<Option<Declarations>, NotComparable> {
    if files.is_empty() {
        return Ok(None);
    }
    let mut declarations = Declarations::default();
    for path in files {
        let added = declarations.add(&read(path)?);
        added.map_err(|source| NotComparable::Description { path: path.clone(), source })?;
    }
    Ok(Some(declarations))
}

/// Compares what stands at two paths. Of two folders every file that is in either; a file that only
/// one has is a difference.
pub fn differ(
    expected: &Path,
    found: &Path,
    options: &Options,
) -> Result<Vec<Compared>, NotComparable> {
    if let Some(face) = options.face.as_ref().filter(|face| schema_of(face).is_none()) {
        return Err(NotComparable::Face { face: face.clone() });
    }
    if expected == found && expected == Path::new(STANDARD_INPUT) {
        return Err(NotComparable::OneInput);
    }
    match (expected.is_dir(), found.is_dir()) {
        (true, true) => folders(expected, found, options),
        (false, false) => {
            let differences = files(expected, found, &options.rules, options)?;
            Ok(vec![Compared { name: String::new(), differences }])
        }
        _ => Err(NotComparable::Kinds { one: expected.to_owned(), other: found.to_owned() }),
    }
}

fn folders(one: &Path, other: &Path, options: &Options) -> Result<Vec<Compared>, NotComparable> {
    let names: BTreeSet<PathBuf> =
        files_below(one)?.into_iter().chain(files_below(other)?).collect();
    if names.is_empty() {
        return Err(NotComparable::Nothing);
    }
    let mut compared = Vec::with_capacity(names.len());
    for name in names {
        let (expected, found) = (one.join(&name), other.join(&name));
        let only = |what, expected: Option<&str>, found: Option<&str>| Difference {
            path: "/".to_owned(),
            what,
            expected: expected.map(str::to_owned),
            found: found.map(str::to_owned),
        };
        let differences = match (expected.is_file(), found.is_file()) {
            (true, true) => {
                files(&expected, &found, &rules_of(&expected, &options.rules)?, options)?
            }
            (true, false) => vec![only(What::Missing, Some("a file"), None)],
            _ => vec![only(What::Unexpected, None, Some("a file"))],
        };
        compared.push(Compared { name: name.to_string_lossy().into_owned(), differences });
    }
    Ok(compared)
}

/// The files below a folder, by their paths in it. Hidden ones and links are passed over.
fn files_below(root: &Path) -> Result<Vec<PathBuf>, NotComparable> {
    let failed = |path: &Path| {
        let path = path.to_owned();
        move |source| NotComparable::Read { path, source }
    };
    let mut names = Vec::new();
    let mut open = vec![(root.to_owned(), 0)];
    while let Some((folder, depth)) = open.pop() {
        for entry in fs::read_dir(&folder).map_err(failed(&folder))? {
            let entry = entry.map_err(failed(&folder))?;
            let (path, kind) = (entry.path(), entry.file_type().map_err(failed(&folder))?);
            let is_hidden = entry.file_name().to_string_lossy().starts_with('.');
            if kind.is_dir() && !is_hidden {
                open.push((path, depth + 1));
            } else if let Some(name) =
                path.strip_prefix(root).ok().filter(|_| kind.is_file() && !is_hidden)
            {
                names.push(name.to_owned());
            }
        }
        if names.len() > MOST_FILES || depth > MOST_DEPTH {
            return Err(NotComparable::TooMany { path: root.to_owned() });
        }
    }
    Ok(names)
}

/// The rules of a recorded case, for its reply, and those that were asked for besides.
fn rules_of(file: &Path, asked: &Rules) -> Result<Rules, NotComparable> {
    #[derive(Deserialize)]
    struct Told {
        compare: Option<Rules>,
    }
    let told = file.with_file_name("case.toml");
    let is_reply = file.file_stem().is_some_and(|stem| stem == "response");
    if !is_reply || !told.is_file() {
        return Ok(asked.clone());
    }
    let text = String::from_utf8_lossy(&read(&told)?).into_owned();
    let read: Result<Told, _> = toml::from_str(&text);
    let rules = read.map_err(|error| {
        let (path, why) = (told.clone(), error.message().to_owned());
        NotComparable::Told { path, why }
    })?;
    let Some(mut rules) = rules.compare else { return Ok(asked.clone()) };
    rules.ignore.extend(asked.ignore.iter().cloned());
    rules.unordered.extend(asked.unordered.iter().cloned());
    rules.types.extend(asked.types.clone());
    let usual = Rules::default();
    if asked.namespaces != usual.namespaces {
        rules.namespaces = asked.namespaces;
    }
    if asked.whitespace != usual.whitespace {
        rules.whitespace = asked.whitespace;
    }
    Ok(rules)
}

/// The bytes of a file, a pipe, or standard input.
fn read(path: &Path) -> Result<Vec<u8>, NotComparable> {
    let failed = |source| NotComparable::Read { path: path.to_owned(), source };
    let most = MOST_FILE_BYTES + 1;
    let mut bytes = Vec::new();
    if path == Path::new(STANDARD_INPUT) {
        std::io::stdin().lock().take(most).read_to_end(&mut bytes).map_err(failed)?;
    } else {
        let file = fs::File::open(path).map_err(failed)?;
        file.take(most).read_to_end(&mut bytes).map_err(failed)?;
    }
    let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
    if length > MOST_FILE_BYTES {
        return Err(NotComparable::TooLarge { path: path.to_owned() });
    }
    Ok(bytes)
}

fn files(
    expected: &Path,
    found: &Path,
    rules: &Rules,
    options: &Options,
) -> Result<Vec<Difference>, NotComparable> {
    let (one, other) = (read(expected)?, read(found)?);
    let way = Way { rules, schema: schema(expected, options), options };
    let is_message = |path: &Path| path.extension().is_some_and(|extension| extension == "http");
    if options.media_type.is_none() && is_message(expected) && is_message(found) {
        return message::differences((expected, &one), (found, &other), &way);
    }
    if is_table_of_settings(expected) && is_table_of_settings(found) {
        let (one, other) = (as_json(expected, &one)?, as_json(found, &other)?);
        return Ok(way.bodies(("application/json", &one), ("application/json", &other)));
    }
    let (one_type, other_type) = (media_type(expected, options), media_type(found, options));
    Ok(way.bodies((one_type, &one), (other_type, &other)))
}

/// The rules and the types by which two documents are compared.
struct Way<'o> {
    rules: &'o Rules,
    schema: Option<&'o dyn Schema>,
    options: &'o Options,
}

impl Way<'_> {
    fn bodies(&self, one: (&str, &[u8]), other: (&str, &[u8])) -> Vec<Difference> {
        let content = |(media_type, bytes)| Content { media_type, bytes };
        compare(content(one), content(other), self.rules, self.schema)
    }
}

/// The types that were declared, those of the face that was asked for, or of the one whose
/// recording the file is in.
fn schema<'o>(path: &Path, options: &'o Options) -> Option<&'o dyn Schema> {
    if let Some(declarations) = &options.declarations {
        return Some(declarations);
    }
    if let Some(face) = &options.face {
        return schema_of(face);
    }
    let mut folders = path.ancestors().filter_map(|folder| folder.file_name()?.to_str());
    folders.find_map(schema_of)
}

/// What a file is by its name; empty where that does not tell.
fn media_type<'o>(path: &Path, options: &'o Options) -> &'o str {
    if let Some(media_type) = &options.media_type {
        return media_type;
    }
    match path.extension().and_then(|extension| extension.to_str()).unwrap_or_default() {
        "xml" | "wsdl" | "xsd" => "text/xml",
        "json" => "application/json",
        "csv" => "text/csv",
        "form" => "application/x-www-form-urlencoded",
        _ => "",
    }
}

fn is_table_of_settings(path: &Path) -> bool {
    path.extension().is_some_and(|extension| extension == "toml")
}

/// TOML as JSON, so that it is compared by value.
fn as_json(path: &Path, bytes: &[u8]) -> Result<Vec<u8>, NotComparable> {
    let told = |why: String| NotComparable::Told { path: path.to_owned(), why };
    let text = std::str::from_utf8(bytes).map_err(|error| told(error.to_string()))?;
    let table: toml::Table =
        toml::from_str(text).map_err(|error| told(error.message().to_owned()))?;
    serde_json::to_vec(&table).map_err(|error| told(error.to_string()))
}
