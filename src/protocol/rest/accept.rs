//! Which of the offered media types a caller likes best.

use std::cmp::Reverse;

/// Ranges of one `Accept` header that are looked at; the rest is passed over.
const MOST_RANGES: usize = 64;

/// The place in `offered` of the media type that an `Accept` header likes best, or `None` when it
/// likes none of them; then the server chooses.
///
/// The highest quality wins; among equals what is named comes before what a wildcard covers, then
/// the order of the header, then the order of the offer. Parameters other than `q` are passed over,
/// and so is a range that cannot be read.
pub fn choose(accept: &str, offered: &[&str]) -> Option<usize> {
    let ranges: Vec<Range<'_>> =
        accept.split(',').take(MOST_RANGES).enumerate().filter_map(Range::parse).collect();
    let liked = offered.iter().enumerate().filter_map(|(index, media_type)| {
        // The narrowest range says the quality, even when a wider one says a higher.
        let fitting = ranges.iter().filter(|range| range.covers(media_type));
        let range = fitting.max_by_key(|range| (range.width, Reverse(range.place)))?;
        let rank = (range.quality, range.width, Reverse(range.place), Reverse(index));
        (range.quality > 0).then_some(rank)
    });
    liked.max().map(|(.., Reverse(index))| index)
}

/// How much a range covers; the narrowest is the greatest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Width {
    Everything,
    Family,
    One,
}

#[derive(Debug, Clone, Copy)]
struct Range<'a> {
    family: &'a str,
    one: &'a str,
    width: Width,
    /// In thousandths.
    quality: u16,
    place: usize,
}

impl<'a> Range<'a> {
    fn parse((place, text): (usize, &'a str)) -> Option<Self> {
        let mut parts = text.split(';');
        let (family, one) = parts.next()?.trim().split_once('/')?;
        let (family, one) = (family.trim(), one.trim());
        let width = match (family, one) {
            ("*", "*") => Width::Everything,
            ("*" | "", _) | (_, "") => return None,
            (_, "*") => Width::Family,
            _ => Width::One,
        };
        let quality = parts.find_map(stated_quality).unwrap_or(1_000);
        Some(Self { family, one, width, quality, place })
    }

    fn covers(&self, media_type: &str) -> bool {
        let Some((family, one)) = media_type.split_once('/') else { return false };
        match self.width {
            Width::Everything => true,
            Width::Family => self.family.eq_ignore_ascii_case(family),
            Width::One => {
                self.family.eq_ignore_ascii_case(family) && self.one.eq_ignore_ascii_case(one)
            }
        }
    }
}

/// What a parameter says when it is `q`; a number that is none counts as 0, so that damage does
/// not make a range the favorite.
fn stated_quality(parameter: &str) -> Option<u16> {
    let (name, value) = parameter.split_once('=')?;
    name.trim().eq_ignore_ascii_case("q").then(|| thousandths(value.trim()).unwrap_or(0))
}

/// `0`, `0.5`, `.5`, `1.000` as thousandths; more digits than three are cut off.
fn thousandths(text: &str) -> Option<u16> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    if !fraction.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    let whole: u16 = if whole.is_empty() { 0 } else { whole.parse().ok()? };
    let digit = |place: usize| u16::from(fraction.as_bytes().get(place).map_or(0, |d| d - b'0'));
    let fraction = digit(0) * 100 + digit(1) * 10 + digit(2);
    Some(whole.saturating_mul(1_000).saturating_add(fraction).min(1_000))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    const OFFERED: [&str; 4] = ["application/json", "text/json", "application/xml", "text/xml"];

    fn chosen(accept: &str) -> Option<&'static str> {
        choose(accept, &OFFERED).map(|index| OFFERED[index])
    }

    #[test]
    fn the_highest_quality_wins() {
        assert_eq!(chosen("application/json;q=0.5, text/xml;q=0.8"), Some("text/xml"));
        assert_eq!(chosen("application/json;q=0.2,*/*;q=0.1"), Some("application/json"));
        assert_eq!(chosen("APPLICATION/XML ; Q=1.0"), Some("application/xml"));
    }

    #[test]
    fn among_equals_the_header_decides_and_a_name_comes_before_a_wildcard() {
        assert_eq!(chosen("text/xml, application/json"), Some("text/xml"));
        assert_eq!(chosen("*/*, application/xml"), Some("application/xml"));
        assert_eq!(chosen("text/*"), Some("text/json"));
        assert_eq!(chosen("*/*"), Some("application/json"));
    }

    #[test]
    fn a_named_type_keeps_its_low_quality_beside_a_wildcard() {
        assert_eq!(chosen("application/json;q=0, */*"), Some("text/json"));
        assert_eq!(chosen("*/*;q=0"), None);
    }

    #[test]
    fn what_is_not_offered_or_not_readable_is_passed_over() {
        for accept in ["", "text/html", "json", "/", "*/json", "application/json;q=abc", ",,;"] {
            assert_eq!(chosen(accept), None, "{accept}");
        }
        assert_eq!(chosen("nonsense, application/xml"), Some("application/xml"));
        assert_eq!(chosen("application/json;charset=utf-8"), Some("application/json"));
    }

    proptest! {
        #[test]
        fn no_header_makes_it_panic(accept in "\\PC*") {
            choose(&accept, &OFFERED);
        }

        #[test]
        fn a_listed_type_of_the_highest_quality_wins_in_the_order_of_the_header(
            qualities in prop::collection::vec((0..OFFERED.len(), 1_u16..=1_000), 1..4),
        ) {
            let mut listed: Vec<(usize, u16)> = Vec::new();
            for (index, quality) in qualities {
                if listed.iter().all(|(known, _)| *known != index) {
                    listed.push((index, quality));
                }
            }
            let accept: Vec<String> = listed
                .iter()
                .map(|(index, quality)| {
                    format!("{};q={}.{:03}", OFFERED[*index], quality / 1_000, quality % 1_000)
                })
                .collect();
            let best = listed.iter().map(|(_, quality)| *quality).max().unwrap();
            let first = listed.iter().find(|(_, quality)| *quality == best).unwrap().0;
            prop_assert_eq!(choose(&accept.join(", "), &OFFERED), Some(first));
        }
    }
}
