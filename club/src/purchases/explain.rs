//! Why a purchase's cashback is what it is.

use super::{
    Beneficiary, CashbackRule, ExplainedShare, Explanation, ReferrerRule, ShareRule,
    read::{read, scope},
    rules::taken_back,
};
use crate::{
    Ctx,
    cashback::{Candidate, SplitRule},
};
use kernel::{CashbackSplit, Error, PurchaseId, Result, UserId};

/// The percentages, the chain of overrides and the rule that decided each share, as they were at the sale; for the
/// purchase's consumer, its merchant and the club's administrators. Who set an override and why is shown to its owner and
/// to administrators; a referrer's id to administrators.
pub async fn explain(ctx: &Ctx, id: PurchaseId) -> Result<Explanation> {
    let viewer = scope(ctx)?;
    let mut conn = ctx.conn().await?;
    let purchase = read(&mut conn, id, viewer).await?;
    let row = sqlx::query!(
        r#"select consumer_referrer_id, merchant_referrer_id, cashback_rule, split_rule, consumer_percent, club_percent,
                  consumer_referrer_percent, merchant_referrer_percent, override_chain, consumer_referrer_rule,
                  merchant_referrer_rule
           from purchases where id = $1"#,
        id as PurchaseId
    )
    .fetch_one(&mut *conn)
    .await?;
    let percentages = CashbackSplit {
        consumer_percent: row.consumer_percent,
        club_percent: row.club_percent,
        consumer_referrer_percent: row.consumer_referrer_percent,
        merchant_referrer_percent: row.merchant_referrer_percent,
    };
    let mut chain: Vec<Candidate> =
        serde_json::from_value(row.override_chain).map_err(Error::internal)?;
    for candidate in &mut chain {
        let owner = match candidate.rule {
            SplitRule::ConsumerOverride => Some(purchase.consumer.id),
            SplitRule::MerchantOverride => Some(purchase.merchant.id),
            SplitRule::TenantDefault => None,
        };
        if viewer.is_some() && viewer != owner {
            (candidate.set_by, candidate.reason) = (None, None);
        }
    }
    let (by_percentage, shares) = (percentages.split(purchase.pool), purchase.shares);
    let taken = taken_back(purchase.price, shares, purchase.refunded);
    let named = |user: Option<UserId>| user.filter(|_| viewer.is_none() || viewer == user);
    let club = if [row.consumer_referrer_rule, row.merchant_referrer_rule]
        .iter()
        .all(|rule| *rule == ReferrerRule::Referrer)
    {
        ShareRule::Percentage
    } else {
        ShareRule::PercentageAndMissingReferrers
    };
    let explained = vec![
        ExplainedShare {
            beneficiary: Beneficiary::Consumer,
            user_id: Some(purchase.consumer.id),
            percent: percentages.consumer_percent,
            by_percentage: by_percentage.consumer,
            amount: shares.consumer,
            taken_back: taken.consumer,
            rule: ShareRule::Percentage,
        },
        ExplainedShare {
            beneficiary: Beneficiary::Club,
            user_id: None,
            percent: percentages.club_percent,
            by_percentage: by_percentage.club,
            amount: shares.club,
            taken_back: taken.club,
            rule: club,
        },
        ExplainedShare {
            beneficiary: Beneficiary::ConsumerReferrer,
            user_id: named(row.consumer_referrer_id),
            percent: percentages.consumer_referrer_percent,
            by_percentage: by_percentage.consumer_referrer,
            amount: shares.consumer_referrer,
            taken_back: taken.consumer_referrer,
            rule: of_referrer(row.consumer_referrer_rule),
        },
        ExplainedShare {
            beneficiary: Beneficiary::MerchantReferrer,
            user_id: named(row.merchant_referrer_id),
            percent: percentages.merchant_referrer_percent,
            by_percentage: by_percentage.merchant_referrer,
            amount: shares.merchant_referrer,
            taken_back: taken.merchant_referrer,
            rule: of_referrer(row.merchant_referrer_rule),
        },
    ];
    let cashback_rule: CashbackRule = row.cashback_rule;
    Ok(Explanation {
        purchase_id: id,
        price: purchase.price,
        pool: purchase.pool,
        items: purchase.items,
        cashback_rule,
        split_rule: row.split_rule,
        percentages,
        override_chain: chain,
        shares: explained,
    })
}

const fn of_referrer(rule: ReferrerRule) -> ShareRule {
    match rule {
        ReferrerRule::Referrer => ShareRule::Percentage,
        ReferrerRule::NoReferrer => ShareRule::NoReferrer,
        ReferrerRule::ReferrerLeft => ShareRule::ReferrerLeft,
        ReferrerRule::ReferralsOff => ShareRule::ReferralsOff,
    }
}
