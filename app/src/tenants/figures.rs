//! Rows and figures out of the registry: which clubs a filter leaves, and what is counted.

use super::{
    names::{Named, PLANS, STATUSES, of_key},
    rows::{Overview, TenantFilter, TenantPage, TenantRow},
};
use tenancy::tenants::{Provisioning, SubscriptionStatus, Tenant, TenantStatus};
use time::OffsetDateTime;

/// Rows on a page.
const PAGE: usize = 50;

impl From<Tenant> for TenantRow {
    fn from(tenant: Tenant) -> Self {
        Self {
            slug: tenant.slug,
            app_name: tenant.branding.app_name,
            company_name: tenant.company_name,
            status: tenant.status,
            plan: tenant.subscription_plan,
            subscription: tenant.subscription_status,
            is_made: tenant.provisioning == Provisioning::Active,
            created_at: tenant.created_at,
        }
    }
}

impl TenantFilter {
    fn lets_through(&self, tenant: &Tenant) -> bool {
        let q = self.q.trim().to_lowercase();
        let searched = [
            &tenant.company_name,
            &tenant.branding.app_name,
            tenant.slug.as_str(),
            tenant.email.as_str(),
        ];
        (q.is_empty() || searched.iter().any(|text| text.to_lowercase().contains(&q)))
            && of_key(&STATUSES, &self.status)
                .is_none_or(|status| status.key() == tenant.status.key())
            && of_key(&PLANS, &self.plan)
                .is_none_or(|plan| plan.key() == tenant.subscription_plan.key())
    }

    /// One page of these tenants, which come by slug.
    pub(crate) fn page(&self, tenants: Vec<Tenant>) -> TenantPage {
        let total = length(&tenants);
        let matching: Vec<Tenant> = tenants
            .into_iter()
            .filter(|tenant| self.lets_through(tenant))
            .collect();
        let count = length(&matching);
        let mut rest = matching
            .into_iter()
            .filter(|tenant| tenant.slug.as_str() > self.after.as_str());
        let rows: Vec<TenantRow> = rest.by_ref().take(PAGE).map(TenantRow::from).collect();
        let next = rest
            .next()
            .and(rows.last())
            .map(|row| row.slug.as_str().to_owned());
        TenantPage {
            rows,
            matching: count,
            total,
            next,
        }
    }
}

impl Overview {
    /// The figures of these tenants at this moment.
    pub(crate) fn of(mut tenants: Vec<Tenant>, now: OffsetDateTime) -> Self {
        let count = |is: &dyn Fn(&Tenant) -> bool| {
            u64::try_from(tenants.iter().filter(|tenant| is(tenant)).count()).unwrap_or(u64::MAX)
        };
        let (served, trials, late) = (
            count(&|tenant| tenant.admit(now).is_ok()),
            count(&|tenant| tenant.status == TenantStatus::Trial),
            count(&|tenant| tenant.subscription_status == SubscriptionStatus::PastDue),
        );
        let total = length(&tenants);
        tenants.sort_by_key(|tenant| std::cmp::Reverse(tenant.created_at));
        tenants.truncate(8);
        Self {
            total,
            served,
            trials,
            late,
            newest: tenants.into_iter().map(TenantRow::from).collect(),
            as_of: now,
        }
    }
}

fn length(tenants: &[Tenant]) -> u64 {
    u64::try_from(tenants.len()).unwrap_or(u64::MAX)
}
