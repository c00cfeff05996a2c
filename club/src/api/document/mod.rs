//! The document of the JSON API: what it says of itself, and what is added to what routes say, once for all of them.
//!
//! A route says its summary, tag, parameters, bodies, own refusals and `Refusals` or `SignedInRefusals`. Added here are
//! the common refusals and the error's schema, the way to sign in, the bounds of `limit`, and an example of every body
//! that has none of its own ([`examples`]).

mod examples;
mod words;

use kernel::{Error, Kind, PageRequest};
use tenancy::http;
use utoipa::{
    OpenApi,
    openapi::{
        Content, ObjectBuilder, PathItem, RefOr, Response, Type,
        path::{Operation, Parameter, ParameterIn},
        security::{HttpAuthScheme, HttpBuilder, SecurityScheme},
    },
};

/// What the document says of itself.
#[derive(OpenApi)]
#[openapi(
    info(
        title = "Clube Digital",
        description = "The API of a club's apps. The tenant is named by the host (`<slug>.<base domain>` or a custom \
                       domain) or by the header `X-Tenant-Slug`. Money is text (`\"1234.56\"`), time is RFC 3339 in UTC, \
                       unknown input fields are refused, lists page by cursor, and every refusal is an `ErrorBody`.",
    ),
    tags(
        (name = "tenant", description = "The club itself: no sign-in."),
        (name = "auth", description = "Joining, signing in and staying signed in."),
        (name = "users", description = "Who is signed in and what they may use."),
        (name = "profile", description = "One's own account."),
        (name = "wallet", description = "What one has, and how it came to be."),
        (name = "purchases", description = "Buying, registering sales, their cashback and their refunds."),
        (name = "products", description = "What merchants offer (module `marketplace`)."),
        (name = "deposits", description = "Putting money into the wallet by Pix."),
        (name = "pix", description = "Taking money out by Pix, and the provider's webhooks."),
        (name = "notifications", description = "What the club told its user, and where it may push to."),
        (name = "documents", description = "Legal texts in force, and accepting them."),
        (name = "user-documents", description = "Showing who one is (KYC): files that the club reviews."),
    ),
)]
struct Document;

/// The document before any route is in it.
pub(super) fn start() -> utoipa::openapi::OpenApi {
    Document::openapi()
}

/// Adds what holds for all routes. Returns the names of fields for which no example is known: a test wants none.
pub(super) fn complete(document: &mut utoipa::openapi::OpenApi) -> Vec<String> {
    let components = document.components.get_or_insert_default();
    let (name, schema) = http::error_body_schema();
    components.schemas.insert(name, schema);
    components.responses.extend(http::refusal_responses());
    let bearer = HttpBuilder::new()
        .scheme(HttpAuthScheme::Bearer)
        .bearer_format("JWT")
        .description(Some("The `accessToken` of a sign-in at this same club."))
        .build();
    components.add_security_scheme("bearer", SecurityScheme::Http(bearer));

    let schemas = serde_json::to_value(&components.schemas).unwrap_or_default();
    let mut unknown = Vec::new();
    let paths = document.paths.paths.values_mut();
    for operation in paths.flat_map(operations) {
        for parameter in operation.parameters.iter_mut().flatten() {
            bound(parameter);
        }
        if let Some(RefOr::T(body)) = &mut operation.request_body {
            for (media_type, content) in &mut body.content {
                add_example(media_type, content, |schema| {
                    examples::asked(&schemas, schema, &mut unknown)
                });
            }
        }
        for (status, response) in &mut operation.responses.responses {
            let RefOr::T(response) = response else {
                continue;
            };
            if status.starts_with('4') {
                give_reason(status, response);
            }
            for (media_type, content) in &mut response.content {
                add_example(media_type, content, |schema| {
                    examples::answered(&schemas, schema, &mut unknown)
                });
            }
        }
    }
    unknown
}

fn operations(item: &mut PathItem) -> impl Iterator<Item = &mut Operation> {
    [
        &mut item.get,
        &mut item.post,
        &mut item.put,
        &mut item.patch,
        &mut item.delete,
    ]
    .into_iter()
    .flatten()
}

/// Lists page in one way, so `limit` has the same bounds everywhere.
fn bound(parameter: &mut RefOr<Parameter>) {
    if let RefOr::T(parameter) = parameter
        && parameter.name == "limit"
        && parameter.parameter_in == ParameterIn::Query
    {
        let limit = ObjectBuilder::new()
            .schema_type(Type::Integer)
            .minimum(Some(1))
            .maximum(Some(PageRequest::MAX_LIMIT))
            .default(Some(PageRequest::DEFAULT_LIMIT.into()))
            .build();
        parameter.schema = Some(limit.into());
    }
}

/// An example for JSON; a picture or a file has none.
fn add_example(
    media_type: &str,
    content: &mut RefOr<Content>,
    make: impl FnOnce(&serde_json::Value) -> serde_json::Value,
) {
    if let RefOr::T(content) = content
        && media_type == "application/json"
        && content.example.is_none()
        && content.examples.is_empty()
        && let Ok(schema) = serde_json::to_value(&content.schema)
    {
        content.example = Some(make(&schema));
    }
}

/// A route's own refusal names its reasons in backticks, of which the first is the example's; one of the input names a
/// field before its reason.
fn give_reason(status: &str, response: &mut Response) {
    let mut parts = response.description.split('`').skip(1);
    let (Some(first), between, second) = (parts.next(), parts.next(), parts.next()) else {
        return;
    };
    let is_field = between.is_some_and(|text| text.starts_with(':') || text == " is ");
    let error = match second.filter(|_| is_field) {
        Some(reason) => Error::invalid(first.to_owned(), reason.to_owned()),
        None => Error::new(kind(status), first.to_owned(), response.description.clone()),
    };
    if let Some(RefOr::T(content)) = response.content.get_mut("application/json")
        && content.example.is_none()
    {
        content.example = Some(http::refusal_example(&error));
    }
}

fn kind(status: &str) -> Kind {
    match status {
        "400" => Kind::BadRequest,
        "403" => Kind::Forbidden,
        "404" => Kind::NotFound,
        "413" => Kind::TooLarge,
        "415" => Kind::UnsupportedMediaType,
        "422" => Kind::Invalid,
        _ => Kind::Conflict,
    }
}
