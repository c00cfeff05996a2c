//! Withdrawals that wait because the bank is down or holds too little: how often it is asked.

use super::*;
use crate::{
    deposits::catch_up,
    pix,
    testing::Outcome,
    withdrawals::{is_waiting, look_at_due, reject, send_approved},
};
use time::Duration;

impl Desk {
    /// A quarter of an hour of the job that sends, which has its turn every five seconds; in how many of its turns it asked
    /// the bank, or wanted to.
    async fn turns(&self) -> Result<usize> {
        let mut asked = 0;
        for _ in 0..180 {
            asked += usize::from(is_waiting(&self.job()).await?);
            assert_eq!(send_approved(&self.job()).await.unwrap_or_default(), 0);
            self.club.wait(Duration::seconds(5));
        }
        Ok(asked)
    }
}

#[tokio::test]
async fn a_bank_that_holds_too_little_is_asked_ever_less_often() -> Outcome {
    // The club's own sandbox holds nothing.
    let desk = Desk::new(300_00).await;
    let id = desk.approved(100_00).await?;
    let asked = desk.turns().await?;
    assert!((15..=25).contains(&asked), "{asked}");
    let asked = desk.turns().await?;
    assert_eq!(asked, 15, "once a minute");
    assert!(!is_waiting(&desk.job()).await?, "and not on this one");

    // Somebody else may be small enough.
    let other = desk.approved(60_00).await?;
    assert!(is_waiting(&desk.job()).await?);
    assert_eq!(send_approved(&desk.job()).await?, 0);
    assert!(!is_waiting(&desk.job()).await?);

    let amount = Money::from_centavos(97_50);
    pix::play(&desk.job(), Script::PayKey(amount)).await?;
    catch_up(&desk.job()).await?;
    assert!(is_waiting(&desk.job()).await?, "money came in");
    assert_eq!(send_approved(&desk.job()).await?, 1);
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Processing);
    assert_eq!(desk.status(other).await?, WithdrawalStatus::Approved);
    desk.audit_ledger().await;
    Ok(())
}

#[tokio::test]
async fn a_bank_that_is_down_is_asked_ever_less_often() -> Outcome {
    let desk = Desk::new(300_00).await;
    let id = desk.approved(100_00).await?;
    let mut failures = 0;
    for _ in 0..180 {
        pix::play(&desk.job(), fail(To::Balance, Fault::Unreachable)).await?;
        failures += usize::from(send_approved(&desk.job()).await.is_err());
        desk.club.wait(Duration::seconds(5));
    }
    assert!((15..=25).contains(&failures), "{failures}");
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);
    Ok(())
}

#[tokio::test]
async fn one_that_is_refused_while_it_waits_is_asked_for_no_more() -> Outcome {
    let desk = Desk::new(300_00).await;
    let id = desk.approved(100_00).await?;
    assert_eq!(send_approved(&desk.job()).await?, 0);
    desk.club.wait(Duration::hours(1));
    assert_eq!(look_at_due(&desk.job()).await?, 0, "nothing was sent");
    let refused = reject(&desk.operator(), id, "Engano.").await?;
    let next = refused.handling.and_then(|handling| handling.look_at);
    assert_eq!(next, None);
    assert_eq!(look_at_due(&desk.job()).await?, 0);
    assert_eq!(desk.wallet().await, 300_00);
    desk.audit_ledger().await;
    Ok(())
}
