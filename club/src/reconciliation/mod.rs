//! Reconciliation: every day the provider's word against the ledger.
//!
//! What the provider lists and our books lack is taken in first, as if it had been told in time. Then what came in on the
//! day, less what of it went back, is added up twice: from the provider's list, and from the ledger's transactions for
//! those very payments. A report keeps both sums, what only one side knows, and what could not be read, so that one bad
//! entry does not hide the others. A difference that is left is for people: nothing else is corrected here.
//!
//! Payments do not show everything: the report of the last day also compares what the provider holds with what the ledger
//! says that it holds ([`balances`]). While that differs, the report is made again every hour, and what was only late is
//! found; what remains stays for every day that it lasts, until a person knows what it was and books it ([`book()`]).

#[cfg(feature = "ssr")]
mod balances;
#[cfg(feature = "ssr")]
mod book;
#[cfg(feature = "ssr")]
mod operations;
#[cfg(feature = "ssr")]
mod reports;
#[cfg(all(test, feature = "ssr"))]
mod tests;

#[cfg(feature = "ssr")]
pub use book::{Found, book};
#[cfg(feature = "ssr")]
pub use operations::{reconcile, reconcile_due};
#[cfg(feature = "ssr")]
pub use reports::list;

use kernel::Money;
use serde::{Deserialize, Serialize};
use time::{Date, OffsetDateTime};

time::serde::format_description!(day, Date, "[year]-[month]-[day]");

/// What came of comparing one day.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reconciliation {
    /// The day, in the club's time zone.
    #[serde(with = "day")]
    pub day: Date,
    /// Who held the money.
    pub provider: String,
    /// What came in on that day, less what of it went back until the report was made: by the provider.
    pub provider_total: Money,
    /// The same by the ledger.
    pub ledger_total: Money,
    /// The provider's less the ledger's: nothing, always.
    pub difference: Money,
    /// What the provider held for the club when the report was made; some do not tell, and only the last day's report
    /// asks.
    pub provider_balance: Option<Money>,
    /// What the ledger said that it held.
    pub ledger_balance: Money,
    /// How much less than that it may hold while nothing is wrong: payouts that were sent and refunds that were asked for,
    /// of which nobody knows yet whether they are done. `None` when the balances were not compared.
    pub on_its_way: Option<Money>,
    /// Payments that only the provider knows.
    pub missing_here: Vec<String>,
    /// Payments that only we know.
    pub missing_there: Vec<String>,
    /// Payments whose amount, or what went back of it, is not the same.
    pub unequal: Vec<String>,
    /// What could not be read, and why.
    pub unreadable: Vec<String>,
    /// When making the report began, or when a person booked what it could not explain.
    #[serde(with = "time::serde::rfc3339")]
    pub made_at: OffsetDateTime,
}

impl Reconciliation {
    /// What the provider held more (or, below zero, less) than the ledger and what was on its way explain: nothing, always.
    /// `None` when the balances were not compared.
    pub fn unexplained(&self) -> Option<Money> {
        unexplained(self.provider_balance, self.ledger_balance, self.on_its_way)
    }

    /// Whether there is nothing to look into.
    pub fn ties_out(&self) -> bool {
        let lists = [
            &self.missing_here,
            &self.missing_there,
            &self.unequal,
            &self.unreadable,
        ];
        self.difference.is_zero()
            && self.unexplained().is_none_or(Money::is_zero)
            && lists.iter().all(|list| list.is_empty())
    }
}

fn unexplained(provider: Option<Money>, ledger: Money, on_its_way: Option<Money>) -> Option<Money> {
    let (held, most) = (provider?, ledger);
    let least = most.checked_sub(on_its_way?)?;
    held.checked_sub(held.clamp(least, most))
}
