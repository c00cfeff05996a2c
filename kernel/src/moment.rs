//! A moment that a client gives.

use serde::{Deserialize, Deserializer, de::Error as _};
use time::{OffsetDateTime, UtcOffset};

/// A moment in RFC 3339 as a client gives it: in UTC, and within the years that UTC has.
///
/// The last day of year 9999 lasts longer in the west than there: such a moment can be written, but neither kept nor
/// compared. Whatever a client says when goes through this type. Reasons: `invalid`, `out_of_range`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema), schema(value_type = String, format = DateTime))]
pub struct Moment(OffsetDateTime);

impl Moment {
    /// The moment, in UTC.
    #[must_use]
    pub const fn at(self) -> OffsetDateTime {
        self.0
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let at = time::serde::rfc3339::deserialize(deserializer)?;
        let at = at.checked_to_offset(UtcOffset::UTC).map(Self);
        at.ok_or_else(|| D::Error::custom("out_of_range"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    fn read(text: &str) -> Result<Moment, String> {
        serde_json::from_value(serde_json::Value::from(text)).map_err(|error| error.to_string())
    }

    #[test]
    fn is_in_utc_or_refused() {
        let noon = read("2026-06-01T12:00:00-03:00").expect("a moment");
        assert_eq!(noon.at(), datetime!(2026-06-01 15:00 UTC));
        assert_eq!(noon.at().offset(), UtcOffset::UTC);
        assert!(read("9999-12-31T23:59:59Z").is_ok());
        assert!(read("0000-01-01T00:00:00+01:00").is_ok());
        for late in ["9999-12-31T23:59:59-00:01", "9999-12-31T20:00:00-23:59"] {
            assert_eq!(read(late), Err("out_of_range".to_owned()), "{late}");
        }
        for wrong in ["", "now", "2026-06-01", "2026-06-01T12:00:00"] {
            assert_ne!(read(wrong), Err("out_of_range".to_owned()), "{wrong}");
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
