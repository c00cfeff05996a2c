//! Codes and reasons as sentences: what happened and how to mend it, in both languages, never whose fault.
//!
//! Here are those that a page outside the consoles may need; the consoles bring their own (`console::sentences`), beside
//! what they are about.

use crate::words::fill;
use kernel::Locale;
use leptos::prelude::use_context;

/// A sentence in Portuguese and in English.
pub(crate) type Pair = [&'static str; 2];

/// What further codes are in words, on the pages below whoever provides it.
#[derive(Clone, Copy)]
pub(crate) struct Further(pub(crate) fn(&str) -> Option<Pair>);

fn further(code: &str) -> Option<Pair> {
    use_context::<Further>().and_then(|Further(of)| of(code))
}

/// The sentence of an error's or an outcome's code.
pub(crate) fn of_code(locale: Locale, code: &str, retry_after: Option<u32>) -> String {
    let pair = match code {
        "validation_failed" => ["Confira os campos marcados.", "Check the marked fields."],
        "wrong_credentials" => [
            "E-mail ou senha não conferem.",
            "E-mail and password do not match.",
        ],
        "wrong_code" | "invalid_code" | "wrong_totp" => [
            "O código não confere. Digite o que o aplicativo mostra agora.",
            "That code does not match. Type the one your app shows now.",
        ],
        "wrong_password" => [
            "A senha atual não confere.",
            "The current password does not match.",
        ],
        "too_many_requests" => return wait(locale, retry_after),
        "unauthenticated" => [
            "Sua sessão terminou. Entre de novo.",
            "Your session has ended. Sign in again.",
        ],
        "forbidden" => [
            "Seu papel não permite isto. Peça a quem administra o clube.",
            "Your role does not allow this. Ask an owner of the club.",
        ],
        "not_found" => [
            "Isto não existe ou mudou de lugar.",
            "This does not exist or has moved.",
        ],
        "bad_form" => [
            "Não foi possível ler o formulário. Confira e envie de novo.",
            "The form could not be read. Check it and send it again.",
        ],
        "tenant_unavailable" => [
            "Os dados do clube não respondem agora. Tente em instantes.",
            "The club's data does not answer right now. Try again shortly.",
        ],
        "offline" => [
            "Sem conexão com o servidor. Confira a rede e tente de novo.",
            "No connection to the server. Check your network and try again.",
        ],
        _ => further(code).unwrap_or([
            "Algo falhou do nosso lado. Tente de novo em instantes.",
            "Something failed on our side. Try again shortly.",
        ]),
    };
    pick(locale, pair).to_owned()
}

/// The sentence of a success.
pub(crate) fn of_outcome(locale: Locale, code: &str) -> Option<&'static str> {
    let pair = match code {
        "password_reset" => ["Senha nova salva.", "New password saved."],
        "signed_out" => ["Você saiu.", "You are signed out."],
        _ => further(code)?,
    };
    Some(pick(locale, pair))
}

/// The sentence at a field: how to mend it.
pub(crate) fn of_reason(locale: Locale, reason: &str) -> &'static str {
    pick(
        locale,
        match reason {
            "invalid" => [
                "O formato não confere. Confira e corrija.",
                "The format is not right. Check and correct it.",
            ],
            "required" => ["Preencha este campo.", "Fill in this field."],
            "too_short" => ["Está curto demais.", "This is too short."],
            "too_long" => ["Está longo demais.", "This is too long."],
            "too_common" => [
                "Esta senha é muito usada. Escolha outra.",
                "This password is too common. Choose another.",
            ],
            "taken" => [
                "Já está em uso. Escolha outro.",
                "Already in use. Choose another.",
            ],
            "claimed" => ["Já está na lista.", "Already on the list."],
            "own_domain" => [
                "Este endereço é da plataforma. Use um domínio do clube.",
                "This address is the platform's. Use a domain of the club.",
            ],
            "reserved" => [
                "Este nome é reservado. Escolha outro.",
                "This name is reserved. Choose another.",
            ],
            "check_digits" => [
                "O dígito verificador não confere. Confira o número.",
                "The check digits do not match. Check the number.",
            ],
            "area_code" => [
                "Comece pelo DDD, por exemplo (11).",
                "Start with the area code, for example (11).",
            ],
            "unknown" => ["Não encontramos.", "We cannot find this."],
            "out_of_range" => [
                "Está fora do permitido.",
                "This is outside the allowed range.",
            ],
            "too_many_decimals" => ["Há casas decimais demais.", "There are too many decimals."],
            "must_sum_to_100" => [
                "Os quatro precisam somar 100 %.",
                "The four must add up to 100%.",
            ],
            "wrong" | "wrong_password" | "wrong_code" | "mismatch" => {
                ["Não confere.", "This does not match."]
            }
            "same" | "unchanged" => [
                "É igual à anterior. Escolha outra.",
                "Same as before. Choose another.",
            ],
            _ => further(reason).unwrap_or(["Confira este campo.", "Check this field."]),
        },
    )
}

fn wait(locale: Locale, seconds: Option<u32>) -> String {
    let seconds = seconds.unwrap_or(60);
    let (text, n) = if seconds < 90 {
        (
            [
                "Muitas tentativas. Espere {n} s e tente de novo.",
                "Too many attempts. Wait {n} s and try again.",
            ],
            seconds,
        )
    } else {
        (
            [
                "Muitas tentativas. Espere {n} min e tente de novo.",
                "Too many attempts. Wait {n} min and try again.",
            ],
            seconds.div_ceil(60),
        )
    };
    fill(pick(locale, text), &[("n", &n.to_string())])
}

const fn pick(locale: Locale, [portuguese, english]: Pair) -> &'static str {
    match locale {
        Locale::PtBr => portuguese,
        Locale::En => english,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_foreign_code_says_nothing_foreign() {
        let text = of_code(Locale::PtBr, "<script>", None);
        assert!(!text.contains('<') && text.starts_with("Algo falhou"));
    }

    #[test]
    fn long_waits_are_told_in_minutes() {
        assert_eq!(
            of_code(Locale::En, "too_many_requests", Some(30)),
            "Too many attempts. Wait 30 s and try again."
        );
        assert_eq!(
            of_code(Locale::PtBr, "too_many_requests", Some(121)),
            "Muitas tentativas. Espere 3 min e tente de novo."
        );
    }
}
