//! What may be withdrawn, and when the provider is asked again. Pure.

use kernel::{Document, Error, Kind, Money, Result};
use serde::{Deserialize, Serialize};
use tenancy::tenants::WithdrawalConfig;
use time::{Duration, OffsetDateTime};

use super::WithdrawalStatus;

/// How long after it was sent a payout that the provider does not know needs a person: longer than any institution takes
/// to book what it was told.
pub const UNKNOWN_AFTER: Duration = Duration::hours(24);
/// How long it is asked whether money of a payout came back.
pub const WATCHED_FOR: Duration = Duration::days(30);

const SOONEST: Duration = Duration::seconds(5);
const LATEST: Duration = Duration::hours(1);
/// While the provider holds too little.
const LATEST_WHEN_SHORT: Duration = Duration::minutes(1);
const SOONEST_WHEN_PAID: Duration = Duration::minutes(10);
const LATEST_WHEN_PAID: Duration = Duration::hours(24);

/// Why a withdrawal is refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[cfg_attr(feature = "ssr", derive(utoipa::ToSchema))]
#[serde(rename_all = "snake_case")]
pub enum Refusal {
    /// Less than the club's least amount, or so little that the fee eats it.
    BelowMinimum,
    /// More than the club, or the user's KYC level, allows on one day.
    AboveDailyLimit,
    /// The user has no CPF or CNPJ in the profile.
    DocumentRequired,
    /// The user has no Pix key in the profile.
    PixKeyRequired,
    /// The key in the profile belongs to another tax number than the user's.
    PixKeyNotYours,
    /// More than there is in the wallet.
    InsufficientBalance,
    /// The institution that holds the club's money does not send any.
    PayoutsNotOffered,
}

impl Refusal {
    /// Its stable name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BelowMinimum => "below_minimum",
            Self::AboveDailyLimit => "above_daily_limit",
            Self::DocumentRequired => "document_required",
            Self::PixKeyRequired => "pix_key_required",
            Self::PixKeyNotYours => "pix_key_not_yours",
            Self::InsufficientBalance => "insufficient_balance",
            Self::PayoutsNotOffered => "payouts_not_offered",
        }
    }

    /// What has to be another for it to go away; `None` when it is not the user's to change.
    pub const fn field(self) -> Option<&'static str> {
        match self {
            Self::BelowMinimum | Self::AboveDailyLimit | Self::InsufficientBalance => {
                Some("amount")
            }
            Self::DocumentRequired => Some("document"),
            Self::PixKeyRequired | Self::PixKeyNotYours => Some("pixKey"),
            Self::PayoutsNotOffered => None,
        }
    }

    const fn message(self) -> &'static str {
        match self {
            Self::BelowMinimum => "This is less than can be withdrawn.",
            Self::AboveDailyLimit => "This is more than can still be withdrawn today.",
            Self::DocumentRequired => "Put a CPF or CNPJ into the profile first.",
            Self::PixKeyRequired => "Put a Pix key into the profile first.",
            Self::PixKeyNotYours => "The Pix key in the profile belongs to somebody else.",
            Self::InsufficientBalance => "There is not enough money in the wallet.",
            Self::PayoutsNotOffered => {
                "The institution that holds the club's money does not send any."
            }
        }
    }
}

/// The error of a request that is refused for these reasons: the first gives the code, each names its field.
pub fn refused(refusals: &[Refusal]) -> Result<()> {
    let Some(first) = refusals.first() else {
        return Ok(());
    };
    let kind = match first {
        Refusal::InsufficientBalance | Refusal::PayoutsNotOffered => Kind::Conflict,
        _ => Kind::Invalid,
    };
    let error = Error::new(kind, first.code(), first.message());
    // From behind, so that of two reasons of one field the first stays.
    Err(refusals
        .iter()
        .rev()
        .fold(error, |error, refusal| match refusal.field() {
            Some(field) => error.and(field, refusal.code()),
            None => error,
        }))
}

/// Whether this is less than the club lets out at once, or so little that the fee eats it.
pub fn is_too_little(config: &WithdrawalConfig, amount: Money) -> bool {
    let net = amount.checked_sub(amount.fee(config.fee_percent));
    amount < config.min_amount || !net.is_some_and(Money::is_positive)
}

/// How a user stands, as far as withdrawing is concerned.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Means {
    /// What is in the wallet; below zero when a merchant uses credit, and credit is not for withdrawing.
    pub available: Money,
    /// What the user asked for today, rejected and failed ones aside.
    pub withdrawn_today: Money,
    /// The most on one day for the user's KYC level.
    pub kyc_limit: Option<Money>,
    /// The user's tax numbers.
    pub documents: Vec<Document>,
    /// Whose the user's Pix key has to be; `None` without a key.
    pub key_owner: Option<Document>,
    /// The institution that holds the club's money does not send any.
    pub not_offered: bool,
}

impl Means {
    /// What can still be withdrawn today by the lower of the two limits; `None` when neither holds.
    pub fn left_today(&self, config: &WithdrawalConfig) -> Option<Money> {
        let limit = [config.daily_limit, self.kyc_limit]
            .into_iter()
            .flatten()
            .min()?;
        let left = limit.checked_sub(self.withdrawn_today);
        Some(left.unwrap_or_default().max(Money::ZERO))
    }

    /// Everything that stands in the way of a withdrawal of this amount.
    pub fn refusals(&self, config: &WithdrawalConfig, amount: Money) -> Vec<Refusal> {
        let left = self.left_today(config);
        let is_yours = |owner: &Document| self.documents.contains(owner);
        [
            (self.not_offered, Refusal::PayoutsNotOffered),
            (is_too_little(config, amount), Refusal::BelowMinimum),
            (
                left.is_some_and(|left| amount > left),
                Refusal::AboveDailyLimit,
            ),
            (self.documents.is_empty(), Refusal::DocumentRequired),
            (self.key_owner.is_none(), Refusal::PixKeyRequired),
            (
                !self.documents.is_empty()
                    && self
                        .key_owner
                        .as_ref()
                        .is_some_and(|owner| !is_yours(owner)),
                Refusal::PixKeyNotYours,
            ),
            (amount > self.available, Refusal::InsufficientBalance),
        ]
        .into_iter()
        .filter_map(|(holds, refusal)| holds.then_some(refusal))
        .collect()
    }
}

/// When to ask the provider next about a withdrawal that has had this status since then (whether there is money for one that
/// is approved, what became of one that was sent); `None`: no more. The pause grows with the time that has passed, by half
/// of it.
pub fn next_look(
    status: WithdrawalStatus,
    since: OffsetDateTime,
    now: OffsetDateTime,
) -> Option<OffsetDateTime> {
    let age = now - since;
    let (soonest, latest) = match status {
        WithdrawalStatus::Approved => (SOONEST, LATEST_WHEN_SHORT),
        WithdrawalStatus::Processing => (SOONEST, LATEST),
        WithdrawalStatus::Paid | WithdrawalStatus::Failed if age < WATCHED_FOR => {
            (SOONEST_WHEN_PAID, LATEST_WHEN_PAID)
        }
        _ => return None,
    };
    Some(now + Duration::clamp(age / 2, soonest, latest))
}

#[cfg(test)]
mod tests {
    use super::*;
    use kernel::Percent;
    use proptest::prelude::*;
    use time::macros::datetime;

    const fn money(centavos: i64) -> Money {
        Money::from_centavos(centavos)
    }

    fn ana() -> Document {
        Document::parse("11144477735").expect("a CPF")
    }

    fn means() -> Means {
        Means {
            available: money(1_000_00),
            documents: vec![ana()],
            key_owner: Some(ana()),
            ..Means::default()
        }
    }

    #[test]
    fn each_reason_is_named() {
        let config = WithdrawalConfig {
            daily_limit: Some(money(500_00)),
            ..WithdrawalConfig::default()
        };
        let refusals = |means: &Means, centavos| means.refusals(&config, money(centavos));
        assert_eq!(refusals(&means(), 50_00), []);
        assert_eq!(refusals(&means(), 500_00), []);
        assert_eq!(refusals(&means(), 49_99), [Refusal::BelowMinimum]);
        assert_eq!(refusals(&means(), -50_00), [Refusal::BelowMinimum]);
        assert_eq!(refusals(&means(), 500_01), [Refusal::AboveDailyLimit]);
        assert_eq!(
            refusals(&means(), 1_000_01),
            [Refusal::AboveDailyLimit, Refusal::InsufficientBalance]
        );
        let stranger = Means {
            key_owner: Document::parse("52998224725").ok(),
            ..means()
        };
        assert_eq!(refusals(&stranger, 50_00), [Refusal::PixKeyNotYours]);
        assert_eq!(
            refusals(&Means::default(), 50_00),
            [
                Refusal::DocumentRequired,
                Refusal::PixKeyRequired,
                Refusal::InsufficientBalance
            ]
        );
        let error = refused(&[Refusal::AboveDailyLimit, Refusal::InsufficientBalance])
            .expect_err("it is refused");
        assert_eq!(
            (error.kind, &*error.code),
            (Kind::Invalid, "above_daily_limit")
        );
        assert_eq!(error.fields["amount"], "above_daily_limit");
        let error = refused(&[Refusal::InsufficientBalance]).expect_err("it is refused");
        assert_eq!(error.kind, Kind::Conflict);
        let nowhere = Means {
            not_offered: true,
            ..means()
        };
        let error = refused(&refusals(&nowhere, 49_99)).expect_err("it is refused");
        assert_eq!(
            (error.kind, &*error.code),
            (Kind::Conflict, "payouts_not_offered")
        );
        assert_eq!(error.fields.len(), 1, "what the user can mend");
        assert_eq!(refused(&[]), Ok(()));
    }

    #[test]
    fn the_lower_limit_holds_and_today_counts() {
        let config = |daily_limit| WithdrawalConfig {
            daily_limit,
            ..WithdrawalConfig::default()
        };
        let means = |kyc_limit, today| Means {
            kyc_limit,
            withdrawn_today: money(today),
            ..means()
        };
        for (club, kyc, today, left) in [
            (None, None, 7, None),
            (Some(money(100)), None, 30, Some(money(70))),
            (None, Some(money(100)), 30, Some(money(70))),
            (Some(money(100)), Some(money(50)), 30, Some(money(20))),
            (Some(money(50)), Some(money(100)), 30, Some(money(20))),
            (Some(money(50)), None, 80, Some(Money::ZERO)),
            (None, Some(Money::ZERO), 0, Some(Money::ZERO)),
        ] {
            assert_eq!(means(kyc, today).left_today(&config(club)), left);
        }
    }

    #[test]
    fn a_fee_of_everything_leaves_nothing_to_send() {
        let config = WithdrawalConfig {
            fee_percent: Percent::HUNDRED,
            ..WithdrawalConfig::default()
        };
        assert_eq!(
            means().refusals(&config, money(50_00)),
            [Refusal::BelowMinimum]
        );
    }

    #[test]
    fn it_is_asked_ever_less_often() {
        let sent = datetime!(2026-06-01 12:00 UTC);
        let pause = |status, age: Duration| {
            let now = sent + age;
            next_look(status, sent, now).map(|at| at - now)
        };
        for (age, after) in [
            (Duration::ZERO, Duration::seconds(5)),
            (Duration::seconds(60), Duration::seconds(30)),
            (Duration::hours(1), Duration::minutes(30)),
            (Duration::days(300), Duration::hours(1)),
        ] {
            assert_eq!(pause(WithdrawalStatus::Processing, age), Some(after));
        }
        assert_eq!(
            pause(WithdrawalStatus::Approved, Duration::days(1)),
            Some(Duration::minutes(1))
        );
        assert_eq!(
            pause(WithdrawalStatus::Paid, Duration::ZERO),
            Some(Duration::minutes(10))
        );
        assert_eq!(pause(WithdrawalStatus::Paid, WATCHED_FOR), None);
        assert_eq!(pause(WithdrawalStatus::Requested, Duration::ZERO), None);
    }

    proptest! {
        #[test]
        fn what_is_allowed_is_covered(available in -1_000_00_i64..10_000_00, amount in 1_i64..10_000_00) {
            let means = Means { available: money(available), ..means() };
            let config = WithdrawalConfig::default();
            let allowed = means.refusals(&config, money(amount)).is_empty();
            prop_assert_eq!(allowed, amount >= 50_00 && amount <= available);
        }
    }
}
