//! Numbers as modifiers write them.

use super::{Arguments, Bounded, Overflow, Value, bounded};

/// Longest padding of a number, in characters.
const MAX_PADDING: usize = 100;

pub(super) fn rounded(number: f64, digits: usize) -> f64 {
    let factor = 10_f64.powi(i32::try_from(digits.min(12)).unwrap_or(0));
    (number * factor).round() / factor
}

/// PHP's `number_format`: decimals, point, separator of thousands.
pub(super) fn grouped(number: f64, arguments: Arguments<'_>) -> String {
    let decimals = arguments.count(0, 0).min(20);
    let (point, separator) = (arguments.text(1, "."), arguments.text(2, ","));
    let fixed = format!("{:.decimals$}", number.abs());
    let (whole, fraction) = fixed.split_once('.').unwrap_or((&fixed, ""));
    let mut grouped = String::new();
    for (at, digit) in whole.chars().enumerate() {
        if at > 0 && (whole.len() - at) % 3 == 0 {
            grouped.push_str(&separator);
        }
        grouped.push(digit);
    }
    let sign =
        if number < 0.0 && fixed.contains(|one: char| matches!(one, '1'..='9')) { "-" } else { "" };
    if fraction.is_empty() {
        format!("{sign}{grouped}")
    } else {
        format!("{sign}{grouped}{point}{fraction}")
    }
}

/// `sprintf` with one value: `%s`, `%d`, `%.2f`, `%05d`, `%x` and the like.
pub(super) fn printed(value: &Value, text: &str, format: &str) -> Result<String, Overflow> {
    bounded(|out| {
        let mut rest = format;
        while let Some((before, from)) = rest.split_once('%') {
            out.push(before)?;
            let end = from.find(|one: char| one.is_ascii_alphabetic() || one == '%');
            let Some((flags, from)) = end.and_then(|end| from.split_at_checked(end)) else {
                rest = "";
                break;
            };
            let mut characters = from.chars();
            let directive = characters.next().unwrap_or('%');
            rest = characters.as_str();
            directed(out, value, text, flags, directive)?;
        }
        out.push(rest)
    })
}

fn directed(
    out: &mut Bounded,
    value: &Value,
    text: &str,
    flags: &str,
    directive: char,
) -> Result<(), Overflow> {
    let (width, precision) = flags.split_once('.').unwrap_or((flags, ""));
    let precision = precision.parse::<usize>().ok().map(|digits| digits.min(20));
    let number = value.number();
    let shown = match directive {
        '%' => "%".to_owned(),
        'd' | 'i' | 'u' => format!("{}", number.trunc() + 0.0),
        'f' | 'F' => format!("{number:.0$}", precision.unwrap_or(6)),
        'x' => format!("{:x}", value.whole()),
        'X' => format!("{:X}", value.whole()),
        _ => text.chars().take(precision.unwrap_or(usize::MAX)).collect(),
    };
    let is_left = width.starts_with('-');
    let width = width.trim_start_matches(['-', '+']);
    let pad = if width.starts_with('0') { "0" } else { " " };
    let width = width.parse::<usize>().unwrap_or(0).min(MAX_PADDING);
    let missing = width.saturating_sub(shown.chars().count());
    if is_left {
        out.push(&shown)?;
        return out.push_times(" ", missing);
    }
    out.push_times(pad, missing)?;
    out.push(&shown)
}
