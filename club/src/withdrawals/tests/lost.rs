//! Answers that get lost, and nodes that die: nothing is sent twice, and nobody guesses.

use super::*;
use crate::{
    pix::EndToEndId,
    testing::Outcome,
    withdrawals::{
        Attention, Verdict, WithdrawalFilter, acknowledge, list,
        review::decide_with,
        rules::UNKNOWN_AFTER,
        send::{Taken, deliver, take},
        waiting,
    },
};
use kernel::{Kind, PageRequest};
use time::Duration;

impl Desk {
    async fn attention(&self, id: WithdrawalId) -> Result<Option<Attention>> {
        let handling = self.read(id).await?.handling;
        Ok(handling.expect("an administrator sees it").attention)
    }

    async fn decide(&self, id: WithdrawalId, verdict: Verdict) -> Result<Withdrawal> {
        decide_with(
            &self.manager(),
            &self.sandbox,
            id,
            verdict,
            "O banco confirmou.",
        )
        .await
    }

    /// A withdrawal that a node took to send it, and then died.
    async fn taken(&self) -> Result<Taken> {
        self.approved(100_00).await?;
        let taken = take(&self.job(), "sandbox", None).await?;
        Ok(taken.expect("it waits"))
    }

    /// Asks until the provider is asked no sooner than once an hour.
    async fn look_for_a_day(&self) -> Result<u64> {
        let mut looks = 0;
        for _ in 0..60 {
            self.club.wait(Duration::minutes(30));
            looks += self.look().await?;
        }
        Ok(looks)
    }
}

#[tokio::test]
async fn an_answer_that_got_lost_is_asked_for() -> Outcome {
    let desk = Desk::new(1_000_00).await;
    for fault in [Fault::LostAnswer, Fault::Garbled] {
        let id = desk.sent(60_00, fail(To::Send, fault)).await?;
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Processing);
        assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 0);
        desk.sandbox.play(fail(To::GetPayout, Fault::NoAnswer))?;
        desk.club.wait(Duration::seconds(5));
        let silent = desk.look().await.expect_err("no answer");
        assert_eq!(silent.kind, Kind::Unavailable);
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Processing);
        desk.sandbox.play(fail(To::GetPayout, Fault::Garbled))?;
        desk.club.wait(Duration::seconds(10));
        assert_eq!(desk.look().await?, 1);
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Processing);
        desk.club.wait(Duration::minutes(1));
        desk.look().await?;
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Paid);
        assert_eq!(desk.times_paid(id), 1);
    }
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_payout_that_nobody_knows_needs_a_person_after_a_day_and_is_never_sent_again() -> Outcome
{
    let desk = Desk::new(200_00).await;
    let id = desk.sent(100_00, fail(To::Send, Fault::NoAnswer)).await?;
    desk.club.wait(UNKNOWN_AFTER - Duration::hours(1));
    assert_eq!(desk.look().await?, 1);
    assert_eq!(desk.attention(id).await?, None, "it proves nothing yet");
    let early = desk.decide(id, Verdict::NotPaid).await;
    assert_eq!(early.expect_err("too early").code, "nothing_to_decide");

    assert!(desk.look_for_a_day().await? >= 20);
    assert_eq!(
        desk.attention(id).await?,
        Some(Attention::UnknownToProvider)
    );
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Processing);
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 0);
    assert_eq!((desk.times_paid(id), desk.wallet().await), (0, 100_00));
    let viewer = desk.club.ctx_of(Role::Viewer);
    assert_eq!(waiting(&viewer).await?.attention, 1);
    let lost = WithdrawalFilter {
        needs_attention: Some(true),
        ..WithdrawalFilter::default()
    };
    let queue = list(&viewer, lost, PageRequest::default()).await?;
    assert_eq!(queue.data.len(), 1);

    let operator = decide_with(&desk.operator(), &desk.sandbox, id, Verdict::NotPaid, "x").await;
    assert_eq!(operator.expect_err("not theirs").kind, Kind::Forbidden);
    desk.sandbox.play(fail(To::GetPayout, Fault::Unreachable))?;
    let down = desk.decide(id, Verdict::NotPaid).await;
    assert_eq!(
        down.expect_err("it cannot be asked").kind,
        Kind::Unavailable
    );
    let decided = desk.decide(id, Verdict::NotPaid).await?;
    assert_eq!(decided.status, WithdrawalStatus::Failed);
    assert_eq!(desk.wallet().await, 200_00);
    assert_eq!(desk.attention(id).await?, None);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn answers_that_say_nothing_need_a_person_after_a_day() -> Outcome {
    let refused = Fault::Refuse("escopo".into());
    for told in [None, Some(Fault::Garbled), Some(refused)] {
        let desk = Desk::new(200_00).await;
        let id = desk.sent(100_00, Script::Payouts(Manner::Hold)).await?;
        for fault in std::iter::repeat_n(told, 100).flatten() {
            desk.sandbox.play(fail(To::GetPayout, fault))?;
        }
        desk.club.wait(UNKNOWN_AFTER - Duration::hours(1));
        assert_eq!(desk.look().await?, 1);
        assert_eq!(desk.attention(id).await?, None, "it proves nothing yet");
        desk.look_for_a_day().await?;
        assert_eq!(desk.attention(id).await?, Some(Attention::Unclear));
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Processing);
        let decided = desk.decide(id, Verdict::NotPaid).await?;
        assert_eq!(decided.status, WithdrawalStatus::Failed);
        assert_eq!(desk.wallet().await, 200_00);
        desk.audit_ledger().await;
    }
    Ok(())
}

#[tokio::test]
async fn a_node_that_dies_before_it_calls_leaves_a_question_and_no_second_payout() -> Outcome {
    let desk = Desk::new(200_00).await;
    let taken = desk.taken().await?;
    let id = taken.id;
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Processing);
    assert_eq!(
        send_with(&desk.job(), &desk.sandbox).await?,
        0,
        "it counts as sent"
    );
    assert!(take(&desk.job(), "sandbox", None).await?.is_none());
    desk.look_for_a_day().await?;
    assert_eq!(
        desk.attention(id).await?,
        Some(Attention::UnknownToProvider)
    );
    // The node was only slow: the provider knows it now, and its word is what counts.
    deliver(&desk.job(), &desk.sandbox, &taken).await?;
    assert_eq!(desk.attention(id).await?, None);
    desk.deliver().await?;
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Paid);
    assert_eq!(desk.times_paid(id), 1);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_node_that_dies_after_the_call_is_asked_for() -> Outcome {
    let desk = Desk::new(200_00).await;
    let taken = desk.taken().await?;
    let id = taken.id;
    desk.sandbox.send(&taken.payout).await?;
    drop(taken);
    desk.club.wait(Duration::seconds(5));
    assert_eq!(desk.look().await?, 1);
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Paid);
    assert_eq!(desk.times_paid(id), 1);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn the_providers_word_counts_more_than_a_persons() -> Outcome {
    let desk = Desk::new(200_00).await;
    let taken = desk.taken().await?;
    desk.look_for_a_day().await?;
    desk.sandbox.send(&taken.payout).await?;
    let decided = desk.decide(taken.id, Verdict::NotPaid).await?;
    assert_eq!(decided.status, WithdrawalStatus::Paid);
    assert_eq!(desk.wallet().await, 100_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_person_who_was_wrong_is_told() -> Outcome {
    let desk = Desk::new(200_00).await;
    let taken = desk.taken().await?;
    desk.look_for_a_day().await?;
    let decided = desk.decide(taken.id, Verdict::NotPaid).await?;
    assert_eq!(decided.status, WithdrawalStatus::Failed);
    assert_eq!(desk.wallet().await, 200_00);
    desk.audit().await;
    desk.sandbox.send(&taken.payout).await?;
    desk.club.wait(Duration::minutes(10));
    assert_eq!(desk.look().await?, 1, "it is still asked for");
    assert_eq!(
        desk.attention(taken.id).await?,
        Some(Attention::Contradiction)
    );
    assert_eq!(desk.status(taken.id).await?, WithdrawalStatus::Failed);
    acknowledge(&desk.manager(), taken.id, "Acertado com a Ana.").await?;
    assert_eq!(desk.attention(taken.id).await?, None);
    // It is asked for and told of as before.
    assert!(desk.look_for_a_day().await? > 0);
    assert!(desk.deliver().await? > 0);
    assert_eq!(desk.attention(taken.id).await?, None, "for good");
    // The bank paid what our book has back: here the books differ, and the report of the day says so.
    desk.audit_ledger().await;
    Ok(())
}

#[tokio::test]
async fn a_person_says_that_it_arrived() -> Outcome {
    let desk = Desk::new(200_00).await;
    let id = desk.approved(100_00).await?;
    assert!(
        take(&desk.job(), "an older bank", None).await?.is_none(),
        "the club has left it"
    );
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);
    take(&desk.job(), "sandbox", None).await?.expect("it waits");
    // As it was before a club was kept at an account while anything was on its way.
    sqlx::raw_sql(
        "alter table withdrawals disable trigger withdrawals_step;
         update withdrawals set provider = 'an older bank';
         alter table withdrawals enable trigger withdrawals_step;",
    )
    .execute(desk.club.database())
    .await?;
    desk.club.wait(Duration::seconds(5));
    assert_eq!(desk.look().await?, 1);
    assert_eq!(desk.attention(id).await?, Some(Attention::ProviderChanged));
    let verdict = Verdict::Paid {
        end_to_end_id: EndToEndId::parse("E12345678202606011200abcdef12345").expect("an id"),
    };
    let paid = desk.decide(id, verdict).await?;
    assert_eq!(paid.status, WithdrawalStatus::Paid);
    assert_eq!(desk.balance(Account::Clearing).await, -102_50);
    desk.audit_ledger().await;
    Ok(())
}
