//! A user's tax number is corrected while money is on its way to a key of the old one.

use super::*;
use crate::{
    testing::Outcome,
    users::{NumbersPatch, correct_numbers},
    withdrawals::{What, history, reject},
};

impl Desk {
    async fn corrected(&self, patch: NumbersPatch) -> Outcome {
        correct_numbers(&self.operator(), self.ana.id, &patch, "Erro").await?;
        Ok(())
    }
}

fn cpf(number: &str) -> NumbersPatch {
    NumbersPatch {
        cpf: Some(number.to_owned()),
        ..NumbersPatch::default()
    }
}

#[tokio::test]
async fn what_was_approved_to_a_key_of_another_number_waits_for_a_person() -> Outcome {
    let desk = Desk::new(300_00).await;
    let sent = desk.sent(100_00, Script::Payouts(Manner::Hold)).await?;
    let id = desk.approved(100_00).await?;
    let phone = NumbersPatch {
        phone: Some("11912345678".to_owned()),
        ..NumbersPatch::default()
    };
    desk.corrected(phone).await?;
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Approved);

    desk.corrected(cpf("52998224725")).await?;
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Requested);
    assert_eq!(desk.status(sent).await?, WithdrawalStatus::Processing);
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 0);
    let refused = approve(&desk.operator(), id).await;
    assert_eq!(refused.expect_err("not theirs").code, "pix_key_not_yours");
    let refused = desk.request(100_00).await;
    assert_eq!(refused.expect_err("not theirs").code, "pix_key_not_yours");
    let what: Vec<_> = history(&desk.operator(), id).await?;
    let what: Vec<_> = what.iter().map(|it| it.what).collect();
    assert_eq!(what, [What::Requested, What::Approved, What::Reconsidered]);
    reject(&desk.operator(), id, "Chave de outro CPF").await?;
    assert_eq!(desk.wallet().await, 200_00);
    Ok(())
}

#[tokio::test]
async fn a_number_set_right_again_can_be_approved_again() -> Outcome {
    let desk = Desk::new(200_00).await;
    let id = desk.approved(100_00).await?;
    desk.corrected(cpf("")).await?;
    assert_eq!(desk.status(id).await?, WithdrawalStatus::Requested);
    assert!(approve(&desk.operator(), id).await.is_err());
    desk.corrected(cpf(CPF)).await?;
    approve(&desk.operator(), id).await?;
    assert_eq!(send_with(&desk.job(), &desk.sandbox).await?, 1);
    Ok(())
}
