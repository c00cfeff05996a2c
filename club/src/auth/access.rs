//! Access tokens: HS256 with the tenant's own key and nothing else, whatever a token's header says.

use crate::Ctx;
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation, decode, encode};
use kernel::{Error, Result, TenantId, UserId};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// How long an access token is good, in seconds.
pub(super) const LIFETIME: u32 = 15 * 60;
/// How far the clocks of two nodes may differ, in seconds.
const LEEWAY: i64 = 5;
const ISSUER: &str = "clube-digital";
const AUDIENCE: &str = "clube-digital/api";
const TYPE: &str = "at+jwt";
/// Ours have about 450 characters; nobody makes us decode a novel.
const LONGEST: usize = 2048;

/// What an access token says. Anything more, less or of another type is refused.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Claims {
    iss: String,
    aud: String,
    /// Whose.
    pub(super) sub: UserId,
    /// Of which tenant.
    tid: TenantId,
    iat: i64,
    exp: i64,
    jti: Uuid,
    /// The user's token version when it was made.
    pub(super) ver: i32,
}

/// Makes an access token for a user.
pub(super) fn issue(ctx: &Ctx, user: UserId, version: i32) -> Result<SecretString> {
    let now = ctx.now().unix_timestamp();
    let claims = Claims {
        iss: ISSUER.to_owned(),
        aud: AUDIENCE.to_owned(),
        sub: user,
        tid: ctx.tenant.id,
        iat: now,
        exp: now + i64::from(LIFETIME),
        jti: ctx.new_id(),
        ver: version,
    };
    let header = Header {
        typ: Some(TYPE.to_owned()),
        ..Header::new(Algorithm::HS256)
    };
    let key = EncodingKey::from_secret(ctx.tenant.token_key.expose_secret());
    let token = encode(&header, &claims, &key).map_err(Error::internal)?;
    Ok(token.into())
}

/// Reads an access token. Every refusal is the same 401; the cause is for the log.
pub(super) fn read(ctx: &Ctx, token: &str) -> Result<Claims> {
    let refused = |cause: &str| Err(Error::unauthenticated().because(cause));
    if token.len() > LONGEST {
        return refused("the access token is too long");
    }
    let key = DecodingKey::from_secret(ctx.tenant.token_key.expose_secret());
    let decoded = decode::<Claims>(token, &key, &validation())
        .map_err(|error| Error::unauthenticated().because(error))?;
    let (header, claims) = (decoded.header, decoded.claims);
    let now = ctx.now().unix_timestamp();
    if header.typ.as_deref() != Some(TYPE) {
        return refused("the token is not an access token");
    }
    if claims.tid != ctx.tenant.id {
        return refused("the access token is another tenant's");
    }
    if claims.exp + LEEWAY <= now || claims.iat - LEEWAY > now {
        return refused("the access token is not good at this time");
    }
    Ok(claims)
}

/// Times are compared by our own clock, above.
fn validation() -> Validation {
    let mut validation = Validation::new(Algorithm::HS256);
    validation.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    validation.set_issuer(&[ISSUER]);
    validation.set_audience(&[AUDIENCE]);
    validation.validate_exp = false;
    validation
}
