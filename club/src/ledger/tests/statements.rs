//! What an owner reads.

use super::*;
use crate::ledger::{StatementFilter, StatementRequest, fold, post_batch, statement};
use time::Duration;

#[tokio::test]
async fn a_statement_is_read_page_by_page() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    for centavos in 1..=7 {
        ledger.deposit(ana, centavos).await;
    }
    let conn = &mut *ledger.conn().await;
    let (mut seen, mut cursor, mut pages) = (Vec::new(), None, 0);
    loop {
        let request = StatementRequest {
            limit: Some(3),
            cursor,
        };
        let page = statement(
            conn,
            Account::Wallet(ana),
            &StatementFilter::default(),
            request,
        )
        .await
        .expect("a page");
        pages += 1;
        // What arrives meanwhile neither repeats nor hides anything.
        ledger.deposit(ana, 100).await;
        seen.extend(page.data.iter().map(|entry| {
            (
                entry.version,
                entry.amount.centavos(),
                entry.balance.centavos(),
            )
        }));
        cursor = page.next_cursor;
        if cursor.is_none() {
            break;
        }
    }
    assert_eq!(pages, 3);
    assert_eq!(
        seen,
        [
            (7, 7, 28),
            (6, 6, 21),
            (5, 5, 15),
            (4, 4, 10),
            (3, 3, 6),
            (2, 2, 3),
            (1, 1, 1)
        ]
    );
    let request = StatementRequest {
        limit: Some(101),
        cursor: None,
    };
    let refused = statement(
        conn,
        Account::Wallet(ana),
        &StatementFilter::default(),
        request,
    )
    .await;
    assert_eq!(code(refused), "validation_failed");
}

#[tokio::test]
async fn a_statement_shows_a_period_and_kinds() {
    let ledger = Ledger::new().await;
    let [ana, rui] = ledger.users().await;
    let start = OffsetDateTime::UNIX_EPOCH;
    for (day, kind) in (0..).zip(TransactionKind::ALL) {
        let posting = Posting {
            kind,
            happened_at: start + Duration::days(day),
            ..ledger.transfer(Account::Clearing, Account::Wallet(ana), 1)
        };
        ledger.post(&posting).await.expect("posted");
        ledger.deposit(rui, 1).await;
    }
    let conn = &mut *ledger.conn().await;
    let mut versions = async |account, filter: StatementFilter| {
        let page = statement(conn, account, &filter, StatementRequest::default())
            .await
            .expect("a page");
        page.data
            .into_iter()
            .map(|entry| entry.version)
            .collect::<Vec<_>>()
    };
    let days = |from, to| StatementFilter {
        from: Some(start + Duration::days(from)),
        to: Some(start + Duration::days(to)),
        kinds: vec![],
    };
    assert_eq!(versions(Account::Wallet(ana), days(2, 4)).await, [4, 3]);
    let none: [i64; 0] = [];
    assert_eq!(versions(Account::Wallet(ana), days(40, 41)).await, none);
    let kinds = vec![TransactionKind::Deposit, TransactionKind::Refund];
    let two = StatementFilter {
        kinds: kinds.clone(),
        ..StatementFilter::default()
    };
    assert_eq!(versions(Account::Wallet(ana), two).await, [4, 1]);
    assert_eq!(
        versions(
            Account::Wallet(ana),
            StatementFilter {
                kinds,
                ..days(1, 9)
            }
        )
        .await,
        [4]
    );
    assert_eq!(
        versions(Account::Pending(ana), StatementFilter::default()).await,
        none
    );
}

#[tokio::test]
async fn a_filter_looks_through_a_long_statement_piece_by_piece() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    let old = Posting {
        kind: TransactionKind::Deposit,
        ..ledger.transfer(Account::Clearing, Account::Wallet(ana), 5)
    };
    ledger.post(&old).await.expect("posted");
    let filter = StatementFilter {
        to: Some(OffsetDateTime::UNIX_EPOCH + Duration::days(1)),
        kinds: vec![TransactionKind::Deposit],
        ..StatementFilter::default()
    };
    let others: Vec<_> = (0..249)
        .map(|_| Posting {
            kind: TransactionKind::Cashback,
            ..ledger.transfer(Account::Clearing, Account::Wallet(ana), 1)
        })
        .collect();
    let conn = &mut *ledger.conn().await;
    post_batch(conn, &others).await.expect("posted");
    let (mut cursor, mut found, mut cursors) = (None, Vec::new(), Vec::new());
    loop {
        let page = StatementRequest {
            limit: None,
            cursor,
        };
        let page = statement(conn, Account::Wallet(ana), &filter, page)
            .await
            .expect("a page");
        found.extend(page.data.into_iter().map(|entry| entry.transaction_id));
        cursor = page.next_cursor;
        let Some(cursor) = cursor else { break };
        cursors.push(cursor);
    }
    assert_eq!((found, cursors), (vec![old.id], vec![151, 51]));
    let nowhere = StatementRequest {
        limit: None,
        cursor: Some(i64::MIN),
    };
    let page = statement(conn, Account::Wallet(ana), &filter, nowhere).await;
    assert_eq!(page.expect("a page").data, []);
}

#[tokio::test]
async fn a_deferred_account_shows_what_was_folded() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    let first = ledger.deposit(ana, 5).await;
    let conn = &mut *ledger.conn().await;
    let all = StatementFilter::default();
    let page = statement(conn, Account::Clearing, &all, StatementRequest::default()).await;
    assert_eq!(page.expect("a page").data, []);
    fold(conn).await.expect("folded");
    let page = statement(conn, Account::Clearing, &all, StatementRequest::default()).await;
    let [entry] = &page.expect("a page").data[..] else {
        panic!("one entry");
    };
    assert_eq!(
        (entry.transaction_id, entry.balance.centavos()),
        (first.id, -5)
    );
}
