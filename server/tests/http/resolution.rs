//! Section 4: which tenant a request is for, and what is answered when there is none.

use crate::installation::{Installation, Outcome};
use reqwest::Method;
use std::time::{Duration, Instant};

const INFO: &str = "/api/tenant-info";

fn not_found(name: &str) -> String {
    format!(r#"{{"error":"Tenant not found","message":"Tenant not found for {name}"}}"#)
}

#[tokio::test]
async fn the_table_row_by_row() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let slug = installation.tenant(&node, "navi").await;
    let host = format!("{slug}.localhost");

    let answer = node.get("localhost:8033", INFO).await;
    assert_eq!(answer.status(), 404);
    assert_eq!(answer.headers()["content-type"], "application/json");
    assert!(!answer.headers()["x-request-id"].is_empty());
    assert_eq!(answer.text().await?, not_found("customDomain: localhost"));

    for (change, status, body) in [
        (
            "status = 'suspended'",
            403,
            r#"{"error":"Tenant suspended"}"#,
        ),
        (
            "status = 'cancelled'",
            403,
            r#"{"error":"Tenant inactive"}"#,
        ),
        ("status = 'expired'", 403, r#"{"error":"Tenant inactive"}"#),
        (
            "status = 'trial', trial_ends_at = now() - interval '1 second'",
            403,
            r#"{"error":"Trial expired"}"#,
        ),
        (
            "status = 'active', subscription_status = 'SUSPENDED'",
            402,
            r#"{"error":"Payment required"}"#,
        ),
        // The order of the table: the status comes before the subscription.
        (
            "status = 'suspended', subscription_status = 'SUSPENDED'",
            403,
            r#"{"error":"Tenant suspended"}"#,
        ),
    ] {
        installation
            .set(&slug, "status = 'active', subscription_status = 'PAST_DUE'")
            .await;
        node.until_status(&host, INFO, 200).await;
        installation.set(&slug, change).await;
        let answer = node.until_status(&host, INFO, status).await;
        assert!(answer.headers().contains_key("x-request-id"), "{change}");
        assert_eq!(answer.text().await?, body, "{change}");

        let page = node
            .ask(Method::GET, &host, "/")
            .header("accept", "text/html")
            .send()
            .await?;
        assert_eq!(page.status(), status, "{change}");
        assert!(
            page.headers()["content-type"]
                .to_str()?
                .starts_with("text/html")
        );
        assert!(
            page.headers()["content-security-policy"]
                .to_str()?
                .contains("default-src 'none'")
        );
        let html = page.text().await?;
        assert!(html.contains("Clube navi"), "in the tenant's brand: {html}");
    }
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn header_then_subdomain_then_custom_domain() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let navi = installation.tenant(&node, "navi").await;
    let other = installation.tenant(&node, "other").await;
    let domain = format!("clube.{}.example", installation.name);
    let claimed = format!("claimed.{}.example", installation.name);
    installation.domain(&navi, &domain, true).await;
    installation.domain(&navi, &claimed, false).await;
    node.until_status(&domain, INFO, 200).await;

    for (header, host, found) in [
        (None, format!("{navi}.localhost"), Some(&navi)),
        (
            None,
            format!("{}.LOCALHOST.:8033", navi.to_uppercase()),
            Some(&navi),
        ),
        (None, domain.clone(), Some(&navi)),
        (None, format!("{}:443", domain.to_uppercase()), Some(&navi)),
        (
            Some(other.clone()),
            format!("{navi}.localhost"),
            Some(&other),
        ),
        (Some(other.clone()), domain.clone(), Some(&other)),
        (Some(navi.clone()), "localhost".to_owned(), Some(&navi)),
        (
            Some("nobody-here".to_owned()),
            format!("{navi}.localhost"),
            None,
        ),
        (None, claimed.clone(), None),
    ] {
        let mut request = node.ask(Method::GET, &host, INFO);
        if let Some(header) = &header {
            request = request.header("x-tenant-slug", header);
        }
        let answer = request.send().await?;
        let case = format!("{header:?} {host}");
        match found {
            Some(slug) => {
                let body: serde_json::Value = answer.json().await?;
                assert_eq!(body["tenant"]["slug"], **slug, "{case}");
            }
            None => assert_eq!(answer.status(), 404, "{case}"),
        }
    }

    for (header, host, name) in [
        (
            Some("nobody-here"),
            format!("{navi}.localhost"),
            "slug: nobody-here".to_owned(),
        ),
        (
            None,
            "nobody-here.localhost".to_owned(),
            "subdomain: nobody-here".to_owned(),
        ),
        (
            None,
            "Nobody.Example.:80".to_owned(),
            "customDomain: nobody.example".to_owned(),
        ),
        (
            None,
            "www.localhost:8033".to_owned(),
            "customDomain: www.localhost".to_owned(),
        ),
        (None, claimed.clone(), format!("customDomain: {claimed}")),
    ] {
        let mut request = node.ask(Method::GET, &host, INFO);
        if let Some(header) = header {
            request = request.header("x-tenant-slug", header);
        }
        let answer = request.send().await?;
        assert_eq!(answer.status(), 404, "{host}");
        assert_eq!(answer.text().await?, not_found(&name), "{host}");
    }
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn forwarded_headers_count_only_from_our_proxies() -> Outcome {
    let installation = Installation::new();
    let open = installation.node(&[]).await;
    let behind = installation
        .node(&["--trusted-proxies", "127.0.0.0/8"])
        .await;
    let slug = installation.tenant(&open, "navi").await;
    let host = format!("{slug}.localhost");
    for (node, status) in [(&open, 404), (&behind, 200)] {
        let answer = node
            .ask(Method::GET, "localhost", INFO)
            .header("x-forwarded-host", &host)
            .send()
            .await?;
        assert_eq!(answer.status(), status);
    }
    // The card that is made of a link leads where people are, and not into the data centre.
    let page = behind
        .ask(Method::GET, "internal-lb:8033", "/")
        .header("x-forwarded-host", "sol.localhost")
        .header("x-forwarded-host", &host)
        .header("x-forwarded-proto", "https")
        .send()
        .await?
        .text()
        .await?;
    assert!(page.contains(&format!("https://{host}/")), "{page}");
    assert!(!page.contains("internal-lb"), "{page}");
    installation.end([open, behind]).await;
    Ok(())
}

#[tokio::test]
async fn two_nodes_on_one_master_agree() -> Outcome {
    let installation = Installation::new();
    let first = installation.node(&[]).await;
    let second = installation.node(&[]).await;
    let slug = installation.tenant(&first, "navi").await;
    let host = format!("{slug}.localhost");
    second.until_status(&host, INFO, 200).await;

    let ctx = first
        .platform
        .ctx(tenancy::Actor::Command, tenancy::Origin::default());
    let patch = |status| tenancy::tenants::TenantPatch {
        status: Some(status),
        ..Default::default()
    };
    let mut prompt = 0;
    for round in 0..6 {
        let (status, answer) = if round % 2 == 0 {
            (tenancy::tenants::TenantStatus::Suspended, 403)
        } else {
            (tenancy::tenants::TenantStatus::Active, 200)
        };
        tenancy::tenants::change(&ctx, &slug, patch(status)).await?;
        let changed = Instant::now();
        assert_eq!(
            first.get(&host, INFO).await.status(),
            answer,
            "at once where it was made"
        );
        second.until_status(&host, INFO, answer).await;
        prompt += usize::from(changed.elapsed() < Duration::from_secs(1));
    }
    // A busy machine may stand still for a moment, but not each time.
    assert!(prompt >= 3, "within a second elsewhere: {prompt} of 6");
    installation.end([first, second]).await;
    Ok(())
}

/// Sends the bytes and gives the head of the answer back.
async fn raw(node: &crate::installation::Node, request: String) -> std::io::Result<String> {
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    let mut stream = tokio::net::TcpStream::connect(node.address).await?;
    stream.write_all(request.as_bytes()).await?;
    let mut answer = String::new();
    stream.read_to_string(&mut answer).await?;
    Ok(answer)
}

#[tokio::test]
async fn odd_hosts_reach_nobody_else() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let navi = format!("{}.localhost", installation.tenant(&node, "navi").await);
    for (target, hosts, status) in [
        // An absolute address wins over the header.
        (format!("http://{navi}{INFO}"), vec!["localhost"], 200),
        (format!("http://localhost{INFO}"), vec![navi.as_str()], 404),
        (INFO.to_owned(), vec![navi.as_str(), "localhost"], 400),
        (INFO.to_owned(), vec!["localhost", navi.as_str()], 400),
        (INFO.to_owned(), vec![], 404),
        (INFO.to_owned(), vec![""], 404),
        (INFO.to_owned(), vec![&format!("x@{navi}")], 404),
        (INFO.to_owned(), vec![&format!("{navi}/..")], 404),
        (INFO.to_owned(), vec![&format!("a.{navi}")], 404),
        (INFO.to_owned(), vec![&format!("{navi}.example")], 404),
    ] {
        let hosts = hosts.iter().fold(String::new(), |lines, host| {
            lines + "Host: " + host + "\r\n"
        });
        let answer = raw(
            &node,
            format!("GET {target} HTTP/1.1\r\n{hosts}Connection: close\r\n\r\n"),
        )
        .await?;
        assert!(
            answer.starts_with(&format!("HTTP/1.1 {status} ")),
            "{target} {hosts}: {answer}"
        );
    }
    installation.end([node]).await;
    Ok(())
}

#[tokio::test]
async fn two_headers_that_name_a_tenant_name_none() -> Outcome {
    let installation = Installation::new();
    let node = installation.node(&[]).await;
    let navi = installation.tenant(&node, "navi").await;
    let host = format!("{navi}.localhost");
    let twice = node
        .ask(Method::GET, &host, INFO)
        .header("x-tenant-slug", &navi)
        .header("x-tenant-slug", &navi);
    let answer = twice.send().await?;
    assert_eq!(answer.status(), 400);
    assert!(answer.text().await?.contains("duplicate_tenant_slug"));
    installation.end([node]).await;
    Ok(())
}
