//! `date_format`.

use jiff::Timestamp;
use jiff::civil::{Date, DateTime};
use jiff::fmt::strtime;
use jiff::tz::TimeZone;

use super::Surroundings;

/// `given` in `format` (that of `strftime`); as it is when it is no date or no format.
pub(super) fn formatted(given: &str, format: &str, surroundings: &Surroundings) -> String {
    let given = given.trim();
    if given.is_empty() {
        return String::new();
    }
    let zone = surroundings.zone();
    let at = moment(given, surroundings.now, &zone).map(|at| at.to_zoned(zone));
    // A format is a template's own text, but `%99999d` would still be a long one.
    let is_sensible = format.len() <= 200 && !has_widths(format);
    match at {
        Some(at) if is_sensible => {
            strtime::format(format, &at).unwrap_or_else(|_| given.to_owned())
        }
        _ => given.to_owned(),
    }
}

fn has_widths(format: &str) -> bool {
    format.split('%').skip(1).any(|part| part.starts_with(|one: char| one.is_ascii_digit()))
}

/// Seconds since 1970, fourteen digits as `MySQL` writes them, or a date as people and databases write it.
fn moment(given: &str, now: Timestamp, zone: &TimeZone) -> Option<Timestamp> {
    if given.eq_ignore_ascii_case("now") {
        return Some(now);
    }
    if given.bytes().all(|byte| byte.is_ascii_digit()) {
        return match given.len() {
            14 => in_zone(DateTime::strptime("%Y%m%d%H%M%S", given).ok()?, zone),
            8 => in_zone(Date::strptime("%Y%m%d", given).ok()?.into(), zone),
            _ => Timestamp::from_second(given.parse().ok()?).ok(),
        };
    }
    if let Ok(at) = given.parse::<Timestamp>() {
        return Some(at);
    }
    let times = ["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%m/%d/%Y %H:%M"];
    let dates = ["%Y-%m-%d", "%m/%d/%Y", "%d.%m.%Y", "%B %d, %Y", "%b %d, %Y"];
    let time = times.iter().find_map(|format| DateTime::strptime(format, given).ok());
    let date = || dates.iter().find_map(|format| Date::strptime(format, given).ok());
    in_zone(time.or_else(|| date().map(DateTime::from))?, zone)
}

fn in_zone(at: DateTime, zone: &TimeZone) -> Option<Timestamp> {
    zone.to_timestamp(at).ok()
}
