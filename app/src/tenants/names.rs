//! Keys, words and moods of a club's status, plan and subscription.

use super::words::words;
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

/// What addresses, forms and screens call a value.
pub(crate) trait Named: Copy + 'static {
    /// In addresses and forms; the same as in JSON.
    fn key(self) -> &'static str;
    /// On the screen.
    fn word(self) -> &'static str;
    /// How it feels.
    fn tone(self) -> Tone;
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
    fn key(self) -> &'static str {
        match self {
            Self::Trial => "trial",
            Self::Active => "active",
            Self::Suspended => "suspended",
            Self::Cancelled => "cancelled",
            Self::Expired => "expired",
        }
    }

    fn word(self) -> &'static str {
        let t = words();
        match self {
            Self::Trial => t.status_trial,
            Self::Active => t.status_active,
            Self::Suspended => t.status_suspended,
            Self::Cancelled => t.status_cancelled,
            Self::Expired => t.status_expired,
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Trial => Tone::Info,
            Self::Active => Tone::Success,
            Self::Suspended => Tone::Error,
            Self::Cancelled | Self::Expired => Tone::Plain,
        }
    }
}

impl Named for SubscriptionPlan {
    fn key(self) -> &'static str {
        match self {
            Self::Basic => "BASIC",
            Self::Pro => "PRO",
            Self::Enterprise => "ENTERPRISE",
        }
    }

    fn word(self) -> &'static str {
        let t = words();
        match self {
            Self::Basic => t.plan_basic,
            Self::Pro => t.plan_pro,
            Self::Enterprise => t.plan_enterprise,
        }
    }

    fn tone(self) -> Tone {
        Tone::Plain
    }
}

impl Named for SubscriptionStatus {
    fn key(self) -> &'static str {
        match self {
            Self::Trial => "TRIAL",
            Self::Active => "ACTIVE",
            Self::PastDue => "PAST_DUE",
            Self::Suspended => "SUSPENDED",
            Self::Cancelled => "CANCELLED",
        }
    }

    fn word(self) -> &'static str {
        let t = words();
        match self {
            Self::Trial => t.sub_trial,
            Self::Active => t.sub_active,
            Self::PastDue => t.sub_past_due,
            Self::Suspended => t.sub_suspended,
            Self::Cancelled => t.sub_cancelled,
        }
    }

    fn tone(self) -> Tone {
        match self {
            Self::Trial => Tone::Info,
            Self::Active => Tone::Success,
            Self::PastDue => Tone::Warning,
            Self::Suspended => Tone::Error,
            Self::Cancelled => Tone::Plain,
        }
    }
}

impl Named for BrazilianZone {
    fn key(self) -> &'static str {
        match self {
            Self::Noronha => "America/Noronha",
            Self::Brasilia => "America/Sao_Paulo",
            Self::Amazon => "America/Manaus",
            Self::Acre => "America/Rio_Branco",
        }
    }

    fn word(self) -> &'static str {
        let t = words();
        match self {
            Self::Noronha => t.zone_noronha,
            Self::Brasilia => t.zone_brasilia,
            Self::Amazon => t.zone_amazon,
            Self::Acre => t.zone_acre,
        }
    }

    fn tone(self) -> Tone {
        Tone::Plain
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
