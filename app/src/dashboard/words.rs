//! Words of a club's first page.

words! {
    title: "Hoje", "Today";
    as_of: "Agora, {at}", "Now, {at}";
    members: "Membros", "Members";
    consumers: "Consumidores", "Consumers";
    merchants: "Lojas", "Merchants";
    joined: "Novos membros", "New members";
    joined_note: "nos últimos 30 dias", "in the last 30 days";
    no_provider: "O clube ainda não tem instituição de pagamento: ninguém deposita nem saca.", "The club has no payment institution yet: nobody deposits or withdraws.";
    choose_provider: "Escolher em Pix e limites", "Choose one under Pix and limits";
    waiting: "O que espera por você", "What waits for you";
    withdrawals: "Saques para aprovar", "Withdrawals to approve";
    to_send: "Saques aprovados, por enviar", "Withdrawals approved, to be sent";
    attention: "Saques sem resposta do banco", "Withdrawals that the bank does not answer for";
    suspense: "Pix sem dono conhecido", "Pix whose owner is not known";
    documents: "Documentos para conferir", "Documents to review";
    nothing: "Nada espera por você", "Nothing waits for you";
    nothing_text: "Quando algo precisar da sua decisão, aparece aqui.", "When something needs your decision, it appears here.";
    modules: "Módulos", "Modules";
    on: "Ligado", "On";
    off: "Desligado", "Off";
    percentages: "Divisão do cashback", "How cashback is shared";
    consumer: "Consumidor", "Consumer";
    club: "Clube", "Club";
    consumer_referrer: "Quem indicou o consumidor", "Consumer's referrer";
    merchant_referrer: "Quem indicou a loja", "Merchant's referrer";
    percentages_text: "Em {pool} de cashback", "Of {pool} of cashback";
    public_page: "Página pública", "Public page";
}
