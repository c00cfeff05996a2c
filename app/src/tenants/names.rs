//! Keys, words and moods of a club's status, plan and subscription.

use super::words::{Words, words};
use crate::ui::Tone;
use tenancy::tenants::{SubscriptionPlan, SubscriptionStatus, TenantStatus};

/// All statuses, in the order of a club's life.
pub(crate) const STATUSES: [TenantStatus; 5] = [
    TenantStatus::Trial,
    TenantStatus::Active,
    TenantStatus::Suspended,
    TenantStatus::Cancelled,
    TenantStatus::Expired,
];

/// All plans, smallest first.
pub(crate) const PLANS: [SubscriptionPlan; 3] = [
    SubscriptionPlan::Basic,
    SubscriptionPlan::Pro,
    SubscriptionPlan::Enterprise,
];

/// All states of a subscription.
pub(crate) const SUBSCRIPTIONS: [SubscriptionStatus; 5] = [
    SubscriptionStatus::Trial,
    SubscriptionStatus::Active,
    SubscriptionStatus::PastDue,
    SubscriptionStatus::Suspended,
    SubscriptionStatus::Cancelled,
];

/// Brazil's zones, from east to west.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum BrazilianZone {
    Noronha,
    Brasilia,
    Amazon,
    Acre,
}

/// All of them.
pub(crate) const ZONES: [BrazilianZone; 4] = [
    BrazilianZone::Noronha,
    BrazilianZone::Brasilia,
    BrazilianZone::Amazon,
    BrazilianZone::Acre,
];

/// What a value is called and how it feels: its key in addresses and forms, the same as in JSON; its word on the screen.
pub(crate) struct Name(&'static str, fn(&Words) -> &'static str, Tone);

/// A value that has a [`Name`].
pub(crate) trait Named: Copy + 'static {
    /// Its name.
    fn name(self) -> Name;

    /// In addresses and forms.
    fn key(self) -> &'static str {
        self.name().0
    }

    /// On the screen.
    fn word(self) -> &'static str {
        self.name().1(words())
    }

    /// How it feels.
    fn tone(self) -> Tone {
        self.name().2
    }
}

/// The value of a key.
pub(crate) fn of_key<T: Named>(all: &[T], key: &str) -> Option<T> {
    all.iter().copied().find(|value| value.key() == key)
}

/// All values for a select.
pub(crate) fn options<T: Named>(all: &[T]) -> Vec<(&'static str, String)> {
    all.iter()
        .map(|value| (value.key(), value.word().to_owned()))
        .collect()
}

impl Named for TenantStatus {
    fn name(self) -> Name {
        match self {
            Self::Trial => Name("trial", |t| t.status_trial, Tone::Info),
            Self::Active => Name("active", |t| t.status_active, Tone::Success),
            Self::Suspended => Name("suspended", |t| t.status_suspended, Tone::Error),
            Self::Cancelled => Name("cancelled", |t| t.status_cancelled, Tone::Plain),
            Self::Expired => Name("expired", |t| t.status_expired, Tone::Plain),
        }
    }
}

impl Named for SubscriptionPlan {
    fn name(self) -> Name {
        match self {
            Self::Basic => Name("BASIC", |t| t.plan_basic, Tone::Plain),
            Self::Pro => Name("PRO", |t| t.plan_pro, Tone::Plain),
            Self::Enterprise => Name("ENTERPRISE", |t| t.plan_enterprise, Tone::Plain),
        }
    }
}

impl Named for SubscriptionStatus {
    fn name(self) -> Name {
        match self {
            Self::Trial => Name("TRIAL", |t| t.sub_trial, Tone::Info),
            Self::Active => Name("ACTIVE", |t| t.sub_active, Tone::Success),
            Self::PastDue => Name("PAST_DUE", |t| t.sub_past_due, Tone::Warning),
            Self::Suspended => Name("SUSPENDED", |t| t.sub_suspended, Tone::Error),
            Self::Cancelled => Name("CANCELLED", |t| t.sub_cancelled, Tone::Plain),
        }
    }
}

impl Named for BrazilianZone {
    fn name(self) -> Name {
        match self {
            Self::Noronha => Name("America/Noronha", |t| t.zone_noronha, Tone::Plain),
            Self::Brasilia => Name("America/Sao_Paulo", |t| t.zone_brasilia, Tone::Plain),
            Self::Amazon => Name("America/Manaus", |t| t.zone_amazon, Tone::Plain),
            Self::Acre => Name("America/Rio_Branco", |t| t.zone_acre, Tone::Plain),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_lead_back() {
        assert_eq!(
            of_key(&STATUSES, "suspended"),
            Some(TenantStatus::Suspended)
        );
        assert_eq!(
            of_key(&SUBSCRIPTIONS, "PAST_DUE"),
            Some(SubscriptionStatus::PastDue)
        );
        assert_eq!(of_key(&PLANS, "basic"), None);
    }
}
