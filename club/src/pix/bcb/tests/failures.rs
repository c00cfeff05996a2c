//! What the network, the institution and time do to a question.

use super::{psp::Mishap, *};
use crate::pix::bcb::wire::money;

async fn open_impatiently() -> (Psp, Bcb) {
    let psp = Psp::start().await;
    let bcb = Bcb::new(impatient(&psp.url), clock()).expect("good settings");
    (psp, bcb)
}

#[tokio::test]
async fn a_name_that_leads_into_our_own_network_is_not_followed() {
    let psp = Psp::start().await;
    let by_name = psp.url.replace("127.0.0.1", "localhost");
    let outside = |only_outside| {
        let settings = BcbSettings {
            only_outside,
            ..settings(&by_name)
        };
        Bcb::new(settings, clock()).expect("good settings")
    };
    let refused = outside(true).get_charge(&Txid::from(Uuid::max())).await;
    assert!(
        matches!(refused, Err(ProviderError::Unreachable(_))),
        "{refused:?}"
    );
    assert_eq!(psp.account().tokens_given, 0, "nobody was asked");
    let found = outside(false).get_charge(&Txid::from(Uuid::max())).await;
    assert_eq!(found, Ok(None));
}

#[tokio::test]
async fn an_account_begins_with_the_providers_name() {
    let (_psp, bcb) = open_impatiently().await;
    let account = bcb.account();
    assert!(account.contains(" club "), "{account}");
    assert_eq!(crate::pix::name_in(&account), bcb.name());
    assert_eq!(crate::pix::name_in("sandbox"), "sandbox");
}

#[tokio::test]
async fn one_token_serves_all_until_shortly_before_it_expires() {
    let psp = Psp::start().await;
    let clock = clock();
    let bcb = Bcb::new(settings(&psp.url), clock.clone()).expect("good settings");
    let txid = Txid::from(Uuid::from_u128(1));
    let (a, b, c, d) = tokio::join!(
        bcb.get_charge(&txid),
        bcb.get_charge(&txid),
        bcb.get_charge(&txid),
        bcb.get_charge(&txid),
    );
    assert!([a, b, c, d].iter().all(|answer| *answer == Ok(None)));
    assert_eq!(psp.account().tokens_given, 1);
    clock.advance(time::Duration::minutes(53));
    assert_eq!(bcb.get_charge(&txid).await, Ok(None));
    assert_eq!(psp.account().tokens_given, 1);
    clock.advance(time::Duration::minutes(1));
    assert_eq!(bcb.get_charge(&txid).await, Ok(None));
    assert_eq!(psp.account().tokens_given, 2);
}

#[tokio::test]
async fn a_token_that_was_revoked_is_replaced_once() {
    let (psp, bcb) = open().await;
    let txid = Txid::from(Uuid::from_u128(1));
    assert_eq!(bcb.get_charge(&txid).await, Ok(None));
    psp.account().token = None;
    let (a, b) = tokio::join!(bcb.get_charge(&txid), bcb.get_charge(&txid));
    assert_eq!((a, b), (Ok(None), Ok(None)));
    assert_eq!(psp.account().tokens_given, 2);

    for _ in 0..2 {
        psp.next(Mishap::Status(401));
    }
    let refused = bcb.get_charge(&txid).await;
    assert!(
        matches!(refused, Err(ProviderError::Refused { .. })),
        "{refused:?}"
    );
    assert_eq!(psp.account().tokens_given, 3);
}

#[tokio::test]
async fn without_a_token_nothing_happened() {
    let (psp, bcb) = open().await;
    let new = new_charge(1);
    psp.account().token_status = Some(503);
    assert!(matches!(
        bcb.create_charge(&new).await,
        Err(ProviderError::Unreachable(_))
    ));
    psp.account().token_status = None;
    let wrong = BcbSettings {
        client_secret: SecretString::from("outro"),
        ..settings(&psp.url)
    };
    let stranger = Bcb::new(wrong, clock()).expect("good settings");
    let Err(ProviderError::Refused { code, .. }) = stranger.create_charge(&new).await else {
        panic!("refused");
    };
    assert_eq!(code, "invalid_client");
    assert_eq!(psp.account().seen, [""; 0]);
}

#[tokio::test]
async fn an_institution_that_fails_is_asked_again_three_times_in_all() {
    let (psp, bcb) = open().await;
    let new = new_charge(1);
    psp.next(Mishap::Status(503));
    psp.next(Mishap::Status(429));
    bcb.create_charge(&new).await.expect("the third time");
    assert_eq!(psp.count("PUT"), 3);
    for _ in 0..3 {
        psp.next(Mishap::Status(500));
    }
    assert!(matches!(
        bcb.get_charge(&new.txid).await,
        Err(ProviderError::Unreachable(_))
    ));
    assert_eq!(psp.count("GET"), 3);
    for _ in 0..3 {
        psp.next(Mishap::Status(502));
    }
    let open = bcb.cancel_charge(&new.txid).await;
    assert!(matches!(open, Err(ProviderError::Unknown(_))), "{open:?}");
    assert!(bcb.cancel_charge(&new.txid).await.is_ok());
}

#[tokio::test]
async fn a_charge_whose_answer_got_lost_is_found_by_making_it_again() {
    let (psp, bcb) = open_impatiently().await;
    let new = new_charge(1);
    psp.next(Mishap::Late);
    let lost = bcb.create_charge(&new).await;
    assert!(matches!(lost, Err(ProviderError::Unknown(_))), "{lost:?}");
    let made = bcb.create_charge(&new).await.expect("it is there");
    assert_eq!(made.txid, new.txid);
    let other = NewCharge {
        amount: Money::from_centavos(1),
        ..new
    };
    assert!(matches!(
        bcb.create_charge(&other).await,
        Err(ProviderError::Refused { .. })
    ));
    assert_eq!(psp.account().cobs.len(), 1);
}

#[tokio::test]
async fn silence_is_given_up() {
    let (psp, bcb) = open_impatiently().await;
    psp.next(Mishap::Silent);
    let txid = Txid::from(Uuid::from_u128(1));
    assert!(matches!(
        bcb.get_charge(&txid).await,
        Err(ProviderError::Unreachable(_))
    ));
    psp.next(Mishap::Silent);
    assert!(matches!(
        bcb.create_charge(&new_charge(1)).await,
        Err(ProviderError::Unknown(_))
    ));
    assert_eq!(bcb.get_charge(&txid).await, Ok(None));
}

#[tokio::test]
async fn nobody_there_is_unreachable_for_writings_too() {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let closed = format!("http://{}", listener.local_addr().expect("an address"));
    drop(listener);
    let psp = Psp::start().await;
    let halfway = BcbSettings {
        base_url: format!("{closed}/v2"),
        ..settings(&psp.url)
    };
    let bcb = Bcb::new(halfway, clock()).expect("good settings");
    let error = bcb
        .create_charge(&new_charge(1))
        .await
        .expect_err("nobody is there");
    assert!(
        matches!(&error, ProviderError::Unreachable(words) if !words.contains("cob")),
        "{error:?}"
    );
}

#[tokio::test]
async fn an_answer_that_cannot_be_read_is_told_without_being_quoted() {
    let (psp, bcb) = open().await;
    let new = new_charge(1);
    psp.next(Mishap::Garbled);
    let garbled = bcb.create_charge(&new).await.expect_err("half an answer");
    assert_eq!(garbled, ProviderError::Malformed("Eof at 1:14".into()));
    psp.account()
        .cobs
        .get_mut(new.txid.as_str())
        .expect("it was made")["valor"] = "segredo".into();
    let wrong = bcb.get_charge(&new.txid).await.expect_err("not an amount");
    assert!(
        matches!(&wrong, ProviderError::Malformed(words) if !words.contains("segredo")),
        "{wrong:?}"
    );
    let id = end_to_end(PAID);
    let mut other = paid("1.00");
    other["endToEndId"] = "E12345678202603011200bbbbbbbbbbb".into();
    psp.account().pix.push(other);
    assert_eq!(bcb.get_pix(&id).await, Ok(None));
}

#[test]
fn amounts_are_read_whole() {
    for (text, centavos) in [
        ("0.00", 0),
        ("0.01", 1),
        ("1234.56", 1234_56),
        ("9999999999.99", 9_999_999_999_99),
    ] {
        assert_eq!(money(text), Ok(Money::from_centavos(centavos)));
    }
    for bad in [
        "",
        "1",
        "1.0",
        "1.000",
        ".10",
        "1,00",
        "-1.00",
        "+1.00",
        "1e3.00",
        "12345678901.00",
        " 1.00",
        "1.00\n",
        "１.00",
    ] {
        assert!(money(bad).is_err(), "{bad:?}");
    }
}

#[test]
fn refusals_name_the_reason_and_quote_nobody() {
    for (body, code, message) in [
        (
            psp::problem(
                400,
                "CobOperacaoInvalida",
                &[("cob.devedor.cpf", "inválido")],
            )
            .1
            .0
            .to_string(),
            "CobOperacaoInvalida",
            "Recusado; Detalhe.; cob.devedor.cpf: inválido",
        ),
        (
            r#"{"nome":"valor_invalido","mensagem":"Não."}"#.into(),
            "valor_invalido",
            "Não.",
        ),
        (r#"{"error":"invalid_client"}"#.into(), "invalid_client", ""),
        (
            r#"{"type":"about:blank","title":"Não"}"#.into(),
            "http_400",
            "Não",
        ),
        ("<html>".into(), "http_400", ""),
        (r#"{"nome":7}"#.into(), "http_400", ""),
    ] {
        assert_eq!(
            refusal(400, body.as_bytes()),
            ProviderError::refused(code, message),
            "{body}"
        );
    }
    let long = format!(r#"{{"title":"{}"}}"#, "x".repeat(5000));
    let ProviderError::Refused { message, .. } = refusal(400, long.as_bytes()) else {
        panic!("a refusal");
    };
    assert_eq!(message.len(), 400);
}

#[tokio::test]
async fn a_refund_whose_answer_got_lost_is_not_refused() {
    let (psp, bcb) = open().await;
    psp.account().pix.push(paid("10.00"));
    let (id, amount) = (end_to_end(PAID), Money::from_centavos(4_00));
    // It is done, and asked for once more because no answer came.
    psp.next(Mishap::Lost(502));
    let lost = RefundId::from(Uuid::from_u128(9));
    let made = bcb.refund(&id, &lost, amount).await;
    assert_eq!(made.as_ref().map(|made| &made.id), Ok(&lost));
    // Refused, and what the institution has cannot be asked: nobody knows.
    for _ in 0..2 {
        psp.next(Mishap::Lost(502));
    }
    psp.next(Mishap::Status(400));
    for _ in 0..3 {
        psp.next(Mishap::Status(503));
    }
    let open = bcb
        .refund(&id, &RefundId::from(Uuid::from_u128(10)), amount)
        .await;
    assert!(
        matches!(open, Err(ProviderError::Unreachable(_))),
        "{open:?}"
    );
    let refunds = psp.account().pix[0]["devolucoes"].clone();
    assert_eq!(refunds.as_array().map(Vec::len), Some(2));
}
