//! Why a purchase's cashback is what it is.

use super::{
    Beneficiary, ExplainedShare, Explanation, Purchase, ReferrerRule, ShareRule,
    read::{already_taken, read, scope},
};
use crate::{
    Ctx,
    cashback::{Candidate, SplitRule},
};
use kernel::{CashbackSplit, Error, PurchaseId, Result, Shares, UserId};

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
    let taken = already_taken(&mut conn, &[id]).await?;
    let (_, taken_back) = taken.get(&id).copied().unwrap_or_default();
    let percentages = CashbackSplit {
        consumer_percent: row.consumer_percent,
        club_percent: row.club_percent,
        consumer_referrer_percent: row.consumer_referrer_percent,
        merchant_referrer_percent: row.merchant_referrer_percent,
    };
    let override_chain: Vec<Candidate> =
        serde_json::from_value(row.override_chain).map_err(Error::internal)?;
    let consumer_referrer = (row.consumer_referrer_id, row.consumer_referrer_rule);
    let merchant_referrer = (row.merchant_referrer_id, row.merchant_referrer_rule);
    Ok(Explanation {
        purchase_id: id,
        price: purchase.price,
        pool: purchase.pool,
        shares: shares(
            &purchase,
            taken_back,
            percentages,
            consumer_referrer,
            merchant_referrer,
            viewer,
        ),
        override_chain: override_chain
            .into_iter()
            .map(|candidate| for_viewer(candidate, &purchase, viewer))
            .collect(),
        items: purchase.items,
        cashback_rule: row.cashback_rule,
        split_rule: row.split_rule,
        percentages,
    })
}

/// Without who set an override and why, unless it is the viewer's own or the viewer is the club.
fn for_viewer(candidate: Candidate, purchase: &Purchase, viewer: Option<UserId>) -> Candidate {
    let owner = match candidate.rule {
        SplitRule::ConsumerOverride => Some(purchase.consumer.id),
        SplitRule::MerchantOverride => Some(purchase.merchant.id),
        SplitRule::TenantDefault => None,
    };
    if viewer.is_none() || viewer == owner {
        return candidate;
    }
    Candidate {
        set_by: None,
        reason: None,
        ..candidate
    }
}

type Referrer = (Option<UserId>, ReferrerRule);

fn shares(
    purchase: &Purchase,
    taken_back: Shares,
    percentages: CashbackSplit,
    consumer_referrer: Referrer,
    merchant_referrer: Referrer,
    viewer: Option<UserId>,
) -> Vec<ExplainedShare> {
    let by_percentage = percentages.split(purchase.pool);
    let shares = purchase.shares;
    let named = |user: Option<UserId>| user.filter(|_| viewer.is_none() || viewer == user);
    let whole = [consumer_referrer.1, merchant_referrer.1] == [ReferrerRule::Referrer; 2];
    vec![
        ExplainedShare {
            beneficiary: Beneficiary::Consumer,
            user_id: Some(purchase.consumer.id),
            percent: percentages.consumer_percent,
            by_percentage: by_percentage.consumer,
            amount: shares.consumer,
            taken_back: taken_back.consumer,
            rule: ShareRule::Percentage,
        },
        ExplainedShare {
            beneficiary: Beneficiary::Club,
            user_id: None,
            percent: percentages.club_percent,
            by_percentage: by_percentage.club,
            amount: shares.club,
            taken_back: taken_back.club,
            rule: if whole {
                ShareRule::Percentage
            } else {
                ShareRule::PercentageAndMissingReferrers
            },
        },
        ExplainedShare {
            beneficiary: Beneficiary::ConsumerReferrer,
            user_id: named(consumer_referrer.0),
            percent: percentages.consumer_referrer_percent,
            by_percentage: by_percentage.consumer_referrer,
            amount: shares.consumer_referrer,
            taken_back: taken_back.consumer_referrer,
            rule: of_referrer(consumer_referrer.1),
        },
        ExplainedShare {
            beneficiary: Beneficiary::MerchantReferrer,
            user_id: named(merchant_referrer.0),
            percent: percentages.merchant_referrer_percent,
            by_percentage: by_percentage.merchant_referrer,
            amount: shares.merchant_referrer,
            taken_back: taken_back.merchant_referrer,
            rule: of_referrer(merchant_referrer.1),
        },
    ]
}

const fn of_referrer(rule: ReferrerRule) -> ShareRule {
    match rule {
        ReferrerRule::Referrer => ShareRule::Percentage,
        ReferrerRule::NoReferrer => ShareRule::NoReferrer,
        ReferrerRule::ReferrerLeft => ShareRule::ReferrerLeft,
        ReferrerRule::ReferralsOff => ShareRule::ReferralsOff,
    }
}
