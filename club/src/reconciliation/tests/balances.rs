//! What the bank holds against what the ledger says: what may be between them, and what may not.

use super::*;
use crate::{
    Ctx,
    idempotency::Key,
    ledger::{self, Posting, TransactionKind},
    pix::{self, NewPayout, PayoutId, sandbox::Manner},
    reconciliation::{Found, Reconciliation, book, reports::keep},
    suspense, testing,
    withdrawals::{self, NewWithdrawal, Verdict, Withdrawal},
};
use kernel::{PageRequest, WithdrawalId};
use serde_json::json;
use tenancy::Actor;

const CPF: &str = "11144477735";

/// A bank whose member has this much in the wallet, and a key to be paid to.
async fn with_member(amount: &str) -> Bank {
    let bank = Bank::new().await;
    let deposit = bank.deposit(amount).await;
    bank.pay(&deposit, None, 1).await;
    catch_up(&bank.job()).await.expect("it is listed");
    let key = json!({ "type": "cpf", "key": CPF });
    for (method, path, body) in [
        ("PATCH", "/api/profile", json!({ "cpf": CPF })),
        ("PUT", "/api/profile/pix-key", key),
    ] {
        let call = testing::Call::new(method, path).bearer(&bank.token);
        let reply = bank.club.send(call.json(&body)).await;
        assert_eq!(reply.status, 200, "{}", reply.body);
    }
    bank
}

async fn approved(bank: &Bank, centavos: i64) -> Result<WithdrawalId, kernel::Error> {
    let ana = bank.club.ctx(Actor::User(bank.ana));
    let key = Key::new(&ana.new_id().to_string(), "POST", "/", b"")?;
    let new = NewWithdrawal {
        amount: Money::from_centavos(centavos),
        net_amount: None,
    };
    let asked: Withdrawal = withdrawals::request(&ana, &key, new).await?.read()?;
    withdrawals::approve(&bank.club.ctx_of(Role::Operator), asked.id).await?;
    Ok(asked.id)
}

/// The report of the last day that is over, made now.
async fn yesterday(ctx: &Ctx) -> Result<Reconciliation, kernel::Error> {
    // In São Paulo.
    let today = (ctx.now() - Duration::hours(3)).date();
    reconcile(ctx, today - Duration::DAY).await
}

/// Moves R$ 40,00 in our book alone.
async fn post(ctx: &Ctx, from: Account, to: Account) -> Outcome {
    let id = ctx.new_id();
    let name = crate::idempotency::transaction_id(id, "test");
    let posting = Posting::new(name, TransactionKind::Adjustment, id, ctx.now())
        .debit(from, PAID)
        .credit(to, PAID);
    ledger::post(&mut *ctx.conn().await?, &posting).await?;
    Ok(())
}

fn less(amount: Money) -> Money {
    amount.checked_neg().expect("an amount has its opposite")
}

fn centavos(amount: Option<Money>) -> Option<i64> {
    amount.map(Money::centavos)
}

#[tokio::test]
async fn what_is_on_its_way_is_no_difference() -> Outcome {
    let bank = with_member("200.00").await;
    bank.play(Script::Payouts(Manner::Hold)).await;
    let id = approved(&bank, 100_00).await?;
    assert_eq!(withdrawals::send_approved(&bank.job()).await?, 1);
    bank.play(Script::PayKey(PAID)).await;
    catch_up(&bank.job()).await?;
    let admin = bank.club.ctx_of(Role::Operator);
    let page = suspense::list(&admin, None, PageRequest::default()).await?;
    bank.fail(Call::Refund, Fault::NoAnswer).await;
    suspense::return_to_payer(&admin, page.data[0].id, "não é de ninguém").await?;
    // It has sent the one, may have sent the other, and nobody knows yet.
    let report = yesterday(&bank.job()).await?;
    assert!(report.ties_out(), "{report:?}");
    assert_eq!(centavos(report.provider_balance), Some(142_50));
    assert_eq!(report.ledger_balance.centavos(), 240_00);
    assert_eq!(centavos(report.on_its_way), Some(137_50));

    let (payout, after) = (PayoutId::from(id.0), 0);
    bank.play(Script::Decide {
        id: payout,
        rejected: None,
        after,
    })
    .await;
    bank.club.wait(Duration::hours(1));
    withdrawals::look_at_due(&bank.job()).await?;
    suspense::finish_returns(&bank.job()).await?;
    let done = yesterday(&bank.job()).await?;
    assert!(done.ties_out(), "{done:?}");
    assert_eq!(centavos(done.on_its_way), Some(0));
    assert_eq!(done.provider_balance, Some(done.ledger_balance));
    bank.check().await
}

#[tokio::test]
async fn a_bank_that_paid_what_a_person_took_back_differs_every_day() -> Outcome {
    let bank = with_member("200.00").await;
    let id = approved(&bank, 100_00).await?;
    bank.fail(Call::Send, Fault::NoAnswer).await;
    withdrawals::send_approved(&bank.job()).await?;
    bank.club.wait(Duration::hours(25));
    withdrawals::look_at_due(&bank.job()).await?;
    assert!(yesterday(&bank.job()).await?.ties_out(), "nobody knows");
    let manager = bank.club.ctx_of(Role::Manager);
    withdrawals::decide(&manager, id, Verdict::NotPaid, "Não saiu.").await?;
    assert!(yesterday(&bank.job()).await?.ties_out(), "it did not leave");

    // The call was only slow.
    let late = NewPayout {
        id: PayoutId::from(id.0),
        key: pix::PixKey::parse(pix::PixKeyKind::Cpf, CPF).expect("a key"),
        amount: Money::from_centavos(97_50),
        owner: kernel::Document::parse(CPF).expect("a CPF"),
    };
    pix::provider(&manager).await?.send(&late).await?;
    let first = yesterday(&bank.job()).await?;
    assert!(!first.ties_out());
    assert_eq!(centavos(first.unexplained()), Some(-97_50));
    assert_eq!(first.difference, Money::ZERO, "no payment shows it");
    for _ in 0..2 {
        bank.club.wait(Duration::days(1));
        assert!(reconcile_due(&bank.job()).await? > 0);
        let newest = &list(&manager, 1).await?[0];
        assert_eq!(centavos(newest.unexplained()), Some(-97_50));
    }
    Ok(())
}

#[tokio::test]
async fn what_was_only_late_is_found_within_the_day() -> Outcome {
    let bank = with_member("200.00").await;
    bank.club.wait(Duration::days(1));
    // Our book lacks what the bank has, and no list shows it.
    let ctx = bank.job();
    post(&ctx, Account::Club, Account::Clearing).await?;
    assert_eq!(reconcile_due(&ctx).await?, 7);
    let reports = list(&ctx, 7).await?;
    assert_eq!(centavos(reports[0].unexplained()), Some(40_00));
    let older = |report: &Reconciliation| report.ties_out() && report.unexplained().is_none();
    assert!(reports[1..].iter().all(older), "a balance is of now");
    assert_eq!(reconcile_due(&ctx).await?, 1, "again, while it differs");
    post(&ctx, Account::Clearing, Account::Club).await?;
    assert_eq!(reconcile_due(&ctx).await?, 1);
    assert!(list(&ctx, 1).await?[0].ties_out());
    assert_eq!(reconcile_due(&ctx).await?, 0);
    bank.check().await
}

#[tokio::test]
async fn what_an_account_held_before_is_not_the_clubs() -> Outcome {
    let bank = with_member("200.00").await;
    let ctx = bank.job();
    sqlx::query("update pix_listings set used_since = $1")
        .bind(ctx.now() - Duration::days(3))
        .execute(bank.club.database())
        .await?;
    // The bank has more than our books say, when it is looked at for the first time.
    post(&ctx, Account::Club, Account::Clearing).await?;
    let first = yesterday(&ctx).await?;
    assert!(first.ties_out(), "{first:?}");
    assert_eq!(first.provider_balance, Some(first.ledger_balance));
    // What it has too much from then on is a difference.
    post(&ctx, Account::Club, Account::Clearing).await?;
    let second = yesterday(&ctx).await?;
    assert_eq!(second.unexplained(), Some(PAID));
    Ok(())
}

#[tokio::test]
async fn what_moves_during_the_first_look_was_not_there_before() -> Outcome {
    let bank = with_member("200.00").await;
    let ctx = bank.job();
    sqlx::query("update pix_listings set used_since = $1")
        .bind(ctx.now() - Duration::days(3))
        .execute(bank.club.database())
        .await?;
    // R$ 40,00 were there before. A payment is held and not listed yet, and a payout has left and is not known to have.
    post(&ctx, Account::Club, Account::Clearing).await?;
    bank.play(Script::Payouts(Manner::Hold)).await;
    let id = approved(&bank, 100_00).await?;
    assert_eq!(withdrawals::send_approved(&ctx).await?, 1);
    bank.play(Script::PayKey(Money::from_centavos(150_00)))
        .await;
    bank.play(Script::Fail {
        call: Call::ListPix,
        fault: Fault::Garbled,
    })
    .await;
    let first = yesterday(&ctx).await?;
    assert!(first.ties_out(), "{first:?}");

    let (id, after) = (PayoutId::from(id.0), 0);
    bank.play(Script::Decide {
        id,
        rejected: None,
        after,
    })
    .await;
    bank.club.wait(Duration::hours(1));
    withdrawals::look_at_due(&ctx).await?;
    for _ in 0..2 {
        let calm = yesterday(&ctx).await?;
        assert!(calm.ties_out(), "{calm:?}");
        assert_eq!(calm.provider_balance, Some(calm.ledger_balance));
    }
    // Known by now: what it has too much from here on is a difference.
    post(&ctx, Account::Club, Account::Clearing).await?;
    assert_eq!(yesterday(&ctx).await?.unexplained(), Some(PAID));
    Ok(())
}

#[tokio::test]
async fn a_person_who_knows_what_it_was_books_it_once() -> Outcome {
    let bank = Bank::new().await;
    let (manager, ctx) = (bank.club.ctx_of(Role::Manager), bank.job());
    let operator = bank.club.ctx_of(Role::Operator);
    // The bank has R$ 40,00 that the ledger lacks, and then less than the ledger by as much.
    for (from, to, amount) in [
        (Account::Suspense, Account::Clearing, PAID),
        (Account::Clearing, Account::Suspense, less(PAID)),
    ] {
        bank.club.wait(Duration::minutes(1));
        post(&ctx, from, to).await?;
        let report = yesterday(&ctx).await?;
        let found = Found::of(&report).expect("there is a difference");
        assert_eq!(found.amount, amount);
        assert!(book(&operator, &found, "tarifa").await.is_err());
        assert!(book(&manager, &found, " ").await.is_err(), "no reason");
        let (mut other, mut earlier, mut turned) = (found, found, found);
        other.amount = Money::from_centavos(1);
        earlier.day -= Duration::DAY;
        turned.amount = less(amount);
        for wrong in [other, earlier, turned] {
            let refused = book(&manager, &wrong, "tarifa").await;
            let refused = refused.expect_err("that is not it");
            assert_eq!(
                refused.fields.get("amount").map(AsRef::as_ref),
                Some("mismatch")
            );
        }
        // The answer is lost, and the form is sent again: the same booking.
        bank.club.wait(Duration::minutes(1));
        for _ in 0..2 {
            book(&manager, &found, "tarifa").await?;
        }
        assert!(list(&ctx, 1).await?[0].ties_out());
        assert_eq!(
            bank.balance(Account::Club).await,
            amount.centavos().max(0),
            "once"
        );
        // A report that was begun before does not bring the difference back.
        keep(&ctx, &report).await?;
        assert!(list(&ctx, 1).await?[0].ties_out());
        assert!(yesterday(&ctx).await?.ties_out());
    }
    let booked = sqlx::query_scalar::<_, serde_json::Value>(
        "select after from audit_log where action = 'reconciliation.book' order by at",
    );
    let booked = booked.fetch_all(bank.club.database()).await?;
    let noted = |amount| json!({ "amount": amount, "reason": "tarifa" });
    assert_eq!(booked, [noted("40.00"), noted("-40.00")]);
    let mut conn = ctx.conn().await?;
    assert_eq!(ledger::audit(&mut conn).await?, []);
    Ok(())
}

#[tokio::test]
async fn no_day_is_left_out_however_long_nobody_compared() -> Outcome {
    let bank = Bank::new().await;
    reconcile_due(&bank.job()).await?;
    bank.club.wait(Duration::days(30));
    assert_eq!(reconcile_due(&bank.job()).await?, 30);
    assert_eq!(list(&bank.job(), 366).await?.len(), 37);
    bank.club.wait(Duration::days(400));
    assert_eq!(reconcile_due(&bank.job()).await?, 90);
    Ok(())
}

#[tokio::test]
async fn a_bank_that_does_not_tell_is_not_compared() -> Outcome {
    let bank = Bank::new().await;
    bank.fail(Call::Balance, Fault::Refuse("not_offered".into()))
        .await;
    let report = yesterday(&bank.job()).await?;
    assert!(report.ties_out() && report.provider_balance.is_none());
    assert_eq!(report.unexplained(), None);
    Ok(())
}
