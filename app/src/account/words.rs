//! Words of one's own account.

words! {
    title: "Sua conta", "Your account";
    password: "Senha", "Password";
    password_text: "Ao trocar, as suas outras sessões são encerradas.", "Changing it ends your other sessions.";
    current: "Senha atual", "Current password";
    new: "Nova senha", "New password";
    new_help: "Ao menos 8 caracteres. Uma frase curta serve bem.", "At least 8 characters. A short sentence does well.";
    change: "Trocar senha", "Change password";
    two_step: "Verificação em duas etapas", "Two-step verification";
    two_step_off_text: "Além da senha, um código do seu celular. Assim uma senha descoberta não basta para entrar.", "A code from your phone on top of the password, so that a leaked password is not enough to get in.";
    two_step_on_text: "Ativa. Ao entrar, pedimos também um código do seu aplicativo autenticador.", "On. When you sign in we also ask for a code from your authenticator app.";
    set_up: "Configurar", "Set up";
    turn_off: "Desativar", "Turn off";
    confirm_password: "Confirme com a sua senha", "Confirm with your password";
    scan: "1. Abra o seu aplicativo autenticador e leia este código.", "1. Open your authenticator app and scan this code.";
    qr_label: "Código QR para o aplicativo autenticador", "QR code for the authenticator app";
    or_type: "Não consegue ler? Digite esta chave:", "Cannot scan it? Type this key:";
    enter: "2. Digite o código de 6 números que ele mostra.", "2. Type the 6-digit code it shows.";
    code: "Código", "Code";
    enable: "Ativar", "Turn on";
    recovery: "Códigos de recuperação", "Recovery codes";
    recovery_text: "Guarde-os agora: não serão mostrados de novo. Cada um vale uma vez, quando o celular não estiver à mão.", "Keep them now: they will not be shown again. Each works once, for when your phone is out of reach.";
    sessions: "Sessões", "Sessions";
    sessions_text: "Onde a sua conta está aberta. Encerre o que você não reconhece.", "Where your account is open. End what you do not recognise.";
    device: "Aparelho", "Device";
    address: "Endereço", "Address";
    opened: "Aberta", "Opened";
    last_seen: "Último uso", "Last used";
    action: "Ação", "Action";
    this_one: "Esta sessão", "This session";
    end: "Encerrar", "End";
    back: "Sua conta", "Your account";
    name: "Nome", "Name";
    email: "E-mail", "E-mail";
    role: "Papel", "Role";
    role_viewer: "Leitura", "Viewer";
    role_operator: "Operação", "Operator";
    role_manager: "Gestão", "Manager";
    role_owner: "Responsável", "Owner";
    you: "Você", "You";
}
