//! Who may claim what. That a proof is looked up is tested where there is a DNS to ask: `server/tests/http/domains.rs`.

use super::{by_id, claim, list, remove, verify};
use crate::{
    administrators::Role,
    platform::{Actor, Origin},
    testing::Installation,
};
use kernel::{Error, Kind, Result};

/// As a proof that was found would leave it.
async fn prove(installation: &Installation, domain: &str) {
    sqlx::query!(
        "update tenant_domains set verified_at = created_at where domain = $1",
        domain
    )
    .execute(&installation.platform.master)
    .await
    .expect("proved");
}

fn reason(error: &Error) -> Option<&str> {
    error.fields.get("domain").map(AsRef::as_ref)
}

#[tokio::test]
async fn a_domain_is_claimed_in_the_form_in_which_requests_name_it() -> Result<()> {
    let installation = Installation::new().await;
    let navi = installation.register_without_database("clube-navi").await;
    let ctx = installation.ana(None, Role::Operator);
    for (typed, domain) in [
        (" Clube.Navi.COM.br.:443 ", "clube.navi.com.br"),
        ("açaí.com.br", "xn--aa-4iaz.com.br"),
        ("notlocalhost.example", "notlocalhost.example"),
    ] {
        let claimed = claim(&ctx, "clube-navi", typed).await?;
        assert_eq!(
            (claimed.domain.as_str(), claimed.verified_at),
            (domain, None)
        );
        assert_eq!(claimed.record_name(), format!("_clube-digital.{domain}"));
        assert_eq!(by_id(&ctx, "clube-navi", claimed.id).await?, claimed);
    }
    let all = list(&ctx, navi).await?;
    assert!(all.len() == 3 && all[0].token != all[1].token, "{all:?}");
    Ok(())
}

#[tokio::test]
async fn what_is_ours_or_nobodys_is_not_claimed() -> Result<()> {
    let installation = Installation::new().await;
    installation.register_without_database("clube-navi").await;
    let ctx = installation.ctx();
    let long = format!("{}com.br", "a234567890.".repeat(22));
    for (typed, refused) in [
        ("localhost", "own_domain"),
        ("www.localhost", "own_domain"),
        ("empresa-b.localhost", "own_domain"),
        ("a.b.LOCALHOST.", "own_domain"),
        ("", "invalid"),
        ("navi", "invalid"),
        ("192.0.2.7", "invalid"),
        ("[2001:db8::7]:80", "invalid"),
        ("https://navi.com.br/", "invalid"),
        ("na vi.com.br", "invalid"),
        ("na_vi.com.br", "invalid"),
        // The name of its record would be too long for the DNS.
        (&long, "invalid"),
    ] {
        let refusal = claim(&ctx, "clube-navi", typed).await.expect_err(typed);
        assert_eq!(reason(&refusal), Some(refused), "{typed}");
    }
    claim(&ctx, "clube-navi", "navi.com.br").await?;
    let twice = claim(&ctx, "clube-navi", "NAVI.com.br").await;
    assert_eq!(reason(&twice.expect_err("twice")), Some("claimed"));
    let nobody = claim(&ctx, "ninguem", "navi.com.br").await;
    assert_eq!(nobody.expect_err("nobody").kind, Kind::NotFound);
    Ok(())
}

#[tokio::test]
async fn only_a_proof_keeps_others_out() -> Result<()> {
    let installation = Installation::new().await;
    installation.register_without_database("clube-navi").await;
    installation.register_without_database("empresa-b").await;
    let ctx = installation.ctx();
    claim(&ctx, "empresa-b", "navi.com.br").await?;
    let own = claim(&ctx, "clube-navi", "navi.com.br").await?;
    remove(&ctx, "clube-navi", own.id).await?;

    prove(&installation, "navi.com.br").await;
    let late = claim(&ctx, "clube-navi", "navi.com.br").await;
    assert_eq!(reason(&late.expect_err("another's")), Some("taken"));
    Ok(())
}

#[tokio::test]
async fn strangers_claim_and_remove_nothing() -> Result<()> {
    let installation = Installation::new().await;
    let navi = installation.register_without_database("clube-navi").await;
    installation.register_without_database("empresa-b").await;
    let claimed = claim(&installation.ctx(), "clube-navi", "navi.com.br").await?;
    prove(&installation, "navi.com.br").await;
    let nobody = installation
        .platform
        .ctx(Actor::Anonymous, Origin::default());
    for (who, ctx, may_look, kind) in [
        ("nobody", nobody, false, Kind::Unauthenticated),
        (
            "the club's owner",
            installation.ana(Some(navi), Role::Owner),
            false,
            Kind::Forbidden,
        ),
        (
            "who may only look",
            installation.ana(None, Role::Viewer),
            true,
            Kind::Forbidden,
        ),
    ] {
        let refusals = [
            claim(&ctx, "clube-navi", "outro.com.br").await.err(),
            verify(&ctx, "clube-navi", claimed.id).await.err(),
            remove(&ctx, "clube-navi", claimed.id).await.err(),
        ];
        for refusal in refusals {
            assert_eq!(refusal.map(|refusal| refusal.kind), Some(kind), "{who}");
        }
        assert_eq!(list(&ctx, navi).await.is_ok(), may_look, "{who}");
        assert_eq!(
            by_id(&ctx, "clube-navi", claimed.id).await.is_ok(),
            may_look,
            "{who}"
        );
    }
    // By another club's name it is nobody's.
    let elsewhere = remove(&installation.ctx(), "empresa-b", claimed.id).await;
    assert_eq!(elsewhere.expect_err("not theirs").kind, Kind::NotFound);
    assert_eq!(list(&installation.ctx(), navi).await?.len(), 1);
    Ok(())
}
