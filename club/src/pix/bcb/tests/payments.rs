//! Payments that came in, one by one and listed, and their refunds.

use super::*;
use crate::pix::{RefundStatus, Sender};

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
