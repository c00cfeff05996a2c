//! The consoles, as strangers and their own administrators find them: every server function, and the two routes beside them,
//! which give out a file and take a legal text.

use crate::installation::{Installation, Node, Outcome, PASSWORD};
use kernel::{Email, TenantId};
use leptos::server_fn::axum::server_fn_paths;
use reqwest::{
    Method, Response, StatusCode,
    header::{ACCEPT, COOKIE},
    multipart::{Form, Part},
};
use secrecy::ExposeSecret;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use tenancy::{
    Actor, Origin,
    administrators::{self, NewAdministrator, Role},
    tenants,
};

/// Nobody's and nothing's id.
const NOTHING: &str = "0198c0de-0000-7000-8000-000000000000";
/// Two pixels by two.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\x02\0\0\0\xfd\xd4\x9as\0\0\0\x10IDATx\xdac\x10hp\0\x22\x06\x08\x05\0\x16\x0e\x03A\xc9\xc2P|\0\0\0\0IEND\xaeB`\x82";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n%%EOF\n";

/// A form as it is sent.
type Fields = &'static [(&'static str, &'static str)];

/// The server functions of the pages below `/admin`: what is sent, and whether who may only look is answered.
const FUNCTIONS: &[(&str, Fields, bool)] = &[
    ("today", &[], true),
    ("members", &[("filter[q]", "")], true),
    ("members/one", &[("id", NOTHING), ("cursor", "")], true),
    (
        "members/block",
        &[("id", NOTHING), ("state", "blocked"), ("reason", "x")],
        false,
    ),
    ("members/blocks", &[("id", NOTHING)], true),
    (
        "members/hold",
        &[
            ("id", NOTHING),
            ("once", NOTHING),
            ("amount", "1,00"),
            ("reason", "x"),
        ],
        false,
    ),
    (
        "members/free",
        &[
            ("id", NOTHING),
            ("once", NOTHING),
            ("amount", "1,00"),
            ("reason", "x"),
        ],
        false,
    ),
    ("documents", &[("cursor", "")], true),
    ("documents/one", &[("id", NOTHING)], true),
    (
        "documents/approve",
        &[("id", NOTHING), ("name", ""), ("cpf", ""), ("cnpj", "")],
        false,
    ),
    (
        "documents/refuse",
        &[("id", NOTHING), ("reason", "x")],
        false,
    ),
    ("suspense", &[("filter[status]", "")], true),
    ("suspense/one", &[("search[id]", NOTHING)], true),
    (
        "suspense/assign",
        &[("id", NOTHING), ("member", NOTHING), ("reason", "x")],
        false,
    ),
    (
        "suspense/return",
        &[("id", NOTHING), ("reason", "x"), ("confirm", "1,00")],
        false,
    ),
    (
        "suspense/book",
        &[
            ("day", "2026-06-01"),
            ("seen", "1"),
            ("amount", "1.00"),
            ("reason", "x"),
            ("confirm", "1,00"),
        ],
        false,
    ),
    ("withdrawals", &[("filter[status]", "")], true),
    ("withdrawals/one", &[("id", NOTHING)], true),
    ("withdrawals/approve", &[("id", NOTHING)], false),
    (
        "withdrawals/reject",
        &[("id", NOTHING), ("reason", "x")],
        false,
    ),
    (
        "withdrawals/decide",
        &[
            ("id", NOTHING),
            ("outcome", "not_paid"),
            ("end_to_end_id", ""),
            ("reason", "x"),
        ],
        false,
    ),
    (
        "withdrawals/acknowledge",
        &[("id", NOTHING), ("reason", "x")],
        false,
    ),
    ("pix", &[], true),
    ("pix/provider", &[], true),
    ("pix/choose", &[("new[provider]", "sandbox")], false),
    ("pix/webhook", &[], false),
    (
        "pix/deposits",
        &[("minimum", "5"), ("maximum", "500"), ("mostWaiting", "3")],
        false,
    ),
    (
        "pix/withdrawals",
        &[
            ("feePercent", "2,5"),
            ("minAmount", "50"),
            ("dailyLimit", ""),
            ("automaticApprovalLimit", "0"),
        ],
        false,
    ),
    (
        "pix/levels",
        &[("level0", ""), ("level1", ""), ("level2", "")],
        false,
    ),
    (
        "pix/cashback",
        &[("releaseDays", "0"), ("merchantCreditLimit", "0")],
        false,
    ),
    ("legal", &[], true),
    ("legal/one", &[("kind", "terms"), ("version", "")], true),
    (
        "legal/publish",
        &[("kind", "terms"), ("id", NOTHING), ("seen", "0")],
        false,
    ),
    (
        "legal/discard",
        &[("kind", "terms"), ("id", NOTHING)],
        false,
    ),
    (
        "modules/change",
        &[
            ("module", "cashback"),
            ("state", "on"),
            ("default", "on"),
            ("reason", "x"),
        ],
        false,
    ),
];

/// Those below `/super`, in the same way. `{slug}` is a club that is there.
const OF_THE_PLATFORM: &[(&str, Fields, bool)] = &[
    ("overview", &[], true),
    ("tenants", &[("filter[q]", "")], true),
    ("tenant", &[("slug", "{slug}")], true),
    (
        "tenant/change",
        &[
            ("slug", "{slug}"),
            ("status", "trial"),
            ("plan", "PRO"),
            ("subscription", "TRIAL"),
            ("zone", ""),
            ("confirm", ""),
        ],
        false,
    ),
    ("tenant/password", &[], false),
    (
        "tenant/create",
        &[
            ("new[name]", "Clube"),
            ("new[slug]", "{slug}"),
            ("new[document]", "11222333000181"),
            ("new[phone]", "+5511987654321"),
            ("new[email]", "dona@example.com"),
            ("new[plan]", "PRO"),
            ("new[adminPassword]", PASSWORD),
        ],
        false,
    ),
    ("domain", &[("slug", "{slug}"), ("id", NOTHING)], true),
    (
        "domain/claim",
        &[("slug", "{slug}"), ("domain", "clube.navi.example")],
        false,
    ),
    (
        "domain/verify",
        &[("slug", "{slug}"), ("id", NOTHING)],
        false,
    ),
    (
        "domain/remove",
        &[("slug", "{slug}"), ("id", NOTHING), ("confirm", "")],
        false,
    ),
];

/// Those of both consoles: whether who may only look is answered in a club's, and in the platform's.
const OF_BOTH: &[(&str, Fields, bool, bool)] = &[
    ("administrators", &[], false, true),
    ("administrators/one", &[("id", NOTHING)], false, true),
    (
        "administrators/create",
        &[
            ("name", "Ana"),
            ("email", "ana@example.com"),
            ("role", "viewer"),
        ],
        false,
        false,
    ),
    (
        "administrators/change",
        &[("id", NOTHING), ("name", "Ana"), ("role", "viewer")],
        false,
        false,
    ),
    (
        "administrators/block",
        &[("id", NOTHING), ("state", "blocked")],
        false,
        false,
    ),
    (
        "administrators/password",
        &[("id", NOTHING), ("once", "x")],
        false,
        false,
    ),
    ("account/sessions", &[], true, true),
    ("account/sessions/revoke", &[("id", NOTHING)], true, true),
    (
        "account/password",
        &[
            ("currentPassword", "not this one at all"),
            ("newPassword", "outra senha bem comprida"),
        ],
        true,
        true,
    ),
    ("account/totp", &[], true, true),
    ("account/totp/enable", &[("code", "000000")], true, true),
    (
        "account/totp/disable",
        &[("password", "not this one at all")],
        true,
        true,
    ),
];

/// Those that anybody may call: who is not signed in yet, and what concerns nobody but the browser.
const OF_EVERYBODY: &[&str] = &[
    "preferences/locale",
    "preferences/navigation",
    "preferences/theme",
    "reset-password",
    "sign-in",
    "sign-in/code",
    "sign-out",
];

/// The cookie of somebody who has just signed in to this realm.
async fn signed_in_to(node: &Node, realm: Option<TenantId>, email: &str) -> String {
    let nobody = node.platform.ctx(Actor::Anonymous, Origin::default());
    let signed_in = administrators::sign_in(&nobody, realm, email, PASSWORD.into())
        .await
        .expect("they sign in");
    format!("clube_session={}", signed_in.token.expose_secret())
}

async fn realm_of(node: &Node, slug: &str) -> Option<TenantId> {
    let command = node.platform.ctx(Actor::Command, Origin::default());
    let tenant = tenants::by_slug(&command, slug).await.expect("an answer");
    tenant.map(|tenant| tenant.id)
}

/// The cookie of somebody who has just signed in to this club.
async fn signed_in(node: &Node, slug: &str, email: &str) -> String {
    signed_in_to(node, realm_of(node, slug).await, email).await
}

/// Somebody who may look at this realm's console and change nothing.
async fn viewer_of(node: &Node, realm: Option<TenantId>) -> String {
    let command = node.platform.ctx(Actor::Command, Origin::default());
    let new = NewAdministrator {
        realm,
        email: Email::parse("vera@example.com").expect("an address"),
        name: "Vera".to_owned(),
        role: Role::Viewer,
        password: PASSWORD.into(),
    };
    administrators::add(&command, new).await.expect("added");
    signed_in_to(node, realm, "vera@example.com").await
}

async fn viewer(node: &Node, slug: &str) -> String {
    viewer_of(node, realm_of(node, slug).await).await
}

/// A console: its host, and who calls its functions.
struct Console<'a> {
    node: &'a Node,
    /// A club that is there.
    slug: &'a str,
    host: &'a str,
    owner: String,
    viewer: String,
    /// Signed in, and somewhere else.
    foreign: Vec<String>,
}

impl Console<'_> {
    async fn call(&self, path: &str, fields: Fields, cookie: &str) -> u16 {
        let fields: Vec<_> = fields
            .iter()
            .map(|(name, value)| (*name, value.replace("{slug}", self.slug)))
            .collect();
        let request = self
            .node
            .ask(Method::POST, self.host, &format!("/_fn/{path}"));
        let request = request
            .header("sec-fetch-site", "same-origin")
            .header(COOKIE, cookie)
            .form(&fields);
        request.send().await.expect("an answer").status().as_u16()
    }

    /// A function of this console: strangers are strangers, and the role decides.
    async fn asks(&self, path: &str, fields: Fields, is_for_viewers: bool) {
        let host = self.host;
        assert_eq!(
            self.call(path, fields, "").await,
            401,
            "nobody, {host}: {path}"
        );
        for foreign in &self.foreign {
            let seen = self.call(path, fields, foreign).await;
            assert_eq!(seen, 401, "somebody of elsewhere, {host}: {path}");
        }
        let seen = self.call(path, fields, &self.viewer).await;
        assert_eq!(
            seen == 403,
            !is_for_viewers,
            "a viewer, {host}: {path}: {seen}"
        );
        assert!(seen < 500, "a viewer, {host}: {path}: {seen}");
        let known = self.call(path, fields, &self.owner).await;
        assert!(
            !matches!(known, 400 | 401 | 403 | 500..),
            "the owner, {host}: {path}: {known}"
        );
    }

    /// A function of the other console is not here, even for an owner.
    async fn lacks(&self, path: &str, fields: Fields) {
        let seen = self.call(path, fields, &self.owner).await;
        assert_eq!(seen, 404, "{}: {path}", self.host);
    }
}

#[test]
fn every_function_has_a_row() {
    let registered: BTreeSet<_> = server_fn_paths()
        .map(|(path, _)| path.trim_start_matches("/_fn/").to_owned())
        .collect();
    let below = |area: &str, rows: &[(&str, Fields, bool)]| -> Vec<String> {
        rows.iter()
            .map(|(path, ..)| format!("{area}/{path}"))
            .collect()
    };
    let listed: BTreeSet<_> = below("admin", FUNCTIONS)
        .into_iter()
        .chain(below("super", OF_THE_PLATFORM))
        .chain(OF_BOTH.iter().map(|(path, ..)| (*path).to_owned()))
        .chain(OF_EVERYBODY.iter().map(|path| (*path).to_owned()))
        .collect();
    assert_eq!(listed, registered);
}

#[tokio::test]
async fn every_function_asks_who_calls() -> Outcome {
    let installation = Installation::new();
    // One address calls for everybody here.
    let node = installation.node(&["--sign-in-per-address", "1000"]).await;
    let (navi, other) = (
        installation.tenant(&node, "navi").await,
        installation.tenant(&node, "other").await,
    );
    let command = node.platform.ctx(Actor::Command, Origin::default());
    let email = Email::parse("ada@example.com")?;
    administrators::create_super_admin(&command, email, Some(PASSWORD.into())).await?;
    let owner = signed_in(&node, &navi, "navi@example.com").await;
    let super_admin = signed_in_to(&node, None, "ada@example.com").await;
    let of_club = Console {
        node: &node,
        slug: &navi,
        host: &format!("{navi}.localhost"),
        owner: owner.clone(),
        viewer: viewer(&node, &navi).await,
        foreign: vec![
            signed_in(&node, &other, "other@example.com").await,
            super_admin.clone(),
        ],
    };
    let of_platform = Console {
        node: &node,
        slug: &navi,
        host: "localhost",
        owner: super_admin,
        viewer: viewer_of(&node, None).await,
        foreign: vec![owner],
    };
    for (path, fields, is_for_viewers) in FUNCTIONS {
        let path = format!("admin/{path}");
        of_club.asks(&path, fields, *is_for_viewers).await;
        of_platform.lacks(&path, fields).await;
    }
    for (path, fields, is_for_viewers) in OF_THE_PLATFORM {
        let path = format!("super/{path}");
        of_platform.asks(&path, fields, *is_for_viewers).await;
        of_club.lacks(&path, fields).await;
    }
    for (path, fields, in_a_club, on_the_platform) in OF_BOTH {
        of_club.asks(path, fields, *in_a_club).await;
        of_platform.asks(path, fields, *on_the_platform).await;
    }
    installation.end([node]).await;
    Ok(())
}

/// A user of the club sends a document; its id.
async fn sent(node: &Node, host: &str, token: &str, kind: &str, file: &'static [u8]) -> String {
    let form = Form::new()
        .text("kind", kind.to_owned())
        .part("file", Part::bytes(file));
    let request = node.ask(Method::POST, host, "/api/user-documents");
    let answer = request.bearer_auth(token).multipart(form).send().await;
    let document: Value = answer.expect("an answer").json().await.expect("JSON");
    let id = document["id"].as_str();
    id.unwrap_or_else(|| panic!("{document}")).to_owned()
}

#[tokio::test]
async fn a_document_is_opened_by_who_may_and_kept_nowhere() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let (navi, other) = (
        installation.tenant(&node, "navi").await,
        installation.tenant(&node, "other").await,
    );
    let host = format!("{navi}.localhost");
    let ana = json!({
        "firstName": "Ana", "lastName": "Souza", "email": "ana@example.com", "password": "capivara no lago 7",
        "userType": "consumer", "cpf": "111.444.777-35",
    });
    let register = node.ask(Method::POST, &host, "/api/auth/register");
    let joined: Value = register.json(&ana).send().await?.json().await?;
    let token = joined["accessToken"].as_str().expect("a token");
    let picture = sent(&node, &host, token, "identity_front", PICTURE).await;
    let pdf = sent(&node, &host, token, "proof_of_address", PDF).await;

    let owner = signed_in(&node, &navi, "navi@example.com").await;
    let open = async |host: &str, cookie: &str, id: &str| -> Response {
        let path = format!("/admin/documents/{id}/content");
        let request = node.ask(Method::GET, host, &path).header(ACCEPT, "image/*");
        let answer = request.header(COOKIE, cookie).send().await;
        answer.expect("an answer")
    };
    for (id, media_type, disposition) in [
        (&picture, "image/png", "inline"),
        (&pdf, "application/pdf", "attachment"),
    ] {
        let answer = open(&host, &owner, id).await;
        assert_eq!(answer.status(), StatusCode::OK);
        let header = |name: &str| answer.headers()[name].to_str().expect("text").to_owned();
        assert_eq!(header("content-type"), media_type);
        assert_eq!(header("content-disposition"), disposition);
        assert_eq!(header("cache-control"), "private, no-store");
        assert_eq!(header("x-content-type-options"), "nosniff");
        assert_eq!(header("cross-origin-resource-policy"), "same-origin");
        let policy = header("content-security-policy");
        assert!(
            policy.contains("default-src 'none'") && policy.contains("sandbox"),
            "{policy}"
        );
    }
    assert_eq!(open(&host, &owner, &pdf).await.bytes().await?, PDF);

    let foreign = signed_in(&node, &other, "other@example.com").await;
    let viewer = viewer(&node, &navi).await;
    let other_host = format!("{other}.localhost");
    for (who, host, cookie, id, status) in [
        ("nobody", &host, "", &picture, 401),
        ("a bearer token", &host, token, &picture, 401),
        ("another club's owner", &host, &foreign, &picture, 401),
        ("who may only look", &host, &viewer, &picture, 403),
        ("at another club", &other_host, &foreign, &picture, 404),
        (
            "on the platform's host",
            &"localhost".to_owned(),
            &owner,
            &picture,
            404,
        ),
        ("nothing", &host, &owner, &NOTHING.to_owned(), 404),
    ] {
        let answer = open(host, cookie, id).await;
        assert_eq!(answer.status(), status, "{who}");
        let kept = answer.headers()["cache-control"].to_str()?.to_owned();
        assert!(kept.contains("no-store"), "{who}: {kept}");
    }
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn a_draft_is_written_by_who_may_and_comes_back_whole() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let (navi, other) = (
        installation.tenant(&node, "navi").await,
        installation.tenant(&node, "other").await,
    );
    let host = format!("{navi}.localhost");
    let owner = signed_in(&node, &navi, "navi@example.com").await;
    let foreign = signed_in(&node, &other, "other@example.com").await;
    let viewer = viewer(&node, &navi).await;
    // Longer than any cookie.
    let body = format!("## Um\n\n{}<fim>", "Palavra. ".repeat(2_000));
    let write = async |host: &str, cookie: &str, site: &str, kind: &str, title: &str| -> Response {
        let path = format!("/admin/legal/{kind}/draft");
        let fields = [
            ("seen", ""),
            ("title", title),
            ("body", &body),
            ("en.title", ""),
            ("en.body", ""),
        ];
        let request = node.ask(Method::POST, host, &path).form(&fields);
        let request = request
            .header("sec-fetch-site", site)
            .header(COOKIE, cookie);
        let answer = request.header(ACCEPT, "text/html").send().await;
        answer.expect("an answer")
    };
    for (who, host, cookie, site, kind, status) in [
        ("nobody", host.as_str(), "", "same-origin", "terms", 401),
        (
            "another club's owner",
            &host,
            &foreign,
            "same-origin",
            "terms",
            401,
        ),
        (
            "who may only look",
            &host,
            &viewer,
            "same-origin",
            "terms",
            403,
        ),
        ("another site", &host, &owner, "same-site", "terms", 403),
        (
            "on the platform's host",
            "localhost",
            &owner,
            "same-origin",
            "terms",
            404,
        ),
        ("of no kind", &host, &owner, "same-origin", "nothing", 404),
    ] {
        let answer = write(host, cookie, site, kind, "Termos").await;
        assert_eq!(answer.status(), status, "{who}");
    }

    let refused = write(&host, &owner, "same-origin", "terms", " ").await;
    assert_eq!(refused.status(), 422);
    let page = refused.text().await?;
    assert!(page.contains("aria-invalid"), "the title is marked");
    assert!(page.contains("Palavra. &lt;fim>"), "all of it is there");
    let written = write(&host, &owner, "same-origin", "terms", "Termos").await;
    assert_eq!(written.status(), StatusCode::SEE_OTHER);
    assert_eq!(written.headers()["location"], "/admin/legal/terms/review");
    let unseen = write(&host, &owner, "same-origin", "terms", "Termos").await;
    assert_eq!(unseen.status(), 409, "the draft of the first was not seen");
    assert!(unseen.text().await?.contains("Palavra. &lt;fim>"));
    installation.end([node]).await;
    Ok(())
}
