//! The words of a receipt's page, in both languages.

use super::{
    Receipt,
    page::{Page, Proof},
};
use crate::{Ctx, ledger::TransactionKind, wallet::WalletAccount};
use kernel::{Locale, Result};
use time::{PrimitiveDateTime, macros::format_description};

/// The page of a receipt, for somebody who reads this language; `local` is when it happened in the club's time zone.
pub(super) fn page(
    ctx: &Ctx,
    receipt: &Receipt,
    locale: Locale,
    local: PrimitiveDateTime,
) -> Result<Page> {
    let (facts, words) = (&receipt.facts, words(locale));
    let when = match locale {
        Locale::PtBr => local.format(format_description!(
            "[day]/[month]/[year] [hour]:[minute]:[second]"
        )),
        Locale::En => local.format(format_description!(
            "[year]-[month]-[day] [hour]:[minute]:[second]"
        )),
    };
    let when = when.map_err(kernel::Error::internal)?;
    let money = |amount: kernel::Money| amount.format(locale);
    let mut rows = vec![(words.when, format!("{when} ({})", ctx.tenant.time_zone))];
    let mut row = |label, value: Option<String>| rows.extend(value.map(|value| (label, value)));
    row(words.user, Some(facts.user_name.clone()));
    row(words.counterparty, facts.counterparty.clone());
    for movement in &facts.movements {
        let label = account(movement.account, locale);
        let value = money(movement.amount);
        row(
            label,
            Some(if movement.kind == facts.kind {
                value
            } else {
                format!("{value} ({})", kind(movement.kind, locale))
            }),
        );
    }
    row(words.fee, facts.fee.map(money));
    row(words.net, facts.net_amount.map(money));
    row(words.reference, facts.reference.clone());
    row(words.subject, Some(facts.subject_id.to_string()));
    row(words.transaction, Some(facts.transaction_id.to_string()));
    let document = facts.company_document.formatted();
    let company = format!("{} ({document})", facts.company_name);
    row(words.company, Some(company));
    Ok(Page {
        locale,
        club: ctx.tenant.branding.app_name.clone(),
        colour: ctx.tenant.branding.primary_color,
        title: words.title,
        kind: kind(facts.kind, locale),
        amount: facts.movements.first().map(|first| money(first.amount)),
        rows,
        proof: words.proof,
    })
}

struct Words {
    title: &'static str,
    when: &'static str,
    user: &'static str,
    counterparty: &'static str,
    fee: &'static str,
    net: &'static str,
    reference: &'static str,
    subject: &'static str,
    transaction: &'static str,
    company: &'static str,
    proof: Proof,
}

const fn words(locale: Locale) -> Words {
    match locale {
        Locale::PtBr => Words {
            title: "Comprovante",
            when: "Data e hora",
            user: "Em nome de",
            counterparty: "Outra parte",
            fee: "Tarifa",
            net: "Valor líquido",
            reference: "Referência",
            subject: "Operação",
            transaction: "Transação",
            company: "Clube",
            proof: Proof {
                heading: "Assinatura digital",
                explanation: "Os dados deste comprovante foram assinados (Ed25519) com a chave de quem ele nomeia. O código \
                              ao lado contém o texto assinado, a assinatura e a chave pública: com eles qualquer pessoa \
                              pode conferir que nada foi alterado.",
                public_key: "Chave pública",
                signature: "Assinatura",
            },
        },
        Locale::En => Words {
            title: "Receipt",
            when: "Date and time",
            user: "In the name of",
            counterparty: "Other party",
            fee: "Fee",
            net: "Net amount",
            reference: "Reference",
            subject: "Operation",
            transaction: "Transaction",
            company: "Club",
            proof: Proof {
                heading: "Digital signature",
                explanation: "What this receipt says was signed (Ed25519) with the key of the person whom it names. The code \
                              beside this holds the signed text, the signature and the public key: with them anybody can \
                              check that nothing was changed.",
                public_key: "Public key",
                signature: "Signature",
            },
        },
    }
}

const fn account(account: WalletAccount, locale: Locale) -> &'static str {
    match (account, locale) {
        (WalletAccount::Available, Locale::PtBr) => "Saldo disponível",
        (WalletAccount::Available, Locale::En) => "Available balance",
        (WalletAccount::Pending, Locale::PtBr) => "Cashback pendente",
        (WalletAccount::Pending, Locale::En) => "Pending cashback",
        (WalletAccount::Blocked, Locale::PtBr) => "Saldo bloqueado",
        (WalletAccount::Blocked, Locale::En) => "Blocked balance",
        (WalletAccount::Debt, Locale::PtBr) => "Dívida com o clube",
        (WalletAccount::Debt, Locale::En) => "Debt to the club",
    }
}

const fn kind(kind: TransactionKind, locale: Locale) -> &'static str {
    let (portuguese, english) = match kind {
        TransactionKind::Deposit => ("Depósito por Pix", "Deposit by Pix"),
        TransactionKind::Purchase => ("Compra", "Purchase"),
        TransactionKind::Release => ("Liberação de cashback", "Release of cashback"),
        TransactionKind::Refund => ("Reembolso de compra", "Refund of a purchase"),
        TransactionKind::Withdrawal => ("Saque por Pix", "Withdrawal by Pix"),
        TransactionKind::WithdrawalPaid => ("Saque pago", "Withdrawal paid"),
        TransactionKind::WithdrawalReturned => ("Saque devolvido", "Withdrawal returned"),
        TransactionKind::Suspense => ("Pix identificado", "Identified Pix"),
        TransactionKind::DebtPaid => ("Pagamento de dívida", "Payment of a debt"),
        TransactionKind::Block => ("Bloqueio de saldo", "Block of balance"),
        TransactionKind::Unblock => ("Desbloqueio de saldo", "Unblocking of balance"),
        TransactionKind::Adjustment => ("Ajuste do clube", "Adjustment by the club"),
        TransactionKind::Cashback => ("Cashback", "Cashback"),
        TransactionKind::DepositReturned => ("Depósito devolvido", "Deposit returned"),
        TransactionKind::GivenUp => ("Saldo deixado ao clube", "Balance left to the club"),
    };
    match locale {
        Locale::PtBr => portuguese,
        Locale::En => english,
    }
}
