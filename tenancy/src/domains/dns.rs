//! Asking the DNS. Nothing is remembered here: whoever has just mended a record is not told of the old one.

use domain::{
    base::{Name, Rtype, iana::Rcode},
    rdata::Txt,
    resolv::{
        StubResolver,
        stub::conf::{ResolvConf, ServerConf, Transport},
    },
};
use kernel::{Error, Kind, Result};
use std::{net::SocketAddr, time::Duration};
use tokio::time::timeout;

/// How long an answer may take, a second try over TCP included.
const PATIENCE: Duration = Duration::from_secs(5);

/// How the DNS is asked.
#[derive(Clone, Copy, Debug, Default)]
pub struct Dns {
    /// The resolver; those of the machine when absent.
    pub server: Option<SocketAddr>,
}

impl Dns {
    /// The texts of all TXT records of a name, none when there is no such name. Error: 503 `dns_unanswered`.
    pub(super) async fn texts(self, name: &str) -> Result<Vec<String>> {
        match timeout(PATIENCE, self.ask(name)).await {
            Ok(Ok(texts)) => Ok(texts),
            Ok(Err(cause)) => Err(unanswered(cause)),
            Err(_) => Err(unanswered("no answer in time".to_owned())),
        }
    }

    async fn ask(self, name: &str) -> Result<Vec<String>, String> {
        let name: Name<Vec<u8>> = name.parse().map_err(said)?;
        let resolver = StubResolver::from_conf(self.servers());
        let answer = resolver.query((name, Rtype::TXT)).await.map_err(said)?;
        match answer.header().rcode() {
            Rcode::NOERROR => {}
            Rcode::NXDOMAIN => return Ok(Vec::new()),
            refusal => return Err(format!("the answer is {refusal}")),
        }
        // No message has room for as many, and the library counts one further.
        if answer.header_counts().ancount() == u16::MAX {
            return Err("the answer miscounts its records".to_owned());
        }
        let owner = answer.canonical_name();
        let records = answer.answer().map_err(said)?.limit_to_in::<Txt<_>>();
        let mut texts = Vec::new();
        for record in records {
            let record = record.map_err(said)?;
            if Some(record.owner()) == owner.as_ref() {
                let text: Vec<u8> = record.data().text();
                texts.push(String::from_utf8_lossy(&text).into_owned());
            }
        }
        Ok(texts)
    }

    fn servers(self) -> ResolvConf {
        let Some(address) = self.server else {
            return ResolvConf::default();
        };
        let mut conf = ResolvConf::new();
        conf.servers = vec![ServerConf::new(address, Transport::UdpTcp)];
        conf.finalize();
        conf
    }
}

fn said(error: impl std::fmt::Display) -> String {
    error.to_string()
}

fn unanswered(cause: String) -> Error {
    Error::new(
        Kind::Unavailable,
        "dns_unanswered",
        "The DNS gave no answer about this domain. Try again later.",
    )
    .because(cause)
}
