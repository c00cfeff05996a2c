//! The table of names, and what holds for all of them.

use crate::{
    resolution::{
        Named::{self, Nobody, Platform, Tenant},
        identify, normalise, platform_not_found,
    },
    tenants::TenantName::{CustomDomain, Slug, Subdomain},
};
use proptest::prelude::*;

fn bases() -> Vec<String> {
    ["localhost", "example.com.br", "api.example.com.br"]
        .map(str::to_owned)
        .to_vec()
}

fn of_host(host: &str) -> Named {
    identify(None, host, &bases())
}

#[test]
fn the_platform_hosts() {
    for host in [
        "localhost",
        "localhost:8033",
        "localhost:",
        "LOCALHOST",
        "localhost.",
        "localhost.:8033",
        "www.localhost",
        "api.localhost",
        "admin.localhost:80",
        "App.Localhost",
        "example.com.br",
        "api.example.com.br",
        "www.api.example.com.br",
        "ｌｏｃａｌｈｏｓｔ",
    ] {
        assert_eq!(of_host(host), Platform, "{host}");
    }
}

#[test]
fn hosts_that_may_be_a_tenants() {
    for (host, name) in [
        ("clube-navi.localhost", Subdomain("clube-navi".into())),
        ("clube-navi.localhost:8033", Subdomain("clube-navi".into())),
        ("CLUBE-Navi.LocalHost.", Subdomain("clube-navi".into())),
        ("ｃｌｕｂｅ.localhost", Subdomain("clube".into())),
        // The longest base domain counts.
        ("navi.api.example.com.br", Subdomain("navi".into())),
        ("navi.example.com.br", Subdomain("navi".into())),
        ("clubenavi.com.br", CustomDomain("clubenavi.com.br".into())),
        (
            "ClubeNavi.com.br.:443",
            CustomDomain("clubenavi.com.br".into()),
        ),
        (
            "clube.navi.com.br",
            CustomDomain("clube.navi.com.br".into()),
        ),
        ("pão.com.br", CustomDomain("xn--po-sia.com.br".into())),
        ("PÃO.com.br", CustomDomain("xn--po-sia.com.br".into())),
        (
            "xn--po-sia.com.br",
            CustomDomain("xn--po-sia.com.br".into()),
        ),
        ("pão。com.br", CustomDomain("xn--po-sia.com.br".into())),
        // Ends like a base domain without being below it.
        ("notlocalhost", CustomDomain("notlocalhost".into())),
        ("xexample.com.br", CustomDomain("xexample.com.br".into())),
        (
            "localhost.evil.com",
            CustomDomain("localhost.evil.com".into()),
        ),
    ] {
        assert_eq!(of_host(host), Tenant(name), "{host}");
    }
}

#[test]
fn hosts_that_are_nobodys_whatever_the_registry_holds() {
    let long = format!("{}.com", "a".repeat(64));
    let longer = "abc.".repeat(70) + "com";
    for (host, name) in [
        ("a.clube-navi.localhost", Subdomain("a.clube-navi".into())),
        (
            "clube-navi.www.localhost",
            Subdomain("clube-navi.www".into()),
        ),
        ("super.localhost", Subdomain("super".into())),
        ("static.localhost", Subdomain("static".into())),
        ("ab.localhost", Subdomain("ab".into())),
        ("127.0.0.1", CustomDomain("127.0.0.1".into())),
        ("127.0.0.1:8033", CustomDomain("127.0.0.1".into())),
        ("999.999.999.999", CustomDomain("999.999.999.999".into())),
        ("[::1]", CustomDomain("[::1]".into())),
        ("[::1]:8033", CustomDomain("[::1]".into())),
        ("[0:0:0:0:0:0:0:1]", CustomDomain("[::1]".into())),
        ("::1", CustomDomain("::1".into())),
        ("[::1", CustomDomain("[::1".into())),
        ("[::1]8033", CustomDomain("[::1]8033".into())),
        ("", CustomDomain(String::new())),
        (".", CustomDomain(".".into())),
        (".localhost", CustomDomain(".localhost".into())),
        ("localhost..", CustomDomain("localhost..".into())),
        (
            "clube-navi..localhost",
            CustomDomain("clube-navi..localhost".into()),
        ),
        ("localhost:99999", CustomDomain("localhost:99999".into())),
        ("localhost:80:80", CustomDomain("localhost:80:80".into())),
        ("localhost:80x", CustomDomain("localhost:80x".into())),
        ("navi@localhost", CustomDomain("navi@localhost".into())),
        ("http://localhost", CustomDomain("http://localhost".into())),
        ("localhost/navi", CustomDomain("localhost/navi".into())),
        ("localhost\\navi", CustomDomain("localhost\\navi".into())),
        (
            "clube_navi.localhost",
            CustomDomain("clube_navi.localhost".into()),
        ),
        ("-navi.localhost", CustomDomain("-navi.localhost".into())),
        ("navi-.localhost", CustomDomain("navi-.localhost".into())),
        ("navi%2elocalhost", CustomDomain("navi%2elocalhost".into())),
        (" localhost", CustomDomain(" localhost".into())),
        ("localhost\r\nX: y", CustomDomain("localhostx: y".into())),
        ("xn--a.com", CustomDomain("xn--a.com".into())),
        ("*.localhost", CustomDomain("*.localhost".into())),
        (&long, CustomDomain(long.clone())),
        (&longer, CustomDomain(longer.chars().take(253).collect())),
    ] {
        assert_eq!(of_host(host), Nobody(name), "{host:?}");
    }
}

#[test]
fn the_header_wins_even_when_it_names_nobody() {
    let navi = Tenant(Slug("clube-navi".into()));
    assert_eq!(identify(Some("clube-navi"), "localhost", &bases()), navi);
    assert_eq!(identify(Some("clube-navi"), "b.localhost", &bases()), navi);
    // Shown as it was sent: the name in lower case may well be somebody's.
    for bad in [
        "",
        " ",
        "clube navi",
        "ab",
        "www",
        "clube-navi,b",
        "Ção",
        "Clube-Navi",
    ] {
        let nobody = Nobody(Slug(bad.to_owned()));
        assert_eq!(
            identify(Some(bad), "clube-navi.localhost", &bases()),
            nobody
        );
    }
}

#[test]
fn the_platforms_host_is_reported_whole() {
    for (host, shown) in [
        ("localhost:8033", "localhost"),
        ("WWW.localhost.", "www.localhost"),
    ] {
        let error = platform_not_found(host);
        assert_eq!(
            serde_json::to_value(error.body(Some("request"))).ok(),
            Some(serde_json::json!({
                "error": "Tenant not found",
                "message": format!("Tenant not found for customDomain: {shown}"),
            }))
        );
    }
}

proptest! {
    #[test]
    fn anything_can_be_sent(header in proptest::option::of(".*"), host in ".*") {
        let named = identify(header.as_deref(), &host, &bases());
        if header.is_some() {
            prop_assert!(matches!(named, Tenant(Slug(_)) | Nobody(Slug(_))));
        }
    }

    #[test]
    fn a_normal_host_is_its_own_normal_form(host in r"[a-zA-Z0-9.:\[\]ãç-]{1,40}") {
        if let Some(normal) = normalise(&host) {
            prop_assert_eq!(normalise(&normal), Some(normal.clone()));
            prop_assert!(normal.is_ascii());
            prop_assert_eq!(normal.to_lowercase(), normal);
        }
    }

    #[test]
    fn case_port_and_trailing_dot_change_nothing(
        label in "[a-z0-9][a-z0-9-]{1,20}[a-z0-9]", base in "(\\.localhost|\\.example\\.com\\.br|\\.clube\\.org|)",
        port in 0_u16.., upper in any::<bool>(), dot in any::<bool>(),
    ) {
        let plain = format!("{label}{base}");
        let cased = if upper { plain.to_uppercase() } else { plain.clone() };
        let sent = format!("{cased}{}:{port}", if dot { "." } else { "" });
        prop_assert_eq!(of_host(&sent), of_host(&plain));
    }

    #[test]
    fn a_tenants_name_below_a_base_is_always_a_slug(front in r"[a-z0-9.-]{1,30}") {
        if let Tenant(Subdomain(label)) = of_host(&format!("{front}.localhost")) {
            prop_assert!(kernel::Slug::parse(&label).is_ok());
        }
    }
}
