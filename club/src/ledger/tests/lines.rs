//! Movements that a transaction keeps apart on the statement of one account.

use super::*;
use crate::ledger::{
    Leg, StatementEntry, StatementFilter, StatementRequest, fold, legs, post_batch, statement,
};

fn money(centavos: i64) -> Money {
    Money::from_centavos(centavos)
}

/// Somebody buys for this much and gets something back.
fn purchase(ledger: &Ledger, buyer: UserId, seller: UserId, price: i64, back: i64) -> Posting {
    ledger
        .posting(TransactionKind::Purchase)
        .debit(Account::Wallet(buyer), money(price))
        .credit(Account::Wallet(seller), money(price))
        .debit(Account::Wallet(seller), money(back + 1))
        .credit_as(TransactionKind::Cashback, Account::Club, money(1))
        .credit_as(
            TransactionKind::Cashback,
            Account::Wallet(buyer),
            money(back),
        )
}

async fn lines(ledger: &Ledger, account: Account, filter: StatementFilter) -> Vec<StatementEntry> {
    let page = StatementRequest::default();
    let page = statement(&mut *ledger.conn().await, account, &filter, page).await;
    page.expect("a page").data
}

/// Kind, amount and balance of each, the oldest first.
fn told(lines: &[StatementEntry]) -> Vec<(TransactionKind, i64, i64)> {
    let told = lines.iter().rev();
    told.map(|line| (line.kind, line.amount.centavos(), line.balance.centavos()))
        .collect()
}

#[tokio::test]
async fn price_and_cashback_are_two_lines_of_one_transaction() {
    use TransactionKind::{Adjustment, Cashback, Purchase};
    let ledger = Ledger::new().await;
    let [ana, loja] = ledger.users().await;
    ledger.deposit(ana, 3_000).await;
    let one = purchase(&ledger, ana, loja, 1_000, 50);
    assert_eq!(ledger.post(&one).await, Ok(Posted::Now));
    assert_eq!(ledger.post(&one).await, Ok(Posted::Before));
    let two = purchase(&ledger, ana, loja, 2_000, 70);
    let conn = &mut *ledger.conn().await;
    assert_eq!(
        post_batch(conn, &[one.clone(), two])
            .await
            .map(|now| now.len()),
        Ok(1)
    );
    fold(conn).await.expect("folded");

    let (wallet, all) = (Account::Wallet(ana), StatementFilter::default());
    let anas = lines(&ledger, wallet, all.clone()).await;
    assert_eq!(
        told(&anas),
        [
            (Adjustment, 3_000, 3_000),
            (Purchase, -1_000, 2_000),
            (Cashback, 50, 2_050),
            (Purchase, -2_000, 50),
            (Cashback, 70, 120),
        ]
    );
    assert_eq!(anas[2].transaction_id, anas[3].transaction_id);
    let of_seller = lines(&ledger, Account::Wallet(loja), all.clone()).await;
    assert_eq!(
        told(&of_seller),
        [(Purchase, 949, 949), (Purchase, 1_929, 2_878)]
    );
    let of_club = lines(&ledger, Account::Club, all.clone()).await;
    assert_eq!(told(&of_club), [(Cashback, 1, 1), (Cashback, 1, 2)]);
    let cashback = StatementFilter {
        kinds: vec![Cashback],
        ..all
    };
    assert_eq!(lines(&ledger, wallet, cashback).await.len(), 2);
    let line = |account, line_kind, centavos| Leg {
        account,
        line_kind,
        amount: money(centavos),
    };
    let written = legs(conn, one.id).await.expect("legs");
    assert_eq!(written.len(), 4);
    assert_eq!(written[0], line(Account::Club, Some(Cashback), 1));
    for leg in [line(wallet, None, -1_000), line(wallet, Some(Cashback), 50)] {
        assert!(written.contains(&leg), "{leg:?}");
    }
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn nobody_pays_with_what_the_same_purchase_brings() {
    let ledger = Ledger::new().await;
    let [ana, loja] = ledger.users().await;
    ledger.deposit(ana, 990).await;
    let purchase = purchase(&ledger, ana, loja, 1_000, 50);
    assert_eq!(code(ledger.post(&purchase).await), "insufficient_balance");
    let batch = post_batch(&mut *ledger.conn().await, &[purchase]).await;
    assert_eq!(code(batch), "insufficient_balance");
    assert_eq!(ledger.balance(Account::Wallet(ana)).await, 990);
    assert_eq!(ledger.audit().await, []);
}

#[tokio::test]
async fn the_same_money_under_another_line_is_another_transaction() {
    let ledger = Ledger::new().await;
    let [ana, loja] = ledger.users().await;
    ledger.deposit(ana, 3_000).await;
    let one = purchase(&ledger, ana, loja, 1_000, 50);
    ledger.post(&one).await.expect("posted");
    let legs = one.legs.iter().map(|&leg| Leg {
        line_kind: leg.line_kind.map(|_| TransactionKind::Release),
        ..leg
    });
    let other = Posting {
        legs: legs.collect(),
        ..one.clone()
    };
    assert_eq!(code(ledger.post(&other).await), "transaction_reused");
    let back = ledger
        .posting(TransactionKind::Refund)
        .reversing(one.id, &one.legs);
    assert_eq!(ledger.post(&back).await, Ok(Posted::Now));
    assert_eq!(ledger.balance(Account::Wallet(ana)).await, 3_000);
    assert_eq!(ledger.audit().await, []);
}
