//! The refusals that routes have in common, as they stand in the OpenAPI.

use kernel::{ErrorBody, Kind};
use std::collections::BTreeMap;
use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{ContentBuilder, Ref, RefOr, Response, ResponseBuilder},
};

/// What any route may answer instead: a wrong request, a tenant that is not served, a limit, a failure.
#[derive(Clone, Copy, Debug)]
pub struct Refusals;

/// [`Refusals`], and those of a route for somebody who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct SignedInRefusals;

const ANY: [(Kind, &str); 10] = [
    (
        Kind::BadRequest,
        "The request cannot be read (`malformed_json`).",
    ),
    (
        Kind::PaymentRequired,
        "The tenant's subscription is suspended.",
    ),
    (
        Kind::Forbidden,
        "The tenant is suspended or inactive, its trial has ended, or this is not allowed (`module_disabled`, `forbidden`).",
    ),
    (Kind::NotFound, "No such tenant, or no such thing for you."),
    (
        Kind::TooLarge,
        "The body is larger than 1 MB (`payload_too_large`).",
    ),
    (
        Kind::UnsupportedMediaType,
        "The body is not JSON (`unsupported_media_type`).",
    ),
    (
        Kind::Invalid,
        "Some fields are not valid; `fields` names each with its reason (`validation_failed`).",
    ),
    (
        Kind::TooManyRequests,
        "A rate limit was reached; see `Retry-After` and `RateLimit-*`.",
    ),
    (Kind::Internal, "Something failed inside."),
    (
        Kind::Unavailable,
        "The tenant's database cannot serve now; see `Retry-After`.",
    ),
];

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        ANY.into_iter()
            .map(|(kind, what)| refusal(kind, what))
            .collect()
    }
}

impl IntoResponses for SignedInRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = Refusals::responses();
        responses.extend([refusal(
            Kind::Unauthenticated,
            "Nobody is signed in, or the credentials or the token are not good here and now.",
        )]);
        responses
    }
}

fn refusal(kind: Kind, what: &str) -> (String, RefOr<Response>) {
    let body = ContentBuilder::new()
        .schema(Some(Ref::from_schema_name(ErrorBody::name())))
        .build();
    let response = ResponseBuilder::new()
        .description(what)
        .content("application/json", body)
        .build();
    (kind.status().to_string(), response.into())
}

/// The error body's schema under its name, for the document's components.
pub fn error_body_schema() -> (String, RefOr<utoipa::openapi::Schema>) {
    (ErrorBody::name().into_owned(), ErrorBody::schema())
}
