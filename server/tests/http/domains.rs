//! A club's own domain, from the claim to the page that is served there, with a DNS of the test's own.

use crate::installation::{Installation, Node, Outcome, PASSWORD};
use kernel::Email;
use reqwest::{Method, Response, header::COOKIE};
use secrecy::ExposeSecret;
use std::{
    collections::HashMap,
    net::SocketAddr,
    slice,
    sync::{Arc, Mutex, PoisonError},
    time::Instant,
};
use tenancy::{
    Actor, Origin, PlatformCtx, administrators,
    domains::{self, TenantDomain},
    resolution::ResolverLimits,
};
use tokio::{net::UdpSocket, task::JoinHandle};

/// What the DNS says of a name.
#[derive(Clone)]
enum Said {
    /// These texts, each in one TXT record.
    Texts(Vec<String>),
    /// This text, of another name than was asked for.
    Elsewhere(String),
    /// More records than there are.
    Miscount,
    /// Nothing at all.
    Silence,
    /// That it failed.
    Failure,
}

/// A DNS server on loopback that knows TXT records. Dropped, it ends.
struct Zone {
    address: SocketAddr,
    records: Arc<Mutex<HashMap<String, Said>>>,
    serving: JoinHandle<()>,
}

impl Zone {
    async fn new() -> Self {
        let socket = UdpSocket::bind("127.0.0.1:0").await.expect("a port");
        let address = socket.local_addr().expect("an address");
        let records = Arc::new(Mutex::new(HashMap::new()));
        let known = Arc::clone(&records);
        let serving = tokio::spawn(async move {
            let mut query = [0; 512];
            while let Ok((length, from)) = socket.recv_from(&mut query).await {
                let query = &query[..length];
                let said = {
                    let known = known.lock().unwrap_or_else(PoisonError::into_inner);
                    known.get(&asked(query)).cloned()
                };
                if let Some(answer) = answer(query, said.as_ref()) {
                    socket.send_to(&answer, from).await.expect("sent");
                }
            }
        });
        Self {
            address,
            records,
            serving,
        }
    }

    fn says(&self, name: &str, said: Said) {
        let mut records = self.records.lock().unwrap_or_else(PoisonError::into_inner);
        records.insert(name.to_owned(), said);
    }
}

impl Drop for Zone {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

/// The labels of the question's name, and where they end.
fn labels(query: &[u8]) -> (Vec<String>, usize) {
    let (mut at, mut labels) = (12, Vec::new());
    while query[at] != 0 {
        let end = at + 1 + usize::from(query[at]);
        labels.push(String::from_utf8_lossy(&query[at + 1..end]).to_lowercase());
        at = end;
    }
    (labels, at + 1)
}

fn asked(query: &[u8]) -> String {
    labels(query).0.join(".")
}

/// The question again with what is said of it; a name that nothing is said of does not exist.
fn answer(query: &[u8], said: Option<&Said>) -> Option<Vec<u8>> {
    // A pointer to the question's name, or a name of its own.
    let (asked, other) = (&[0xc0, 12][..], &b"\x05other\x07example\0"[..]);
    let (code, owner, texts) = match said {
        Some(Said::Texts(texts)) => (0, asked, texts.as_slice()),
        Some(Said::Elsewhere(text)) => (0, other, slice::from_ref(text)),
        Some(Said::Miscount) => (0, asked, &[][..]),
        Some(Said::Failure) => (2, asked, &[][..]),
        Some(Said::Silence) => return None,
        None => (3, asked, &[][..]),
    };
    let end_of_question = labels(query).1 + 4;
    let mut answer = query[..end_of_question].to_vec();
    // An answer, recursion desired and available, then one question, the answers, and nothing else.
    let count = u8::try_from(texts.len()).expect("a few");
    answer[2..12].copy_from_slice(&[0x81, 0x80 | code, 0, 1, 0, count, 0, 0, 0, 0]);
    if matches!(said, Some(Said::Miscount)) {
        answer[6..8].fill(0xff);
    }
    for text in texts {
        // TXT, IN, for a minute; in two strings, as a long text comes.
        let (first, second) = text.as_bytes().split_at(text.len() / 2);
        let length = u16::try_from(text.len() + 2).expect("a short text");
        answer.extend(owner);
        answer.extend([0, 16, 0, 1, 0, 0, 0, 60]);
        answer.extend(length.to_be_bytes());
        for part in [first, second] {
            answer.push(u8::try_from(part.len()).expect("a short text"));
            answer.extend(part);
        }
    }
    Some(answer)
}

/// The cookie of a super admin.
async fn super_admin(node: &Node) -> String {
    let email = Email::parse("ada@example.com").expect("an address");
    let ctx = command(node);
    administrators::create_super_admin(&ctx, email, Some(PASSWORD.into()))
        .await
        .expect("made");
    let nobody = node.platform.ctx(Actor::Anonymous, Origin::default());
    let opened = administrators::sign_in(&nobody, None, "ada@example.com", PASSWORD.into())
        .await
        .expect("they sign in");
    format!("clube_session={}", opened.token.expose_secret())
}

fn command(node: &Node) -> PlatformCtx {
    node.platform.ctx(Actor::Command, Origin::default())
}

/// Sends a form of the platform's console as a browser without WASM does.
async fn send(node: &Node, cookie: &str, path: &str, form: &[(&str, &str)]) -> Response {
    let host = node.address.to_string().replace("127.0.0.1", "localhost");
    let request = node
        .ask(Method::POST, &host, &format!("/_fn/super/domain{path}"))
        .header("sec-fetch-site", "same-origin")
        .header("accept", "text/html")
        .header("referer", format!("http://{host}/super/tenants"))
        .header(COOKIE, cookie)
        .form(form);
    request.send().await.expect("an answer")
}

/// The page that a form leads to, with what was left for it.
async fn page_after(node: &Node, cookie: &str, answer: &Response, path: &str) -> String {
    let left = answer.headers().get_all("set-cookie").iter();
    let left = left
        .filter_map(|set| set.to_str().ok()?.split(';').next())
        .fold(cookie.to_owned(), |all, one| format!("{all}; {one}"));
    let page = node.ask(Method::GET, "localhost", path);
    let page = page.header(COOKIE, left).header("accept", "text/html");
    page.send()
        .await
        .expect("a page")
        .text()
        .await
        .expect("text")
}

async fn only_domain(node: &Node, slug: &str) -> TenantDomain {
    let ctx = command(node);
    let tenant = tenancy::tenants::by_slug(&ctx, slug)
        .await
        .expect("an answer")
        .expect("the tenant");
    let mut domains = domains::list(&ctx, tenant.id).await.expect("a list");
    assert_eq!(domains.len(), 1);
    domains.remove(0)
}

/// What the DNS may say that proves nothing, and what the page says then.
fn no_proof(
    domain: &TenantDomain,
    false_claim: &TenantDomain,
) -> [(Option<Said>, &'static str); 8] {
    let missing = "O DNS ainda não mostra este registro TXT.";
    let wrong = "O registro TXT existe, mas diz outra coisa.";
    let unanswered = "O DNS não respondeu a tempo.";
    let unrelated = Said::Texts(vec!["v=spf1 -all".to_owned()]);
    let foreign = Said::Texts(vec![false_claim.token.clone()]);
    [
        (None, missing),
        (Some(Said::Texts(Vec::new())), missing),
        (Some(unrelated), wrong),
        (Some(foreign), wrong),
        (Some(Said::Elsewhere(domain.token.clone())), missing),
        (Some(Said::Miscount), unanswered),
        (Some(Said::Failure), unanswered),
        (Some(Said::Silence), unanswered),
    ]
}

#[tokio::test]
async fn a_domain_leads_to_the_club_from_its_proof_to_its_removal() -> Outcome {
    let zone = Zone::new().await;
    let dns = zone.address.to_string();
    let installation = Installation::new();
    let node = installation.node(&["--dns-server", &dns]).await;
    let second = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let host = format!("clube.{}.example", installation.name);
    let cookie = super_admin(&node).await;
    // A false claim of another club, which is not in the way.
    let other = installation.tenant(&node, "other").await;
    let false_claim = domains::claim(&command(&node), &other, &host).await?;

    let typed = format!(" {}.:443", host.to_uppercase());
    let claimed = send(
        &node,
        &cookie,
        "/claim",
        &[("slug", &slug), ("domain", &typed)],
    )
    .await;
    let domain = only_domain(&node, &slug).await;
    assert_eq!(domain.domain, host);
    let page = format!("/super/tenants/{slug}/domains/{}", domain.id);
    assert_eq!(claimed.headers()["location"], page);
    let html = page_after(&node, &cookie, &claimed, &page).await;
    for shown in [
        domain.record_name().as_str(),
        &domain.token,
        "Verificar agora",
    ] {
        assert!(html.contains(shown), "{shown}: {html}");
    }
    // Strangers of both nodes have looked already; that nobody was there is remembered.
    for node in [&node, &second] {
        assert_eq!(node.get(&host, "/").await.status(), 404);
    }

    let id = domain.id.to_string();
    let fields = [("slug", slug.as_str()), ("id", id.as_str())];
    for (said, sentence) in no_proof(&domain, &false_claim) {
        if let Some(said) = said {
            zone.says(&domain.record_name(), said);
        }
        let refused = send(&node, &cookie, "/verify", &fields).await;
        let html = page_after(&node, &cookie, &refused, &page).await;
        assert!(html.contains(sentence), "{sentence}: {html}");
        assert_eq!(node.get(&host, "/").await.status(), 404, "{sentence}");
    }

    let among_others = vec!["v=spf1 -all".to_owned(), domain.token.clone()];
    zone.says(&domain.record_name(), Said::Texts(among_others));
    let (looked, remembered) = (Instant::now(), ResolverLimits::default().unknown_for);
    assert_eq!(second.get(&host, "/").await.status(), 404);
    send(&node, &cookie, "/verify", &fields).await;
    assert!(only_domain(&node, &slug).await.is_verified());
    let served = node.get(&host, "/").await;
    assert_eq!(served.status(), 200, "at once where it was proved");
    assert!(served.text().await?.contains("Clube navi"));
    second.until_status(&host, "/", 200).await;
    assert!(looked.elapsed() < remembered, "the second node was told");

    // What was proved is not looked at again. The other club could set the record now, and still it is too late.
    zone.says(
        &domain.record_name(),
        Said::Texts(vec![false_claim.token.clone()]),
    );
    let late = domains::verify(&command(&node), &other, false_claim.id).await;
    assert_eq!(late.expect_err("one has proved it").code, "domain_taken");
    send(&node, &cookie, "/verify", &fields).await;
    assert_eq!(node.get(&host, "/").await.status(), 200);

    for (confirm, status) in [("outro.example", 200), (host.as_str(), 404)] {
        let form = [
            ("slug", slug.as_str()),
            ("id", id.as_str()),
            ("confirm", confirm),
        ];
        send(&node, &cookie, "/remove", &form).await;
        assert_eq!(node.get(&host, "/").await.status(), status, "{confirm}");
    }
    second.until_status(&host, "/", 404).await;
    domains::verify(&command(&node), &other, false_claim.id).await?;
    let served = second.until_status(&host, "/", 200).await;
    assert!(served.text().await?.contains("Clube other"));
    assert_eq!(audited(&node, &slug).await, ["claim", "verify", "remove"]);
    installation.end([node, second]).await;
    Ok(())
}

/// What was done with the club's domains, and by whom.
async fn audited(node: &Node, slug: &str) -> Vec<String> {
    let rows: Vec<(String, String)> = sqlx::query_as(
        "select action, actor from audit_log where subject = $1 and action like '%\\_domain' order by id",
    )
    .bind(slug)
    .fetch_all(&node.platform.master)
    .await
    .expect("the audit log");
    let verb = |(action, actor): (String, String)| {
        assert_eq!(actor, "admin:ada@example.com", "{action}");
        let verb = action
            .strip_prefix("tenant.")
            .and_then(|rest| rest.strip_suffix("_domain"));
        verb.expect("an action on a domain").to_owned()
    };
    rows.into_iter().map(verb).collect()
}
