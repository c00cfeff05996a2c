//! Words of a club's members.

words! {
    title: "Membros", "Members";
    one: "{n} membro", "{n} member";
    many: "{n} membros", "{n} members";
    search: "Buscar por nome, e-mail, telefone, CPF ou código", "Search by name, e-mail, phone, CPF or code";
    filter: "Filtrar", "Filter";
    kind: "Tipo", "Kind";
    any_kind: "Todos os tipos", "Every kind";
    consumers: "Consumidores", "Consumers";
    merchants: "Lojas", "Merchants";
    consumer: "Consumidor", "Consumer";
    merchant: "Loja", "Merchant";
    status: "Status", "Status";
    any_status: "Ativos e bloqueados", "Active and blocked";
    active: "Ativo", "Active";
    blocked: "Bloqueado", "Blocked";
    deleted: "Conta apagada", "Account deleted";
    clear: "Limpar filtros", "Clear filters";
    name: "Nome", "Name";
    contact: "Contato", "Contact";
    code: "Código de indicação", "Referral code";
    since: "Desde", "Since";
    empty: "Nenhum membro ainda", "No members yet";
    empty_text: "Quem se cadastra no app do clube aparece aqui.", "People who register in the club's app appear here.";
    none_found: "Nada com esses filtros", "Nothing matches";
    none_found_text: "Nenhum membro combina com a busca e os filtros acima.", "No member matches the search and filters above.";
    first: "Voltar ao começo", "Back to the start";
    next: "Próximos", "Next";
}
