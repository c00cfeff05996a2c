//! Words of the sign-in pages.

words! {
    title: "Entrar", "Sign in";
    club_note: "Administração do clube", "Club administration";
    platform_note: "Administração da plataforma", "Platform administration";
    email: "E-mail", "E-mail";
    password: "Senha", "Password";
    submit: "Entrar", "Sign in";
    forgot: "Esqueceu a senha? Peça uma nova a quem administra com você.", "Forgot your password? Ask a fellow administrator for a new one.";
    code_title: "Código de verificação", "Verification code";
    code_text: "Digite o código de 6 números do seu aplicativo autenticador, ou um dos seus códigos de recuperação.", "Type the 6-digit code from your authenticator app, or one of your recovery codes.";
    code: "Código", "Code";
    code_submit: "Confirmar", "Confirm";
    other: "Entrar com outra conta", "Sign in with another account";
    to_public: "Ver a página pública", "See the public page";
    sign_out: "Sair", "Sign out";
}
