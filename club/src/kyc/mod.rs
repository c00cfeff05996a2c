//! How far the club knows a user (KYC), and what each level may take out on one day.
//!
//! Level 0 is a user by their word: an e-mail, a phone. Level 1 is somebody whose tax number was compared with an approved
//! identity document (a company's with its registration). Level 2 also showed their face and where they live. The level
//! follows from the approved documents and is set by nothing else; documents are sent and reviewed in `user_documents`.
//!
//! Withdrawals ask [`daily_limit`] in their own transaction.

mod rules;

#[cfg(feature = "ssr")]
mod operations;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub(crate) use operations::follow_documents;
#[cfg(feature = "ssr")]
pub use operations::{change_limits, daily_limit, limits};
pub use rules::level;

use kernel::Money;
use serde::{Deserialize, Serialize};

/// The most that may leave a user's wallet on one day, by how far we know the user; absent: no limit of its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields, default)]
pub struct KycLimits {
    /// Of users by their word.
    pub level0: Option<Money>,
    /// Of users whose tax number was compared with a document.
    pub level1: Option<Money>,
    /// Of users who also showed their face and address.
    pub level2: Option<Money>,
}

impl KycLimits {
    /// Names each limit that is negative (`out_of_range`) or lower than that of the level before (`out_of_order`).
    pub fn check(&self) -> kernel::Result<()> {
        let all = [
            ("level0", self.level0),
            ("level1", self.level1),
            ("level2", self.level2),
        ];
        let in_range = all.map(|(name, limit)| {
            let holds = limit.is_none_or(|limit| !limit.is_negative());
            (name, holds, "out_of_range")
        });
        kernel::Error::check(in_range)?;
        let in_order = all.windows(2).map(|pair| {
            let holds = match (pair[0].1, pair[1].1) {
                (_, None) => true,
                (None, Some(_)) => false,
                (Some(lower), Some(higher)) => lower <= higher,
            };
            (pair[1].0, holds, "out_of_order")
        });
        kernel::Error::check(in_order.collect::<Vec<_>>())
    }
}
