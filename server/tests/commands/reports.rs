//! Commands that look at every tenant: one that is not well is named and stops nobody.

use crate::data::{Data, answer, run};
use serde_json::Value;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

#[tokio::test]
async fn a_broken_tenant_is_told_and_stops_nobody() {
    let data = Data::new();
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    for slug in ["inteira", "quebrada"] {
        let (_, code) = answer(run(&mut data.create(slug)));
        assert_eq!(code, Some(0));
    }
    let mut conn = own
        .options("clube_digital_quebrada")
        .connect()
        .await
        .expect("its database");
    let broken = "delete from _sqlx_migrations";
    sqlx::raw_sql(AssertSqlSafe(broken))
        .execute(&mut conn)
        .await
        .expect("broken");
    conn.close().await.expect("closed");
    let look = ["migrate-all-tenants", "--dry-run"];
    for _ in 0..2 {
        let (seen, code) = answer(run(&mut data.clube(&look)));
        assert_eq!(code, Some(0));
        assert_eq!(seen["tenants"][0]["status"], "current", "{seen}");
        assert_eq!(seen["tenants"][1]["status"], "pending", "nothing was done");
    }
    let shown = run(&mut data.plain(&["migrate-all-tenants", "--jobs", "2"]));
    assert_eq!(shown.status.code(), Some(1));
    let lines = String::from_utf8_lossy(&shown.stderr).into_owned();
    for line in ["inteira current", "quebrada failed: "] {
        let told = lines.lines().filter(|told| told.starts_with(line)).count();
        assert_eq!(told, 1, "{line}: {lines}");
    }
    let table = String::from_utf8_lossy(&shown.stdout).into_owned();
    assert!(table.contains("│ quebrada"), "{table}");
    assert!(table.trim_end().ends_with("2 tenants, 1 failed"), "{table}");
    let none = run(&mut data.clube(&["migrate-all-tenants", "--jobs", "0"]));
    assert_eq!(none.status.code(), Some(2));
    for _ in 0..2 {
        let (result, code) = answer(run(&mut data.clube(&["migrate-all-tenants"])));
        assert_eq!(code, Some(1));
        assert_eq!(result["tenants"][0]["status"], "current");
        assert_eq!(result["tenants"][0]["error"], Value::Null);
        assert_eq!(result["tenants"][1]["status"], "failed");
        assert!(
            result["tenants"][1]["error"]
                .as_str()
                .is_some_and(|error| error.contains("already exists"))
        );
    }
    let (_, code) = answer(run(&mut data.clube(&[
        "migrate-all-tenants",
        "--only",
        "inteira",
    ])));
    assert_eq!(code, Some(0));
    own.stop().await;
}

#[tokio::test]
async fn an_audit_names_who_does_not_tie_out() {
    let data = Data::new();
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    for slug in ["sadia", "torta"] {
        let (_, code) = answer(run(&mut data.create(slug)));
        assert_eq!(code, Some(0));
    }
    let (sound, code) = answer(run(&mut data.clube(&["audit"])));
    assert_eq!(code, Some(0), "{sound}");
    assert_eq!(sound["tenants"][1]["slug"], "torta");
    assert_eq!(sound["tenants"][1]["findings"], serde_json::json!([]));
    assert_eq!(sound["tenants"][1]["error"], Value::Null);

    let mut conn = own
        .options("clube_digital_torta")
        .connect()
        .await
        .expect("its database");
    let tampered = "set session_replication_role = replica;
        insert into ledger_transactions values (gen_random_uuid(), 1, gen_random_uuid(), null, now())";
    sqlx::raw_sql(AssertSqlSafe(tampered))
        .execute(&mut conn)
        .await
        .expect("tampered with");
    conn.close().await.expect("closed");
    let (unsound, code) = answer(run(&mut data.clube(&["audit"])));
    assert_eq!(code, Some(1));
    assert_eq!(
        unsound["tenants"][0]["findings"],
        serde_json::json!([]),
        "the neighbour"
    );
    assert_eq!(
        unsound["tenants"][1]["findings"][0]["finding"],
        "transaction_without_entries"
    );
    let (_, code) = answer(run(&mut data.clube(&["audit", "--tenant", "sadia"])));
    assert_eq!(code, Some(0));
    let (nobody, code) = answer(run(&mut data.clube(&["audit", "--tenant", "ninguem"])));
    assert_eq!(
        (nobody["code"].as_str(), code),
        (Some("not_found"), Some(1))
    );
    own.stop().await;
}
