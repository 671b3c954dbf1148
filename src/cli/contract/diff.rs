//! `lychgate contract diff`.

use std::path::PathBuf;

use anyhow::{Context as _, Result};
use clap::{Args, ValueEnum};

use super::Found;
use crate::cli::output::{self, Voice};
use crate::contract::compare::{Namespaces, Pattern, Rules, Simple, What, Whitespace};
use crate::contract::differ::{Compared, Options, declarations, differ};
use crate::contract::show::{Paint, machine, people};

/// Compares two files by what they mean: XML, JSON, forms, PHP's values, CSV, text.
///
/// Files that end in `.http` are compared as messages, folders file by file. Ends with 0 when both
/// mean the same, with 1 when they differ, and with 2 when they cannot be compared.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  lychgate contract diff expected.xml found.xml
  lychgate contract diff a.json b.json --ignore /items/modified --unordered /items
  lychgate contract diff found.xml - --wsdl service.wsdl < other.xml
  lychgate contract diff recording.old recording.new --json")]
pub struct Diff {
    /// What is expected: a document, a message or a folder; `-` is standard input
    #[arg(value_name = "A")]
    expected: PathBuf,
    /// What is found
    #[arg(value_name = "B")]
    found: PathBuf,
    /// Pass over this place with all below it, such as /Envelope/Header; of a message's head:
    /// `status`, `method`, `target`, `header NAME`
    #[arg(long, value_name = "PATH")]
    ignore: Vec<String>,
    /// What is directly below this place may stand in any order
    #[arg(long, value_name = "PATH")]
    unordered: Vec<Pattern>,
    /// The type of values at a place, such as /a/sum=number: string, token, number, double, boolean,
    /// `dateTime`, guid, base64, `QName`
    #[arg(long = "type", value_name = "PATH=TYPE", value_parser = typed)]
    types: Vec<(Pattern, Simple)>,
    /// What both are, as a Content-Type; otherwise their names and first bytes tell
    #[arg(long, value_name = "TYPE")]
    media_type: Option<String>,
    /// Take the types of this face's documents, by the name of its folder
    #[arg(long, value_name = "FACE")]
    face: Option<String>,
    /// Take the types that this WSDL or schema declares; can be given more than once
    #[arg(long, value_name = "FILE", conflicts_with = "face")]
    wsdl: Vec<PathBuf>,
    /// Whether namespaces count; prefixes never do
    #[arg(long, value_enum, default_value_t)]
    namespaces: NamespacesTo,
    /// Which white space in XML counts
    #[arg(long, value_enum, default_value_t)]
    whitespace: WhitespaceTo,
    /// Print JSON
    #[arg(long)]
    json: bool,
    /// Whether to write with colors; `auto` does on a terminal
    #[arg(long, value_enum, default_value_t, value_name = "WHEN")]
    color: Color,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum NamespacesTo {
    #[default]
    Compare,
    Ignore,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum WhitespaceTo {
    /// Not between elements
    #[default]
    Between,
    /// Everywhere
    Exact,
    /// Not at the ends of texts either
    Trim,
    /// As `trim`, and a run inside a text is one space
    Collapse,
}

#[derive(Debug, Clone, Copy, Default, ValueEnum)]
enum Color {
    #[default]
    Auto,
    Always,
    Never,
}

fn typed(text: &str) -> Result<(Pattern, Simple), String> {
    let (path, simple) = text.rsplit_once('=').ok_or("this is such as /a/sum=number")?;
    let path = path.parse::<Pattern>().map_err(|error| error.to_string())?;
    let simple = serde_json::from_value(simple.into()).map_err(|error| error.to_string())?;
    Ok((path, simple))
}

impl Diff {
    /// Prints how the two differ, and says whether they do.
    pub fn run(&self) -> Result<Found> {
        let compared = differ(&self.expected, &self.found, &self.options()?)?;
        if self.json {
            output::line(serde_json::to_string_pretty(&told(&compared))?)?;
        } else {
            self.tell(&compared)?;
        }
        Ok(found(&compared))
    }

    /// Every difference below the name of its file, and how many files differ.
    fn tell(&self, compared: &[Compared]) -> Result<()> {
        let paint = self.paint();
        let differing = || compared.iter().filter(|compared| !compared.differences.is_empty());
        for Compared { name, differences } in differing() {
            if name.is_empty() {
                output::line(people(differences, paint).trim_end())?;
            } else {
                output::line(format_args!("{name}:"))?;
                output::line(people(differences, paint))?;
            }
        }
        let are_folders = compared.iter().any(|compared| !compared.name.is_empty());
        let count = differing().count();
        if are_folders && count > 0 {
            output::line(format_args!("{count} of {} files differ", compared.len()))?;
        }
        Ok(())
    }

    fn options(&self) -> Result<Options> {
        let (places, words): (Vec<&String>, Vec<&String>) =
            self.ignore.iter().partition(|text| text.starts_with('/'));
        let ignore = places.into_iter().map(|text| {
            text.parse::<Pattern>().with_context(|| format!("--ignore {text} is no path"))
        });
        let rules = Rules {
            ignore: ignore.collect::<Result<_>>()?,
            unordered: self.unordered.clone(),
            types: self.types.iter().cloned().collect(),
            namespaces: match self.namespaces {
                NamespacesTo::Compare => Namespaces::Compare,
                NamespacesTo::Ignore => Namespaces::Ignore,
            },
            whitespace: match self.whitespace {
                WhitespaceTo::Between => Whitespace::Between,
                WhitespaceTo::Exact => Whitespace::Exact,
                WhitespaceTo::Trim => Whitespace::Trim,
                WhitespaceTo::Collapse => Whitespace::Collapse,
            },
            ..Rules::default()
        };
        let passed_over = words.into_iter().map(|word| word.to_ascii_lowercase()).collect();
        let (media_type, face) = (self.media_type.clone(), self.face.clone());
        let declarations = declarations(&self.wsdl)?;
        Ok(Options { rules, media_type, face, declarations, passed_over })
    }

    fn paint(&self) -> Paint {
        match self.color {
            Color::Always => Paint::Colors,
            Color::Never => Paint::Plain,
            Color::Auto => output::paint(Voice::Result),
        }
    }
}

/// What was given up before the first difference is neither equal nor different.
fn found(compared: &[Compared]) -> Found {
    let mut all = compared.iter().flat_map(|compared| &compared.differences).peekable();
    if all.peek().is_none() {
        Found::Nothing
    } else if all.all(|difference| difference.what == What::TooMuch) {
        Found::Unknown
    } else {
        Found::Differences
    }
}

/// Two files as `{"equal", "differences"}`; folders as `{"equal", "files": {name: …}}`, where files
/// that are equal are left out.
fn told(compared: &[Compared]) -> serde_json::Value {
    if let [Compared { name, differences }] = compared
        && name.is_empty()
    {
        return machine(differences);
    }
    let differing = compared.iter().filter(|compared| !compared.differences.is_empty());
    let files: serde_json::Map<String, serde_json::Value> =
        differing.map(|compared| (compared.name.clone(), machine(&compared.differences))).collect();
    serde_json::json!({ "equal": files.is_empty(), "compared": compared.len(), "files": files })
}
