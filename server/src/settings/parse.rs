//! Words of the settings that have no parser of their own. Each error completes the sentence `NAME: …`.

use axum::http::Uri;
use base64::{Engine, prelude::BASE64_STANDARD};
use ipnet::IpNet;
use kernel::Email;
use std::{
    net::{IpAddr, SocketAddr, ToSocketAddrs},
    str::FromStr,
};
use tenancy::platform::{Environment, PublicAddress};
use tracing_subscriber::EnvFilter;

type Parsed<T> = Result<T, String>;

/// A host name in lower-case ASCII, without port or trailing dot.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Domain(pub(super) String);

impl FromStr for Domain {
    type Err = String;

    fn from_str(text: &str) -> Parsed<Self> {
        let text = text.trim().trim_end_matches('.');
        match idna::domain_to_ascii_strict(text) {
            Ok(ascii) if !ascii.is_empty() => Ok(Self(ascii)),
            _ => Err("it must be host names without port, like clubedigital.com.br".to_owned()),
        }
    }
}

pub(super) fn address(text: &str) -> Parsed<SocketAddr> {
    text.to_socket_addrs()
        .ok()
        .and_then(|mut found| found.next())
        .ok_or_else(|| "it must be HOST:PORT, like 127.0.0.1:8033".to_owned())
}

pub(super) fn environment(text: &str) -> Parsed<Environment> {
    match text {
        "development" => Ok(Environment::Development),
        "production" => Ok(Environment::Production),
        _ => Err("it must be development or production".to_owned()),
    }
}

pub(super) fn public_url(text: &str) -> Parsed<PublicAddress> {
    let wrong = || "it must be http:// or https://, a host and perhaps a port".to_owned();
    let (scheme, rest) = text
        .trim_end_matches('/')
        .split_once("://")
        .ok_or_else(wrong)?;
    let own_port = match scheme {
        "http" => 80,
        "https" => 443,
        _ => return Err(wrong()),
    };
    let (host, port) = match rest.split_once(':') {
        Some((host, port)) => (host, Some(port.parse().map_err(|_| wrong())?)),
        None => (rest, None),
    };
    Ok(PublicAddress {
        scheme: scheme.to_owned(),
        base_domain: host.parse::<Domain>().map_err(|_| wrong())?.0,
        port: port.filter(|port| *port != own_port),
    })
}

pub(super) fn bucket(text: &str) -> Parsed<String> {
    let is_name =
        |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b".-".contains(&byte);
    if (3..=63).contains(&text.len()) && text.bytes().all(is_name) {
        Ok(text.to_owned())
    } else {
        Err("it must be a bucket's name: 3 to 63 small letters, digits, dots or hyphens".to_owned())
    }
}

pub(super) fn endpoint(text: &str) -> Parsed<String> {
    match text.parse::<Uri>() {
        Ok(uri) if matches!(uri.scheme_str(), Some("http" | "https")) && uri.query().is_none() => {
            Ok(text.trim_end_matches('/').to_owned())
        }
        _ => Err("it must be http:// or https:// and a host, perhaps with a port".to_owned()),
    }
}

pub(super) fn network(text: &str) -> Parsed<IpNet> {
    let text = text.trim();
    text.parse()
        .or_else(|_| text.parse::<IpAddr>().map(IpNet::from))
        .map_err(|_| "it must be addresses or networks, like 10.0.0.7 or 10.0.0.0/8".to_owned())
}

pub(super) fn dns_server(text: &str) -> Parsed<SocketAddr> {
    let text = text.trim();
    text.parse()
        .or_else(|_| {
            text.parse::<IpAddr>()
                .map(|address| SocketAddr::new(address, 53))
        })
        .map_err(|_| {
            "it must be an address, perhaps with a port, like 9.9.9.9 or 127.0.0.1:5353".to_owned()
        })
}

pub(super) fn email(text: &str) -> Parsed<Email> {
    Email::parse(text).map_err(|_| "it must be one e-mail address".to_owned())
}

pub(super) fn log_filter(text: &str) -> Parsed<String> {
    EnvFilter::builder()
        .parse(text)
        .map(|_| text.to_owned())
        .map_err(|_| "it must be a filter like info or info,tenancy=debug".to_owned())
}

/// The value is a secret: the error says nothing of it.
pub(super) fn master_database_url(text: &str) -> Parsed<()> {
    let rest = text
        .strip_prefix("postgres://")
        .or_else(|| text.strip_prefix("postgresql://"));
    let database = rest
        .and_then(|rest| rest.split_once('/'))
        .map(|(_, database)| database);
    match database.map(|database| database.split('?').next().unwrap_or_default()) {
        Some(name) if !name.is_empty() => Ok(()),
        _ => Err("it must be postgres://user:password@host:port/database".to_owned()),
    }
}

/// The value is a secret: the error says nothing of it.
pub(super) fn master_key(text: &str) -> Parsed<()> {
    match BASE64_STANDARD.decode(text.trim()) {
        Ok(bytes) if bytes.len() == 32 => Ok(()),
        _ => Err("it must be base64 of 32 bytes".to_owned()),
    }
}
