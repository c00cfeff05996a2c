//! What becomes of a withdrawal by the club's word and by the provider's.

use super::*;
use crate::{
    testing::Outcome,
    withdrawals::{self, acknowledge, reject, waiting},
};
use kernel::{Error, Kind};
use time::Duration;

#[tokio::test]
async fn paid() -> Outcome {
    let desk = Desk::new(200_00).await;
    let asked = desk.request(100_00).await?;
    assert_eq!(asked.status, WithdrawalStatus::Requested);
    assert_eq!(
        (asked.fee, asked.net_amount),
        (Money::from_centavos(2_50), Money::from_centavos(97_50))
    );
    assert_eq!(desk.wallet().await, 100_00);
    assert_eq!(desk.balance(Account::Payout).await, 97_50);
    assert_eq!(desk.balance(Account::Fees).await, 2_50);
    assert_eq!(
        send_with(&desk.job(), &desk.sandbox).await?,
        0,
        "nobody approved it"
    );
    desk.audit().await;

    let approved = approve(&desk.operator(), asked.id).await?;
    assert_eq!(approved.status, WithdrawalStatus::Approved);
    let handling = approved.handling.expect("an administrator sees it");
    assert_eq!(
        handling.decided_by.as_deref(),
        Some("admin:rita@example.com")
    );
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 1);
    assert_eq!(desk.status(asked.id).await?, WithdrawalStatus::Processing);
    assert_eq!(desk.look().await?, 0, "not yet");
    desk.club.wait(Duration::seconds(5));
    assert_eq!(desk.look().await?, 1);

    let paid = desk.read(asked.id).await?;
    assert_eq!(paid.status, WithdrawalStatus::Paid);
    assert!(paid.end_to_end_id.is_some() && paid.finished_at.is_some());
    assert_eq!(desk.balance(Account::Payout).await, 0);
    assert_eq!(desk.balance(Account::Clearing).await, -102_50);
    assert_eq!(desk.times_paid(asked.id), 1);
    assert_eq!(
        desk.events().await,
        [
            "withdrawal_requested",
            "withdrawal_approved",
            "withdrawal_paid"
        ]
    );
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn within_the_automatic_limit_nobody_decides() -> Outcome {
    let desk = Desk::new(500_00).await;
    let rules = WithdrawalConfig {
        automatic_approval_limit: Money::from_centavos(100_00),
        ..WithdrawalConfig::default()
    };
    let ctx = under(&desk.ctx(), rules);
    let small = ask(&ctx, 100_00).await?;
    assert_eq!(small.status, WithdrawalStatus::Approved);
    assert_eq!(ask(&ctx, 100_01).await?.status, WithdrawalStatus::Requested);
    let decided = approve(&desk.operator(), small.id).await;
    assert_eq!(decided.expect_err("it is decided").code, "already_decided");
    assert_eq!(
        desk.events().await,
        [
            "withdrawal_requested",
            "withdrawal_approved",
            "withdrawal_requested"
        ]
    );
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn rejected_is_as_if_it_had_never_been_asked_for() -> Outcome {
    let desk = Desk::new(100_00).await;
    let asked = desk.request(100_00).await?;
    let viewer = desk.club.ctx_of(Role::Viewer);
    let refused = reject(&viewer, asked.id, "x").await;
    assert_eq!(refused, Err(Error::forbidden()));
    assert_eq!(
        approve(&desk.ctx(), asked.id).await,
        Err(Error::forbidden())
    );
    let wordless = reject(&desk.operator(), asked.id, " ").await;
    assert_eq!(wordless, Err(Error::invalid("reason", "required")));
    assert_eq!(waiting(&viewer).await?.requested, 1);

    let rejected = reject(&desk.operator(), asked.id, " Não confere. ").await?;
    assert_eq!(rejected.status, WithdrawalStatus::Rejected);
    assert_eq!(rejected.reason.as_deref(), Some("Não confere."));
    assert_eq!(desk.wallet().await, 100_00);
    assert_eq!(desk.balance(Account::Fees).await, 0);
    assert_eq!(waiting(&viewer).await?.requested, 0);
    assert_eq!(
        desk.events().await,
        ["withdrawal_requested", "withdrawal_rejected"]
    );
    let audited = sqlx::query_scalar!(
        r#"select after as "after!" from audit_log where action = 'withdrawal.reject'"#
    )
    .fetch_all(desk.club.database())
    .await?;
    assert_eq!(
        audited,
        [json!({ "status": "rejected", "reason": "Não confere." })]
    );
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn what_the_provider_rejects_goes_back() -> Outcome {
    let desk = Desk::new(1_000_00).await;
    let at_once = desk
        .sent(
            60_00,
            fail(To::Send, Fault::Refuse("chave_invalida".into())),
        )
        .await?;
    assert_eq!(desk.status(at_once).await?, WithdrawalStatus::Failed);
    let later = desk.sent(60_00, Script::Payouts(Manner::Reject)).await?;
    assert_eq!(desk.status(later).await?, WithdrawalStatus::Processing);
    desk.deliver().await?;
    let failed = desk.read(later).await?;
    assert_eq!(
        (failed.status, failed.reason.as_deref()),
        (WithdrawalStatus::Failed, Some("AC03"))
    );
    for id in [at_once, later] {
        assert_eq!(desk.times_paid(id), 0);
    }
    assert_eq!(desk.wallet().await, 1_000_00);
    assert_eq!(desk.balance(Account::Fees).await, 0);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_provider_that_is_down_or_short_keeps_them_waiting() -> Outcome {
    let desk = Desk::new(200_00).await;
    let id = desk.approved(60_00).await?;
    desk.sandbox.play(fail(To::Balance, Fault::Unreachable))?;
    let down = send_with(&desk.job(), &desk.sandbox).await;
    assert_eq!(down.expect_err("it is down").kind, Kind::Unavailable);
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);
    let poor = bank(&desk.home, 58_49);
    assert_eq!(send_with(&desk.job(), &poor).await?, 0, "it is short");
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);
    // One that will not tell, or not so that it is understood, may hold nothing.
    for (fault, code) in [
        (Fault::Refuse("http_403".into()), "pix_refused"),
        (Fault::Garbled, "internal"),
    ] {
        desk.sandbox.play(fail(To::Balance, fault))?;
        let silent = send_with(&desk.job(), &desk.sandbox).await;
        assert_eq!(silent.expect_err("it does not tell").code, code);
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);
    }
    // One that cannot tell what it holds is sent to all the same.
    desk.sandbox
        .play(fail(To::Balance, Fault::Refuse("not_offered".into())))?;
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 1);
    assert_eq!(desk.times_paid(id), 1);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn webhooks_late_often_and_in_any_order_pay_once() -> Outcome {
    let desk = Desk::new(1_000_00).await;
    desk.sandbox.play(Script::Webhooks {
        delay: 60,
        copies: 3,
        shuffled: true,
    })?;
    let ids = [desk.approved(60_00).await?, desk.approved(70_00).await?];
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 2);
    assert_eq!(desk.deliver().await?, 0, "they are late");
    desk.club.wait(Duration::minutes(2));
    assert_eq!(desk.deliver().await?, 6);
    for id in ids {
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Paid);
        assert_eq!(desk.times_paid(id), 1);
    }
    assert_eq!(desk.wallet().await, 870_00);
    let stranger = PayoutId::from(desk.job().new_id());
    refresh_with(&desk.job(), &desk.sandbox, &stranger).await?;
    let events = desk.events().await;
    let paid = events.iter().filter(|kind| *kind == "withdrawal_paid");
    assert_eq!(paid.count(), 2);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn what_the_recipients_bank_gives_back_is_in_the_wallet_again() -> Outcome {
    let desk = Desk::new(100_00).await;
    let id = desk.sent(100_00, Script::Payouts(Manner::Settle)).await?;
    desk.deliver().await?;
    desk.sandbox.play(give_back(id, 30_00))?;
    for _ in 0..2 {
        desk.deliver().await?;
        let payout = PayoutId::from(id.0);
        refresh_with(&desk.job(), &desk.sandbox, &payout).await?;
        assert_eq!(desk.wallet().await, 30_00);
    }
    // No webhook tells of the rest: paid ones are looked at too.
    desk.sandbox.play(give_back(id, 67_50))?;
    desk.club.wait(Duration::minutes(10));
    assert_eq!(desk.look().await?, 1);
    let returned = desk.read(id).await?;
    assert_eq!(
        (returned.status, returned.returned_amount),
        (WithdrawalStatus::Paid, returned.net_amount)
    );
    assert_eq!(desk.wallet().await, 97_50);
    assert_eq!(desk.balance(Account::Fees).await, 2_50);
    let told = desk.events().await;
    assert_eq!(
        told[told.len() - 2..],
        ["withdrawal_returned", "withdrawal_returned"]
    );
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn what_was_paid_and_returned_at_once_is_both() -> Outcome {
    let desk = Desk::new(100_00).await;
    let id = desk.sent(100_00, Script::Payouts(Manner::Settle)).await?;
    desk.sandbox.play(give_back(id, 97_50))?;
    desk.deliver().await?;
    let both = desk.read(id).await?;
    assert_eq!(both.status, WithdrawalStatus::Paid);
    assert_eq!(desk.wallet().await, 97_50);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn who_leaves_has_nothing_open_and_what_comes_back_later_is_in_suspense() -> Outcome {
    let desk = Desk::new(100_00).await;
    let leave = json!({ "password": crate::testing::PASSWORD });
    let full = desk.send("DELETE", "/api/profile", &leave).await;
    assert_eq!((full.status, full.code()), (409, "wallet_not_empty"));
    let id = desk.sent(100_00, Script::Payouts(Manner::Settle)).await?;
    let open = desk.send("DELETE", "/api/profile", &leave).await;
    assert_eq!((open.status, open.code()), (409, "withdrawal_open"));
    desk.deliver().await?;
    assert_eq!(
        desk.send("DELETE", "/api/profile", &leave).await.status,
        204
    );
    let kept = sqlx::query_scalar!(
        r#"select concat(w::text, k::text) as "text!" from withdrawals w left join user_pix_keys k using (user_id)"#
    )
    .fetch_one(desk.club.database())
    .await?;
    assert!(!kept.contains(CPF), "{kept}");

    desk.sandbox.play(give_back(id, 97_50))?;
    desk.deliver().await?;
    assert_eq!(desk.wallet().await, 0);
    assert_eq!(desk.balance(Account::Suspense).await, 97_50);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn the_clubs_rules_are_the_managers_to_change() -> Outcome {
    let desk = Desk::new(100_00).await;
    let rules = withdrawals::settings(&desk.club.ctx_of(Role::Viewer))?;
    assert_eq!(rules, WithdrawalConfig::default());
    let changed = WithdrawalConfig {
        min_amount: Money::from_centavos(20_00),
        daily_limit: Some(Money::from_centavos(500_00)),
        ..rules
    };
    let refused = withdrawals::change_settings(&desk.operator(), changed.clone()).await;
    assert_eq!(refused, Err(Error::forbidden()));
    withdrawals::change_settings(&desk.manager(), changed.clone()).await?;
    let live = desk.home.live(&desk.club.tenant.slug).await;
    assert_eq!(live.withdrawal, changed);
    let nothing = acknowledge(&desk.manager(), desk.request(50_00).await?.id, "x").await;
    assert_eq!(
        nothing.expect_err("nothing to see").code,
        "nothing_to_decide"
    );
    desk.audit().await;
    Ok(())
}
