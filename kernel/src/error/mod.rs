//! One error for the whole product.
//!
//! Operations build it with the constructors below; it crosses to JSON, to server functions and to pages unchanged, and
//! is mapped to an HTTP status in one place ([`Kind::status`]). Its `code` is stable and is what programs and
//! translations look at; its `message` is an English sentence for developers; `fields` names each refused input with a
//! stable reason (`required`, `invalid`, `taken`, …). What went wrong inside never crosses the wire: it stays in
//! [`Error::cause`], which the edge logs once together with the request id.

#[cfg(feature = "ssr")]
mod database;
#[cfg(feature = "ssr")]
mod http;

use serde::{Deserialize, Serialize};
use std::{borrow::Cow, collections::BTreeMap, fmt, sync::Arc};

#[cfg(feature = "ssr")]
pub use database::OnConstraint;
#[cfg(feature = "ssr")]
pub use http::ErrorBody;

/// The result of every operation.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// What kind of refusal an [`Error`] is; decides the HTTP status.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The request cannot be read (malformed JSON, bad cursor).
    BadRequest,
    /// Nobody is signed in, or the credentials are not good here.
    Unauthenticated,
    /// The tenant's subscription is suspended.
    PaymentRequired,
    /// Somebody is signed in but may not do this.
    Forbidden,
    /// There is no such thing, or not for this person.
    NotFound,
    /// The path exists, but not with this method.
    MethodNotAllowed,
    /// The request contradicts the present state.
    Conflict,
    /// The body is larger than allowed.
    TooLarge,
    /// The body is not of the type that the route reads.
    UnsupportedMediaType,
    /// The input was read and breaks a rule; see the fields.
    Invalid,
    /// A rate limit was reached.
    TooManyRequests,
    /// Something failed inside; the cause is in the log.
    Internal,
    /// A part that this needs is down; try again later.
    Unavailable,
}

impl Kind {
    /// The HTTP status of this kind.
    #[must_use]
    pub const fn status(self) -> u16 {
        match self {
            Self::BadRequest => 400,
            Self::Unauthenticated => 401,
            Self::PaymentRequired => 402,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::Conflict => 409,
            Self::TooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::Invalid => 422,
            Self::TooManyRequests => 429,
            Self::Internal => 500,
            Self::Unavailable => 503,
        }
    }

    /// The short title that stands in the `error` field of a JSON body.
    #[must_use]
    pub const fn title(self) -> &'static str {
        match self {
            Self::BadRequest => "Bad request",
            Self::Unauthenticated => "Unauthorized",
            Self::PaymentRequired => "Payment required",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::Conflict => "Conflict",
            Self::TooLarge => "Payload too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::Invalid => "Validation failed",
            Self::TooManyRequests => "Too many requests",
            Self::Internal => "Internal server error",
            Self::Unavailable => "Service unavailable",
        }
    }
}

/// A refusal or a failure, as every caller sees it.
#[derive(Clone, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Error {
    /// Decides the status.
    pub kind: Kind,
    /// Replaces the kind's title where the specification gives an exact one ("Tenant suspended").
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<Cow<'static, str>>,
    /// Stable `snake_case` name of the reason.
    pub code: Cow<'static, str>,
    /// An English sentence for the developer who reads the answer.
    pub message: Cow<'static, str>,
    /// Input field → stable reason.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub fields: BTreeMap<Cow<'static, str>, Cow<'static, str>>,
    /// Further members of the body that the specification names (`module`).
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub extra: BTreeMap<Cow<'static, str>, Cow<'static, str>>,
    /// Seconds after which a retry makes sense.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub retry_after: Option<u32>,
    /// How many requests a minute the limit that was reached allows, for the `RateLimit-*` headers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
    /// The body holds only `error` (and `message` when it is not empty), as section 4 of the specification demands.
    #[serde(default)]
    pub bare: bool,
    #[serde(skip)]
    cause: Option<Arc<str>>,
}

impl Error {
    /// An error of this kind with a stable code and a sentence.
    pub fn new(
        kind: Kind,
        code: impl Into<Cow<'static, str>>,
        message: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self {
            kind,
            title: None,
            code: code.into(),
            message: message.into(),
            fields: BTreeMap::new(),
            extra: BTreeMap::new(),
            retry_after: None,
            limit: None,
            bare: false,
            cause: None,
        }
    }

    /// The request cannot be read.
    pub fn bad_request(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::BadRequest, code, message)
    }

    /// Nobody is signed in.
    pub fn unauthenticated() -> Self {
        Self::new(Kind::Unauthenticated, "unauthenticated", "Sign in first.")
    }

    /// Signed in, but not allowed.
    pub fn forbidden() -> Self {
        Self::new(
            Kind::Forbidden,
            "forbidden",
            "You are not allowed to do this.",
        )
    }

    /// There is no such thing; `what` is its word in the specification, in lower case.
    pub fn not_found(what: &'static str) -> Self {
        Self::new(
            Kind::NotFound,
            "not_found",
            format!("There is no such {what}."),
        )
    }

    /// The request contradicts the present state.
    pub fn conflict(code: &'static str, message: impl Into<Cow<'static, str>>) -> Self {
        Self::new(Kind::Conflict, code, message)
    }

    /// One input field breaks a rule. Add more with [`Error::and`].
    pub fn invalid(
        field: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
    ) -> Self {
        Self::new(
            Kind::Invalid,
            "validation_failed",
            "Some fields are not valid.",
        )
        .and(field, reason)
    }

    /// A rate limit was reached; `retry_after` is in seconds.
    pub fn too_many_requests(retry_after: u32) -> Self {
        let mut error = Self::new(
            Kind::TooManyRequests,
            "too_many_requests",
            "Too many requests. Wait and try again.",
        );
        error.retry_after = Some(retry_after);
        error
    }

    /// The tenant's database cannot serve now.
    pub fn tenant_unavailable() -> Self {
        let mut error = Self::new(Kind::Unavailable, "tenant_unavailable", "")
            .titled("Tenant unavailable")
            .bare();
        error.retry_after = Some(5);
        error
    }

    /// Something failed inside. The cause is logged, never sent.
    pub fn internal(cause: impl fmt::Display) -> Self {
        let mut error = Self::new(
            Kind::Internal,
            "internal",
            "Something failed on our side. Try again later.",
        );
        error.cause = Some(cause.to_string().into());
        error
    }

    /// Adds one more refused field.
    #[must_use]
    pub fn and(
        mut self,
        field: impl Into<Cow<'static, str>>,
        reason: impl Into<Cow<'static, str>>,
    ) -> Self {
        self.fields.insert(field.into(), reason.into());
        self
    }

    /// Names the limit that was reached, in requests a minute.
    #[must_use]
    pub fn limited_to(mut self, limit: u32) -> Self {
        self.limit = Some(limit);
        self
    }

    /// Uses this title instead of the kind's.
    #[must_use]
    pub fn titled(mut self, title: &'static str) -> Self {
        self.title = Some(title.into());
        self
    }

    /// Leaves only `error` and `message` in the body.
    #[must_use]
    pub fn bare(mut self) -> Self {
        self.bare = true;
        self
    }

    /// Adds a further member to the body.
    #[must_use]
    pub fn with(mut self, name: &'static str, value: impl Into<Cow<'static, str>>) -> Self {
        self.extra.insert(name.into(), value.into());
        self
    }

    /// Remembers what went wrong, for the log only.
    #[must_use]
    pub fn because(mut self, cause: impl fmt::Display) -> Self {
        self.cause = Some(cause.to_string().into());
        self
    }

    /// What went wrong inside; for the log only.
    pub fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    /// The title of the body.
    pub fn title(&self) -> &str {
        self.title.as_deref().unwrap_or(self.kind.title())
    }

    /// `Ok` when every rule holds, else an error that names each field whose rule does not, so that a person sees all
    /// of them at once.
    ///
    /// ```
    /// # use kernel::{Error, Result};
    /// fn check(name: &str, email: &str) -> Result<()> {
    ///     Error::check([("name", !name.is_empty(), "required"), ("email", email.contains('@'), "invalid")])
    /// }
    /// assert_eq!(check("", "x").unwrap_err().fields.len(), 2);
    /// ```
    pub fn check(
        rules: impl IntoIterator<Item = (&'static str, bool, &'static str)>,
    ) -> Result<()> {
        let fields: BTreeMap<_, _> = rules
            .into_iter()
            .filter(|(_, holds, _)| !holds)
            .map(|(field, _, reason)| (field.into(), reason.into()))
            .collect();
        if fields.is_empty() {
            return Ok(());
        }
        Err(Self {
            fields,
            ..Self::new(
                Kind::Invalid,
                "validation_failed",
                "Some fields are not valid.",
            )
        })
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.title(), self.message)
    }
}

/// Shows the cause too: `Debug` goes to logs and test output, never to a client.
impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Error")
            .field("kind", &self.kind)
            .field("code", &self.code)
            .field("message", &self.message)
            .field("fields", &self.fields)
            .field("cause", &self.cause)
            .finish_non_exhaustive()
    }
}

impl std::error::Error for Error {}

impl PartialEq for Error {
    fn eq(&self, other: &Self) -> bool {
        self.kind == other.kind && self.code == other.code && self.fields == other.fields
    }
}
