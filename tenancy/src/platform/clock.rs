//! Time and ids come from here, so that tests and replays fix them.

use std::sync::{Arc, Mutex};
use time::{Duration, OffsetDateTime};
use uuid::Uuid;

/// The source of time and of ids.
#[derive(Clone, Debug, Default)]
pub struct Clock(Option<Arc<Mutex<OffsetDateTime>>>);

impl Clock {
    /// The machine's clock.
    pub fn system() -> Self {
        Self(None)
    }

    /// A clock that stands still until it is told to [`advance`](Self::advance).
    pub fn fixed(at: OffsetDateTime) -> Self {
        Self(Some(Arc::new(Mutex::new(at))))
    }

    /// The present moment in UTC, to the microsecond, as PostgreSQL keeps it.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that reads the machine's clock"
    )]
    pub fn now(&self) -> OffsetDateTime {
        let now = match &self.0 {
            None => OffsetDateTime::now_utc(),
            Some(fixed) => *fixed
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner),
        };
        now.replace_nanosecond(now.nanosecond() / 1000 * 1000)
            .unwrap_or(now)
    }

    /// Moves a fixed clock on; the machine's clock is not ours to move.
    pub fn advance(&self, by: Duration) {
        if let Some(fixed) = &self.0 {
            *fixed
                .lock()
                .unwrap_or_else(std::sync::PoisonError::into_inner) += by;
        }
    }

    /// A new id (UUID version 7): unique everywhere, and sorting by time.
    #[expect(
        clippy::disallowed_methods,
        reason = "this is the one place that draws ids"
    )]
    pub fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
