//! What users read in Portuguese.

use super::{legal, size, with_reason};
use crate::notifications::rules::News;
use kernel::{Locale, Money};

impl News {
    #[expect(
        clippy::too_many_lines,
        reason = "a table of texts, one entry an event"
    )]
    pub(super) fn in_portuguese(&self, club: &str) -> (&'static str, String) {
        let reais = |amount: &Money| amount.format(Locale::PtBr);
        match self {
            Self::Welcome => (
                "Boas-vindas!",
                format!("Sua conta no {club} está pronta. Cada compra pode render cashback."),
            ),
            Self::CashbackReceived {
                amount,
                is_pending: true,
            } => (
                "Você ganhou cashback",
                format!(
                    "{} de cashback estão pendentes e logo serão liberados.",
                    reais(amount)
                ),
            ),
            Self::CashbackReceived {
                amount,
                is_pending: false,
            } => (
                "Você recebeu cashback",
                format!("{} de cashback já estão na sua carteira.", reais(amount)),
            ),
            Self::CashbackReleased { amount } => (
                "Cashback liberado",
                format!("{} de cashback já podem ser usados.", reais(amount)),
            ),
            Self::CashbackTakenBack { amount, debt } => (
                "Cashback devolvido",
                with_debt(
                    format!(
                        "Uma compra que rendeu cashback a você foi reembolsada; o cashback dessa parte, {}, foi devolvido.",
                        reais(amount)
                    ),
                    *debt,
                ),
            ),
            Self::PurchaseRefunded {
                amount,
                taken_back,
                debt,
            } if taken_back.is_positive() => (
                "Compra reembolsada",
                with_debt(
                    format!(
                        "{} da sua compra foram reembolsados; o cashback dessa parte, {}, foi devolvido.",
                        reais(amount),
                        reais(taken_back)
                    ),
                    *debt,
                ),
            ),
            Self::PurchaseRefunded { amount, .. } => (
                "Compra reembolsada",
                format!("{} da sua compra foram reembolsados.", reais(amount)),
            ),
            Self::SalePaid { price, net } if net < price => (
                "Venda paga",
                format!(
                    "{} foram pagos com a carteira do clube; {} já estão na sua, descontado o cashback.",
                    reais(price),
                    reais(net)
                ),
            ),
            Self::SalePaid { price, .. } => (
                "Venda paga",
                format!(
                    "{} foram pagos com a carteira do clube e já estão na sua.",
                    reais(price)
                ),
            ),
            Self::SaleRefunded {
                amount,
                change,
                is_by_club,
            } => {
                let refunded = if *is_by_club {
                    format!("O clube reembolsou {} de uma venda sua", reais(amount))
                } else {
                    format!("{} de uma venda sua foram reembolsados", reais(amount))
                };
                let moved = reais(&size(*change));
                let body = if change.is_negative() {
                    format!("{refunded}; {moved} saíram da sua carteira.")
                } else if change.is_positive() {
                    format!("{refunded}; {moved} de cashback voltaram para a sua carteira.")
                } else {
                    format!("{refunded}.")
                };
                ("Venda reembolsada", body)
            }
            Self::DepositPaid { amount } => (
                "Depósito recebido",
                format!(
                    "{} chegaram por Pix e já estão na sua carteira.",
                    reais(amount)
                ),
            ),
            Self::DepositReturned { amount, debt } if debt.is_positive() => (
                "Depósito devolvido",
                format!(
                    "{} de um depósito seu voltaram para quem pagou, a pedido do banco de origem. {} já tinham sido usados e \
                     são agora uma dívida com o clube.",
                    reais(amount),
                    reais(debt)
                ),
            ),
            Self::DepositReturned { amount, .. } => (
                "Depósito devolvido",
                format!(
                    "{} de um depósito seu voltaram para quem pagou, a pedido do banco de origem.",
                    reais(amount)
                ),
            ),
            Self::WithdrawalRequested { amount } => (
                "Saque solicitado",
                format!("Recebemos o seu pedido de saque de {}.", reais(amount)),
            ),
            Self::WithdrawalApproved { amount } => (
                "Saque aprovado",
                format!(
                    "O seu saque foi aprovado: {} serão enviados por Pix.",
                    reais(amount)
                ),
            ),
            Self::WithdrawalRejected { amount, reason } => (
                "Saque recusado",
                with_reason(
                    format!(
                        "O seu saque foi recusado e {} voltaram para a sua carteira.",
                        reais(amount)
                    ),
                    "Motivo",
                    reason,
                ),
            ),
            Self::WithdrawalPaid { amount } => (
                "Saque pago",
                format!("Enviamos {} por Pix para a sua chave.", reais(amount)),
            ),
            Self::WithdrawalFailed { amount } => (
                "Saque não concluído",
                format!(
                    "O Pix não pôde ser concluído e {} voltaram para a sua carteira.",
                    reais(amount)
                ),
            ),
            Self::WithdrawalReturned { amount } => (
                "Saque devolvido",
                format!(
                    "O banco que recebeu o seu saque devolveu {}, que estão de novo na sua carteira.",
                    reais(amount)
                ),
            ),
            Self::WalletBlocked { amount } => (
                "Valor bloqueado",
                format!(
                    "{} da sua carteira estão bloqueados e não podem ser usados nem sacados. Para saber mais, fale com o clube.",
                    reais(amount)
                ),
            ),
            Self::WalletUnblocked { amount, debt_paid } if debt_paid.is_positive() => (
                "Valor liberado",
                format!(
                    "{} da sua carteira foram desbloqueados; {} deles pagaram a sua dívida com o clube.",
                    reais(amount),
                    reais(debt_paid)
                ),
            ),
            Self::WalletUnblocked { amount, .. } => (
                "Valor liberado",
                format!(
                    "{} da sua carteira foram desbloqueados e já podem ser usados.",
                    reais(amount)
                ),
            ),
            Self::DebtForgiven { amount, debt } if debt.is_positive() => (
                "Dívida perdoada",
                format!(
                    "O clube perdoou {} da sua dívida. Faltam {}, que o próximo cashback paga primeiro.",
                    reais(amount),
                    reais(debt)
                ),
            ),
            Self::DebtForgiven { amount, .. } => (
                "Dívida perdoada",
                format!(
                    "O clube perdoou a sua dívida de {}. Você não deve mais nada.",
                    reais(amount)
                ),
            ),
            Self::PixKeyChanged { is_removed: true } => (
                "Chave Pix removida",
                "A sua chave Pix foi removida. Se não foi você, troque a sua senha e fale com o clube.".to_owned(),
            ),
            Self::PixKeyChanged { is_removed: false } => (
                "Chave Pix alterada",
                "Os seus saques vão agora para outra chave Pix. Se não foi você, troque a sua senha e fale com o clube."
                    .to_owned(),
            ),
            Self::UserDocumentSubmitted => (
                "Documento recebido",
                "Recebemos o documento que você enviou. Avisaremos assim que o clube o analisar.".to_owned(),
            ),
            Self::UserDocumentApproved => (
                "Documento aprovado",
                "O documento que você enviou foi aprovado.".to_owned(),
            ),
            Self::UserDocumentRefused { reason } => (
                "Documento recusado",
                with_reason(
                    "O documento que você enviou foi recusado; envie outro.".to_owned(),
                    "Motivo",
                    reason,
                ),
            ),
            Self::UserDocumentsOutdated => (
                "Envie seus documentos de novo",
                "Os documentos já aprovados foram conferidos com outro nome, CPF ou CNPJ da sua conta; envie-os de novo."
                    .to_owned(),
            ),
            Self::DocumentPublished { kind } => (
                "Documento atualizado",
                format!("O {club} publicou uma nova versão: {}. Leia e aceite no aplicativo.", legal(*kind, Locale::PtBr)),
            ),
            Self::DocumentAccepted { kind } => (
                "Aceite registrado",
                format!("Registramos o seu aceite: {}.", legal(*kind, Locale::PtBr)),
            ),
        }
    }
}

/// The sentence, and what is owed of the cashback that it speaks of.
fn with_debt(sentence: String, debt: Money) -> String {
    if !debt.is_positive() {
        return sentence;
    }
    let debt = debt.format(Locale::PtBr);
    format!(
        "{sentence} {debt} dele já tinham sido usados e são agora uma dívida com o clube, que o seu próximo cashback paga \
         primeiro."
    )
}
