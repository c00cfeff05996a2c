//! Postings are computed from balances that nobody locked. When one of them has moved meanwhile, the database refuses the
//! posting, and the whole transaction is taken again from its beginning:
//!
//! ```ignore
//! let mut attempts = Attempts::default();
//! loop {
//!     let mut tx = ctx.begin().await?;
//!     let outcome = attempt(&mut tx, …).await;
//!     if let Some(done) = attempts.end(tx, outcome).await? {
//!         return Ok(done);
//!     }
//! }
//! ```

use kernel::{Error, Result};
use sqlx::{Postgres, Transaction};

/// How often a transaction is taken in all: each time somebody else got on with theirs.
const MOST: usize = 8;

/// What came of trying a transaction.
pub(crate) enum Attempt<T> {
    /// It is to be committed.
    Done(T),
    /// A balance that it was computed from is another by now: it is to be tried again. This is what stood in the way.
    Moved(Error),
}

/// Counts how often something was tried.
#[derive(Default)]
pub(crate) struct Attempts(usize);

impl Attempts {
    /// Ends a transaction: committed when it is done, else rolled back before anybody hears of it. `None` says to try again;
    /// after the last time, what stood in the way is the error.
    pub(crate) async fn end<T>(
        &mut self,
        tx: Transaction<'static, Postgres>,
        outcome: Result<Attempt<T>>,
    ) -> Result<Option<T>> {
        let refusal = match outcome {
            Ok(Attempt::Done(done)) => {
                tx.commit().await?;
                return Ok(Some(done));
            }
            Ok(Attempt::Moved(error)) => {
                self.0 += 1;
                (self.0 == MOST).then_some(error)
            }
            Err(error) => Some(error),
        };
        tx.rollback().await?;
        refusal.map_or(Ok(None), Err)
    }
}
