//! What users read in English.

use super::{legal, size, with_reason};
use crate::notifications::rules::News;
use kernel::{Locale, Money};

impl News {
    #[expect(
        clippy::too_many_lines,
        reason = "a table of texts, one entry an event"
    )]
    pub(super) fn in_english(&self, club: &str) -> (&'static str, String) {
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
            Self::CashbackTakenBack { amount, debt } => (
                "Cashback taken back",
                with_debt(
                    format!(
                        "A purchase that had brought you cashback was refunded; the cashback of that part, {}, was taken back.",
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
                "Purchase refunded",
                with_debt(
                    format!(
                        "{} of your purchase was refunded; the cashback of that part, {}, was taken back.",
                        reais(amount),
                        reais(taken_back)
                    ),
                    *debt,
                ),
            ),
            Self::PurchaseRefunded { amount, .. } => (
                "Purchase refunded",
                format!("{} of your purchase was refunded.", reais(amount)),
            ),
            Self::SalePaid { price, net } if net < price => (
                "Sale paid",
                format!(
                    "{} was paid from a wallet of the club; {} is in yours, after the cashback.",
                    reais(price),
                    reais(net)
                ),
            ),
            Self::SalePaid { price, .. } => (
                "Sale paid",
                format!(
                    "{} was paid from a wallet of the club and is in yours.",
                    reais(price)
                ),
            ),
            Self::SaleRefunded {
                amount,
                change,
                is_by_club,
            } => {
                let refunded = if *is_by_club {
                    format!("The club refunded {} of a sale of yours", reais(amount))
                } else {
                    format!("{} of a sale of yours was refunded", reais(amount))
                };
                let moved = reais(&size(*change));
                let body = if change.is_negative() {
                    format!("{refunded}; {moved} left your wallet.")
                } else if change.is_positive() {
                    format!("{refunded}; {moved} of cashback is back in your wallet.")
                } else {
                    format!("{refunded}.")
                };
                ("Sale refunded", body)
            }
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
            Self::DebtForgiven { amount, debt } if debt.is_positive() => (
                "Debt forgiven",
                format!(
                    "The club forgave {} of what you owe it. {} is left; your next cashback pays it first.",
                    reais(amount),
                    reais(debt)
                ),
            ),
            Self::DebtForgiven { amount, .. } => (
                "Debt forgiven",
                format!(
                    "The club forgave the {} that you owed it. You owe nothing more.",
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

/// The sentence, and what is owed of the cashback that it speaks of.
fn with_debt(sentence: String, debt: Money) -> String {
    if !debt.is_positive() {
        return sentence;
    }
    let debt = debt.format(Locale::En);
    format!(
        "{sentence} {debt} of it had been spent and is now owed to the club; your next cashback pays it first."
    )
}
