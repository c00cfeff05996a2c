//! Idempotency: a POST that moves money acts once, however often the network sends it.
//!
//! The client chooses an `Idempotency-Key`. The operation claims it first in its own transaction and keeps its answer
//! last, so the money and the answer are written together or not at all; a repeat gets the same bytes again. A refusal is
//! not kept: nothing moved, so trying again with the same key is trying again.
//!
//! An operation that does not commit rolls back before it answers: a transaction that is only dropped holds its claim a
//! moment longer, and the client's next try would find it in progress.
//!
//! A route takes [`Once`] instead of a JSON body and adds [`KeyHeader`] to its parameters; its operation is
//!
//! ```ignore
//! let mut tx = ctx.begin().await?;
//! if let Claim::Replay(answer) = idempotency::claim(&mut tx, ctx, key).await? {
//!     return Ok(answer);
//! }
//! // … move the money …
//! let answer = idempotency::keep(&mut tx, ctx, key, StatusCode::CREATED, &purchase).await?;
//! tx.commit().await?;
//! Ok(answer)
//! ```

mod answer;
mod key;
mod operations;
#[cfg(test)]
mod tests;

pub use answer::StoredAnswer;
pub use key::{Key, KeyHeader, Once};
pub use operations::{Claim, claim, forget_old, keep, transaction_id};
pub(crate) use operations::{KEPT_FOR, reused};
