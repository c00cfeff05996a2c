//! Whose percentages decide, and who gets the share of whoever is missing.

use super::*;
use crate::{
    cashback::SplitRule,
    purchases::{Beneficiary, CashbackRule, ShareRule, explain},
    testing::Outcome,
};
use kernel::{CashbackSplit, Error};
use tenancy::modules::Module;

#[tokio::test]
async fn the_consumers_override_then_the_merchants_then_the_clubs() -> Outcome {
    let market = Market::new().await;
    market.settings(0, 100_000).await;
    let operator = market.club.ctx_of(Role::Operator);
    let percentages = |consumer: &str, club: &str| -> Result<_> {
        Ok(CashbackSplit {
            consumer_percent: Percent::parse(consumer).expect("a percentage"),
            club_percent: Percent::parse(club).expect("a percentage"),
            consumer_referrer_percent: Percent::ZERO,
            merchant_referrer_percent: Percent::ZERO,
        })
    };
    let wrong = cashback::set_for_user(
        &operator,
        market.consumer.id,
        percentages("60", "39.9999")?,
        "x",
    )
    .await;
    assert_eq!(wrong, Err(Error::invalid("percentages", "must_sum_to_100")));

    cashback::set_for_user(
        &operator,
        market.merchant.id,
        percentages("60", "40")?,
        "parceira",
    )
    .await?;
    let first = market.sell(1_000).await?;
    cashback::set_for_user(
        &operator,
        market.consumer.id,
        percentages("100", "0")?,
        "sorteio",
    )
    .await?;
    let second = market.sell(1_000).await?;
    cashback::clear_for_user(&operator, market.consumer.id).await?;
    cashback::clear_for_user(&operator, market.merchant.id).await?;
    let third = market.sell(1_000).await?;
    let shares = [
        first.shares.consumer,
        second.shares.consumer,
        third.shares.consumer,
    ];
    assert_eq!(shares, [60, 100, 50].map(Money::from_centavos));

    let consumer = market.ctx(&market.consumer);
    let explained = explain(&consumer, second.id).await?;
    assert_eq!(explained.split_rule, SplitRule::ConsumerOverride);
    let chain: Vec<_> = explained
        .override_chain
        .iter()
        .map(|it| (it.rule, it.reason.as_deref()))
        .collect();
    assert_eq!(
        chain,
        [
            (SplitRule::ConsumerOverride, Some("sorteio")),
            (SplitRule::MerchantOverride, None),
            (SplitRule::TenantDefault, None),
        ]
    );
    let whole = explain(&operator, second.id).await?;
    assert_eq!(whole.override_chain[1].reason.as_deref(), Some("parceira"));
    assert_eq!(whole.shares[2].user_id, Some(market.consumer_referrer.id));
    market.audit().await;
    Ok(())
}

#[tokio::test]
async fn without_a_referrer_or_a_module_the_club_or_nobody_gets_it() -> Outcome {
    let market = Market::new().await;
    market.settings(0, 100_000).await;
    let operator = market.club.ctx_of(Role::Operator);
    let referrer = market.consumer_referrer.id;
    market.club.switch_off(referrer, Module::Referrals).await;
    let purchase = market.sell(1_000).await?;
    assert_eq!(purchase.shares.club, Money::from_centavos(25 + 13));
    let explained = explain(&market.ctx(&market.consumer), purchase.id).await?;
    let rules: Vec<_> = explained
        .shares
        .iter()
        .map(|it| {
            (
                it.beneficiary,
                it.by_percentage.centavos(),
                it.amount.centavos(),
                it.rule,
            )
        })
        .collect();
    assert_eq!(
        rules,
        [
            (Beneficiary::Consumer, 50, 50, ShareRule::Percentage),
            (
                Beneficiary::Club,
                25,
                38,
                ShareRule::PercentageAndMissingReferrers
            ),
            (
                Beneficiary::ConsumerReferrer,
                13,
                0,
                ShareRule::ReferralsOff
            ),
            (Beneficiary::MerchantReferrer, 12, 12, ShareRule::Percentage),
        ]
    );

    market
        .club
        .switch_off(market.merchant.id, Module::Cashback)
        .await;
    let purchase = market.sell(1_000).await?;
    assert_eq!(purchase.pool, Money::ZERO);
    let explained = explain(&operator, purchase.id).await?;
    assert_eq!(explained.cashback_rule, CashbackRule::OffForMerchant);
    market.refund(purchase.id, None).await?;
    market.audit().await;
    Ok(())
}
