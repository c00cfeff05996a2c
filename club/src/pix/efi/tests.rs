use super::*;
use crate::pix::{
    PixKeyKind,
    bcb::tests::{
        clock, impatient,
        psp::{Mishap, Psp},
        settings,
    },
};
use kernel::Document;
use secrecy::SecretString;
use uuid::Uuid;

const SETTLED: &str = "E09089356202603011200APIabcdefgh";

async fn open() -> (Psp, Efi) {
    let psp = Psp::start().await;
    let efi = Efi::new(settings(&psp.url), clock()).expect("good settings");
    (psp, efi)
}

fn new_payout(number: u128, centavos: i64) -> NewPayout {
    NewPayout {
        id: PayoutId::from(Uuid::from_u128(number)),
        key: PixKey::parse(PixKeyKind::Email, "ana@exemplo.com.br").expect("a key"),
        amount: Money::from_centavos(centavos),
        owner: Document::parse("11144477735").expect("a CPF"),
    }
}

fn change(psp: &Psp, id: &PayoutId, field: &str, value: Value) {
    psp.account()
        .sent
        .get_mut(id.as_str())
        .expect("it was sent")[field] = value;
}

#[tokio::test]
async fn a_payout_goes_from_accepted_to_settled_to_returned() {
    let (psp, efi) = open().await;
    let new = new_payout(1, 97_50);
    assert_eq!(efi.get_payout(&new.id).await, Ok(None));
    assert_eq!(efi.send(&new).await, Ok(PayoutStatus::Accepted));
    assert_eq!(
        efi.get_payout(&new.id).await,
        Ok(Some(PayoutStatus::Accepted))
    );
    assert_eq!(psp.account().sent[new.id.as_str()]["valor"], "97.50");

    let end_to_end_id = EndToEndId::parse(SETTLED).expect("an id");
    change(&psp, &new.id, "status", "REALIZADO".into());
    let settled = PayoutStatus::Settled(end_to_end_id.clone());
    assert_eq!(efi.get_payout(&new.id).await, Ok(Some(settled)));

    let part = |status: &str| json!({ "id": "R1", "valor": "2.00", "status": status });
    let parts = json!([
        part("DEVOLVIDO"),
        part("EM_PROCESSAMENTO"),
        part("DEVOLVIDO")
    ]);
    change(&psp, &new.id, "devolucoes", parts);
    let returned = PayoutStatus::Returned {
        end_to_end_id,
        amount: Money::from_centavos(4_00),
    };
    assert_eq!(efi.get_payout(&new.id).await, Ok(Some(returned)));
    assert_eq!(efi.balance().await, Ok(Money::from_centavos(1234_56)));
}

#[tokio::test]
async fn only_a_no_is_a_no() {
    let (psp, efi) = open().await;
    let new = new_payout(1, 1_00);
    efi.send(&new).await.expect("accepted");
    for (status, ours) in [
        (
            "NAO_REALIZADO",
            Ok(Some(PayoutStatus::Rejected("nao_realizado".into()))),
        ),
        ("DE_OUTRA_VERSAO", Ok(Some(PayoutStatus::Unknown))),
    ] {
        change(&psp, &new.id, "status", status.into());
        assert_eq!(efi.get_payout(&new.id).await, ours);
    }
    change(
        &psp,
        &new.id,
        "gnExtras",
        json!({ "erro": { "codigo": "AC03" } }),
    );
    change(&psp, &new.id, "status", "NAO_REALIZADO".into());
    let rejected = PayoutStatus::Rejected("AC03".into());
    assert_eq!(efi.get_payout(&new.id).await, Ok(Some(rejected)));
    change(&psp, &new.id, "status", "REALIZADO".into());
    change(&psp, &new.id, "endToEndId", "E1".into());
    assert_eq!(
        efi.get_payout(&new.id).await,
        Err(bcb::malformed("endToEndId"))
    );
    change(&psp, &new.id, "idEnvio", "outro".into());
    assert_eq!(
        efi.get_payout(&new.id).await,
        Err(bcb::malformed("idEnvio"))
    );
}

#[tokio::test]
async fn a_refusal_is_a_rejection_with_the_institutions_code() {
    let (psp, efi) = open().await;
    let stranger = NewPayout {
        owner: Document::parse("52998224725").expect("a CPF"),
        ..new_payout(1, 1_00)
    };
    let company = NewPayout {
        owner: Document::parse("11222333000181").expect("a CNPJ"),
        ..new_payout(2, 1_00)
    };
    for (new, code) in [
        (stranger, "chave_nao_pertence_ao_documento"),
        (company, "chave_nao_pertence_ao_documento"),
        (new_payout(3, 666_00), "pagamento_negado"),
    ] {
        assert_eq!(
            efi.send(&new).await,
            Ok(PayoutStatus::Rejected(code.into()))
        );
    }
    let nothing = efi.send(&new_payout(4, 0)).await;
    assert!(
        matches!(nothing, Err(ProviderError::Refused { .. })),
        "{nothing:?}"
    );
    assert!(psp.account().sent.is_empty());
}

#[tokio::test]
async fn a_lost_answer_is_unknown_and_the_payout_is_put_once() {
    let psp = Psp::start().await;
    let efi = Efi::new(impatient(&psp.url), clock()).expect("good settings");
    for (number, mishap, there) in [
        (1, Mishap::Late, true),
        (2, Mishap::Silent, false),
        (3, Mishap::Status(500), false),
        (4, Mishap::Status(503), false),
        (5, Mishap::Garbled, true),
        (6, Mishap::Status(302), false),
        (7, Mishap::Status(408), false),
    ] {
        let new = new_payout(number, 1_00);
        let before = psp.count("PUT");
        // The token is fetched before, so that the clock of the lost answer runs for the answer alone.
        assert_eq!(efi.get_payout(&new.id).await, Ok(None));
        psp.next(mishap);
        assert_eq!(efi.send(&new).await, Ok(PayoutStatus::Unknown), "{number}");
        assert_eq!(psp.count("PUT"), before + 1, "{number} was put again");
        let found = there.then_some(PayoutStatus::Accepted);
        assert_eq!(efi.get_payout(&new.id).await, Ok(found), "{number}");
    }
    assert_eq!(psp.account().sent.len(), 2);
}

#[tokio::test]
async fn an_id_that_was_used_is_to_be_asked_for() {
    let (psp, efi) = open().await;
    let new = new_payout(1, 1_00);
    assert_eq!(efi.send(&new).await, Ok(PayoutStatus::Accepted));
    assert_eq!(efi.send(&new).await, Ok(PayoutStatus::Unknown));
    assert_eq!(
        efi.get_payout(&new.id).await,
        Ok(Some(PayoutStatus::Accepted))
    );
    assert_eq!(psp.account().sent.len(), 1);
}

#[tokio::test]
async fn what_surely_did_not_happen_is_an_error() {
    let (psp, efi) = open().await;
    let new = new_payout(1, 1_00);
    psp.next(Mishap::Status(429));
    let busy = efi.send(&new).await;
    assert!(
        matches!(busy, Err(ProviderError::Unreachable(_))),
        "{busy:?}"
    );
    // A right that the account lacks, and an address where nobody is.
    for mishaps in [&[401, 401][..], &[403]] {
        for status in mishaps {
            psp.next(Mishap::Status(*status));
        }
        let closed = efi.send(&new).await;
        assert!(
            matches!(&closed, Err(ProviderError::Unreachable(text)) if text.contains("refused")),
            "{closed:?}"
        );
    }
    let mut lost = Efi::new(settings(&psp.url), clock()).expect("good settings");
    lost.root = lost.root.join("/nowhere/").expect("an address");
    let nobody = lost.send(&new).await;
    assert_eq!(nobody, Err(ProviderError::Unreachable("status 404".into())));
    // No token: whoever gives them out is down, or does not know us.
    psp.account().token_status = Some(503);
    let wrong = BcbSettings {
        client_secret: SecretString::from("outro"),
        ..settings(&psp.url)
    };
    let down = Efi::new(settings(&psp.url), clock()).expect("good settings");
    let down = down.send(&new).await;
    assert!(
        matches!(down, Err(ProviderError::Unreachable(_))),
        "{down:?}"
    );
    psp.account().token_status = None;
    let stranger = Efi::new(wrong, clock()).expect("good settings");
    let stranger = stranger.send(&new).await;
    assert!(
        matches!(&stranger, Err(ProviderError::Unreachable(text)) if text.contains("invalid_client")),
        "{stranger:?}"
    );
    assert!(psp.account().sent.is_empty());
    // A token that was revoked meanwhile: refused with 401, so nothing happened and it may be put again.
    psp.account().token = None;
    assert_eq!(efi.send(&new).await, Ok(PayoutStatus::Accepted));
    assert_eq!(psp.account().sent.len(), 1);
}

#[tokio::test]
async fn what_comes_in_goes_by_the_standard() {
    let (psp, efi) = open().await;
    let id = EndToEndId::parse("E12345678202603011200aaaaaaaaaaa").expect("an id");
    let pix = json!({ "endToEndId": id, "valor": "10.00", "horario": "2026-03-01T11:00:00Z", "gnExtras": {} });
    psp.account().pix.push(pix);
    let pix = efi
        .get_pix(&id)
        .await
        .expect("an answer")
        .expect("a payment");
    assert_eq!(pix.amount, Money::from_centavos(10_00));
    let provider: Box<dyn PixProvider> = Box::new(efi);
    assert_eq!((provider.name(), provider.offers().payouts), ("efi", true));
}

#[test]
fn webhooks_hint_and_nothing_more() {
    let cases: Vec<Value> = serde_json::from_str(include_str!("webhooks.json")).expect("JSON");
    assert_eq!(cases.len(), 7);
    for case in cases {
        let found = hints(case["body"].to_string().as_bytes()).expect("readable");
        let found: Vec<String> = found
            .iter()
            .map(|hint| match hint {
                Hint::Pix(id) => format!("pix {id}"),
                Hint::Refund(id) => format!("refund {id}"),
                Hint::Payout(id) => format!("payout {id}"),
            })
            .collect();
        assert_eq!(json!(found), case["hints"], "{}", case["about"]);
    }
    for bad in ["", "{", "[7]", "{\"pix\": 7}", "\u{0}"] {
        let refused = hints(bad.as_bytes());
        assert!(
            matches!(refused, Err(ProviderError::Malformed(_))),
            "{bad:?}"
        );
    }
}

#[tokio::test]
async fn the_webhook_is_known_by_its_certificate_or_by_its_secret() {
    let (psp, by_certificate) = open().await;
    let url = "https://clube.example.com/api/pix/webhooks/efi/segredo";
    assert_eq!(by_certificate.register_webhook(url).await, Ok(()));
    assert!(!psp.account().skips_mutual_tls);
    let secret = BcbSettings {
        proxy_checks_webhook: false,
        ..settings(&psp.url)
    };
    let by_secret = Efi::new(secret, clock()).expect("good settings");
    assert_eq!(by_secret.register_webhook(url).await, Ok(()));
    assert!(psp.account().skips_mutual_tls);
}
