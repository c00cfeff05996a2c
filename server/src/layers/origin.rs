//! Who asks, and for which host. Forwarded headers count only from our own proxies: everybody else may write what they
//! like into them.

use crate::node::Node;
use app::visit::Address;
use axum::{
    extract::{ConnectInfo, Request, State},
    http::{HeaderMap, header},
    middleware::Next,
    response::Response,
};
use std::net::{IpAddr, SocketAddr};
use tenancy::Origin;

const LONGEST_AGENT: usize = 200;
const LONGEST_ID: usize = 64;

/// The host that was asked for, as the client knows it. In the extensions of every request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Asked {
    /// `http` or `https`.
    pub scheme: String,
    /// As in `Host`, port included; empty when there is none.
    pub host: String,
    /// Nobody forwarded the request and it comes from this very machine, or from one of our proxies on its own behalf.
    pub is_from_inside: bool,
}

pub(super) async fn origin(State(node): State<Node>, mut request: Request, next: Next) -> Response {
    let peer = request
        .extensions()
        .get::<ConnectInfo<SocketAddr>>()
        .map(|info| info.0.ip().to_canonical());
    let is_proxy = peer.is_some_and(|peer| node.trusts(peer));
    let headers = request.headers();
    let forwarded = |name| if is_proxy { last(headers, name) } else { None };

    let asked = Asked {
        scheme: forwarded("x-forwarded-proto")
            .unwrap_or(&node.platform.public.scheme)
            .to_ascii_lowercase(),
        host: forwarded("x-forwarded-host").map_or_else(|| host(&request), str::to_owned),
        is_from_inside: peer.is_some_and(|peer| peer.is_loopback() || is_proxy)
            && ![
                "forwarded",
                "x-forwarded-for",
                "x-forwarded-host",
                "x-real-ip",
            ]
            .iter()
            .any(|name| headers.contains_key(*name)),
    };
    let origin = Origin {
        ip: if is_proxy {
            client(&node, headers).or(peer)
        } else {
            peer
        },
        user_agent: text(headers, "user-agent")
            .chars()
            .take(LONGEST_AGENT)
            .collect(),
        request_id: forwarded("x-request-id")
            .filter(|id| is_id(id))
            .map_or_else(|| node.platform.clock.new_id().to_string(), str::to_owned),
    };
    let address = Address(format!("{}://{}", asked.scheme, asked.host));
    request.extensions_mut().insert(address);
    request.extensions_mut().insert(asked);
    request.extensions_mut().insert(origin);
    request.extensions_mut().insert(node.platform.clone());
    next.run(request).await
}

/// The host of an absolute address wins over the header (RFC 9112, section 3.2.2).
fn host(request: &Request) -> String {
    let header = || {
        // A host in another script arrives as UTF-8 from clients that leave its ASCII form to us.
        request
            .headers()
            .get(header::HOST)
            .map(|host| String::from_utf8_lossy(host.as_bytes()).into_owned())
            .unwrap_or_default()
    };
    request
        .uri()
        .authority()
        .map_or_else(header, ToString::to_string)
}

/// The client, read from the right: the last address that none of our proxies has. What stands left of it, the client may
/// have invented.
fn client(node: &Node, headers: &HeaderMap) -> Option<IpAddr> {
    let chain: Vec<_> = headers
        .get_all("x-forwarded-for")
        .iter()
        .filter_map(|line| line.to_str().ok())
        .flat_map(|line| line.split(','))
        .map(|hop| hop.trim().parse::<IpAddr>().map(|ip| ip.to_canonical()))
        .collect();
    chain
        .into_iter()
        .rev()
        .map_while(Result::ok)
        .find(|hop| !node.trusts(*hop))
}

/// The last value: the one that the nearest proxy wrote.
fn last<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    let line = headers.get_all(name).iter().next_back()?.to_str().ok()?;
    line.rsplit(',')
        .next()
        .map(str::trim)
        .filter(|value| !value.is_empty())
}

fn text<'a>(headers: &'a HeaderMap, name: &str) -> &'a str {
    headers
        .get(name)
        .and_then(|value| value.to_str().ok())
        .unwrap_or_default()
}

fn is_id(id: &str) -> bool {
    id.len() <= LONGEST_ID
        && id
            .bytes()
            .all(|byte| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte))
}
