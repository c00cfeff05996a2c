//! Passwords that commands make and print.

use crate::data::{Data, answer, run};
use serde_json::Value;
use tenancy::{Actor, Origin, administrators, tenants};

/// The names in an object, and nothing of what they stand for.
fn names(object: &Value) -> Vec<&str> {
    object
        .as_object()
        .expect("an object")
        .keys()
        .map(String::as_str)
        .collect()
}

/// What `create-tenant` answers, name by name.
fn assert_is_as_promised(made: &Value) {
    let mut told = names(made);
    told.sort_unstable();
    assert_eq!(
        told,
        [
            "admin",
            "companyName",
            "database",
            "plan",
            "slug",
            "status",
            "subdomain",
            "trialEndsAt"
        ]
    );
    assert_eq!(names(&made["admin"]), ["email", "password"]);
    assert_eq!(names(&made["database"]), ["name", "user"]);
    assert_eq!(made["companyName"], "Clube de Teste");
    assert_eq!(made["plan"], "PRO");
    assert!(
        made["trialEndsAt"]
            .as_str()
            .is_some_and(|end| end.contains('T'))
    );
    assert_eq!(made["admin"]["email"], "dona@clube.example");
    assert_eq!(made["database"]["name"], "clube_digital_porta");
}

#[tokio::test]
async fn passwords_that_commands_print_open_the_consoles() {
    let data = Data::new();
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    let (made, code) = answer(run(&mut data.create("porta")));
    assert_eq!(code, Some(0), "{made}");
    assert_is_as_promised(&made);

    // Whoever lost the password, because the program was killed when it was about to print it, is told what helps.
    let (refused, code) = answer(run(&mut data.create("porta")));
    assert_eq!(
        (refused["code"].as_str(), code),
        (Some("slug_taken"), Some(1))
    );
    let words = refused["message"].as_str().unwrap_or_default().to_owned();
    let help = "reset-admin-password --tenant porta --email dona@clube.example";
    assert!(words.contains(help), "{words}");
    let reset = [
        "reset-admin-password",
        "--tenant",
        "porta",
        "--email",
        "dona@clube.example",
    ];
    let (renewed, code) = answer(run(&mut data.clube(&reset)));
    assert_eq!(code, Some(0), "{renewed}");
    let (nobody, code) = answer(run(&mut data.clube(&[
        "reset-admin-password",
        "--tenant",
        "porta",
        "--email",
        "ninguem@clube.example",
    ])));
    assert_eq!(
        (nobody["code"].as_str(), code),
        (Some("not_found"), Some(1))
    );

    let create = ["create-super-admin", "--email", "ada@clube.example"];
    let (ada, code) = answer(run(&mut data.clube(&create)));
    assert_eq!(code, Some(0), "{ada}");
    let (again, code) = answer(run(&mut data.clube(&create)));
    assert_eq!(
        (again["code"].as_str(), code),
        (Some("email_taken"), Some(1))
    );

    let arguments = ["clube", "--data-dir", &data.path().to_string_lossy()].map(str::to_owned);
    let settings = server::settings::Cli::read(arguments)
        .expect("settings")
        .settings;
    let started = server::start::platform(&settings).await.expect("it starts");
    let ctx = started.platform.ctx(Actor::Command, Origin::default());
    let club = tenants::by_slug(&ctx, "porta").await.expect("an answer");
    let club = club.map(|tenant| tenant.id);
    let nobody = started.platform.ctx(Actor::Anonymous, Origin::default());
    for (realm, account, opens) in [
        (club, &made["admin"], false),
        (club, &renewed, true),
        (None, &ada, true),
    ] {
        let text = |name: &str| account[name].as_str().expect("text").to_owned();
        let opened =
            administrators::sign_in(&nobody, realm, &text("email"), text("password").into()).await;
        assert_eq!(opened.is_ok(), opens, "{account}");
    }
    drop((ctx, nobody));
    started.stop().await;
    own.stop().await;
}
