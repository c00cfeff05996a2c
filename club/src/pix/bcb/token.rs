//! Access tokens (OAuth 2 client credentials): kept until shortly before they expire, fetched by one caller at a time.

use super::{
    client::{failure, read},
    problem::refusal,
    settings::BcbSettings,
};
use crate::pix::ProviderError;
use reqwest::{Client, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::{Deserialize, Serialize};
use tenancy::Clock;
use time::{Duration, OffsetDateTime};
use tokio::sync::Mutex;

/// Used when the institution does not say how long a token lasts.
const SHORT_LIFE: i64 = 60;

/// The token that is valid now.
pub(super) struct Tokens {
    url: Url,
    client_id: String,
    client_secret: SecretString,
    scope: Option<String>,
    clock: Clock,
    current: Mutex<Option<Token>>,
}

struct Token {
    text: SecretString,
    until: OffsetDateTime,
}

#[derive(Serialize)]
struct Grant<'a> {
    grant_type: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    scope: Option<&'a str>,
}

#[derive(Deserialize)]
struct Granted {
    access_token: SecretString,
    expires_in: Option<i64>,
}

impl Tokens {
    pub(super) fn new(url: Url, settings: &BcbSettings, clock: Clock) -> Self {
        Self {
            url,
            client_id: settings.client_id.clone(),
            client_secret: settings.client_secret.clone(),
            scope: settings.scope.clone(),
            clock,
            current: Mutex::new(None),
        }
    }

    /// A token that is valid and is not the one that was just rejected. Who comes while one is being fetched waits for
    /// that one.
    pub(super) async fn get(
        &self,
        http: &Client,
        rejected: Option<&SecretString>,
    ) -> Result<SecretString, ProviderError> {
        let mut current = self.current.lock().await;
        let now = self.clock.now();
        let is_rejected = |token: &Token| {
            rejected.is_some_and(|text| text.expose_secret() == token.text.expose_secret())
        };
        if let Some(token) = current
            .as_ref()
            .filter(|token| token.until > now && !is_rejected(token))
        {
            return Ok(token.text.clone());
        }
        *current = None;
        let granted = self.fetch(http).await?;
        // A tenth of its life is left for clocks that differ and for requests on their way.
        let life = granted.expires_in.unwrap_or(SHORT_LIFE).clamp(0, 86_400);
        let token = Token {
            text: granted.access_token,
            until: now + Duration::seconds(life * 9 / 10),
        };
        let text = token.text.clone();
        *current = Some(token);
        Ok(text)
    }

    async fn fetch(&self, http: &Client) -> Result<Granted, ProviderError> {
        let request = http
            .post(self.url.clone())
            .basic_auth(&self.client_id, Some(self.client_secret.expose_secret()))
            .form(&Grant {
                grant_type: "client_credentials",
                scope: self.scope.as_deref(),
            });
        // Nothing was asked of the account yet: whatever goes wrong here, nothing happened.
        let unreachable = |error| ProviderError::Unreachable(format!("token: {}", failure(error)));
        let response = request.send().await.map_err(unreachable)?;
        let status = response.status().as_u16();
        let body = read(response).await.map_err(ProviderError::Unreachable)?;
        match status {
            200..=299 => {
                serde_json::from_slice(&body).map_err(|_| ProviderError::Malformed("token".into()))
            }
            400..=428 | 430..=499 => Err(refusal(status, &body)),
            _ => Err(ProviderError::Unreachable(format!(
                "token: status {status}"
            ))),
        }
    }
}
