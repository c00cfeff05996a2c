//! The limits of section 5. Buckets refill while a test runs, so exact counts are asked of slow ones only.

use super::{Limits, Throttle};
use kernel::{Kind, Result};
use std::net::IpAddr;

fn address(text: &str) -> Option<IpAddr> {
    text.parse().ok()
}

#[test]
fn the_eleventh_sign_in_of_a_minute_is_refused() -> Result<()> {
    let throttle = Throttle::new(Limits::default());
    for n in 0..10_u8 {
        let quota =
            throttle.sign_in("platform ana@example.com", address(&format!("10.0.0.{n}")))?;
        assert_eq!(quota.limit, 10);
        assert!(quota.reset <= 60);
    }
    let refusal = throttle
        .sign_in("platform ana@example.com", address("10.0.0.99"))
        .expect_err("used up");
    assert_eq!(refusal.kind, Kind::TooManyRequests);
    assert!(
        refusal
            .retry_after
            .is_some_and(|seconds| (1..=6).contains(&seconds))
    );
    throttle.sign_in("platform eva@example.com", address("10.0.0.99"))?;
    throttle.sign_in("clube-navi ana@example.com", address("10.0.0.99"))?;
    Ok(())
}

#[test]
fn one_address_cannot_try_many_accounts() -> Result<()> {
    let throttle = Throttle::new(Limits {
        sign_in_per_address: 2,
        ..Limits::default()
    });
    throttle.sign_in("a", address("2001:db8:1:2::1"))?;
    throttle.sign_in("b", address("2001:db8:1:2::2"))?;
    assert!(
        throttle.sign_in("c", address("2001:db8:1:2:3::3")).is_err(),
        "the same /64"
    );
    throttle.sign_in("c", address("2001:db8:1:3::1"))?;
    throttle.sign_in("d", address("10.0.0.1"))?;
    throttle.sign_in("e", address("::ffff:10.0.0.1"))?;
    assert!(
        throttle.sign_in("f", address("10.0.0.1")).is_err(),
        "the same in IPv6 notation"
    );
    Ok(())
}

#[test]
fn strangers_do_not_lock_the_owner_out() -> Result<()> {
    let throttle = Throttle::new(Limits {
        sign_in_per_account: 1,
        ..Limits::default()
    });
    throttle.signed_in("ana", address("10.0.0.1"));
    throttle.sign_in("ana", address("10.6.6.6"))?;
    assert!(throttle.sign_in("ana", address("10.6.6.7")).is_err());
    throttle.sign_in("ana", address("10.0.0.1"))?;
    assert!(
        throttle.sign_in("ana", address("10.0.0.1")).is_err(),
        "limited too"
    );
    Ok(())
}

#[test]
fn a_quota_says_what_is_left() -> Result<()> {
    let throttle = Throttle::new(Limits {
        api_per_user: 2,
        ..Limits::default()
    });
    let first = throttle.api("tenant user")?;
    assert_eq!((first.limit, first.remaining, first.reset), (2, 1, 30));
    let second = throttle.api("tenant user")?;
    assert_eq!((second.remaining, second.reset), (0, 60));
    assert!(throttle.api("tenant user").is_err());
    Ok(())
}

#[test]
fn full_buckets_are_forgotten() -> Result<()> {
    let throttle = Throttle::new(Limits {
        api_per_user: 60_000_000,
        ..Limits::default()
    });
    for user in 0..20_000_u32 {
        throttle.api(&user.to_string())?;
    }
    assert!(
        throttle.0.users.limiter.len() < 20_000,
        "{}",
        throttle.0.users.limiter.len()
    );
    Ok(())
}
