//! Codes and reasons of the consoles' forms as sentences, see `refusal::sentences`: what worked, and why not. By what
//! they are about; one more code is a line where it belongs.

use crate::refusal::sentences::Pair;

/// The sentence of this code, in both languages.
pub(super) fn of(code: &str) -> Option<Pair> {
    [
        of_accounts,
        of_clubs,
        of_members,
        of_money,
        of_withdrawals,
        of_limits,
        of_legal_texts,
    ]
    .iter()
    .find_map(|sentences| sentences(code))
}

/// Administrators, their own account among them.
fn of_accounts(code: &str) -> Option<Pair> {
    let pair = match code {
        "own_account" => [
            "O seu próprio papel e acesso só outra pessoa muda.",
            "Only somebody else changes your own role and access.",
        ],
        "last_owner" => [
            "Precisa ficar ao menos uma pessoa responsável que possa entrar.",
            "At least one owner who can sign in has to be left.",
        ],
        "password_changed" => [
            "Senha alterada. As outras sessões foram encerradas.",
            "Password changed. Your other sessions were ended.",
        ],
        "session_revoked" => ["Sessão encerrada.", "Session ended."],
        "totp_enabled" => [
            "Verificação em duas etapas ativada.",
            "Two-step verification is on.",
        ],
        "totp_disabled" => [
            "Verificação em duas etapas desativada.",
            "Two-step verification is off.",
        ],
        "administrator_created" => ["Administrador adicionado.", "Administrator added."],
        "administrator_changed" => ["Administrador alterado.", "Administrator changed."],
        "administrator_blocked" => [
            "Administrador bloqueado. As sessões foram encerradas.",
            "Administrator blocked. Their sessions were ended.",
        ],
        "administrator_unblocked" => ["Administrador desbloqueado.", "Administrator unblocked."],
        "administrator_password" => [
            "Senha nova criada. As sessões foram encerradas.",
            "New password made. The sessions were ended.",
        ],
        _ => return None,
    };
    Some(pair)
}

/// A club and how it is set.
fn of_clubs(code: &str) -> Option<Pair> {
    let pair = match code {
        "slug_taken" => [
            "Este endereço já é de outro clube.",
            "Another club already has this address.",
        ],
        "tenant_changed" => [
            "Clube alterado. Já vale em todo lugar.",
            "Club changed. It holds everywhere already.",
        ],
        "tenant_created" => ["Clube criado e no ar.", "The club is created and live."],
        "domain_claimed" => [
            "Domínio adicionado. Falta provar que ele é do clube.",
            "Domain added. It still has to be proved to be the club's.",
        ],
        "domain_verified" => [
            "Domínio provado. O clube já abre nele.",
            "Domain proved. The club opens there already.",
        ],
        "domain_removed" => [
            "Domínio removido. Ele não leva mais ao clube.",
            "Domain removed. It leads to the club no more.",
        ],
        "domain_record_missing" => [
            "O DNS ainda não mostra este registro TXT. Confira o nome; um registro novo pode levar alguns minutos.",
            "The DNS does not show this TXT record yet. Check the name; a new record can take some minutes.",
        ],
        "domain_record_wrong" => [
            "O registro TXT existe, mas diz outra coisa. Copie o valor daqui.",
            "The TXT record is there but says something else. Copy the value from here.",
        ],
        "domain_taken" => [
            "Outro clube já provou que este domínio é dele.",
            "Another club has proved already that this domain is its own.",
        ],
        "dns_unanswered" => [
            "O DNS não respondeu a tempo. Tente de novo em instantes.",
            "The DNS did not answer in time. Try again shortly.",
        ],
        "module_changed" => [
            "Módulo alterado. Já vale para todos os membros.",
            "Module changed. It holds for all members already.",
        ],
        _ => return None,
    };
    Some(pair)
}

/// Members and their documents.
fn of_members(code: &str) -> Option<Pair> {
    let pair = match code {
        "block_done" => [
            "Membro bloqueado. As sessões foram encerradas.",
            "Member blocked. Their sessions were ended.",
        ],
        "unblock_done" => ["Membro desbloqueado.", "Member unblocked."],
        "numbers_corrected" => ["Dados corrigidos.", "Numbers corrected."],
        "not_for_consumers" => ["Só lojas têm CNPJ.", "Only merchants have a CNPJ."],
        "document_approved" => [
            "Documento aprovado. O membro foi avisado.",
            "Document approved. The member was told.",
        ],
        "document_refused" => [
            "Documento recusado. O membro foi avisado do motivo.",
            "Document refused. The member was told why.",
        ],
        "amount_held" => [
            "Valor retido. O membro foi avisado.",
            "Amount held. The member was told.",
        ],
        "amount_freed" => [
            "Valor liberado. O membro foi avisado.",
            "Amount freed. The member was told.",
        ],
        "debt_forgiven" => [
            "Dívida perdoada. O membro foi avisado.",
            "Debt forgiven. The member was told.",
        ],
        "above_debt" => ["É mais do que se deve.", "This is more than is owed."],
        "transaction_reused" => [
            "Este formulário já foi usado. Confira o que ainda se deve.",
            "This form was used already. Check what is still owed.",
        ],
        "above_available" => [
            "É mais do que está disponível.",
            "This is more than is available.",
        ],
        "above_blocked" => [
            "É mais do que ainda está retido.",
            "This is more than is still held.",
        ],
        "wallet_block_reused" => [
            "Este formulário já foi usado. Confira a lista.",
            "This form was used already. Check the list.",
        ],
        "identity_changed" => [
            "O nome, CPF ou CNPJ da conta mudou enquanto você conferia. Compare de novo.",
            "The account's name, CPF or CNPJ changed while you reviewed. Compare again.",
        ],
        "cnpj_required" => [
            "A conta não tem CNPJ para comparar com o registro da empresa.",
            "The account has no CNPJ to compare the company's registration with.",
        ],
        _ => return None,
    };
    Some(pair)
}

/// Money that somebody decides about.
fn of_money(code: &str) -> Option<Pair> {
    let pair = match code {
        "pix_assigned" => [
            "Pix creditado na carteira do membro.",
            "The Pix is in the member's wallet.",
        ],
        "pix_returned" => [
            "Pix devolvido a quem pagou.",
            "The Pix went back to its payer.",
        ],
        "difference_booked" => [
            "Diferença lançada no livro. Os saldos conferem.",
            "The difference is booked. The balances agree.",
        ],
        "pix_returning" => [
            "Devolução pedida. Assim que o banco confirmar, aparece como devolvida.",
            "Return requested. It shows as returned once the bank confirms.",
        ],
        "another_provider" => [
            "Este Pix entrou por outro banco. Devolva pelo painel de lá.",
            "This Pix came in through another bank. Return it there.",
        ],
        "pix_refused" => [
            "O banco recusou a devolução. O dinheiro continua aqui.",
            "The bank refused the return. The money is still here.",
        ],
        _ => return None,
    };
    Some(pair)
}

/// Withdrawals, and the institution that pays them.
fn of_withdrawals(code: &str) -> Option<Pair> {
    let pair = match code {
        "withdrawal_approved" => [
            "Saque aprovado. Ele segue por Pix em instantes.",
            "Withdrawal approved. It goes by Pix in a moment.",
        ],
        "withdrawal_rejected" => [
            "Saque recusado. O valor está de volta na carteira.",
            "Withdrawal refused. The amount is back in the wallet.",
        ],
        "withdrawal_decided" => [
            "Registrado. Este saque está resolvido.",
            "Noted. This withdrawal is settled.",
        ],
        "withdrawal_acknowledged" => ["Marcado como conferido.", "Marked as looked at."],
        "already_decided" => [
            "Este saque já estava decidido.",
            "This withdrawal was decided already.",
        ],
        "member_blocked" => [
            "O membro está bloqueado. Desbloqueie o membro para aprovar, ou recuse o saque.",
            "The member is blocked. Unblock the member to approve it, or refuse the withdrawal.",
        ],
        "payouts_not_offered" => [
            "A instituição do clube não envia dinheiro, então nenhum saque pode ser aprovado.",
            "The club's institution does not send money, so no withdrawal can be approved.",
        ],
        "pix_key_not_yours" => [
            "A chave Pix é de um CPF ou CNPJ que o membro não tem mais. Recuse o saque: o valor volta à carteira.",
            "The Pix key belongs to a CPF or CNPJ that the member no longer has. Refuse the withdrawal: the amount goes back to the wallet.",
        ],
        "nothing_to_decide" => [
            "Este saque não espera mais por ninguém.",
            "This withdrawal does not wait for anybody any more.",
        ],
        "pix_unavailable" | "pix_unanswered" => [
            "A instituição não respondeu agora. Tente em instantes.",
            "The institution does not answer right now. Try again shortly.",
        ],
        _ => return None,
    };
    Some(pair)
}

/// What may come in and go out, and the institution that it goes through.
fn of_limits(code: &str) -> Option<Pair> {
    let pair = match code {
        "limits_changed" => ["Salvo. Já vale.", "Saved. It holds already."],
        "provider_chosen" => [
            "Instituição escolhida. Os próximos Pix passam por ela.",
            "Institution chosen. The next Pix goes through it.",
        ],
        "webhook_registered" => [
            "A instituição avisa o clube a cada Pix.",
            "The institution tells the club of each Pix.",
        ],
        "https_required" => [
            "Instituições só avisam por HTTPS, e esta instalação ainda não atende por ele.",
            "Institutions call over HTTPS only, and this installation is not reached by it yet.",
        ],
        "has_open_deposits" => [
            "Há depósitos esperando pagamento na instituição de agora. Com zero cobranças abertas por membro nenhum novo começa; espere que estes sejam pagos ou vençam.",
            "Deposits wait to be paid at the present institution. With zero open charges of a member no new one begins; wait until these are paid or expire.",
        ],
        "has_open_withdrawals" => [
            "Há saques em aberto. Decida sobre eles e espere que terminem.",
            "Withdrawals are open. Decide about them and wait until they end.",
        ],
        "has_open_returns" => [
            "Há devoluções em andamento na instituição de agora. Espere que terminem.",
            "Money is being returned at the present institution. Wait until that ends.",
        ],
        "holds_money" => [
            "Ainda há dinheiro do clube na instituição de agora. Dinheiro de teste e de verdade não se misturam.",
            "The club still has money at the present institution. Played and real money never mix.",
        ],
        "https" => [
            "O endereço começa com https://.",
            "The address begins with https://.",
        ],
        "loopback" => [
            "Este endereço leva a esta própria máquina.",
            "This address leads to this very machine.",
        ],
        "ambiguous" => [
            "Pode ser CPF ou telefone. Escreva 123.456.789-09 ou +55 11 91234-5678.",
            "This may be a CPF or a telephone. Write 123.456.789-09 or +55 11 91234-5678.",
        ],
        "used_by_another_club" => [
            "Outro clube já usa esta chave, e cada chave Pix é de um clube só. Registre outra na instituição.",
            "Another club uses this key already, and each Pix key is one club's. Register another one at the institution.",
        ],
        "not_mobile" => [
            "Só um celular é chave Pix.",
            "Only a mobile number is a Pix key.",
        ],
        "must_be_positive" => [
            "Precisa ser mais que zero.",
            "This has to be more than zero.",
        ],
        "must_not_be_negative" => ["Não pode ser negativo.", "This cannot be negative."],
        "below_minimum" => [
            "É menos que o valor mínimo.",
            "This is less than the least amount.",
        ],
        "out_of_order" => [
            "Não pode ser menos que o do nível anterior.",
            "This cannot be less than the level before.",
        ],
        _ => return None,
    };
    Some(pair)
}

/// Legal texts and their drafts.
fn of_legal_texts(code: &str) -> Option<Pair> {
    let pair = match code {
        "draft_saved" => [
            "Rascunho salvo. Confira antes de publicar.",
            "Draft saved. Review it before it is published.",
        ],
        "draft_changed" => [
            "Outra pessoa mexeu neste rascunho enquanto isso. O que você fizer agora vale sobre o dela.",
            "Somebody else changed this draft meanwhile. What you do now holds over theirs.",
        ],
        "already_published" => [
            "Este rascunho já foi publicado.",
            "This draft was published already.",
        ],
        "document_published" => [
            "Publicado. Já vale, e os membros são avisados.",
            "Published. It holds already, and members are told.",
        ],
        "draft_discarded" => ["Rascunho descartado.", "The draft was thrown away."],
        _ => return None,
    };
    Some(pair)
}
