//! A Pix key is one club's.

use super::*;
use crate::pix::settle_key;
use kernel::Result;
use tenancy::{pix_keys, testing::Installation};

const PHONE: (&str, &str) = ("phone", "+55 11 91234-5678");
const EMAIL: (&str, &str) = ("email", "ajuda@example.com");

/// Two clubs of one installation.
struct Clubs {
    navi: Club,
    other: Club,
    _home: Installation,
}

impl Clubs {
    async fn new() -> Self {
        let home = installation().await;
        Self {
            navi: Club::new(&home, "clube-navi").await,
            other: Club::new(&home, "empresa-b").await,
            _home: home,
        }
    }
}

/// Has a club choose an account of its own with this key.
async fn choose(club: &Club, (kind, key): (&str, &str)) -> Result<()> {
    let ctx = club.ctx_of(Role::Manager);
    let mut account = account();
    account["clientId"] = ctx.tenant.slug.as_str().into();
    account["key"] = json!({ "kind": kind, "key": key });
    choose_provider(&ctx, choice(account)).await.map(drop)
}

async fn settle(club: &Club) -> Result<()> {
    settle_key(&club.ctx(Actor::Job("test"))).await
}

fn taken(outcome: &Result<()>) -> bool {
    *outcome == Err(Error::invalid("key", "used_by_another_club"))
}

#[tokio::test]
async fn no_two_clubs_have_one_key() -> Outcome {
    let Clubs { navi, other, .. } = &Clubs::new().await;
    choose(navi, PHONE).await?;
    choose(navi, PHONE).await?;
    let written = ("phone", "(11) 91234-5678");
    assert!(taken(&choose(other, written).await));
    let chosen = provider_settings(&other.ctx_of(Role::Manager)).await?;
    assert_eq!(chosen.provider, ProviderName::Sandbox, "nothing is saved");
    choose(other, EMAIL).await?;
    assert!(taken(&choose(navi, EMAIL).await));
    assert!(taken(&choose(other, PHONE).await), "it was kept");

    // Who goes to another key, or to the sandbox, gives the one before back.
    choose(navi, ("random", "0b5c1a3e-7d7c-4e0a-9b57-3c1f6d2a9e44")).await?;
    choose(other, PHONE).await?;
    choose_provider(&other.ctx_of(Role::Manager), ProviderChoice::Sandbox).await?;
    choose(navi, PHONE).await?;
    choose(other, EMAIL).await?;
    Ok(())
}

#[tokio::test]
async fn of_two_clubs_that_choose_at_once_one_has_the_key() -> Outcome {
    let Clubs { navi, other, .. } = &Clubs::new().await;
    let (one, two) = tokio::join!(choose(navi, PHONE), choose(other, PHONE));
    assert!(one.is_ok() != two.is_ok(), "{one:?} {two:?}");
    assert!(taken(&one.and(two)));
    Ok(())
}

#[tokio::test]
async fn two_choices_of_one_club_at_once_leave_it_the_key_that_it_has() -> Outcome {
    let Clubs { navi, other, .. } = &Clubs::new().await;
    let (one, two) = tokio::join!(choose(navi, PHONE), choose(navi, EMAIL));
    one.and(two)?;
    let chosen = provider_settings(&navi.ctx_of(Role::Manager)).await?;
    let (has, gave_back) = if chosen.account["key"] == EMAIL.1 {
        (EMAIL, PHONE)
    } else {
        (PHONE, EMAIL)
    };
    assert!(taken(&choose(other, has).await));
    choose(other, gave_back).await?;
    Ok(())
}

#[tokio::test]
async fn what_a_crash_left_apart_is_put_together() -> Outcome {
    let Clubs { navi, other, .. } = &Clubs::new().await;
    let ctx = navi.ctx(Actor::Job("test"));
    let (platform, tenant) = (&ctx.platform, ctx.tenant.id);
    choose(navi, EMAIL).await?;
    // Claimed, and not saved.
    pix_keys::claim(platform, tenant, "+5511912345678").await?;
    assert!(taken(&choose(other, PHONE).await));
    settle(navi).await?;
    choose(other, PHONE).await?;
    // Saved before there were claims.
    pix_keys::release_others(platform, tenant, None).await?;
    settle(navi).await?;
    assert!(taken(&choose(other, EMAIL).await));

    // By then another club may have the key as well: somebody has to look.
    pix_keys::release_others(platform, tenant, None).await?;
    choose(other, EMAIL).await?;
    assert!(taken(&settle(navi).await));
    assert_eq!(settle(other).await, Ok(()));
    let somebody = navi.ctx_of(Role::Operator);
    assert!(settle_key(&somebody).await.is_err());
    Ok(())
}
