//! Charges, as the contract has them.

use super::*;
use crate::pix::{BrCode, ChargeStatus, Recipient, bcb::wire::amount_text};

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
