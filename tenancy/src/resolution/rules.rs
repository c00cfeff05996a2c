//! Which tenant a request names. Pure: no look-up, no clock.

use crate::{domains::RECORD_LABEL, tenants::TenantName};
use idna::{
    AsciiDenyList,
    uts46::{DnsLength, Hyphens, Uts46},
};
use kernel::Slug;
use std::{
    borrow::Cow,
    net::{Ipv4Addr, Ipv6Addr},
};

/// Labels in front of a base domain that mean the platform's own host.
const PLATFORM_LABELS: [&str; 4] = ["www", "api", "admin", "app"];

/// No host name is longer; what a stranger sent is shown back no longer than this.
const LONGEST_NAME: usize = 253;

/// Whom a request names.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Named {
    /// The platform's own host.
    Platform,
    /// A tenant, if there is one of this name.
    Tenant(TenantName),
    /// Nobody, whatever the registry holds: the name cannot be a tenant's.
    Nobody(TenantName),
}

/// Reads the `X-Tenant-Slug` header and the host (as in `Host`, port included). The header wins over the host even when
/// it names nobody. `base_domains` are lower case, without a trailing dot.
pub fn identify(header: Option<&str>, host: &str, base_domains: &[String]) -> Named {
    if let Some(slug) = header {
        return by_slug(slug, TenantName::Slug);
    }
    let Some(host) = normalise(host) else {
        return Named::Nobody(TenantName::CustomDomain(shown(host).to_lowercase()));
    };
    let longest_base = base_domains
        .iter()
        .filter_map(|base| label_before(&host, base).map(|label| (base.len(), label)))
        .max_by_key(|(length, _)| *length);
    match longest_base {
        Some((_, "")) => Named::Platform,
        Some((_, label)) if PLATFORM_LABELS.contains(&label) => Named::Platform,
        Some((_, label)) => by_slug(label, TenantName::Subdomain),
        None if is_address(&host) => Named::Nobody(TenantName::CustomDomain(host.into_owned())),
        None => Named::Tenant(TenantName::CustomDomain(host.into_owned())),
    }
}

/// A host that a tenant may claim as its own, in the form in which it is compared; else the stable reason why not: `invalid`,
/// or `own_domain` for a base domain and everything below it.
pub(super) fn custom_domain(host: &str, base_domains: &[String]) -> Result<String, &'static str> {
    match identify(None, host.trim(), base_domains) {
        // The name of the record that proves it has to fit too. A single label is nobody's to prove.
        Named::Tenant(TenantName::CustomDomain(host))
            if host.contains('.') && RECORD_LABEL.len() + 1 + host.len() <= LONGEST_NAME =>
        {
            Ok(host)
        }
        Named::Platform
        | Named::Tenant(TenantName::Subdomain(_))
        | Named::Nobody(TenantName::Subdomain(_)) => Err("own_domain"),
        _ => Err("invalid"),
    }
}

/// The host in the one form in which it is compared and shown: lower case, ASCII, without port and trailing dot. `None`
/// when it is not a host name or an address.
pub fn normalise(host: &str) -> Option<Cow<'_, str>> {
    if let Some(literal) = host.strip_prefix('[') {
        let (address, port) = literal.split_once(']')?;
        let is_port = port.strip_prefix(':').map_or(port.is_empty(), is_port);
        let address: Ipv6Addr = address.parse().ok()?;
        return is_port.then(|| format!("[{address}]").into());
    }
    let name = match host.split_once(':') {
        Some((name, port)) => is_port(port).then_some(name)?,
        None => host,
    };
    let name = name.strip_suffix('.').unwrap_or(name);
    if is_plain(name) {
        return Some(name.into());
    }
    Uts46::new()
        .to_ascii(
            name.as_bytes(),
            AsciiDenyList::STD3,
            Hyphens::CheckFirstLast,
            DnsLength::Verify,
        )
        .ok()
        // Some other scripts have full stops of their own, which only now became one.
        .filter(|name| !name.is_empty() && !name.ends_with('.'))
}

/// What is in front of a base domain, without the dot; empty for the base domain itself.
fn label_before<'h>(host: &'h str, base: &str) -> Option<&'h str> {
    match host.strip_suffix(base)? {
        "" => Some(""),
        front => front.strip_suffix('.'),
    }
}

/// Only what may be a slug is looked up: two labels, reserved words and random bytes cost no query.
fn by_slug(text: &str, kind: impl FnOnce(String) -> TenantName) -> Named {
    if Slug::parse(text).is_ok() {
        Named::Tenant(kind(text.to_owned()))
    } else {
        Named::Nobody(kind(shown(text)))
    }
}

/// Already in its final form, as nearly every host is. Punycode is left to the full rules, which check it.
fn is_plain(name: &str) -> bool {
    let label = |label: &str| {
        (1..=63).contains(&label.len())
            && label
                .bytes()
                .all(|byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
            && !label.starts_with('-')
            && !label.ends_with('-')
            && !label.starts_with("xn--")
    };
    name.len() <= LONGEST_NAME && name.split('.').all(label)
}

/// Addresses are never anybody's domain. A name whose last label is a number can only be a (wrong) address.
fn is_address(host: &str) -> bool {
    let last = host.rsplit('.').next().unwrap_or(host);
    host.starts_with('[')
        || host.parse::<Ipv4Addr>().is_ok()
        || last.bytes().all(|byte| byte.is_ascii_digit())
}

fn is_port(text: &str) -> bool {
    text.is_empty() || text.bytes().all(|byte| byte.is_ascii_digit()) && text.parse::<u16>().is_ok()
}

/// What was sent, as an answer may repeat it.
fn shown(text: &str) -> String {
    text.chars()
        .filter(|character| !character.is_control())
        .take(LONGEST_NAME)
        .collect()
}
