//! The chain of overrides.

use super::{Candidate, CashbackOverride, SplitRule};
use kernel::CashbackSplit;

/// Every set of percentages there is for a purchase, the one that decides first: the consumer's, the merchant's, the
/// club's.
pub fn decide(
    consumer: Option<CashbackOverride>,
    merchant: Option<CashbackOverride>,
    tenant: CashbackSplit,
) -> Vec<Candidate> {
    let own = |rule| {
        move |own: CashbackOverride| Candidate {
            rule,
            percentages: own.percentages,
            set_by: Some(own.set_by),
            set_at: Some(own.set_at),
            reason: Some(own.reason),
        }
    };
    let default = Candidate {
        rule: SplitRule::TenantDefault,
        percentages: tenant,
        set_by: None,
        set_at: None,
        reason: None,
    };
    consumer
        .map(own(SplitRule::ConsumerOverride))
        .into_iter()
        .chain(merchant.map(own(SplitRule::MerchantOverride)))
        .chain([default])
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::OffsetDateTime;

    fn own(reason: &str) -> CashbackOverride {
        CashbackOverride {
            percentages: CashbackSplit::default(),
            set_by: "admin:rita@example.com".to_owned(),
            set_at: OffsetDateTime::UNIX_EPOCH,
            reason: reason.to_owned(),
        }
    }

    #[test]
    fn the_consumer_then_the_merchant_then_the_club() {
        use SplitRule::{ConsumerOverride, MerchantOverride, TenantDefault};
        for (consumer, merchant, rules) in [
            (
                true,
                true,
                &[ConsumerOverride, MerchantOverride, TenantDefault][..],
            ),
            (true, false, &[ConsumerOverride, TenantDefault]),
            (false, true, &[MerchantOverride, TenantDefault]),
            (false, false, &[TenantDefault]),
        ] {
            let chain = decide(
                consumer.then(|| own("consumer")),
                merchant.then(|| own("merchant")),
                CashbackSplit::default(),
            );
            let found: Vec<_> = chain.iter().map(|candidate| candidate.rule).collect();
            assert_eq!(found, rules);
            for candidate in chain {
                let reason = match candidate.rule {
                    ConsumerOverride => Some("consumer".to_owned()),
                    MerchantOverride => Some("merchant".to_owned()),
                    TenantDefault => None,
                };
                assert_eq!(candidate.reason, reason);
            }
        }
    }
}
