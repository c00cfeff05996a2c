//! The refusals that routes have in common, as they stand in the OpenAPI: written once among its components, and named by
//! every route.

use super::json::{too_large, unsupported_media_type};
use kernel::{Error, ErrorBody, Kind};
use serde_json::Value;
use std::collections::BTreeMap;
use utoipa::{
    IntoResponses, PartialSchema, ToSchema,
    openapi::{
        ContentBuilder, HeaderBuilder, ObjectBuilder, Ref, RefOr, Response, ResponseBuilder,
        Schema, Type,
    },
};

/// What any route may answer instead: a wrong request, a tenant that is not served, a limit, a failure. Name it first
/// among a route's responses, so that what the route itself says of a status stands.
#[derive(Clone, Copy, Debug)]
pub struct Refusals;

/// [`Refusals`], and those of a route for somebody who is signed in.
#[derive(Clone, Copy, Debug)]
pub struct SignedInRefusals;

/// An example of a refusal, and when it is given.
type Refusal = (Error, &'static str);

fn unauthenticated() -> Refusal {
    (
        Error::unauthenticated(),
        "Nobody is signed in, or the credentials or the token are not good here and now.",
    )
}

fn any() -> [Refusal; 10] {
    [
        (
            Error::bad_request("malformed_json", "The body is not JSON: expected value."),
            "The request cannot be read (`malformed_json`).",
        ),
        (
            Error::new(Kind::PaymentRequired, "", "").bare(),
            "The tenant's subscription is suspended.",
        ),
        (
            Error::forbidden(),
            "The tenant is suspended or inactive, its trial has ended, or this is not allowed (`module_disabled`, \
             `forbidden`).",
        ),
        (
            Error::not_found("purchase"),
            "No such tenant, or no such thing for you.",
        ),
        (
            too_large(),
            "The body is larger than 1 MB (`payload_too_large`).",
        ),
        (
            unsupported_media_type(),
            "The body is not of the type that is read here (`unsupported_media_type`).",
        ),
        (
            Error::invalid("email", "invalid"),
            "Some fields are not valid; `fields` names each with its reason (`validation_failed`).",
        ),
        (
            Error::too_many_requests(20).limited_to(300),
            "A rate limit was reached; see `Retry-After` and `RateLimit-*`.",
        ),
        (Error::internal("an example"), "Something failed inside."),
        (
            Error::tenant_unavailable(),
            "The tenant's database cannot serve now; see `Retry-After`.",
        ),
    ]
}

impl IntoResponses for Refusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        any().iter().map(named).collect()
    }
}

impl IntoResponses for SignedInRefusals {
    fn responses() -> BTreeMap<String, RefOr<Response>> {
        let mut responses = Refusals::responses();
        responses.extend([named(&unauthenticated())]);
        responses
    }
}

/// A refusal as a route names it.
fn named((error, _): &Refusal) -> (String, RefOr<Response>) {
    let name = Ref::from_response_name(format!("{:?}", error.kind));
    (error.kind.status().to_string(), name.into())
}

/// The refusals that routes name, for the document's components.
pub fn refusal_responses() -> BTreeMap<String, RefOr<Response>> {
    let all = any().into_iter().chain([unauthenticated()]);
    all.map(|(error, when)| {
        let body = ContentBuilder::new()
            .schema(Some(Ref::from_schema_name(ErrorBody::name())))
            .example(Some(refusal_example(&error)))
            .build();
        let mut response = ResponseBuilder::new()
            .description(when)
            .content("application/json", body);
        for (name, header_type, means) in headers(error.kind) {
            let header = HeaderBuilder::new()
                .schema(Some(
                    ObjectBuilder::new()
                        .schema_type(header_type.clone())
                        .build(),
                ))
                .description(Some(*means))
                .build();
            response = response.header(*name, header);
        }
        (format!("{:?}", error.kind), response.build().into())
    })
    .collect()
}

/// The body of a refusal as clients get it, with a request's id.
pub fn refusal_example(error: &Error) -> Value {
    let body = error.body(Some("01905f3c-0000-7000-8000-00000000000f"));
    serde_json::to_value(body).unwrap_or_default()
}

/// What a refusal says in headers.
const fn headers(kind: Kind) -> &'static [(&'static str, Type, &'static str)] {
    match kind {
        Kind::Unauthenticated => &[("WWW-Authenticate", Type::String, "`Bearer`.")],
        Kind::TooManyRequests => &[
            (
                "Retry-After",
                Type::Integer,
                "Seconds until it is worth trying again.",
            ),
            ("RateLimit-Limit", Type::Integer, "Requests a minute."),
            ("RateLimit-Remaining", Type::Integer, "None."),
            (
                "RateLimit-Reset",
                Type::Integer,
                "Seconds until there are more.",
            ),
        ],
        Kind::Unavailable => &[(
            "Retry-After",
            Type::Integer,
            "Seconds until it is worth trying again.",
        )],
        _ => &[],
    }
}

/// The error body's schema under its name, for the document's components.
pub fn error_body_schema() -> (String, RefOr<Schema>) {
    (ErrorBody::name().into_owned(), ErrorBody::schema())
}
