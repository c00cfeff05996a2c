//! Writing a draft: the one form that answers on its own page, because what was typed is far longer than a cookie.

use super::{HERE, key, of_draft, of_key};
use crate::{frame::Flash, session, shell};
use axum::{
    Form,
    body::Body,
    extract::{FromRequest, Request, State},
    http::{Method, StatusCode, header::SET_COOKIE},
    response::{IntoResponse, Redirect, Response},
};
use club::{
    Ctx,
    legal_documents::{self, DocumentKind, LegalText, LegalTexts},
};
use kernel::{Error, Kind, Result};
use leptos::config::LeptosOptions;
use leptos_axum::render_app_async_with_context;
use serde::Deserialize;
use tenancy::http::Path;
use time::OffsetDateTime;

/// What was typed; named as the operation names its fields.
#[derive(Deserialize)]
struct NewDraft {
    /// When the draft that was seen had been written; empty when there was none.
    seen: String,
    title: String,
    body: String,
    #[serde(rename = "en.title")]
    english_title: String,
    #[serde(rename = "en.body")]
    english_body: String,
}

/// `POST /admin/legal/{kind}/draft`: keeps the draft and leads on to reading it once more. What cannot be kept comes back on
/// the page that it was typed on, whole. Errors: those of [`legal_documents::draft`].
pub async fn write_draft(
    State(options): State<LeptosOptions>,
    ctx: Ctx,
    Path(kind): Path<String>,
    request: Request,
) -> Result<Response> {
    let kind = of_key(&kind)?;
    let (parts, body) = request.into_parts();
    let typed = Form::from_request(Request::from_parts(parts.clone(), body), &()).await;
    let Form(typed): Form<NewDraft> =
        typed.map_err(|_| Error::bad_request("bad_form", "The form cannot be read."))?;
    let Err(error) = write(&ctx, kind, &typed).await else {
        let flash = Flash::done(of_draft::WRITE, "draft_saved");
        let cookie = session::flashed(&flash, ctx.platform.public.is_https());
        let next = Redirect::to(&format!("{HERE}/{}/review", key(kind)));
        return Ok(([(SET_COOKIE, cookie)], next).into_response());
    };
    if !matches!(error.kind, Kind::Invalid | Kind::Conflict) {
        return Err(error);
    }
    let mut again = Request::from_parts(parts, Body::empty());
    *again.method_mut() = Method::GET;
    again.extensions_mut().insert(refused(&error, &typed));
    let shell = move || shell(options.clone());
    let mut page = render_app_async_with_context(|| (), shell)(again).await;
    if page.status() == StatusCode::OK {
        *page.status_mut() =
            StatusCode::from_u16(error.kind.status()).unwrap_or(StatusCode::UNPROCESSABLE_ENTITY);
    }
    Ok(page)
}

async fn write(ctx: &Ctx, kind: DocumentKind, typed: &NewDraft) -> Result<()> {
    let text = |title: &str, body: &str| LegalText {
        title: title.to_owned(),
        body: body.to_owned(),
    };
    let (title, body) = (&typed.english_title, &typed.english_body);
    let is_english = !title.trim().is_empty() || !body.trim().is_empty();
    let texts = LegalTexts {
        pt_br: text(&typed.title, &typed.body),
        en: is_english.then(|| text(title, body)),
    };
    let seen = seen(&typed.seen)?;
    legal_documents::draft(ctx, kind, texts, seen)
        .await
        .map(drop)
}

/// Which draft somebody saw.
pub(super) fn seen(text: &str) -> Result<Option<OffsetDateTime>> {
    let moment = |text: &str| OffsetDateTime::from_unix_timestamp_nanos(text.parse().ok()?).ok();
    match text {
        "" => Ok(None),
        text => match moment(text) {
            Some(at) => Ok(Some(at)),
            None => Err(Error::bad_request("bad_form", "The form cannot be read.")),
        },
    }
}

/// What the page shows again. Whoever hears that the draft changed meanwhile decides about the new one.
fn refused(error: &Error, typed: &NewDraft) -> Flash {
    let mut kept = vec![
        ("title", typed.title.as_str()),
        ("body", &typed.body),
        ("en.title", &typed.english_title),
        ("en.body", &typed.english_body),
    ];
    if error.kind == Kind::Invalid {
        kept.push(("seen", &typed.seen));
    }
    Flash::refused(of_draft::WRITE, error, &kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use time::macros::datetime;

    #[test]
    fn a_moment_goes_through_a_form_exactly() {
        let at = datetime!(2026-11-23 01:05:09.123456 UTC);
        let text = at.unix_timestamp_nanos().to_string();
        assert_eq!(seen(&text), Ok(Some(at)));
        assert_eq!(seen(""), Ok(None));
        assert!(seen("ontem").is_err());
    }
}
