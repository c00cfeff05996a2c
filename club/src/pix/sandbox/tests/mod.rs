//! Charges, webhooks, faults and lists.

mod history;
mod payouts;

use super::*;
use crate::pix::{
    ChargeStatus, EndToEndId, Hint, NewCharge, NewPayout, PayoutId, PayoutStatus, PixKey,
    PixKeyKind, PixProvider, RefundId, RefundNature, RefundStatus, Txid, Webhook, Window,
};
use axum::http::HeaderMap;
use kernel::Document;
use std::collections::BTreeMap;
use time::{Duration, macros::datetime};
use uuid::Uuid;

const OPENING: Money = Money::from_centavos(10_000_00);

fn clock() -> Clock {
    Clock::fixed(datetime!(2026-03-01 12:00 UTC))
}

fn sandbox() -> (Sandbox, Clock) {
    let clock = clock();
    (Sandbox::new(clock.clone(), 7, OPENING), clock)
}

fn money(centavos: i64) -> Money {
    Money::from_centavos(centavos)
}

fn new_charge(number: u128, amount: Money) -> NewCharge {
    NewCharge {
        txid: Txid::from(Uuid::from_u128(number)),
        amount,
        expires_in: 3600,
        payer: None,
        description: None,
    }
}

fn new_payout(number: u128, amount: Money) -> NewPayout {
    NewPayout {
        id: PayoutId::from(Uuid::from_u128(number)),
        key: PixKey::parse(PixKeyKind::Cpf, "11144477735").expect("a key"),
        amount,
        owner: Document::parse("11144477735").expect("a CPF"),
    }
}

fn pay(txid: &Txid, amount: Option<Money>, times: u8) -> Script {
    Script::Pay {
        txid: txid.clone(),
        amount,
        times,
        after: 0,
    }
}

fn fail(call: Call, fault: Fault) -> Script {
    Script::Fail { call, fault }
}

/// What the webhooks that arrive now hint at.
fn arrivals(sandbox: &Sandbox) -> Vec<Hint> {
    let headers = HeaderMap::new();
    let bodies = sandbox.deliveries();
    let read = |body: &String| {
        let webhook = Webhook {
            token: None,
            headers: &headers,
            body: body.as_bytes(),
        };
        sandbox.parse_webhook(&webhook).expect("its own webhook")
    };
    bodies.iter().flat_map(read).collect()
}

#[tokio::test]
async fn a_charge_is_paid_and_the_webhook_says_where_to_look() {
    let (sandbox, _) = sandbox();
    let new = new_charge(1, money(25_90));
    let charge = sandbox.create_charge(&new).await.expect("a charge");
    assert_eq!(charge.status, ChargeStatus::Active);
    let code = crate::pix::BrCode::parse(charge.br_code.as_deref().expect("a code"));
    assert_eq!(code.expect("a BR Code").amount, Some(money(25_90)));
    assert_eq!(sandbox.create_charge(&new).await.as_ref(), Ok(&charge));
    let other = new_charge(1, money(1));
    assert!(sandbox.create_charge(&other).await.is_err());

    sandbox
        .play(pay(&new.txid, None, 1))
        .expect("it can be paid");
    let [Hint::Pix(id)] = &arrivals(&sandbox)[..] else {
        panic!("one hint");
    };
    let pix = sandbox
        .get_pix(id)
        .await
        .expect("an answer")
        .expect("a payment");
    assert_eq!(
        (pix.amount, pix.txid.as_ref()),
        (money(25_90), Some(&new.txid))
    );
    let charge = sandbox
        .get_charge(&new.txid)
        .await
        .expect("an answer")
        .expect("the charge");
    assert_eq!(
        (charge.status, &charge.paid_by),
        (ChargeStatus::Paid, &vec![id.clone()])
    );
    assert!(
        sandbox.play(pay(&new.txid, None, 1)).is_err(),
        "it was paid"
    );
    assert!(
        sandbox.cancel_charge(&new.txid).await.is_err(),
        "it was paid"
    );
    assert_eq!(sandbox.balance().await, Ok(money(10_025_90)));
    sandbox.book().check().expect("it ties out");
}

#[tokio::test]
async fn a_charge_can_be_paid_twice_and_with_another_amount() {
    let (sandbox, clock) = sandbox();
    let [first, second, third] = [1, 2, 3].map(|number| new_charge(number, money(10_00)));
    for new in [&first, &second, &third] {
        sandbox.create_charge(new).await.expect("a charge");
    }
    sandbox.play(pay(&first.txid, None, 2)).expect("twice");
    sandbox
        .play(pay(&second.txid, Some(money(7_00)), 1))
        .expect("less");
    sandbox
        .cancel_charge(&third.txid)
        .await
        .expect("nobody paid it");
    assert!(
        sandbox.play(pay(&third.txid, None, 1)).is_err(),
        "taken back"
    );
    let amounts: Vec<_> = sandbox
        .book()
        .received()
        .iter()
        .map(|pix| pix.amount)
        .collect();
    assert_eq!(amounts, [money(10_00), money(10_00), money(7_00)]);

    let late = new_charge(4, money(1_00));
    sandbox.create_charge(&late).await.expect("a charge");
    clock.advance(Duration::hours(1));
    assert!(sandbox.play(pay(&late.txid, None, 1)).is_err(), "expired");
}

#[tokio::test]
async fn webhooks_come_late_often_and_in_any_order() {
    let (sandbox, clock) = sandbox();
    let script = Script::Webhooks {
        delay: 60,
        copies: 3,
        shuffled: true,
    };
    sandbox.play(script).expect("told");
    sandbox.play(Script::PayCharges(Some(5))).expect("told");
    for number in 1..=4 {
        let new = new_charge(number, money(1_00));
        sandbox.create_charge(&new).await.expect("a charge");
    }
    clock.advance(Duration::seconds(64));
    assert_eq!(arrivals(&sandbox), []);
    clock.advance(Duration::seconds(1));
    let hints = arrivals(&sandbox);
    let mut count = BTreeMap::new();
    for hint in &hints {
        let Hint::Pix(id) = hint else {
            panic!("{hint:?}")
        };
        *count.entry(id.clone()).or_insert(0) += 1;
    }
    assert_eq!(count.values().copied().collect::<Vec<_>>(), [3; 4]);
    let told: Vec<_> = sandbox
        .book()
        .received()
        .iter()
        .map(|pix| pix.end_to_end_id.clone())
        .collect();
    let arrived: Vec<_> = hints.iter().map(|hint| format!("{hint:?}")).collect();
    let in_order: Vec<_> = told
        .iter()
        .flat_map(|id| [id; 3])
        .map(|id| format!("{:?}", Hint::Pix(id.clone())))
        .collect();
    assert_ne!(arrived, in_order, "the seed shuffles them");
    assert_eq!(arrivals(&sandbox), [], "each was delivered");
}

#[tokio::test]
async fn faults_say_truly_whether_anything_happened() {
    let (sandbox, _) = sandbox();
    for (number, fault, answer, paid) in [
        (1, Fault::LostAnswer, Ok(PayoutStatus::Unknown), 1),
        (2, Fault::Garbled, Ok(PayoutStatus::Unknown), 1),
        (3, Fault::NoAnswer, Ok(PayoutStatus::Unknown), 0),
        (
            4,
            Fault::Refuse("limite".into()),
            Ok(PayoutStatus::Rejected("limite".into())),
            0,
        ),
        (
            5,
            Fault::Unreachable,
            Err(ProviderError::Unreachable("as told".into())),
            0,
        ),
    ] {
        let new = new_payout(number, money(1_00));
        sandbox.play(fail(Call::Send, fault)).expect("told");
        assert_eq!(sandbox.send(&new).await, answer);
        assert_eq!(sandbox.book().times_paid(&new.id), paid, "{number}");
    }
    let lost = new_payout(1, money(1_00));
    assert!(matches!(
        sandbox.send(&lost).await,
        Ok(PayoutStatus::Settled(_))
    ));
    let other = new_payout(1, money(2_00));
    assert_eq!(sandbox.send(&other).await, Ok(PayoutStatus::Unknown));
    assert_eq!(sandbox.book().times_paid(&lost.id), 1);
    sandbox.book().check().expect("it ties out");
}

#[tokio::test]
async fn refunds_stay_within_the_payment_and_contests_are_found_by_listing() {
    let (sandbox, clock) = sandbox();
    sandbox.play(Script::PayKey(money(10_00))).expect("told");
    assert_eq!(
        arrivals(&sandbox),
        [],
        "a payment without txid is not told of"
    );
    let id = sandbox.book().received()[0].end_to_end_id.clone();
    let refund = RefundId::parse("R1").expect("an id");
    let begun = sandbox
        .refund(&id, &refund, money(4_00))
        .await
        .expect("begun");
    assert_eq!(begun.status, RefundStatus::Processing);
    let done = sandbox
        .refund(&id, &refund, money(4_00))
        .await
        .expect("the same");
    assert_eq!(done.status, RefundStatus::Returned);
    assert!(
        sandbox.refund(&id, &refund, money(5_00)).await.is_err(),
        "another of this id"
    );
    let more = RefundId::parse("R2").expect("an id");
    assert!(
        sandbox.refund(&id, &more, money(6_01)).await.is_err(),
        "more than is left"
    );

    sandbox.play(Script::PayKey(money(1_00))).expect("told");
    let script = Script::TakeBack {
        pix: id.clone(),
        amount: money(6_00),
    };
    sandbox.play(script).expect("told");
    assert_eq!(arrivals(&sandbox), []);
    let now = clock.now();
    let window = Window {
        from: now - Duration::days(1),
        to: now,
        refunded_only: true,
    };
    let page = sandbox.list_pix(&window, 0).await.expect("a page");
    let natures: Vec<_> = page
        .pix
        .iter()
        .flat_map(|pix| &pix.refunds)
        .map(|r| r.nature)
        .collect();
    assert_eq!(natures, [RefundNature::Ordinary, RefundNature::Fraud]);
    assert_eq!((page.pix.len(), page.next), (1, None));
    assert_eq!(sandbox.balance().await, Ok(money(10_001_00)));
    sandbox.book().check().expect("it ties out");
}

#[tokio::test]
async fn lists_come_in_pages() {
    let (sandbox, clock) = sandbox();
    for _ in 0..201 {
        sandbox.play(Script::PayKey(money(1))).expect("told");
    }
    let window = Window {
        from: clock.now(),
        to: clock.now(),
        refunded_only: false,
    };
    let (mut found, mut next) = (Vec::new(), Some(0));
    while let Some(page) = next {
        let page = sandbox.list_pix(&window, page).await.expect("a page");
        found.extend(page.pix);
        next = page.next;
    }
    assert_eq!(found, sandbox.book().received());
}

#[tokio::test]
async fn a_kept_book_goes_on_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("sandbox.json");
    assert!(from_file(&path).expect("no file is no error").is_none());
    let (sandbox, clock) = sandbox();
    let sandbox = sandbox.keeping(in_file(path.clone()));
    let new = new_payout(1, money(1_00));
    sandbox
        .play(fail(Call::Send, Fault::LostAnswer))
        .expect("told");
    assert_eq!(sandbox.send(&new).await, Ok(PayoutStatus::Unknown));
    drop(sandbox);
    let kept = from_file(&path).expect("readable").expect("a book");
    let sandbox = Sandbox::resume(clock, kept);
    let status = sandbox.get_payout(&new.id).await;
    assert!(
        matches!(status, Ok(Some(PayoutStatus::Settled(_)))),
        "{status:?}"
    );
}
