//! Many at once.

use super::model::Dice;
use super::*;
use crate::ledger::{fold, post_batch};
use futures::future::join_all;

#[tokio::test]
async fn parallel_spends_of_one_balance_never_overdraw() {
    let ledger = Ledger::new().await;
    let [ana, shop] = ledger.users().await;
    ledger.deposit(ana, 1000).await;
    let spends: Vec<_> = (0..64)
        .map(|_| ledger.transfer(Account::Wallet(ana), Account::Wallet(shop), 100))
        .collect();
    let outcomes = join_all(spends.iter().map(|spend| ledger.post(spend))).await;
    let spent = outcomes
        .iter()
        .filter(|outcome| **outcome == Ok(Posted::Now))
        .count();
    assert_eq!(spent, 10);
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code(outcome), "insufficient_balance");
    }
    assert_eq!(ledger.balance(Account::Wallet(ana)).await, 0);
    assert_eq!(ledger.balance(Account::Wallet(shop)).await, 1000);
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn one_transaction_posted_many_times_at_once_posts_once() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    let deposit = ledger.transfer(Account::Clearing, Account::Wallet(ana), 7);
    let outcomes = join_all((0..32).map(|_| ledger.post(&deposit))).await;
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == Ok(Posted::Now))
            .count(),
        1
    );
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == Ok(Posted::Before))
            .count(),
        31
    );

    // The same reversal many times, and another one of the same transaction: one of the two wins.
    let [one, other] = std::array::from_fn(|_| {
        ledger
            .posting(TransactionKind::Adjustment)
            .reversing(deposit.id, &deposit.legs)
    });
    let outcomes =
        join_all((0..32).map(|nth| ledger.post(if nth % 2 == 0 { &one } else { &other }))).await;
    assert_eq!(
        outcomes
            .iter()
            .filter(|outcome| **outcome == Ok(Posted::Now))
            .count(),
        1
    );
    for outcome in outcomes.into_iter().filter(Result::is_err) {
        assert_eq!(code(outcome), "already_reversed");
    }
    assert_eq!(ledger.balance(Account::Wallet(ana)).await, 0);
    assert_eq!(ledger.audit().await, []);
}

/// Posts, batches and folds among few users, whose accounts open meanwhile: everybody locks in one order, so nothing is
/// ever refused as a deadlock.
#[tokio::test]
async fn nobody_waits_in_a_circle() {
    let ledger = Ledger::new().await;
    let users: [UserId; 4] = ledger.users().await;
    let seed = Dice::seed();
    let work = (0..12).map(async |worker| {
        let mut dice = Dice::new(seed + worker);
        for _ in 0..40 {
            let mut transfer = || {
                let (from, to) = (dice.pick(&users), dice.pick(&users));
                let amount = dice.upto(20);
                match dice.upto(3) {
                    1 => ledger.transfer(Account::Wallet(from), Account::Pending(to), amount),
                    2 => ledger.transfer(Account::Pending(from), Account::Wallet(to), amount),
                    _ => ledger.transfer(Account::Clearing, Account::Wallet(to), amount),
                }
            };
            let outcome = match transfer() {
                posting if posting.legs[0].amount.centavos() % 3 == 0 => {
                    let batch = [transfer(), posting, transfer()];
                    post_batch(&mut *ledger.conn().await, &batch)
                        .await
                        .map(drop)
                }
                posting if posting.legs[0].amount.centavos() % 7 == 0 => {
                    fold(&mut *ledger.conn().await).await.map(drop)
                }
                posting => ledger.post(&posting).await.map(drop),
            };
            if outcome.is_err() {
                assert_eq!(code(outcome), "insufficient_balance", "seed {seed}");
            }
        }
    });
    join_all(work).await;
    assert_eq!(ledger.audit().await, [], "seed {seed}");
}

#[tokio::test]
async fn nobody_waits_for_the_account_that_everybody_pays() {
    let ledger = Ledger::new().await;
    let [ana, rui] = ledger.users().await;
    ledger.deposit(ana, 100).await;
    ledger.deposit(rui, 100).await;
    let mut slow = ledger.conn().await;
    let mut open = slow.begin().await.expect("a transaction");
    let first = ledger.transfer(Account::Wallet(ana), Account::Club, 10);
    post(&mut open, &first).await.expect("posted");

    // Whoever has to wait is refused.
    let mut quick = ledger.conn().await;
    sqlx::query("set lock_timeout = '1s'")
        .execute(&mut *quick)
        .await
        .expect("it is set");
    let second = ledger.transfer(Account::Wallet(rui), Account::Club, 20);
    assert_eq!(post(&mut quick, &second).await, Ok(Posted::Now));
    fold(&mut quick).await.expect("folded");
    assert_eq!(ledger.balance(Account::Club).await, 20);
    let third = ledger.transfer(Account::Wallet(rui), Account::Club, 30);
    assert_eq!(post(&mut quick, &third).await, Ok(Posted::Now));

    open.commit().await.expect("committed");
    fold(&mut quick).await.expect("folded");
    assert_eq!(ledger.balance(Account::Club).await, 60);
    assert_eq!(ledger.audit().await, []);
}
