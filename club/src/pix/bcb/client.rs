//! Asking an institution over HTTPS, and telling "nothing happened" from "nobody knows".

use super::{
    problem::refusal,
    settings::{BcbSettings, address, http_client},
    token::Tokens,
};
use crate::pix::ProviderError;
use kernel::Result as Outcome;
use reqwest::{Method, Response, Url};
use secrecy::{ExposeSecret, SecretString};
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::time::Duration;
use tenancy::Clock;

/// An answer larger than this is not read: a page of a hundred payments has a tenth of it.
const MOST_BYTES: usize = 2 * 1024 * 1024;
/// How often something harmless is asked.
const ATTEMPTS: u32 = 3;

/// One question.
pub(in crate::pix) struct Ask {
    pub(in crate::pix) method: Method,
    pub(in crate::pix) url: Url,
    pub(in crate::pix) body: Option<Value>,
    pub(in crate::pix) repeat: Repeat,
    /// One more header, of an institution's own.
    pub(in crate::pix) header: Option<(&'static str, &'static str)>,
}

/// Whether a question may be put again by itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(in crate::pix) enum Repeat {
    /// A reading, or a writing under our own id that says the same each time.
    Harmless,
    /// It moves money out.
    Never,
}

/// An answer that is neither lost nor a failure of the institution.
pub(in crate::pix) struct Reply {
    pub(in crate::pix) status: u16,
    pub(in crate::pix) body: Vec<u8>,
}

/// The way to one institution, with one token for all that go it.
pub(in crate::pix) struct Client {
    http: reqwest::Client,
    tokens: Tokens,
    total: Duration,
}

impl Client {
    pub(in crate::pix) fn new(settings: &BcbSettings, clock: Clock) -> Outcome<Self> {
        let token_url = address("tokenUrl", &settings.token_url)?;
        Ok(Self {
            http: http_client(settings)?,
            tokens: Tokens::new(token_url, settings, clock),
            total: settings.patience.total,
        })
    }

    /// Asks, again if that is harmless. `Unreachable` says that nothing happened, `Unknown` that nobody knows.
    pub(in crate::pix) async fn ask(&self, ask: &Ask) -> Result<Reply, ProviderError> {
        match ask.repeat {
            Repeat::Never => self.ask_once(ask).await,
            Repeat::Harmless => tokio::time::timeout(self.total, self.ask_again(ask))
                .await
                .unwrap_or_else(|_| Err(lost(ask, "time is up".into()))),
        }
    }

    async fn ask_again(&self, ask: &Ask) -> Result<Reply, ProviderError> {
        let mut pause = Duration::from_millis(200);
        for _ in 1..ATTEMPTS {
            match self.ask_once(ask).await {
                Err(error) if error.is_temporary() => tokio::time::sleep(pause).await,
                answer => return answer,
            }
            pause *= 2;
        }
        self.ask_once(ask).await
    }

    /// A token that is no longer good is replaced once: what is refused with 401 was not done.
    async fn ask_once(&self, ask: &Ask) -> Result<Reply, ProviderError> {
        let token = self.tokens.get(&self.http, None).await?;
        let reply = self.transmit(ask, &token).await?;
        if reply.status != 401 {
            return Ok(reply);
        }
        let token = self.tokens.get(&self.http, Some(&token)).await?;
        self.transmit(ask, &token).await
    }

    async fn transmit(&self, ask: &Ask, token: &SecretString) -> Result<Reply, ProviderError> {
        let mut request = self
            .http
            .request(ask.method.clone(), ask.url.clone())
            .bearer_auth(token.expose_secret());
        if let Some((name, value)) = ask.header {
            request = request.header(name, value);
        }
        if let Some(body) = &ask.body {
            request = request.json(body);
        }
        let response = match request.send().await {
            Ok(response) => response,
            Err(error) if error.is_connect() => {
                return Err(ProviderError::Unreachable(failure(error)));
            }
            Err(error) => return Err(lost(ask, failure(error))),
        };
        let status = response.status().as_u16();
        let body = read(response).await.map_err(|words| lost(ask, words))?;
        match status {
            429 => Err(ProviderError::Unreachable("status 429".into())),
            200..=299 | 400..=407 | 409..=499 => Ok(Reply { status, body }),
            _ => Err(lost(ask, format!("status {status}"))),
        }
    }
}

impl Reply {
    /// What the answer says, or the refusal that it is.
    pub(in crate::pix) fn read<T: DeserializeOwned>(&self) -> Result<T, ProviderError> {
        match self.status {
            200..=299 => json(&self.body),
            _ => Err(refusal(self.status, &self.body)),
        }
    }

    /// The same, where 404 says that there is no such thing.
    pub(in crate::pix) fn find<T: DeserializeOwned>(&self) -> Result<Option<T>, ProviderError> {
        match self.status {
            404 => Ok(None),
            _ => self.read().map(Some),
        }
    }
}

/// The body as this type; what it holds is not quoted.
pub(in crate::pix) fn json<T: DeserializeOwned>(body: &[u8]) -> Result<T, ProviderError> {
    serde_json::from_slice(body).map_err(|error| {
        let (kind, line, column) = (error.classify(), error.line(), error.column());
        ProviderError::Malformed(format!("{kind:?} at {line}:{column}"))
    })
}

/// No answer to a reading is nothing lost; no answer to a writing leaves open whether it was done.
fn lost(ask: &Ask, words: String) -> ProviderError {
    if ask.method == Method::GET {
        ProviderError::Unreachable(words)
    } else {
        ProviderError::Unknown(words)
    }
}

/// What went wrong on the way, without the address: it holds keys and ids.
pub(super) fn failure(error: reqwest::Error) -> String {
    let error = error.without_url();
    match std::error::Error::source(&error) {
        Some(cause) => format!("{error}: {cause}"),
        None => error.to_string(),
    }
}

/// The whole body, up to a limit.
pub(super) async fn read(mut response: Response) -> Result<Vec<u8>, String> {
    let mut body = Vec::new();
    while let Some(chunk) = response.chunk().await.map_err(failure)? {
        body.extend_from_slice(&chunk);
        if body.len() > MOST_BYTES {
            return Err("the answer is too long".into());
        }
    }
    Ok(body)
}
