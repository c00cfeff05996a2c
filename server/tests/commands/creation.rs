//! `create-tenant`: killed anywhere, and run twice at once.

use crate::data::{Data, answer, run};
use std::os::unix::process::ExitStatusExt;

/// The places of `create-tenant` where it can be killed, in their order. After the last one the tenant is complete.
const STEPS: [&str; 10] = [
    "claimed",
    "requested",
    "secrets_drawn",
    "role_made",
    "role_ready",
    "database_made",
    "database_opened",
    "database_ready",
    "schema_ready",
    "settled",
];

#[tokio::test]
async fn a_creation_that_is_killed_anywhere_is_finished_by_the_next_one() {
    let data = Data::new();
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    for (number, step) in STEPS.iter().enumerate() {
        let slug = format!("passo-{number}");
        let killed = run(data.create(&slug).env("CLUBE_FAIL_AT", step));
        assert_eq!(killed.status.signal(), Some(6), "{step}: {killed:?}");
        let (made, code) = answer(run(&mut data.create(&slug)));
        assert_eq!(code, Some(0), "{step}: {made}");
        assert_eq!(made["slug"], slug);
        assert_eq!(made["status"], "trial");
        assert_eq!(made["subdomain"], format!("{slug}.localhost"));
    }
    let (late, code) = {
        run(data.create("depois").env("CLUBE_FAIL_AT", "active"));
        answer(run(&mut data.create("depois")))
    };
    assert_eq!(
        (late["fields"]["slug"].as_str(), code),
        (Some("taken"), Some(1))
    );

    let tenants = data.tenants();
    assert_eq!(tenants.len(), STEPS.len() + 1);
    assert!(
        tenants
            .iter()
            .all(|tenant| tenant["provisioning"] == "active")
    );
    let (migrated, code) = answer(run(&mut data.clube(&["migrate-all-tenants"])));
    assert_eq!(code, Some(0));
    let states = migrated["tenants"].as_array().expect("a list");
    assert!(
        states.iter().all(|state| state["status"] == "current"),
        "{migrated}"
    );
    own.stop().await;
}

#[test]
fn of_two_processes_with_one_slug_one_makes_the_tenant() {
    let data = Data::new();
    let children: Vec<_> = (0..2)
        .map(|_| data.create("gemeos").spawn().expect("it runs"))
        .collect();
    let mut outcomes: Vec<_> = children
        .into_iter()
        .map(|child| answer(child.wait_with_output().expect("it ends")))
        .map(|(object, code)| (code, object["code"].as_str().map(str::to_owned)))
        .collect();
    outcomes.sort();
    assert_eq!(
        outcomes,
        [(Some(0), None), (Some(1), Some("slug_taken".to_owned()))]
    );
    assert_eq!(data.tenants().len(), 1);
    assert_eq!(data.postmaster(), None, "the last one stops PostgreSQL");
}
