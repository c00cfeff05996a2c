//! Reports about a sandbox that is told to differ.

mod balances;

use super::{list, reconcile, reconcile_due};
use crate::{
    deposits::{catch_up, tests::Bank},
    ledger::Account,
    pix::sandbox::{Call, Fault, Script},
    testing::Outcome,
};
use kernel::Money;
use tenancy::administrators::Role;
use time::{
    Duration,
    macros::{date, datetime},
};

const PAID: Money = Money::from_centavos(40_00);

#[tokio::test]
async fn a_day_ties_out_and_is_reported_once() -> Outcome {
    let bank = Bank::new().await;
    bank.play(Script::PayKey(PAID)).await;
    bank.play(Script::PayKey(PAID)).await;
    let [first, _] = &bank.received().await[..] else {
        panic!("two payments");
    };
    let pix = first.clone();
    bank.play(Script::TakeBack {
        pix,
        amount: Money::from_centavos(15_00),
    })
    .await;
    catch_up(&bank.job()).await?;
    bank.club.wait(Duration::days(1));
    assert_eq!(reconcile_due(&bank.job()).await?, 7);
    assert_eq!(reconcile_due(&bank.job()).await?, 0);
    let reports = list(&bank.club.ctx_of(Role::Viewer), 366).await?;
    let [newest, rest @ ..] = &reports[..] else {
        panic!("seven reports");
    };
    assert_eq!(newest.day, date!(2026 - 06 - 01));
    assert!(newest.ties_out(), "{newest:?}");
    assert_eq!(newest.provider_total.centavos(), 65_00);
    assert_eq!(newest.ledger_total.centavos(), 65_00);
    assert_eq!(
        (newest.provider_balance, newest.ledger_balance.centavos()),
        (Some(newest.ledger_balance), 65_00)
    );
    assert!(
        rest.iter()
            .all(|report| report.ties_out() && report.provider_total.is_zero())
    );
    let text = serde_json::to_value(newest).expect("JSON");
    assert_eq!(text["day"], "2026-06-01");
    bank.check().await
}

#[tokio::test]
async fn what_our_books_lack_is_taken_in() -> Outcome {
    let bank = Bank::new().await;
    let deposit = bank.deposit("12.00").await;
    bank.pay(&deposit, None, 1).await;
    bank.play(Script::PayKey(PAID)).await;
    let report = reconcile(&bank.job(), date!(2026 - 06 - 01)).await?;
    assert!(report.ties_out(), "{report:?}");
    assert_eq!(report.ledger_total.centavos(), 52_00);
    assert_eq!(
        (bank.wallet().await, bank.balance(Account::Suspense).await),
        (12_00, 40_00)
    );
    // So is what nobody told to have gone back.
    let ids = bank.received().await;
    let pix = ids.last().expect("two payments").clone();
    bank.play(Script::TakeBack { pix, amount: PAID }).await;
    let report = reconcile(&bank.job(), date!(2026 - 06 - 01)).await?;
    assert!(report.ties_out(), "{report:?}");
    assert_eq!(bank.balance(Account::Suspense).await, 0);
    bank.check().await
}

#[tokio::test]
async fn what_only_one_side_knows_is_a_difference() -> Outcome {
    let bank = Bank::new().await;
    let admin = bank.club.ctx_of(Role::Manager);
    bank.play(Script::PayKey(PAID)).await;
    let ids = bank.received().await;
    let mut pix = crate::pix::provider(&admin)
        .await?
        .get_pix(&ids[0])
        .await?
        .expect("it came in");
    // We believe that another provider has it: that is for people to look into.
    crate::deposits::credit::receive(&bank.job(), "efi", &pix).await?;
    let report = reconcile(&admin, date!(2026 - 06 - 01)).await?;
    assert_eq!(report.missing_here, [ids[0].to_string()]);
    assert!(!report.ties_out() && report.missing_there.is_empty());

    // Our copy of a payment that the provider knows nothing of.
    pix.end_to_end_id =
        crate::pix::EndToEndId::parse("E99999999202606011200abcdefghijk").expect("an id");
    crate::deposits::credit::receive(&bank.job(), "sandbox", &pix).await?;
    let report = reconcile(&admin, date!(2026 - 06 - 01)).await?;
    assert_eq!(report.difference.centavos(), -40_00);
    assert_eq!(
        (report.missing_here.len(), report.missing_there.len()),
        (1, 1)
    );
    assert_eq!(list(&admin, 10).await?, [report]);

    bank.fail(Call::ListPix, Fault::Unreachable).await;
    assert!(reconcile(&admin, date!(2026 - 06 - 01)).await.is_err());
    assert!(
        reconcile(&bank.club.ctx_of(Role::Viewer), date!(2026 - 06 - 01))
            .await
            .is_err()
    );
    Ok(())
}

#[tokio::test]
async fn a_day_is_the_clubs_own() -> Outcome {
    let bank = Bank::new().await;
    // 23:59 in São Paulo is the next day in UTC.
    let late = datetime!(2026-06-02 02:59 UTC);
    bank.club.wait(late - bank.job().now());
    bank.play(Script::PayKey(PAID)).await;
    bank.club.wait(Duration::minutes(1));
    bank.play(Script::PayKey(Money::from_centavos(1_00))).await;
    catch_up(&bank.job()).await?;
    for (day, total) in [
        (date!(2026 - 06 - 01), 40_00),
        (date!(2026 - 06 - 02), 1_00),
    ] {
        let report = reconcile(&bank.job(), day).await?;
        assert_eq!(
            (report.provider_total.centavos(), report.ties_out()),
            (total, true),
            "{day}"
        );
    }
    bank.check().await
}
