//! Words of the console's frame.

words! {
    skip: "Ir para o conteúdo", "Skip to content";
    navigation: "Navegação", "Navigation";
    menu: "Menu", "Menu";
    today: "Hoje", "Today";
    members: "Membros", "Members";
    documents: "Documentos", "Documents";
    suspense: "Pix sem dono", "Unclaimed Pix";
    withdrawals: "Saques", "Withdrawals";
    pix: "Pix e limites", "Pix and limits";
    legal: "Textos legais", "Legal texts";
    modules: "Módulos", "Modules";
    administrators: "Administradores", "Administrators";
    account: "Sua conta", "Your account";
    overview: "Visão geral", "Overview";
    tenants: "Clubes", "Clubs";
    past_due: "Há um pagamento do clube em atraso com a plataforma. O clube continua no ar; regularize para que siga assim.", "A payment from the club to the platform is late. The club stays live; settle it to keep it so.";
    not_found: "Página não encontrada", "Page not found";
    not_found_text: "O endereço não existe ou mudou de lugar.", "This address does not exist or has moved.";
    back: "Voltar ao início", "Back to the start";
    money: "Dinheiro", "Money";
    settings: "Ajustes", "Settings";
    you: "Conta", "Account";
    fold: "Recolher navegação", "Collapse navigation";
    unfold: "Expandir navegação", "Expand navigation";
    search: "Buscar", "Search";
    search_what: "Buscar páginas e {list}", "Search pages and {list}";
    search_in: "Buscar “{text}” em {list}", "Search {list} for “{text}”";
    close: "Fechar", "Close";
    keys: "↑ ↓ escolhem · Enter abre · Esc fecha", "↑ ↓ choose · Enter opens · Esc closes";
    one_result: "{n} resultado", "{n} result";
    results: "{n} resultados", "{n} results";
}
