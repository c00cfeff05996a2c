//! Scheduled work of nodes that share a master database.

use crate::installation::{Installation, Node, Outcome};
use reqwest::Method;
use serde_json::{Value, json};
use sqlx::AssertSqlSafe;
use std::{
    fs,
    time::{Duration, SystemTime},
};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// Waits until a question to the master database has this answer.
async fn until(node: &Node, question: &str, answer: i64) {
    let end = Instant::now() + Duration::from_secs(30);
    loop {
        let found: i64 = sqlx::query_scalar(AssertSqlSafe(question))
            .fetch_one(&node.platform.master)
            .await
            .expect("the master answers");
        if found == answer {
            return;
        }
        assert!(Instant::now() < end, "{question}: {found}");
        sleep(Duration::from_millis(20)).await;
    }
}

#[tokio::test]
async fn every_ledger_is_audited_by_one_of_the_nodes_and_then_not_for_an_hour() -> Outcome {
    let installation = Installation::new();
    let first = installation.node(&[]).await;
    for which in ["navi", "outra", "terceira"] {
        installation.tenant(&first, which).await;
    }
    let (here, there) = tokio::join!(installation.node(&[]), installation.node(&[]));
    until(
        &here,
        "select count(*) from tenant_audits where findings = '[]'",
        3,
    )
    .await;
    until(
        &there,
        "select count(*) from job_leases where name = 'ledger_audit' and until > now() + interval '59 minutes'",
        3,
    )
    .await;
    until(
        &there,
        "select count(*) from job_leases where error is not null",
        0,
    )
    .await;
    installation.end([first, here, there]).await;
    Ok(())
}

#[tokio::test]
async fn what_happens_on_one_node_is_told_once_though_two_relay_it() -> Outcome {
    let installation = Installation::new();
    let here = installation.node(&[]).await;
    let slug = installation.tenant(&here, "navi").await;
    let there = installation.node(&[]).await;
    let host = format!("{slug}.localhost");
    let ana = json!({
        "firstName": "Ana", "lastName": "Souza", "email": "ana@example.com", "password": "capivara no lago 7",
        "userType": "consumer",
    });
    let joined: Value = here
        .ask(Method::POST, &host, "/api/auth/register")
        .json(&ana)
        .send()
        .await?
        .json()
        .await?;
    let token = joined["accessToken"].as_str().expect("a token");
    let end = Instant::now() + Duration::from_secs(30);
    let told = loop {
        let page: Value = there
            .ask(Method::GET, &host, "/api/notifications")
            .bearer_auth(token)
            .send()
            .await?
            .json()
            .await?;
        let told = page["data"].as_array().expect("a list").clone();
        if !told.is_empty() {
            break told;
        }
        assert!(Instant::now() < end, "the relay never came by");
        sleep(Duration::from_millis(50)).await;
    };
    assert_eq!(told.len(), 1);
    assert_eq!(told[0]["kind"], "welcome");
    installation.end([here, there]).await;
    Ok(())
}

#[tokio::test]
async fn bytes_of_an_upload_that_never_came_to_its_end_are_swept() -> Outcome {
    let installation = Installation::new();
    let first = installation.node(&[]).await;
    let slug = installation.tenant(&first, "navi").await;
    let tenant: Uuid = sqlx::query_scalar("select id from tenants where slug = $1")
        .bind(slug)
        .fetch_one(&first.platform.master)
        .await?;
    let folder = installation
        .settings(&[])
        .data_dir
        .join("files")
        .join(tenant.to_string());
    fs::create_dir_all(&folder)?;
    let (old, new) = (
        folder.join(Uuid::from_u128(1).to_string()),
        folder.join(Uuid::from_u128(2).to_string()),
    );
    for file in [&old, &new] {
        fs::write(file, "half of a photo")?;
    }
    let two_days_ago = SystemTime::now() - Duration::from_hours(48);
    fs::File::options()
        .write(true)
        .open(&old)?
        .set_modified(two_days_ago)?;
    // A node works through what is due when it comes.
    let second = installation.node(&[]).await;
    until(
        &second,
        "select count(*) from job_leases where name = 'purge' and error is null and until > now() + interval '23 hours'",
        1,
    )
    .await;
    assert!(!old.exists() && new.exists());
    installation.end([first, second]).await;
    Ok(())
}
