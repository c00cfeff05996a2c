//! The forms about a club's administrators, as a browser without the program sends them.

use crate::installation::{Installation, Node, Outcome, PASSWORD};
use kernel::Email;
use reqwest::{
    Method, StatusCode,
    header::{ACCEPT, COOKIE, SET_COOKIE},
};
use secrecy::ExposeSecret;
use tenancy::{
    Actor, Origin,
    administrators::{self, NewAdministrator, Role},
    tenants,
};

/// What stands between these two in the text.
fn between<'a>(text: &'a str, start: &str, end: &str) -> &'a str {
    let rest = text.split_once(start).map(|(_, rest)| rest);
    let found = rest.and_then(|rest| rest.split_once(end));
    found.unwrap_or_else(|| panic!("no {start:?} in {text}")).0
}

/// A page below the administrators' (an id, or nothing for their list), as whoever has these cookies sees it.
async fn page(node: &Node, host: &str, below: &str, cookies: &str) -> String {
    let path = format!("/admin/administrators{below}");
    let request = node
        .ask(Method::GET, host, &path)
        .header(ACCEPT, "text/html");
    let answer = request.header(COOKIE, cookies).send().await;
    answer.expect("a page").text().await.expect("its HTML")
}

/// Sends a form that hands a password over; the page below the administrators' that follows.
async fn sent(
    node: &Node,
    host: &str,
    (form, fields): (&str, &[(&str, &str)]),
    below: &str,
    cookie: &str,
) -> String {
    let path = format!("/_fn/administrators/{form}");
    let request = node.ask(Method::POST, host, &path);
    let request = request
        .header(ACCEPT, "text/html")
        .header("sec-fetch-site", "same-origin")
        .header(COOKIE, cookie)
        .form(fields);
    let sent = request.send().await.expect("an answer");
    assert_eq!(sent.status(), StatusCode::FOUND);
    let flash = sent.headers()[SET_COOKIE].to_str().expect("text");
    let flash = flash.split(';').next().unwrap_or_default();
    page(node, host, below, &format!("{cookie}; {flash}")).await
}

/// The password that a page shows.
fn shown(page: &str) -> String {
    between(between(page, "<code", "</code>"), ">", "<").to_owned()
}

/// Sends the form for a new password; the password that the next page shows.
async fn renewed(node: &Node, host: &str, id: &str, once: &str, cookie: &str) -> String {
    let form = ("password", &[("id", id), ("once", once)][..]);
    shown(&sent(node, host, form, &format!("/{id}"), cookie).await)
}

#[tokio::test]
async fn a_second_click_makes_no_other_password() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let navi = installation.tenant(&node, "navi").await;
    let host = format!("{navi}.localhost");
    let command = node.platform.ctx(Actor::Command, Origin::default());
    let realm = tenants::by_slug(&command, &navi).await?.map(|it| it.id);
    let vera = NewAdministrator {
        realm,
        email: Email::parse("vera@example.com").expect("an address"),
        name: "Vera".to_owned(),
        role: Role::Viewer,
        password: PASSWORD.into(),
    };
    let id = administrators::add(&command, vera).await?.to_string();

    let nobody = node.platform.ctx(Actor::Anonymous, Origin::default());
    let signed_in = async |email: &str, password: &str| {
        let session = administrators::sign_in(&nobody, realm, email, password.into()).await?;
        Ok::<_, kernel::Error>(format!("clube_session={}", session.token.expose_secret()))
    };
    let owner = signed_in("navi@example.com", PASSWORD).await?;
    let key = async || {
        let page = page(&node, &host, &format!("/{id}"), &owner).await;
        between(&page, r#"name="once" value=""#, "\"").to_owned()
    };
    let once = key().await;
    let (first, second) = tokio::join!(
        renewed(&node, &host, &id, &once, &owner),
        renewed(&node, &host, &id, &once, &owner)
    );
    assert_eq!(first, second);
    signed_in("vera@example.com", &first).await?;

    let next = renewed(&node, &host, &id, &key().await, &owner).await;
    assert_ne!(next, first, "another form");
    let elsewhere = signed_in("navi@example.com", PASSWORD).await?;
    let foreign = renewed(&node, &host, &id, &once, &elsewhere).await;
    assert_ne!(foreign, first, "who got hold of the key alone");
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn a_second_click_shows_the_administrator_that_the_first_made() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let navi = installation.tenant(&node, "navi").await;
    let host = format!("{navi}.localhost");
    let command = node.platform.ctx(Actor::Command, Origin::default());
    let realm = tenants::by_slug(&command, &navi).await?.map(|it| it.id);
    let nobody = node.platform.ctx(Actor::Anonymous, Origin::default());
    let signed_in = async |email: &str, password: &str| {
        let session = administrators::sign_in(&nobody, realm, email, password.into()).await?;
        Ok::<_, kernel::Error>(format!("clube_session={}", session.token.expose_secret()))
    };
    let owner = signed_in("navi@example.com", PASSWORD).await?;
    let add = async |name: &str, cookie: &str| {
        let fields = [
            ("name", name),
            ("email", "vera@example.com"),
            ("role", "viewer"),
        ];
        sent(&node, &host, ("create", &fields), "", cookie).await
    };
    let (first, second) = tokio::join!(add("Vera", &owner), add("Vera", &owner));
    let password = shown(&first);
    assert_eq!(password, shown(&second));
    assert_eq!(administrators::list(&command, realm).await?.len(), 2);

    let elsewhere = signed_in("navi@example.com", PASSWORD).await?;
    for (name, cookie) in [("Ana", &owner), ("Vera", &elsewhere)] {
        assert!(!add(name, cookie).await.contains("<code"), "{name}");
    }
    signed_in("vera@example.com", &password).await?;
    assert!(
        !add("Vera", &owner).await.contains("<code"),
        "they are there"
    );
    installation.end([node]).await;
    Ok(())
}
