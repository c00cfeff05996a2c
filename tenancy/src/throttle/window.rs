//! Exact counts: no minute, whenever it begins, holds more than the limit.

use super::{Key, Quota};
use kernel::{Error, Result};
use moka::sync::Cache;
use std::{
    collections::VecDeque,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

const MINUTE: Duration = Duration::from_mins(1);

/// When each of the last minute's requests came, oldest first. What was refused is not among them.
type Minute = Arc<Mutex<VecDeque<Instant>>>;

/// The last minute of everybody under one limit. Who was idle for a minute is forgotten, so the memory is bounded by a
/// minute's traffic.
pub(super) struct Windows {
    per_minute: u32,
    minutes: Cache<Key, Minute>,
}

impl Windows {
    pub(super) fn new(per_minute: u32) -> Self {
        Self::lasting(per_minute, MINUTE)
    }

    /// Windows that are forgotten after this long without a request.
    pub(super) fn lasting(per_minute: u32, idle: Duration) -> Self {
        Self {
            per_minute: per_minute.max(1),
            minutes: Cache::builder().time_to_idle(idle).build(),
        }
    }

    /// Counts a request that comes now; 429 when the minute's are used up, with the time until the oldest is over.
    pub(super) fn count(&self, key: Key, now: Instant) -> Result<Quota> {
        let minute = self.minutes.get_with(key, Minute::default);
        let mut minute = minute.lock().unwrap_or_else(PoisonError::into_inner);
        let age = |at: Instant| now.saturating_duration_since(at);
        while minute.front().is_some_and(|&oldest| age(oldest) >= MINUTE) {
            minute.pop_front();
        }
        let limit = self.per_minute;
        let left = limit.saturating_sub(u32::try_from(minute.len()).unwrap_or(u32::MAX));
        if left == 0 {
            let oldest = minute.front().map_or(Duration::ZERO, |&oldest| age(oldest));
            let wait = seconds(MINUTE.saturating_sub(oldest));
            return Err(Error::too_many_requests(wait).limited_to(limit));
        }
        minute.push_back(now);
        Ok(Quota {
            limit,
            remaining: left - 1,
            reset: seconds(MINUTE),
        })
    }

    #[cfg(test)]
    pub(super) fn remembered(&self) -> u64 {
        self.minutes.run_pending_tasks();
        self.minutes.entry_count()
    }
}

/// Whole seconds, none too few.
fn seconds(time: Duration) -> u32 {
    let whole = time.as_secs() + u64::from(time.subsec_nanos() > 0);
    u32::try_from(whole).unwrap_or(60).max(1)
}
