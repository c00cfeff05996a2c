//! How an institution's API is reached.

use crate::pix::PixKey;
use kernel::{Error, Result};
use reqwest::{
    Certificate, Client, Identity, Url,
    dns::{Addrs, Name, Resolve, Resolving},
    redirect, retry,
};
use secrecy::{ExposeSecret, SecretString};
use serde::Deserialize;
use std::{
    net::{IpAddr, Ipv4Addr},
    time::Duration,
};
use tenancy::platform::Environment;

/// The shortest secret of a webhook's address, in characters.
const SHORTEST_TOKEN: usize = 16;
/// The longest one.
const LONGEST_TOKEN: usize = 128;

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
    /// The secret that ends the webhook's address: 16 to 128 letters, digits, `-` and `_`. Required unless the proxy checks
    /// who calls.
    #[serde(default)]
    pub webhook_token: Option<SecretString>,
    /// Whether the proxy in front lets nobody through to the webhook without the institution's certificate.
    #[serde(default)]
    pub proxy_checks_webhook: bool,
    /// How long to wait.
    #[serde(skip)]
    pub patience: Patience,
    /// Whether names are refused that lead to this machine or into its own network, as they must be where clubs live.
    #[serde(skip)]
    pub only_outside: bool,
}

/// How long to wait for an institution.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// For the connection.
    pub connect: Duration,
    /// For the whole of an answer, repetitions included.
    pub total: Duration,
}

impl BcbSettings {
    /// Names what is missing, and what must not be where clubs live: an institution on this very machine, which may be tried
    /// out in development, and a webhook that anybody could call.
    pub(in crate::pix) fn check(&self, environment: Environment) -> Result<()> {
        let may_be_here = environment == Environment::Development;
        let reachable = |url: &str| may_be_here || !is_this_machine(url);
        let token = self.webhook_token.as_ref();
        let token = token.map(|token| token.expose_secret().as_bytes());
        let is_plain = |byte: &u8| byte.is_ascii_alphanumeric() || b"-_".contains(byte);
        let is_given = |text: &str| !text.trim().is_empty();
        let secret = self.client_secret.expose_secret();
        Error::check([
            ("baseUrl", reachable(&self.base_url), "loopback"),
            ("tokenUrl", reachable(&self.token_url), "loopback"),
            ("clientId", is_given(&self.client_id), "required"),
            ("clientSecret", is_given(secret), "required"),
            ("name", is_given(&self.name), "required"),
            ("city", is_given(&self.city), "required"),
            (
                "webhookToken",
                token.is_some() || self.proxy_checks_webhook,
                "required",
            ),
            (
                "webhookToken",
                token.is_none_or(|token| token.len() >= SHORTEST_TOKEN),
                "too_short",
            ),
            (
                "webhookToken",
                token
                    .is_none_or(|token| token.len() <= LONGEST_TOKEN && token.iter().all(is_plain)),
                "invalid",
            ),
        ])
    }
}

impl BcbSettings {
    /// What tells this account from any other: whose it is, where, and which key its money goes through. The rest may change
    /// and it is the same account.
    pub(in crate::pix) fn account(&self, provider: &str) -> String {
        let url = Url::parse(&self.base_url).ok();
        let host = url.as_ref().and_then(Url::host_str).unwrap_or_default();
        let port = url.as_ref().and_then(Url::port);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        let (client, key) = (&self.client_id, self.key.as_str());
        format!("{provider} {host}{port} {client} {key}")
    }
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
    match url.scheme() {
        "https" => Ok(url),
        "http" if is_this_machine(text) => Ok(url),
        _ => Err(Error::invalid(field, "https")),
    }
}

/// Whether an address leads nowhere but to the machine that the program runs on, or to what only machines see.
fn is_this_machine(text: &str) -> bool {
    let Ok(url) = Url::parse(text) else {
        return false;
    };
    let host = url.host_str().unwrap_or_default();
    if let Ok(address) = host.trim_matches(['[', ']']).parse::<IpAddr>() {
        return is_local(address);
    }
    let name = host.trim_end_matches('.');
    name == "localhost" || name.ends_with(".localhost")
}

/// Whether an address is one that no institution has: this machine's, its network's, its provider's, or nobody's.
fn is_local(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(address) => is_local_v4(address),
        IpAddr::V6(address) => match address.segments() {
            // An IPv4 address within one of IPv6: "compatible" (the loopback ::1 and :: among them), translated (NAT64) and
            // 6to4.
            [0, 0, 0, 0, 0, 0, high, low]
            | [0x64, 0xff9b, 0, 0, 0, 0, high, low]
            | [0x2002, high, low, ..] => is_local_v4(within(high, low)),
            // A network's own translation (64:ff9b:1::/48), local, unique local, multicast and documentation.
            [first, second, third, ..] => {
                (first, second, third) == (0x64, 0xff9b, 1)
                    || matches!(first & 0xffc0, 0xfe80 | 0xfec0)
                    || first & 0xfe00 == 0xfc00
                    || first & 0xff00 == 0xff00
                    || (first, second) == (0x2001, 0xdb8)
            }
        },
    }
}

fn is_local_v4(address: Ipv4Addr) -> bool {
    match address.octets() {
        // This network, private ones, and those that a provider shares among customers; protocols', documentation's and
        // measurements'.
        [0 | 10 | 127, ..]
        | [192, 168, ..]
        | [169, 254, ..]
        | [192, 0, 0 | 2, _]
        | [198, 18 | 19, ..]
        | [198, 51, 100, _]
        | [203, 0, 113, _] => true,
        [172, second, ..] => second & 0xf0 == 16,
        [100, second, ..] => second & 0xc0 == 64,
        // Multicast and what is reserved.
        [first, ..] => first >= 224,
    }
}

const fn within(high: u16, low: u16) -> Ipv4Addr {
    let ([a, b], [c, d]) = (high.to_be_bytes(), low.to_be_bytes());
    Ipv4Addr::new(a, b, c, d)
}

/// Finds the addresses of names, but for those of this machine and its network: who owns a name decides where it leads, and
/// may change it after the settings were checked.
struct Outside;

impl Resolve for Outside {
    fn resolve(&self, name: Name) -> Resolving {
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let outside: Vec<_> = found.filter(|address| !is_local(address.ip())).collect();
            if outside.is_empty() {
                return Err("the name leads to this machine or its network".into());
            }
            Ok(Box::new(outside.into_iter()) as Addrs)
        })
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
    if settings.only_outside {
        builder = builder.dns_resolver(Outside);
    }
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_of_our_own_network_is_an_institution() {
        for address in [
            "0.0.0.0",
            "0.1.2.3",
            "10.0.0.7",
            "100.64.0.1",
            "100.127.255.255",
            "127.0.0.1",
            "169.254.169.254",
            "172.16.0.1",
            "172.31.255.255",
            "192.0.0.192",
            "192.168.1.7",
            "198.18.0.1",
            "224.0.0.1",
            "255.255.255.255",
            "::",
            "::1",
            "::7f00:1",
            "::ffff:127.0.0.1",
            "::ffff:100.64.0.1",
            "64:ff9b::7f00:1",
            "64:ff9b::a9fe:a9fe",
            "64:ff9b:1::1",
            "2002:7f00:1::",
            "2002:a00:7::1",
            "fc00::1",
            "fd00::7",
            "fe80::1",
            "fec0::1",
            "ff02::1",
        ] {
            assert!(is_local(address.parse().expect(address)), "{address}");
        }
        for address in [
            "1.1.1.1",
            "100.63.255.255",
            "100.128.0.1",
            "172.15.0.1",
            "172.32.0.1",
            "192.1.0.1",
            "200.160.2.3",
            "2001:12ff::10",
            "64:ff9b::c8a0:203",
            "2002:c8a0:203::1",
            "::ffff:200.160.2.3",
        ] {
            assert!(!is_local(address.parse().expect(address)), "{address}");
        }
    }
}
