//! What an administrator may decide, and how often.

use super::*;
use crate::{
    files::tests::photo,
    kyc::{self, KycLimits},
    pix::choose_provider,
    testing::Outcome,
    user_documents::{self, Identity, UserDocumentKind},
    users,
    withdrawals::{Refusal, What, history, quote, reject, send_approved, waiting},
};
use image::ImageFormat;
use time::Duration;

impl Desk {
    async fn audited(&self) -> Vec<(String, Value)> {
        let rows = sqlx::query!(
            r#"select action, before as "before!" from audit_log where action like 'withdrawal.%' order by id"#
        )
        .fetch_all(self.club.database())
        .await
        .expect("rows");
        let rows = rows.into_iter().map(|row| (row.action, row.before));
        rows.collect()
    }
}

#[tokio::test]
async fn approved_is_not_sent_and_may_still_be_refused() -> Outcome {
    let desk = Desk::new(200_00).await;
    let id = desk.approved(100_00).await?;
    let viewer = desk.club.ctx_of(Role::Viewer);
    let queue = waiting(&viewer).await?;
    assert_eq!((queue.requested, queue.approved), (0, 1));
    assert_eq!(queue.approved_amount, Money::from_centavos(97_50));

    let rejected = reject(&desk.operator(), id, "Pedido em dobro.").await?;
    assert_eq!(rejected.status, WithdrawalStatus::Rejected);
    assert_eq!((desk.wallet().await, desk.times_paid(id)), (200_00, 0));
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 0);
    assert_eq!(
        desk.audited().await,
        [
            (
                "withdrawal.approve".to_owned(),
                json!({ "status": "requested" })
            ),
            (
                "withdrawal.reject".to_owned(),
                json!({ "status": "approved" })
            ),
        ]
    );
    let happened = history(&viewer, id).await?;
    let what: Vec<_> = happened.iter().map(|it| it.what).collect();
    assert_eq!(what, [What::Requested, What::Approved, What::Rejected]);
    assert_eq!(happened[2].reason.as_deref(), Some("Pedido em dobro."));

    let sent = desk.sent(100_00, Script::Payouts(Manner::Hold)).await?;
    let late = reject(&desk.operator(), sent, "x").await;
    assert_eq!(late.expect_err("it is sent").code, "already_decided");
    assert_eq!(desk.status(sent).await?, WithdrawalStatus::Processing);
    let what: Vec<_> = history(&viewer, sent)
        .await?
        .iter()
        .map(|it| it.what)
        .collect();
    assert_eq!(what, [What::Requested, What::Approved, What::Sent]);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn a_second_click_finds_what_the_first_one_did() -> Outcome {
    let desk = Desk::new(200_00).await;
    let operator = desk.operator();
    let first = approve(&operator, desk.request(60_00).await?.id).await?;
    assert_eq!(approve(&operator, first.id).await?, first);
    let other = desk.club.ctx(Actor::Command);
    let error = approve(&other, first.id)
        .await
        .expect_err("somebody else did");
    assert_eq!(error.code, "already_decided");
    let second = reject(&operator, desk.request(60_00).await?.id, "Não.").await?;
    assert_eq!(reject(&operator, second.id, " Não. ").await?, second);
    for error in [
        reject(&operator, second.id, "Outra razão.").await,
        approve(&operator, second.id).await,
    ] {
        assert_eq!(error.expect_err("it is decided").code, "already_decided");
    }
    assert_eq!(desk.audited().await.len(), 2);
    assert_eq!(desk.events().await.len(), 4);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn without_payouts_nothing_is_asked_for_or_approved() -> Outcome {
    let desk = Desk::new(200_00).await;
    let id = desk.request(60_00).await?.id;
    let key = Key::new("before", "POST", "/", b"")?;
    let new = NewWithdrawal {
        amount: Money::from_centavos(60_00),
        net_amount: None,
    };
    let before = request(&desk.ctx(), &key, new).await?;

    // From one institution to another: nobody leaves the sandbox while it holds money.
    sqlx::query("update money_settings set pix_provider = 'efi'")
        .execute(desk.club.database())
        .await?;
    let account = json!({
        "provider": "bcb", "baseUrl": "https://pix.example.com/v2", "tokenUrl": "https://pix.example.com/oauth/token",
        "clientId": "club-1", "clientSecret": "segredo", "webhookToken": "segredo-do-webhook",
        "key": { "kind": "email", "key": "ajuda@example.com" }, "name": "Clube Navi", "city": "Recife",
    });
    let choice = serde_json::from_value(account).expect("a choice");
    choose_provider(&desk.manager(), choice).await?;
    let refused = desk.request(60_00).await.expect_err("nobody would send it");
    assert_eq!(refused.code, "payouts_not_offered");
    let quote = quote(&desk.ctx(), Money::from_centavos(60_00)).await?;
    assert_eq!(quote.refusals, [Refusal::PayoutsNotOffered]);
    let approved = approve(&desk.operator(), id).await;
    assert_eq!(
        approved.expect_err("nobody would").code,
        "payouts_not_offered"
    );
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Requested);

    // What was answered before is answered again, and money does not stay where it can go nowhere.
    let again = request(&desk.ctx(), &key, new).await?;
    assert_eq!(again.read::<Withdrawal>()?, before.read::<Withdrawal>()?);
    reject(&desk.operator(), id, "Sem envio por Pix.").await?;
    assert_eq!(desk.wallet().await, 140_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn where_clubs_live_played_money_is_not_sent() -> Outcome {
    let mut desk = Desk::new(300_00).await;
    let approved = desk.approved(60_00).await?;
    let requested = desk.request(60_00).await?.id;
    desk.club = desk.club.in_production();
    for refused in [
        desk.request(60_00).await.map(drop),
        approve(&desk.operator(), requested).await.map(drop),
        send_approved(&desk.job()).await.map(drop),
    ] {
        let refused = refused.expect_err("nobody would send it");
        assert_eq!(refused.code, "payouts_not_offered");
    }
    assert_eq!(desk.status(approved).await?, WithdrawalStatus::Approved);
    let quote = quote(&desk.ctx(), Money::from_centavos(60_00)).await?;
    assert_eq!(quote.refusals, [Refusal::PayoutsNotOffered]);
    // Money does not stay where it can go nowhere.
    for id in [approved, requested] {
        reject(&desk.operator(), id, "Sem instituição.").await?;
    }
    assert_eq!(desk.wallet().await, 300_00);
    desk.audit().await;
    Ok(())
}

#[tokio::test]
async fn one_that_is_too_large_for_what_is_held_keeps_no_other_waiting() -> Outcome {
    let desk = Desk::new(1_000_00).await;
    let large = desk.approved(100_00).await?;
    let fits = desk.approved(60_00).await?;
    let as_large = desk.approved(80_00).await?;
    let poor = bank(&desk.home, 58_50);
    assert_eq!(send_with(&desk.job(), &poor).await?, 1, "two wait");
    assert_eq!(desk.status(fits).await?, WithdrawalStatus::Processing);
    for id in [large, as_large] {
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);
    }
    assert_eq!(poor.book().times_paid(&PayoutId::from(fits.0)), 1);
    Ok(())
}

#[tokio::test]
async fn a_level_that_falls_stops_new_ones_and_none_under_way() -> Outcome {
    let desk = Desk::new(500_00).await;
    let limits = KycLimits {
        level0: Some(Money::ZERO),
        ..KycLimits::default()
    };
    kyc::change_limits(&desk.manager(), limits).await?;
    let unknown = desk.request(60_00).await.expect_err("nobody knows her");
    assert_eq!(unknown.code, "above_daily_limit");
    for kind in &UserDocumentKind::ALL[..2] {
        let sent = photo(ImageFormat::Png, 8, 8);
        let sent = user_documents::submit(&desk.ctx(), *kind, sent).await?;
        let identity = Identity::of(&users::me(&desk.ctx()).await?);
        user_documents::approve(&desk.operator(), sent.id, &identity).await?;
    }
    let processing = desk.sent(60_00, Script::Payouts(Manner::Hold)).await?;
    let approved = desk.approved(60_00).await?;
    let requested = desk.request(60_00).await?.id;

    let renamed = json!({ "lastName": "Outra" });
    let renamed = desk.send("PATCH", "/api/profile", &renamed).await;
    assert_eq!(renamed.body["kycLevel"], 0, "{}", renamed.body);
    let refused = desk.request(60_00).await.expect_err("nobody knows her now");
    assert_eq!(refused.code, "above_daily_limit");
    let quote = quote(&desk.ctx(), Money::from_centavos(60_00)).await?;
    assert_eq!(quote.left_today, Some(Money::ZERO));
    assert_eq!(quote.refusals, [Refusal::AboveDailyLimit]);

    // What was asked for at the level of then is still the club's to approve or to refuse, and is paid.
    approve(&desk.operator(), requested).await?;
    desk.sandbox.play(Script::Payouts(Manner::Settle))?;
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 2);
    desk.club.wait(Duration::minutes(1));
    desk.look().await?;
    for id in [approved, requested] {
        assert_eq!(desk.status(id).await?, WithdrawalStatus::Paid);
    }
    assert_eq!(desk.status(processing).await?, WithdrawalStatus::Processing);
    desk.audit().await;
    Ok(())
}
