//! A circuit breaker: after a failure everybody is refused at once for a while; then one tries, and the others are
//! refused until that one knows.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::time::Instant;

/// How long a failure keeps everybody out.
const REST: Duration = Duration::from_secs(1);

#[derive(Debug, Default)]
pub(super) struct Breaker(Mutex<State>);

#[derive(Clone, Copy, Debug, Default)]
enum State {
    /// All is well, as far as anybody knows.
    #[default]
    Closed,
    /// It failed; nobody tries until then.
    Open { until: Instant },
    /// One is trying.
    Probing,
}

/// The right to try. Dropped without a word (the request was cancelled), it leaves the next one to try.
#[must_use]
pub(super) struct Attempt {
    breaker: Arc<Breaker>,
    is_probe: bool,
}

impl Breaker {
    /// The right to try, if one may.
    pub(super) fn attempt(self: &Arc<Self>) -> Option<Attempt> {
        let mut state = self.state();
        let is_probe = match *state {
            State::Closed => false,
            State::Open { until } if until <= Instant::now() => true,
            State::Open { .. } | State::Probing => return None,
        };
        if is_probe {
            *state = State::Probing;
        }
        Some(Attempt {
            breaker: Arc::clone(self),
            is_probe,
        })
    }

    /// Whether nothing is known to be wrong.
    pub(super) fn is_closed(&self) -> bool {
        matches!(*self.state(), State::Closed)
    }

    /// It failed.
    pub(super) fn trip(&self) {
        *self.state() = State::Open {
            until: Instant::now() + REST,
        };
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Attempt {
    /// The breaker that it is for.
    pub(super) const fn breaker(&self) -> &Arc<Breaker> {
        &self.breaker
    }

    /// Whether it is the one try after a failure.
    pub(super) const fn is_probe(&self) -> bool {
        self.is_probe
    }

    /// Whether trying still makes sense: nobody has failed since, or this is the one who finds out.
    pub(super) fn still_stands(&self) -> bool {
        self.is_probe || self.breaker.is_closed()
    }

    /// It worked.
    pub(super) fn succeed(mut self) {
        *self.breaker.state() = State::Closed;
        self.is_probe = false;
    }

    /// It did not.
    pub(super) fn fail(mut self) {
        self.breaker.trip();
        self.is_probe = false;
    }
}

impl Drop for Attempt {
    fn drop(&mut self) {
        if self.is_probe {
            *self.breaker.state() = State::Open {
                until: Instant::now(),
            };
        }
    }
}
