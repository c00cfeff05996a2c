//! What comes in at an institution of our own, over HTTP: what it is asked for, and how much.

use super::*;
use crate::{
    deposits::catch_up,
    pix::{
        bcb::tests::psp::Psp,
        choose_provider,
        sandbox::{Call as Asked, Fault, Script},
    },
    reconciliation::{reconcile, reconcile_due},
    suspense,
    testing::Outcome,
};
use kernel::PageRequest;
use tenancy::administrators::Role;
use time::{Duration, OffsetDateTime, format_description::well_known::Rfc3339};

const TOKEN: &str = "segredo-do-webhook";
pub(super) const KEY: &str = "+5511912345678";

/// A club with an account at an institution.
pub(super) async fn at_institution() -> (Bank, Psp) {
    let (bank, psp) = (Bank::new().await, Psp::start().await);
    choose(&bank.club, account(&psp))
        .await
        .expect("it can be used");
    (bank, psp)
}

pub(super) fn account(psp: &Psp) -> Value {
    json!({
        "provider": "bcb", "baseUrl": format!("{}/v2", psp.url), "tokenUrl": format!("{}/oauth/token", psp.url),
        "clientId": "club", "clientSecret": "segredo", "scope": "cob.write pix.send", "webhookToken": TOKEN,
        "key": { "kind": "phone", "key": KEY }, "name": "Clube Navi", "city": "Santos",
    })
}

pub(super) async fn choose(club: &Club, account: Value) -> Result<()> {
    let choice = serde_json::from_value(account).expect("a choice");
    choose_provider(&club.ctx_of(Role::Manager), choice)
        .await
        .map(drop)
}

pub(super) fn id(number: u32) -> String {
    format!("E12345678202606011200aaaaaaa{number:04}")
}

/// Somebody pays without a charge.
pub(super) fn receive(psp: &Psp, number: u32, at: OffsetDateTime) {
    let at = at.format(&Rfc3339).expect("a moment");
    let pix = json!({ "endToEndId": id(number), "valor": "10.00", "horario": at });
    psp.account().pix.push(pix);
}

/// The payer gets the money of a payment back.
pub(super) fn give_back(psp: &Psp, place: usize) {
    let refund =
        json!({ "id": "MED1", "valor": "10.00", "status": "DEVOLVIDO", "natureza": "MED_FRAUDE" });
    psp.account().pix[place]["devolucoes"] = json!([refund]);
}

pub(super) async fn call(bank: &Bank, entry: Value) -> u16 {
    let path = format!("/api/pix/webhooks/bcb/{TOKEN}/pix");
    let call = Call::post(&path).raw(&json!({ "pix": [entry] }).to_string());
    bank.club.send(call).await.status
}

#[tokio::test]
async fn what_is_settled_is_not_asked_for_again() -> Outcome {
    let (bank, psp) = at_institution().await;
    receive(&psp, 1, bank.job().now());
    let told = json!({ "endToEndId": id(1), "valor": "10.00" });
    assert_eq!(call(&bank, told.clone()).await, 200);
    assert_eq!(bank.balance(Account::Suspense).await, 10_00);
    let asked = psp.count("GET");
    for _ in 0..3 {
        assert_eq!(call(&bank, told.clone()).await, 200);
    }
    assert_eq!(psp.count("GET"), asked, "it is in our books");

    give_back(&psp, 0);
    let told = json!({ "endToEndId": id(1), "devolucoes": [{ "id": "MED1" }] });
    assert_eq!(call(&bank, told.clone()).await, 200);
    assert_eq!(bank.balance(Account::Suspense).await, 0);
    let asked = psp.count("GET");
    assert_eq!(call(&bank, told).await, 200);
    assert_eq!(psp.count("GET"), asked, "all of it is back");

    let stranger = Call::post("/api/pix/webhooks/bcb/outro").raw("{}");
    assert_eq!(bank.club.send(stranger).await.status, 401);
    let without = Call::post("/api/pix/webhooks/bcb").raw("{}");
    assert_eq!(bank.club.send(without).await.status, 401);
    Ok(())
}

#[tokio::test]
async fn a_refund_that_cannot_be_read_keeps_no_payment_out_and_fails_until_it_can() -> Outcome {
    let (bank, psp) = at_institution().await;
    for number in 1..4 {
        receive(&psp, number, bank.job().now());
    }
    give_back(&psp, 0);
    give_back(&psp, 1);
    psp.account().pix[1]["devolucoes"][0]["valor"] = "10,00".into();
    psp.account().pix[2]["valor"] = "10,00".into();
    for _ in 0..2 {
        let failed = catch_up(&bank.job()).await.expect_err("not all was read");
        let cause = failed.cause().unwrap_or_default();
        assert!(cause.contains(&id(2)) && cause.contains(&id(3)), "{cause}");
        assert_eq!(
            bank.balance(Account::Suspense).await,
            10_00,
            "of the second"
        );
        bank.club.wait(Duration::days(7));
    }
    psp.account().pix[1]["devolucoes"][0]["valor"] = "10.00".into();
    psp.account().pix[2]["valor"] = "10.00".into();
    assert_eq!(catch_up(&bank.job()).await?, 1);
    assert_eq!(bank.balance(Account::Suspense).await, 10_00, "of the third");
    let mut conn = bank.job().conn().await?;
    assert_eq!(ledger::audit(&mut conn).await?, []);
    Ok(())
}

#[tokio::test]
async fn lists_are_asked_for_in_parts_that_institutions_give() -> Outcome {
    let (bank, psp) = at_institution().await;
    receive(&psp, 1, bank.job().now());
    assert_eq!(catch_up(&bank.job()).await?, 1);
    // Nobody could look for three weeks.
    for number in 2..5 {
        bank.club.wait(Duration::days(7));
        receive(&psp, number, bank.job().now());
    }
    give_back(&psp, 0);
    assert_eq!(catch_up(&bank.job()).await?, 3);
    assert_eq!(catch_up(&bank.job()).await?, 0);
    assert_eq!(bank.balance(Account::Suspense).await, 30_00);

    // Contested two months after.
    bank.club.wait(Duration::days(60));
    give_back(&psp, 3);
    catch_up(&bank.job()).await?;
    assert_eq!(bank.balance(Account::Suspense).await, 20_00);
    let mut conn = bank.job().conn().await?;
    assert_eq!(ledger::audit(&mut conn).await?, []);
    Ok(())
}

#[tokio::test]
async fn what_came_in_before_the_account_was_the_clubs_is_not_its_business() -> Outcome {
    let (bank, psp) = at_institution().await;
    let now = bank.job().now();
    for (number, ago) in (1..).zip([Duration::days(20), Duration::days(2), Duration::MINUTE]) {
        receive(&psp, number, now - ago);
    }
    give_back(&psp, 0);
    assert_eq!(catch_up(&bank.job()).await?, 0);
    let told = json!({ "endToEndId": id(2), "valor": "10.00" });
    assert_eq!(call(&bank, told).await, 200);
    // Days before are not compared, and the first one from then on.
    bank.club.wait(Duration::days(1));
    assert_eq!(reconcile_due(&bank.job()).await?, 1);
    let report = reconcile(&bank.job(), now.date()).await?;
    assert!(report.ties_out(), "{report:?}");
    assert!(report.provider_total.is_zero(), "{report:?}");
    let before = reconcile(&bank.job(), now.date() - Duration::DAY).await;
    let before = before.expect_err("another bank's");
    assert_eq!(before.fields["day"], "before_account");
    let page = suspense::list(&bank.job(), None, PageRequest::default()).await?;
    assert_eq!(page.data, []);
    Ok(())
}

#[tokio::test]
async fn a_list_that_failed_is_listed_again_from_where_it_ended() -> Outcome {
    let bank = Bank::new().await;
    catch_up(&bank.job()).await?;
    bank.club.wait(Duration::days(1));
    bank.play(Script::PayKey(Money::from_centavos(33_00))).await;
    bank.club.wait(Duration::days(10));
    bank.fail(Asked::ListPix, Fault::Unreachable).await;
    assert!(catch_up(&bank.job()).await.is_err());
    assert_eq!(catch_up(&bank.job()).await?, 1);
    assert_eq!(bank.balance(Account::Suspense).await, 33_00);
    bank.check().await
}
