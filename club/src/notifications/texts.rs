//! The words of each notification, in both languages. One more is an arm in both tables.

use super::rules::News;
use crate::legal_documents::DocumentKind;
use kernel::{Locale, Money};

/// What a user reads.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Text {
    pub(super) title: String,
    pub(super) body: String,
}

impl News {
    /// The words for it, said by a club of this name.
    pub(super) fn text(&self, locale: Locale, club: &str) -> Text {
        let (title, body) = match locale {
            Locale::PtBr => self.in_portuguese(club),
            Locale::En => self.in_english(club),
        };
        Text {
            title: title.to_owned(),
            body,
        }
    }

    #[expect(
        clippy::too_many_lines,
        reason = "a table of texts, one entry an event"
    )]
    fn in_portuguese(&self, club: &str) -> (&'static str, String) {
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
            Self::PurchaseRefunded { amount, taken_back } if taken_back.is_positive() => (
                "Compra reembolsada",
                format!(
                    "{} da sua compra foram reembolsados; o cashback dessa parte, {}, foi devolvido.",
                    reais(amount),
                    reais(taken_back)
                ),
            ),
            Self::PurchaseRefunded { amount, .. } => (
                "Compra reembolsada",
                format!("{} da sua compra foram reembolsados.", reais(amount)),
            ),
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

    #[expect(
        clippy::too_many_lines,
        reason = "a table of texts, one entry an event"
    )]
    fn in_english(&self, club: &str) -> (&'static str, String) {
        let reais = |amount: &Money| amount.format(Locale::En);
        match self {
            Self::Welcome => (
                "Welcome!",
                format!("Your account at {club} is ready. Every purchase can earn cashback."),
            ),
            Self::CashbackReceived {
                amount,
                is_pending: true,
            } => (
                "You earned cashback",
                format!(
                    "{} of cashback is pending and will be released soon.",
                    reais(amount)
                ),
            ),
            Self::CashbackReceived {
                amount,
                is_pending: false,
            } => (
                "You received cashback",
                format!("{} of cashback is in your wallet.", reais(amount)),
            ),
            Self::CashbackReleased { amount } => (
                "Cashback released",
                format!("{} of cashback can be spent now.", reais(amount)),
            ),
            Self::PurchaseRefunded { amount, taken_back } if taken_back.is_positive() => (
                "Purchase refunded",
                format!(
                    "{} of your purchase was refunded; the cashback of that part, {}, was taken back.",
                    reais(amount),
                    reais(taken_back)
                ),
            ),
            Self::PurchaseRefunded { amount, .. } => (
                "Purchase refunded",
                format!("{} of your purchase was refunded.", reais(amount)),
            ),
            Self::DepositPaid { amount } => (
                "Deposit received",
                format!("{} arrived by Pix and is in your wallet.", reais(amount)),
            ),
            Self::DepositReturned { amount, debt } if debt.is_positive() => (
                "Deposit returned",
                format!(
                    "{} of a deposit of yours went back to who had paid it, as their bank asked. {} of it had been spent and \
                     is now owed to the club.",
                    reais(amount),
                    reais(debt)
                ),
            ),
            Self::DepositReturned { amount, .. } => (
                "Deposit returned",
                format!(
                    "{} of a deposit of yours went back to who had paid it, as their bank asked.",
                    reais(amount)
                ),
            ),
            Self::WithdrawalRequested { amount } => (
                "Withdrawal requested",
                format!("We received your request to withdraw {}.", reais(amount)),
            ),
            Self::WithdrawalApproved { amount } => (
                "Withdrawal approved",
                format!(
                    "Your withdrawal was approved: {} will be sent by Pix.",
                    reais(amount)
                ),
            ),
            Self::WithdrawalRejected { amount, reason } => (
                "Withdrawal refused",
                with_reason(
                    format!(
                        "Your withdrawal was refused and {} is back in your wallet.",
                        reais(amount)
                    ),
                    "Reason",
                    reason,
                ),
            ),
            Self::WithdrawalPaid { amount } => (
                "Withdrawal paid",
                format!("We sent {} by Pix to your key.", reais(amount)),
            ),
            Self::WithdrawalFailed { amount } => (
                "Withdrawal not completed",
                format!(
                    "The Pix could not be completed and {} is back in your wallet.",
                    reais(amount)
                ),
            ),
            Self::WithdrawalReturned { amount } => (
                "Withdrawal returned",
                format!(
                    "The bank that received your withdrawal sent {} back; it is in your wallet again.",
                    reais(amount)
                ),
            ),
            Self::WalletBlocked { amount } => (
                "Amount blocked",
                format!(
                    "{} of your wallet is blocked and can be neither spent nor withdrawn. Ask the club to know more.",
                    reais(amount)
                ),
            ),
            Self::WalletUnblocked { amount, debt_paid } if debt_paid.is_positive() => (
                "Amount freed",
                format!(
                    "{} of your wallet is no longer blocked; {} of it paid what you owed the club.",
                    reais(amount),
                    reais(debt_paid)
                ),
            ),
            Self::WalletUnblocked { amount, .. } => (
                "Amount freed",
                format!(
                    "{} of your wallet is no longer blocked and can be used.",
                    reais(amount)
                ),
            ),
            Self::PixKeyChanged { is_removed: true } => (
                "Pix key removed",
                "Your Pix key was removed. If it was not you, change your password and tell the club.".to_owned(),
            ),
            Self::PixKeyChanged { is_removed: false } => (
                "Pix key changed",
                "Your withdrawals now go to another Pix key. If it was not you, change your password and tell the club."
                    .to_owned(),
            ),
            Self::UserDocumentSubmitted => (
                "Document received",
                "We received the document you sent. You will hear from us once the club has reviewed it.".to_owned(),
            ),
            Self::UserDocumentApproved => (
                "Document approved",
                "The document you sent was approved.".to_owned(),
            ),
            Self::UserDocumentRefused { reason } => (
                "Document refused",
                with_reason(
                    "The document you sent was refused; please send another.".to_owned(),
                    "Reason",
                    reason,
                ),
            ),
            Self::UserDocumentsOutdated => (
                "Send your documents again",
                "Your approved documents were compared with another name or tax number of your account; please send them again."
                    .to_owned(),
            ),
            Self::DocumentPublished { kind } => (
                "Document updated",
                format!("{club} published a new version: {}. Read and accept it in the app.", legal(*kind, Locale::En)),
            ),
            Self::DocumentAccepted { kind } => (
                "Acceptance recorded",
                format!("We recorded what you accepted: {}.", legal(*kind, Locale::En)),
            ),
        }
    }
}

/// The sentence, and the reason after it when one was given.
fn with_reason(sentence: String, word: &str, reason: &str) -> String {
    match reason.trim() {
        "" => sentence,
        reason => format!("{sentence} {word}: {reason}"),
    }
}

/// What a legal text is called.
const fn legal(kind: DocumentKind, locale: Locale) -> &'static str {
    match (kind, locale) {
        (DocumentKind::Terms, Locale::PtBr) => "termos de uso",
        (DocumentKind::Terms, Locale::En) => "terms of use",
        (DocumentKind::Privacy, Locale::PtBr) => "política de privacidade",
        (DocumentKind::Privacy, Locale::En) => "privacy policy",
        (DocumentKind::CashbackRules, Locale::PtBr) => "regras de cashback",
        (DocumentKind::CashbackRules, Locale::En) => "cashback rules",
        (DocumentKind::Fees, Locale::PtBr) => "tarifas",
        (DocumentKind::Fees, Locale::En) => "fees",
    }
}
