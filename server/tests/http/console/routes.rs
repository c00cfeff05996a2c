//! The two routes of a club's console that are no server functions: one gives out a file, one takes a legal text.

use super::{NOTHING, signed_in, viewer};
use crate::installation::{Installation, Node, Outcome};
use reqwest::{
    Method, Response, StatusCode,
    header::{ACCEPT, COOKIE},
    multipart::{Form, Part},
};
use serde_json::{Value, json};

/// Two pixels by two.
const PICTURE: &[u8] = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\0\x02\0\0\0\x02\x08\x02\0\0\0\xfd\xd4\x9as\0\0\0\x10IDATx\xdac\x10hp\0\x22\x06\x08\x05\0\x16\x0e\x03A\xc9\xc2P|\0\0\0\0IEND\xaeB`\x82";
const PDF: &[u8] = b"%PDF-1.7\n1 0 obj\n%%EOF\n";

/// Two clubs: the host of each, and who comes from where.
struct Clubs {
    host: String,
    owner: String,
    viewer: String,
    other_host: String,
    /// The other club's owner.
    foreign: String,
}

impl Clubs {
    async fn of(installation: &Installation, node: &Node) -> Self {
        let (navi, other) = (
            installation.tenant(node, "navi").await,
            installation.tenant(node, "other").await,
        );
        Self {
            owner: signed_in(node, &navi, "navi@example.com").await,
            viewer: viewer(node, &navi).await,
            foreign: signed_in(node, &other, "other@example.com").await,
            host: format!("{navi}.localhost"),
            other_host: format!("{other}.localhost"),
        }
    }
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
    let Clubs {
        host,
        owner,
        viewer,
        other_host,
        foreign,
    } = Clubs::of(&installation, &node).await;
    let ana = json!({
        "firstName": "Ana", "lastName": "Souza", "email": "ana@example.com", "password": "capivara no lago 7",
        "userType": "consumer", "cpf": "111.444.777-35",
    });
    let register = node.ask(Method::POST, &host, "/api/auth/register");
    let joined: Value = register.json(&ana).send().await?.json().await?;
    let token = joined["accessToken"].as_str().expect("a token");
    let picture = sent(&node, &host, token, "identity_front", PICTURE).await;
    let pdf = sent(&node, &host, token, "proof_of_address", PDF).await;

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
    let Clubs {
        host,
        owner,
        viewer,
        foreign,
        ..
    } = Clubs::of(&installation, &node).await;
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
