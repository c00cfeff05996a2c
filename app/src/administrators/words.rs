//! Words of the administrators' pages.

words! {
    title: "Administradores", "Administrators";
    one: "{n} administrador", "{n} administrator";
    many: "{n} administradores", "{n} administrators";
    add: "Adicionar administrador", "Add administrator";
    add_text: "Uma senha é criada e mostrada uma vez na página seguinte, para você entregar.", "A password is made and shown once on the next page, for you to hand over.";
    cancel: "Cancelar", "Cancel";
    name: "Nome", "Name";
    email: "E-mail", "E-mail";
    email_help: "Com ele a pessoa entra.", "What the person signs in with.";
    role: "Papel", "Role";
    state: "Status", "Status";
    active: "Ativo", "Active";
    blocked: "Bloqueado", "Blocked";
    two_step: "Duas etapas", "Two-step";
    yes: "Sim", "Yes";
    no: "Não", "No";
    last_sign_in: "Último acesso", "Last sign-in";
    never: "Nunca entrou", "Never signed in";
    since: "Desde", "Since";
    viewer_does: "vê tudo, não muda nada", "sees everything, changes nothing";
    operator_does: "cuida dos membros", "looks after members";
    platform_operator_does: "cria clubes, muda status e plano", "creates clubs, changes status and plan";
    manager_does: "também muda módulos, percentuais e marca", "also changes modules, percentages and branding";
    owner_does: "tudo, e os administradores", "everything, administrators included";
    account: "Conta", "Account";
    details: "Nome e papel", "Name and role";
    details_text: "Um papel novo vale desde a próxima página que a pessoa abrir.", "A new role holds from the next page the person opens.";
    save: "Salvar", "Save";
    password: "Senha", "Password";
    password_text: "Cria uma senha nova, mostrada uma vez, e encerra as sessões da pessoa. A verificação em duas etapas continua.", "Makes a new password, shown once, and ends the person's sessions. Two-step verification stays.";
    renew: "Criar senha nova", "Make a new password";
    block: "Bloquear", "Block";
    block_text: "A pessoa sai na hora, de todos os aparelhos, e não entra mais até ser desbloqueada. Fica no registro de auditoria com o seu nome.", "The person is out at once, on every device, and cannot get in until unblocked. The audit log keeps it with your name.";
    unblock: "Desbloquear", "Unblock";
    unblock_text: "A pessoa volta a entrar com a senha que já tinha.", "The person gets in again with the password they had.";
    own: "Esta conta é sua", "This is your account";
    own_text: "O seu papel e o seu acesso só outra pessoa responsável muda. Senha, duas etapas e sessões ficam na página da sua conta.", "Only another owner changes your role and your access. Password, two-step and sessions are on your account's page.";
    own_account: "Sua conta", "Your account";
    hand_over: "Entregue este acesso agora", "Hand this access over now";
    hand_over_text: "A senha não será mostrada de novo: guardamos apenas um resumo que não pode ser lido.", "The password will not be shown again: we keep only a digest that cannot be read.";
}
