//! What leaves: payouts, and to whom.

use super::*;

#[tokio::test]
async fn payouts_are_settled_rejected_and_returned_as_told() {
    let (sandbox, clock) = sandbox();
    let settled = new_payout(1, money(97_50));
    assert_eq!(sandbox.send(&settled).await, Ok(PayoutStatus::Accepted));
    let status = sandbox.get_payout(&settled.id).await.expect("an answer");
    let Some(PayoutStatus::Settled(end_to_end_id)) = status else {
        panic!("{status:?}")
    };
    assert_eq!(arrivals(&sandbox), [Hint::Payout(settled.id.clone())]);

    let script = |amount| Script::ReturnPayout {
        id: settled.id.clone(),
        amount,
        after: 10,
    };
    sandbox.play(script(money(50_00))).expect("told");
    sandbox
        .play(script(money(50_00)))
        .expect("told, but more than there is");
    clock.advance(Duration::seconds(10));
    let returned = PayoutStatus::Returned {
        end_to_end_id,
        amount: money(50_00),
    };
    assert_eq!(sandbox.get_payout(&settled.id).await, Ok(Some(returned)));

    sandbox.play(Script::Payouts(Manner::Reject)).expect("told");
    let rejected = new_payout(2, money(10_00));
    assert_eq!(sandbox.send(&rejected).await, Ok(PayoutStatus::Accepted));
    let status = sandbox.get_payout(&rejected.id).await;
    assert_eq!(status, Ok(Some(PayoutStatus::Rejected("AC03".into()))));

    sandbox.play(Script::Payouts(Manner::Hold)).expect("told");
    let held = new_payout(3, money(10_00));
    sandbox.send(&held).await.expect("accepted");
    assert_eq!(
        sandbox.get_payout(&held.id).await,
        Ok(Some(PayoutStatus::Accepted))
    );
    let decide = Script::Decide {
        id: held.id.clone(),
        rejected: None,
        after: 0,
    };
    sandbox.play(decide).expect("told");
    let status = sandbox.get_payout(&held.id).await;
    assert!(
        matches!(status, Ok(Some(PayoutStatus::Settled(_)))),
        "{status:?}"
    );
    assert_eq!(
        sandbox.balance().await,
        Ok(money(10_000_00 - 47_50 - 10_00))
    );
    sandbox.book().check().expect("it ties out");
}

#[tokio::test]
async fn efis_table_decides_by_amount() {
    let (sandbox, clock) = sandbox();
    sandbox.play(Script::Payouts(Manner::Efi)).expect("told");
    let mut fates = Vec::new();
    for (number, centavos) in [10_00, 10_01, 20_01, 4_00, 5_00].into_iter().enumerate() {
        let new = new_payout(u128::try_from(number).expect("small"), money(centavos));
        let at_once = sandbox.send(&new).await.expect("an answer");
        clock.advance(Duration::seconds(1));
        let later = sandbox
            .get_payout(&new.id)
            .await
            .expect("an answer")
            .expect("known");
        let later = match later {
            PayoutStatus::Settled(_) => "settled".to_owned(),
            PayoutStatus::Rejected(code) => code,
            PayoutStatus::Returned { amount, .. } => format!("returned {}", amount.plain()),
            other => format!("{other:?}"),
        };
        fates.push((at_once == PayoutStatus::Accepted, later));
    }
    let expected = [
        (true, "settled"),
        (true, "AC03"),
        (false, "pagamento_negado"),
        (true, "returned 4.00"),
        (true, "returned 5.00"),
    ];
    assert_eq!(
        fates,
        expected.map(|(accepted, fate)| (accepted, fate.to_owned()))
    );
    let small = new_charge(1, money(10_00));
    sandbox.create_charge(&small).await.expect("a charge");
    assert_eq!(sandbox.book().received().len(), 1, "it pays itself");
    sandbox.book().check().expect("it ties out");
}

#[tokio::test]
async fn a_payout_goes_only_to_its_owner_and_only_with_money() {
    let (sandbox, _) = sandbox();
    let email = PixKey::parse(PixKeyKind::Email, "ana@exemplo.com.br").expect("a key");
    let unknown = NewPayout {
        key: email.clone(),
        ..new_payout(1, money(1_00))
    };
    let other = NewPayout {
        owner: Document::parse("52998224725").expect("a CPF"),
        ..new_payout(2, money(1_00))
    };
    let too_much = new_payout(3, money(10_000_01));
    for (new, code) in [
        (&unknown, "chave_nao_encontrada"),
        (&other, "chave_nao_pertence_ao_documento"),
        (&too_much, "saldo_insuficiente"),
    ] {
        let rejected = PayoutStatus::Rejected(code.to_owned());
        assert_eq!(sandbox.send(new).await, Ok(rejected.clone()));
        assert_eq!(sandbox.get_payout(&new.id).await, Ok(Some(rejected)));
    }
    assert_eq!(sandbox.lookup_key(&email).await, Ok(None));
    let owner = Document::parse("11144477735").expect("a CPF");
    let own = Script::Own {
        key: email.clone(),
        owner: owner.clone(),
        name: "Ana".into(),
    };
    sandbox.play(own).expect("told");
    let found = sandbox
        .lookup_key(&email)
        .await
        .expect("an answer")
        .expect("an owner");
    assert_eq!(found.tax_id, "***.444.777-**");
    assert!(found.may_be(&owner));
    let known = NewPayout {
        key: email,
        ..new_payout(4, money(1_00))
    };
    assert_eq!(sandbox.send(&known).await, Ok(PayoutStatus::Accepted));
}
