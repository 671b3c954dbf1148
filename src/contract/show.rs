//! Differences as people read them, and as programs do.
//!
//! [`people`] names each place and puts what was expected and what was found below one another,
//! with a mark under what differs; values of several lines are shown as lines, with those around
//! the ones that differ. What cannot be seen is spelled out. [`machine`] is the same as JSON.
//! Neither grows with the documents: long values are cut, and their length is said.

use std::fmt::Write as _;

use serde::Serialize;
use unicode_width::{UnicodeWidthChar as _, UnicodeWidthStr as _};

use super::compare::{Difference, What};

/// Characters of one line of a value: with the words in front it fits the logs of most CI servers.
const MOST_LINE: usize = 100;
/// Characters that are shown before the first one that differs.
const BEFORE: usize = 30;
/// Lines of a value of several lines.
const MOST_LINES: usize = 24;
/// Lines around those that differ.
const AROUND: usize = 2;

/// How the report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Paint {
    #[default]
    Plain,
    /// With colors, by the escapes that terminals know.
    Colors,
}

/// What a part of the report is.
#[derive(Clone, Copy)]
enum Ink {
    Place,
    Expected,
    Found,
    Mark,
    Faint,
}

impl Paint {
    fn ink(self, ink: Ink, text: &str) -> String {
        let code = match (self, ink) {
            _ if text.is_empty() => return String::new(),
            (Self::Plain, _) => return text.to_owned(),
            (Self::Colors, Ink::Place) => "1",
            (Self::Colors, Ink::Expected) => "32",
            (Self::Colors, Ink::Found) => "31",
            (Self::Colors, Ink::Mark) => "33",
            (Self::Colors, Ink::Faint) => "2",
        };
        format!("\u{1b}[{code}m{text}\u{1b}[0m")
    }
}

/// One place below the other, for people; empty when there is no difference.
pub fn people(differences: &[Difference], paint: Paint) -> String {
    let mut out = String::new();
    for difference in differences {
        place(difference, paint, &mut out);
        values(difference, paint, &mut out);
    }
    out
}

/// The differences as JSON: `{"equal": …, "differences": [{"path", "what", "says", "expected",
/// "found"}]}`.
pub fn machine(differences: &[Difference]) -> serde_json::Value {
    #[derive(Serialize)]
    struct Told<'d> {
        #[serde(flatten)]
        difference: &'d Difference,
        says: &'static str,
    }
    let told: Vec<Told<'_>> = differences
        .iter()
        .map(|difference| Told { difference, says: difference.what.sentence() })
        .collect();
    serde_json::json!({ "equal": told.is_empty(), "differences": told })
}

/// Adds a line. Writing to a text cannot fail.
fn line(out: &mut String, text: impl std::fmt::Display) {
    let start = out.len();
    if writeln!(out, "{text}").is_err() {
        out.truncate(start);
    }
}

fn place(difference: &Difference, paint: Paint, out: &mut String) {
    let (path, _) = window(&difference.path, 0);
    let says = difference.what.sentence();
    if difference.what == What::More {
        let count = difference.found.as_deref().unwrap_or_default();
        return line(out, format_args!("… and {count} differences more"));
    }
    line(out, format_args!("{}: {says}", paint.ink(Ink::Place, &visible(&path))));
}

fn values(difference: &Difference, paint: Paint, out: &mut String) {
    if difference.what == What::More {
        return;
    }
    match (&difference.expected, &difference.found) {
        (Some(expected), Some(found)) if expected.contains('\n') || found.contains('\n') => {
            lines(expected, found, paint, out);
        }
        (Some(expected), Some(found)) => one_line(expected, found, paint, out),
        (Some(expected), None) => {
            value("expected", Ink::Expected, &window(expected, 0), paint, out);
        }
        (None, Some(found)) => value("found", Ink::Found, &window(found, 0), paint, out),
        (None, None) => {}
    }
}

/// What is shown of a value, and how long it is when that is not all.
type Window = (String, Option<String>);

/// The part of a text from `from` characters on; `…` stands for what is left out.
fn window(text: &str, from: usize) -> Window {
    let length = text.chars().count();
    let mut shown = String::from(if from > 0 { "…" } else { "" });
    shown.extend(text.chars().skip(from).take(MOST_LINE));
    let is_cut = from > 0 || length > MOST_LINE;
    if length > from.saturating_add(MOST_LINE) {
        shown.push('…');
    }
    // The comparison keeps only a part of what is very long.
    let was_cut = text.starts_with('…') || text.ends_with('…');
    let told = if was_cut {
        format!("(more than {} characters)", length.saturating_sub(1))
    } else {
        format!("({length} characters)")
    };
    (shown, is_cut.then_some(told))
}

fn value(word: &str, ink: Ink, (text, length): &Window, paint: Paint, out: &mut String) {
    let text = match text.as_str() {
        "" => paint.ink(Ink::Faint, "(empty)"),
        text => paint.ink(ink, &at_ends(text)),
    };
    let length = length.as_ref().map(|length| paint.ink(Ink::Faint, &format!(" {length}")));
    line(out, format_args!("  {word:<8}  {text}{}", length.unwrap_or_default()));
}

/// Two values of one line each, and a mark under what differs.
fn one_line(expected: &str, found: &str, paint: Paint, out: &mut String) {
    let common =
        expected.chars().zip(found.chars()).take_while(|(one, other)| one == other).count();
    let is_long = |text: &str| text.chars().nth(MOST_LINE).is_some();
    let from = if is_long(expected) || is_long(found) { common.saturating_sub(BEFORE) } else { 0 };
    let (one, other) = (window(expected, from), window(found, from));
    value("expected", Ink::Expected, &one, paint, out);
    value("found", Ink::Found, &other, paint, out);
    let (one, other) = (at_ends(&one.0), at_ends(&other.0));
    let (blanks, marks) = mark(&one, &other);
    // A mark under all of both says nothing.
    if marks > 0 && (blanks > 0 || marks < one.width().max(other.width())) {
        let marks = paint.ink(Ink::Mark, &"^".repeat(marks));
        line(out, format_args!("  {:<8}  {}{marks}", "", " ".repeat(blanks)));
    }
}

/// Where two shown texts begin to differ, and how far until they are the same again to the end; in
/// columns of a terminal.
fn mark(one: &str, other: &str) -> (usize, usize) {
    let (one, other): (Vec<char>, Vec<char>) = (one.chars().collect(), other.chars().collect());
    let (head, tail) = alike(&one, &other);
    let columns = |of: &[char], from: usize, to: usize| -> usize {
        let shown = of.iter().take(to).skip(from);
        shown.map(|character| character.width().unwrap_or(0)).sum()
    };
    let differing = |of: &[char]| columns(of, head, of.len() - tail);
    // What has no width of its own, such as an accent, is marked all the same.
    let least = usize::from(one != other);
    (columns(&one, 0, head), differing(&one).max(differing(&other)).max(least))
}

/// How many items are the same at the beginning, and how many of the others at the end.
fn alike<T: PartialEq>(one: &[T], other: &[T]) -> (usize, usize) {
    let head = one.iter().zip(other).take_while(|(one, other)| one == other).count();
    let rest = one.len().min(other.len()) - head;
    let tails = one.iter().rev().zip(other.iter().rev()).take(rest);
    (head, tails.take_while(|(one, other)| one == other).count())
}

/// Values of several lines: those that differ, and some around them.
fn lines(expected: &str, found: &str, paint: Paint, out: &mut String) {
    let (one, other): (Vec<&str>, Vec<&str>) =
        (expected.split('\n').collect(), found.split('\n').collect());
    let (head, tail) = alike(&one, &other);
    let first = head.saturating_sub(AROUND);
    let heading = "  -expected, +found, by line";
    line(out, paint.ink(Ink::Faint, heading));
    // Nobody counted the lines in front of a part.
    let is_part = expected.starts_with('…') || found.starts_with('…');
    let number = |at: usize| if is_part { String::new() } else { (at + 1).to_string() };
    let show = |sign: char, ink: Ink, of: &[&str], from: usize, to: usize, out: &mut String| {
        for (at, text) in of.iter().enumerate().take(to).skip(from).take(MOST_LINES) {
            let (text, _) = window(text, 0);
            let text = format!("{:>5} {sign} {}", number(at), at_ends(&text));
            line(out, format_args!("  {}", paint.ink(ink, &text)));
        }
        let left = to.saturating_sub(from).saturating_sub(MOST_LINES);
        if left > 0 {
            line(out, format_args!("  {:>5} {sign} … {left} lines more", ""));
        }
    };
    show(' ', Ink::Faint, &one, first, head, out);
    show('-', Ink::Expected, &one, head, one.len() - tail, out);
    show('+', Ink::Found, &other, head, other.len() - tail, out);
    let behind = one.len() - tail;
    show(' ', Ink::Faint, &one, behind, one.len().min(behind + AROUND), out);
}

/// As [`visible`], and blanks at the ends as `·`.
fn at_ends(text: &str) -> String {
    let middle = text.trim_start_matches(' ');
    let before = text.len() - middle.len();
    let middle = middle.trim_end_matches(' ');
    let behind = text.len() - before - middle.len();
    format!("{}{}{}", "·".repeat(before), visible(middle), "·".repeat(behind))
}

/// Spells out what cannot be seen: control characters by their pictures, others by their numbers.
fn visible(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for character in text.chars() {
        let number = u32::from(character);
        match character {
            '\u{0}'..='\u{1f}' => out.extend(char::from_u32(0x2400 + number)),
            '\u{7f}' => out.push('\u{2421}'),
            '\u{80}'..='\u{a0}'
            | '\u{ad}'
            | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}'
            | '\u{feff}' => {
                let spelled = format!("<U+{number:04X}>");
                out.push_str(&spelled);
            }
            _ => out.push(character),
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn differ(expected: Option<&str>, found: Option<&str>) -> Difference {
        let owned = |text: Option<&str>| text.map(str::to_owned);
        let (expected, found) = (owned(expected), owned(found));
        Difference { path: "/a/b".to_owned(), what: What::Value, expected, found }
    }

    fn shown(expected: &str, found: &str) -> String {
        people(&[differ(Some(expected), Some(found))], Paint::Plain)
    }

    #[test]
    fn both_values_stand_below_one_another_with_a_mark_under_what_differs() {
        assert_eq!(
            shown("ann@example.org", "bob@example.org"),
            "/a/b: the value differs\n  expected  ann@example.org\n  found     bob@example.org\n  \
             \u{20}         ^^^\n"
        );
        assert_eq!(
            shown("abcd", "abXYcd"),
            "/a/b: the value differs\n  expected  abcd\n  found     abXYcd\n              ^^\n"
        );
    }

    #[test]
    fn the_mark_stands_below_what_differs_also_behind_wide_letters() {
        let report = shown("東京 a", "東京 b");
        assert!(report.ends_with("  found     東京 b\n                 ^\n"), "{report}");
        let report = shown("e\u{301}x", "ex");
        assert!(report.ends_with("\n             ^\n"), "{report}");
    }

    #[test]
    fn what_is_on_one_side_alone_is_shown_alone() {
        let missing = people(&[differ(Some("x"), None)], Paint::Plain);
        assert_eq!(missing, "/a/b: the value differs\n  expected  x\n");
        let unexpected = people(&[differ(None, Some(""))], Paint::Plain);
        assert_eq!(unexpected, "/a/b: the value differs\n  found     (empty)\n");
    }

    #[test]
    fn what_cannot_be_seen_is_spelled_out() {
        let report = shown("a\t\u{feff}b ", "a \u{a0}b\r");
        assert!(report.contains("a␉<U+FEFF>b·\n"), "{report}");
        assert!(report.contains("a <U+00A0>b␍\n"), "{report}");
        assert!(!shown("\u{1b}[31mred", "x").contains('\u{1b}'));
    }

    #[test]
    fn a_long_value_is_cut_around_what_differs_and_its_length_is_said() {
        let one = format!("{}X{}", "a".repeat(5_000), "b".repeat(5_000));
        let report = shown(&one, &one.replace('X', "Y"));
        assert!(report.contains("aXb") && report.contains("aYb"), "{report}");
        assert!(report.contains("(10001 characters)") && report.len() < 1_000, "{report}");
    }

    #[test]
    fn values_of_several_lines_are_shown_with_the_lines_around() {
        let text = |changed: &str| format!("1\n2\n3\n4\n{changed}\n6\n7\n8\n9");
        let report = shown(&text("five"), &text("5"));
        assert!(
            report.contains("      3   3\n      4   4\n      5 - five\n      5 + 5\n      6   6\n")
        );
        assert!(report.contains("      7   7\n") && !report.contains('8'), "{report}");
        let many = shown(&"a\n".repeat(10_000), &"b\n".repeat(10_000));
        assert!(many.contains("lines more") && many.len() < 3_000);
    }

    #[test]
    fn colors_are_written_only_when_asked_for() {
        let differences = [differ(Some("a"), Some("b"))];
        assert!(!people(&differences, Paint::Plain).contains('\u{1b}'));
        let colored = people(&differences, Paint::Colors);
        assert!(
            colored.contains("\u{1b}[32ma\u{1b}[0m") && colored.contains("\u{1b}[31mb\u{1b}[0m")
        );
    }

    #[test]
    fn a_program_reads_the_same_as_json() {
        let told = machine(&[differ(Some("a"), None)]);
        assert_eq!(told["equal"], false);
        assert_eq!(told["differences"][0]["path"], "/a/b");
        assert_eq!(told["differences"][0]["what"], "value");
        assert_eq!(told["differences"][0]["expected"], "a");
        assert!(told["differences"][0]["found"].is_null());
        assert_eq!(machine(&[])["equal"], true);
    }
}
