//! How an institution's API is reached.

use crate::pix::PixKey;
use kernel::{Error, Result};
use reqwest::{Certificate, Client, Identity, Url, redirect, retry};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::time::Duration;

/// An account at an institution that offers the API Pix. Kept sealed: it opens the club's money.
#[derive(Clone, Debug, Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
pub struct BcbSettings {
    /// The API's address with its version: `https://pix.example.com/v2`.
    pub base_url: String,
    /// Where access tokens are given out.
    pub token_url: String,
    /// The account's client id.
    pub client_id: String,
    /// The account's client secret.
    pub client_secret: SecretString,
    /// The scopes to ask for, separated by spaces; all that the account has when absent.
    #[serde(default)]
    pub scope: Option<String>,
    /// Our certificate and its private key, PEM, for mutual TLS.
    #[serde(default)]
    pub identity: Option<SecretString>,
    /// Certificate authorities to trust besides the machine's own, PEM.
    #[serde(default)]
    pub authorities: Option<String>,
    /// The club's own key, that charges are made out to and payouts come from.
    pub key: PixKey,
    /// The club's name in BR Codes.
    pub name: String,
    /// The club's city in BR Codes.
    pub city: String,
    /// The secret part of the webhook's address; without it the proxy in front has to check the caller's certificate.
    #[serde(default)]
    pub webhook_token: Option<SecretString>,
    /// How long to wait.
    #[serde(skip)]
    pub patience: Patience,
}

/// How long to wait for an institution.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the connection.
    pub connect: Duration,
    /// For the whole of an answer, repetitions included.
    pub total: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(3),
            total: Duration::from_secs(10),
        }
    }
}

/// The address of an API, refused when secrets would travel in the open.
pub(super) fn address(field: &'static str, text: &str) -> Result<Url> {
    let url = Url::parse(text).map_err(|_| Error::invalid(field, "invalid"))?;
    let loopback = matches!(url.host_str(), Some("127.0.0.1" | "localhost" | "[::1]"));
    match url.scheme() {
        "https" => Ok(url),
        "http" if loopback => Ok(url),
        _ => Err(Error::invalid(field, "https")),
    }
}

/// A client that shows our certificate, follows no redirection and repeats nothing by itself.
pub(super) fn http_client(settings: &BcbSettings) -> Result<Client> {
    let mut builder = Client::builder()
        .user_agent("clube-digital")
        .redirect(redirect::Policy::none())
        .retry(retry::never())
        .no_proxy()
        .connect_timeout(settings.patience.connect)
        .timeout(settings.patience.total);
    if let Some(identity) = &settings.identity {
        let identity = Identity::from_pem(identity.expose_secret().as_bytes())
            .map_err(|_| Error::invalid("identity", "invalid"))?;
        builder = builder.identity(identity);
    }
    if let Some(authorities) = &settings.authorities {
        let authorities = Certificate::from_pem_bundle(authorities.as_bytes())
            .map_err(|_| Error::invalid("authorities", "invalid"))?;
        builder = builder.tls_certs_merge(authorities);
    }
    builder
        .build()
        .map_err(|_| Error::invalid("identity", "invalid"))
}
