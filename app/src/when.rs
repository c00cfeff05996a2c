//! Times as people read them. Both halves must write the same, so nothing here asks a clock or the browser.
//!
//! Tenants in `America/Sao_Paulo` are the rule, and that zone has had no summer time since 2019: three hours behind UTC.

use kernel::Locale;
use time::{OffsetDateTime, UtcOffset};

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
    at.to_offset(UtcOffset::from_hms(-3, 0, 0).unwrap_or(UtcOffset::UTC))
}

/// `22 nov. 2026` or `Nov 22, 2026`.
pub(crate) fn day(locale: Locale, at: OffsetDateTime) -> String {
    let at = local(at);
    let month = usize::from(u8::from(at.month()) - 1);
    match locale {
        Locale::PtBr => format!("{} {} {}", at.day(), MONTHS[0][month], at.year()),
        Locale::En => format!("{} {}, {}", MONTHS[1][month], at.day(), at.year()),
    }
}

/// `22 nov. 2026, 14:05`: to the minute, in the zone of Brasília.
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
}
