//! A bank that takes payouts on no more, and says so: nothing fails, nothing is sent twice, and it is asked ever less often.

use super::*;
use crate::{
    testing::Outcome,
    withdrawals::{Halt, What, halt, history, is_waiting, reject},
};
use kernel::Kind;
use time::Duration;

impl Desk {
    async fn halt(&self) -> Result<Option<Halt>> {
        halt(&self.club.ctx_of(Role::Viewer)).await
    }

    /// A round of the job that sends.
    async fn round(&self) -> Result<u64> {
        send_with(&self.job(), &self.sandbox).await
    }

    /// A round in which the bank takes nothing on.
    async fn refused_round(&self) -> Outcome {
        self.sandbox.play(fail(To::Send, Fault::Unreachable))?;
        let refused = self.round().await.expect_err("the round stops");
        assert_eq!(refused.kind, Kind::Unavailable);
        Ok(())
    }
}

#[tokio::test]
async fn what_was_not_taken_on_is_approved_as_before_and_is_sent_later() -> Outcome {
    let desk = Desk::new(500_00).await;
    let mut ids = Vec::new();
    for _ in 0..3 {
        ids.push(desk.approved(60_00).await?);
        desk.club.wait(Duration::seconds(1));
    }
    desk.refused_round().await?;
    for id in &ids {
        assert_eq!(desk.status(*id).await?, WithdrawalStatus::Approved);
        assert_eq!(desk.times_paid(*id), 0);
    }
    assert_eq!(desk.sandbox.book().payouts().count(), 0, "the round stops");
    assert_eq!(desk.wallet().await, 320_00);
    let told = desk.events().await;
    assert!(!told.iter().any(|kind| kind == "withdrawal_failed"));
    let first = desk.read(ids[0]).await?.handling.expect("a handling");
    assert_eq!((&first.payout_id, &first.sent_at), (&None, &None));
    assert!(first.not_taken.is_some() && first.not_taken_at.is_some());
    let viewer = desk.club.ctx_of(Role::Viewer);
    let last = history(&viewer, ids[0]).await?.pop().expect("one");
    assert_eq!((last.what, last.reason), (What::NotTaken, first.not_taken));
    desk.audit().await;

    // The console says so, and the bank is left in peace for a while.
    let halted = desk.halt().await?.expect("it takes nothing on");
    assert_eq!(halted.since, desk.job().now());
    assert!(halted.reason.contains("as told"), "{halted:?}");
    assert!(!is_waiting(&desk.job()).await?);
    desk.club.wait(Duration::seconds(5));
    assert!(is_waiting(&desk.job()).await?);
    assert_eq!(desk.round().await?, 3);
    assert_eq!(desk.halt().await?, None);
    desk.deliver().await?;
    for id in ids {
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Paid);
        assert_eq!(desk.times_paid(id), 1);
    }
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn it_is_asked_ever_less_often_and_a_refusal_of_one_is_no_halt() -> Outcome {
    let desk = Desk::new(200_00).await;
    let id = desk.approved(60_00).await?;
    let mut pauses = Vec::new();
    for _ in 0..12 {
        desk.refused_round().await?;
        let handling = desk.read(id).await?.handling;
        let next = handling.and_then(|handling| handling.look_at);
        let pause = next.expect("it lasts") - desk.job().now();
        pauses.push(pause.whole_seconds());
        desk.club.wait(pause);
    }
    assert!(pauses.is_sorted(), "{pauses:?}");
    assert_eq!((pauses[0], pauses[11]), (5, 60), "{pauses:?}");
    desk.sandbox
        .play(fail(To::Send, Fault::Refuse("chave_invalida".into())))?;
    assert_eq!(desk.round().await?, 1);
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Failed);
    assert_eq!(desk.halt().await?, None, "it looked at what it refused");
    assert_eq!(desk.wallet().await, 200_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn one_that_is_never_taken_on_keeps_no_other_waiting() -> Outcome {
    let desk = Desk::new(500_00).await;
    let stuck = desk.approved(60_00).await?;
    desk.club.wait(Duration::seconds(1));
    let other = desk.approved(70_00).await?;
    desk.club.wait(Duration::seconds(1));
    desk.refused_round().await?;
    let taken = crate::withdrawals::send::take(&desk.job(), "sandbox", None).await?;
    assert_eq!(taken.expect("one waits").id, other, "another one is first");
    // Nothing of it was sent, so it may be refused like any other.
    reject(&desk.operator(), stuck, "O banco não aceita.").await?;
    assert_eq!(desk.wallet().await, 430_00);
    Ok(())
}

#[tokio::test]
async fn a_bank_that_does_not_say_what_it_holds_is_told_of_too() -> Outcome {
    let desk = Desk::new(200_00).await;
    let id = desk.approved(60_00).await?;
    desk.sandbox
        .play(fail(To::Balance, Fault::Refuse("http_403".into())))?;
    let refused = desk.round().await.expect_err("it does not tell");
    assert_eq!(refused.code, "pix_refused");
    let halted = desk.halt().await?.expect("it does not serve");
    assert!(halted.reason.contains("http_403"), "{halted:?}");
    assert!(!is_waiting(&desk.job()).await?);
    // It tells again, and holds too little: that is another matter.
    let poor = bank(&desk.home, 1_00);
    assert_eq!(send_with(&desk.job(), &poor).await?, 0);
    assert_eq!(desk.halt().await?, None);
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_person_who_decided_meanwhile_is_not_overruled() -> Outcome {
    let desk = Desk::new(200_00).await;
    desk.approved(60_00).await?;
    let taken = crate::withdrawals::send::take(&desk.job(), "sandbox", None).await?;
    let taken = taken.expect("it waits");
    desk.club.wait(Duration::hours(25));
    desk.look().await?;
    let manager = desk.manager();
    let verdict = crate::withdrawals::Verdict::NotPaid;
    crate::withdrawals::review::decide_with(&manager, &desk.sandbox, taken.id, verdict, "x")
        .await?;
    desk.sandbox.play(fail(To::Send, Fault::Unreachable))?;
    let late = crate::withdrawals::send::deliver(&desk.job(), &desk.sandbox, &taken).await;
    assert_eq!(late.expect_err("it says so").kind, Kind::Unavailable);
    assert_eq!(desk.status(taken.id).await?, WithdrawalStatus::Failed);
    assert_eq!(desk.wallet().await, 200_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn the_database_takes_nothing_back_without_the_banks_word() -> Outcome {
    let desk = Desk::new(200_00).await;
    let id = desk.sent(60_00, Script::Payouts(Manner::Hold)).await?;
    let wordless = sqlx::query(
        "update withdrawals set status = 'approved', provider = null, payout_id = null, sent_at = null, look_at = null
         where id = $1",
    )
    .bind(id.0)
    .execute(desk.club.database())
    .await
    .expect_err("nobody said that it was not taken on");
    assert!(wordless.to_string().contains("does not go"), "{wordless}");
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Processing);
    Ok(())
}
