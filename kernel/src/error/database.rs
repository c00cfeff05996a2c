//! The database's refusals, in the product's words.

use super::{Error, Result};

/// Constraint names become errors where they are understood; everything else is a failure inside.
impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::Io(_)
            | sqlx::Error::Tls(_) => Self::tenant_unavailable().because(error),
            // 57P0x: the server is going down or the backend was ended; 53xxx: out of connections or space;
            // 55P03 and 57014: a lock or a statement took longer than its limit.
            sqlx::Error::Database(refusal)
                if refusal.code().is_some_and(|code| {
                    code.starts_with("57P0")
                        || code.starts_with("53")
                        || code == "55P03"
                        || code == "57014"
                }) =>
            {
                Self::tenant_unavailable().because(error)
            }
            // A character that the database cannot hold, U+0000, in text or in JSON: whoever sent it is told.
            sqlx::Error::Database(refusal)
                if matches!(refusal.code().as_deref(), Some("22021" | "22P05")) =>
            {
                Self::invalid("body", "invalid").because(error)
            }
            _ => Self::internal(error),
        }
    }
}

/// Translates a constraint's violation into the error that a person understands.
pub trait OnConstraint<T> {
    /// When the constraint of this name was violated, `refusal` is the error.
    fn on_constraint(self, name: &str, refusal: impl FnOnce() -> Error) -> Result<T>;
}

impl<T> OnConstraint<T> for std::result::Result<T, sqlx::Error> {
    fn on_constraint(self, name: &str, refusal: impl FnOnce() -> Error) -> Result<T> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(violation) if violation.constraint() == Some(name) => {
                refusal().because(error)
            }
            _ => Error::from(error),
        })
    }
}
