//! What each posting does, and what is refused.

use super::*;
use crate::ledger::{Legs, WalletBalances, fold, legs, post_batch, set_credit, wallet};
use kernel::Kind;

fn money(centavos: i64) -> Money {
    Money::from_centavos(centavos)
}

#[tokio::test]
async fn a_purchase_reaches_everybody() {
    let ledger = Ledger::new().await;
    let [consumer, merchant, friend] = ledger.users().await;
    ledger.deposit(consumer, 20_000).await;
    let purchase = ledger
        .posting(TransactionKind::Purchase)
        .debit(Account::Wallet(consumer), money(12_345))
        .credit(Account::Wallet(merchant), money(12_345 - 333))
        .credit(Account::Pending(consumer), money(166))
        .credit(Account::Club, money(83))
        .credit(Account::Wallet(friend), money(42))
        .credit(Account::Club, money(42));
    assert_eq!(ledger.post(&purchase).await, Ok(Posted::Now));

    let conn = &mut *ledger.conn().await;
    let has = wallet(conn, consumer).await.expect("balances");
    let expected = WalletBalances {
        available: money(7_655),
        pending: money(166),
        ..WalletBalances::default()
    };
    assert_eq!(has, expected);
    assert_eq!(ledger.balance(Account::Wallet(merchant)).await, 12_012);
    assert_eq!(ledger.balance(Account::Wallet(friend)).await, 42);
    assert_eq!(ledger.balance(Account::Club).await, 125);
    assert_eq!(ledger.balance(Account::Clearing).await, -20_000);
    assert_eq!(ledger.balance(Account::Debt(friend)).await, 0);
    let written = legs(conn, purchase.id).await.expect("legs");
    assert_eq!(
        written
            .iter()
            .map(|leg| ((leg.account, leg.line_kind), leg.amount))
            .collect::<Legs>(),
        purchase.balanced_legs().expect("balanced")
    );
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn a_transaction_posts_once() {
    let ledger = Ledger::new().await;
    let [ana, rui] = ledger.users().await;
    let deposit = ledger.deposit(ana, 100).await;
    let late = Posting {
        happened_at: OffsetDateTime::UNIX_EPOCH + time::Duration::DAY,
        ..deposit.clone()
    };
    assert_eq!(ledger.post(&late).await, Ok(Posted::Before));
    fold(&mut *ledger.conn().await).await.expect("folded");
    assert_eq!(ledger.post(&deposit).await, Ok(Posted::Before));

    let other = |change: fn(&mut Posting, UserId)| {
        let mut posting = deposit.clone();
        change(&mut posting, rui);
        posting
    };
    for reused in [
        other(|posting, _| {
            posting.legs = posting
                .clone()
                .debit(Account::Club, money(5))
                .credit(Account::Fees, money(5))
                .legs;
        }),
        other(|posting, _| {
            posting
                .legs
                .iter_mut()
                .for_each(|leg| leg.amount = money(leg.amount.centavos() * 2));
        }),
        other(|posting, rui| posting.legs[1].account = Account::Wallet(rui)),
        other(|posting, _| posting.kind = TransactionKind::Refund),
        other(|posting, rui| posting.subject_id = rui.0),
    ] {
        assert_eq!(
            code(ledger.post(&reused).await),
            "transaction_reused",
            "{reused:?}"
        );
        let batch = post_batch(&mut *ledger.conn().await, &[reused]).await;
        assert_eq!(code(batch), "transaction_reused");
    }
    // Fewer legs than before are other content too.
    let four = ledger
        .transfer(Account::Clearing, Account::Wallet(ana), 10)
        .debit(Account::Club, money(5))
        .credit(Account::Fees, money(5));
    ledger.post(&four).await.expect("posted");
    let two = Posting {
        legs: four.legs[..2].to_vec(),
        ..four
    };
    assert_eq!(code(ledger.post(&two).await), "transaction_reused");
    assert_eq!(ledger.balance(Account::Wallet(ana)).await, 110);
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn what_does_not_sum_to_zero_is_refused_here_and_there() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    let unbalanced = ledger
        .posting(TransactionKind::Deposit)
        .debit(Account::Clearing, money(100))
        .credit(Account::Wallet(ana), money(99));
    let nothing = ledger.transfer(Account::Wallet(ana), Account::Wallet(ana), 7);
    assert!(nothing.moves_nothing() && !unbalanced.moves_nothing());
    let too_much = ledger
        .transfer(Account::Clearing, Account::Wallet(ana), i64::MAX)
        .credit(Account::Wallet(ana), money(1));
    for posting in [&unbalanced, &nothing] {
        assert_eq!(
            ledger.post(posting).await.expect_err("refused").kind,
            Kind::Internal
        );
    }
    assert_eq!(
        ledger.post(&too_much).await,
        Err(Error::invalid("amount", "out_of_range"))
    );

    // Whoever goes around the checks of the program meets those of the database.
    for (owners, amounts, constraint) in [
        ("[null, $1]", "[-100, 99]", "ledger_balanced"),
        ("[null, $1]", "[0, 0]", "ledger_balanced"),
        ("[$1, $1]", "[-1, 1]", "ledger_account_unknown"),
        ("[null, null]", "[-1, 1]", "ledger_account_unknown"),
        (
            "[null, gen_random_uuid()]",
            "[-1, 1]",
            "ledger_accounts_owner_fkey",
        ),
        ("[null]", "[-1, 1]", "ledger_account_unknown"),
    ] {
        for call in [
            "ledger_post(gen_random_uuid(), 1::smallint, gen_random_uuid(), null, now()",
            "ledger_post_batch(array[gen_random_uuid()], array[1::smallint], array[gen_random_uuid()], array[null]::uuid[],
                               array[now()], array[1, 1]",
        ] {
            let sql = format!("select {call}, array[1, 13]::smallint[], array{owners}::uuid[], array[null, null]::smallint[], array{amounts}::bigint[]), $1");
            let refused = sqlx::query(AssertSqlSafe(sql.clone()))
                .bind(ana)
                .execute(&mut *ledger.conn().await)
                .await
                .expect_err("refused");
            let name = refused.as_database_error().and_then(|error| error.constraint());
            assert_eq!(name, Some(constraint), "{sql}: {refused}");
        }
    }
    assert_eq!(ledger.balance(Account::Wallet(ana)).await, 0);
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn limits_hold() {
    let ledger = Ledger::new().await;
    let [ana, shop] = ledger.users().await;
    ledger.deposit(ana, 100).await;
    let spend = |centavos| ledger.transfer(Account::Wallet(ana), Account::Wallet(shop), centavos);
    assert_eq!(code(ledger.post(&spend(101)).await), "insufficient_balance");
    assert_eq!(ledger.post(&spend(100)).await, Ok(Posted::Now));
    let owed = ledger.transfer(Account::Debt(ana), Account::Club, 30);
    assert_eq!(ledger.post(&owed).await, Ok(Posted::Now));
    let conn = &mut *ledger.conn().await;
    assert_eq!(wallet(conn, ana).await.expect("balances").debt, money(30));
    let overpaid = ledger.transfer(Account::Club, Account::Debt(ana), 31);
    assert_eq!(code(ledger.post(&overpaid).await), "debt_overpaid");
    let error = ledger.post(&overpaid).await.expect_err("refused");
    let sent = serde_json::to_string(&error.body(None)).expect("a body");
    assert!(!sent.contains("ledger") && !sent.contains("row"), "{sent}");

    let stranger = UserId(ledger.clock.new_id());
    let lost = ledger.transfer(Account::Clearing, Account::Wallet(stranger), 1);
    assert_eq!(code(ledger.post(&lost).await), "not_found");
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn a_merchant_goes_below_zero_down_to_its_credit() {
    let ledger = Ledger::new().await;
    let [shop] = ledger.users().await;
    let conn = &mut *ledger.conn().await;
    set_credit(conn, shop, money(50))
        .await
        .expect("set before the first entry");
    let pool = |centavos| ledger.transfer(Account::Wallet(shop), Account::Club, centavos);
    assert_eq!(ledger.post(&pool(50)).await, Ok(Posted::Now));
    assert_eq!(code(ledger.post(&pool(1)).await), "insufficient_balance");
    assert_eq!(
        code(set_credit(conn, shop, money(49)).await),
        "credit_in_use"
    );
    assert_eq!(
        code(set_credit(conn, shop, money(-1)).await),
        "validation_failed"
    );
    set_credit(conn, shop, money(51))
        .await
        .expect("more credit");
    assert_eq!(ledger.post(&pool(1)).await, Ok(Posted::Now));
    assert_eq!(
        wallet(conn, shop).await.expect("balances").available,
        money(-51)
    );
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn a_reversal_takes_back_every_leg_once() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    let deposit = ledger.deposit(ana, 100).await;
    let conn = &mut *ledger.conn().await;
    let written = legs(conn, deposit.id).await.expect("legs");
    let reversal = || {
        ledger
            .posting(TransactionKind::Adjustment)
            .reversing(deposit.id, &written)
    };
    let part = Posting {
        legs: ledger
            .transfer(Account::Wallet(ana), Account::Clearing, 99)
            .legs,
        ..reversal()
    };
    assert_eq!(
        ledger.post(&part).await.expect_err("refused").kind,
        Kind::Internal
    );
    let first = reversal();
    assert_eq!(ledger.post(&first).await, Ok(Posted::Now));
    assert_eq!(ledger.post(&first).await, Ok(Posted::Before));
    assert_eq!(code(ledger.post(&reversal()).await), "already_reversed");
    let nowhere = Posting {
        reverses: Some(TransactionId(ledger.clock.new_id())),
        ..reversal()
    };
    assert_eq!(code(ledger.post(&nowhere).await), "not_found");
    assert_eq!(ledger.balance(Account::Wallet(ana)).await, 0);
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn a_batch_is_as_if_posted_one_after_another() {
    let ledger = Ledger::new().await;
    let [ana, rui] = ledger.users().await;
    let conn = &mut *ledger.conn().await;
    let before = ledger.deposit(ana, 10).await;
    let first = ledger.transfer(Account::Clearing, Account::Wallet(ana), 5);
    let second = ledger.transfer(Account::Wallet(ana), Account::Wallet(rui), 15);
    let batch = [before, first.clone(), second.clone(), first.clone()];
    assert_eq!(
        post_batch(conn, &batch).await,
        Ok(vec![first.id, second.id])
    );
    assert_eq!(post_batch(conn, &batch).await, Ok(vec![]));
    assert_eq!(post_batch(conn, &[]).await, Ok(vec![]));
    assert_eq!(ledger.balance(Account::Wallet(rui)).await, 15);

    // Nobody spends what only a later posting of the batch brings.
    let spend = ledger.transfer(Account::Wallet(ana), Account::Club, 3);
    let earn = ledger.transfer(Account::Club, Account::Wallet(ana), 3);
    let refused = post_batch(conn, &[spend.clone(), earn.clone()]).await;
    assert_eq!(code(refused), "insufficient_balance");
    assert_eq!(ledger.balance(Account::Wallet(ana)).await, 0);
    assert_eq!(
        post_batch(conn, &[earn, spend]).await.map(|ids| ids.len()),
        Ok(2)
    );
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn a_deferred_balance_is_exact_before_and_after_folding() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    let conn = &mut *ledger.conn().await;
    for round in 1..=3 {
        ledger.deposit(ana, 100).await;
        assert_eq!(ledger.balance(Account::Clearing).await, -100 * round);
        assert_eq!(fold(conn).await, Ok(1));
        assert_eq!(fold(conn).await, Ok(0));
        assert_eq!(ledger.balance(Account::Clearing).await, -100 * round);
    }
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn the_kinds_are_those_of_the_database() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    let conn = &mut *ledger.conn().await;
    let written: Vec<(i16, String)> =
        sqlx::query_as("select kind, name from ledger_transaction_kinds order by kind")
            .fetch_all(&mut *conn)
            .await
            .expect("kinds");
    let named: Vec<_> = TransactionKind::ALL
        .into_iter()
        .map(|kind| {
            let name = serde_json::to_value(kind).expect("a name");
            (kind as i16, name.as_str().expect("a string").to_owned())
        })
        .collect();
    assert_eq!(written, named);
    for kind in TransactionKind::ALL {
        let posting = Posting {
            kind,
            ..ledger.transfer(Account::Club, Account::Fees, 1)
        };
        assert_eq!(ledger.post(&posting).await, Ok(Posted::Now));
    }

    let written: Vec<(i16, bool)> =
        sqlx::query_as("select kind, is_deferred from ledger_account_kinds order by kind")
            .fetch_all(&mut *conn)
            .await
            .expect("kinds");
    for &(kind, is_deferred) in &written {
        let account = Account::of(kind, (!is_deferred).then_some(ana)).expect("a known kind");
        assert_eq!(account.kind(), kind);
        assert_eq!(account.owner().is_none(), is_deferred);
    }
    let last = written.last().expect("some").0;
    assert!(
        (0..=last)
            .filter(|&kind| Account::of(kind, None).is_some())
            .count()
            + 4
            == written.len()
    );
}
