mod charges;
mod failures;
mod mutual_tls;
mod payments;
pub(crate) mod psp;

use super::*;
use crate::pix::{Payer, PixKeyKind};
use axum::http::HeaderMap;
use kernel::{Document, Error};
use psp::Psp;
use secrecy::SecretString;
use std::time::Duration as Span;
use time::macros::datetime;
use uuid::Uuid;

const PAID: &str = "E12345678202603011200aaaaaaaaaaa";

pub(in crate::pix) fn settings(psp_url: &str) -> BcbSettings {
    BcbSettings {
        base_url: format!("{psp_url}/v2"),
        token_url: format!("{psp_url}/oauth/token"),
        client_id: "club".into(),
        client_secret: SecretString::from("segredo"),
        scope: Some("cob.write pix.send".into()),
        identity: None,
        authorities: None,
        key: PixKey::parse(PixKeyKind::Phone, "+5511912345678").expect("a key"),
        name: "Clube Navi".into(),
        city: "Santos".into(),
        webhook_token: None,
        proxy_checks_webhook: true,
        patience: Patience {
            connect: Span::from_secs(3),
            total: Span::from_secs(10),
        },
        only_outside: false,
    }
}

/// Gives up soon, for institutions that never answer.
pub(in crate::pix) fn impatient(psp_url: &str) -> BcbSettings {
    BcbSettings {
        patience: Patience {
            connect: Span::from_secs(3),
            total: Span::from_millis(400),
        },
        ..settings(psp_url)
    }
}

pub(in crate::pix) fn clock() -> Clock {
    Clock::fixed(datetime!(2026-03-01 12:00 UTC))
}

async fn open() -> (Psp, Bcb) {
    let psp = Psp::start().await;
    let bcb = Bcb::new(settings(&psp.url), clock()).expect("good settings");
    (psp, bcb)
}

fn new_charge(number: u128) -> NewCharge {
    NewCharge {
        txid: Txid::from(Uuid::from_u128(number)),
        amount: Money::from_centavos(1234_56),
        expires_in: 3600,
        payer: Some(Payer {
            document: Document::parse("12ABC34501DE35").expect("a CNPJ"),
            name: "Padaria".into(),
        }),
        description: Some("ção".repeat(60)),
    }
}

fn paid(valor: &str) -> Value {
    json!({ "endToEndId": PAID, "txid": "abc", "valor": valor, "horario": "2026-03-01T11:00:00.358Z" })
}

fn end_to_end(text: &str) -> EndToEndId {
    EndToEndId::parse(text).expect("an id")
}

#[tokio::test]
async fn the_webhook_is_registered_for_our_key() {
    let (psp, bcb) = open().await;
    assert_eq!(bcb.webhook().await, Ok(None));
    let refused = bcb.register_webhook("http://clube.example.com").await;
    assert!(
        matches!(refused, Err(ProviderError::Refused { .. })),
        "{refused:?}"
    );
    let url = "https://clube.example.com/api/pix/webhooks/bcb";
    assert_eq!(bcb.register_webhook(url).await, Ok(()));
    assert_eq!(
        bcb.webhook().await.as_ref().map(Option::as_deref),
        Ok(Some(url))
    );
    assert!(psp.account().webhooks.contains_key("+5511912345678"));
}

#[tokio::test]
async fn money_is_not_sent_by_the_standard() {
    let (_psp, bcb) = open().await;
    assert_eq!(
        bcb.offers(),
        Offers {
            payouts: false,
            key_lookup: false
        }
    );
    assert_eq!(bcb.balance().await, Err(ProviderError::not_offered()));
    let id = PayoutId::from(Uuid::from_u128(1));
    assert_eq!(bcb.get_payout(&id).await, Err(ProviderError::not_offered()));
}

#[test]
fn a_webhook_has_to_know_the_secret_of_its_address() {
    let settings = BcbSettings {
        webhook_token: Some(SecretString::from("senha")),
        ..settings("http://127.0.0.1:1")
    };
    let bcb = Bcb::new(settings, clock()).expect("good settings");
    let headers = HeaderMap::new();
    for (token, known) in [
        (Some("senha"), true),
        (Some("senh"), false),
        (Some(""), false),
        (None, false),
    ] {
        let webhook = Webhook {
            token,
            headers: &headers,
            body: b"{}",
        };
        assert_eq!(bcb.parse_webhook(&webhook).is_ok(), known, "{token:?}");
    }
    let open = BcbSettings {
        proxy_checks_webhook: false,
        ..self::settings("http://127.0.0.1:1")
    };
    let open = Bcb::new(open, clock()).expect("good settings");
    let webhook = Webhook {
        token: Some("senha"),
        headers: &headers,
        body: b"{}",
    };
    assert!(open.parse_webhook(&webhook).is_err(), "nobody checks");
}

#[test]
fn settings_that_would_tell_secrets_are_refused() {
    let good = settings("https://pix.example.com");
    assert!(!format!("{good:?}").contains("segredo"));
    let refused = |settings: BcbSettings, field: &'static str, reason: &'static str| {
        let error = Bcb::new(settings, clock()).err().expect("refused");
        assert_eq!(error, Error::invalid(field, reason));
    };
    refused(
        BcbSettings {
            base_url: "http://pix.example.com".into(),
            ..good.clone()
        },
        "baseUrl",
        "https",
    );
    refused(
        BcbSettings {
            token_url: "pix.example.com".into(),
            ..good.clone()
        },
        "tokenUrl",
        "invalid",
    );
    refused(
        BcbSettings {
            identity: Some(SecretString::from("PEM")),
            ..good.clone()
        },
        "identity",
        "invalid",
    );
    assert!(Bcb::new(good, clock()).is_ok());
    let json = r#"{"baseUrl":"https://a.b/v2","tokenUrl":"https://a.b/t","clientId":"c","clientSecret":"s",
        "key":{"kind":"email","key":"a@b.co"},"name":"Clube","city":"Santos"}"#;
    let read: BcbSettings = serde_json::from_str(json).expect("settings");
    assert_eq!(read.patience.total, Span::from_secs(10));
}
