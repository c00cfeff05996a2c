//! The limits of section 5. What is counted over a minute is counted by a clock of the test's own.

use super::{Limits, Throttle, window::Windows};
use crate::testing;
use kernel::{Kind, Result};
use sqlx::PgPool;
use std::{
    net::IpAddr,
    time::{Duration, Instant},
};

fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

/// A node that never asks its master database.
fn alone(limits: Limits) -> Throttle {
    let nowhere = "postgres://nobody@127.0.0.1:1/nothing";
    Throttle::new(limits, PgPool::connect_lazy(nowhere).expect("an address"))
}

#[test]
fn no_minute_holds_more_than_its_limit() {
    let (windows, start) = (Windows::new(10), Instant::now());
    let came = |second| windows.count([7; 16], start + Duration::from_secs(second));
    let counted = (0..60).step_by(3).filter(|&second| came(second).is_ok());
    assert_eq!(counted.count(), 10, "however they are spread");
    let refusal = came(59).expect_err("used up");
    assert_eq!(refusal.retry_after, Some(1));
    assert!(came(60).is_ok(), "the first is a minute ago");
    assert!(came(61).is_err());
    assert!(came(63).is_ok());
    assert!(windows.count([8; 16], start).is_ok(), "somebody else");
}

#[tokio::test]
async fn the_eleventh_sign_in_of_a_minute_is_refused() -> Result<()> {
    let throttle = alone(Limits::default());
    for n in 0..10_u8 {
        let from = address(&format!("10.0.0.{n}"));
        let quota = throttle.sign_in("platform ana@example.com", from).await?;
        assert_eq!(quota.limit, 10);
        assert!(quota.reset <= 60);
    }
    let refusal = throttle
        .sign_in("platform ana@example.com", address("10.0.0.99"))
        .await
        .expect_err("used up");
    assert_eq!(refusal.kind, Kind::TooManyRequests);
    assert!(
        refusal
            .retry_after
            .is_some_and(|seconds| (1..=60).contains(&seconds))
    );
    for other in ["platform eva@example.com", "clube-navi ana@example.com"] {
        throttle.sign_in(other, address("10.0.0.99")).await?;
    }
    Ok(())
}

#[tokio::test]
async fn one_address_cannot_try_many_accounts() -> Result<()> {
    let throttle = alone(Limits {
        sign_in_per_address: 2,
        ..Limits::default()
    });
    for (account, from, is_refused) in [
        ("a", "2001:db8:1:2::1", false),
        ("b", "2001:db8:1:2::2", false),
        // The same /64.
        ("c", "2001:db8:1:2:3::3", true),
        ("c", "2001:db8:1:3::1", false),
        ("d", "10.0.0.1", false),
        ("e", "::ffff:10.0.0.1", false),
        // The same in IPv6 notation.
        ("f", "10.0.0.1", true),
    ] {
        let counted = throttle.sign_in(account, address(from)).await;
        assert_eq!(counted.is_err(), is_refused, "{account} {from}");
    }
    Ok(())
}

#[tokio::test]
async fn strangers_do_not_lock_the_owner_out_on_any_node() -> Result<()> {
    let master = testing::master().await;
    let limits = Limits {
        sign_in_per_account: 1,
        ..Limits::default()
    };
    let node = || Throttle::new(limits, master.pool.clone());
    let first = node();
    first.signed_in("ana", address("10.0.0.1")).await;
    // The second is another node, or the first after a restart.
    for (throttle, which) in [(first, "here"), (node(), "elsewhere")] {
        let came = async |from| throttle.sign_in("ana", address(from)).await;
        came("10.6.6.6").await?;
        assert!(came("10.6.6.7").await.is_err(), "{which}: a stranger");
        came("10.0.0.1").await?;
        assert!(came("10.0.0.1").await.is_err(), "{which}: limited too");
        assert!(throttle.sign_in("eva", address("10.0.0.1")).await.is_ok());
        assert!(throttle.sign_in("eva", address("10.0.0.1")).await.is_err());
    }
    Ok(())
}

#[tokio::test]
async fn an_address_is_forgotten_after_thirty_days() -> Result<()> {
    let master = testing::master().await;
    let limits = Limits {
        sign_in_per_account: 1,
        ..Limits::default()
    };
    let node = || Throttle::new(limits, master.pool.clone());
    for account in ["ana", "eva"] {
        node().signed_in(account, address("10.0.0.1")).await;
    }
    sqlx::query!("update known_addresses set signed_in_at = now() - interval '31 days'")
        .execute(&master.pool)
        .await?;
    let late = node();
    late.sign_in("ana", address("10.6.6.6")).await?;
    assert!(late.sign_in("ana", address("10.0.0.1")).await.is_err());
    // Who signs in again is known again, and the other's is gone.
    late.signed_in("ana", address("10.0.0.1")).await;
    late.sign_in("ana", address("10.0.0.1")).await?;
    let left = sqlx::query_scalar!(r#"select count(*) as "left!" from known_addresses"#)
        .fetch_one(&master.pool)
        .await?;
    assert_eq!(left, 1);
    Ok(())
}

#[tokio::test]
async fn without_a_master_database_people_sign_in_as_strangers() -> Result<()> {
    let master = testing::master().await;
    let throttle = Throttle::new(
        Limits {
            sign_in_per_account: 1,
            ..Limits::default()
        },
        master.pool.clone(),
    );
    master.pool.close().await;
    throttle.sign_in("ana", address("10.0.0.1")).await?;
    let refusal = throttle.sign_in("ana", address("10.0.0.1")).await;
    assert_eq!(refusal.expect_err("used up").kind, Kind::TooManyRequests);
    throttle.signed_in("ana", address("10.0.0.1")).await;
    throttle.sign_in("ana", address("10.0.0.1")).await?;
    Ok(())
}

#[tokio::test]
async fn a_quota_says_what_is_left() -> Result<()> {
    let throttle = alone(Limits {
        api_per_user: 2,
        ..Limits::default()
    });
    let first = throttle.api("tenant user")?;
    assert_eq!((first.limit, first.remaining, first.reset), (2, 1, 60));
    let second = throttle.api("tenant user")?;
    assert_eq!((second.remaining, second.reset), (0, 60));
    assert!(throttle.api("tenant user").is_err());
    Ok(())
}

#[test]
fn whoever_is_idle_for_a_minute_is_forgotten() {
    let windows = Windows::lasting(2, Duration::ZERO);
    for user in 0..200_u8 {
        assert!(windows.count([user; 16], Instant::now()).is_ok());
    }
    assert!(windows.remembered() < 200);
}
