//! The institution lets in only who shows the certificate that it knows, and we talk only to whom we trust.

use super::*;
use axum::serve::Listener;
use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
use std::{net::SocketAddr, sync::Arc};
use tokio::net::{TcpListener, TcpStream};
use tokio_rustls::{
    TlsAcceptor,
    rustls::{
        RootCertStore, ServerConfig, crypto::aws_lc_rs, pki_types::PrivateKeyDer,
        server::WebPkiClientVerifier,
    },
    server::TlsStream,
};

struct MutualTls {
    tcp: TcpListener,
    acceptor: TlsAcceptor,
}

impl Listener for MutualTls {
    type Io = TlsStream<TcpStream>;
    type Addr = SocketAddr;

    async fn accept(&mut self) -> (Self::Io, Self::Addr) {
        loop {
            let (tcp, address) = self.tcp.accept().await.expect("a connection");
            if let Ok(tls) = self.acceptor.accept(tcp).await {
                return (tls, address);
            }
        }
    }

    fn local_addr(&self) -> std::io::Result<Self::Addr> {
        self.tcp.local_addr()
    }
}

type Authority = CertifiedIssuer<'static, KeyPair>;

fn authority() -> Authority {
    let mut params = CertificateParams::new(Vec::new()).expect("no names");
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let key = KeyPair::generate().expect("a key");
    CertifiedIssuer::self_signed(params, key).expect("an authority")
}

/// A certificate and its key.
fn certificate(authority: &Authority, name: &str) -> (rcgen::Certificate, KeyPair) {
    let key = KeyPair::generate().expect("a key");
    let params = CertificateParams::new(vec![name.to_owned()]).expect("a name");
    let certificate = params.signed_by(&key, authority).expect("a certificate");
    (certificate, key)
}

fn identity(authority: &Authority) -> SecretString {
    let (certificate, key) = certificate(authority, "clube.example.com");
    SecretString::from(key.serialize_pem() + &certificate.pem())
}

async fn start(authority: &Authority) -> Psp {
    let provider = Arc::new(aws_lc_rs::default_provider());
    let mut roots = RootCertStore::empty();
    roots.add(authority.der().clone()).expect("an authority");
    let verifier = WebPkiClientVerifier::builder_with_provider(roots.into(), provider.clone());
    let (certificate, key) = certificate(authority, "localhost");
    let config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_client_cert_verifier(verifier.build().expect("a verifier"))
        .with_single_cert(
            vec![certificate.der().clone()],
            PrivateKeyDer::try_from(key.serialize_der()).expect("a key"),
        )
        .expect("a certificate of its own");
    let tcp = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let port = tcp.local_addr().expect("an address").port();
    let acceptor = TlsAcceptor::from(Arc::new(config));
    Psp::serve(
        MutualTls { tcp, acceptor },
        format!("https://localhost:{port}"),
    )
}

#[tokio::test]
async fn both_sides_show_who_they_are() {
    let (ours, strange) = (authority(), authority());
    let psp = start(&ours).await;
    let txid = Txid::from(Uuid::from_u128(1));
    for (trusted, shown, heard) in [
        (Some(&ours), Some(&ours), true),
        (Some(&ours), None, false),
        (Some(&ours), Some(&strange), false),
        (Some(&strange), Some(&ours), false),
        (None, Some(&ours), false),
    ] {
        let settings = BcbSettings {
            authorities: trusted.map(Authority::pem),
            identity: shown.map(identity),
            ..settings(&psp.url)
        };
        let bcb = Bcb::new(settings, clock()).expect("good settings");
        let answer = bcb.get_charge(&txid).await;
        if heard {
            assert_eq!(answer, Ok(None));
        } else {
            assert!(
                matches!(answer, Err(ProviderError::Unreachable(_))),
                "{answer:?}"
            );
        }
    }
    assert_eq!(psp.account().tokens_given, 1, "only one of them was let in");
}
