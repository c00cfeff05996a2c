mod failures;
mod mutual_tls;
pub(crate) mod psp;

use super::{wire::amount_text, *};
use crate::pix::{BrCode, ChargeStatus, Payer, PixKeyKind, Recipient, RefundStatus, Sender};
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
async fn a_charge_is_made_read_and_taken_back() {
    let (psp, bcb) = open().await;
    let new = new_charge(1);
    assert_eq!(bcb.get_charge(&new.txid).await, Ok(None));
    let made = bcb.create_charge(&new).await.expect("it fits the contract");
    assert_eq!(
        (made.status, made.amount),
        (ChargeStatus::Active, new.amount)
    );
    assert_eq!(made.expires_at - made.created_at, time::Duration::hours(1));
    let code =
        BrCode::parse(made.br_code.as_deref().expect("a code")).expect("made of the location");
    assert_eq!(
        code.recipient,
        Recipient::Location(format!("pix.example.com/qr/v2/{}", new.txid))
    );
    assert_eq!(
        (code.name.as_str(), code.city.as_str()),
        ("Clube Navi", "Santos")
    );

    psp.account()
        .cobs
        .get_mut(new.txid.as_str())
        .expect("it is there")["pix"] = json!([paid("1234.56")]);
    let read = bcb
        .get_charge(&new.txid)
        .await
        .expect("an answer")
        .expect("the charge");
    assert_eq!(read.paid_by, [end_to_end(PAID)]);
    let taken = bcb.cancel_charge(&new.txid).await.expect("taken back");
    assert_eq!(taken.status, ChargeStatus::Cancelled);
    let again = bcb.cancel_charge(&new.txid).await;
    assert!(
        matches!(again, Err(ProviderError::Refused { .. })),
        "{again:?}"
    );

    for (status, ours) in [
        ("CONCLUIDA", ChargeStatus::Paid),
        ("REMOVIDA_PELO_PSP", ChargeStatus::Withdrawn),
        ("DE_OUTRA_VERSAO", ChargeStatus::Other),
    ] {
        psp.account()
            .cobs
            .get_mut(new.txid.as_str())
            .expect("it is there")["status"] = status.into();
        let read = bcb
            .get_charge(&new.txid)
            .await
            .expect("an answer")
            .expect("the charge");
        assert_eq!(read.status, ours);
    }
}

#[tokio::test]
async fn what_the_contract_refuses_is_refused_before_it_is_sent() {
    let (psp, bcb) = open().await;
    let short = NewCharge {
        txid: Txid::parse("curto").expect("an id"),
        ..new_charge(1)
    };
    let nothing = NewCharge {
        amount: Money::ZERO,
        ..new_charge(1)
    };
    let too_much = NewCharge {
        amount: Money::from_centavos(10_000_000_000_00),
        ..new_charge(1)
    };
    for new in [short, nothing, too_much] {
        assert!(matches!(
            bcb.create_charge(&new).await,
            Err(ProviderError::Refused { .. })
        ));
    }
    assert_eq!(psp.account().seen, [""; 0]);
    let most = Money::from_centavos(9_999_999_999_99);
    assert_eq!(amount_text(most), Ok("9999999999.99".to_owned()));
}

#[tokio::test]
async fn payments_are_read_and_refunded() {
    let (psp, bcb) = open().await;
    let id = end_to_end(PAID);
    assert_eq!(bcb.get_pix(&id).await, Ok(None));
    psp.account().pix.push(paid("10.00"));
    let pix = bcb
        .get_pix(&id)
        .await
        .expect("an answer")
        .expect("a payment");
    assert_eq!(
        (pix.amount, pix.received_at),
        (
            Money::from_centavos(10_00),
            datetime!(2026-03-01 11:00:00.358 UTC)
        )
    );
    assert_eq!(pix.txid, Txid::parse("abc").ok());

    let refund = RefundId::from(Uuid::from_u128(9));
    assert_eq!(bcb.get_refund(&id, &refund).await, Ok(None));
    let begun = bcb
        .refund(&id, &refund, Money::from_centavos(4_00))
        .await
        .expect("begun");
    assert_eq!(
        (begun.status, begun.amount),
        (RefundStatus::Processing, Money::from_centavos(4_00))
    );
    assert_eq!(
        bcb.refund(&id, &refund, Money::from_centavos(4_00))
            .await
            .as_ref(),
        Ok(&begun),
        "refused by the institution, because it is there"
    );
    let other = bcb.refund(&id, &refund, Money::from_centavos(5_00)).await;
    assert!(
        matches!(other, Err(ProviderError::Refused { .. })),
        "{other:?}"
    );
    assert_eq!(bcb.get_refund(&id, &refund).await, Ok(Some(begun.clone())));
    let pix = bcb
        .get_pix(&id)
        .await
        .expect("an answer")
        .expect("a payment");
    assert_eq!(pix.refunds, [begun]);
    // As the contract's own example of a webhook has it.
    let single = psp.account().pix[0]["devolucoes"][0].clone();
    psp.account().pix[0]["devolucoes"] = single;
    let pix = bcb
        .get_pix(&id)
        .await
        .expect("an answer")
        .expect("a payment");
    assert_eq!(pix.refunds.len(), 1);
}

#[tokio::test]
async fn who_paid_is_read_where_institutions_tell_it() {
    let (psp, bcb) = open().await;
    let id = end_to_end(PAID);
    let whole = json!({ "nome": "Ana Souza", "cpf": "11144477735" });
    let company =
        json!({ "pagador": { "nome": "Padaria", "cnpj": "12ABC34501DE35", "codigoBanco": "364" } });
    for (told, sender) in [
        (json!({}), Sender::default()),
        (
            json!({ "infoPagador": "obrigado\u{0}" }),
            Sender::told(None, None, Some("obrigado")),
        ),
        (
            json!({ "infoPagador": "oi", "pagador": whole }),
            Sender::told(Some("Ana Souza"), Some("***.444.777-**"), Some("oi")),
        ),
        (
            json!({ "gnExtras": company }),
            Sender::told(Some("Padaria"), Some("**.ABC.345/****-**"), None),
        ),
        // What is not in the contract cannot hide a payment.
        (
            json!({ "infoPagador": 7, "pagador": "Ana", "gnExtras": [] }),
            Sender::default(),
        ),
    ] {
        let mut pix = paid("10.00");
        for (name, value) in told.as_object().expect("an object") {
            pix[name] = value.clone();
        }
        psp.account().pix = vec![pix];
        let pix = bcb.get_pix(&id).await.expect("an answer");
        assert_eq!(pix.expect("a payment").sender, sender, "{told}");
    }
}

#[tokio::test]
async fn a_list_is_read_to_its_end_and_a_bad_entry_hides_no_other() {
    let (psp, bcb) = open().await;
    for number in 0..5 {
        let mut pix = paid("1.00");
        pix["endToEndId"] = format!("E1234567820260301120{number}aaaaaaaaaaa").into();
        pix["devolucoes"] = if number == 4 {
            let refund = json!({ "id": "MED1", "valor": "1.00", "status": "DEVOLVIDO", "natureza": "MED_FRAUDE" });
            json!([refund])
        } else {
            Value::Null
        };
        psp.account().pix.push(pix);
    }
    psp.account().pix[2]["valor"] = "1,00".into();
    let mut window = Window {
        from: datetime!(2026-03-01 00:00 UTC),
        to: datetime!(2026-03-02 00:00 UTC),
        refunded_only: false,
    };
    let (mut pages, mut next) = (Vec::new(), Some(0));
    while let Some(page) = next {
        let page = bcb.list_pix(&window, page).await.expect("a page");
        next = page.next;
        pages.push((page.pix.len(), page.unreadable));
    }
    let bad = vec!["E12345678202603011202aaaaaaaaaaa: malformed answer: valor".to_owned()];
    assert_eq!(pages, [(2, vec![]), (1, bad), (1, vec![])]);
    window.refunded_only = true;
    let page = bcb.list_pix(&window, 0).await.expect("a page");
    assert_eq!((page.pix.len(), page.next), (1, None));
    assert_eq!(
        page.pix[0].refunds[0].nature,
        crate::pix::RefundNature::Fraud
    );
    window.to = datetime!(2026-03-01 10:00 UTC);
    assert_eq!(bcb.list_pix(&window, 0).await, Ok(PixPage::default()));
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
