//! Providers chosen, kept and told, on a real database.

use super::{
    ProviderChoice, ProviderName, book, choose_provider, play, provider, provider_settings,
};
use crate::{
    Ctx,
    pix::{
        NewCharge, ProviderError, Txid,
        sandbox::{Call, Fault, Script},
    },
    testing::{Club, Outcome, installation},
};
use kernel::Money;
use serde_json::{Value, json};
use tenancy::{Actor, administrators::Role};
use uuid::Uuid;

const SECRET: &str = "segredo-do-cliente";

fn account() -> Value {
    json!({
        "provider": "efi", "baseUrl": "https://pix.example.com/v2", "tokenUrl": "https://pix.example.com/oauth/token",
        "clientId": "club-1", "clientSecret": SECRET, "webhookToken": "segredo-do-webhook",
        "key": { "kind": "email", "key": "ajuda@example.com" }, "name": "Clube Navi", "city": "Recife",
    })
}

fn choice(value: Value) -> ProviderChoice {
    serde_json::from_value(value).expect("a choice")
}

fn charge(of: &Ctx) -> NewCharge {
    NewCharge {
        txid: Txid::from(Uuid::max()),
        amount: Money::from_centavos(10_00),
        expires_in: 600,
        payer: None,
        description: Some(of.tenant.slug.to_string()),
    }
}

#[tokio::test]
async fn a_club_begins_with_a_sandbox_that_outlives_whoever_asks() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let other = Club::new(&home, "empresa-b").await;
    let ctx = club.ctx(Actor::Job("test"));
    let new = charge(&ctx);
    assert_eq!(provider(&ctx).await?.name(), "sandbox");
    let made = provider(&ctx).await?.create_charge(&new).await?;
    // Another context: another pool's connection, nothing kept in memory.
    let again = club.ctx(Actor::Job("test"));
    let found = provider(&again).await?.get_charge(&new.txid).await?;
    assert_eq!(found, Some(made));
    let foreign = other.ctx(Actor::Job("test"));
    assert_eq!(provider(&foreign).await?.get_charge(&new.txid).await?, None);

    let told = Script::Fail {
        call: Call::GetCharge,
        fault: Fault::NoAnswer,
    };
    play(&ctx, told).await?;
    let failed = provider(&again).await?.get_charge(&new.txid).await;
    assert!(matches!(failed, Err(ProviderError::Unknown(_))));
    assert!(
        provider(&ctx).await?.get_charge(&new.txid).await?.is_some(),
        "once"
    );
    assert_eq!(book(&ctx).await?.check(), Ok(()));
    let user = club.ctx(Actor::Anonymous);
    assert!(play(&user, Script::PayCharges(None)).await.is_err());
    Ok(())
}

#[tokio::test]
async fn a_chosen_provider_is_built_once_and_its_secrets_are_not_shown() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx_of(Role::Manager);
    let chosen = choose_provider(&ctx, choice(account())).await?;
    assert_eq!(chosen.provider, ProviderName::Efi);
    assert_eq!(chosen, provider_settings(&ctx).await?);
    assert_eq!(chosen.account["key"], "ajuda@example.com");
    let shown = serde_json::to_string(&chosen).expect("JSON");
    assert!(shown.contains("club-1") && !shown.contains("segredo"));
    let (first, second) = (provider(&ctx).await?, provider(&ctx).await?);
    assert_eq!(first.name(), "efi");
    assert!(std::sync::Arc::ptr_eq(&first, &second));
    choose_provider(&ctx, choice(account())).await?;
    assert!(
        !std::sync::Arc::ptr_eq(&first, &provider(&ctx).await?),
        "built anew"
    );

    let stored = sqlx::query_scalar::<_, String>(
        "select concat(pix_account, pix_credentials, (select string_agg(concat(before, after), '') from audit_log)) from money_settings",
    )
    .fetch_one(club.database())
    .await?;
    assert!(stored.contains("club-1") && !stored.contains("segredo"));
    choose_provider(&ctx, ProviderChoice::Sandbox).await?;
    assert_eq!(provider(&ctx).await?.name(), "sandbox");
    assert!(!provider_settings(&ctx).await?.has_credentials);
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_used_is_refused() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx_of(Role::Manager);
    for (field, value, reason) in [
        ("baseUrl", "http://pix.example.com", "https"),
        ("tokenUrl", "pix", "invalid"),
        ("identity", "no PEM", "invalid"),
    ] {
        let mut wrong = account();
        wrong[field] = value.into();
        let error = choose_provider(&ctx, choice(wrong)).await.expect_err(field);
        assert_eq!(
            error.fields.get(field).map(AsRef::as_ref),
            Some(reason),
            "{field}"
        );
    }
    let viewer = club.ctx_of(Role::Operator);
    assert!(
        choose_provider(&viewer, ProviderChoice::Sandbox)
            .await
            .is_err()
    );
    assert_eq!(
        provider_settings(&viewer).await?.provider,
        ProviderName::Sandbox
    );
    Ok(())
}
