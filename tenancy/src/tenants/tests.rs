//! Who may change what of a tenant, and what is written down of it.

use super::{
    LiveTenant, SubscriptionPlan, TenantPatch, TenantStatus, WithdrawalConfig, by_slug, change,
    list, set_cashback, set_withdrawal,
};
use crate::{
    Clock,
    administrators::Role,
    branding::{Branding, set_branding},
    modules::{Module, set_module},
    platform::{Actor, Origin},
    testing::{Installation, all_to_the_consumer},
};
use kernel::{CashbackSplit, Kind, Money, Percent, Result, Slug};
use serde_json::Value;
use std::sync::Arc;
use time::macros::datetime;

async fn resolved(installation: &Installation, slug: &str) -> Arc<LiveTenant> {
    installation.live(&Slug::parse(slug).expect("a slug")).await
}

/// A clock that stands still.
fn noon() -> Clock {
    Clock::fixed(datetime!(2026-06-01 12:00 UTC))
}

#[tokio::test]
async fn strangers_change_nothing_and_learn_nothing() {
    let installation = Installation::at(noon()).await;
    let navi = installation.register_without_database("clube-navi").await;
    let other = installation.register_without_database("empresa-b").await;
    let anonymous = installation
        .platform
        .ctx(Actor::Anonymous, Origin::default());
    for (ctx, kind) in [
        (installation.ana(Some(other), Role::Owner), Kind::Forbidden),
        (
            installation.ana(Some(navi), Role::Operator),
            Kind::Forbidden,
        ),
        (installation.ana(None, Role::Viewer), Kind::Forbidden),
        (anonymous, Kind::Unauthenticated),
    ] {
        for slug in ["clube-navi", "nobody"] {
            let split = CashbackSplit::default();
            let refused = set_cashback(&ctx, slug, split).await;
            assert_eq!(refused.map_err(|error| error.kind), Err(kind), "{slug}");
            let refused = set_module(&ctx, slug, Module::Cashback, false, false, None).await;
            assert_eq!(refused.map_err(|error| error.kind), Err(kind), "{slug}");
            let refused = change(&ctx, slug, TenantPatch::default()).await;
            assert_eq!(
                refused.map(drop).map_err(|error| error.kind),
                Err(kind),
                "{slug}"
            );
        }
    }
    for role in [Role::Owner, Role::Manager] {
        let own = installation.ana(Some(navi), role);
        let refused = change(&own, "clube-navi", TenantPatch::default()).await;
        assert_eq!(
            refused.map(drop).map_err(|error| error.kind),
            Err(Kind::Forbidden)
        );
        assert!(
            list(&own).await.is_err(),
            "a tenant admin sees no other tenant"
        );
        assert!(by_slug(&own, "clube-navi").await.is_err());
    }
}

#[tokio::test]
async fn a_manager_changes_the_settings_of_the_own_tenant() -> Result<()> {
    let installation = Installation::at(noon()).await;
    let navi = installation.register_without_database("clube-navi").await;
    let manager = installation.ana(Some(navi), Role::Manager);
    let rules = WithdrawalConfig {
        fee_percent: Percent::ZERO,
        daily_limit: Some(Money::from_centavos(1_000_00)),
        ..WithdrawalConfig::default()
    };
    let brand = Branding {
        app_name: "Navi".to_owned(),
        ..resolved(&installation, "clube-navi").await.branding.clone()
    };
    set_cashback(&manager, "clube-navi", all_to_the_consumer()).await?;
    set_withdrawal(&manager, "clube-navi", rules.clone()).await?;
    set_branding(&manager, "clube-navi", brand.clone()).await?;
    let reason = Some(" asked for ");
    set_module(
        &manager,
        "clube-navi",
        Module::Campaigns,
        true,
        false,
        reason,
    )
    .await?;

    let tenant = resolved(&installation, "clube-navi").await;
    assert_eq!(tenant.cashback, all_to_the_consumer());
    assert_eq!(tenant.withdrawal, rules);
    assert_eq!(tenant.branding, brand);
    let campaigns = tenant.module(Module::Campaigns).expect("it has it now");
    assert_eq!(campaigns.sort_order, 3, "at the end of the menu");
    assert_eq!(campaigns.reason.as_deref(), Some("asked for"));
    assert_eq!(campaigns.set_by, "admin:ana@example.com");
    assert_eq!(campaigns.set_at, installation.platform.clock.now());

    let rows = sqlx::query!("select action, actor, tenant_id from audit_log order by id")
        .fetch_all(&installation.master.pool)
        .await?;
    assert_eq!(
        rows.iter()
            .map(|row| row.action.as_str())
            .collect::<Vec<_>>(),
        [
            "tenant.set_cashback",
            "tenant.set_withdrawal",
            "tenant.set_branding",
            "tenant.set_module"
        ]
    );
    assert!(
        rows.iter()
            .all(|row| row.actor == "admin:ana@example.com" && row.tenant_id == Some(navi.0))
    );
    Ok(())
}

#[tokio::test]
async fn settings_that_break_a_rule_are_refused_by_name() {
    let installation = Installation::at(noon()).await;
    installation.register_without_database("clube-navi").await;
    let ctx = installation.ctx();
    let split = CashbackSplit {
        club_percent: Percent::HUNDRED,
        ..CashbackSplit::default()
    };
    let error = set_cashback(&ctx, "clube-navi", split)
        .await
        .expect_err("above 100");
    assert_eq!(error.kind, Kind::Invalid);
    let rules = WithdrawalConfig {
        min_amount: Money::ZERO,
        daily_limit: Some(Money::from_centavos(-1)),
        ..WithdrawalConfig::default()
    };
    let error = set_withdrawal(&ctx, "clube-navi", rules)
        .await
        .expect_err("nonsense");
    assert!(
        error.fields.keys().eq(["dailyLimit", "minAmount"]),
        "{error:?}"
    );
    let error = set_cashback(&ctx, "nobody", CashbackSplit::default())
        .await
        .expect_err("nobody");
    assert_eq!(error.kind, Kind::NotFound);
}

#[tokio::test]
async fn a_change_is_written_down_before_and_after() -> Result<()> {
    let installation = Installation::at(noon()).await;
    installation.register_without_database("clube-navi").await;
    installation.register_without_database("a-club").await;
    let ctx = installation.ana(None, Role::Operator);
    let patch = TenantPatch {
        status: Some(TenantStatus::Active),
        subscription_plan: Some(SubscriptionPlan::Pro),
        time_zone: Some("america/manaus".to_owned()),
        ..TenantPatch::default()
    };
    let changed = change(&ctx, "clube-navi", patch).await?;
    assert_eq!(changed.status, TenantStatus::Active);
    assert_eq!(changed.time_zone, "America/Manaus");
    assert!(changed.trial_ends_at.is_some(), "what is absent stays");
    assert_eq!(by_slug(&ctx, "clube-navi").await?, Some(changed));
    assert_eq!(by_slug(&ctx, "nobody").await?, None);
    let slugs: Vec<_> = list(&ctx)
        .await?
        .into_iter()
        .map(|tenant| tenant.slug)
        .collect();
    assert!(slugs.iter().map(Slug::as_str).eq(["a-club", "clube-navi"]));

    let row = sqlx::query!("select before, after, subject from audit_log")
        .fetch_one(&installation.master.pool)
        .await?;
    let field = |side: &Option<Value>, name: &str| side.as_ref().map(|side| side[name].clone());
    assert_eq!(row.subject, "clube-navi");
    assert_eq!(field(&row.before, "status"), Some("trial".into()));
    assert_eq!(field(&row.after, "status"), Some("active".into()));
    assert_eq!(field(&row.after, "subscriptionPlan"), Some("PRO".into()));

    for zone in ["America/Atlantis", "", "../passwd"] {
        let patch = TenantPatch {
            time_zone: Some(zone.to_owned()),
            ..TenantPatch::default()
        };
        let refused = change(&ctx, "clube-navi", patch).await;
        let error = refused.expect_err(zone);
        assert_eq!(
            error.fields.get("timeZone").map(|reason| &**reason),
            Some("unknown"),
            "{zone}"
        );
    }
    Ok(())
}
