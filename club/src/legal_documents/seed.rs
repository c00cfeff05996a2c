//! Legal texts for a demonstration.

use super::{DocumentKind, LegalText, LegalTexts, draft, publish, versions};
use crate::Ctx;
use kernel::Result;

/// Title and text in Portuguese, then in English; `{club}` is the club's name.
type Sample = (&'static str, &'static str, &'static str, &'static str);

const fn sample(kind: DocumentKind) -> Sample {
    match kind {
        DocumentKind::Terms => (
            "Termos de uso",
            "## 1. O clube\n\nQuem compra de um lojista do {club} recebe de volta uma parte do preço, o cashback.\n\n\
             ## 2. A sua conta\n\nA conta é pessoal. Guarde a senha e mantenha os seus dados em dia.\n\n\
             ## 3. Sair do clube\n\nVocê pode sair a qualquer momento, no seu perfil.",
            "Terms of use",
            "## 1. The club\n\nWhoever buys from a merchant of {club} gets part of the price back: the cashback.\n\n\
             ## 2. Your account\n\nThe account is personal. Keep the password safe and your data up to date.\n\n\
             ## 3. Leaving the club\n\nYou can leave at any time, in your profile.",
        ),
        DocumentKind::Privacy => (
            "Política de privacidade",
            "## O que guardamos\n\nSeu nome, contatos, CPF ou CNPJ, documentos enviados e o histórico de compras.\n\n\
             ## Para quê\n\nPara creditar o cashback, pagar os saques e cumprir a lei.\n\n\
             ## Seus direitos\n\nNo perfil você pode baixar uma cópia de tudo e apagar a sua conta (LGPD, artigo 18).",
            "Privacy policy",
            "## What we keep\n\nYour name, contacts, tax number, documents that you sent and what you bought.\n\n\
             ## What for\n\nTo credit cashback, to pay withdrawals and to obey the law.\n\n\
             ## Your rights\n\nIn your profile you can take a copy of everything and delete your account (LGPD, \
             article 18).",
        ),
        DocumentKind::CashbackRules => (
            "Regulamento do cashback",
            "## Como se ganha\n\nCada produto diz quanto do preço volta. Essa parte é dividida entre quem compra, quem \
             indicou e o clube.\n\n## Reembolsos\n\nQuando uma compra é reembolsada, o cashback dela também volta.",
            "Cashback rules",
            "## How it is earned\n\nEach product says how much of its price comes back. That part is split among the \
             buyer, those who referred and the club.\n\n## Refunds\n\nWhen a purchase is refunded, its cashback goes \
             back too.",
        ),
        DocumentKind::Fees => (
            "Tabela de tarifas",
            "| Serviço | Tarifa |\n| --- | --- |\n| Conta, compras e cashback | grátis |\n| Depósito por Pix | grátis |\n\
             | Taxa de resgate do clube | mostrada antes de confirmar o saque |",
            "Fees",
            "| Service | Fee |\n| --- | --- |\n| Account, purchases and cashback | free |\n| Deposit by Pix | free |\n\
             | The club's redemption fee | shown before a withdrawal is confirmed |",
        ),
    }
}

/// Publishes a first version of every kind that has none, and says how many. Safe to run again.
pub(crate) async fn seed(ctx: &Ctx) -> Result<usize> {
    let mut made = 0;
    for kind in DocumentKind::ALL {
        if !versions(ctx, Some(kind)).await?.is_empty() {
            continue;
        }
        let club = ctx.tenant.branding.app_name.as_str();
        let text = |title: &str, body: &str| LegalText {
            title: title.to_owned(),
            body: body.replace("{club}", club),
        };
        let (title, body, english_title, english_body) = sample(kind);
        let texts = LegalTexts {
            pt_br: text(title, body),
            en: Some(text(english_title, english_body)),
        };
        let draft = draft(ctx, kind, texts, None).await?;
        publish(ctx, draft.id, draft.drafted_at).await?;
        made += 1;
    }
    Ok(made)
}
