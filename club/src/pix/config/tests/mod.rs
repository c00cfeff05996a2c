//! Providers chosen, kept and told, on a real database.

mod keys;

use super::{
    ProviderChoice, ProviderName, book, choose_provider, play, provider, provider_settings,
    register_webhook,
};
use crate::{
    Ctx,
    deposits::{self, tests::Bank},
    pix::{
        NewCharge, ProviderError, Txid, Webhook,
        bcb::tests::psp::{Mishap, Psp},
        sandbox::{Call, Fault, Script},
    },
    testing::{Club, Outcome, installation},
};
use axum::http::HeaderMap;
use kernel::{Error, Money};
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

/// An account at an institution of our own.
fn at(psp: &Psp) -> Value {
    let mut account = account();
    account["provider"] = "bcb".into();
    account["baseUrl"] = format!("{}/v2", psp.url).into();
    account["tokenUrl"] = format!("{}/oauth/token", psp.url).into();
    account["clientId"] = "club".into();
    account["clientSecret"] = "segredo".into();
    account["scope"] = "cob.write pix.send".into();
    account["key"] = json!({ "kind": "phone", "key": "+5511912345678" });
    account
}

fn field<'a>(error: &'a Error, name: &str) -> Option<&'a str> {
    error.fields.get(name).map(AsRef::as_ref)
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
async fn the_provider_is_told_where_to_call() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await.over_https();
    let manager = club.ctx_of(Role::Manager);
    let psp = Psp::start().await;
    psp.next(Mishap::Status(400));
    let chosen = choose_provider(&manager, choice(at(&psp))).await?;
    assert_eq!(chosen.webhook_registered_at, None, "refused, but chosen");
    let chosen = choose_provider(&manager, choice(at(&psp))).await?;
    assert_eq!(chosen.webhook_registered_at, Some(manager.now()));
    assert_eq!(provider_settings(&manager).await?, chosen);
    let url = psp.account().webhooks["+5511912345678"]["webhookUrl"].clone();
    let club_url = manager
        .platform
        .public
        .url(Some(manager.tenant.slug.as_str()));
    assert_eq!(
        url,
        format!("{club_url}/api/pix/webhooks/bcb/segredo-do-webhook")
    );

    psp.account().webhooks.clear();
    psp.next(Mishap::Status(400));
    let refused = register_webhook(&manager).await;
    assert_eq!(refused.expect_err("as told").code, "pix_refused");
    register_webhook(&manager).await?;
    assert_eq!(psp.account().webhooks.len(), 1);
    let audited = sqlx::query_scalar::<_, String>(
        "select string_agg(after::text, '') from audit_log where action = 'pix_provider.register_webhook'",
    );
    let audited = audited.fetch_one(club.database()).await?;
    assert_eq!(audited.matches("\"bcb\"").count(), 2, "{audited}");
    assert!(!audited.contains("segredo"), "{audited}");
    let operator = club.ctx_of(Role::Operator);
    assert!(register_webhook(&operator).await.is_err());
    Ok(())
}

#[tokio::test]
async fn nobody_calls_without_tls() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let manager = club.ctx_of(Role::Manager);
    let psp = Psp::start().await;
    let chosen = choose_provider(&manager, choice(at(&psp))).await?;
    assert_eq!(chosen.webhook_registered_at, None);
    let refused = register_webhook(&manager).await;
    assert_eq!(refused.expect_err("no TLS").code, "https_required");
    assert_eq!(psp.account().seen, [""; 0], "nobody was asked");
    Ok(())
}

#[tokio::test]
async fn a_webhook_has_a_secret_or_a_proxy_that_checks() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let manager = club.ctx_of(Role::Manager);
    for (token, reason) in [
        (Value::Null, "required"),
        ("curto".into(), "too_short"),
        ("com/uma barra no meio".into(), "invalid"),
        ("x".repeat(129).into(), "invalid"),
    ] {
        let mut wrong = account();
        wrong["webhookToken"] = token;
        let refused = choose_provider(&manager, choice(wrong)).await;
        let refused = refused.expect_err(reason);
        assert_eq!(field(&refused, "webhookToken"), Some(reason));
    }
    let mut behind = account();
    behind["webhookToken"] = Value::Null;
    behind["proxyChecksWebhook"] = true.into();
    let chosen = choose_provider(&manager, choice(behind)).await?;
    assert_eq!(chosen.account["proxyChecksWebhook"], "true");
    let webhook = Webhook {
        token: None,
        headers: &HeaderMap::new(),
        body: b"{}",
    };
    let kept = provider(&manager).await?;
    assert!(kept.parse_webhook(&webhook).is_ok(), "it is kept");
    Ok(())
}

#[tokio::test]
async fn an_institution_on_this_machine_is_for_development() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let here = |url: &str| {
        let mut account = account();
        account["baseUrl"] = url.into();
        choice(account)
    };
    let local = [
        "http://127.0.0.1:9/v2",
        "https://localhost/v2",
        "https://pix.localhost./v2",
        "https://127.1/v2",
        "https://[::1]/v2",
        "https://[::ffff:127.0.0.1]/v2",
        "https://0.0.0.0/v2",
        "https://169.254.169.254/v2",
        "https://10.0.0.7/v2",
        "https://192.168.1.7/v2",
        "https://100.64.0.1/v2",
        "https://[64:ff9b::7f00:1]/v2",
        "https://[fd00::7]/v2",
    ];
    for url in local {
        choose_provider(&club.ctx_of(Role::Manager), here(url)).await?;
    }
    let club = club.in_production();
    for url in local {
        let refused = choose_provider(&club.ctx_of(Role::Manager), here(url)).await;
        let refused = refused.expect_err(url);
        assert_eq!(field(&refused, "baseUrl"), Some("loopback"), "{url}");
    }
    choose_provider(&club.ctx_of(Role::Manager), choice(account())).await?;
    Ok(())
}

#[tokio::test]
async fn played_and_real_money_never_meet() -> Outcome {
    let bank = Bank::new().await;
    let manager = bank.club.ctx_of(Role::Manager);
    let go = || choose_provider(&manager, choice(account()));
    let deposit = bank.deposit("10.00").await;
    let refused = go().await.expect_err("a charge can be paid");
    assert_eq!(field(&refused, "provider"), Some("has_open_deposits"));
    bank.pay(&deposit, None, 1).await;
    deposits::carry_sandbox_webhooks(&bank.job()).await?;
    let refused = go().await.expect_err("money was played");
    assert_eq!(field(&refused, "provider"), Some("holds_money"));

    // Everything that came in goes back.
    let id = bank.received().await.remove(0);
    let amount = Money::from_centavos(10_00);
    bank.play(Script::TakeBack { pix: id, amount }).await;
    deposits::catch_up(&bank.job()).await?;
    bank.check().await?;
    go().await?;
    assert_eq!(
        provider_settings(&manager).await?.provider,
        ProviderName::Efi
    );

    // An open withdrawal keeps the club where its money is.
    withdrawal(&bank).await?;
    let refused = choose_provider(&manager, ProviderChoice::Sandbox).await;
    let refused = refused.expect_err("somebody is to be paid");
    assert_eq!(field(&refused, "provider"), Some("has_open_withdrawals"));
    let mut other = account();
    other["provider"] = "bcb".into();
    choose_provider(&manager, choice(other)).await?;
    Ok(())
}

/// Somebody waits for their money.
async fn withdrawal(bank: &Bank) -> Outcome {
    sqlx::query(
        "insert into withdrawals (id, user_id, status, amount, fee, fee_percent, key_kind, key, key_masked, key_owner, requested_at)
         values ($1, $2, 'requested', 100, 0, 0, 'email', 'ana@example.com', 'a***', '11144477735', $3)",
    )
    .bind(bank.job().new_id())
    .bind(bank.ana.0)
    .bind(bank.job().now())
    .execute(bank.club.database())
    .await?;
    Ok(())
}

#[tokio::test]
async fn what_cannot_be_used_is_refused() -> Outcome {
    let home = installation().await;
    let club = Club::new(&home, "clube-navi").await;
    let ctx = club.ctx_of(Role::Manager);
    for (name, value, reason) in [
        ("baseUrl", "http://pix.example.com", "https"),
        ("tokenUrl", "pix", "invalid"),
        ("identity", "no PEM", "invalid"),
        ("clientId", " ", "required"),
        ("clientSecret", "", "required"),
        ("name", "", "required"),
        ("city", "", "required"),
    ] {
        let mut wrong = account();
        wrong[name] = value.into();
        let error = choose_provider(&ctx, choice(wrong)).await.expect_err(name);
        assert_eq!(field(&error, name), Some(reason), "{name}");
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
