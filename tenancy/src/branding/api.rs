//! `/api/branding`: all that a club's app must know before anybody signs in. Apps ask at every start, so an answer that
//! has not changed costs them no bytes.

use super::Branding;
use crate::{
    Platform,
    http::{AtTenant, Refusals},
    modules::{Module, TenantModule},
    secrets::sha256,
    tenants::Tenant,
};
use axum::{
    Extension,
    http::{
        HeaderMap, HeaderValue, StatusCode,
        header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, IF_NONE_MATCH, VARY},
    },
    response::{IntoResponse, Response},
};
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kernel::{Colour, Error, Result, Slug};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::{router::OpenApiRouter, routes};

/// The routes.
pub fn router() -> OpenApiRouter {
    OpenApiRouter::default().routes(routes!(branding))
}

/// The configuration of a club's app.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AppConfig<'a> {
    /// The club's name in addresses.
    slug: &'a Slug,
    /// The company behind the club.
    company_name: &'a str,
    /// IANA time zone in which the app shows times.
    time_zone: &'a str,
    /// The club's own address.
    website_url: String,
    #[serde(flatten)]
    branding: &'a Branding,
    /// Text that can be read on `primaryColor` (WCAG AA).
    primary_text_color: Colour,
    /// Text that can be read on `secondaryColor`.
    secondary_text_color: Colour,
    /// Text that can be read on `accentColor`.
    accent_text_color: Colour,
    /// The club's modules, in the order of the menu. What one user may use is at `/api/users/me/modules`.
    modules: Vec<AppModule<'a>>,
}

/// A module as an app sees it.
#[derive(Debug, Serialize, ToSchema)]
#[serde(rename_all = "camelCase")]
struct AppModule<'a> {
    /// Which module.
    module_key: Module,
    /// What the club calls it.
    display_name: &'a str,
    /// Off here is off for everybody.
    is_enabled: bool,
    /// Place in the menu, from 0.
    sort_order: i16,
}

/// Names, colours, logos, links and modules of the club
#[utoipa::path(
    get, path = "/branding", tag = "tenant",
    params(("If-None-Match" = Option<String>, Header, description = "The `ETag` of the answer that the app has.")),
    responses(
        (status = 200, description = "The configuration.", body = AppConfig, headers(("ETag" = String, description = "Names this answer."))),
        (status = 304, description = "The app's answer is still true."),
        Refusals,
    ),
)]
async fn branding(
    AtTenant(tenant): AtTenant,
    Extension(platform): Extension<Platform>,
    headers: HeaderMap,
) -> Result<Response> {
    let website = platform.public.url(Some(tenant.slug.as_str()));
    let body = serde_json::to_vec(&config(&tenant, website)).map_err(Error::internal)?;
    let etag = format!("\"{}\"", URL_SAFE_NO_PAD.encode(&sha256(&body)[..16]));
    let known = matches(&headers, &etag);
    let headers = [
        (ETAG, HeaderValue::try_from(etag).map_err(Error::internal)?),
        (CACHE_CONTROL, HeaderValue::from_static("no-cache")),
        (VARY, HeaderValue::from_static("X-Tenant-Slug")),
    ];
    if known {
        return Ok((StatusCode::NOT_MODIFIED, headers).into_response());
    }
    let json = [(CONTENT_TYPE, HeaderValue::from_static("application/json"))];
    Ok((headers, json, body).into_response())
}

fn config(tenant: &Tenant, website_url: String) -> AppConfig<'_> {
    let branding = &tenant.branding;
    AppConfig {
        slug: &tenant.slug,
        company_name: &tenant.company_name,
        time_zone: &tenant.time_zone,
        website_url,
        primary_text_color: branding.primary_color.text_on(),
        secondary_text_color: branding.secondary_color.text_on(),
        accent_text_color: branding.accent_color.text_on(),
        branding,
        modules: tenant.modules.iter().map(app_module).collect(),
    }
}

fn app_module(setting: &TenantModule) -> AppModule<'_> {
    AppModule {
        module_key: setting.module_key,
        display_name: &setting.display_name,
        is_enabled: setting.is_enabled,
        sort_order: setting.sort_order,
    }
}

/// Whether the client has this answer already; caches on the way may have marked the tag as weak.
fn matches(headers: &HeaderMap, etag: &str) -> bool {
    headers
        .get_all(IF_NONE_MATCH)
        .iter()
        .filter_map(|value| value.to_str().ok())
        .flat_map(|value| value.split(','))
        .map(str::trim)
        .any(|tag| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == etag)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn knows_its_tag_among_others() {
        let with = |value: &'static str| {
            HeaderMap::from_iter([(IF_NONE_MATCH, HeaderValue::from_static(value))])
        };
        for (value, known) in [
            ("\"a\"", true),
            ("W/\"a\"", true),
            ("\"b\", \"a\"", true),
            ("*", true),
            ("\"b\"", false),
            ("a", false),
            ("", false),
        ] {
            assert_eq!(matches(&with(value), "\"a\""), known, "{value}");
        }
        assert!(!matches(&HeaderMap::new(), "\"a\""));
    }
}
