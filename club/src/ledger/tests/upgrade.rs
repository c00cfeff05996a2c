//! A ledger that was written before purchases were one transaction.

use super::*;
use crate::ledger::{StatementFilter, StatementRequest, fold, statement};

/// A deposit of R$ 20,00 and a purchase of R$ 10,00 with cashback, as they were written then: $1 is who buys, $2 who sells.
const BEFORE: &str = "
    select ledger_post(gen_random_uuid(), 1::smallint, gen_random_uuid(), null, to_timestamp(0),
                       array[1, 13]::smallint[], array[null, $1]::uuid[], array[-2000, 2000]::bigint[]),
           ledger_post_batch(array[gen_random_uuid(), gen_random_uuid()], array[2, 13]::smallint[],
                             array[gen_random_uuid(), gen_random_uuid()], array[null, null]::uuid[],
                             array[to_timestamp(0), to_timestamp(0)], array[1, 1, 2, 2, 2],
                             array[13, 13, 13, 13, 2]::smallint[], array[$1, $2, $2, $1, null]::uuid[],
                             array[-1000, 1000, -100, 50, 50]::bigint[])";

#[tokio::test]
async fn what_was_written_stays_as_it_was() {
    let ledger = Ledger::of_version(19).await;
    let [ana, loja] = ledger.users().await;
    let write = async || {
        let conn = &mut *ledger.conn().await;
        let bought = sqlx::query(BEFORE).bind(ana).bind(loja);
        bought.execute(conn).await.expect("written");
    };
    write().await;
    fold(&mut *ledger.conn().await).await.expect("folded");
    write().await;
    let mut owner = ledger.owner().await;
    tenancy::migrations::TENANT
        .run(&mut owner)
        .await
        .expect("the migrations apply");
    assert_eq!(ledger.audit().await, []);
    // Code of the version before goes on.
    write().await;
    let conn = &mut *ledger.conn().await;
    fold(conn).await.expect("folded");
    ledger.deposit(ana, 5).await;
    let account = Account::Wallet(ana);
    let page = StatementRequest::default();
    let page = statement(conn, account, &StatementFilter::default(), page).await;
    let lines = page.expect("a page").data;
    let told: Vec<_> = lines
        .iter()
        .rev()
        .map(|line| (line.version, line.kind as i16, line.balance.centavos()))
        .collect();
    assert_eq!(
        told,
        [
            (1, 1, 2_000),
            (2, 2, 1_000),
            (3, 13, 1_050),
            (4, 1, 3_050),
            (5, 2, 2_050),
            (6, 13, 2_100),
            (7, 1, 4_100),
            (8, 2, 3_100),
            (9, 13, 3_150),
            (10, 12, 3_155),
        ]
    );
    for (account, centavos) in [
        (Account::Wallet(loja), 2_700),
        (Account::Club, 150),
        (Account::Clearing, -6_005),
    ] {
        assert_eq!(ledger.balance(account).await, centavos, "{account:?}");
    }
    assert_eq!(ledger.audit().await, []);
}
