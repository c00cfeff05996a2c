//! The page that says no before the application is reached: whole in itself, in the club's brand, without scripts.

use super::sentences;
use crate::{Theme, brand, policy};
use kernel::{Error, Kind, Locale};
use leptos::nonce::Nonce;
use tenancy::branding::Branding;

/// A refusal as a document, and the policy that lets its one style through.
#[derive(Debug)]
pub struct RefusalPage {
    /// The document.
    pub html: String,
    /// For the header `Content-Security-Policy`.
    pub policy: String,
}

/// The refusal for a person: what happened, what to do now, and the number to quote.
pub fn page(
    error: &Error,
    branding: Option<&Branding>,
    locale: Locale,
    theme: Option<Theme>,
    request_id: &str,
) -> RefusalPage {
    let nonce = Nonce::new().to_string();
    let site = escape(branding.map_or("Clube Digital", |branding| &branding.app_name));
    let (title, text) = said(error, locale);
    let text = escape(&text);
    let (home, reference) = match locale {
        Locale::PtBr => ("Voltar ao início", "Referência"),
        Locale::En => ("Back to the start", "Reference"),
    };
    // Where the site itself is refused its start would say the same again.
    let link = if has_start(error) {
        format!(r#"<p><a href="/">{home}</a></p>"#)
    } else {
        String::new()
    };
    let request_id = escape(request_id);
    let html = format!(
        "<!DOCTYPE html><html lang=\"{lang}\"{theme}><head><meta charset=\"utf-8\">\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"><meta name=\"robots\" content=\"noindex\">\
         <title>{title} · {site}</title><link rel=\"icon\" href=\"{icon}\">\
         <link rel=\"preload\" href=\"/fonts/inter-latin-wght-normal.woff2\" as=\"font\" type=\"font/woff2\" crossorigin>\
         <style nonce=\"{nonce}\">{colours}{STYLE}</style></head><body><main>\
         <header><span class=\"mark\" aria-hidden=\"true\">{mark}</span><span>{site}</span></header>\
         <h1>{title}</h1><p>{text}</p>{link}<footer>{reference} <code>{request_id}</code> · {status}</footer>\
         </main></body></html>",
        lang = locale.tag(),
        theme = theme
            .map(|theme| format!(" data-theme=\"{}\"", theme.name()))
            .unwrap_or_default(),
        icon = icon_data(branding),
        colours = brand::variables(branding),
        mark = brand::initials(branding.map_or("Clube Digital", |branding| &branding.app_name)),
        status = error.kind.status(),
    );
    RefusalPage {
        html,
        policy: policy::of_refusal(&nonce),
    }
}

fn has_start(error: &Error) -> bool {
    !matches!(
        error.code.as_ref(),
        "tenant_not_found"
            | "tenant_suspended"
            | "tenant_inactive"
            | "trial_expired"
            | "payment_required"
            | "tenant_unavailable"
    )
}

/// Title and sentence, Portuguese and English.
type Said = [(&'static str, &'static str); 2];

/// Title and sentence in this language.
fn said(error: &Error, locale: Locale) -> (&'static str, String) {
    let pick = |[portuguese, english]: Said| {
        if locale == Locale::PtBr {
            portuguese
        } else {
            english
        }
    };
    if let Some(said) = said_of_club(&error.code).or_else(|| said_of_kind(error.kind)) {
        let (title, text) = pick(said);
        return (title, text.to_owned());
    }
    let (title, _) = pick([("Não foi possível", ""), ("That did not work", "")]);
    (
        title,
        sentences::of_code(locale, &error.code, error.retry_after),
    )
}

/// Why a club is not served.
fn said_of_club(code: &str) -> Option<Said> {
    Some(match code {
        "tenant_not_found" => [
            (
                "Clube não encontrado",
                "Não há clube neste endereço. Confira se ele foi digitado certo.",
            ),
            (
                "Club not found",
                "There is no club at this address. Check that it was typed right.",
            ),
        ],
        "tenant_suspended" => [
            (
                "Clube suspenso",
                "Este clube está suspenso por enquanto. O saldo de cada membro está guardado.",
            ),
            (
                "Club suspended",
                "This club is suspended for now. Every member's balance is safe.",
            ),
        ],
        "tenant_inactive" => [
            ("Clube encerrado", "Este clube não está mais em atividade."),
            ("Club closed", "This club is no longer active."),
        ],
        "trial_expired" => [
            (
                "Período de teste encerrado",
                "O teste deste clube terminou. Quem administra pode reativá-lo com a plataforma.",
            ),
            (
                "Trial ended",
                "This club's trial has ended. Its administrator can reactivate it with the platform.",
            ),
        ],
        "payment_required" => [
            (
                "Clube em pausa",
                "Há um pagamento pendente com a plataforma. O clube volta assim que for resolvido.",
            ),
            (
                "Club paused",
                "A payment to the platform is due. The club returns as soon as it is settled.",
            ),
        ],
        _ => return None,
    })
}

/// What can be said of a kind of refusal alone.
fn said_of_kind(kind: Kind) -> Option<Said> {
    Some(match kind {
        Kind::NotFound => [
            (
                "Página não encontrada",
                "O endereço não existe ou mudou de lugar.",
            ),
            (
                "Page not found",
                "This address does not exist or has moved.",
            ),
        ],
        Kind::Forbidden => [
            ("Acesso negado", "Esta página não pode ser aberta daqui."),
            ("Access denied", "This page cannot be opened from here."),
        ],
        Kind::Unavailable => [
            (
                "Voltamos em instantes",
                "Uma parte do serviço não responde agora. Tente de novo em alguns segundos.",
            ),
            (
                "Back in a moment",
                "A part of the service does not answer right now. Try again in a few seconds.",
            ),
        ],
        Kind::Internal => [
            (
                "Algo falhou",
                "O erro é nosso e já foi registrado. Tente de novo em instantes.",
            ),
            (
                "Something failed",
                "The fault is ours and has been recorded. Try again shortly.",
            ),
        ],
        _ => return None,
    })
}

/// The icon within the page: the site may not even have one to ask for.
fn icon_data(branding: Option<&Branding>) -> String {
    let svg = brand::icon_svg(branding);
    let encoded = svg
        .replace('%', "%25")
        .replace('#', "%23")
        .replace('"', "'")
        .replace('<', "%3C")
        .replace('>', "%3E");
    format!("data:image/svg+xml,{encoded}")
}

fn escape(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
}

/// The tokens and the font of the style sheet, which a refused site may not be able to give.
const STYLE: &str = "@font-face{font-family:'Inter Variable';font-style:normal;font-weight:100 900;font-display:optional;\
src:url('/fonts/inter-latin-wght-normal.woff2') format('woff2')}\
*{box-sizing:border-box}:root{color-scheme:light;--page:#f6f6f7;--card:#fff;--text:#18181b;--line:#e4e4e7;--muted:#52525b}\
:root[data-theme=dark]{color-scheme:dark;--page:#101012;--card:#18181b;--text:#f4f4f5;--line:#2e2e33;--muted:#a1a1aa}\
@media(prefers-color-scheme:dark){:root:not([data-theme=light]){color-scheme:dark;--page:#101012;--card:#18181b;--text:#f4f4f5;--line:#2e2e33;--muted:#a1a1aa}}\
body{margin:0;min-height:100vh;display:grid;place-items:center;padding:24px;background:var(--page);color:var(--text);\
font:16px/1.6 'Inter Variable',system-ui,sans-serif}\
main{width:100%;max-width:480px;background:var(--card);border:1px solid var(--line);border-top:4px solid var(--brand);border-radius:12px;padding:40px}\
header{display:flex;align-items:center;gap:12px;font-weight:600;margin-bottom:32px}\
.mark{display:grid;place-items:center;width:40px;height:40px;border-radius:10px;background:var(--brand);color:var(--on-brand);font-weight:700}\
h1{font-size:24px;line-height:1.25;letter-spacing:-.02em;margin:0 0 8px}p{margin:0 0 16px}\
a{color:var(--brand-ink);font-weight:600;text-underline-offset:3px}a:focus-visible{outline:2px solid var(--brand-ink);outline-offset:3px;border-radius:4px}\
footer{margin-top:32px;padding-top:16px;border-top:1px solid var(--line);font-size:13px;color:var(--muted);overflow-wrap:anywhere}";

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_foreign_becomes_markup() {
        let error = Error::not_found("page");
        let page = page(&error, None, Locale::En, None, "<script>");
        assert!(!page.html.contains("<script") && page.html.contains("&lt;script&gt;"));
        assert!(page.html.contains("<html lang=\"en\"><head>"));
        assert!(page.policy.contains("font-src 'self'"));
        assert!(page.html.contains("Page not found") && page.html.contains("· 404"));
    }

    #[test]
    fn a_suspended_club_is_told_in_its_language_without_a_way_in_circles() {
        let error = Error::new(Kind::Forbidden, "tenant_suspended", "").bare();
        let page = page(&error, None, Locale::PtBr, Some(Theme::Dark), "r");
        assert!(
            page.html
                .contains("<html lang=\"pt-BR\" data-theme=\"dark\">")
        );
        assert!(page.html.contains("Clube suspenso") && !page.html.contains("href=\"/\""));
    }
}
