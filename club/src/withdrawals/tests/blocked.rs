//! A member who is blocked while their money is on its way out: what was not sent waits, what was sent is followed.

use super::*;
use crate::{
    testing::Outcome,
    users,
    withdrawals::{is_waiting, reject, waiting},
};
use time::Duration;

impl Desk {
    async fn block(&self) -> Outcome {
        users::block(&self.operator(), self.ana.id, "Conta tomada.").await
    }

    async fn unblock(&self) -> Outcome {
        users::unblock(&self.operator(), self.ana.id, "Era ela.").await
    }

    /// Whether the queue says of this one that its member is blocked.
    async fn is_marked(&self, id: WithdrawalId) -> Result<bool> {
        let handling = self.read(id).await?.handling;
        Ok(handling.is_some_and(|handling| handling.is_member_blocked))
    }
}

#[tokio::test]
async fn what_is_approved_waits_until_the_member_is_let_in_again() -> Outcome {
    let desk = Desk::new(500_00).await;
    let rules = WithdrawalConfig {
        automatic_approval_limit: Money::from_centavos(100_00),
        ..WithdrawalConfig::default()
    };
    let by_hand = desk.approved(200_00).await?;
    let automatic = ask(&under(&desk.ctx(), rules.clone()), 60_00).await?.id;
    assert_eq!(desk.status(automatic).await?, WithdrawalStatus::Approved);
    desk.block().await?;
    for id in [by_hand, automatic] {
        assert!(desk.is_marked(id).await?);
    }
    // There is nothing to do, so no job fails and no bank is asked.
    assert!(!is_waiting(&desk.job()).await?);
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 0);
    let queue = waiting(&desk.operator()).await?;
    assert_eq!((queue.approved, queue.approved_amount), (0, Money::ZERO));
    for id in [by_hand, automatic] {
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);
        assert_eq!(desk.times_paid(id), 0);
    }
    // A request that was under way while they were blocked comes to nothing.
    let late = ask(&under(&desk.ctx(), rules), 60_00).await;
    assert_eq!(late.expect_err("blocked").code, "unauthenticated");

    desk.unblock().await?;
    assert!(!desk.is_marked(by_hand).await?);
    desk.club.wait(Duration::minutes(1));
    assert!(is_waiting(&desk.job()).await?);
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 2);
    desk.deliver().await?;
    for id in [by_hand, automatic] {
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Paid);
        assert_eq!(desk.times_paid(id), 1);
    }
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn nobody_approves_for_who_is_blocked_and_refusing_gives_the_money_back() -> Outcome {
    let desk = Desk::new(200_00).await;
    let [first, second] = [desk.request(60_00).await?.id, desk.request(60_00).await?.id];
    desk.block().await?;
    let refused = approve(&desk.operator(), first).await;
    assert_eq!(refused.expect_err("blocked").code, "member_blocked");
    assert_eq!(desk.status(first).await?, WithdrawalStatus::Requested);
    reject(&desk.operator(), first, "Conta tomada.").await?;
    assert_eq!(desk.wallet().await, 140_00);

    desk.unblock().await?;
    approve(&desk.operator(), second).await?;
    desk.block().await?;
    reject(&desk.operator(), second, "Conta tomada.").await?;
    assert_eq!(desk.wallet().await, 200_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn what_was_sent_before_is_followed_to_its_end() -> Outcome {
    let desk = Desk::new(400_00).await;
    let paid = desk.sent(60_00, Script::Payouts(Manner::Settle)).await?;
    let failed = desk.sent(60_00, Script::Payouts(Manner::Reject)).await?;
    desk.block().await?;
    desk.club.wait(Duration::seconds(10));
    assert_eq!(desk.look().await?, 2);
    assert_eq!(desk.status(paid).await?, WithdrawalStatus::Paid);
    assert_eq!(desk.status(failed).await?, WithdrawalStatus::Failed);
    assert_eq!(desk.wallet().await, 340_00);
    desk.sandbox.play(give_back(paid, 58_50))?;
    desk.deliver().await?;
    assert_eq!(desk.wallet().await, 398_50);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn who_is_just_being_blocked_is_passed_over() -> Outcome {
    let desk = Desk::new(200_00).await;
    let id = desk.approved(60_00).await?;
    let mut blocking = desk.club.database().begin().await?;
    sqlx::query("select from users where id = $1 for update")
        .bind(desk.ana.id.0)
        .execute(&mut *blocking)
        .await?;
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 0);
    sqlx::query("update users set status = 'blocked' where id = $1")
        .bind(desk.ana.id.0)
        .execute(&mut *blocking)
        .await?;
    blocking.commit().await?;
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 0);
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);
    desk.unblock().await?;
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 1);
    desk.audit().await;
    Ok(())
}
