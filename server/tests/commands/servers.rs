//! More than one PostgreSQL.

use crate::data::{Data, answer, run};
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};

#[tokio::test]
async fn one_more_server_takes_the_next_tenant() {
    let (data, elsewhere) = (Data::new(), Data::new());
    let own = server::postgres::start(&data.path(), None)
        .await
        .expect("it starts");
    let other = server::postgres::start(&elsewhere.path(), None)
        .await
        .expect("another one starts");
    let url = |server: &server::postgres::OwnPostgres| {
        server.options("postgres").to_url_lossy().to_string()
    };
    let add = |url: &str| {
        answer(run(&mut data.clube(&[
            "add-server",
            "--name",
            "segundo",
            "--url",
            url,
            "--capacity",
            "5",
        ])))
    };
    let (_, code) = answer(run(&mut data.create("primeira")));
    assert_eq!(code, Some(0));
    let (known, code) = add(&url(&own));
    assert_eq!(
        (known["code"].as_str(), code),
        (Some("server_known"), Some(1))
    );
    for _ in 0..2 {
        let (added, code) = add(&url(&other));
        assert_eq!(code, Some(0), "{added}");
        assert_eq!(added["capacity"], 5);
        assert!(!added.to_string().contains("password"));
    }

    let (made, code) = answer(run(&mut data.create("segunda")));
    assert_eq!(code, Some(0), "{made}");
    let database = made["database"]["name"].as_str().expect("a name");
    let there = other.options(database).connect().await;
    there.expect("it is there").close().await.expect("closed");
    assert!(
        own.options(database).connect().await.is_err(),
        "and only there"
    );
    // It serves, too: the audit looks into it as the tenant's own role.
    let (sound, code) = answer(run(&mut data.clube(&["audit", "--tenant", "segunda"])));
    assert_eq!(code, Some(0), "{sound}");

    // What its administrator makes is open to every role until they close it.
    let mut admin = other
        .options("postgres")
        .connect()
        .await
        .expect("a superuser");
    let statement = "create database outra_folha";
    sqlx::raw_sql(AssertSqlSafe(statement))
        .execute(&mut admin)
        .await
        .expect("made");
    let (_, code) = answer(run(&mut data.create("terceira")));
    assert_eq!(code, Some(0), "on the first, which has as many");
    let (refused, code) = answer(run(&mut data.create("quarta")));
    assert_eq!(
        (refused["code"].as_str(), code),
        (Some("server_rights"), Some(1))
    );
    assert!(refused.to_string().contains("outra_folha"), "{refused}");
    admin.close().await.expect("closed");
    other.stop().await;
    own.stop().await;
}
