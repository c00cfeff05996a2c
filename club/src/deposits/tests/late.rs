//! The same request again: after an answer that was lost, and a long time after.

use super::*;
use crate::{
    deposits::{DepositFilter, DepositStatus, NewDeposit, create, poll},
    idempotency::forget_old,
    testing::Outcome,
};
use kernel::PageRequest;
use time::Duration;

/// Asks under one key.
async fn ask(bank: &Bank, centavos: i64) -> Result<Deposit> {
    let amount = Money::from_centavos(centavos);
    let answer = create(&bank.ana(), &key("one"), NewDeposit { amount }).await?;
    answer.read()
}

#[tokio::test]
async fn what_was_never_completed_in_time_is_not_completed() -> Outcome {
    let bank = Bank::new().await;
    bank.fail(Asked::CreateCharge, Fault::Unreachable).await;
    let down = ask(&bank, 10_00).await.expect_err("it is down");
    assert_eq!(down.code, "pix_unavailable");
    bank.club.wait(Duration::hours(1));
    for _ in 0..2 {
        let late = ask(&bank, 10_00).await.expect_err("nobody could pay it");
        assert_eq!(late.code, "deposit_expired");
        // Whether or not it was closed meanwhile.
        bank.club.wait(Duration::minutes(10));
        poll(&bank.job()).await?;
    }
    bank.check().await
}

#[tokio::test]
async fn a_key_names_one_request_as_long_as_answers_are_kept() -> Outcome {
    let bank = Bank::new().await;
    let first = ask(&bank, 10_00).await?;
    bank.club.wait(Duration::hours(47));
    forget_old(&bank.job()).await?;
    assert_eq!(ask(&bank, 10_00).await?, first);
    bank.club.wait(Duration::hours(2));
    forget_old(&bank.job()).await?;
    let second = ask(&bank, 20_00).await?;
    assert_ne!(second.id, first.id);
    assert_eq!(bank.stored(&second).await.amount.centavos(), 20_00);
    bank.check().await
}

#[tokio::test]
async fn a_lost_answer_leaves_a_deposit_that_is_completed() -> Outcome {
    let bank = Bank::new().await;
    for (name, fault) in [
        ("unreachable", Fault::Unreachable),
        ("silent", Fault::NoAnswer),
        ("lost", Fault::LostAnswer),
    ] {
        bank.fail(Asked::CreateCharge, fault).await;
        let failed = bank.ask(name, "60.00").await;
        assert_eq!(failed.status, 503, "{name}: {}", failed.body);
        let other = bank.ask(name, "61.00").await;
        assert_eq!(other.code(), "idempotency_key_reused", "{name}");
        let done = bank.ask(name, "60.00").await;
        assert_eq!(done.status, 201, "{name}: {}", done.body);
        assert!(done.body["brCode"].is_string());
        assert_eq!(bank.ask(name, "60.00").await.body, done.body);
    }
    bank.fail(Asked::CreateCharge, Fault::LostAnswer).await;
    assert_eq!(bank.ask("gone", "62.00").await.status, 503);
    bank.club.wait(Duration::seconds(31));
    poll(&bank.job()).await?;
    let all = deposits::list(
        &bank.ana(),
        DepositFilter::default(),
        PageRequest::default(),
    )
    .await?;
    assert_eq!(all.data.len(), 4);
    assert!(all.data.iter().all(|deposit| deposit.br_code.is_some()));

    bank.fail(Asked::CreateCharge, Fault::Refuse("valor".into()))
        .await;
    assert_eq!(bank.ask("refused", "63.00").await.code(), "pix_refused");
    assert_eq!(
        bank.ask("refused", "63.00").await.code(),
        "pix_refused",
        "for good"
    );
    let cancelled = DepositFilter {
        status: Some(DepositStatus::Cancelled),
        ..DepositFilter::default()
    };
    assert_eq!(
        deposits::list(&bank.ana(), cancelled, PageRequest::default())
            .await?
            .data
            .len(),
        1
    );
    bank.check().await
}
