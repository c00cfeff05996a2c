//! A zone's hours, from the machine's database of zones.

use super::Zone;
use jiff::{Timestamp, ToSpan, tz::TimeZone};
use time::OffsetDateTime;

/// The platform's, and a tenant's when its own cannot be read.
const USUAL: &str = "America/Sao_Paulo";
/// Screens show nothing older than the installation, and nothing far ahead.
const YEARS_BACK: i64 = 10;

impl Zone {
    /// The hours of an IANA zone around this moment.
    pub(crate) fn of(name: Option<&str>, now: OffsetDateTime) -> Self {
        let zone = name
            .and_then(|name| TimeZone::get(name).ok())
            .or_else(|| TimeZone::get(USUAL).ok());
        zone.and_then(|zone| Self::around(&zone, now))
            .unwrap_or_default()
    }

    fn around(zone: &TimeZone, now: OffsetDateTime) -> Option<Self> {
        let now = Timestamp::from_second(now.unix_timestamp()).ok()?;
        let year = (365 * 24).hours();
        let begin = now.checked_sub(year.checked_mul(YEARS_BACK).ok()?).ok()?;
        let end = now.checked_add(year).ok()?;
        let changes = zone
            .following(begin)
            .take_while(|change| change.timestamp() < end)
            .map(|change| (change.timestamp().as_second(), change.offset().seconds()));
        let first = (begin.as_second(), zone.to_offset(begin).seconds());
        Some(Self(std::iter::once(first).chain(changes).collect()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn zones_keep_their_own_hours() {
        let now = datetime!(2026-11-22 12:00 UTC);
        let hour = |name, at| Zone::of(name, now).local(at).hour();
        assert_eq!(hour(None, now), 9);
        assert_eq!(hour(Some("America/Manaus"), now), 8);
        assert_eq!(hour(Some("Nowhere/At_All"), now), 9);
        // With summer time, in both halves of the year.
        assert_eq!(
            hour(Some("Europe/Lisbon"), datetime!(2026-07-01 12:00 UTC)),
            13
        );
        assert_eq!(hour(Some("Europe/Lisbon"), now), 12);
        // Brasília's last summer.
        assert_eq!(hour(None, datetime!(2019-01-01 12:00 UTC)), 10);
    }
}
