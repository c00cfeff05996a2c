//! Words of a club's modules.

words! {
    title: "Módulos", "Modules";
    note: "Desligado aqui vale para todos. Ligado, vale o padrão abaixo, salvo ajuste de um membro.", "Off here is off for everybody. On, the default below holds unless a member has a setting of their own.";
    marketplace: "Produtos das lojas do clube, à vista de todos os membros.", "Products of the club's merchants, for all members to see.";
    referrals: "Quem indicou quem, e a parte de quem indicou. Desligado, essa parte fica com o clube.", "Who referred whom, and the referrers' shares. Off, those shares stay with the club.";
    cashback: "A parte de cada compra que volta. Desligado, compras não geram cashback.", "The part of each purchase that comes back. Off, purchases make no cashback.";
    campaigns: "Mensagens para muitos membros de uma vez.", "Messages to many members at once.";
    on: "Ligado", "On";
    off: "Desligado", "Off";
    state: "No clube", "In the club";
    default: "Padrão dos membros", "Members' default";
    set: "Definido {who} em {when}", "Set {who} on {when}";
    by: "por {who}", "by {who}";
    reason: "Motivo", "Reason";
    reason_help: "Opcional. Aparece a quem perguntar por quê.", "Optional. Shown to whoever asks why.";
    platform: "pela plataforma", "by the platform";
    change: "Mudar", "Change";
    save: "Salvar", "Save";
}
