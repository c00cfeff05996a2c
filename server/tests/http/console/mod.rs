//! The consoles, as strangers and their own administrators find them: every server function, and the routes beside them.

mod routes;

use crate::installation::{Installation, Node, Outcome, PASSWORD};
use kernel::{Email, TenantId};
use leptos::server_fn::axum::server_fn_paths;
use reqwest::{Method, header::COOKIE};
use secrecy::ExposeSecret;
use std::collections::BTreeSet;
use tenancy::{
    Actor, Origin,
    administrators::{self, NewAdministrator, Role},
    tenants,
};

/// Nobody's and nothing's id.
const NOTHING: &str = "0198c0de-0000-7000-8000-000000000000";

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
    (
        "members/numbers",
        &[
            ("id", NOTHING),
            ("seen[phone]", ""),
            ("seen[cpf]", ""),
            ("new[phone]", ""),
            ("new[cpf]", ""),
            ("reason", "x"),
        ],
        false,
    ),
    (
        "members/forgive",
        &[
            ("id", NOTHING),
            ("once", NOTHING),
            ("amount", "1,00"),
            ("reason", "x"),
        ],
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
        &[
            ("releaseDays", "0"),
            ("merchantCreditLimit", "0"),
            ("merchantCreditLevel", "2"),
        ],
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
