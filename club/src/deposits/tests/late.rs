//! The same request again, a long time after.

use super::*;
use crate::{
    deposits::{NewDeposit, create, poll},
    idempotency::forget_old,
    testing::Outcome,
};
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
