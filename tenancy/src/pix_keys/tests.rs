//! Whose key is whose, on a real database.

use super::{claim, release_others};
use crate::testing::Installation;
use futures::future::join_all;
use kernel::{Error, Result};

const KEY: &str = "+5511912345678";

fn refused(outcome: &Result<()>) -> bool {
    *outcome == Err(Error::invalid("key", "used_by_another_club"))
}

#[tokio::test]
async fn a_key_is_one_tenants_until_it_is_released() -> Result<()> {
    let installation = Installation::new().await;
    let platform = &installation.platform;
    let navi = installation.register_without_database("clube-navi").await;
    let other = installation.register_without_database("empresa-b").await;
    claim(platform, navi, KEY).await?;
    claim(platform, navi, KEY).await?;
    claim(platform, navi, "ajuda@example.com").await?;
    claim(platform, other, "caixa@example.com").await?;
    assert!(refused(&claim(platform, other, KEY).await));

    release_others(platform, navi, Some("ajuda@example.com")).await?;
    claim(platform, other, KEY).await?;
    assert!(refused(&claim(platform, other, "ajuda@example.com").await));
    release_others(platform, navi, None).await?;
    claim(platform, other, "ajuda@example.com").await?;
    assert!(refused(&claim(platform, navi, "caixa@example.com").await));
    Ok(())
}

#[tokio::test]
async fn of_many_at_once_one_has_it() -> Result<()> {
    let installation = Installation::new().await;
    let platform = &installation.platform;
    let mut clubs = Vec::new();
    for number in 0..8 {
        let slug = format!("clube-{number}");
        clubs.push(installation.register_without_database(&slug).await);
    }
    let claims = clubs.iter().map(|&club| claim(platform, club, KEY));
    let outcomes = join_all(claims).await;
    assert_eq!(outcomes.iter().filter(|it| it.is_ok()).count(), 1);
    assert!(outcomes.iter().all(|it| it.is_ok() || refused(it)));
    Ok(())
}

#[tokio::test]
async fn a_tenant_that_is_gone_has_none() -> Result<()> {
    let installation = Installation::new().await;
    let platform = &installation.platform;
    let navi = installation.register_without_database("clube-navi").await;
    let other = installation.register_without_database("empresa-b").await;
    claim(platform, navi, KEY).await?;
    sqlx::query!("delete from tenants where id = $1", navi.0)
        .execute(&platform.master)
        .await?;
    claim(platform, other, KEY).await
}
