//! A provider that plays one inside the process, with a book of its own to compare ours with.
//!
//! It is what runs when no institution is configured, and what tests run against. Nothing happens by chance: a seed
//! decides ids and order, the clock is given, and a [`Script`] says what people and institutions do and what goes wrong.
//! Its webhooks wait in [`Sandbox::deliveries`] for somebody to carry them to the webhook's door.

mod answers;
mod book;
mod calls;
mod draw;
mod keep;
mod payouts;
mod play;
mod post;
mod script;
#[cfg(test)]
mod tests;

pub use book::{Book, Line, Movement, Payout};
pub use keep::{Keep, from_file, in_file};
pub use script::{Call, Fault, Manner, Script};

use super::ProviderError;
use kernel::Money;
use std::sync::{Mutex, MutexGuard, PoisonError};
use tenancy::Clock;
use time::OffsetDateTime;

/// The provider inside the process.
pub struct Sandbox {
    clock: Clock,
    book: Mutex<Book>,
    keep: Option<Keep>,
}

impl Sandbox {
    /// A sandbox in which the club begins with this much money.
    pub fn new(clock: Clock, seed: u64, opening: Money) -> Self {
        Self::resume(clock, Book::new(opening, seed))
    }

    /// A sandbox that goes on with a book that was kept.
    pub fn resume(clock: Clock, book: Book) -> Self {
        Self {
            clock,
            book: Mutex::new(book),
            keep: None,
        }
    }

    /// Keeps the book from now on.
    #[must_use]
    pub fn keeping(self, keep: Keep) -> Self {
        Self {
            keep: Some(keep),
            ..self
        }
    }

    /// Tells it what to do. Refused when what it is about does not exist or cannot happen.
    pub fn play(&self, script: Script) -> Result<(), ProviderError> {
        self.change(|book, now| book.play(script, now))
    }

    /// The bodies of the webhooks whose time has come, in the order in which they arrive. They are not given again.
    pub fn deliveries(&self) -> Vec<String> {
        self.change(|book, now| Ok(book.deliver(now)))
            .unwrap_or_default()
    }

    /// The book as it stands, after everything whose time has come.
    pub fn book(&self) -> Book {
        let mut book = self.lock();
        book.catch_up(self.clock.now());
        book.clone()
    }

    fn lock(&self) -> MutexGuard<'_, Book> {
        self.book.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the book as of now, and keeps it.
    fn change<T>(
        &self,
        act: impl FnOnce(&mut Book, OffsetDateTime) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        let mut book = self.lock();
        let now = self.clock.now();
        book.catch_up(now);
        let answer = act(&mut book, now);
        if let Some(keep) = &self.keep {
            keep(&book).map_err(|error| ProviderError::Unknown(error.to_string()))?;
        }
        answer
    }

    /// Answers a call, unless it was told to fail.
    fn answer<T>(
        &self,
        call: Call,
        act: impl FnOnce(&mut Book, OffsetDateTime) -> Result<T, ProviderError>,
    ) -> Result<T, ProviderError> {
        self.change(|book, now| match book.orders.fault(call) {
            None => act(book, now),
            Some(Fault::Refuse(code)) => Err(ProviderError::refused(code, "As told.")),
            Some(Fault::RefuseDone(code)) => {
                let _ = act(book, now);
                Err(ProviderError::refused(code, "As told."))
            }
            Some(Fault::Unreachable) => Err(ProviderError::Unreachable("as told".into())),
            Some(Fault::NoAnswer) => Err(ProviderError::Unknown("as told".into())),
            Some(Fault::LostAnswer) => {
                let _ = act(book, now);
                Err(ProviderError::Unknown("as told".into()))
            }
            Some(Fault::Garbled) => {
                let _ = act(book, now);
                Err(ProviderError::Malformed("as told".into()))
            }
        })
    }
}
