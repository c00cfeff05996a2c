//! Refusals of an institution: RFC 7807 with `violacoes`, and the two older forms that are about.

use crate::pix::ProviderError;
use serde::Deserialize;

/// More than this of an institution's text does not go to the log.
const MOST_CHARACTERS: usize = 400;

/// What a body of status 4xx may say. The values of our request that it quotes are left alone: they are people's data.
#[derive(Default, Deserialize)]
#[serde(default)]
struct Problem {
    r#type: Option<String>,
    title: Option<String>,
    detail: Option<String>,
    violacoes: Vec<Violation>,
    /// Efí's own form.
    nome: Option<String>,
    mensagem: Option<String>,
    /// OAuth 2.
    error: Option<String>,
}

#[derive(Default, Deserialize)]
#[serde(default)]
struct Violation {
    razao: Option<String>,
    propriedade: Option<String>,
}

/// The refusal that a status and a body stand for. Its code is the last part of the problem's type (`CobNaoEncontrada`),
/// the name that the institution gives it, or `http_400`.
pub(in crate::pix) fn refusal(status: u16, body: &[u8]) -> ProviderError {
    let problem: Problem = serde_json::from_slice(body).unwrap_or_default();
    let kind = problem
        .r#type
        .as_deref()
        .and_then(|uri| uri.rsplit('/').next());
    let code = [kind, problem.nome.as_deref(), problem.error.as_deref()]
        .into_iter()
        .flatten()
        .find(|code| is_code(code))
        .map_or_else(|| format!("http_{status}"), str::to_owned);
    let violations = problem.violacoes.iter().map(|violation| {
        let text = |part: &Option<String>| part.clone().unwrap_or_default();
        format!(
            "{}: {}",
            text(&violation.propriedade),
            text(&violation.razao)
        )
    });
    let message: Vec<String> = [problem.title, problem.detail, problem.mensagem]
        .into_iter()
        .flatten()
        .chain(violations)
        .collect();
    let message = message
        .join("; ")
        .chars()
        .take(MOST_CHARACTERS)
        .collect::<String>();
    ProviderError::refused(code, message)
}

fn is_code(text: &str) -> bool {
    (1..=60).contains(&text.len())
        && text
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"_-.".contains(&byte))
}
