//! Unmatched money, against the sandbox.

use super::{
    ReceivedStatus, UnmatchedPix, Waiting, assign, by_id, finish_returns, list, return_to_payer,
    waiting,
};
use crate::{
    deposits::{catch_up, tests::Bank},
    ledger::Account,
    pix::{
        RefundId, Sender, provider,
        sandbox::{Call, Fault, Script},
    },
    testing::{Call as Request, Outcome, PASSWORD},
};
use kernel::{Money, PageRequest};
use serde_json::json;
use tenancy::administrators::Role;

fn bia() -> Sender {
    Sender::told(Some("Bia Lima"), Some("529.982.247-25"), Some("para a Ana"))
}

/// A club to which somebody sent money without a charge.
async fn with_money(centavos: i64) -> (Bank, UnmatchedPix) {
    let bank = Bank::new().await;
    bank.play(Script::PayKeyAs {
        amount: Money::from_centavos(centavos),
        sender: bia(),
    })
    .await;
    catch_up(&bank.job()).await.expect("it is listed");
    let page = list(&bank.job(), None, PageRequest::default()).await;
    let found = page.expect("a list").data.pop().expect("one payment");
    (bank, found)
}

#[tokio::test]
async fn unmatched_money_finds_its_owner_once() -> Outcome {
    let (bank, pix) = with_money(55_00).await;
    assert_eq!((pix.status, pix.user_id), (ReceivedStatus::Suspense, None));
    let admin = bank.club.ctx_of(Role::Operator);
    let one = Waiting {
        payments: 1,
        amount: Money::from_centavos(55_00),
        held: Money::from_centavos(55_00),
    };
    assert_eq!(waiting(&admin).await?, one);
    let found = assign(&admin, pix.id, bank.ana, " mandou o comprovante ").await?;
    assert_eq!(
        (found.status, found.user_id),
        (ReceivedStatus::Assigned, Some(bank.ana))
    );
    assert_eq!(found.reason.as_deref(), Some("mandou o comprovante"));
    assert_eq!(waiting(&admin).await?, Waiting::default());
    let again = assign(&admin, pix.id, bank.ana, "de novo").await;
    assert_eq!(again.expect_err("once").code, "not_in_suspense");
    let returned = return_to_payer(&admin, pix.id, "de novo").await;
    assert_eq!(returned.expect_err("it is hers").code, "not_in_suspense");
    assert_eq!(
        (bank.wallet().await, bank.balance(Account::Suspense).await),
        (55_00, 0)
    );
    assert_eq!(bank.events("deposit_paid").await, 1);
    let viewer = bank.club.ctx_of(Role::Viewer);
    assert!(assign(&viewer, pix.id, bank.ana, "nada").await.is_err());
    bank.check().await
}

#[tokio::test]
async fn unmatched_money_goes_back_once() -> Outcome {
    let (bank, pix) = with_money(55_00).await;
    let admin = bank.club.ctx_of(Role::Operator);
    let empty = return_to_payer(&admin, pix.id, " ")
        .await
        .expect_err("no reason");
    assert_eq!(
        empty.fields.get("reason").map(AsRef::as_ref),
        Some("required")
    );
    bank.fail(Call::Refund, Fault::LostAnswer).await;
    let asked = return_to_payer(&admin, pix.id, "não é de ninguém").await?;
    assert!(asked.is_returning);
    let on_its_way = Waiting {
        held: Money::from_centavos(55_00),
        ..Waiting::default()
    };
    assert_eq!(waiting(&admin).await?, on_its_way);
    for refused in [
        return_to_payer(&admin, pix.id, "de novo").await,
        assign(&admin, pix.id, bank.ana, "é dela").await,
    ] {
        assert_eq!(
            refused.expect_err("it is on its way").code,
            "return_in_progress"
        );
    }
    finish_returns(&bank.job()).await?;
    assert_eq!(finish_returns(&bank.job()).await?, 0, "it is settled");
    let page = list(
        &admin,
        Some(ReceivedStatus::Returned),
        PageRequest::default(),
    )
    .await?;
    let [returned] = &page.data[..] else {
        panic!("one payment");
    };
    assert_eq!(
        (returned.returned.centavos(), returned.is_returning),
        (55_00, false)
    );
    assert_eq!(bank.balance(Account::Suspense).await, 0);
    bank.check().await
}

#[tokio::test]
async fn a_refused_refund_leaves_the_money_where_it_is() -> Outcome {
    let (bank, pix) = with_money(55_00).await;
    let admin = bank.club.ctx_of(Role::Operator);
    bank.fail(Call::Refund, Fault::Refuse("prazo".into())).await;
    let refused = return_to_payer(&admin, pix.id, "não é de ninguém").await;
    assert_eq!(refused.expect_err("too late").code, "pix_refused");
    assert_eq!(bank.balance(Account::Suspense).await, 55_00);
    assign(&admin, pix.id, bank.ana, "é dela").await?;
    assert_eq!(bank.wallet().await, 55_00);
    bank.check().await
}

#[tokio::test]
async fn a_refund_that_was_done_is_not_refused() -> Outcome {
    let (bank, pix) = with_money(55_00).await;
    let admin = bank.club.ctx_of(Role::Operator);
    bank.fail(Call::Refund, Fault::RefuseDone("repetida".into()))
        .await;
    let returned = return_to_payer(&admin, pix.id, "não é de ninguém").await?;
    assert_eq!(returned.returned.centavos(), 55_00);
    assert_eq!(bank.balance(Account::Suspense).await, 0);
    bank.check().await
}

#[tokio::test]
async fn what_the_provider_cannot_tell_stays_open() -> Outcome {
    let (bank, pix) = with_money(55_00).await;
    let admin = bank.club.ctx_of(Role::Operator);
    bank.fail(Call::GetRefund, Fault::Refuse("manutencao".into()))
        .await;
    let asked = return_to_payer(&admin, pix.id, "não é de ninguém").await?;
    assert!(asked.is_returning, "a refusal to tell is no refusal");
    // Asked for, then seen to be done.
    assert_eq!(finish_returns(&bank.job()).await?, 1);
    assert_eq!(finish_returns(&bank.job()).await?, 1);
    assert_eq!(finish_returns(&bank.job()).await?, 0);
    assert_eq!(bank.balance(Account::Suspense).await, 0);
    bank.check().await
}

#[tokio::test]
async fn a_refund_that_failed_and_is_done_later_is_posted_once() -> Outcome {
    let (bank, pix) = with_money(55_00).await;
    let admin = bank.club.ctx_of(Role::Operator);
    bank.fail(Call::Refund, Fault::Refuse("prazo".into())).await;
    let refused = return_to_payer(&admin, pix.id, "não é de ninguém").await;
    assert_eq!(refused.expect_err("too late").code, "pix_refused");
    // The institution does it all the same.
    let id = sqlx::query_scalar::<_, String>("select refund_id from pix_refunds")
        .fetch_one(bank.club.database())
        .await?;
    let id = RefundId::parse(&id).expect("an id");
    provider(&admin)
        .await?
        .refund(&pix.end_to_end_id, &id, pix.amount)
        .await?;
    for _ in 0..2 {
        catch_up(&bank.job()).await?;
        assert_eq!(bank.balance(Account::Suspense).await, 0);
    }
    let page = list(
        &admin,
        Some(ReceivedStatus::Returned),
        PageRequest::default(),
    )
    .await?;
    assert_eq!(page.data[0].returned.centavos(), 55_00);
    bank.check().await
}

#[tokio::test]
async fn money_for_somebody_who_left_is_nobodys() -> Outcome {
    let (bank, pix) = with_money(9_00).await;
    sqlx::query("update users set status = 'deleted' where id = $1")
        .bind(bank.ana.0)
        .execute(bank.club.database())
        .await?;
    let gone = assign(&bank.job(), pix.id, bank.ana, "é dela").await;
    assert_eq!(gone.expect_err("she left").code, "not_found");
    bank.check().await
}

/// What of payers is stored.
async fn kept(bank: &Bank) -> Vec<(Option<String>, Option<String>, Option<String>)> {
    sqlx::query_as("select payer_name, payer_tax_id, payer_message from received_pix order by id")
        .fetch_all(bank.club.database())
        .await
        .expect("rows")
}

#[tokio::test]
async fn who_paid_is_told_to_those_who_may_decide_and_the_number_is_never_whole() -> Outcome {
    let (bank, pix) = with_money(55_00).await;
    let stored = (
        Some("Bia Lima".to_owned()),
        Some("***.982.247-**".to_owned()),
        Some("para a Ana".to_owned()),
    );
    assert_eq!(kept(&bank).await, [stored]);
    for (role, told) in [(Role::Viewer, None), (Role::Operator, Some(bia()))] {
        let ctx = bank.club.ctx_of(role);
        let page = list(&ctx, None, PageRequest::default()).await?;
        assert_eq!(page.data[0].sender, told, "{role:?}");
        assert_eq!(by_id(&ctx, pix.id).await?.sender, told, "{role:?}");
    }
    // Whose charge it pays is known without asking who paid.
    let deposit = bank.deposit("10.00").await;
    bank.pay(&deposit, None, 1).await;
    catch_up(&bank.job()).await?;
    assert_eq!(kept(&bank).await[1], (None, None, None));
    bank.check().await
}

#[tokio::test]
async fn who_paid_is_forgotten_when_the_payer_has_it_back() -> Outcome {
    let (bank, pix) = with_money(55_00).await;
    let admin = bank.club.ctx_of(Role::Operator);
    return_to_payer(&admin, pix.id, "não é de ninguém").await?;
    finish_returns(&bank.job()).await?;
    assert_eq!(
        by_id(&admin, pix.id).await?.status,
        ReceivedStatus::Returned
    );
    assert_eq!(kept(&bank).await, [(None, None, None)]);
    bank.check().await
}

#[tokio::test]
async fn who_paid_is_in_the_owners_copy_and_goes_when_they_leave() -> Outcome {
    let (bank, pix) = with_money(55_00).await;
    let admin = bank.club.ctx_of(Role::Operator);
    assign(&admin, pix.id, bank.ana, "mandou o comprovante").await?;
    let copy = Request::get("/api/profile/export").bearer(&bank.token);
    let copy = bank.club.send(copy).await;
    let [claimed] = &copy.body["claimedPix"].as_array().expect("a list")[..] else {
        panic!("one payment: {}", copy.body["claimedPix"]);
    };
    assert_eq!(claimed["amount"], "55.00");
    assert_eq!(claimed["sender"]["taxId"], "***.982.247-**");
    assert_eq!(claimed["reason"], "mandou o comprovante");

    // The payer contests it, so that nothing is left to keep her.
    bank.play(Script::TakeBack {
        pix: pix.end_to_end_id.clone(),
        amount: pix.amount,
    })
    .await;
    catch_up(&bank.job()).await?;
    let leave = Request::new("DELETE", "/api/profile").bearer(&bank.token);
    let left = bank
        .club
        .send(leave.json(&json!({ "password": PASSWORD })))
        .await;
    assert_eq!(left.status, 204, "{}", left.body);
    assert_eq!(kept(&bank).await, [(None, None, None)]);
    assert_eq!(by_id(&admin, pix.id).await?.reason, None);
    bank.check().await
}
