//! The club's limits.

use super::*;
use crate::{
    deposits::{DepositLimits, NewDeposit, change_limits, limits},
    testing::Outcome,
};
use futures::future::join_all;
use tenancy::administrators::Role;
use time::Duration;

const NARROW: DepositLimits = DepositLimits {
    minimum: Money::from_centavos(10_00),
    maximum: Money::from_centavos(20_00),
    most_waiting: 1,
};

#[tokio::test]
async fn a_club_sets_its_own_limits() -> Outcome {
    let bank = Bank::new().await;
    let manager = bank.club.ctx_of(Role::Manager);
    let before = limits(&bank.club.ctx_of(Role::Viewer)).await?;
    assert_eq!(
        (before.minimum.centavos(), before.maximum.centavos()),
        (1_00, 10_000_00)
    );
    assert_eq!(before.most_waiting, 20);
    let forbidden = change_limits(&bank.club.ctx_of(Role::Operator), NARROW).await;
    assert_eq!(forbidden.expect_err("not theirs").code, "forbidden");
    assert_eq!(change_limits(&manager, NARROW).await?, NARROW);
    assert_eq!(change_limits(&manager, NARROW).await?, NARROW);
    assert_eq!(limits(&manager).await?, NARROW);

    for (amount, reason) in [("9.99", "below_minimum"), ("20.01", "above_maximum")] {
        let refused = bank.ask(amount, amount).await;
        assert_eq!(text(&refused.body["fields"]["amount"]), reason);
    }
    bank.deposit("10.00").await;
    assert_eq!(bank.ask("more", "10.00").await.code(), "too_many_waiting");

    let audited = sqlx::query_as::<_, (Value, Value)>(
        "select before, after from audit_log where action = 'deposit_limits.change'",
    );
    let audited = audited.fetch_all(bank.club.database()).await?;
    let narrow = json!({ "minimum": "10.00", "maximum": "20.00", "mostWaiting": 1 });
    let wide = json!({ "minimum": "1.00", "maximum": "10000.00", "mostWaiting": 20 });
    assert_eq!(
        audited,
        [(wide, narrow)],
        "what changes nothing is no change"
    );
    bank.check().await
}

#[tokio::test]
async fn the_limit_holds_for_all_that_are_asked_for_at_once() -> Outcome {
    let bank = Bank::new().await;
    let few = DepositLimits {
        most_waiting: 3,
        ..NARROW
    };
    change_limits(&bank.club.ctx_of(Role::Manager), few).await?;
    let keys: Vec<_> = (0..16).map(|number| format!("key-{number}")).collect();
    let replies = join_all(keys.iter().map(|key| bank.ask(key, "10.00"))).await;
    let made = replies.iter().filter(|reply| reply.status == 201).count();
    assert_eq!(made, 3);
    for reply in replies.iter().filter(|reply| reply.status != 201) {
        assert_eq!((reply.status, reply.code()), (409, "too_many_waiting"));
    }
    bank.check().await
}

#[tokio::test]
async fn limits_that_cannot_hold_are_refused() -> Outcome {
    let bank = Bank::new().await;
    let manager = bank.club.ctx_of(Role::Manager);
    let centavos = Money::from_centavos;
    for (wrong, field, reason) in [
        (
            DepositLimits {
                minimum: Money::ZERO,
                ..NARROW
            },
            "minimum",
            "must_be_positive",
        ),
        (
            DepositLimits {
                maximum: centavos(9_99),
                ..NARROW
            },
            "maximum",
            "below_minimum",
        ),
        (
            DepositLimits {
                maximum: centavos(10_000_000_000_00),
                ..NARROW
            },
            "maximum",
            "out_of_range",
        ),
        (
            DepositLimits {
                most_waiting: 101,
                ..NARROW
            },
            "mostWaiting",
            "out_of_range",
        ),
    ] {
        let refused = change_limits(&manager, wrong).await.expect_err(field);
        assert_eq!(
            refused.fields.get(field).map(AsRef::as_ref),
            Some(reason),
            "{field}"
        );
    }
    assert_ne!(limits(&manager).await?, NARROW);
    Ok(())
}

#[tokio::test]
async fn nobody_fills_the_providers_books() -> Outcome {
    let bank = Bank::new().await;
    let amount = Money::from_centavos(5_00);
    for turn in 0..20 {
        deposits::create(&bank.ana(), &key(&format!("{turn}")), NewDeposit { amount }).await?;
    }
    let refused = deposits::create(&bank.ana(), &key("more"), NewDeposit { amount }).await;
    assert_eq!(refused.expect_err("too many").code, "too_many_waiting");
    bank.club.wait(Duration::hours(2));
    deposits::create(&bank.ana(), &key("more"), NewDeposit { amount }).await?;
    bank.check().await
}
