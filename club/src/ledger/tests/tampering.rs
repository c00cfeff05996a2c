//! Who may not change the ledger, and what the audit says of whoever could.

use super::*;
use crate::ledger::fold;

/// The tables, each with a column that somebody would like to change.
const TABLES: [(&str, &str); 4] = [
    ("ledger_accounts", "balance"),
    ("ledger_transactions", "kind"),
    ("ledger_entries", "amount"),
    ("ledger_deferred", "amount"),
];

async fn sqlstate(conn: &mut PgConnection, sql: String) -> String {
    let refused = conn
        .execute(AssertSqlSafe(sql.clone()))
        .await
        .expect_err(&sql);
    let code = refused
        .as_database_error()
        .and_then(sqlx::error::DatabaseError::code);
    code.expect("a refusal of the database").into_owned()
}

#[tokio::test]
async fn the_tenants_role_only_reads_and_calls() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    ledger.deposit(ana, 5).await;
    let conn = &mut *ledger.conn().await;
    for (table, column) in TABLES {
        for sql in [
            format!("insert into {table} default values"),
            format!("update {table} set {column} = 1"),
            format!("delete from {table}"),
            format!("truncate {table} cascade"),
            format!("alter table {table} disable trigger all"),
            format!("drop table {table} cascade"),
        ] {
            assert_eq!(sqlstate(conn, sql.clone()).await, "42501", "{sql}");
        }
    }
    for call in [
        "ledger_move(13::smallint, gen_random_uuid(), 1, 1)",
        "ledger_require_same(null, null, null, null, null, null, null, null)",
        "ledger_require_exact_reversals(null)",
    ] {
        assert_eq!(
            sqlstate(conn, format!("select {call}")).await,
            "42501",
            "{call}"
        );
    }
    assert_eq!(sqlstate(conn, "create table mine ()".into()).await, "42501");
}

#[tokio::test]
async fn not_even_the_owner_changes_what_is_written() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    ledger.deposit(ana, 5).await;
    fold(&mut *ledger.conn().await).await.expect("folded");
    ledger.deposit(ana, 5).await;
    let owner = &mut ledger.owner().await;
    for sql in [
        "update ledger_entries set amount = 6",
        "delete from ledger_entries",
        "truncate ledger_entries",
        "update ledger_transactions set kind = 2",
        "delete from ledger_transactions",
        "truncate ledger_transactions cascade",
        "update ledger_deferred set amount = 6",
        "truncate ledger_deferred",
    ] {
        assert_eq!(sqlstate(owner, sql.into()).await, "42501", "{sql}");
    }
}

/// What somebody with every right could do, and what the audit then says.
const TAMPERING: [(&str, &[&str]); 13] = [
    ("update ledger_accounts set balance = balance + 1 where kind = 13",
     &["balance_is_not_last_entry", "money_created"]),
    ("update ledger_accounts set version = version + 1 where kind = 13", &["balance_is_not_last_entry"]),
    ("update ledger_accounts set floor = 11 where kind = 13", &["balance_beyond_limit"]),
    ("delete from ledger_accounts where kind = 13", &["entry_without_account", "money_created"]),
    ("update ledger_entries set amount = amount + 1 where version = 2 and balance > 0",
     &["broken_running_balance", "unbalanced_transaction"]),
    ("update ledger_entries set amount = amount + 1, balance = balance + 1 where version = 3 and balance > 0;
      update ledger_accounts set balance = balance + 1 where kind = 13",
     &["money_created", "unbalanced_transaction"]),
    ("delete from ledger_entries where version = 1 and balance > 0",
     &["broken_running_balance", "unbalanced_transaction"]),
    ("delete from ledger_entries where version = 3 and balance > 0",
     &["balance_is_not_last_entry", "unbalanced_transaction"]),
    ("update ledger_entries set version = 9 where version = 3 and balance > 0",
     &["balance_is_not_last_entry", "broken_running_balance"]),
    ("delete from ledger_transactions where id = (select transaction_id from ledger_entries limit 1)",
     &["entry_without_transaction"]),
    ("insert into ledger_transactions values (gen_random_uuid(), 1, gen_random_uuid(), null, now())",
     &["transaction_without_entries"]),
    ("delete from ledger_deferred", &["money_created", "unbalanced_transaction"]),
    ("update ledger_transactions set reverses = (select min(id::text)::uuid from ledger_transactions)
      where id = (select max(id::text)::uuid from ledger_transactions)",
     &["inexact_reversal"]),
];

#[tokio::test]
async fn the_audit_notices() {
    let ledger = Ledger::new().await;
    let [ana] = ledger.users().await;
    for centavos in [3, 4] {
        ledger.deposit(ana, centavos).await;
    }
    fold(&mut *ledger.conn().await).await.expect("folded");
    ledger.deposit(ana, 3).await;
    assert_eq!(ledger.audit().await, []);
    let mut owner = ledger.owner().await;
    for (sql, expected) in TAMPERING {
        let mut tx = owner.begin().await.expect("a transaction");
        // Triggers, foreign keys included, do not fire in this role; checks are taken away.
        let disarm = "set local session_replication_role = replica;
                      alter table ledger_accounts drop constraint ledger_accounts_floor";
        tx.execute(disarm).await.expect("disarmed");
        let done = tx.execute(sql).await.expect(sql).rows_affected();
        assert!(done > 0, "{sql} changes nothing");
        let mut found: Vec<_> = audit(&mut tx)
            .await
            .expect("the audit")
            .into_iter()
            .map(|one| one.finding)
            .collect();
        found.dedup();
        assert_eq!(found, expected, "{sql}");
        tx.rollback().await.expect("undone");
    }
    assert_eq!(ledger.audit().await, []);
}
