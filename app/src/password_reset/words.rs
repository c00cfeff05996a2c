//! Words of the page that sets a new password.

words! {
    note: "Conta de membro", "Member account";
    title: "Nova senha", "New password";
    password: "Nova senha", "New password";
    help: "Ao menos 8 caracteres.", "At least 8 characters.";
    submit: "Salvar a senha", "Save the password";
    expired: "Este endereço já foi usado ou venceu.", "This address was used already or has expired.";
    again: "Peça outro no aplicativo do clube, em “Esqueci a senha”.", "Ask for another in the club's app, under “Forgot password”.";
    next: "Volte ao aplicativo do clube e entre com a senha nova.", "Go back to the club's app and sign in with the new password.";
}
