//! Times as people read them. Both halves must write the same, so nothing here asks a clock or the browser.
//!
//! The zone is the site's: the server looks its hours up once a page and writes them into the frame.

#[cfg(feature = "ssr")]
mod zone;

use crate::frame::frame;
use kernel::Locale;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime, UtcOffset};

/// Brasília's, where nothing better is known.
const BRASILIA: i32 = -3 * 60 * 60;

/// How far a zone is from UTC, in seconds, from which second on; earliest first. Before the first it is as at the first.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Zone(Vec<(i64, i32)>);

impl Zone {
    /// The moment on this zone's clocks.
    fn local(&self, at: OffsetDateTime) -> OffsetDateTime {
        let Self(hours) = self;
        let after = hours.partition_point(|(from, _)| *from <= at.unix_timestamp());
        let offset = hours
            .get(after.saturating_sub(1))
            .map_or(BRASILIA, |(_, offset)| *offset);
        at.to_offset(UtcOffset::from_whole_seconds(offset).unwrap_or(UtcOffset::UTC))
    }
}

const MONTHS: [[&str; 12]; 2] = [
    [
        "jan.", "fev.", "mar.", "abr.", "mai.", "jun.", "jul.", "ago.", "set.", "out.", "nov.",
        "dez.",
    ],
    [
        "Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec",
    ],
];

fn local(at: OffsetDateTime) -> OffsetDateTime {
    frame().zone.local(at)
}

/// `22 nov. 2026` or `Nov 22, 2026`.
pub(crate) fn day(locale: Locale, at: OffsetDateTime) -> String {
    date(locale, local(at).date())
}

/// The same of a day that is a club's own.
pub(crate) fn date(locale: Locale, at: Date) -> String {
    let month = usize::from(u8::from(at.month()) - 1);
    match locale {
        Locale::PtBr => format!("{} {} {}", at.day(), MONTHS[0][month], at.year()),
        Locale::En => format!("{} {}, {}", MONTHS[1][month], at.day(), at.year()),
    }
}

/// `22 nov. 2026, 14:05`: to the minute, by the site's clocks.
pub(crate) fn minute(locale: Locale, at: OffsetDateTime) -> String {
    let clock = local(at);
    format!(
        "{}, {:02}:{:02}",
        day(locale, at),
        clock.hour(),
        clock.minute()
    )
}

/// For `<time datetime>`.
pub(crate) fn machine(at: OffsetDateTime) -> String {
    let at = at.to_offset(UtcOffset::UTC);
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}Z",
        at.year(),
        u8::from(at.month()),
        at.day(),
        at.hour(),
        at.minute(),
        at.second()
    )
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_late_evening_in_brasilia_is_not_yet_tomorrow() {
        let at = datetime!(2026-11-23 01:05:09 UTC);
        assert_eq!(minute(Locale::PtBr, at), "22 nov. 2026, 22:05");
        assert_eq!(day(Locale::En, at), "Nov 22, 2026");
        assert_eq!(machine(at), "2026-11-23T01:05:09Z");
    }

    #[test]
    fn an_hour_is_the_one_that_counted_then() {
        let change = datetime!(2026-03-29 01:00 UTC);
        let zone = Zone(vec![(0, 0), (change.unix_timestamp(), 3_600)]);
        let hour = |at| zone.local(at).hour();
        assert_eq!(hour(change - time::Duration::SECOND), 0);
        assert_eq!(hour(change), 2);
        assert_eq!(hour(datetime!(1969-01-01 12:00 UTC)), 12);
    }
}
